"""When a step is due: an anchor plus minutes, hours, days, working days or months.

Pure functions, like those of ``calendar``; every moment is on the clock of the office.
"""

from datetime import datetime, time, timedelta

from .calendar import add_months, add_workdays

# What is due on a day may be done until the end of that day.
_END_OF_DAY = time(23, 59, 59)


def add_deadline(anchor, count, unit, overrides=None):
    """Return the moment `count` units after `anchor`, or before it when `count` is negative.

    `anchor` is a date or a datetime; `unit` is minutes, hours, days, workdays or months. A
    deadline in days, working days or months ends with its day; an anchor that is only a day
    begins at midnight. No working day after a day off is the next working day.
    """
    if unit in ("minutes", "hours"):
        start = anchor if isinstance(anchor, datetime) else datetime.combine(anchor, time.min)
        return start + timedelta(**{unit: count})
    day = anchor.date() if isinstance(anchor, datetime) else anchor
    if unit == "days":
        day += timedelta(days=count)
    elif unit == "workdays":
        day = add_workdays(day, count, overrides)
    elif unit == "months":
        day = add_months(day, count)
    else:
        raise ValueError(f"unknown unit of a deadline: {unit}")
    return datetime.combine(day, _END_OF_DAY)
