from datetime import date

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .cash_common import CashCommon


@tagged("post_install", "-at_install")
class TestPmCashDay(CashCommon):
    def test_sheet_opens_with_the_first_payment(self):
        """BIL-030: one sheet for each cashier, office and day, told by method."""
        self._take(100.0)
        self._take(50.0)
        self._take(200.0, method="transfer", reference="T-77")
        self._take(300.0, **self._cheque())
        sheet = self._sheet()
        self.assertEqual(sheet.date, date(2026, 3, 4))
        booked = {line.method: line.amount_booked for line in sheet.line_ids}
        self.assertEqual(booked, {"cash": 150.0, "cheque": 300.0, "transfer": 200.0, "pos": 0.0})
        self.assertEqual(sheet.amount_booked, 650.0)

    def test_notes_and_coins_are_the_cash_counted(self):
        self._take(161.5)
        sheet = self._sheet().with_user(self.cashier)
        pieces = {100.0: 1, 50.0: 1, 10.0: 1, 1.0: 1, 0.5: 1}
        for count in sheet.count_ids:
            count.pieces = pieces.get(count.value, 0)
        cash = sheet.line_ids.filtered(lambda line: line.method == "cash")
        self.assertEqual((cash.amount_counted, cash.amount_difference), (161.5, 0.0))

    def test_difference_is_explained_before_the_day_is_closed(self):
        self._take(100.0)
        sheet = self._sheet().with_user(self.cashier)
        self._count(sheet, cash=95.0)
        with self.assertRaisesRegex(UserError, "say why they differ"):
            sheet.action_close()
        cash = sheet.line_ids.filtered(lambda line: line.method == "cash")
        cash.reason = "Five yuan too much change given"
        sheet.action_close()
        self.assertEqual((sheet.state, sheet.closed_by_id), ("closed", self.cashier))
        with self.assertRaises(UserError):
            cash.amount_counted = 100.0

    def test_closed_sheet_takes_no_more_cash(self):
        """BIL-030: neither at the counter nor on Odoo's screen, nor by a payment given back."""
        receipt = self._take(100.0)
        self._close(cash=100.0)
        with self.assertRaisesRegex(UserError, "no more cash"):
            self._take(50.0)
        with self.assertRaisesRegex(UserError, "no more cash"):
            self.env["account.payment"].with_user(self.cashier).create(
                {
                    "amount": 5.0,
                    "partner_id": self.tenant.id,
                    "journal_id": self.cash.id,
                    "pm_site_id": self.site.id,
                    "date": "2026-03-04",
                }
            ).action_post()
        self._take(50.0, day="2026-03-05")
        # A transfer that comes in later stands on the next sheet.
        self._take(70.0, method="transfer")
        booked = {sheet.date.day: sheet.amount_booked for sheet in self._sheet()}
        self.assertEqual(booked, {4: 100.0, 5: 120.0})
        self.assertEqual(receipt.payment_id.pm_cash_day_id.state, "closed")

    def test_cancelled_receipt_leaves_an_open_sheet_but_not_a_closed_one(self):
        first = self._take(100.0)
        self._cancel(first)
        self.assertEqual(self._sheet().amount_booked, 0.0)
        second = self._take(40.0)
        self._close(cash=40.0)
        self._cancel(second)
        booked = {sheet.date.day: sheet.amount_booked for sheet in self._sheet()}
        self.assertEqual(booked, {4: 40.0, 6: -40.0})

    def test_money_paid_out_stays_as_it_was_noted(self):
        """BIL-030: no drawer is put right by making cash a transfer, or another amount."""
        with freeze_time("2026-03-04 02:00:00"):
            payment = (
                self.env["account.payment"]
                .with_user(self.cashier)
                .create(
                    {
                        "payment_type": "outbound",
                        "partner_id": self.tenant.id,
                        "amount": 20.0,
                        "journal_id": self.cash.id,
                        "pm_site_id": self.site.id,
                    }
                )
            )
            payment.action_post()
            received = self._take(50.0).payment_id.with_user(self.cashier)
        sheet = self._sheet()
        self.assertEqual(sheet.amount_booked, 30.0)
        for each in (payment, received):
            for vals in (
                {"pm_method": "debit"},
                {"pm_site_id": False},
                {"pm_tenancy_id": self.tenancy.id},
                {"amount": 1.0},
                {"date": "2026-03-05"},
                {"payment_type": "inbound"},
                {"pm_cash_day_id": False},
                {"pm_undone_on": "2026-03-04"},
            ):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    each.write(vals)
            with self.assertRaises(UserError):
                sheet.with_user(self.cashier).payment_ids = [Command.unlink(each.id)]
        payment.action_draft()
        payment.amount = 15.0
        payment.action_post()
        self.assertEqual(sheet.amount_booked, 35.0)

    def test_money_paid_out_lessens_the_drawer(self):
        deposit = self.env["pm.deposit"].create(
            {
                "kind_id": self.env.ref("pm_billing.deposit_kind_umbrella").id,
                "tenancy_id": self.tenancy.id,
                "amount": 20.0,
                "date_due": "2026-03-04",
            }
        )
        with freeze_time("2026-03-04 02:00:00"):
            deposit.action_ask()
            deposit.move_id.with_user(self.cashier)
            for move_name in ("move_id", "refund_move_id"):
                self.env["account.payment.register"].with_user(self.cashier).with_context(
                    active_model="account.move", active_ids=deposit[move_name].ids
                ).create(
                    {"journal_id": self.cash.id, "payment_date": "2026-03-04"}
                )._create_payments()
                if deposit.state == "held":
                    self.assertEqual(self._sheet().amount_booked, 20.0)
                    deposit.action_claim()
                    deposit.action_refund()
        self.assertEqual(deposit.state, "refunded")
        self.assertEqual(self._sheet().amount_booked, 0.0)

    def test_one_sheet_for_cashier_office_and_day(self):
        self._take(10.0)
        sheet = self._sheet()
        with self._refused_by_database(UniqueViolation):
            sheet.with_user(self.cashier).create({"site_id": self.site.id, "date": sheet.date})

    def test_nobody_keeps_the_sheet_of_another(self):
        self._take(100.0)
        sheet = self._sheet()
        colleague = self.env["res.users"].create(
            {
                "name": "Colleague",
                "login": "colleague",
                "group_ids": self.cashier.group_ids.ids,
                "site_ids": self.site.ids,
            }
        )
        for user in (colleague, self._user("cashier", self.other_site), self.receptionist):
            with self.subTest(user=user.name):
                own = sheet.with_user(user)
                with self.assertRaises(AccessError):
                    own.action_close()
                with self.assertRaises(AccessError):
                    own.line_ids[:1].amount_counted = 5.0
                with self.assertRaises(AccessError):
                    self.env["pm.cash.day"].with_user(user).create(
                        {"user_id": self.cashier.id, "site_id": self.site.id, "date": "2026-03-09"}
                    )

    def test_director_opens_a_closed_sheet_again(self):
        self._take(100.0)
        sheet = self._close(cash=100.0)
        with self.assertRaises(AccessError):
            sheet.with_user(self.cashier).action_reopen()
        sheet.with_user(self.director).action_reopen()
        self._take(50.0)
        self.assertEqual(sheet.amount_booked, 150.0)

    def test_state_is_not_entered(self):
        self._take(100.0)
        with self.assertRaises(AccessError):
            self._sheet().with_user(self.cashier).write({"state": "closed"})

    def test_open_sheets_are_on_the_due_list(self):
        self._take(100.0)
        due = self.env["pm.due"].search([("kind", "=", "cash_day"), ("site_id", "=", self.site.id)])
        self.assertEqual((due.user_id, due.due_date), (self.cashier, date(2026, 3, 4)))
        self._close(cash=100.0)
        self.env.invalidate_all()
        self.assertFalse(due.search([("id", "=", due.id), ("kind", "=", "cash_day")]))

    def test_printed_sheet(self):
        """The day on paper: methods, notes, receipts, difference and its reason."""
        self.site.print_lang = "en_US"
        receipt = self._take(100.0)
        sheet = self._sheet().with_user(self.cashier)
        self._count(sheet, cash=90.0)
        sheet.line_ids.filtered(lambda line: line.method == "cash").reason = "Note torn"
        sheet.action_close()
        text = self._print(sheet.action_print())[0]
        for words in ("Day-endSheet", receipt.name, "-10.00", "Notetorn", "cashier"):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def _close(self, **counted):
        sheet = self._sheet().with_user(self.cashier)
        self._count(sheet, **counted)
        sheet.action_close()
        return sheet
