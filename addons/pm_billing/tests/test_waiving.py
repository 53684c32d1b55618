from datetime import date
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from ..tools.proration import Period
from ..tools.waiving import month_share, part_waived, split_waived


@tagged("post_install", "-at_install")
class TestWaiving(BaseCase):
    def test_part_of_a_charge_that_falls_on_the_days_waived(self):
        """BIL-074: by days, both ends included."""
        march = Period(date(2026, 3, 1), date(2026, 3, 31))
        for start, end, part in (
            (date(2026, 3, 1), date(2026, 3, 31), 310),
            (date(2026, 2, 1), date(2026, 4, 30), 310),
            (date(2026, 3, 31), date(2026, 4, 30), 10),
            (date(2026, 2, 1), date(2026, 3, 1), 10),
            (date(2026, 4, 1), date(2026, 4, 30), 0),
        ):
            with self.subTest(start=start, end=end):
                self.assertEqual(part_waived(310, march, Period(start, end)), part)

    def test_months_add_up_to_the_amount(self):
        """BIL-074: an amount for a period is spread over its days to the fen."""
        for total in (100, 0.01, 33.33, 1234.56):
            for start, end in (
                (date(2026, 1, 15), date(2026, 12, 31)),
                (date(2026, 2, 28), date(2026, 3, 1)),
                (date(2026, 5, 5), date(2026, 5, 5)),
            ):
                months = [date(2026, month, 1) for month in range(1, 13)]
                shares = [month_share(total, Period(start, end), month) for month in months]
                with self.subTest(total=total, start=start):
                    self.assertEqual(sum(shares), Fraction(str(total)))
                    self.assertFalse([share for share in shares if share < 0])

    def test_no_more_is_waived_than_charged(self):
        for total, parts, shares in (
            (100, [30, 60], [30.0, 60.0]),
            (9, [30, 60], [3.0, 6.0]),
            (0.01, [1, 1], [0.01, 0.0]),
            (5, [], []),
            (5, [0], [0.0]),
        ):
            with self.subTest(total=total, parts=parts):
                fractions = [Fraction(part) for part in parts]
                self.assertEqual(split_waived(Fraction(str(total)), fractions), shares)
