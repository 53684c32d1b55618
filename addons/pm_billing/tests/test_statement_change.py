from datetime import date, timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import FEBRUARY, JANUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestStatementChange(BillingCommon):
    """What a statement says of the month billed before."""

    def _words(self, bills):
        return self.env["report.pm_billing.report_pm_statement"]._prepare_statements(bills)

    def _bill_of(self, tenancy, month):
        return tenancy.bill_ids.filtered(lambda bill: bill.pm_month == month)

    def _change_price(self, fee, day, price):
        """Let a fee cost something else from a day on."""
        fee.price_ids.date_end = day - timedelta(days=1)
        fee.price_ids = [Command.create({"date_start": day, "price": price})]

    def test_each_line_says_its_change_against_the_month_billed_before(self):
        """BIL-021, F-BIL-04: dearer, cheaper, as it was, and new."""
        self._change_price(self.fee, MARCH, 13.0)
        parking = self._create_fee("Parking", "PRK", price=300.0, basis="fixed", sequence=30)
        self._change_price(parking, MARCH, 280.5)
        tenancy = self._create_active()
        self._bill(FEBRUARY)
        self._create_fee("Sign", "SGN", price=50.0, basis="fixed", sequence=40)
        self._bill(MARCH)
        words = self._words(tenancy.bill_ids)
        february, march = (words[self._bill_of(tenancy, each).id] for each in (FEBRUARY, MARCH))
        self.assertEqual(march["against"], "较2月")
        self.assertEqual(
            [(line["name"], line.get("change")) for line in march["lines"]],
            [("Management", "+120.50"), ("Refuse", "0.00"), ("Parking", "-19.50"), ("Sign", None)],
        )
        self.assertFalse(february.get("against"))  # the first bill has nothing before it
        page = self._print(self._bill_of(tenancy, MARCH)._pm_print_statements())[0]
        for text in ("较2月", "+120.50", "-19.50"):
            self.assertIn(text, page)
        page = self._print(self._bill_of(tenancy, FEBRUARY)._pm_print_statements())[0]
        self.assertNotIn("较", page)

    def test_a_fee_of_several_lines_is_compared_as_a_whole(self):
        self._change_price(self.fee, date(2026, 3, 11), 18.2)
        tenancy = self._create_active()
        self._bill(FEBRUARY)
        self._bill(MARCH)
        lines = self._words(tenancy.bill_ids)[self._bill_of(tenancy, MARCH).id]["lines"]
        # 1,446.00 × 10/31 + 2,193.10 × 21/31 − 1,446.00
        self.assertEqual(
            [(line["name"], line["amount"], line.get("change")) for line in lines],
            [
                ("Management", "466.45", None),
                ("Management", "1,485.65", "+506.10"),
                ("Refuse", "60.00", "0.00"),
            ],
        )

    def test_months_in_between_that_were_not_billed_are_named(self):
        tenancy = self._create_active()
        self._bill(JANUARY)
        self._bill(MARCH)
        words = self._words(tenancy.bill_ids)[self._bill_of(tenancy, MARCH).id]
        self.assertEqual(words["against"], "较1月")

    def test_what_another_payer_was_billed_or_was_given_up_is_not_compared(self):
        tenancy = self._create_active()
        self._bill(FEBRUARY)
        other = self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        other_bills = self._bill(FEBRUARY, building_ids=[Command.link(self.building.id)]).bill_ids
        self.assertEqual(other_bills.pm_tenancy_id, other)
        other_bills.button_draft()
        other_bills.button_cancel()
        tenancy.payer_id = self.other_tenant
        bills = self._bill(MARCH).bill_ids
        self.assertEqual(len(bills), 2)
        self.assertFalse([words for words in self._words(bills).values() if words.get("against")])

    def test_any_number_of_statements_takes_one_query_for_it(self):
        tenancy = self._create_active()
        self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        self._bill(FEBRUARY)
        bills = self._bill(MARCH).bill_ids
        Statement = self.env["report.pm_billing.report_pm_statement"]
        self.env.flush_all()
        with self.assertQueryCount(1):
            amounts = Statement._get_amounts_before(bills)
        self.assertEqual(len(amounts), 2)
        month, of_tenancy = amounts[self._bill_of(tenancy, MARCH).id]
        self.assertEqual(month, FEBRUARY)
        self.assertEqual(sorted(of_tenancy.values()), [60.0, 1446.0])
