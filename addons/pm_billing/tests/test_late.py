from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_billing.tools.late import first_late_day, late_fee, overdue_parts

# A busy machine is no failure.
PATIENT = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FIRST = date(2026, 3, 6)
AMOUNTS = st.decimals("0.01", "99999", places=2).map(float)
RATES = st.decimals("0", "10", places=3).map(float)
DAYS = st.integers(0, 200)
PAYMENTS = st.lists(
    st.tuples(
        st.integers(-30, 230).map(lambda days: FIRST + timedelta(days=days)),
        st.decimals("0.01", "500", places=2).map(float),
    ),
    max_size=5,
)


def last_of(days):
    return FIRST + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestLateFee(BaseCase):
    """BIL-027: days, amounts and rate of a late fee, exact until they are rounded once."""

    def _words(self, *args, **kwargs):
        return [
            (part.period.start.isoformat()[5:], part.period.end.isoformat()[5:], part.amount)
            for part in overdue_parts(*args, **kwargs)
        ]

    def test_first_day(self):
        """BIL-023: due on the 5th, late from the 6th on, or after the days of grace."""
        due = date(2026, 3, 5)
        for grace, day in ((0, 6), (1, 7), (5, 11)):
            with self.subTest(grace=grace):
                self.assertEqual(first_late_day(due, grace), date(2026, 3, day))

    def test_parts(self):
        """BIL-027: the day of a payment is the last one on which what it pays was overdue."""
        day = date(2026, 3, 20)
        for payments, expected in (
            ([], [("03-06", "03-31", 1000)]),
            ([(date(2026, 3, 5), 1000)], []),
            ([(date(2026, 3, 6), 1000)], [("03-06", "03-06", 1000)]),
            ([(day, 400)], [("03-06", "03-20", 1000), ("03-21", "03-31", 600)]),
            ([(day, 400), (day, 600)], [("03-06", "03-20", 1000)]),
            ([(date(2026, 3, 31), 400)], [("03-06", "03-31", 1000)]),
            ([(date(2026, 3, 1), 250)], [("03-06", "03-31", 750)]),
        ):
            with self.subTest(payments=payments):
                self.assertEqual(self._words(1000, payments, FIRST, date(2026, 3, 31)), expected)

    def test_no_late_fee_on_a_late_fee(self):
        """BIL-027: of 1,050 overdue, 50 are an earlier late fee, which a payment settles first."""
        day = date(2026, 3, 20)
        parts = overdue_parts(1050, [(day, 100)], FIRST, date(2026, 3, 31), principal=1000)
        self.assertEqual([part.amount for part in parts], [1000, 950])
        self.assertEqual(late_fee(parts, 0.5), Fraction(1000 * 15 + 950 * 11, 2000))

    def test_limit(self):
        """BIL-027: never more than what is left of the limit."""
        parts = overdue_parts(1000, [], FIRST, last_of(99))
        self.assertEqual(late_fee(parts, 3), 300)
        self.assertEqual(late_fee(parts, 3, cap=50), 50)
        self.assertEqual(late_fee(parts, 3, cap=-5), 0)

    @PATIENT
    @given(AMOUNTS, PAYMENTS, DAYS, DAYS, RATES)
    def test_two_runs_charge_what_one_does(self, amount, payments, one, more, rate):
        """BIL-027: wherever the months are cut, the same is charged."""
        middle, last = last_of(one), last_of(one + more + 1)
        whole = late_fee(overdue_parts(amount, payments, FIRST, last), rate)
        first = late_fee(overdue_parts(amount, payments, FIRST, middle), rate)
        second = late_fee(overdue_parts(amount, payments, middle + timedelta(days=1), last), rate)
        self.assertEqual(whole, first + second)

    @PATIENT
    @given(AMOUNTS, PAYMENTS, DAYS, RATES)
    def test_never_below_zero_nor_above_the_whole(self, amount, payments, days, rate):
        """BIL-027: payments only lessen it."""
        fee = late_fee(overdue_parts(amount, payments, FIRST, last_of(days)), rate)
        unpaid = Fraction(str(amount)) * (days + 1) * Fraction(str(rate)) / 1000
        self.assertGreaterEqual(fee, 0)
        self.assertLessEqual(fee, unpaid)

    @PATIENT
    @given(AMOUNTS, PAYMENTS, DAYS, RATES, AMOUNTS)
    def test_principal_and_limit_only_lessen_it(self, amount, payments, days, rate, other):
        """BIL-027: late fees on the fees alone are never above those on late fees too."""
        last = last_of(days)
        compound = late_fee(overdue_parts(amount, payments, FIRST, last), rate)
        simple = late_fee(overdue_parts(amount, payments, FIRST, last, principal=other), rate)
        self.assertLessEqual(simple, compound)
        self.assertLessEqual(
            late_fee(overdue_parts(amount, payments, FIRST, last), rate, other),
            min(compound, Fraction(str(other))),
        )

    @PATIENT
    @given(AMOUNTS, PAYMENTS, DAYS)
    def test_parts_follow_one_another(self, amount, payments, days):
        """BIL-027: no day is counted twice, and none outside the days asked for."""
        parts = overdue_parts(amount, payments, FIRST, last_of(days))
        for one, other in pairwise(parts):
            self.assertLess(one.period.end, other.period.start)
            self.assertGreater(one.amount, other.amount)
        for part in parts:
            self.assertLessEqual(FIRST, part.period.start)
            self.assertLessEqual(part.period.end, last_of(days))
