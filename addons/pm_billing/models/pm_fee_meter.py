from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_start

from ..tools.proration import Period


@dataclass(frozen=True)
class Use:
    """What was used of a fee by meter in some days, and what its tiers have to know."""

    source: Any  # the reading, or the meter that was not read
    unit: Any
    days: Period
    quantity: float
    used: Fraction = Fraction(0)  # by the same unit in the same month before
    months: int = 1  # since the reading before, for which the tiers are stretched


class PmFee(models.Model):
    """What a fee by meter finds to charge."""

    _inherit = "pm.fee"

    estimates_missing = fields.Boolean(
        string="Estimate Missing Readings",
        help="A meter that was not read is charged by its last use; the reading that follows is "
        "charged in full and the estimate given back. Otherwise the use waits for the reading.",
    )

    def _get_pending(self, plan):
        """Return the ids of the tenancies that have something to charge of this fee."""
        self.ensure_one()
        if self.basis == "share":
            return plan.look_up(("shares", self.id), lambda: self._get_shares(plan.until)).keys()
        return (
            plan.look_up(("uses", self.id), lambda: self._get_uses(plan.until)).keys()
            | plan.look_up(("estimates", self.id), lambda: self._get_estimates(plan.until)).keys()
        )

    def _get_uses(self, until):
        """Return {tenancy id: [Use]} of the readings up to a day that are not billed yet.

        However late a reading was entered, it is charged by the next run.
        """
        self.ensure_one()
        Reading = self.env["pm.meter.reading"]
        domain = (
            Domain("site_id", "=", self.site_id.id)
            & Domain("meter_kind", "=", self.meter_kind)
            & Domain("is_start", "=", False)
            & Domain("tenancy_id", "!=", False)
            & Domain("date", "<=", until)
        )
        todo = Reading.search(
            domain
            & Domain("date", ">=", self.metered_from)
            & Domain("id", "not in", self._get_billed("pm.meter.reading"))
        )
        if not todo:
            return {}
        wanted = set(todo.ids)
        uses, taken = {}, {}
        first = month_start(min(todo.mapped("date")))
        for reading in Reading.search(
            domain & Domain("date", ">=", first), order="date, day_order, id"
        ):
            key = (reading.tenancy_id, reading.unit_id, month_start(reading.date))
            used, months = taken.get(key, (Fraction(0), 1))
            days = reading._get_days()
            months = max(months, days.months)
            if reading.id in wanted:
                use = Use(reading, reading.unit_id, days, reading.consumption, used, months)
                uses.setdefault(reading.tenancy_id.id, []).append(use)
            taken[key] = (used + Fraction(str(reading.consumption)), months)
        return uses

    def _get_unread_meters(self, until):
        """Return {unit id: meters} of what was not read in the month of a day."""
        self.ensure_one()
        first = month_start(until)
        if first < month_start(self.metered_from):
            return {}
        meters = self.env["pm.meter"].search(
            Domain("site_id", "=", self.site_id.id)
            & Domain("kind", "=", self.meter_kind)
            & Domain("unit_id", "!=", False)
            & (Domain("date_last", "=", False) | Domain("date_last", "<", first))
        )
        return {unit.id: known for unit, known in meters.grouped("unit_id").items()}

    def _get_estimates(self, until):
        """Return {tenancy id: charges} of the estimates on bills whose meter was read since."""
        self.ensure_one()
        estimates_sudo = self.env["pm.charge"].sudo()  # also those the user may not see count
        estimates_sudo = estimates_sudo.search(
            Domain("fee_id", "=", self.id)
            & Domain("source_model", "=", "pm.meter")
            & Domain("state", "=", "invoiced")
            & Domain("id", "not in", self._get_billed("pm.charge"))
        )
        read = {
            (meter.id, tenancy.id): last
            for meter, tenancy, last in self.env["pm.meter.reading"]._read_group(
                Domain("meter_id", "in", estimates_sudo.mapped("source_id"))
                & Domain("date", "<=", until),
                ["meter_id", "tenancy_id"],
                ["date:max"],
            )
        }
        found = {}
        for charge in estimates_sudo:
            last = read.get((charge.source_id, charge.tenancy_id.id))
            if last and last >= charge.date_from:
                found.setdefault(charge.tenancy_id.id, []).append(charge)
        return found

    def _get_billed(self, model):
        """Return the query of the records of a model that are on a bill of this fee."""
        charges_sudo = self.env["pm.charge"].sudo()  # also those the user may not see count
        billed = charges_sudo._search(
            Domain("fee_id", "=", self.id)
            & Domain("source_model", "=", model)
            & Domain("state", "=", "invoiced")
        )
        return billed.subselect("source_id")
