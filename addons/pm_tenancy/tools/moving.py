"""When a removal may take place. Pure functions; every moment is on the clock of the office."""

from datetime import datetime, time, timedelta


def is_moving_time(moment, after_hour, is_workday):
    """Tell whether goods may be moved out at `moment`: on working days from `after_hour` on, on
    days off all day. `is_workday(day)` knows the working days."""
    minutes = moment.hour * 60 + moment.minute
    return not is_workday(moment.date()) or minutes >= round(after_hour * 60)


def get_next_moving_time(moment, after_hour, is_workday):
    """Return `moment`, or the first one after it at which goods may be moved out."""
    if is_moving_time(moment, after_hour, is_workday):
        return moment
    return datetime.combine(moment.date(), time.min) + timedelta(minutes=round(after_hour * 60))


def get_earliest_day(today, workdays, add_workdays):
    """Return the first day that today lies at least `workdays` working days before.

    `add_workdays(day, count)` counts working days.
    """
    day = today
    while workdays and add_workdays(day, -workdays) < today:
        day += timedelta(days=1)
    return day


def word_hour(hour):
    """Return an hour such as 18.5 as it is written: 18:30."""
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
