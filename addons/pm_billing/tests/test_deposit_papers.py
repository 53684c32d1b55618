from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pm_tenancy.tests.leasing_common import LeasingCommon

from .common_deposit import DepositCommon


@tagged("post_install", "-at_install")
class TestDepositPapers(LeasingCommon, DepositCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"

    def test_refund_form_says_what_is_kept_and_paid_out(self):
        """F-BIL-22."""
        deposit = self._create_held()
        deposit.deduction_ids = [Command.create({"name": "Door lock", "amount": 250.5})]
        text = self._print(deposit.action_print_approval())[0]
        for words in ("LeaseDeposit", "Doorlock", "2,749.50", "贰仟柒佰肆拾玖元伍角"):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def test_deposit_not_received_has_no_refund_form(self):
        with self.assertRaises(UserError):
            self._print(self._create_deposit().action_print_approval())

    @freeze_time("2026-06-10 04:00:00")
    def test_receipt_of_earnest_money(self):
        """F-BIL-24: amount in figures and words, held until."""
        request = self._create_request("searching", unit_id=self.unit_2.id)
        request.action_take_earnest()
        self._pay(request.deposit_ids.move_id, day="2026-06-10")
        text = self._print(request.deposit_ids.action_print_earnest())[0]
        for words in ("16,000.00", "壹万陆仟元", "GreenLeafTea", "06/24/2026"):
            with self.subTest(words=words):
                self.assertIn(words, text)

    @freeze_time("2026-06-10 04:00:00")
    def test_receipt_of_commission_once_it_is_paid(self):
        """F-BIL-18."""
        request = self._create_request("searching", unit_id=self.unit_2.id)
        tenancy = self._create_tenancy(
            self.unit_2, partner_id=self.seeker.id, date_start="2026-07-01", monthly_rent=6000.0
        )
        request._sign(tenancy, self.site._today())
        request.action_bill_commission()
        with self.assertRaises(UserError):
            self._print(request.action_print_commission())
        self._pay(request.commission_bill_ids, day="2026-06-10")
        text = self._print(request.action_print_commission())[0]
        self.assertIn("3,000.00", text)
        self.assertIn("叁仟元", text)
