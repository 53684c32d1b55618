from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged
from odoo.tools import float_round

from odoo.addons.pm_billing.tools.capitals import to_capitals
from odoo.addons.pm_billing.tools.proration import (
    Agreement,
    Period,
    Rate,
    cut,
    intersect,
    month_of,
    price_segments,
    prorate,
    subtract,
)

DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))
PRICES = st.decimals("0", "9999", places=4).map(float)
AREAS = st.decimals("0.01", "99999", places=2).map(float)


def to_fen(amount):
    return float_round(amount, precision_rounding=0.01)


@st.composite
def months_in_parts(draw):
    """A month cut into consecutive periods."""
    month = month_of(draw(DAYS))
    starts = sorted(
        {month.start}
        | draw(
            st.sets(
                st.integers(1, month.days - 1).map(lambda n: month.start + timedelta(days=n)),
                max_size=5,
            )
        )
    )
    ends = [start - timedelta(days=1) for start in starts[1:]] + [month.end]
    return month, [Period(start, end) for start, end in zip(starts, ends, strict=True)]


@tagged("post_install", "-at_install")
class TestProration(BaseCase):
    def test_amount_of_a_part_of_a_month(self):
        """BIL-014, BIL-023: calendar days of the month, both ends included."""
        for quantity, price, start, end, amount in (
            (128.50, 12.0, date(2026, 1, 1), date(2026, 1, 31), 1542.00),
            (128.50, 12.0, date(2026, 1, 31), date(2026, 1, 31), 49.74),
            (128.50, 12.0, date(2026, 2, 1), date(2026, 2, 28), 1542.00),
            (128.50, 12.0, date(2028, 2, 1), date(2028, 2, 29), 1542.00),
            (128.50, 12.0, date(2028, 2, 29), date(2028, 2, 29), 53.17),
            (128.50, 12.0, date(2026, 2, 28), date(2026, 2, 28), 55.07),
            (128.50, 12.0, date(2026, 4, 11), date(2026, 4, 30), 1028.00),
            (128.50, 12.0, date(2026, 4, 1), date(2026, 4, 15), 771.00),
            (1.0, 60.0, date(2026, 4, 1), date(2026, 4, 1), 2.00),
            (0.01, 0.5, date(2026, 4, 1), date(2026, 4, 30), 0.01),  # half a fen goes up
            (100.0, 0.0, date(2026, 4, 1), date(2026, 4, 30), 0.0),
        ):
            with self.subTest(quantity=quantity, start=start, end=end):
                self.assertEqual(prorate(quantity, price, Period(start, end), to_fen), amount)

    @settings(max_examples=300, deadline=None)
    @given(AREAS, PRICES, DAYS)
    def test_whole_month_is_quantity_times_price(self, quantity, price, day):
        exact = (Decimal(str(quantity)) * Decimal(str(price))).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        self.assertEqual(Decimal(f"{prorate(quantity, price, month_of(day), to_fen):.2f}"), exact)

    @settings(max_examples=300, deadline=None)
    @given(AREAS, PRICES, months_in_parts())
    def test_parts_of_a_month_sum_to_the_month(self, quantity, price, month_and_parts):
        """Each part is rounded once: together they are off by half a fen a part at most."""
        month, parts = month_and_parts
        whole = prorate(quantity, price, month, to_fen)
        total = sum(prorate(quantity, price, part, to_fen) for part in parts)
        self.assertLessEqual(abs(total - whole), 0.005 * (len(parts) + 1) + 1e-6)

    def test_intersect(self):
        march = month_of(date(2026, 3, 9))
        for start, end, expected in (
            (None, None, march),
            (date(2026, 3, 1), None, march),
            (date(2026, 3, 31), None, Period(date(2026, 3, 31), date(2026, 3, 31))),
            (None, date(2026, 3, 1), Period(date(2026, 3, 1), date(2026, 3, 1))),
            (date(2026, 4, 1), None, None),
            (None, date(2026, 2, 28), None),
            (date(2026, 2, 10), date(2026, 4, 2), march),
        ):
            with self.subTest(start=start, end=end):
                self.assertEqual(intersect(march, start, end), expected)

    @settings(max_examples=300, deadline=None)
    @given(DAYS, st.lists(st.tuples(st.integers(-10, 40), st.integers(0, 20)), max_size=4))
    def test_subtract_leaves_exactly_the_free_days(self, day, ranges):
        period = month_of(day)
        taken = [
            Period(period.start + timedelta(days=a), period.start + timedelta(days=a + length))
            for a, length in ranges
        ]
        free = subtract(period, taken)

        def days(periods):
            return [each.start + timedelta(days=n) for each in periods for n in range(each.days)]

        expected = sorted(set(days([period])) - set(days(taken)))
        self.assertEqual(days(free), expected)

    @settings(max_examples=200, deadline=None)
    @given(DAYS, st.lists(st.tuples(DAYS, DAYS), max_size=4))
    def test_cut_covers_each_day_once(self, day, ranges):
        period = month_of(day)
        parts = cut(period, [Rate(1.0, min(pair), max(pair)) for pair in ranges])
        self.assertEqual(parts[0].start, period.start)
        self.assertEqual(parts[-1].end, period.end)
        for before, after in pairwise(parts):
            self.assertEqual(before.end + timedelta(days=1), after.start)

    def test_price_that_changes_within_the_month_makes_two_segments(self):
        period = month_of(date(2026, 3, 1))
        tariff = [Rate(10.0, None, date(2026, 3, 14)), Rate(12.0, date(2026, 3, 15))]
        found = [
            (each.period.start.day, each.period.end.day, each.price)
            for each in price_segments(period, [], [tariff], is_standard=True)
        ]
        self.assertEqual(found, [(1, 14, 10.0), (15, 31, 12.0)])

    def test_same_price_again_stays_one_segment(self):
        period = month_of(date(2026, 3, 1))
        tariff = [Rate(12.0, None, date(2026, 3, 14)), Rate(12.0, date(2026, 3, 15))]
        self.assertEqual(len(price_segments(period, [], [tariff], is_standard=True)), 1)

    def test_gap_in_the_tariff_is_told_not_charged_as_zero(self):
        period = month_of(date(2026, 3, 1))
        found = price_segments(period, [], [[Rate(12.0, date(2026, 3, 11))]], is_standard=True)
        self.assertEqual([each.price for each in found], [None, 12.0])
        self.assertEqual(found[0].period, Period(date(2026, 3, 1), date(2026, 3, 10)))

    def test_agreement_stands_above_the_tariff(self):
        period = month_of(date(2026, 3, 1))
        tariff = [[Rate(12.0)]]
        for agreement, is_standard, prices in (
            (None, True, [12.0]),
            (None, False, []),
            (Agreement("agreed", 9.0), True, [9.0]),
            (Agreement("agreed", 0.0), True, [0.0]),
            (Agreement("tariff"), False, [12.0]),
            (Agreement("excluded"), True, []),
            (Agreement("excluded", end=date(2026, 3, 9)), True, [12.0]),
            (Agreement("agreed", 9.0, start=date(2026, 3, 9)), False, [9.0]),
            (Agreement("agreed", 9.0, start=date(2026, 3, 9)), True, [12.0, 9.0]),
        ):
            with self.subTest(agreement=agreement, is_standard=is_standard):
                layers = [[agreement]] if agreement else []
                found = price_segments(period, layers, tariff, is_standard)
                self.assertEqual([each.price for each in found], prices)


@tagged("post_install", "-at_install")
class TestWords(BaseCase):
    def test_amount_in_capitals(self):
        """BIL-042: the letter states the amount in capitals as well."""
        for amount, capitals in (
            (12345.6, "壹万贰仟叁佰肆拾伍元陆角"),
            (10.05, "壹拾元零伍分"),
            (1542, "壹仟伍佰肆拾贰元整"),
            (0, "零元整"),
            (100000001.1, "壹亿零壹元壹角"),
            (0.1 + 0.2, "叁角"),
        ):
            with self.subTest(amount=amount):
                self.assertEqual(to_capitals(amount), capitals)
