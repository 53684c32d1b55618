from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.pm_tenancy.tests.leasing_common import LeasingCommon

from .cash_common import CashCommon


@tagged("post_install", "-at_install")
class TestPmReceiptPapers(LeasingCommon, CashCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"

    def _read(self, action):
        return self._print(action)[0]

    def test_official_receipt(self):
        """F-BIL-09: number, payer, unit, items and periods, amount twice, method, collector."""
        receipt = self._take(3512.0, **self._cheque()).with_user(self.cashier)
        receipt.fapiao = "25112000000012345678"
        text = self._read(receipt.action_print())
        for words in (
            receipt.name,
            "".join(self.tenant.name.split()),
            "T-12-03",
            "Management",
            "Refuse",
            "February2026",
            "Paidaheadonaccount",
            "500.00",
            "3,512.00",
            "叁仟伍佰壹拾贰元整",
            "Cheque",
            "00451827",
            "25112000000012345678",
            "Seal",
            "".join(self.cashier.name.split()),
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        self.assertNotIn("Copy:", text)

    def test_second_print_is_a_copy_and_is_logged(self):
        """BIL-031, F-BIL-09."""
        receipt = self._take(100.0).with_user(self.cashier)
        self._read(receipt.action_print())
        text = self._read(receipt.action_print())
        self.assertIn("Copy:", text)
        self.assertIn("Partof", text)
        self.env.invalidate_all()
        self.assertEqual(receipt.print_count, 2)
        self.assertIn("printed again by", receipt.message_ids[:1].body)

    def test_cancelled_receipt_says_so(self):
        receipt = self._take(100.0)
        self._cancel(receipt)
        text = self._read(receipt.action_print())
        self.assertIn("Cancelledon", text)
        self.assertIn("Chequereturned", text)
        with self.assertRaises(UserError):
            self._read(receipt.action_print_proof())

    def test_provisional_receipt(self):
        """BIL-030, F-BIL-09: it says that it is provisional, and why."""
        text = self._read(self._provisional(note="Water of February").action_print())
        for words in ("ProvisionalReceipt", "LS2026", "airport", "伍佰元整", "WaterofFebruary"):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def test_proof_of_payment(self):
        """BIL-011, F-BIL-20: payer, unit, amount of each item, receipt no., payee, seal, date."""
        deposit = self.env["pm.deposit"].create(
            {
                "kind_id": self.env.ref("pm_billing.deposit_kind_management").id,
                "tenancy_id": self.tenancy.id,
                "amount": 3000.0,
                "date_due": "2026-01-05",
            }
        )
        deposit.action_ask()
        receipt = self._take()
        text = self._read(receipt.action_print_proof())
        for words in (
            "T-12-03",
            receipt.name,
            "ManagementFeeDeposit",
            "3,000.00",
            "Management",
            "".join(self.site.company_id.name.split()),
            "Seal",
            "03/04/2026",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)

    @freeze_time("2026-03-10 02:00:00")
    def test_voucher_for_developer_and_agent(self):
        """BIL-013, F-BIL-19: once all is paid, what was paid until the customer moved in."""
        self.tenancy.date_moved_in = "2026-03-05"
        with self.assertRaisesRegex(UserError, "owes"):
            self._read(self.tenancy.action_print_voucher())
        receipt = self._take()
        text = self._read(self.tenancy.action_print_voucher())
        for words in (
            receipt.name,
            "T-12-03",
            "3,012.00",
            "February2026",
            "".join(self.cashier.name.split()),
            "Receivedbydeveloperoragent",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)

    @freeze_time("2026-06-10 04:00:00")
    def test_receipts_of_commission_and_earnest_money_have_its_number(self):
        """F-BIL-18, F-BIL-24."""
        request = self._create_request("searching", unit_id=self.unit_2.id)
        request.action_take_earnest()
        self._pay(request.deposit_ids.move_id, day="2026-06-10")
        number = request.deposit_ids.receipt_no
        self.assertIn("QL-SJ2026-", number)
        self.assertIn(number, self._read(request.deposit_ids.action_print_earnest()))
        tenancy = self._create_tenancy(
            self.unit_2, partner_id=self.seeker.id, date_start="2026-07-01", monthly_rent=6000.0
        )
        request._sign(tenancy, self.site._today())
        request.action_bill_commission()
        self._pay(request.commission_bill_ids, day="2026-06-10")
        receipt = request.commission_bill_ids.pm_receipt_line_ids.receipt_id
        self.assertIn(receipt.name, self._read(request.action_print_commission()))
