"""Every model of the suite, as somebody with a login and an RPC client meets it.

There is no list of models: the registry is walked, on the demo office and in the eyes of a user of
its neighbour, of no post, of the portal, and of each post. What is left out is named with a reason.
"""

import psycopg2

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.pm_base.tests.common import POSTS, PmCommon

# Nobody reads them; the models they serve do, elevated.
NO_ACCESS = {"pm.progress"}
# Settings that the offices of the company share.
SHARED = {
    "pm.bank.format",
    "pm.bank.format.column",
    "pm.bank.format.result",
    "pm.calendar.day",
    "pm.deposit.kind",
    "pm.dunning.profile",
    "pm.dunning.step",
    "pm.file.kind",
    "pm.form",
    "pm.register",
    "pm.register.column",
    "pm.service",
}
# Public methods beside buttons and the methods of Odoo: why the client calls them.
CALLED_BY_THE_CLIENT = {
    ("pm.due", "get_today_board"): "the board Today draws what it returns; rows follow the rules",
}
# Readonly so that no form offers them, yet not the system's: why somebody may write them.
MAY_BE_WRITTEN = {
    ("pm.inspection.line", "inspection_id"): "an item is entered from its inspection",
    ("pm.inspection.line", "previous_id"): "an item to be looked at again names the fault",
    ("pm.tenancy", "move_in_hold_reason"): "a leader may withhold a move-in by hand",
}
_LOGGED = {"id", "create_uid", "create_date", "write_uid", "write_date"}


