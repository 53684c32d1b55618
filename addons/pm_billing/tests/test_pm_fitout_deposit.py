from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.pm_tenancy.tests.fitout_common import FitoutCommon

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestPmFitoutDeposit(FitoutCommon, BillingCommon):
    """BIL-012, BIL-061, TEN-099: the deposits of a fit-out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fitout = cls._create_fitout(
            "approved",
            amount_deposit=5000.0,
            amount_contractor_deposit=2000.0,
            amount_debris=300.0,
        )

    def _bill(self):
        self.fitout.with_user(self.cashier).action_bill_deposits()
        return self.fitout.deposit_ids, self.fitout.deposit_bill_ids

    def _pay_all(self):
        deposits, bill = self._bill()
        for move in deposits.move_id | bill:
            self._pay(move, day="2026-03-01")
        return deposits

    def test_customer_contractor_and_debris_are_billed(self):
        deposits, bill = self._bill()
        self.assertEqual(
            {(one.partner_id, one.amount) for one in deposits},
            {(self.tenant, 5000.0), (self.contractor, 2000.0)},
        )
        self.assertEqual((bill.amount_total, bill.partner_id), (300.0, self.tenant))

    def test_works_wait_until_everything_is_paid(self):
        deposits, bill = self._bill()
        moves = deposits.move_id | bill
        for move in moves[:-1]:
            self._pay(move, day="2026-03-01")
            self.assertTrue(self.fitout._get_deposit_reason())
            self.assertFalse(self.fitout.deposit_paid_on)
        self._pay(moves[-1], day="2026-03-01")
        self.assertFalse(self.fitout._get_deposit_reason())
        self.assertTrue(self.fitout.deposit_paid_on)
        receipts = self.env["pm.receipt"].search([("site_id", "=", self.site.id)], order="name")
        self.assertEqual(len(receipts), 3)
        self.assertEqual(self.fitout.deposit_receipt_no, ", ".join(receipts.mapped("name")))
        moves[0].line_ids.remove_move_reconcile()
        self.assertTrue(self.fitout._get_deposit_reason())
        self.assertFalse(self.fitout.deposit_paid_on or self.fitout.deposit_receipt_no)

    def test_deposits_are_billed_once(self):
        self._bill()
        with self.assertRaises(UserError):
            self._bill()

    def test_payment_is_not_noted_by_hand_once_billed(self):
        self._bill()
        own = self.fitout.with_user(self.cashier)
        for action in (own.action_note_payment, own.action_take_payment_back):
            with self.subTest(action=action), self.assertRaises(UserError):
                action()
        with self.assertRaises(UserError):
            self.fitout.amount_deposit = 1.0

    def test_only_the_cashier_bills_them(self):
        for post in ("receptionist", "engineer", "leader"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                self.fitout.with_user(self._user(post)).action_bill_deposits()
        stranger = self._user("cashier", self.other_site)
        with self.assertRaises(AccessError):
            self.fitout.with_user(stranger).action_bill_deposits()

    def test_released_deposits_are_refunded_less_the_violations(self):
        """The contractor's deposit pays first; nothing is refunded before the release."""
        with freeze_time("2026-03-02 02:00:00"):
            deposits = self._pay_all()
            violation = self._create_violation(self.fitout)
            self._open_works_gates_paid()
            self.fitout.action_start()
        with freeze_time("2026-04-30 02:00:00"):
            violation.write({"amount_deduction": 2500.0})
            violation.with_user(self._user("supervisor")).action_settle()
            self._bring_to_acceptance(self.fitout)
            self._bring_to_accepted(self.fitout)
        self.assertEqual({str(one.ready_on) for one in deposits}, {"2026-07-30"})
        with freeze_time("2026-07-29 02:00:00"), self.assertRaises(UserError):
            deposits[0].action_refund()
        with freeze_time("2026-07-30 02:00:00"):
            with self.assertRaises(UserError):
                deposits[0].action_refund()
            self._sign(self.fitout, "release")
            self.fitout.with_user(self.desk).action_ask_release()
            self.fitout.approval_ids.with_user(self.leader).action_approve()
            deposits.with_user(self.cashier).action_refund()
        self.assertEqual(
            {one.partner_id: one.amount_refund for one in deposits},
            {self.contractor: 0.0, self.tenant: 4500.0},
        )

    def _open_works_gates_paid(self):
        fitout = self.fitout
        fitout.write(
            {
                "has_licence_copy": True,
                "consent_on": "2026-02-20",
                "consent_by": "Han Meimei",
                "fire_approval_kind": "filing",
                "fire_approval_no": "FA-17",
                "fire_approval_on": "2026-02-25",
            }
        )
        self._return_papers(fitout, "works")
        self._step(fitout, "guide").action_done()
        self._sign(fitout, "approval")
        self._sign(fitout, "routing")
        self._create_worker(fitout).action_issue()
