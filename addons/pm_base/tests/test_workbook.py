from datetime import date, datetime
from io import BytesIO
from unittest.mock import patch

import xlsxwriter

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_base.tools import workbook


def make_workbook(sheets):
    """Return the bytes of a workbook: {sheet title: rows of cells}."""
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    book.close()
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestWorkbook(BaseCase):
    def test_dates_are_read_as_offices_write_them(self):
        cases = [
            "2026-1-31",
            "2026/01/31",
            "2026.1.31",
            "2026年1月31日",
            date(2026, 1, 31),
            datetime(2026, 1, 31, 8, 30),
        ]
        for value in cases:
            with self.subTest(value=value):
                self.assertEqual(workbook.to_date(value), date(2026, 1, 31))

    def test_what_is_no_date_is_refused(self):
        for value in ("2026-02-30", "31/1/2026", "tomorrow", 46053, "2026-1", ""):
            with self.subTest(value=value), self.assertRaises(ValueError):
                workbook.to_date(value)

    def test_numbers(self):
        self.assertEqual(workbook.to_number("1,234.50"), 1234.5)
        self.assertEqual(workbook.to_number(12), 12.0)
        for value in ("12 m²", "nan", "inf", True, "", "一百"):
            with self.subTest(value=value), self.assertRaises(ValueError):
                workbook.to_number(value)

    def test_room_and_phone_numbers_keep_their_digits(self):
        self.assertEqual(workbook.to_text(1203.0), "1203")
        self.assertEqual(workbook.to_text(13800000000), "13800000000")
        self.assertEqual(workbook.to_text(None), "")
        self.assertEqual(workbook.to_text(date(2026, 1, 31)), "2026-01-31")

    def test_blank_rows_are_passed_over_and_rows_keep_their_numbers(self):
        content = make_workbook({"Units": [["Code"], [" A "], [""], ["B"]]})
        book = workbook.open_workbook(content)
        self.assertEqual(
            list(workbook.iter_rows(book["Units"])), [(1, ["Code"]), (2, ["A"]), (4, ["B"])]
        )

    def test_what_is_no_workbook_is_refused(self):
        for content in (b"", b"code,area\nA,1\n", b"PK\x03\x04 broken"):
            with self.subTest(content=content):
                with self.assertRaises(workbook.WorkbookError) as caught:
                    workbook.open_workbook(content)
                self.assertEqual(caught.exception.reason, "format")

    def test_workbook_that_unpacks_too_large_is_refused(self):
        content = make_workbook({"Units": [["Code"]]})
        with (
            patch.object(workbook, "MAX_UNPACKED_BYTES", 100),
            self.assertRaises(workbook.WorkbookError) as caught,
        ):
            workbook.open_workbook(content)
        self.assertEqual(caught.exception.reason, "size")
