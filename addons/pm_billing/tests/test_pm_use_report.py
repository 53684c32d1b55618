from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MARCH, BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-12-31 02:00:00")
class TestPmUseReport(BillingCommon):
    """BIL-001: ten uses of the management fee, budget and actual."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["pm.use.report"].create({"site_id": cls.site.id, "year": 2026})
        cls.cleaning = cls.env.ref("pm_billing.analytic_account_cleaning")
        cls.security = cls.env.ref("pm_billing.analytic_account_security")

    def _spend(self, day, amount, shares):
        """Book a bill of a supplier, shared among uses."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.owner.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Service",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {
                                str(account.id): share for account, share in shares.items()
                            },
                        }
                    )
                ],
            }
        )
        bill.action_post()

    def _line(self, use):
        self.report.line_ids.invalidate_recordset()
        return self.report.line_ids.filtered(lambda line: line.use == use)

    def test_ten_uses_are_data(self):
        self.assertEqual(len(self.report.line_ids), 10)
        plan = self.env.ref("pm_billing.analytic_plan_use")
        self.assertEqual(
            plan.account_ids.sorted("code").mapped("pm_use"),
            self.report.line_ids.mapped("use"),
        )

    def test_costs_of_the_year_are_counted_by_use(self):
        self._spend("2025-12-31", 10.0, {self.cleaning: 100})
        self._spend("2026-01-01", 1000.0, {self.cleaning: 60, self.security: 40})
        self._spend("2026-12-31", 200.0, {self.cleaning: 100})
        self._spend("2027-01-01", 5.0, {self.cleaning: 100})
        cleaning = self._line("cleaning")
        cleaning.amount_budget = 900.0
        self.assertEqual((cleaning.amount_actual, cleaning.amount_left), (800.0, 100.0))
        self.assertEqual(self._line("security").amount_actual, 400.0)
        self.assertEqual(self._line("culture").amount_actual, 0.0)
        self.assertEqual(self.report.amount_actual, 1200.0)

    def test_costs_of_a_neighbour_office_are_not_ours(self):
        own = self.cleaning.copy({"name": "Ours", "pm_site_id": self.site.id})
        theirs = self.cleaning.copy({"name": "Theirs", "pm_site_id": self.other_site.id})
        self._spend("2026-05-05", 70.0, {own: 100})
        self._spend("2026-05-05", 7.0, {theirs: 100})
        self.assertEqual(self._line("cleaning").amount_actual, 70.0)

    def test_one_report_a_year(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.report.copy({"line_ids": []})

    def test_printed_report(self):
        self._create_active()
        self._bill(MARCH)
        self.env.flush_all()
        self._spend("2026-05-05", 800.0, {self.cleaning: 100})
        self._line("cleaning").amount_budget = 1000.0
        page = "".join(self._print(self.report.action_print()))
        for text in (
            "管理费使用情况",
            "2026",
            "1,506.00",
            "公共场所的清洁",
            "社区文化",
            "管理处酬金",
            "800.00",
            "200.00",
            "100.0",
            "业主委员会",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)

    def test_who_reads_and_who_budgets(self):
        for post, reads, writes in (
            ("cashier", True, False),
            ("leader", True, False),
            ("director", True, True),
            ("receptionist", False, False),
        ):
            report = self.report.with_user(self._user(post))
            with self.subTest(post=post):
                self.assertEqual(report.has_access("read"), reads)
                self.assertEqual(report.has_access("write"), writes)
                line = self.report.line_ids[0].with_user(self._user(post))
                self.assertEqual(line.has_access("write"), writes)
        self.assertEqual(self._line("cleaning").with_user(self._user("leader")).amount_actual, 0.0)
        stranger = self._user("director", self.other_site)
        for record in (self.report, self.report.line_ids[0]):
            self.assertNotIn(record, record.with_user(stranger).search([]))
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["site_id"])
