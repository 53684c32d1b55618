from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged
from odoo.tools import float_round

from odoo.addons.pm_billing.tools.sharing import share_exactly
from odoo.addons.pm_billing.tools.tiers import price_parts, split_tiers

# A busy machine is no failure.
PATIENT = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
QUANTITIES = st.decimals("0", "99999", places=4).map(float)
PRICES = st.decimals("0", "99", places=4).map(float)
WEIGHTS = st.lists(st.decimals("0", "9999", places=2).map(float), min_size=1, max_size=30)
AMOUNTS = st.decimals("-999999", "999999", places=2).map(float)


def to_fen(amount):
    return float_round(amount, precision_rounding=0.01)


@st.composite
def rising_steps(draw):
    limits = draw(st.sets(st.integers(1, 5000), max_size=4))
    prices = sorted(draw(st.lists(PRICES, min_size=len(limits) + 1, max_size=len(limits) + 1)))
    return prices[0], tuple(zip(sorted(limits), prices[1:], strict=True))


@tagged("post_install", "-at_install")
class TestTiers(BaseCase):
    """BIL-015: what was used, tier by tier."""

    def test_tiers(self):
        steps = ((100, 0.6), (300, 0.9))
        for quantity, used, scale, expected in (
            (0, 0, 1, [(0, 0.5)]),
            (100, 0, 1, [(100, 0.5)]),
            (101, 0, 1, [(100, 0.5), (1, 0.6)]),
            (400, 0, 1, [(100, 0.5), (200, 0.6), (100, 0.9)]),
            (50, 80, 1, [(20, 0.5), (30, 0.6)]),
            (50, 300, 1, [(50, 0.9)]),
            (400, 0, 2, [(200, 0.5), (200, 0.6)]),
            (100, 0, Fraction(1, 2), [(50, 0.5), (50, 0.6)]),
        ):
            with self.subTest(quantity=quantity, used=used, scale=scale):
                self.assertEqual(split_tiers(quantity, 0.5, steps, used, scale), expected)
        self.assertEqual(price_parts(split_tiers(400, 0.5, steps), to_fen), 260.0)

    @PATIENT
    @given(QUANTITIES, rising_steps())
    def test_parts_add_up(self, quantity, tariff):
        parts = split_tiers(quantity, *tariff)
        self.assertEqual(sum(part for part, _price in parts), Fraction(str(quantity)))

    @PATIENT
    @given(QUANTITIES, QUANTITIES, rising_steps())
    def test_more_never_costs_less(self, one, other, tariff):
        less, more = sorted((one, other))
        self.assertLessEqual(
            price_parts(split_tiers(less, *tariff), to_fen),
            price_parts(split_tiers(more, *tariff), to_fen),
        )

    @PATIENT
    @given(QUANTITIES, QUANTITIES, rising_steps())
    def test_two_readings_cost_what_one_does(self, first, second, tariff):
        """A check reading in the month changes nothing: the tiers go on where they were."""

        def exact(parts):
            return sum(part * Fraction(str(price)) for part, price in parts)

        together = Fraction(str(first)) + Fraction(str(second))
        self.assertEqual(
            exact(split_tiers(together, *tariff)),
            exact(split_tiers(first, *tariff)) + exact(split_tiers(second, *tariff, used=first)),
        )


@tagged("post_install", "-at_install")
class TestSharing(BaseCase):
    """BIL-076: a cost is shared to the fen."""

    def test_shares(self):
        for total, weights, expected in (
            (100, [1, 1, 1], [33.34, 33.33, 33.33]),
            (0.02, [1, 1, 1], [0.01, 0.01, 0.0]),
            (-100, [1, 1, 1], [-33.34, -33.33, -33.33]),
            (10, [0, 2], [0.0, 10.0]),
            (10, [0, 0], [0.0, 0.0]),
            (10, [], []),
        ):
            with self.subTest(total=total, weights=weights):
                self.assertEqual(share_exactly(total, weights), expected)

    @PATIENT
    @given(AMOUNTS, WEIGHTS)
    def test_shares_add_up_exactly(self, amount, weights):
        shares = share_exactly(amount, weights)
        if any(weights):
            self.assertEqual(sum(Fraction(str(share)) for share in shares), Fraction(str(amount)))

    @PATIENT
    @given(AMOUNTS.map(abs), WEIGHTS)
    def test_who_weighs_more_never_gets_less(self, amount, weights):
        shares = share_exactly(amount, weights)
        ordered = sorted(zip(weights, shares, strict=True), key=lambda pair: pair[0])
        for (one, less), (other, more) in pairwise(ordered):
            if one < other:
                self.assertLessEqual(less, more)

    @PATIENT
    @given(AMOUNTS.map(abs), WEIGHTS)
    def test_nobody_is_a_fen_off(self, amount, weights):
        whole = sum(Fraction(str(weight)) for weight in weights)
        for weight, share in zip(weights, share_exactly(amount, weights), strict=True):
            if whole:
                fair = Fraction(str(amount)) * Fraction(str(weight)) / whole
                self.assertLess(abs(Fraction(str(share)) - fair), Fraction(1, 100))
