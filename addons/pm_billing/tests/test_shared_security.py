from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestSharedSecurity(BillingCommon):
    """What holds for every office is changed by the head office, not by one of the offices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = cls._user("director")
        cls.head = cls.env["res.users"].create(
            {
                "name": "Head",
                "login": "head_of_all",
                "group_ids": [
                    Command.link(cls.env.ref("pm_base.group_pm_director").id),
                    Command.link(cls.env.ref("pm_base.group_pm_all_sites").id),
                ],
            }
        )
        cls.format = cls.env["pm.bank.format"].create({"name": "Bank of all", "shape": "fixed"})
        cls.result = cls.env["pm.bank.format.result"].create(
            {"format_id": cls.format.id, "code": "00", "outcome": "paid"}
        )

    def _get_shared(self):
        profile = self.env.ref("pm_billing.dunning_profile_calendar")
        return (
            (profile, {"name": "Mine"}),
            (profile.step_ids[0], {"name": "Mine"}),
            (self.format, {"name": "Mine"}),
            (self.result, {"code": "01"}),
            (self.env.ref("pm_billing.service_cleaning"), {"name": "Mine"}),
            (self.env["pm.deposit.kind"].search([], limit=1), {"name": "Mine"}),
        )

    def test_director_of_an_office_changes_nothing_that_is_shared(self):
        for record, vals in self._get_shared():
            own = record.with_user(self.director)
            with self.subTest(model=record._name):
                self.assertTrue(own.read(list(vals)))
                with self.assertRaises(AccessError):
                    own.write(vals)
                with self.assertRaises(AccessError):
                    own.unlink()
                record.with_user(self.head).write(vals)
        for model in ("pm.service", "pm.deposit.kind"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.director).create({"name": "Mine"})

    def test_nothing_is_added_to_what_is_shared(self):
        profile = self.env.ref("pm_billing.dunning_profile_calendar")
        for model, vals in (
            ("pm.dunning.step", {"profile_id": profile.id, "name": "Mine"}),
            ("pm.bank.format.result", {"format_id": self.format.id, "code": "X"}),
            ("pm.dunning.profile", {"name": "For all", "company_id": False}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.director).create(vals)

    def test_director_keeps_the_company_s_own(self):
        """A copy of what is shared is the company's, and may be changed."""
        shared = self.env.ref("pm_billing.dunning_profile_calendar")
        for record in (shared, self.format):
            copied = record.with_user(self.director).copy()
            with self.subTest(model=record._name):
                self.assertEqual(copied.company_id, self.site.company_id)
                copied.name = "Ours"
        copied = shared.with_user(self.director).copy()
        copied.step_ids[0].name = "Our own step"
        copied.step_ids[0].unlink()

    def test_head_office_adds_what_is_shared(self):
        added = self.env["pm.dunning.profile"].with_user(self.head).create({"name": "For all"})
        self.assertFalse(added.company_id)

    def test_another_company_s_own_is_not_seen(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        for record in (
            self.env["pm.dunning.profile"].create({"name": "Theirs", "company_id": company.id}),
            self.env["pm.bank.format"].create(
                {"name": "Theirs", "shape": "fixed", "company_id": company.id}
            ),
        ):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.director).read(["name"])
