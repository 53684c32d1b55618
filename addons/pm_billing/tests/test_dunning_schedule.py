from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_base.tools.calendar import add_workdays, month_day
from odoo.addons.pm_billing.tools.schedule import days_due, is_months_old, next_day_of_month


@tagged("post_install", "-at_install")
class TestDunningSchedule(BaseCase):
    def test_days_due(self):
        """BIL-040 to BIL-042: the 18th and the 23rd, also when the server slept."""
        march, february = date(2026, 3, 1), date(2026, 2, 1)

        def on(month, *numbers):
            return {number: (month, month.replace(day=number)) for number in numbers}

        for today, expected in (
            (march.replace(day=18), on(march, 18)),
            (march.replace(day=19), on(march, 18)),
            (march.replace(day=23), on(march, 18, 23)),
            (march.replace(day=31), on(march, 18, 23)),
            # Slept through the end of February: made up until the 18th of March comes.
            (march.replace(day=2), on(february, 18, 23)),
            (march.replace(day=17), on(february, 18, 23)),
        ):
            with self.subTest(today=today):
                self.assertEqual(days_due(today, {18, 23}), expected)

    def test_days_that_a_month_lacks_are_its_last(self):
        self.assertEqual(
            days_due(date(2026, 2, 28), {30}), {30: (date(2026, 2, 1), date(2026, 2, 28))}
        )
        self.assertEqual(
            days_due(date(2026, 1, 5), {31}), {31: (date(2025, 12, 1), date(2025, 12, 31))}
        )

    def test_day_off_that_is_moved_into_the_next_month_is_kept_there(self):
        """31 October 2026 is a Saturday: its work is done on 2 November, for October."""

        def find(year, month, number):
            day = month_day(year, month, number)
            return add_workdays(day, 0) if number == 31 else day

        october = date(2026, 10, 1)
        self.assertEqual(days_due(date(2026, 10, 31), {31}, find)[31][0], date(2026, 9, 1))
        shifted = {31: (october, date(2026, 11, 2))}
        self.assertEqual(days_due(date(2026, 11, 2), {31}, find), shifted)
        # Also when another day of November came first.
        due = days_due(date(2026, 11, 2), {1, 31}, find)
        self.assertEqual(due[31], (october, date(2026, 11, 2)))
        self.assertEqual(due[1], (date(2026, 11, 1), date(2026, 11, 1)))

    def test_arrears_come_of_age(self):
        """BIL-045, BIL-046: a month old on the day after the month; short months end earlier."""
        for due, months, first in (
            (date(2026, 3, 5), 1, date(2026, 4, 6)),
            (date(2026, 3, 5), 3, date(2026, 6, 6)),
            (date(2026, 1, 30), 1, date(2026, 2, 28)),
            (date(2026, 1, 31), 1, date(2026, 3, 1)),
            (date(2025, 11, 30), 3, date(2026, 3, 1)),
            (date(2025, 12, 5), 1, date(2026, 1, 6)),
        ):
            with self.subTest(due=due, months=months):
                self.assertTrue(is_months_old(due, months, first))
                self.assertFalse(is_months_old(due, months, first - timedelta(days=1)))

    def test_no_step_no_day(self):
        self.assertEqual(days_due(date(2026, 2, 28), set()), {})

    def test_deadline_is_never_in_the_past(self):
        for day, number, expected in (
            (date(2026, 3, 18), 23, date(2026, 3, 23)),
            (date(2026, 3, 23), 23, date(2026, 3, 23)),
            (date(2026, 3, 24), 23, date(2026, 4, 23)),
            (date(2026, 2, 23), 31, date(2026, 2, 28)),
            (date(2026, 12, 31), 5, date(2027, 1, 5)),
        ):
            with self.subTest(day=day, number=number):
                self.assertEqual(next_day_of_month(day, number), expected)
