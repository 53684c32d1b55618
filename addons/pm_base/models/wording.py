"""Values as papers word them, in the language of an environment and on the clock of an office."""

from datetime import date, datetime

from odoo import models
from odoo.tools import format_date, format_datetime, format_list


def word_day(env, day):
    return format_date(env, day, date_format="long") if day else ""


def word_days(env, first, last):
    """Return days in figures, “2026/11/02 – 2026/12/17”; a single day once."""
    days = dict.fromkeys(format_date(env, day) for day in (first, last) if day)
    return " – ".join(days)


def word_value(env, site, value):
    """Return what a paper of `site` prints for a value; text and markup stay as they are."""
    if isinstance(value, datetime):
        return format_datetime(env, value, tz=site.tz, dt_format="long").strip()
    if isinstance(value, date):
        return word_day(env, value)
    if isinstance(value, models.BaseModel):
        return format_list(env, [record.display_name for record in value]) if value else ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    return value


def word_enumeration(env, words):
    """Return words in a row as a table has them: “A, B, C”, in Chinese “A、B、C”."""
    return ("、" if (env.lang or "").startswith("zh") else ", ").join(words)
