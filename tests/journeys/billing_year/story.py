"""What happens in the year, as plain data: tariffs, costs, repairs, waivers, who pays when."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .estate import MONTHS, OCCUPANTS, UNITS, YEAR

SINCE = date(2025, 1, 1)
MANAGEMENT, ENERGY, REFUSE, RENT = "物业管理费", "公共能耗费", "垃圾清运费", "租金"
POWER, WATER, REPAIR, LATE = "电费", "水费", "有偿维修", "滞纳金"

# Fee, code, product, basis.
FEES = [
    (MANAGEMENT, "WY", "management_fee", "area"),
    (ENERGY, "NH", "common_energy", "area"),
    (REFUSE, "LJ", "refuse", "fixed"),
    (RENT, "ZJ", "management_fee", "rent"),
    (POWER, "DF", "electricity", "meter"),
    (WATER, "SF", "water", "share"),
    (REPAIR, "WX", "repair", "quantity"),
    (LATE, "ZN", "late_fee", "late"),
]


@dataclass(frozen=True)
class Price:
    fee: str
    price: Decimal
    start: date = SINCE
    end: date | None = None
    tower: str | None = None
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()


def _d(text):
    return Decimal(text)


_OLD_TIERS = ((_d("300"), _d("0.9120")), (_d("600"), _d("1.0875")))
_NEW_TIERS = ((_d("300"), _d("0.9435")), (_d("600"), _d("1.1210")))
_BEFORE, _FROM = date(YEAR, 7, 15), date(YEAR, 7, 16)
PRICES = [
    Price(MANAGEMENT, _d("12.35"), end=_BEFORE, tower="N"),
    Price(MANAGEMENT, _d("9.85"), end=_BEFORE, tower="S"),
    Price(MANAGEMENT, _d("12.80"), start=_FROM, tower="N"),
    Price(MANAGEMENT, _d("10.10"), start=_FROM, tower="S"),
    Price(ENERGY, _d("1.37")),
    Price(REFUSE, _d("60")),
    Price(POWER, _d("0.8345"), end=date(YEAR, 10, 10), tiers=_OLD_TIERS),
    Price(POWER, _d("0.8615"), start=date(YEAR, 10, 11), tiers=_NEW_TIERS),
    Price(REPAIR, _d("80")),
]
RENT_STEP = date(YEAR, 9, 10)
FIRST_READINGS = date(YEAR, 1, 1)

# Late fees begin in September: per mille a day, after days of grace.
LATE_SINCE, LATE_RATE, GRACE = date(YEAR, 9, 1), _d("0.5"), 5
DUE_DAY, READ_DAY = 5, 25


def water_cost(tower, month):
    """Return what the water of a tower cost in a month, in yuan."""
    return Decimal(561000 + (1 if tower == "N" else -1) * 98765 + month.month * 13731) / 100


@dataclass(frozen=True)
class Slip:
    """A repair: hours of labour by the tariff, and material as (quantity, price)."""

    number: int
    day: date
    hours: Decimal
    material: tuple[tuple[Decimal, Decimal], ...] = ()


def _make_slips():
    slips = []
    for month in MONTHS:
        for turn in range(3):
            occupant = OCCUPANTS[(month.month * 17 + turn * 59) % len(OCCUPANTS)]
            # The last of a month is written after the cut-off: it waits for another month.
            day = month.replace(day=(6, 25, 26)[turn])
            if occupant.start <= day and not (occupant.end and occupant.end < day):
                material = ((Decimal(turn), _d("12.57")),) if turn else ()
                slips.append(Slip(occupant.number, day, _d("1.25") + turn, material))
    slips.append(Slip(12, date(YEAR, 2, 13), _d("0.5"), ((_d("3"), _d("7.35")),)))
    return sorted(slips, key=lambda slip: slip.day)


SLIPS = _make_slips()


@dataclass(frozen=True)
class Waiver:
    """What the director waives on `day`, of the management fee: `rate` per cent or an amount."""

    number: int
    start: date
    end: date
    day: date
    rate: Decimal | None = None
    amount: Decimal | None = None


WAIVERS = [
    # One month, before it is billed.
    Waiver(30, date(YEAR, 4, 1), date(YEAR, 4, 30), date(YEAR, 3, 12), rate=_d("30")),
    # Two months, of which one is on a bill already.
    Waiver(31, date(YEAR, 3, 1), date(YEAR, 4, 30), date(YEAR, 3, 10), amount=_d("610")),
    # Credited on a bill of which days are given back when he leaves on the 20th.
    Waiver(79, date(YEAR, 3, 11), date(YEAR, 3, 31), date(YEAR, 3, 12), rate=_d("40")),
]

# Who does not pay as others do.
STOPPED, PROMPT, BREAKER, ABSENT, LATE_PAYER, HALF_PAYER = 14, 28, 42, 57, 73, 85
DEBTORS = {STOPPED, PROMPT, BREAKER, ABSENT, LATE_PAYER, HALF_PAYER}
# The cheque of this one comes back, and the director cancels the receipt.
BOUNCED, BOUNCED_ON, CANCELLED_ON = 3, date(YEAR, 5, 4), date(YEAR, 5, 7)
AHEAD = {date(YEAR, 1, 3): _d("14000"), date(YEAR, 7, 3): _d("16000.50")}

METHODS = ["cash", "cheque", "transfer", "pos"]


@dataclass(frozen=True)
class Payment:
    """Money at the counter; without an amount it is all that is open that day."""

    number: int
    start: date  # of the occupant, who may not be the first of his unit
    day: date
    amount: Decimal | None = None
    method: str = "cash"


def is_refused(occupant, month):
    """Tell whether the bank refuses to collect the bill of a month."""
    return (occupant.number + month.month * 7) % 61 == 0


def is_collected(occupant):
    """Tell whether the bank is asked for the bills of an occupant."""
    return occupant.pays == "bank" and occupant.number not in DEBTORS


def get_collect_days(month):
    """Return the days on which the file goes to the bank and its answer is booked."""
    return month.replace(day=4), month.replace(day=8)


def _pay_month(occupant, month):
    number = occupant.number
    if number in DEBTORS:
        yield from _DEBTOR_WAYS[number](month)
    elif is_collected(occupant):
        if is_refused(occupant, month):
            yield month.replace(day=16), None
    elif occupant.pays == "ahead":
        for day, amount in AHEAD.items():
            if day.replace(day=1) == month:
                yield day, amount
    else:
        yield month.replace(day=4), None
        if number == BOUNCED and month.month == BOUNCED_ON.month:
            yield month.replace(day=12), None


def _stopped(month):
    if month.month == 5:
        yield month.replace(day=12), Decimal(1500)
        yield month.replace(day=20), None
    elif month.month != 4:
        yield month.replace(day=4), None


def _prompt(month):
    yield month.replace(day=21 if month.month == 5 else 4), None


def _breaker(month):
    if month.month == 7:
        yield month.replace(day=20), None
    elif month.month != 6:
        yield month.replace(day=4), None


def _absent(month):
    if month.month < 8:
        yield month.replace(day=4), None


def _late_payer(month):
    yield month.replace(day=24 if month.month >= 8 else 4), None


def _half_payer(month):
    if month.month == 9:
        yield month.replace(day=4), Decimal("300.01")
        yield month.replace(day=14), Decimal("111.10")
    elif month.month == 10:
        yield month.replace(day=20), None
    else:
        yield month.replace(day=4), None


_DEBTOR_WAYS = {
    STOPPED: _stopped,
    PROMPT: _prompt,
    BREAKER: _breaker,
    ABSENT: _absent,
    LATE_PAYER: _late_payer,
    HALF_PAYER: _half_payer,
}


def get_payments(occupant, month):
    """Return what an occupant pays at the counter in a month, in order."""
    payments = []
    for day, amount in _pay_month(occupant, month):
        if day < occupant.start or (occupant.end and day > occupant.end):
            continue
        way = (occupant.number // 17 + day.month) % len(METHODS)
        method = "cash" if day.day == 16 else METHODS[way]
        if (occupant.number, day) == (BOUNCED, BOUNCED_ON):
            method = "cheque"
        payments.append(Payment(occupant.number, occupant.start, day, amount, method))
    return payments


def get_meter_days(occupant):
    """Return the days on which the meter of an occupant is read, the last apart."""
    days = [month.replace(day=READ_DAY) for month in MONTHS]
    return [
        day for day in days if occupant.start < day and not (occupant.end and occupant.end <= day)
    ]


def get_values(unit):
    """Return {day: what the meter shows} on the days of the year on which it is read.

    Between two monthly readings the use is spread over the days, down to a tenth.
    """
    days = {month.replace(day=READ_DAY) for month in MONTHS}
    for occupant in OCCUPANTS:
        if unit in occupant.units:
            days |= {occupant.start} if occupant.comes else set()
            days |= {occupant.end} if occupant.end else set()
    values, value = {}, Decimal(0)
    for month in MONTHS:
        last = month.replace(day=READ_DAY)
        before = (month - timedelta(days=1)).replace(day=READ_DAY)
        use = unit.use(month)
        for day in sorted(day for day in days if before < day < last):
            part = use * (day - before).days / (last - before).days
            values[day] = value + part.quantize(Decimal("0.1"))
        value += use
        values[last] = value
    for day in sorted(day for day in days if day > last):
        values[day] = value + Decimal((day - last).days)
    return {day: values[day] for day in sorted(values)}


VALUES = {unit.code: get_values(unit) for unit in UNITS}

# Who leaves a deposit in January, and gets it back after he left, less a damage.
DEPOSITOR, DEPOSIT, DAMAGE = 12, Decimal("2000.00"), Decimal("350.40")
DEPOSIT_PAID_ON, DEPOSIT_BACK_ON = date(YEAR, 1, 9), date(YEAR, 2, 23)
