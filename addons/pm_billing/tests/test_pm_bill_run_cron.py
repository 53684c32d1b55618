from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestPrepareRuns(BillingCommon):
    """BIL-021: by the 30th the statements of the coming month are prepared."""

    def _runs(self):
        return self.env["pm.bill.run"].search([("site_id", "=", self.site.id)])

    @freeze_time("2026-03-30 01:00:00")
    def test_prepared_on_the_day_once(self):
        self._create_active()
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        run = self._runs()
        self.assertRecordValues(run, [{"month": date(2026, 4, 1), "state": "checked"}])
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        self.assertEqual(self._runs(), run)

    def test_month_that_is_due(self):
        Run = self.env["pm.bill.run"]
        for today, month in (
            (date(2026, 3, 29), MARCH),
            (date(2026, 3, 31), date(2026, 4, 1)),
            (date(2026, 2, 27), date(2026, 2, 1)),
            (date(2026, 2, 28), MARCH),  # the 30th of February is its last day
            (date(2026, 12, 30), date(2027, 1, 1)),
        ):
            with self.subTest(today=today):
                self.assertEqual(Run._prepare_month(self.site, today).month, month)

    @freeze_time("2026-04-02 01:00:00")
    def test_server_that_slept_over_the_day_prepares_late(self):
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        self.assertEqual(self._runs().month, date(2026, 4, 1))

    @freeze_time("2026-03-30 01:00:00")
    def test_run_of_the_clerk_stays(self):
        own = self._create_run(date(2026, 4, 1))
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        self.assertEqual(self._runs(), own)
        self.assertEqual(own.state, "draft")

    @freeze_time("2026-03-30 16:30:00")
    def test_day_is_the_office_s_own(self):
        self.site.statement_day = 31  # half past midnight of the 31st in Shanghai
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        self.assertEqual(self._runs().month, date(2026, 4, 1))

    @freeze_time("2026-03-30 01:00:00")
    def test_office_without_fees_is_left_alone(self):
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        other = self.env["pm.bill.run"].search([("site_id", "=", self.other_site.id)])
        self.assertFalse(other)
