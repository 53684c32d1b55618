from datetime import date

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_billing.tools.schedule import days_due, next_day_of_month


@tagged("post_install", "-at_install")
class TestDunningSchedule(BaseCase):
    def test_days_due(self):
        """BIL-041, BIL-042: the 18th and the 23rd, also when the server slept."""
        march, february = date(2026, 3, 1), date(2026, 2, 1)
        for today, expected in (
            (march.replace(day=18), {18: march.replace(day=18)}),
            (march.replace(day=19), {18: march.replace(day=18)}),
            (march.replace(day=23), {18: march.replace(day=18), 23: march.replace(day=23)}),
            (march.replace(day=31), {18: march.replace(day=18), 23: march.replace(day=23)}),
            # Slept through the end of February: made up until the 18th of March comes.
            (march.replace(day=2), {18: february.replace(day=18), 23: february.replace(day=23)}),
            (march.replace(day=17), {18: february.replace(day=18), 23: february.replace(day=23)}),
        ):
            with self.subTest(today=today):
                self.assertEqual(days_due(today, {18, 23}), expected)

    def test_days_that_a_month_lacks_are_its_last(self):
        self.assertEqual(days_due(date(2026, 2, 28), {30}), {30: date(2026, 2, 28)})
        self.assertEqual(days_due(date(2026, 1, 5), {31}), {31: date(2025, 12, 31)})

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
