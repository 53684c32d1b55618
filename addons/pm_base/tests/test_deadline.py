from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_base.tools.deadline import add_deadline


@tagged("post_install", "-at_install")
class TestDeadline(BaseCase):
    def _assert_table(self, unit, cases):
        for anchor, count, expected in cases:
            with self.subTest(anchor=anchor, count=count, unit=unit):
                self.assertEqual(add_deadline(anchor, count, unit), expected)

    def test_minutes_and_hours_count_from_the_moment(self):
        noon = datetime(2026, 10, 1, 12, 0)
        self._assert_table(
            "minutes",
            [(noon, 15, datetime(2026, 10, 1, 12, 15)), (noon, -30, datetime(2026, 10, 1, 11, 30))],
        )
        self._assert_table(
            "hours",
            [
                (noon, 24, datetime(2026, 10, 2, 12, 0)),
                (noon, 0, noon),
                (date(2026, 10, 1), -2, datetime(2026, 9, 30, 22, 0)),  # a day begins at midnight
            ],
        )

    def test_days_end_with_the_day(self):
        self._assert_table(
            "days",
            [
                (date(2026, 10, 1), 0, datetime(2026, 10, 1, 23, 59, 59)),
                (datetime(2026, 10, 1, 8, 0), 3, datetime(2026, 10, 4, 23, 59, 59)),
                (date(2026, 3, 1), -1, datetime(2026, 2, 28, 23, 59, 59)),
            ],
        )

    def test_working_days_skip_national_day_and_work_the_moved_weekend(self):
        """National Day 2026: off from 1 to 7 October, Saturday the 10th is worked."""
        self._assert_table(
            "workdays",
            [
                (date(2026, 9, 30), 1, datetime(2026, 10, 8, 23, 59, 59)),
                (date(2026, 9, 30), 3, datetime(2026, 10, 10, 23, 59, 59)),
                (date(2026, 9, 30), 4, datetime(2026, 10, 12, 23, 59, 59)),
                (date(2026, 10, 8), -1, datetime(2026, 9, 30, 23, 59, 59)),
                (date(2026, 9, 30), 0, datetime(2026, 9, 30, 23, 59, 59)),
                (date(2026, 10, 3), 0, datetime(2026, 10, 8, 23, 59, 59)),
            ],
        )

    def test_day_that_the_company_decided_counts(self):
        overrides = {date(2026, 10, 8): False}
        self.assertEqual(
            add_deadline(date(2026, 9, 30), 1, "workdays", overrides),
            datetime(2026, 10, 9, 23, 59, 59),
        )

    def test_months_stay_within_the_month(self):
        self._assert_table(
            "months",
            [
                (date(2026, 1, 31), 1, datetime(2026, 2, 28, 23, 59, 59)),
                (date(2026, 1, 31), 2, datetime(2026, 3, 31, 23, 59, 59)),
                (date(2028, 1, 31), 1, datetime(2028, 2, 29, 23, 59, 59)),
                (date(2026, 3, 31), -1, datetime(2026, 2, 28, 23, 59, 59)),
            ],
        )

    def test_unknown_unit_is_refused(self):
        with self.assertRaisesRegex(ValueError, "fortnights"):
            add_deadline(date(2026, 1, 1), 1, "fortnights")
