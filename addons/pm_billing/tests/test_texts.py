from freezegun import freeze_time

from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestTexts(BillingCommon):
    def _print_text(self, name, tenancy):
        report = self.env.ref(f"pm_tenancy.action_report_{name}")
        return "".join(self._print(report.report_action(tenancy)))

    @freeze_time("2025-12-01 02:00:00")
    def test_agreement_states_agreed_price_and_tariff(self):
        """F-TEN-06, TEN-023: the fee standards stand in the management agreement."""
        tenancy = self._create_tenancy()
        self.env["pm.tenancy.fee"].create(
            {"tenancy_id": tenancy.id, "fee_id": self.fee.id, "price": 9.5}
        )
        page = self._print_text("management_agreement", tenancy)
        self.assertIn("Management9.50", page)
        self.assertNotIn("12.00", page)
        self.assertIn("Refuse60.00", page)

    @freeze_time("2025-12-01 02:00:00")
    def test_tenant_agreement_states_the_due_day(self):
        """F-TEN-38, TEN-075: the month's fee is due before the day of the office."""
        self.site.due_day = 7
        self.assertIn(
            "当月管理费应于7日前缴纳", self._print_text("tenant_agreement", self._create_tenancy())
        )

    @freeze_time("2025-12-01 02:00:00")
    def test_payment_notice_reckons_the_first_month(self):
        """F-TEN-18, TEN-053, BIL-017: the fees are computed in advance."""
        tenancy = self._create_tenancy(date_start="2026-01-20")
        rows = tenancy._get_payment_rows()
        self.assertEqual(len(rows), 2)
        self.assertAlmostEqual(rows[0][3], 559.74)
        page = self._print_text("payment_notice", tenancy)
        self.assertIn("559.74", page)
        self.assertIn(f"{tenancy._get_payment_total():,.2f}元", page)

    @freeze_time("2025-12-01 02:00:00")
    def test_day_for_the_next_month_is_a_setting(self):
        """TEN-077, BIL-014"""
        tenancy = self._create_tenancy(date_start="2026-01-20")
        self.site.registration_next_month_day = 19
        self.assertEqual(len(tenancy._get_payment_rows()), 4)

    @freeze_time("2025-12-01 02:00:00")
    def test_late_in_the_month_the_next_one_is_paid_too(self):
        """TEN-077, BIL-014: after the 20th the next month's fee is paid as well."""
        tenancy = self._create_tenancy(date_start="2026-01-21")
        amounts = [row[3] for row in tenancy._get_payment_rows()]
        self.assertEqual(len(amounts), 4)
        self.assertAlmostEqual(amounts[2], 1446.0)
