"""The estate of the year: units and who is in them when, by a rule; data without any model."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

YEAR = 2026
MONTHS = [date(YEAR, month, 1) for month in range(1, 13)]
# Code, name, floors, rooms of a floor.
TOWERS = [("N", "北楼", 14, 9), ("S", "南楼", 10, 10)]
HERE_SINCE = date(2024, 5, 1)
METERS_SINCE = date(2025, 12, 25)


@dataclass(frozen=True)
class Unit:
    number: int
    tower: str
    floor: int
    room: str
    area: Decimal

    @property
    def code(self):
        return f"{self.tower}-{self.floor:02d}-{self.room}"

    @property
    def multiplier(self):
        return 10 if self.number % 20 == 4 else 1

    def use(self, month):
        """Return what the meter counts in a month, up to its 25th."""
        tenths = 1200 + (self.number * 533 + month.month * 717) % 6400
        return Decimal(tenths) / 10 / self.multiplier


@dataclass(frozen=True)
class Occupant:
    """`start` and `end` are the first and last day; an end not `announced` is told on the day."""

    name: str
    units: tuple[Unit, ...]
    start: date = HERE_SINCE
    end: date | None = None
    announced: bool = True
    rent: Decimal = Decimal(0)
    stepped_rent: Decimal = Decimal(0)
    pays: str = "bank"
    bill_at_once: bool = True

    @property
    def number(self):
        return self.units[0].number

    @property
    def comes(self):
        """Tell whether he moves in within the year."""
        return self.start > HERE_SINCE


def _make_units():
    units = []
    for tower, _name, floors, rooms in TOWERS:
        for floor in range(1, floors + 1):
            for room in range(1, rooms + 1):
                number = len(units)
                area = Decimal(3817 + number * 3793 % 10007) / 100
                units.append(Unit(number, tower, floor, f"{room:02d}", area))
    return units


UNITS = _make_units()


def _day(month, day):
    return date(YEAR, month, day)


# Units that are vacant until somebody comes; the 20th is the last day that bills one month only.
_COMING = {
    10: _day(3, 12),
    23: _day(2, 28),
    37: _day(4, 20),
    50: _day(6, 1),
    64: _day(10, 31),
    78: _day(5, 21),
    91: _day(8, 21),
    104: _day(12, 24),
}
# Who comes without a bill of his own: the run of the month is made once more.
BILLED_BY_RUN = 78
# Who leaves: the day, and whether it was known beforehand.
_LEAVING = {
    12: (_day(2, 14), True),
    25: (_day(5, 1), True),
    39: (_day(6, 30), False),
    52: (_day(7, 16), False),
    66: (_day(8, 31), True),
    79: (_day(3, 20), False),
    93: (_day(11, 1), False),
    106: (_day(12, 10), True),
}
# One leaves, another comes to the same unit.
_FOLLOWING = {
    120: (_day(5, 14), _day(5, 15)),
    132: (_day(2, 10), _day(2, 25)),
    147: (_day(9, 30), _day(10, 1)),
}
# Who has the unit next to his as well.
_DOUBLE = {159: 160}
_RENTED = 31  # every so many pay their rent to the office

_FIRST = "云锦和泰远安润丰景明瑞启恒嘉晨朗清源"
_SECOND = "帆舟岭川桥溪松竹梅原"
_TRADE = ["贸易", "设计", "咨询", "科技", "物流", "文化", "律所"]


def _name(number):
    first, second = _FIRST[number % len(_FIRST)], _SECOND[number // len(_FIRST) % len(_SECOND)]
    return f"{first}{second}{_TRADE[number % len(_TRADE)]}"


def _get_way(number):
    if number % 34 == 3:
        return "counter"
    if number % 41 == 5:
        return "ahead"
    return "bank"


def _make_occupants():
    found = []

    def add(number, **facts):
        units = [UNITS[number]]
        if number in _DOUBLE:
            units.append(UNITS[_DOUBLE[number]])
        if number % _RENTED == 2:
            facts["rent"] = Decimal(4000 + number * 7) + Decimal("0.55")
            facts["stepped_rent"] = facts["rent"] * Decimal("1.05")
            facts["stepped_rent"] = facts["stepped_rent"].quantize(Decimal("0.01"))
        facts.setdefault("pays", _get_way(number))
        found.append(Occupant(_name(len(found)), tuple(units), **facts))

    for unit in UNITS:
        number = unit.number
        if number in _COMING:
            add(
                number,
                start=_COMING[number],
                pays="counter",
                bill_at_once=number != BILLED_BY_RUN,
            )
        elif number in _LEAVING:
            end, announced = _LEAVING[number]
            add(number, end=end, announced=announced)
        elif number in _FOLLOWING:
            end, start = _FOLLOWING[number]
            add(number, end=end)
            add(number, start=start, pays="counter")
        elif number % 9 != 8 and number not in _DOUBLE.values():
            add(number)
    return found


OCCUPANTS = _make_occupants()
BY_NUMBER = {}
for _each in OCCUPANTS:
    BY_NUMBER.setdefault(_each.number, _each)
