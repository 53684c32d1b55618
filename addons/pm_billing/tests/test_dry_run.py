from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestDryRunAndCatchUp(BillingCommon):
    """BIL-020, BIL-021: what would be billed, and what a server that slept left undone."""

    def _preview(self, run):
        action = run.with_user(self._user("cashier")).with_context(lang="en_US").action_preview()
        preview = self.env[action["res_model"]].with_user(self._user("cashier"))
        return preview.with_context(lang="en_US").browse(action["res_id"]).preview_html

    def test_dry_run_writes_nothing(self):
        """BIL-021: amounts by fee and occupant, exceptions; no charge, no bill, no exception."""
        self._create_active()
        self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        self._create_price(price=5.0, usage="residential")
        run = self._create_run(MARCH)
        html = self._preview(run)
        for text in ("2 bills", "Management", "Refuse", "120.00", self.tenant.name):
            with self.subTest(text=text):
                self.assertIn(text, html)
        self.assertFalse(run.charge_ids | self.env["pm.charge"].search([("run_id", "=", run.id)]))
        self.assertFalse(run.exception_ids)
        self.assertEqual(run.state, "draft")

    def test_dry_run_of_what_is_left(self):
        """BIL-021: what is billed is not shown again."""
        self._create_active()
        run = self._bill(MARCH)
        self.assertIn("Nothing is left", self._preview(run))
        self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        html = self._preview(run)
        self.assertIn(self.other_tenant.name, html)
        self.assertNotIn(self.tenant.name, html)

    def test_dry_run_counts_no_bill_that_is_kept_out(self):
        """BIL-021: it finds what the check finds, and the bills are those that would be made."""
        self._create_active()
        self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        self.tenant.property_account_receivable_id = self.env["account.account"].create(
            {
                "name": "Receivable in dollars",
                "code": "112299",
                "account_type": "asset_receivable",
                "currency_id": self.env.ref("base.USD").id,
            }
        )
        free = self._create_fee("Lift", "LIF", price=0.0, basis="fixed")
        run = self._create_run(MARCH)
        html = self._preview(run)
        for text in ("1 bills", "1 occupants would be kept out", "no receivable account"):
            with self.subTest(text=text):
                self.assertIn(text, html)
        self.assertIn(f"{free.name} comes to zero", html)
        run.action_collect()
        run.action_check()
        run.action_invoice()
        self.assertEqual(run.bill_count, 1)
        self.assertIn("0 bills", self._preview(run))

    def test_dry_run_without_a_tax_that_is_included(self):
        """BIL-021: nothing would be billed."""
        self._create_active()
        tax = self.company.pm_fee_tax_id.copy(
            {"name": "6 on top", "price_include_override": "tax_excluded"}
        )
        self.fee.product_id.taxes_id = tax
        html = self._preview(self._create_run(MARCH))
        self.assertIn("0 bills", html)
        self.assertIn("is not included in the price", html)

    def test_only_the_fee_office(self):
        """BIL-021: a dry run is the fee office's."""
        run = self._create_run(MARCH)
        for post in ("receptionist", "engineer"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                run.with_user(self._user(post)).action_preview()

    @freeze_time("2026-06-02 01:00:00")
    def test_missed_months_are_made_up_for(self):
        """BIL-021: a server that slept from March on prepares April to June, each once."""
        self._create_active()
        self._bill(MARCH)
        for _again in range(2):
            self._run_cron("pm_billing.ir_cron_prepare_runs")
            runs = self.env["pm.bill.run"].search([("site_id", "=", self.site.id)], order="month")
            self.assertEqual(runs.mapped("month"), [date(2026, month, 1) for month in (3, 4, 5, 6)])
        self.assertEqual(runs[1:].mapped("state"), ["checked"] * 3)
        self.assertEqual(runs[1:].mapped("charge_count"), [2, 2, 2])

    @freeze_time("2026-06-02 01:00:00")
    def test_nothing_is_made_up_for_before_the_first_run(self):
        """BIL-021: an office that begins in June does not bill what was before."""
        self._create_active()
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        runs = self.env["pm.bill.run"].search([("site_id", "=", self.site.id)])
        self.assertEqual(runs.mapped("month"), [date(2026, 6, 1)])
