"""What everybody owes, reckoned from the plain data alone; nothing here knows the suite.

Each event of the year (the run of a month, a move-in, a move-out, money, a waiver) is told to the
reckoning in the order in which it is played. Amounts are exact fractions until they are rounded to
the fen, once.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from . import story
from .estate import METERS_SINCE, OCCUPANTS, TOWERS, UNITS, YEAR

DAY = timedelta(days=1)
FEN = Decimal("0.01")


def to_fen(exact):
    """Round half up, away from zero; an exact fraction is never taken for a tie by mistake."""
    exact = Fraction(exact)
    fen = abs(exact) * 100
    whole = fen.numerator // fen.denominator
    whole += fen - whole >= Fraction(1, 2)
    return (Decimal(whole) / 100).quantize(FEN, ROUND_HALF_UP) * (-1 if exact < 0 else 1)


def month_start(day):
    return day.replace(day=1)


def month_end(day):
    return (month_start(day) + 31 * DAY).replace(day=1) - DAY


def month_days(day):
    return month_end(day).day


def days_of(start, end):
    return [start + number * DAY for number in range((end - start).days + 1)]


@dataclass(frozen=True, order=True)
class Line:
    fee: str
    unit: str
    start: date
    end: date
    amount: Decimal


@dataclass
class Bill:
    label: str
    day: date
    due: date
    lines: list
    is_deposit: bool = False
    settled: list = field(default_factory=list)  # (day, amount)
    set_off: Decimal = Decimal(0)  # of it by credit notes

    @property
    def total(self):
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def open(self):
        return self.total - sum((amount for _day, amount in self.settled), Decimal(0))

    @property
    def principal(self):
        return sum((line.amount for line in self.lines if line.fee != story.LATE), Decimal(0))


@dataclass
class Money:
    day: date
    amount: Decimal
    left: Decimal


@dataclass
class Credit(Money):
    """A credit note, with the month that it credits."""

    month: date


@dataclass
class Book:
    """What is known of one occupant."""

    bills: list = field(default_factory=list)
    money: list = field(default_factory=list)
    credit_notes: list = field(default_factory=list)
    credits: Decimal = Decimal(0)
    # What was charged by the month: {(fee, unit): lines}; what was credited of it by waivers.
    monthly: dict = field(default_factory=lambda: defaultdict(list))
    credited: dict = field(default_factory=lambda: defaultdict(list))
    done: set = field(default_factory=set)  # readings, shares and slips on bills
    refunded: list = field(default_factory=list)  # deposits
    late: dict = field(default_factory=dict)  # {id of the bill: (last day, charged)}

    @property
    def billed(self):
        return sum((bill.total for bill in self.bills), Decimal(0))

    @property
    def paid(self):
        return sum((money.amount for money in self.money), Decimal(0))

    @property
    def owed(self):
        return self.billed - self.paid - self.credits

    @property
    def open_bills(self):
        bills = [bill for bill in self.bills if bill.total > 0 and bill.open > 0]
        return sorted(bills, key=lambda bill: bill.due)


class Reckoning:
    def __init__(self):
        self.books = {occupant.name: Book() for occupant in OCCUPANTS}
        self.waivers = []
        self.shares = {}  # {(name, unit, month): (start, end, amount)}

    # Events, in the order of the year.

    def share_water(self, month):
        """The water of a month is shared by area and days; vacant units bear their part."""
        for tower, _name, _floors, _rooms in TOWERS:
            rows = []
            for unit in UNITS:
                if unit.tower == tower:
                    rows += self._get_stays(unit, month)
            amounts = split_fen(story.water_cost(tower, month), [row[-1] for row in rows])
            for (name, unit, start, end, _weight), amount in zip(rows, amounts, strict=True):
                if name and amount:
                    self.shares[name, unit, month] = Line(story.WATER, unit, start, end, amount)

    def run_month(self, month):
        """Return the bills of the run of a month: {name: bill}."""
        until = month - DAY
        read_until = until
        slips_until = until.replace(day=story.READ_DAY)
        made = {}
        for occupant in OCCUPANTS:
            end = self._known_end(occupant, month)
            lines = []
            if occupant.start < month or (occupant.start == month and not occupant.comes):
                lines += self._charge_months(occupant, month, month_end(month), end)
            lines += self._charge_rest(occupant, read_until, slips_until, until)
            bill = self._make_bill(occupant, f"{month:%Y-%m}", month, lines, due=5)
            if bill:
                made[occupant.name] = bill
        return made

    def run_again(self, occupant, day):
        """The run of the month bills who came within it, due at once."""
        lines = self._charge_months(occupant, month_start(day), month_end(day))
        return self._make_bill(occupant, f"{day:%Y-%m}", day, lines)

    def move_in(self, occupant):
        """Return the move-in bill: to the end of the month, after the 20th of the next one too."""
        day = occupant.start
        last = month_end(day)
        if day.day > 20:
            last = month_end(last + DAY)
        lines = self._charge_months(occupant, day, last)
        bill = self._make_bill(occupant, f"in {day:%m-%d}", day, lines)
        return bill, self._ask_deposits(occupant)

    def move_out(self, occupant):
        """Return the final bill."""
        day = occupant.end
        first = max(occupant.start, date(YEAR, 1, 1))
        lines = self._charge_months(occupant, first, day)
        lines += self._charge_rest(occupant, day, day, day)
        lines += self._give_back(occupant, day)
        return self._make_bill(occupant, f"out {day:%m-%d}", day, lines)

    def deposit(self, occupant, day, label, amount):
        line = Line(label, "", day, day, amount)
        bill = Bill(label, day, day, [line], is_deposit=True)
        self.books[occupant.name].bills.append(bill)
        return bill

    def pay(self, occupant, day, amount=None):
        """Money settles the oldest bills first; what is left pays the next ones."""
        book = self.books[occupant.name]
        if amount is None:
            amount = sum((bill.open for bill in book.open_bills), Decimal(0))
        if not amount:
            return None
        money = Money(day, amount, amount)
        book.money.append(money)
        for bill in book.open_bills:
            self._settle(bill, money)
        return money

    def pay_bill(self, occupant, day, bill):
        """The bank pays one bill."""
        money = Money(day, bill.open, bill.open)
        self.books[occupant.name].money.append(money)
        self._settle(bill, money)
        return money

    def take_back(self, occupant, day):
        """The payment of a day is cancelled: its bills are open again."""
        book = self.books[occupant.name]
        [money] = [money for money in book.money if money.day == day]
        book.money.remove(money)
        for bill in book.bills:
            bill.settled = [part for part in bill.settled if part[0] != day]

    def waive(self, waiver, occupant):
        """What is billed is credited at once; what is not yet becomes less when it is billed."""
        self.waivers.append((waiver, occupant.name))
        book = self.books[occupant.name]
        for bill in book.bills:
            for line in bill.lines:
                off = self._get_waived(waiver, line)
                if line.fee == story.MANAGEMENT and off > 0:
                    book.credited[line].append((waiver, off))
                    book.credits += off
                    self._credit(book, waiver.day, off, bill)

    def is_in_arrears(self, occupant, day):
        return any(bill.due < day for bill in self.books[occupant.name].open_bills)

    # What one occupant owes.

    def _charge_months(self, occupant, first, last, end=None):
        """Charge the monthly fees from one day to another, but for what was charged before."""
        book = self.books[occupant.name]
        start = max(first, occupant.start)
        last = min(last, end) if end else last
        lines = []
        for fee, unit, quantity in self._get_monthly(occupant):
            taken = {
                day for line in book.monthly[fee, unit] for day in days_of(line.start, line.end)
            }
            days = [day for day in days_of(start, last) if day not in taken]
            for part_start, part_end, price in self._cut(occupant, fee, days):
                share = Fraction((part_end - part_start).days + 1, month_days(part_start))
                amount = to_fen(Fraction(quantity) * Fraction(price) * share)
                line = Line(fee, unit, part_start, part_end, amount)
                off = sum(self._get_waived(waiver, line) for waiver in self._waivers_of(occupant))
                if off and fee == story.MANAGEMENT:
                    line = Line(fee, unit, part_start, part_end, amount - off)
                book.monthly[fee, unit].append(line)
                lines.append(line)
        return lines

    def _get_monthly(self, occupant):
        for unit in occupant.units:
            yield story.MANAGEMENT, unit.code, unit.area
            yield story.ENERGY, unit.code, unit.area
        yield story.REFUSE, "", 1
        if occupant.rent:
            yield story.RENT, "", 1

    def _cut(self, occupant, fee, days):
        """Yield (start, end, price) of days that follow each other in one month at one price."""
        run = []
        for day in days:
            price = self._get_price(occupant, fee, day)
            if run and (
                run[-1][0] + DAY != day or run[-1][0].month != day.month or run[-1][1] != price
            ):
                yield run[0][0], run[-1][0], run[0][1]
                run = []
            run.append((day, price))
        if run:
            yield run[0][0], run[-1][0], run[0][1]

    def _get_price(self, occupant, fee, day):
        if fee == story.RENT:
            return occupant.stepped_rent if day >= story.RENT_STEP else occupant.rent
        return self._get_tariff(fee, day, occupant.units[0].tower).price

    def _get_tariff(self, fee, day, tower=None):
        [price] = [
            price
            for price in story.PRICES
            if price.fee == fee
            and price.tower in (None, tower)
            and price.start <= day <= (price.end or day)
        ]
        return price

    def _charge_rest(self, occupant, read_until, slips_until, until):
        """Charge readings, shares, repairs and late payment that are not on a bill yet."""
        lines = []
        for unit in occupant.units:
            lines += self._charge_readings(occupant, unit, read_until)
        book = self.books[occupant.name]
        for (name, _unit, month), line in self.shares.items():
            if name == occupant.name and month <= until and line not in book.done:
                book.done.add(line)
                lines.append(line)
        for slip in story.SLIPS:
            is_his = slip.number == occupant.number and occupant.start <= slip.day
            if is_his and slip.day <= slips_until and slip not in book.done:
                if not occupant.end or slip.day <= occupant.end:
                    book.done.add(slip)
                    lines.append(self._charge_slip(occupant, slip))
        return lines + self._charge_late(book, until)

    def _charge_slip(self, occupant, slip):
        price = self._get_tariff(story.REPAIR, slip.day).price
        parts = [(slip.hours, price), *slip.material]
        amount = sum((to_fen(Fraction(many) * Fraction(each)) for many, each in parts), Decimal(0))
        return Line(story.REPAIR, occupant.units[0].code, slip.day, slip.day, amount)

    def _charge_readings(self, occupant, unit, until):
        book = self.books[occupant.name]
        values = story.VALUES[unit.code]
        days = story.get_meter_days(occupant)
        days += [occupant.end] if occupant.end else []
        before = occupant.start if occupant.comes else METERS_SINCE
        value = values[before] if occupant.comes else Decimal(0)
        used, stretched = defaultdict(Fraction), defaultdict(lambda: 1)
        for day in days:
            quantity = Fraction(values[day] - value) * unit.multiplier
            in_month = month_start(day)
            gap = (day.year - before.year) * 12 + day.month - before.month
            stretched[in_month] = max(stretched[in_month], gap, 1)
            if day <= until and (unit.code, day) not in book.done:
                book.done.add((unit.code, day))
                yield from self._charge_use(
                    unit, before + DAY, day, quantity, used[in_month], stretched[in_month]
                )
            used[in_month] += quantity
            before, value = day, values[day]

    def _charge_use(self, unit, start, end, quantity, used, months):
        """Share a use by the days of each price; tiers shrink with the part of the month."""
        parts = defaultdict(list)
        for day in days_of(start, end):
            parts[self._get_tariff(story.POWER, day)].append(day)
        whole = (end - start).days + 1
        shares = split_whole(int(quantity * 10000), [len(days) for days in parts.values()])
        for (price, days), share in zip(parts.items(), shares, strict=True):
            part = Fraction(len(days), whole)
            low = used * part
            high = low + Fraction(share, 10000)
            amount, floor = Fraction(0), Fraction(0)
            for number, (above, each) in enumerate([(0, price.price), *price.tiers]):
                floor = Fraction(above) * months * part
                tiers = price.tiers[number:]
                ceiling = Fraction(tiers[0][0]) * months * part if tiers else high
                amount += max(min(high, ceiling) - max(low, floor), 0) * Fraction(each)
            yield Line(story.POWER, unit.code, days[0], days[-1], to_fen(amount))

    def _charge_late(self, book, until):
        lines = []
        for bill in book.bills:
            if bill.is_deposit or bill.total <= 0 or bill.due >= until:
                continue
            last, charged = book.late.get(id(bill), (date.min, Decimal(0)))
            first = max(bill.due + (story.GRACE + 1) * DAY, story.LATE_SINCE)
            first = max(first, last + DAY) if last > date.min else first
            overdue = {}
            for day in days_of(first, until):
                paid = sum((amount for when, amount in bill.settled if when < day), Decimal(0))
                if bill.total - paid > 0:
                    overdue[day] = min(bill.total - paid, bill.principal)
            if not overdue:
                continue
            exact = Fraction(sum(overdue.values())) * Fraction(story.LATE_RATE) / 1000
            amount = to_fen(min(exact, Fraction(bill.principal - charged)))
            if amount > 0:
                book.late[id(bill)] = (max(overdue), charged + amount)
                lines.append(Line(story.LATE, "", min(overdue), max(overdue), amount))
        return lines

    def _give_back(self, occupant, leaving):
        """Give back the days billed after the last one, less what was credited of them."""
        book = self.books[occupant.name]
        for (fee, unit), charged in book.monthly.items():
            for line in charged:
                first = max(line.start, leaving + DAY)
                if line.end < first:
                    continue
                days = (line.end - first).days + 1
                exact = Fraction(line.amount) * days / ((line.end - line.start).days + 1)
                for waiver, off in book.credited.get(line, ()):
                    waived = set(days_of(line.start, line.end)) & set(
                        days_of(waiver.start, waiver.end)
                    )
                    exact -= Fraction(off) * sum(day >= first for day in waived) / len(waived)
                yield Line(fee, unit, first, line.end, -to_fen(exact))

    # Waivers, deposits, bills.

    def _waivers_of(self, occupant):
        return [waiver for waiver, name in self.waivers if name == occupant.name]

    def _get_waived(self, waiver, line):
        """Return what a waiver takes off a line of the management fee."""
        if line.fee != story.MANAGEMENT or line.amount <= 0:
            return Decimal(0)
        start, end = max(line.start, waiver.start), min(line.end, waiver.end)
        if start > end:
            return Decimal(0)
        if waiver.rate is not None:
            part = Fraction((end - start).days + 1, (line.end - line.start).days + 1)
            return to_fen(Fraction(line.amount) * part * Fraction(waiver.rate) / 100)
        whole = (waiver.end - waiver.start).days + 1
        until = to_fen(Fraction(waiver.amount) * ((end - waiver.start).days + 1) / whole)
        before = to_fen(Fraction(waiver.amount) * (start - waiver.start).days / whole)
        return min(until - before, line.amount)

    def _ask_deposits(self, occupant):
        """A month of the management fee, and 500 yuan for utilities."""
        day = occupant.start
        month = sum(
            (
                Fraction(unit.area) * Fraction(self._get_price(occupant, story.MANAGEMENT, day))
                for unit in occupant.units
            ),
            Fraction(0),
        )
        return [
            self.deposit(occupant, day, "物业管理费押金", to_fen(month)),
            self.deposit(occupant, day, "水电押金", Decimal("500.00")),
        ]

    def _make_bill(self, occupant, label, day, lines, due=None):
        if not lines:
            return None
        book = self.books[occupant.name]
        bill = Bill(label, day, day.replace(day=due) if due else day, sorted(lines))
        book.bills.append(bill)
        if bill.total < 0:
            self._credit(book, day, -bill.total, bill)
        for money in sorted(book.money + book.credit_notes, key=lambda money: money.day):
            self._settle(bill, money)
        return bill

    def _credit(self, book, day, amount, credited):
        """A credit settles the bill that it is for, then the oldest; what is left the next ones."""
        credit = Credit(day, amount, amount, month_start(credited.day))
        book.credit_notes.append(credit)
        for bill in (credited, *book.open_bills):
            if not bill.is_deposit:
                self._settle(bill, credit)

    def _settle(self, bill, money):
        amount = min(bill.open, money.left)
        if amount > 0:
            bill.settled.append((money.day, amount))
            bill.set_off += amount * isinstance(money, Credit)
            money.left -= amount

    def _known_end(self, occupant, today):
        if occupant.end and (occupant.announced or occupant.end < today):
            return occupant.end
        return None

    def _get_stays(self, unit, month):
        """Return (name or None, unit, start, end, weight) of the stays in a unit in a month."""
        rows, free = [], set(days_of(month, month_end(month)))
        stays = []
        for occupant in OCCUPANTS:
            if unit in occupant.units:
                start = max(occupant.start, month)
                end = min(occupant.end or month_end(month), month_end(month))
                if start <= end:
                    stays.append((occupant.name, start, end))
                    free -= set(days_of(start, end))
        gap = []
        for day in sorted(free):
            if gap and gap[-1] + DAY != day:
                stays.append((None, gap[0], gap[-1]))
                gap = []
            gap.append(day)
        if gap:
            stays.append((None, gap[0], gap[-1]))
        for name, start, end in sorted(stays, key=lambda stay: stay[1]):
            weight = Fraction(unit.area) * ((end - start).days + 1) / month_days(month)
            rows.append((name, unit.code, start, end, weight))
        return rows


def split_whole(total, weights):
    """Share whole pieces by largest remainder, of equals to the first."""
    whole = sum(Fraction(weight) for weight in weights)
    exact = [total * Fraction(weight) / whole for weight in weights]
    shares = [part.numerator // part.denominator for part in exact]
    losses = [(shares[place] - exact[place], place) for place in range(len(exact))]
    for _loss, place in sorted(losses)[: total - sum(shares)]:
        shares[place] += 1
    return shares


def split_fen(total, weights):
    return [Decimal(part) / 100 for part in split_whole(int(total * 100), weights)]
