"""What a meter has counted between two readings: values in, values out."""

# Readings have two decimals and multipliers too: products of their hundredths are whole numbers.
_HUNDREDTHS = 100


def get_capacity(digits):
    """Return the value at which a counter with so many whole digits starts again from zero."""
    return 10**digits


def find_fault(previous, value, digits, is_rollover=False):
    """Return why `value` cannot follow `previous` on a counter: a word, or None if it can.

    `negative`, `too_large` (more digits than the counter has), `lower` (than the last value,
    without the counter having rolled over), `not_rolled` (said to have rolled over, but not lower).
    """
    if value < 0:
        return "negative"
    if value >= get_capacity(digits):
        return "too_large"
    if is_rollover:
        return None if value < previous else "not_rolled"
    return "lower" if value < previous else None


def compute_consumption(previous, value, digits, multiplier=1.0, is_rollover=False):
    """Return what was used from `previous` to `value`: the difference × the multiplier.

    A counter that has rolled over went on to its capacity and began again. The uses between
    consecutive readings add up exactly to the use between the first and the last.
    """
    difference = value - previous + (get_capacity(digits) if is_rollover else 0)
    whole = round(difference * _HUNDREDTHS) * round(multiplier * _HUNDREDTHS)
    return whole / _HUNDREDTHS**2


def is_unusual(use, days, usual, usual_days, percent):
    """Tell whether a use is a day more than `percent` above the usual one, as a misread digit
    makes it."""
    # A hundred times a use has two decimals.
    return round(use * usual_days * 100 - usual * days * (100 + percent), 2) > 0
