from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestDemo(BillingCommon):
    def test_demo_office_is_at_work(self):
        """The first visitor finds runs in several states, arrears, calls and letters."""
        office = self.env.ref("pm_base.site_yunhe", raise_if_not_found=False)
        if not office or not self.env.ref("pm_billing.fee_yunhe_management", False):
            self.skipTest("the demo office is not loaded")
        ours = [("site_id", "=", office.id)]
        runs = self.env["pm.bill.run"].search(ours)
        self.assertLessEqual({"checked", "invoiced", "delivered"}, set(runs.mapped("state")))
        for run in runs.filtered("bill_count"):
            self.assertFalse(run.blocking_count)
            self.assertTrue(run.collection_rate > 50)
            missed = run.exception_ids.filtered(lambda exception: exception.kind == "reading")
            self.assertLess(len(missed), 10)
        rounds = self.env["pm.dunning.round"].search(ours)
        self.assertLessEqual({"call", "letter"}, set(rounds.mapped("action")))
        letters = rounds.action_ids.filtered(lambda action: action.action == "letter")
        self.assertLessEqual({"draft", "issued"}, set(letters.mapped("state")))
        self.assertTrue(self.env["pm.dunning.case"].search([*ours, ("state", "=", "open")]))
        self.assertTrue(self.env["pm.dunning.case"].search([*ours, ("state", "=", "paid")]))
