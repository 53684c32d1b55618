"""Sharing a total exactly: values in, values out."""

from fractions import Fraction

CENT = Fraction(1, 100)


def share_exactly(total, weights, step=CENT):
    """Share `total` by `weights` in whole steps; the shares add up to the total.

    Largest remainder: each gets its quota rounded down, and the steps left go to those who lost
    most by it, of equals to the first. Who weighs more never gets less. A total that is no whole
    number of steps is rounded to one. Without any weight nothing is shared.
    """
    weights = [Fraction(str(weight)) for weight in weights]
    whole = sum(weights)
    if not whole:
        return [0.0 for _weight in weights]
    steps = round(Fraction(str(total)) / step)
    sign = -1 if steps < 0 else 1
    quotas = [abs(steps) * weight / whole for weight in weights]
    shares = [quota.numerator // quota.denominator for quota in quotas]
    left = abs(steps) - sum(shares)
    by_loss = sorted(range(len(quotas)), key=lambda place: shares[place] - quotas[place])
    for place in by_loss[:left]:
        shares[place] += 1
    return [float(sign * share * step) for share in shares]
