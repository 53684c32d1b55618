"""What of a charge is waived: dates and amounts in, exact amounts out."""

from fractions import Fraction

from odoo.addons.pm_base.tools.calendar import month_end, month_start

from .proration import intersect
from .sharing import CENT, share_exactly


def part_waived(amount, days, waived):
    """Return the part of an amount for `days` that falls on the days `waived`, as a fraction."""
    both = intersect(days, waived.start, waived.end)
    return Fraction(str(amount)) * both.days / days.days if both else Fraction(0)


def month_share(total, waived, month):
    """Return the share of `total` for the month of `waived`; the months add up to the total.

    The running total is rounded rather than each share, so no fen goes missing.
    """
    start = max(waived.start, month_start(month))
    end = min(waived.end, month_end(month))
    if start > end:
        return Fraction(0)
    before = (start - waived.start).days
    until = (end - waived.start).days + 1
    return _run(total, until, waived.days) - _run(total, before, waived.days)


def split_waived(total, parts):
    """Share what is waived among charges by the `parts` of them that may be waived, never more."""
    whole = sum(parts)
    if not whole:
        return [0.0] * len(parts)
    return share_exactly(min(Fraction(total), _floor(whole)), parts)


def _run(total, days, whole):
    return round(Fraction(str(total)) * days / whole / CENT) * CENT


def _floor(amount):
    return amount // CENT * CENT
