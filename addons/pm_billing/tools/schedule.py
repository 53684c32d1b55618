"""When the steps of dunning fall due: dates in, dates out."""

from datetime import timedelta

from odoo.addons.pm_base.tools.calendar import add_months, month_day, month_start


def next_day_of_month(day, number):
    """Return the first `number`-th of a month on or after `day` (31 is the last day)."""
    found = month_day(day.year, day.month, number)
    if found >= day:
        return found
    later = add_months(month_start(day), 1)
    return month_day(later.year, later.month, number)


def days_due(today, keys, find=month_day):
    """Return {key: (month, day)} of the days of the month whose work is to be done by `today`.

    `find(year, month, key)` returns the day on which a key falls in a month; it may lie in another
    month where a day off is avoided. Days of this month that were slept through are caught up, each
    under its own date. Those of last month are caught up too, but only until the first such day of
    this month: nobody is asked twice in a row because the server was off for long.
    """
    this, last = month_start(today), add_months(month_start(today), -1)
    found = {
        month: {key: find(month.year, month.month, key) for key in keys} for month in (last, this)
    }
    due = {key: (this, day) for key, day in found[this].items() if day <= today}
    before = {
        key: (last, day)
        for key, day in found[last].items()
        if day <= today and (not due or day >= this)
    }
    return dict(sorted({**before, **due}.items(), key=lambda item: item[1][1]))


def is_months_old(date_due, months, day):
    """Tell whether what was due on `date_due` has been owed for so many months on `day`.

    Arrears arise on the day after the due date: what was due on 5 March is a month old on 6 April.
    """
    return add_months(date_due + timedelta(days=1), months) <= day
