"""Prices that rise with use: values in, values out."""

from fractions import Fraction


def split_tiers(quantity, price, steps, used=0, scale=1):
    """Return [(quantity, price)] of a use, tier by tier, as exact fractions and prices.

    `price` holds for the first units; `steps` are (quantity above which it holds, price). Tiers
    begin where `used` before in the same month left off; `scale` stretches their limits for a use
    of several months or of a part of one.
    """
    start = _exact(used)
    end = start + _exact(quantity)
    limits = [Fraction(0), *(_exact(above) * _exact(scale) for above, _price in steps), None]
    prices = [price, *(step for _above, step in steps)]
    parts = []
    for place, each in enumerate(prices):
        lower, upper = limits[place], limits[place + 1]
        top = end if upper is None else min(end, upper)
        part = top - max(start, lower)
        if part > 0:
            parts.append((part, each))
    return parts or [(Fraction(0), price)]


def price_parts(parts, round_amount):
    """Return the amount of what `split_tiers` returned, rounded once."""
    return round_amount(float(sum(part * _exact(price) for part, price in parts)))


def _exact(value):
    return value if isinstance(value, Fraction) else Fraction(str(value))
