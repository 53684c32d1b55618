from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestSetup(BillingCommon):
    def test_company_has_a_tax_that_is_included(self):
        tax = self.company.pm_fee_tax_id
        self.assertTrue(tax.price_include)
        self.assertEqual(tax.amount, 6.0)
        for product in self.env["pm.fee"]._get_shipped_products():
            self.assertEqual(product.taxes_id._filter_taxes_by_company(self.company), tax)

    def test_setup_is_safe_to_repeat(self):
        before = self.env["account.tax"].search_count([])
        tax = self.company.pm_fee_tax_id
        self.company._pm_setup_accounting()
        self.assertEqual(self.company.pm_fee_tax_id, tax)
        self.assertEqual(self.env["account.tax"].search_count([]), before)

    def test_choice_of_the_accountant_stays(self):
        product = self.env.ref("pm_billing.product_refuse")
        product.taxes_id = False
        self.company._pm_setup_accounting()
        self.assertFalse(product.taxes_id)

    def test_company_without_a_chart_can_have_an_office(self):
        company = self.env["res.company"].create({"name": "Chartless Ltd"})
        site = self._create_site("Chartless Office", "CL", company_id=company.id)
        self.assertFalse(company.pm_fee_tax_id)
        run = self.env["pm.bill.run"].create({"site_id": site.id, "month": "2026-03-01"})
        run.action_collect()
        run.action_check()
        self.assertEqual(run.exception_ids.mapped("kind"), ["journal"])

    def test_company_that_gets_its_chart_later_is_set_up(self):
        company = self.env["res.company"].create(
            {"name": "Late Ltd", "country_id": self.env.ref("base.cn").id}
        )
        self.env["account.chart.template"].try_loading("cn", company=company, install_demo=False)
        tax = company.pm_fee_tax_id
        self.assertEqual((tax.amount, tax.price_include, tax.company_id), (6.0, True, company))
        product = self.env.ref("pm_billing.product_management_fee")
        self.assertEqual(product.taxes_id._filter_taxes_by_company(company), tax)
        self.assertEqual(
            product.taxes_id._filter_taxes_by_company(self.company), self.company.pm_fee_tax_id
        )

    def test_payments_are_booked(self):
        """BIL-030: without an account on the payment method a payment would leave the bill open."""
        journals = self.env["account.journal"].search(
            [("type", "in", ("bank", "cash")), ("company_id", "=", self.company.id)]
        )
        for line in journals.inbound_payment_method_line_ids:
            self.assertTrue(line.payment_account_id)

    def test_days_of_the_month_have_the_agreed_defaults(self):
        """BIL-021 to BIL-023, BIL-041, BIL-042."""
        self.assertRecordValues(
            self.other_site,
            [
                {
                    "statement_day": 30,
                    "delivery_day": 1,
                    "due_day": 5,
                    "reminder_day": 18,
                    "letter_day": 23,
                    "late_fee_rate": 0.0,
                    "dunning_profile_id": self.env.ref("pm_billing.dunning_profile_calendar").id,
                }
            ],
        )
