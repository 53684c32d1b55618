"""Working days of the People's Republic of China, and month arithmetic that never drifts.

Pure functions: dates in, dates out. ``overrides`` maps a date to True (worked) or False (off) and
wins over the official calendar; see ``pm.calendar.day``.
"""

import calendar as month_calendar
import logging
from datetime import date, timedelta
from functools import cache

import chinese_calendar
from dateutil.relativedelta import relativedelta

_logger = logging.getLogger(__name__)


def is_workday(day, overrides=None):
    """Tell whether `day` is worked: official holidays are off, adjusted weekends are on."""
    if overrides and day in overrides:
        return overrides[day]
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        _warn_unknown_year(day.year)
        return day.weekday() < 5


def add_workdays(day, count, overrides=None):
    """Return the `count`-th working day after `day`, or before it when `count` is negative.

    With a count of 0, `day` itself if it is worked, else the next working day.
    """
    step = timedelta(days=-1 if count < 0 else 1)
    if not count:
        while not is_workday(day, overrides):
            day += step
        return day
    for _unused in range(abs(count)):
        day += step
        while not is_workday(day, overrides):
            day += step
    return day


def last_workday(year, month, overrides=None):
    """Return the last working day of a month."""
    day = month_day(year, month, 31)
    while not is_workday(day, overrides):
        day -= timedelta(days=1)
    return day


def month_day(year, month, day):
    """Return that day of the month, or the last one when the month is shorter (CON-36)."""
    return date(year, month, min(day, month_calendar.monthrange(year, month)[1]))


def add_months(day, months):
    """Return the date `months` later; the 31st becomes the last day of a shorter month."""
    return day + relativedelta(months=months)


def month_start(day):
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def month_end(day):
    """Return the last day of the month of `day`."""
    return month_day(day.year, day.month, 31)


@cache  # warn once for each year
def _warn_unknown_year(year):
    _logger.warning(
        "The official holidays of %s are not known: only weekends count as days off. "
        "Enter the holidays under Configuration / Working Days.",
        year,
    )
