import csv
from datetime import date

from odoo.tests import tagged
from odoo.tools.misc import file_open

from .common import PmCommon


@tagged("post_install", "-at_install")
class TestPmForm(PmCommon):
    def _read_catalogue(self):
        with file_open("pm_base/data/pm.form.csv") as catalogue:
            return list(csv.DictReader(catalogue))

    def test_catalogue_is_whole_and_has_both_titles(self):
        """All 243 forms are there, each with an English and a Chinese title (overview §7)."""
        rows = self._read_catalogue()
        self.assertEqual(len(rows), 243)
        forms = {form.code: form for form in self.env["pm.form"].search([])}
        for row in rows:
            form = forms[row["code"]]
            english = form.with_context(lang="en_US").name
            chinese = form.with_context(lang="zh_CN").name
            with self.subTest(code=row["code"]):
                self.assertEqual(english, row["name"])
                self.assertTrue(any("\u4e00" <= sign <= "\u9fff" for sign in chinese), chinese)

    def test_forms_of_the_first_month_have_their_titles_and_copies(self):
        cases = {
            "F-BIL-04": ("收费通知单", 1),
            "F-BIL-10": ("催费通知单/费用催缴通知单", 1),
            "F-BIL-11": ("关于催缴物业管理费用的函(催费函)", 2),
        }
        for code, (title, copies) in cases.items():
            form = self.env["pm.form"].with_context(lang="zh_CN").search([("code", "=", code)])
            self.assertEqual((form.name, form.copies), (title, copies))

    def test_form_is_found_by_number_and_title(self):
        by_code = self.env["pm.form"].name_search("F-BIL-04")
        self.assertEqual(len(by_code), 1)
        by_title = self.env["pm.form"].with_context(lang="zh_CN").name_search("收费通知单")
        self.assertIn(by_code[0][0], [form_id for form_id, _name in by_title])

    def test_retention_counts_from_the_day_of_the_paper(self):
        """Operational papers are kept one year, base papers for good (SVC-033)."""
        form = self.env["pm.form"].new({"retention": "years", "retention_years": 1})
        self.assertEqual(form._get_retention_date(date(2028, 2, 29)), date(2029, 2, 28))
        form.retention = "permanent"
        self.assertFalse(form._get_retention_date(date(2028, 2, 29)))
