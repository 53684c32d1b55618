from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .cash_common import CashCommon
from .common import MARCH


@tagged("post_install", "-at_install")
class TestPmPaymentTake(CashCommon):
    def test_oldest_bill_first(self):
        """BIL-030: part of what is owed pays February before March."""
        receipt = self._take(2000.0)
        self.assertEqual(self.february.payment_state, "paid")
        self.assertEqual(self.march.amount_residual, 1012.0)
        self.assertEqual(receipt.line_ids.mapped("amount"), [1506.0, 494.0])
        self.assertEqual(receipt.line_ids.move_id, self.february + self.march)

    @freeze_time("2026-03-04 02:00:00")
    def test_screen_of_the_counter(self):
        """BIL-030: opened on the tenancy it proposes all that is owed, and says what is ahead."""
        action = self.tenancy.with_user(self.cashier).action_take_payment()
        with Form.from_action(self.env(user=self.cashier), action) as counter:
            self.assertEqual(counter.amount, 3012.0)
            self.assertEqual(len(counter.line_ids), 2)
            counter.amount = 3200.0
            self.assertEqual(counter.amount_ahead, 188.0)
            counter.amount_handed = 3300.0
            self.assertEqual(counter.amount_change, 100.0)
        counter.record.action_confirm()
        self.assertEqual((self.february + self.march).mapped("payment_state"), ["paid", "paid"])

    @freeze_time("2026-03-04 02:00:00")
    def test_counter_opened_from_a_bill_pays_that_bill(self):
        action = self.march.with_user(self.cashier).action_pm_take_payment()
        counter = Form.from_action(self.env(user=self.cashier), action)
        self.assertEqual(counter.amount, 1506.0)
        counter.save()._take()
        self.assertEqual(self.march.payment_state, "paid")
        self.assertEqual(self.february.payment_state, "not_paid")

    def test_bills_and_deposit_in_one_payment(self):
        """BIL-010, BIL-013: one receipt tells the fees and the deposit, which is then held."""
        deposit = self.env["pm.deposit"].create(
            {
                "kind_id": self.env.ref("pm_billing.deposit_kind_lease").id,
                "tenancy_id": self.tenancy.id,
                "amount": 3000.0,
                "date_due": "2026-01-05",
            }
        )
        with freeze_time("2026-01-04 02:00:00"):
            deposit.action_ask()
        receipt = self._take()
        self.assertEqual(receipt.amount, 6012.0)
        self.assertEqual(deposit.state, "held")
        self.assertEqual(deposit.receipt_no, receipt.name)

    def test_overpayment_stays_and_pays_the_next_bill(self):
        """BIL-030: what is paid beyond the bills pays April the moment it is billed."""
        receipt = self._take(4000.0)
        self.assertEqual(receipt.line_ids[-1:].amount, 988.0)
        self.assertFalse(receipt.line_ids[-1:].move_id)
        april = self._bill(MARCH.replace(month=4)).bill_ids
        self.assertEqual((april.payment_state, april.amount_residual), ("partial", 518.0))
        self.assertEqual(len(receipt.line_ids), 3)  # what the paper said stays

    def test_money_of_one_tenancy_does_not_pay_another(self):
        other = self._create_active(self.unit_2)
        self._bill(MARCH.replace(month=4), building_ids=[])
        self._take(9000.0)
        may = self._bill(MARCH.replace(month=5)).bill_ids
        states = {bill.pm_tenancy_id: bill.payment_state for bill in may}
        self.assertEqual(states, {self.tenancy: "paid", other: "not_paid"})

    def test_same_screen_sent_twice_is_booked_once(self):
        counter = self._counter(amount=100.0)
        counter._take()
        with self.assertRaisesRegex(UserError, "registered already: QL-SJ2026-00001"):
            counter._take()
        self.assertEqual(self.february.amount_residual, 1406.0)

    def test_database_refuses_the_second_of_two_at_once(self):
        token = "4d7c"
        self._take(100.0, token=token)
        with (
            patch.object(type(self.env["pm.payment.take"]), "_check_once", lambda take: None),
            self._refused_by_database(UniqueViolation),
        ):
            self._take(100.0, token=token)

    def test_cheque_is_taken_once(self):
        """BIL-030: the same number and bank, however they are written."""
        self._take(100.0, **self._cheque())
        with self.assertRaisesRegex(UserError, "registered already"):
            self._take(200.0, **self._cheque(cheque_no="00451827", cheque_bank="bank of  the lane"))
        self._take(200.0, **self._cheque(cheque_no="00451828"))

    def test_cheque_wants_its_facts_and_a_look_at_the_payee(self):
        """BIL-030: payable to the management company after checking."""
        for missing, words in (
            ({"is_payee_checked": False}, "payable to"),
            ({"cheque_no": False}, "number, bank and date"),
            ({"cheque_bank": False}, "number, bank and date"),
            ({"cheque_date": False}, "number, bank and date"),
        ):
            with self.subTest(missing=missing), self.assertRaisesRegex(UserError, words):
                self._take(100.0, **self._cheque(**missing))
        self.tenant.is_company = False
        with self.assertRaisesRegex(UserError, "is a person"):
            self._take(100.0, **self._cheque())

    def test_bill_paid_meanwhile_is_refused(self):
        counter = self._counter()
        self._take()
        with self.assertRaisesRegex(UserError, "meantime"):
            counter._take()

    def test_nobody_but_the_fee_office_takes_money(self):
        """BIL-030: cash to Finance, not to service staff."""
        for post in ("receptionist", "area", "leasing", "leader", "security"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                self._counter(user=self._user(post))

    def test_cashier_of_another_office_takes_nothing_here(self):
        stranger = self._user("cashier", self.other_site)
        with self.assertRaises(UserError):
            self._take(100.0, user=stranger)
        with self.assertRaises(AccessError):
            self.env["account.payment"].with_user(stranger).create(
                {
                    "amount": 5.0,
                    "partner_id": self.tenant.id,
                    "journal_id": self.cash.id,
                    "pm_site_id": self.site.id,
                }
            )

    def test_payment_of_another_office_is_hidden(self):
        receipt = self._take(100.0)
        stranger = self._user("cashier", self.other_site)
        payment = receipt.payment_id.with_user(stranger)
        self.assertFalse(payment.search([("id", "=", payment.id)]))
        with self.assertRaises(AccessError):
            payment.read(["amount"])
        with self.assertRaises(AccessError):
            receipt.payment_id.move_id.with_user(stranger).read(["amount_total"])

    def test_tenancy_of_another_office_is_refused_on_a_payment(self):
        with self.assertRaises(ValidationError):
            self.env["account.payment"].create(
                {
                    "amount": 5.0,
                    "partner_id": self.tenant.id,
                    "journal_id": self.cash.id,
                    "pm_site_id": self.other_site.id,
                    "pm_tenancy_id": self.tenancy.id,
                }
            )

    def test_many_bills_use_prepayments_with_few_queries(self):
        """One query tells whose payers have something open."""
        self._bill(MARCH.replace(month=4))
        bills = self.env["account.move"].search([("pm_tenancy_id", "=", self.tenancy.id)])
        bills.mapped("commercial_partner_id")
        with self.assertQueryCount(1):
            bills._pm_set_off()

    def test_many_bills_at_once_use_prepayments(self):
        """BIL-030: also the bills made after a pattern are paid by what is on account."""
        self.assertIsNone(self.env["account.move"]._pm_get_plain_reason())
        for number in range(4):
            self._create_active(self._create_unit(room=f"3{number}"))
        self._take(3512.0)
        april = self._bill(MARCH.replace(month=4)).bill_ids
        paid = {bill.pm_tenancy_id: bill.amount_total - bill.amount_residual for bill in april}
        self.assertEqual(len(paid), 5)
        self.assertEqual(paid.pop(self.tenancy), 500.0)
        self.assertEqual(set(paid.values()), {0.0})

    @freeze_time("2026-03-04 02:00:00")
    def test_odoos_own_screen_sent_twice_is_booked_once(self):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=self.february.ids)
            .create({"journal_id": self.cash.id, "amount": 100.0})
        )
        wizard._create_payments()
        with self._refused_by_database(UniqueViolation):
            wizard._create_payments()
        self.assertEqual(self.february.amount_residual, 1406.0)
