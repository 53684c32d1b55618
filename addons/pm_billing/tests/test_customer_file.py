from datetime import date

from odoo.tests import tagged

from .common import MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestCustomerFile(BillingCommon):
    """TEN-111: payments and arrears are on the index of the customer file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active()
        cls.bill = cls._bill(MARCH).bill_ids
        cls.receptionist = cls._user("receptionist")

    def _read_payments(self):
        sections = dict(
            self.tenancy.with_user(self.receptionist)
            .with_context(lang="en_US")
            ._get_file_sections()
        )
        return [(row["name"], row["date"], row["note"]) for row in sections["Payments"]]

    def test_bills_and_whether_they_are_paid(self):
        ((name, day, note),) = self._read_payments()
        self.assertIn(self.bill.name, name)
        self.assertIn("1,506.00", name)
        self.assertEqual((day, note), (self.bill.invoice_date, "Not Paid"))
        self._pay(self.bill, 506.0)
        self.assertEqual(self._read_payments()[0][2], "Partially Paid")

    def test_letters_about_arrears(self):
        self.site._run_dunning(date(2026, 3, 23))
        action = self.env["pm.dunning.action"].search(
            [("tenancy_id", "=", self.tenancy.id)], limit=1
        )
        form = self.env.ref("pm_base.form_f_bil_11")
        paper = self.env["pm.document"]._file_printed(form, action)[action.id]
        self.assertIn(paper, self.tenancy.with_user(self.receptionist)._get_file_documents())
