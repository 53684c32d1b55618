from datetime import date

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .cash_common import CashCommon

FAPIAO = "25112000000012345678"


@tagged("post_install", "-at_install")
class TestPmInvoice(CashCommon):
    def _due(self):
        self.env.invalidate_all()
        return self.env["pm.due"].search(
            [("kind", "=", "invoice"), ("site_id", "=", self.site.id)], order="due_at"
        )

    def _deliver(self, bills, user=None, **vals):
        self.env["pm.invoice.deliver"].with_user(user or self.receptionist).create(
            {"move_ids": [Command.set(bills.ids)], "date": "2026-03-09", **vals}
        ).action_confirm()

    def test_fapiao_number_has_twenty_digits(self):
        """F-BIL-09."""
        bill = self.march.with_user(self.cashier)
        for wrong in ("12345678", FAPIAO[:-1], FAPIAO[:-1] + "x", "２" * 20):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError):
                bill.fapiao = wrong
        bill.fapiao = f" {FAPIAO[:10]} {FAPIAO[10:]} "
        self.assertEqual(bill.fapiao, FAPIAO)

    def test_fapiao_number_is_used_once(self):
        self.march.fapiao = FAPIAO
        with self._refused_by_database(UniqueViolation):
            self.february.fapiao = FAPIAO
            self.env.flush_all()

    @freeze_time("2026-03-06 02:00:00")
    def test_invoices_are_due_on_the_tenth(self):
        """BIL-024: of the bills paid, one row for the office; what is paid later, a month later."""
        self.assertFalse(self._due())
        self._take(1506.0, day="2026-03-10")
        due = self._due()
        self.assertEqual(due.due_date, date(2026, 3, 10))
        self.assertEqual(due.name, "Invoices to issue and deliver: 1")
        self._take(1506.0, day="2026-03-11")
        self.assertEqual(self._due().mapped("due_date"), [date(2026, 3, 10), date(2026, 4, 10)])
        self.site.follows_invoices = False
        self.assertFalse(self._due())

    @freeze_time("2026-09-06 02:00:00")
    def test_old_arrears_get_their_invoice_once_they_are_paid(self):
        """BIL-024: what counts is when a bill was paid, not how old it is."""
        self._take(1506.0, day="2026-09-02")
        due = self._due()
        self.assertEqual((due.due_date, due.name[-1]), (date(2026, 9, 10), "1"))
        with freeze_time("2026-12-20 02:00:00"):  # not asked for after a hundred days
            self.assertFalse(self._due())

    @freeze_time("2026-03-06 02:00:00")
    def test_delivery_is_proved(self):
        """BIL-024: who signed, or the number of the courier; then it is off the due list."""
        self._take(3012.0)
        bills = self.february + self.march
        with self.assertRaisesRegex(UserError, "not issued yet"):
            self._deliver(bills, signed_by="Han Meimei")
        for number, bill in enumerate(bills):
            bill.with_user(self.cashier).fapiao = f"{FAPIAO[:-1]}{number}"
        self.assertEqual(self._due().name, "Invoices to deliver: 2")
        self.assertEqual(bills.mapped("pm_invoice_state"), ["issued", "issued"])
        with self.assertRaisesRegex(UserError, "who signed"):
            self._deliver(bills)
        with self.assertRaisesRegex(UserError, "proof"):
            self._deliver(bills, method="courier")
        self._deliver(self.february, signed_by="Han Meimei")
        self._deliver(self.march, method="courier", evidence="EMS 1180")
        self.assertRecordValues(
            bills,
            [
                {
                    "pm_invoice_state": "delivered",
                    "pm_invoice_signed_by": "Han Meimei",
                    "pm_invoice_delivered_on": date(2026, 3, 9),
                },
                {
                    "pm_invoice_state": "delivered",
                    "pm_invoice_signed_by": False,
                    "pm_invoice_delivered_on": date(2026, 3, 9),
                },
            ],
        )
        self.assertFalse(self._due())
        with self.assertRaisesRegex(UserError, "number stays"):
            self.march.fapiao = FAPIAO[::-1]

    def test_service_staff_deliver_but_do_not_issue(self):
        with self.assertRaises(AccessError):
            self.march.with_user(self.receptionist).fapiao = FAPIAO

    def test_another_office_delivers_nothing_of_ours(self):
        self.march.fapiao = FAPIAO
        with self.assertRaises(AccessError):
            self._deliver(
                self.march, self._user("receptionist", self.other_site), signed_by="Somebody"
            )

    def test_invoice_is_not_taken_for_the_statement(self):
        """The statement of a bill is still to be printed when its invoice is filed."""
        self.march.fapiao = FAPIAO
        self.assertEqual(self.march.pm_run_id.printed_count, 0)
        self._print(self.march.pm_run_id.action_deliver())
        self.march.pm_run_id.invalidate_recordset()
        self.assertEqual(self.march.pm_run_id.printed_count, 1)
