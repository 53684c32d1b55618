from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_tenancy.models.pm_meter_reading import _FACTS

from ..tools.plan import Plan
from ..tools.proration import Period, month_of


class PmMeterReading(models.Model):
    """A reading is charged once, and stays as it was billed."""

    _inherit = "pm.meter.reading"

    currency_id = fields.Many2one(related="company_id.currency_id")
    use = fields.Float(related="consumption", string="Quantity Used", digits=(16, 2))
    amount_charged = fields.Monetary(
        string="Amount",
        compute="_compute_charge",
        help="What the use comes to, tax included: as it was charged, or will be.",
    )
    charge_text = fields.Char(string="Calculation", compute="_compute_charge")
    price_text = fields.Char(string="Price", compute="_compute_charge")

    @api.depends("consumption", "tenancy_id")
    @api.depends_context("lang")
    def _compute_charge(self):
        charges = (
            self.env["pm.charge"]
            .search(
                Domain("source_model", "=", self._name)
                & Domain("source_id", "in", self.ids)
                & Domain("state", "!=", "cancelled"),
                order="date_from, id",
            )
            .grouped("source_id")
        )
        pending = self.filtered(lambda reading: reading.id not in charges)._reckon_charges()
        for reading in self:
            known = charges.get(reading.id) or pending.get(reading.id, [])
            reading.amount_charged = sum(charge.amount for charge in known)
            reading.charge_text = "; ".join(charge.formula for charge in known)
            reading.price_text = " / ".join(
                dict.fromkeys(charge._get_price_text() for charge in known)
            )

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings._reopen_runs()
        return readings

    def write(self, vals):
        result = super().write(vals)
        if not _FACTS.isdisjoint(vals):
            self._reopen_runs()
        return result

    def unlink(self):
        self._reopen_runs()
        return super().unlink()

    def _is_locked(self):
        return super()._is_locked() or self._is_billed()

    def _is_billed(self):
        """Tell whether the reading is on a bill."""
        self.ensure_one()
        charges_sudo = self.env["pm.charge"].sudo()  # whoever asks may not see every bill
        return bool(
            charges_sudo.search_count(
                Domain("source_model", "=", self._name)
                & Domain("source_id", "=", self.id)
                & Domain("state", "=", "invoiced"),
                limit=1,
            )
        )

    def _reopen_runs(self):
        """Have runs that were checked with another use checked again before they are billed."""
        following = self.search(Domain("previous_id", "in", self.ids))
        self.env["pm.charge"]._reopen_runs(self._name, (self | following).ids)

    def _reckon_charges(self):
        """Return {reading id: charges} that the readings will make, not saved."""
        charges = {}
        fees = self.env["pm.fee"].search(
            Domain("site_id", "in", self.site_id.ids) & Domain("basis", "=", "meter")
        )
        for fee in fees if self.ids else ():
            until = max(self.mapped("date"))
            plan = Plan(month_of(until).start, {}, until)
            for tenancy_id, uses in fee._get_uses(until).items():
                tenancy = self.env["pm.tenancy"].browse(tenancy_id)
                for use in uses:
                    if use.source.id in self.ids and tenancy.unit_ids:
                        tenancy._plan_use(fee, plan, use, tenancy._word_reading(use.source))
            for vals in plan.charges:
                charge = self.env["pm.charge"].new(vals)
                charges.setdefault(vals["source_id"], []).append(charge)
        return charges

    def _get_days(self):
        """Return the days of which the reading tells the use: those since the one before."""
        self.ensure_one()
        before = self.date_previous
        start = before + timedelta(days=1) if before else self.date
        return Period(min(start, self.date), self.date)
