"""What a bill run wants to charge, and what stands in its way: filled by the fees, one by one."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from odoo.addons.pm_base.tools.calendar import month_start

from .proration import Period, intersect, month_of, split_months

_DAY = timedelta(days=1)


@dataclass
class Plan:
    """The charges of one bill run before they are written.

    `periods` are the whole or part months for which monthly prices are charged, by the timing of
    the fee; what was read, used or shared is charged up to the day `until`. `charges` and
    `findings` are values of `pm.charge` and `pm.bill.exception`. The `occasion` is that of the
    run: a month, or the bill of a move-in or of a move-out. `missed` are earlier months, by
    tenancy, that are charged along with those of the run.
    """

    month: date
    periods: dict[str, list[Period]]
    until: date
    buildings: Any = None  # recordset; empty or None for all
    occasion: str = "month"
    charges: list[dict] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)
    missed: dict[int, list[Period]] = field(default_factory=dict)
    _found: dict = field(default_factory=dict)

    @classmethod
    def of_month(cls, month, buildings=None):
        """Return the plan of an ordinary run: this month in advance, the last one in arrears."""
        before = month_of(month - _DAY)
        periods = {"current": [month_of(month)], "previous": [before]}
        return cls(month, periods, before.end, buildings)

    @classmethod
    def of_days(cls, day_from, day_to):
        """Return a plan of monthly prices alone, for the months from one day to another."""
        months = split_months(Period(day_from, day_to))
        return cls(month_start(day_from), {"current": months}, day_to)

    @classmethod
    def of_move_in(cls, days):
        """Return the plan of a move-in: what is paid in advance for `days`."""
        periods = {"current": split_months(days)}
        return cls(month_start(days.start), periods, days.end, None, "move_in")

    @classmethod
    def of_move_out(cls, months, until):
        """Return the plan of a final bill: some months and parts, and whatever else is open."""
        periods = {"current": months, "previous": months}
        return cls(month_start(months[-1].end), periods, until, None, "final")

    def look_up(self, key, find):
        """Return what `find()` finds for all tenancies at once: it is asked once for each key."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]

    def includes(self, unit):
        """Tell whether the buildings billed hold the unit."""
        return not self.buildings or unit.building_id in self.buildings

    def get_tariffs(self, fee, unit):
        """Return the tariff of a fee for a unit, reckoned once for a building and usage."""
        key = ("tariffs", fee.id, unit.building_id.id, unit.usage)
        return self.look_up(key, lambda: fee._get_tariffs(unit))

    def get_periods(self, fee, tenancy, start, end):
        """Return the months of the fee's timing and those missed, cut to the days from `start` to
        `end`."""
        missed = self.missed.get(tenancy.id, ())
        months = self.periods.get(fee.timing, ())
        months = [*(month for month in missed if month not in months), *months]
        parts = (intersect(month, start, end) for month in months)
        return [part for part in parts if part]
