"""Periods, prices with dates, and the share of a month: dates and numbers in, numbers out.

A period includes both its ends. Amounts are exact fractions until `round_amount` rounds them once.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from odoo.addons.pm_base.tools.calendar import month_end, month_start

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    start: date
    end: date

    @property
    def days(self):
        return (self.end - self.start).days + 1

    @property
    def months(self):
        """From the day before the first one to the last, in calendar months; at least one."""
        before = self.start - _DAY
        count = (self.end.year - before.year) * 12 + self.end.month - before.month
        return max(count, 1)


@dataclass(frozen=True)
class Rate:
    """A price that holds from `start` to `end`; None is an open end.

    `steps` are the tiers above the price: (quantity above which it holds, price), in order.
    """

    price: float
    start: date | None = None
    end: date | None = None
    steps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Agreement:
    """What one occupant agreed on: a price of his own, the tariff, or not to be charged."""

    terms: str  # "agreed", "tariff" or "excluded"
    price: float = 0.0
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Segment:
    """Days charged at one price; None says that no price is known for them."""

    period: Period
    price: float | None
    steps: tuple[tuple[float, float], ...] = ()


def month_of(day):
    """Return the whole month of `day` as a period."""
    return Period(month_start(day), month_end(day))


def intersect(period, start, end):
    """Return the part of `period` from `start` to `end` (None is an open end), or None."""
    first = max(period.start, start) if start else period.start
    last = min(period.end, end) if end else period.end
    return Period(first, last) if first <= last else None


def split_months(period):
    """Return the months and parts of months that make up `period`, in order."""
    parts, start = [], period.start
    while start <= period.end:
        parts.append(intersect(month_of(start), start, period.end))
        start = parts[-1].end + _DAY
    return parts


def subtract(period, taken):
    """Return the parts of `period` that no period of `taken` covers, in order."""
    free, start = [], period.start
    for other in sorted(taken, key=lambda known: known.start):
        if other.start > start:
            if part := intersect(period, start, other.start - _DAY):
                free.append(part)
        start = max(start, other.end + _DAY)
    if start <= period.end:
        free.append(Period(start, period.end))
    return free


def cut(period, ranges):
    """Cut `period` wherever one of `ranges` (anything with start and end) begins or ends."""
    starts = {period.start}
    for known in ranges:
        if known.start and period.start < known.start <= period.end:
            starts.add(known.start)
        if known.end and period.start <= known.end < period.end:
            starts.add(known.end + _DAY)
    ordered = sorted(starts)
    ends = [start - _DAY for start in ordered[1:]] + [period.end]
    return [Period(start, end) for start, end in zip(ordered, ends, strict=True)]


def first_covering(day, layers):
    """Return what covers `day` in the first of `layers` (lists, most specific first), or None."""
    for layer in layers:
        for known in layer:
            if (not known.start or known.start <= day) and (not known.end or day <= known.end):
                return known
    return None


def price_segments(period, agreements, tariffs, is_standard):
    """Return the segments of `period` that are charged, each at one price.

    `agreements` and `tariffs` are layers, most specific first. A fee that is not standard is
    charged only where it was agreed on. Where the price changes within the month there are two
    segments, so that each line of the statement can be followed with a pencil.
    """
    ranges = [known for layer in (*agreements, *tariffs) for known in layer]
    segments = []
    for part in cut(period, ranges):
        agreement = first_covering(part.start, agreements)
        terms = agreement.terms if agreement else "tariff" if is_standard else "excluded"
        if terms == "excluded":
            continue
        if terms == "agreed":
            price, steps = agreement.price, ()
        else:
            rate = first_covering(part.start, tariffs)
            price, steps = (rate.price, rate.steps) if rate else (None, ())
        if segments and _continues(segments[-1], part, price, steps):
            part = Period(segments.pop().period.start, part.end)
        segments.append(Segment(part, price, steps))
    return segments


def prorate(quantity, price, period, round_amount):
    """Return the amount of a monthly price for the days of `period`, which lies in one month.

    Computed as an exact fraction: a month cut into parts is never off by more than the rounding
    of its parts, and a whole month is exactly quantity × price.
    """
    month = month_of(period.start)
    exact = Fraction(str(quantity)) * Fraction(str(price)) * Fraction(period.days, month.days)
    return round_amount(float(exact))


def _continues(segment, part, price, steps):
    return (
        segment.price == price
        and segment.steps == steps
        and segment.period.end + _DAY == part.start
    )
