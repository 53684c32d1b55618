from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import FEBRUARY, BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-03 04:00:00")
class TestMoveOut(BillingCommon):
    """TEN-123, TEN-130: goods leave when everything billed is paid, due or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"
        cls.building.move_out_template_id = cls.env.ref(
            "pm_tenancy.procedure_move_out_business_centre"
        )
        cls.tenancy = cls._create_active()
        cls.bill = cls._bill(FEBRUARY).bill_ids
        cls.area = cls._user("area")
        cls.tenancy.with_user(cls.area).action_move_out()
        cls.clearance = cls.tenancy.clearance_id.with_user(cls.area)

    def _get_dues_line(self):
        self.clearance.line_ids.invalidate_recordset()
        return self.clearance.line_ids.filtered(lambda line: line.matter == "dues")

    def test_unpaid_bill_holds_the_goods(self):
        with self.assertRaisesRegex(UserError, r"1 bills of .*1,506.00.* are not paid"):
            self.tenancy.with_user(self.area)._check_goods_pass_issuable()
        line = self._get_dues_line()
        self.assertRecordValues(
            line, [{"state": "blocked", "amount": 1506.0, "since": self.bill.invoice_date_due}]
        )
        self.assertIn("not paid", line.reason)

    def test_paid_bill_releases_them(self):
        self._pay(self.bill)
        self.tenancy._refresh_procedure()
        self.assertEqual(self._get_dues_line().state, "clear")
        dues = self.tenancy.procedure_step_ids.filtered(lambda step: step.check == "dues_settled")
        self.assertEqual(dues.state, "done")

    def test_settlement_lists_open_bills(self):
        self._pay(self.bill, 506.0)
        self.assertEqual(self.clearance.amount_due, 1000.0)
        self.assertIn(self.bill.name, self.clearance.settlement_html)

    def test_board_opens_the_bills(self):
        self.assertEqual(self._get_dues_line().action_open()["res_model"], "account.move")