class TestEveryModel(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = sorted(
            name
            for name, model in cls.env.registry.items()
            if name.startswith("pm.") and not model._abstract
        )
        cls.kept = [name for name in cls.ours if not cls.env[name]._transient]
        cls.demo_site = cls.env.ref("pm_base.site_yunhe")
        cls.stranger = cls._user("director", cls.other_site)

    def test_the_walk_finds_the_models(self):
        self.assertGreater(len(self.kept), 60)
        self.assertIn("pm.tenancy", self.kept)

    def test_access_is_given_to_posts_never_to_everybody(self):
        everybody = {"base.group_user", "base.group_portal", "base.group_public", None}
        for name in self.ours:
            rows = self.env["ir.model.access"].search([("model_id.model", "=", name)])
            with self.subTest(model=name):
                self.assertTrue(rows)
                self.assertEqual(any(rows.mapped("perm_read")), name not in NO_ACCESS)
                groups = {row.group_id.get_external_id().get(row.group_id.id) for row in rows}
                self.assertFalse(groups & everybody)

    def test_no_post_no_portal_no_public_reads_anything(self):
        users = [
            new_test_user(self.env, "nobody_in_particular", "base.group_user"),
            new_test_user(self.env, "somebody_outside", "base.group_portal"),
            self.env.ref("base.public_user"),
        ]
        for name in self.ours:
            for user in users:
                for mode in ("read", "write", "create", "unlink"):
                    with self.subTest(model=name, user=user.login, mode=mode):
                        self.assertFalse(self.env[name].with_user(user).has_access(mode))

    def test_every_model_has_a_rule_for_its_office_and_company(self):
        """A model without a rule of its own is a setting that all offices share."""
        for name in self.kept:
            if name in SHARED | NO_ACCESS:
                continue
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            with self.subTest(model=name):
                # A rule for no group holds for everybody, also for who sees every office.
                self.assertIn("company", " ".join(rules.filtered("global").mapped("domain_force")))
                office = rules.filtered(lambda rule: not rule["global"])
                self.assertIn("site_ids", " ".join(office.mapped("domain_force")))

    def test_another_office_sees_nothing_of_ours(self):
        """The director of another office, who has every right there, finds none of our records."""
        seen = 0
        for name in self.kept:
            path = self._get_path_to_office(name)
            if not path:
                continue
            ours = Domain(path, "=", self.demo_site.id)
            seen += bool(self.env[name].search_count(ours, limit=1))
            with self.subTest(model=name):
                found = self.env[name].with_user(self.stranger).with_context(active_test=False)
                if found.has_access("read"):
                    self.assertFalse(found.search(ours))
                    self.assertFalse(found.search([]).sudo().filtered_domain(ours))
        self.assertGreater(seen, 40, "The demo office has too few records to prove anything")

    def test_another_office_reads_and_writes_none_of_ours_by_id(self):
        for name in self.kept:
            path = self._get_path_to_office(name)
            record = path and self.env[name].search([(path, "=", self.demo_site.id)], limit=1)
            if not record:
                continue
            for mode in ("read", "write", "unlink"):
                with self.subTest(model=name, mode=mode):
                    self.assertFalse(record.with_user(self.stranger).has_access(mode))

    def test_public_methods_are_buttons_or_documented(self):
        """Whatever has no underscore in front is an RPC endpoint."""
        found = set()
        for name in self.ours:
            for model_class in type(self.env[name]).mro():
                if not model_class.__module__.startswith("odoo.addons.pm_"):
                    continue
                for method, value in vars(model_class).items():
                    is_public = callable(value) and not method.startswith(("_", "action_"))
                    if is_public and not self._is_method_of_odoo(name, method):
                        found.add((name, method))
        self.assertEqual(found, set(CALLED_BY_THE_CLIENT))

    def test_no_post_writes_what_the_system_notes(self):
        """Who, when, numbers and whatever is worked out: refused, or left as it was."""
        tried = 0
        for post in POSTS:
            user = self._user(post, self.demo_site)
            for name in self.kept:
                records = self.env[name].with_user(user)
                if not records.has_access("write") or not records._fields.get("id"):
                    continue
                record = records.search([], limit=1)
                if not record:
                    continue
                for field in self._get_system_fields(name):
                    tried += 1
                    with self.subTest(post=post, model=name, field=field.name):
                        self.assertTrue(self._stays(record, field))
        self.assertGreater(tried, 300)

    def test_no_post_begins_a_record_with_what_the_system_notes(self):
        """Neither the context nor a default that a user saved for himself slips it in."""
        user = self._user("director", self.demo_site)
        for name in self.kept:
            records = self.env[name].with_user(user)
            if not records.has_access("create"):
                continue
            for field_name in sorted(records._get_noted_fields()):
                field = records._fields[field_name]
                if field.type not in ("char", "date", "datetime", "integer"):
                    continue
                forged = {"char": "X-1", "integer": 4711}.get(field.type, "2001-01-01")
                with self.subTest(model=name, field=field_name):
                    pretended = records.with_context(**{f"default_{field_name}": forged})
                    given = pretended.default_get([field_name]).get(field_name)
                    self.assertNotIn(str(forged), str(given))

    def test_no_post_makes_a_move_that_there_is_not(self):
        tried = 0
        for name in self.kept:
            transitions = getattr(self.env[name], "_TRANSITIONS", None)
            for state, targets in (transitions or {}).items():
                record = self.env[name].search([("state", "=", state)], limit=1)
                for target in transitions.keys() - targets if record else ():
                    for post in POSTS:
                        user = self._user(post, self.demo_site)
                        with self.subTest(model=name, state=state, target=target, post=post):
                            tried += 1
                            with self.assertRaises(UserError), self.cr.savepoint():
                                record.with_user(user).write({"state": target})
        self.assertGreater(tried, 300)

    def _get_path_to_office(self, name):
        """Return the fields from a model to its office, or nothing for what offices share."""
        if name == "pm.site":
            return "id"
        for path in ("site_id", "building_id.site_id", "import_id.site_id", "template_id.site_id"):
            field, model = None, self.env[name]
            for part in path.split("."):
                field = model._fields.get(part)
                if not field or not field.store:
                    break
                model = self.env[field.comodel_name]
            else:
                return path
        return None

    def _is_method_of_odoo(self, name, method):
        return hasattr(models.BaseModel, method) or any(
            method in vars(model_class)
            for model_class in type(self.env[name]).mro()
            if model_class.__module__.startswith("odoo.")
            and not model_class.__module__.startswith("odoo.addons.pm_")
        )

    def _get_system_fields(self, name):
        """Return the stored fields that the model declares readonly, beside the state."""
        return [
            field
            for field in self.env[name]._fields.values()
            if field.store
            and field.column_type
            and field.readonly
            and not field.inverse
            and field.name not in _LOGGED | {"state"}
            and (name, field.name) not in MAY_BE_WRITTEN
        ]

    @mute_logger("odoo.sql_db")
    def _stays(self, record, field):
        """Tell whether a user fails to write another value, by an error or without a word."""
        before = record.sudo()[field.name]
        try:
            with self.cr.savepoint():
                record.write({field.name: self._get_other_value(field, before)})
                record.flush_recordset()
                self.env.invalidate_all()
                changed = record.sudo()[field.name] != before
                raise _UndoError
        except _UndoError:
            return not changed
        except (UserError, psycopg2.IntegrityError):
            return True
        finally:
            self.env.invalidate_all()

    def _get_other_value(self, field, before):
        if field.type == "many2one":
            others = self.env[field.comodel_name].sudo().search([("id", "!=", before.id)], limit=1)
            return others.id or False
        if field.type == "selection":
            values = [value for value, _label in field._description_selection(self.env)]
            return next((value for value in values if value != before), False)
        if field.type == "boolean":
            return not before
        return {
            "char": "forged",
            "text": "forged",
            "html": "<p>forged</p>",
            "date": "2001-01-01",
            "datetime": "2001-01-01 00:00:00",
            "json": {"forged": True},
        }.get(field.type, 4711)


class _UndoError(Exception):
    """Leaves a savepoint without a trace."""
