from datetime import date

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_base.tools import calendar


@tagged("post_install", "-at_install")
class TestCalendar(BaseCase):
    def test_official_holidays_and_adjusted_weekends(self):
        """National Day 2026 is off; the weekends moved for it are worked (overview §4)."""
        cases = {
            date(2026, 9, 30): True,
            date(2026, 10, 1): False,
            date(2026, 10, 7): False,
            date(2026, 10, 8): True,
            date(2026, 10, 10): True,  # a Saturday worked instead
            date(2026, 10, 11): False,
            date(2026, 2, 14): True,  # a Saturday worked before Spring Festival
            date(2026, 2, 17): False,
        }
        for day, expected in cases.items():
            with self.subTest(day=day):
                self.assertEqual(calendar.is_workday(day), expected)

    def test_override_wins_over_official_calendar(self):
        overrides = {date(2026, 10, 1): True, date(2026, 10, 8): False}
        self.assertTrue(calendar.is_workday(date(2026, 10, 1), overrides))
        self.assertFalse(calendar.is_workday(date(2026, 10, 8), overrides))

    def test_unknown_year_falls_back_to_weekends_and_says_so_once(self):
        calendar._warn_unknown_year.cache_clear()
        with self.assertLogs("odoo.addons.pm_base.tools.calendar", "WARNING") as logs:
            self.assertTrue(calendar.is_workday(date(2090, 1, 2)))
            self.assertFalse(calendar.is_workday(date(2090, 1, 1)))
        self.assertEqual(len(logs.records), 1)

    def test_working_days_are_counted_around_national_day(self):
        cases = [
            (date(2026, 9, 30), 1, date(2026, 10, 8)),
            (date(2026, 9, 30), 3, date(2026, 10, 10)),
            (date(2026, 9, 30), 4, date(2026, 10, 12)),
            (date(2026, 10, 8), -1, date(2026, 9, 30)),
            (date(2026, 10, 3), 0, date(2026, 10, 8)),
            (date(2026, 9, 30), 0, date(2026, 9, 30)),
        ]
        for day, count, expected in cases:
            with self.subTest(day=day, count=count):
                self.assertEqual(calendar.add_workdays(day, count), expected)

    def test_last_working_day_of_month(self):
        self.assertEqual(calendar.last_workday(2026, 10), date(2026, 10, 30))
        self.assertEqual(calendar.last_workday(2026, 2), date(2026, 2, 28))  # a worked Saturday

    def test_day_of_a_shorter_month_is_its_last(self):
        """The 30th of February is the last day (CON-36)."""
        self.assertEqual(calendar.month_day(2026, 2, 30), date(2026, 2, 28))
        self.assertEqual(calendar.month_day(2028, 2, 30), date(2028, 2, 29))
        self.assertEqual(calendar.month_day(2026, 4, 31), date(2026, 4, 30))
        self.assertEqual(calendar.month_day(2026, 3, 30), date(2026, 3, 30))

    def test_months_are_added_without_leaving_the_month(self):
        self.assertEqual(calendar.add_months(date(2026, 1, 31), 1), date(2026, 2, 28))
        self.assertEqual(calendar.add_months(date(2026, 3, 31), -1), date(2026, 2, 28))
        self.assertEqual(calendar.month_start(date(2026, 2, 17)), date(2026, 2, 1))
        self.assertEqual(calendar.month_end(date(2026, 2, 17)), date(2026, 2, 28))
