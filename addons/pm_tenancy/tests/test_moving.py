from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_base.tools import calendar

from ..tools import moving


@tagged("post_install", "-at_install")
class TestMoving(BaseCase):
    """TEN-124, TEN-125: when goods may be moved out, on the official calendar."""

    def test_working_days_in_the_evening_days_off_all_day(self):
        cases = [
            (datetime(2026, 6, 15, 17, 59), False),  # a Monday
            (datetime(2026, 6, 15, 18, 0), True),
            (datetime(2026, 6, 15, 23, 59), True),
            (datetime(2026, 6, 15, 0, 0), False),
            (datetime(2026, 6, 20, 9, 0), True),  # a Saturday off
            (datetime(2026, 9, 20, 9, 0), False),  # a Sunday worked for National Day
            (datetime(2026, 9, 20, 18, 0), True),
            (datetime(2026, 10, 1, 9, 0), True),
            (datetime(2026, 10, 7, 9, 0), True),  # a Wednesday, still a holiday
            (datetime(2026, 10, 8, 9, 0), False),
            (datetime(2026, 10, 10, 9, 0), False),  # a Saturday worked for National Day
        ]
        for moment, allowed in cases:
            with self.subTest(moment=moment):
                found = moving.is_moving_time(moment, 18.0, calendar.is_workday)
                self.assertEqual(found, allowed)

    def test_next_time_is_the_evening_of_a_working_day(self):
        noon = datetime(2026, 6, 15, 12, 0)
        self.assertEqual(
            moving.get_next_moving_time(noon, 18.5, calendar.is_workday),
            datetime(2026, 6, 15, 18, 30),
        )
        saturday = datetime(2026, 6, 20, 12, 0)
        self.assertEqual(moving.get_next_moving_time(saturday, 18.5, calendar.is_workday), saturday)

    def test_earliest_day_counts_working_days(self):
        cases = [
            (date(2026, 6, 15), 1, date(2026, 6, 16)),
            (date(2026, 6, 12), 1, date(2026, 6, 13)),  # Friday: the Saturday may follow
            (date(2026, 6, 13), 1, date(2026, 6, 16)),  # Saturday: Monday must lie between
            (date(2026, 9, 30), 1, date(2026, 10, 1)),
            (date(2026, 10, 1), 1, date(2026, 10, 9)),  # the 8th is the first working day
            (date(2026, 10, 1), 2, date(2026, 10, 10)),
            (date(2026, 10, 3), 0, date(2026, 10, 3)),
        ]
        for today, count, expected in cases:
            with self.subTest(today=today, count=count):
                self.assertEqual(
                    moving.get_earliest_day(today, count, calendar.add_workdays), expected
                )

    def test_hour_in_words(self):
        self.assertEqual([moving.word_hour(h) for h in (18.0, 8.5)], ["18:00", "8:30"])
