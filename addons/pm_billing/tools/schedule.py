"""When the steps of dunning fall due: dates in, dates out."""

from odoo.addons.pm_base.tools.calendar import add_months, month_day


def next_day_of_month(day, number):
    """Return the first `number`-th of a month on or after `day` (31 is the last day)."""
    found = month_day(day.year, day.month, number)
    if found >= day:
        return found
    later = add_months(day.replace(day=1), 1)
    return month_day(later.year, later.month, number)


def days_due(today, numbers):
    """Return {number: date} of the days of the month whose work is to be done by `today`.

    Days of this month that were slept through are caught up, each under its own date. Those of
    last month are caught up too, but only until the first such day of this month: nobody is asked
    twice in a row because the server was off for long.
    """
    days = {number: month_day(today.year, today.month, number) for number in numbers}
    due = {number: day for number, day in days.items() if day <= today}
    if not due:
        before = add_months(today.replace(day=1), -1)
        due = {number: month_day(before.year, before.month, number) for number in numbers}
    return dict(sorted(due.items(), key=lambda item: item[1]))
