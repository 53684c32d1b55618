from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MARCH, BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-20 04:00:00")
class TestMoveInArrears(BillingCommon):
    """TEN-037, BIL-010: no keys while something due is unpaid."""

    def test_keys_wait_until_what_is_due_is_paid(self):
        self.site.print_lang = "en_US"
        tenancy = self._create_active()
        self._bill(MARCH)
        tenancy.write({"state": "move_in"})
        tenancy._start_procedure(self.env.ref("pm_tenancy.procedure_move_in_mall"))
        step = tenancy.procedure_step_ids.filtered(lambda step: step.check == "no_arrears")
        amount = self.company.currency_id.format(tenancy.amount_arrears)
        self.assertIn(f"owes {amount} that is due (1 months)", step.message)
        with self.assertRaisesRegex(UserError, "that is due"):
            tenancy._check_keys_issuable()
        for bill in tenancy.bill_ids:
            self._pay(bill)
        tenancy._refresh_procedure()
        self.assertEqual(step.state, "done")

    def test_button_opens_what_is_owed(self):
        tenancy = self._create_active()
        self._bill(MARCH)
        tenancy.write({"state": "move_in"})
        tenancy._start_procedure(self.env.ref("pm_tenancy.procedure_move_in_mall"))
        step = tenancy.procedure_step_ids.filtered(lambda step: step.check == "no_arrears")
        found = self.env["account.move"].search(step.action_work()["domain"])
        self.assertEqual(found, tenancy.bill_ids)
