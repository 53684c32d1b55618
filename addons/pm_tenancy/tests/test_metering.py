from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_tenancy.tools.metering import (
    compute_consumption,
    find_fault,
    get_capacity,
    is_unusual,
)

# (previous, value, digits, rolled over) → (fault, consumption with multiplier 1)
CASES = [
    ((0, 0, 5, False), (None, 0)),
    ((100, 100, 5, False), (None, 0)),
    ((100, 250.5, 5, False), (None, 150.5)),
    ((0, 99999.99, 5, False), (None, 99999.99)),
    ((0, 100000, 5, False), ("too_large", 100000)),
    ((100, 99.99, 5, False), ("lower", -0.01)),
    ((99990, 15, 5, True), (None, 25)),
    ((99999.9, 0, 5, True), (None, 0.1)),
    ((1, 0, 5, True), (None, 99999)),
    ((100, 100, 5, True), ("not_rolled", 100000)),
    ((100, 101, 5, True), ("not_rolled", 100001)),
    ((9, 1, 1, True), (None, 2)),
    ((0, -1, 5, False), ("negative", -1)),
    ((0, -1, 5, True), ("negative", 99999)),
]
# A busy machine draws slowly; that is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DIGITS = st.integers(1, 9)
MULTIPLIERS = st.integers(1, 50000).map(lambda hundredths: hundredths / 100)


@st.composite
def walks(draw):
    """The true total of a counter at several times, and what a counter of few digits shows.

    Between two readings it rolls over at most once.
    """
    digits = draw(DIGITS)
    capacity = get_capacity(digits) * 100
    start = draw(st.integers(0, capacity - 1))
    steps = draw(st.lists(st.integers(0, capacity - 1), min_size=1, max_size=12))
    totals = [start]
    for step in steps:
        totals.append(totals[-1] + step)
    shown = [total % capacity for total in totals]
    rolled = [False] + [a // capacity != b // capacity for a, b in pairwise(totals)]
    return digits, totals, shown, rolled


@tagged("post_install", "-at_install")
class TestMetering(BaseCase):
    def test_boundaries(self):
        for case, expected in CASES:
            previous, value, digits, rolled = case
            with self.subTest(case=case):
                found = (
                    find_fault(previous, value, digits, rolled),
                    compute_consumption(previous, value, digits, is_rollover=rolled),
                )
                self.assertEqual(found, expected)

    def test_multiplier_of_a_current_transformer(self):
        self.assertEqual(compute_consumption(10.5, 12.75, 6, 30), 67.5)
        self.assertEqual(compute_consumption(99990, 10, 5, 60, is_rollover=True), 1200)
        self.assertEqual(compute_consumption(0.1, 0.3, 6, 0.07), 0.014)

    def test_unusual_is_more_than_so_many_percent_a_day(self):
        self.assertFalse(is_unusual(300, 30, 100, 30, 200))
        self.assertTrue(is_unusual(300.01, 30, 100, 30, 200))
        self.assertFalse(is_unusual(300, 60, 100, 30, 50))
        self.assertFalse(is_unusual(0.3, 1, 0.2, 1, 50))

    @PATIENT
    @given(walks(), MULTIPLIERS)
    @example((9, [0, 99_999_999_999], [0, 99_999_999_999], [False, False]), 354.41)
    def test_nothing_used_is_lost(self, walk, multiplier):
        """The uses between readings are what truly ran through, and add up exactly."""
        digits, totals, shown, rolled = walk
        used = Decimal(0)
        for (a, b), (shown_a, shown_b), turned in zip(
            pairwise(totals), pairwise(shown), rolled[1:], strict=True
        ):
            self.assertIsNone(find_fault(shown_a / 100, shown_b / 100, digits, turned))
            found = compute_consumption(shown_a / 100, shown_b / 100, digits, multiplier, turned)
            exact = (b - a) * round(multiplier * 100)  # ten-thousandths
            self.assertEqual(found, exact / 10000)
            used += Decimal(str(found))
        self.assertEqual(used * 10000, (totals[-1] - totals[0]) * round(multiplier * 100))

    @PATIENT
    @given(st.integers(0, 10**9), st.integers(0, 10**9), DIGITS, st.booleans())
    def test_consumption_of_a_faultless_pair_is_never_negative(self, first, last, digits, turned):
        first, last = first / 100, last / 100
        if find_fault(0, first, digits) is None and find_fault(first, last, digits, turned) is None:
            self.assertGreaterEqual(compute_consumption(first, last, digits, 1, turned), 0)

    @PATIENT
    @given(st.integers(0, 10**7), st.integers(0, 10**7), DIGITS)
    def test_a_pair_is_right_rolled_over_or_not_but_never_both(self, first, last, digits):
        plain = find_fault(first / 100, last / 100, digits)
        turned = find_fault(first / 100, last / 100, digits, True)
        self.assertIn((plain, turned).count(None), (0, 1))
        if last < get_capacity(digits) * 100:
            self.assertEqual((plain, turned).count(None), 1)
