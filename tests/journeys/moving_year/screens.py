"""What users do at their screens, and what they read there.

A scene acts only as a user can: it presses buttons that stand on the user's screen, fills in
forms, prints and downloads, always with the user's own rights. The test itself looks on as the
superuser.
"""

from contextlib import contextmanager
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval
from odoo.tools.view_validation import get_expression_field_names

from odoo.addons.pm_base.tests.common import PmCommon, read_pages
from odoo.addons.pm_base.tools import print_engine

# Where buttons are looked for: a list, the form that holds the rows, or a form that is not the
# usual one of the model.
VIEWS = {
    "account.move": "pm_billing.pm_bill_view_form",
    "pm.file.paper": "pm_tenancy.pm_file_paper_view_list",
    "pm.fitout.drawing": "pm_tenancy.pm_fitout_view_form",
    "pm.fitout.opinion": "pm_tenancy.pm_fitout_view_form",
    "pm.fitout.worker": "pm_tenancy.pm_fitout_view_form",
    "pm.procedure.step": "pm_base.pm_procedure_step_view_list_embedded",
}


class Screens(PmCommon):
    def screen(self, user, records):
        """Return the records as a user has them on his screen, but for the log of changes."""
        return records.with_user(user).with_context(
            {
                **user.with_user(user).context_get(),
                "allowed_company_ids": user.company_ids.ids,
                "tracking_disable": True,
            }
        )

    def press(self, user, records, button):
        """Press a button as a user, who must find it on his screen; return what it opens."""
        screen = self.screen(user, records)
        for record in screen:
            self.assertTrue(
                self._shows(record, button), f"{user.name} has no {button} on {record.display_name}"
            )
        return call_kw(screen, button, [screen.ids], {"context": screen.env.context})

    def assert_no_button(self, user, record, button):
        self.assertFalse(self._shows(self.screen(user, record), button), button)

    def press_in_form(self, user, record, button):
        """Press a button on the form of a record that also stands in a list."""
        screen = self.screen(user, record)
        arch = etree.fromstring(screen.get_view(view_type="form")["arch"])
        nodes = [node for node in arch.iter("button") if node.get("name") == button]
        self.assertTrue([node for node in nodes if not self._is_hidden(screen, node)], button)
        return call_kw(screen, button, [screen.ids], {"context": screen.env.context})

    def open(self, user, target):
        """Open the form of a record, of a new one of a model, or what a button opened."""
        if isinstance(target, dict):
            env = self.screen(user, self.env["pm.site"]).env
            context = target.get("context") or {}
            if isinstance(context, str):
                context = safe_eval(context)
            return Form.from_action(env, {**target, "context": {**env.context, **context}})
        if isinstance(target, str):
            target = self.env[target]
        return Form(self.screen(user, target))

    def open_new(self, user, action):
        """Open the form of a new record from a list that a button opened."""
        views = [view for view in action["views"] if view[1] == "form"]
        return self.open(user, {**action, "views": views, "res_id": False})

    def fill(self, user, target, **values):
        """Fill in a form and save it; return the record as the test sees it."""
        form = self.open(user, target)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().with_env(self.env)

    def confirm(self, user, action, **values):
        """Fill in the dialogue that a button opened, and confirm it."""
        wizard = self.fill(user, action, **values)
        return self.press(user, wizard, "action_confirm")

    def download(self, user, action):
        """Download the print that a button opened; return its pages without white space."""
        self.assertEqual(action["type"], "ir.actions.report")
        report = self.screen(user, self.env["ir.actions.report"])
        content, _kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
            action["report_name"], action["context"]["active_ids"]
        )
        return read_pages(content) if content else []

    def print_form(self, user, record, name):
        """Print from the menu “Print” of a record, by form or report."""
        with self.unread():
            self.read_print(user, record, name)

    def read_print(self, user, record, name):
        """Print from the menu “Print” of a record; return the pages."""
        screen = self.screen(user, record)
        offered = screen.env["ir.actions.actions"].get_bindings(record._name)["report"]
        reports = self.env["ir.actions.report"].browse([report["id"] for report in offered])
        report = reports.filtered(lambda one: name in (one.pm_form_id.code, one.report_name))
        return self.download(user, self.screen(user, report).report_action(screen))

    @contextmanager
    def unread(self):
        """Prints that nobody reads here are not laid out: that takes half a second each."""
        with patch.object(print_engine, "render_pdf", return_value=b""):
            yield

    def _shows(self, screen, button):
        model, is_row = screen, False
        view = self.env.ref(VIEWS[screen._name]) if screen._name in VIEWS else None
        if view:
            model = screen.env[view.model]
            is_row = view.model != screen._name
        arch = etree.fromstring(
            model.get_view(view and view.id, view.type if view else "form")["arch"]
        )
        return any(
            not self._is_hidden(screen, node)
            for node in arch.iter("button")
            if node.get("name") == button
            and is_row == any(above.tag == "field" for above in node.iterancestors())
        )

    def _is_hidden(self, screen, node):
        """Tell whether the button, or something around it in its own view, is invisible."""
        expressions = []
        for above in (node, *node.iterancestors()):
            if above.tag == "field":
                break
            expressions.append(above.get("invisible"))
        for expression in filter(None, expressions):
            names = get_expression_field_names(expression) & set(screen._fields)
            values = screen.read(list(names), load=None)[0]
            if safe_eval(expression, {**values, "id": screen.id, "uid": screen.env.uid}):
                return True
        return False

    @contextmanager
    def assert_refused(self, *words, error=UserError):
        """The work is refused, and the message says these words."""
        with self.assertRaises(error) as refusal:
            yield
        for word in words:
            self.assertIn(word, str(refusal.exception))
