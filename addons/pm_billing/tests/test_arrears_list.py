from datetime import date
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.tests import tagged

from .common import FEBRUARY
from .common_dunning import DunningCommon


@tagged("post_install", "-at_install")
class TestArrearsList(DunningCommon):
    """BIL-047, F-BIL-14: on the 5th Security gets the list of those who have not paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.register = cls.env.ref("pm_billing.register_arrears")
        cls.register.date_start = date(2026, 1, 1)
        cls.tenant.name = "蓝鸢贸易"
        cls._bill(FEBRUARY)

    def _issue(self):
        return self.env["pm.register.issue"].search(
            [("register_id", "=", self.register.id), ("site_id", "=", self.site.id)]
        )

    def _cells(self):
        return {row["cells"][1]: row["cells"][2:5] for row in self._issue().content["rows"]}

    def test_earlier_arrears_and_the_current_month(self):
        """CON-10: the month is not yet paid, earlier ones are arrears."""
        self._pay(self.other_bill)
        self.register._issue(self.site, date(2026, 3, 5))
        self.assertEqual(self._cells()["蓝鸢贸易"], [1506.0, 1506.0, 3012.0])
        self.assertEqual(self._cells()[self.other_tenant.name], [1020.0, 0.0, 1020.0])

    def test_bills_of_a_later_month_and_who_has_paid_are_not_listed(self):
        for bill in self.other.bill_ids:
            self._pay(bill)
        self._bill(date(2026, 4, 1))
        self.register._issue(self.site, date(2026, 3, 5))
        self.assertEqual(self._cells(), {"蓝鸢贸易": [1506.0, 1506.0, 3012.0]})

    def test_issued_once_on_the_fifth_also_by_a_late_server(self):
        self.register._issue_missing(self.site, date(2026, 3, 4))
        self.assertNotIn(date(2026, 3, 5), self._issue().mapped("date"))
        for today in (date(2026, 3, 5), date(2026, 3, 5), date(2026, 3, 9)):
            self.register._issue_missing(self.site, today)
        march = self._issue().filtered(lambda each: each.period == date(2026, 3, 1))
        self.assertRecordValues(march, [{"date": date(2026, 3, 5), "version": 1}])

    def test_day_is_a_setting(self):
        self.site.arrears_list_day = 8
        self.register._issue_missing(self.site, date(2026, 3, 7))
        self.assertNotIn(date(2026, 3, 8), self._issue().mapped("date"))
        self.register._issue_missing(self.site, date(2026, 3, 8))
        self.assertIn(date(2026, 3, 8), self._issue().mapped("date"))

    @freeze_time("2026-03-05 01:00:00")
    def test_print_and_workbook(self):
        issue = self.register._issue(self.site, date(2026, 3, 5))
        page = "".join(self._print(issue.action_print()))
        for text in (
            "当月欠费情况表",
            "2026年3月",
            self.unit.code,
            "蓝鸢贸易",
            "前期欠费",
            "当月未缴",
            "3,012.00",
            "5,052.00",
            "保安签收",
            "制表",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)
        sheet = load_workbook(BytesIO(issue._prepare_workbook())).active
        values = [cell.value for row in sheet.iter_rows() for cell in row]
        self.assertIn("蓝鸢贸易", values)
        self.assertIn(3012, values)

    @freeze_time("2026-03-09 01:00:00")
    def test_on_the_due_list_until_security_has_signed(self):
        issue = self.register._issue(self.site, date(2026, 3, 5))
        self._print(issue.action_print())

        def dues():
            self.env["pm.due"].invalidate_model()
            return self.env["pm.due"].search(
                [("kind", "=", "register_receipt"), ("site_id", "=", self.site.id)]
            )

        self.assertIn(issue.id, dues().mapped("res_id"))
        issue.paper_id.action_return()
        self.assertNotIn(issue.id, dues().mapped("res_id"))
