"""Dates and amounts as papers and screens word them, in the language of an environment."""

from odoo.tools import format_date, format_list, formatLang


def word_month(env, day):
    return format_date(env, day, date_format=env._("MMMM y")) if day else ""


def word_amount(env, amount):
    """Return an amount with two decimals and no currency sign, for columns headed by it."""
    return formatLang(env, amount, digits=2)


def word_list(env, words):
    """Return words as one phrase: “A, B, and C”, in Chinese “A、B和C”."""
    return format_list(env, list(words)) if words else ""
