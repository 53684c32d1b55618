from odoo.tests import BaseCase, tagged

from ..tools.register import (
    fit_widths,
    group_rows,
    mark_changes,
    put_side_by_side,
    sum_columns,
)


def _rows(*cells, group=""):
    return [
        {"key": str(row[0]), "group": group, "mark": "", "changed": [], "cells": list(row)}
        for row in cells
    ]


@tagged("post_install", "-at_install")
class TestRegisterRows(BaseCase):
    def _mark(self, rows, before, columns=((0, 0), (1, 1))):
        mark_changes(rows, before, columns)
        return [(row["cells"], row["mark"], row["changed"]) for row in rows]

    def test_changes_between_issues(self):
        """New, changed and removed rows are told apart (TEN-014)."""
        before = _rows(["A1", 1.0], ["A2", 2.0], ["A3", 3.0])
        self.assertEqual(
            self._mark(_rows(["A1", 1.0], ["A2", 2.5], ["A4", 4.0]), before),
            [
                (["A1", 1.0], "", []),
                (["A2", 2.5], "changed", [1]),
                (["A4", 4.0], "new", []),
                (["A3", 3.0], "removed", []),
            ],
        )

    def test_a_row_is_reported_as_gone_once(self):
        before = _rows(["A1", 1])
        before[0]["mark"] = "removed"
        self.assertEqual(self._mark(_rows(["A2", 2]), before), [(["A2", 2], "new", [])])

    def test_a_column_that_is_new_is_no_change(self):
        self.assertEqual(
            self._mark(_rows(["A1", "x", 1]), _rows(["A1", 1]), [(0, 0), (2, 1)]),
            [(["A1", "x", 1], "", [])],
        )

    def test_groups_keep_their_order_and_removed_rows_do_not_count(self):
        rows = _rows(["A1", 1], ["A2", ""], group="B") + _rows(["A3", 3], group="A")
        rows[0]["mark"] = "removed"
        self.assertEqual([name for name, _rows in group_rows(rows)], ["B", "A"])
        self.assertEqual(sum_columns(rows, [1]), {1: 3})

    def test_two_halves_of_a_page(self):
        """The list of vacant units has its columns twice side by side (CON-20)."""
        for count, expected in (
            (0, []),
            (1, [["1-"]]),
            (3, [["13", "2-"]]),
            (4, [["13", "24"]]),
            (5, [["13", "24"], ["5-"]]),
            (7, [["13", "24"], ["57", "6-"]]),
        ):
            with self.subTest(count=count):
                rows = [[str(number)] for number in range(1, count + 1)]
                pages = put_side_by_side(rows, 2, 1)
                lines = [["".join(cell or "-" for cell in line) for line in page] for page in pages]
                self.assertEqual(lines, expected)

    def test_columns_never_leave_the_page(self):
        for widths, scale, expected in (
            ([40, 0, 30], 1.0, [40, 0, 30]),
            ([75, 0], 1.0, [75, 0]),
            ([100, 0, 75], 0.5, [50.0, 12.5, 37.5]),
            ([], 1.0, []),
        ):
            with self.subTest(widths=widths):
                self.assertEqual(fit_widths(widths, 100, 25), (scale, expected))
