"""Late fees: what was overdue on which days, and what it comes to. Dates and numbers only."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from .proration import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Overdue:
    """Days on which the same amount was overdue."""

    period: Period
    amount: Fraction


def to_fraction(number):
    return Fraction(str(number))


def overdue_parts(amount, payments, first, last, principal=None):
    """Return what was overdue from the day `first` to the day `last`, in parts.

    `payments` are (day, amount). The day of a payment is the last day on which what it pays was
    overdue. Where a `principal` is given no more than it counts: a payment settles earlier late
    fees first, and there is no late fee on a late fee.
    """
    parts, start = [], first
    paid_on = {}
    for day, paid in payments:
        paid_on[day] = paid_on.get(day, Fraction(0)) + to_fraction(paid)
    balance = to_fraction(amount) - sum(paid for day, paid in paid_on.items() if day < first)
    ends = sorted(day for day in paid_on if first <= day < last)
    for end in [*ends, last]:
        base = balance if principal is None else min(balance, to_fraction(principal))
        if start <= end and base > 0:
            parts.append(Overdue(Period(start, end), base))
        balance -= paid_on.get(end, Fraction(0))
        start = end + _DAY
    return parts


def late_fee(parts, rate, cap=None):
    """Return the exact late fee of some parts at `rate` per mille a day, at most `cap`."""
    fee = sum((part.amount * part.period.days for part in parts), Fraction(0))
    fee = fee * to_fraction(rate) / 1000
    return fee if cap is None else min(fee, max(to_fraction(cap), Fraction(0)))


def first_late_day(due: date, grace: int) -> date:
    """Return the first day for which a late fee is charged."""
    return due + timedelta(days=grace) + _DAY
