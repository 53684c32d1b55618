from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .cash_common import CashCommon
from .common import MARCH


@tagged("post_install", "-at_install")
class TestPmReceipt(CashCommon):
    def test_receipt_for_odoos_own_payment_screen(self):
        """BIL-031, F-BIL-09: whichever way a payment comes in, it has one receipt."""
        with freeze_time("2026-03-05 02:00:00"):
            self._pay(self.february)
        receipt = self.env["pm.receipt"].search([("tenancy_id", "=", self.tenancy.id)])
        self.assertRecordValues(
            receipt,
            [
                {
                    "kind": "official",
                    "amount": 1506.0,
                    "method": "cash",
                    "site_id": self.site.id,
                    "partner_id": self.tenant.id,
                    "amount_capitals": "壹仟伍佰零陆元整",
                }
            ],
        )
        self.assertEqual(receipt.line_ids.move_id, self.february)

    def test_numbers_run_by_office_kind_and_year(self):
        """BIL-031: without gaps, each book by itself."""
        receipts = [self._take(10.0), self._take(10.0), self._provisional()]
        receipts.append(self._take(10.0, date="2025-12-30"))
        self.assertEqual(
            [receipt.name for receipt in receipts],
            ["QL-SJ2026-00001", "QL-SJ2026-00002", "QL-LS2026-00001", "QL-SJ2025-00001"],
        )

    def test_many_payments_make_their_receipts_at_once(self):
        """A bank batch posts thousands: no query for each of them."""
        vals = {
            "amount": 10.0,
            "partner_id": self.tenant.id,
            "journal_id": self.cash.id,
            "pm_site_id": self.site.id,
            "pm_method": "debit",
            "date": "2026-03-04",
        }
        counts = []
        for number in (2, 22):
            payments = self.env["account.payment"].create([vals] * number)
            payments.action_post()
            self.env.flush_all()
            # As they were the moment before they were taken.
            self.env.cr.execute("DELETE FROM pm_receipt WHERE payment_id IN %s", (payments._ids,))
            self.env.cr.execute(
                "UPDATE account_payment SET pm_cashier_id = NULL WHERE id IN %s", (payments._ids,)
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            payments._pm_take()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(payments.pm_receipt_ids), number)
        self.assertLess(counts[1] - counts[0], 10)

    def test_items_are_noted_when_the_transaction_ends(self):
        """Whoever posts a payment and reconciles it afterwards has the items on the receipt."""
        payment = self.env["account.payment"].create(
            {
                "amount": 1506.0,
                "partner_id": self.tenant.id,
                "journal_id": self.cash.id,
                "pm_site_id": self.site.id,
                "pm_method": "debit",
                "date": "2026-03-04",
            }
        )
        payment.action_post()
        lines = (payment.move_id | self.february).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.env.cr.precommit.run()
        self.assertEqual(payment.pm_receipt_ids.line_ids.move_id, self.february)

    def test_posted_receipt_stays_as_it_is(self):
        """F-BIL-09: the cashier changes neither receipt nor payment nor its entry."""
        receipt = self._take(1506.0)
        receipt = receipt.with_user(self.cashier)
        payment = receipt.payment_id
        facts = ({"amount": 1.0}, {"partner_id": self.other_tenant.id}, {"kind": "provisional"})
        for vals in facts:
            with self.subTest(vals=vals), self.assertRaises(UserError):
                receipt.write(vals)
        for vals in ({"state": "cancelled"}, {"cancel_reason": "x"}, {"payment_id": False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                receipt.write(vals)
        with self.assertRaisesRegex(UserError, "director can cancel"):
            payment.amount = 1.0
        for method in ("action_draft", "action_cancel", "action_reject", "unlink"):
            with self.subTest(method=method), self.assertRaises(UserError):
                getattr(payment, method)()
        for method in ("button_draft", "button_cancel", "_reverse_moves"):
            with self.subTest(method=method), self.assertRaises(UserError):
                getattr(payment.move_id, method)()
        with self.assertRaises(UserError):
            receipt.sudo().unlink()

    def test_official_receipt_is_not_made_by_hand(self):
        with self.assertRaises(AccessError):
            self._provisional(kind="official")
        with self.assertRaises(AccessError):
            self.env["pm.receipt"].with_user(self._user("engineer")).create(
                {"tenancy_id": self.tenancy.id, "amount": 5.0, "special_reason": "x"}
            )

    def test_director_cancels_with_a_reason_and_the_bill_is_open_again(self):
        """BIL-031: the entry stays and is booked back; the number is not used again."""
        receipt = self._take(1506.0)
        with self.assertRaises(AccessError):
            self._cancel(receipt, user=self.cashier)
        self._cancel(receipt)
        self.assertEqual((receipt.state, receipt.cancelled_by_id), ("cancelled", self.director))
        self.assertEqual(receipt.payment_id.state, "canceled")
        self.assertEqual(receipt.payment_id.move_id.state, "posted")
        reversal = receipt.payment_id.move_id.reversal_move_ids
        self.assertEqual((reversal.state, str(reversal.date)), ("posted", "2026-03-06"))
        self.assertEqual(self.february.payment_state, "not_paid")
        self.assertEqual(self._take(1506.0).name, "QL-SJ2026-00002")
        with self.assertRaises(UserError):
            receipt.payment_id.action_draft()

    def test_cancelled_money_does_not_pay_the_next_bill(self):
        self._cancel(self._take(4000.0))
        april = self._bill(MARCH.replace(month=4)).bill_ids
        self.assertEqual(april.payment_state, "not_paid")

    def test_provisional_receipt_of_a_special_case(self):
        """BIL-030: noted by the desk with its reason, handed to Finance, then replaced."""
        with self._refused_by_database(CheckViolation):
            self._provisional(special_reason=False)
        provisional = self._provisional()
        due = self.env["pm.due"].search([("kind", "=", "provisional_receipt")])
        self.assertEqual(due.filtered(lambda row: row.site_id == self.site).res_id, provisional.id)
        action = provisional.with_user(self.cashier).action_take_over()
        with freeze_time("2026-03-04 02:00:00"):
            counter = self._counter(**_get_defaults(action))
            self.assertEqual(counter.amount, 500.0)
            official = counter._take()
        self.assertEqual(provisional.state, "replaced")
        self.assertEqual(provisional.replaced_by_id, official)
        self._cancel(official)
        self.assertEqual(provisional.state, "issued")

    def test_provisional_money_is_handed_in_as_it_was_taken(self):
        """BIL-030: another amount, payer or tenancy, or an official receipt, is refused."""
        provisional = self._provisional()
        action = provisional.with_user(self.cashier).action_take_over()
        other = self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        official = self._take(10.0)
        for vals in (
            {"amount": 300.0},
            {"partner_id": self.other_tenant.id},
            {"tenancy_id": other.id},
            {"tenancy_id": False},
            {"provisional_id": official.id, "amount": 10.0},
        ):
            counter = self._counter(**{**_get_defaults(action), **vals})
            with self.subTest(vals=vals), self.assertRaises(UserError):
                counter._take()
        self.assertEqual(provisional.state, "issued")

    def test_money_brought_for_bills_of_the_employer_pays_them(self):
        """The payer of a provisional receipt is who is billed, unless another is chosen."""
        self.tenancy.payer_id = self.other_tenant
        self.assertEqual(self._provisional().partner_id, self.other_tenant)

    def test_receipts_of_another_office_are_hidden(self):
        receipt = self._take(100.0)
        for post in ("cashier", "director", "receptionist"):
            stranger = self._user(post, self.other_site)
            with self.subTest(post=post):
                self.assertFalse(
                    self.env["pm.receipt"].with_user(stranger).search([("id", "=", receipt.id)])
                )
                with self.assertRaises(AccessError):
                    receipt.with_user(stranger).read(["amount"])
                with self.assertRaises(AccessError):
                    receipt.line_ids.with_user(stranger).read(["amount"])

    def test_fapiao_number_of_a_receipt(self):
        """F-BIL-09: twenty digits, once in a company."""
        first, second = self._take(10.0), self._take(10.0)
        first.with_user(self.cashier).fapiao = "25112000000012345678"
        for wrong in ("2511200000001234567", "2511200000001234567A"):
            with self.subTest(wrong=wrong), self._refused_by_database(CheckViolation):
                second.with_user(self.cashier).fapiao = wrong
                self.env.flush_all()
        with self._refused_by_database(UniqueViolation):
            second.with_user(self.cashier).fapiao = first.fapiao
            self.env.flush_all()


def _get_defaults(action):
    return {name.removeprefix("default_"): value for name, value in action["context"].items()}
