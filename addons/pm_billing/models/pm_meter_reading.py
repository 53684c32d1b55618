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
        for reading in self:
            known = charges.get(reading.id)
            if known:
                rows = [
                    (charge.amount, charge.formula, charge._get_price_text()) for charge in known
                ]
            else:
                rows = reading._reckon_charges()
            reading.amount_charged = sum(amount for amount, _formula, _price in rows)
            reading.charge_text = "; ".join(formula for _amount, formula, _price in rows)
            reading.price_text = " / ".join(dict.fromkeys(price for *_rest, price in rows))

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
        charges_sudo = self.env["pm.charge"].sudo()  # who reads a meter may not write the runs
        charges_sudo = charges_sudo.search(
            Domain("source_model", "=", self._name)
            & Domain("source_id", "in", (self | following).ids)
            & Domain("state", "=", "open")
        )
        charges_sudo.run_id.filtered(lambda run: run.state == "checked").state = "collected"

    def _reckon_charges(self):
        """Return (amount, formula, price) of each charge that the reading will make."""
        self.ensure_one()
        tenancy = self.tenancy_id
        if not tenancy or self.is_start or not tenancy.unit_ids:
            return []
        fees = self.env["pm.fee"].search(
            Domain("site_id", "=", self.site_id.id)
            & Domain("basis", "=", "meter")
            & Domain("meter_kind", "=", self.meter_kind)
            & Domain("metered_from", "<=", self.date)
        )
        plan = Plan(month_of(self.date).start, {}, self.date)
        for fee in fees:
            for use in fee._get_uses(self.date).get(tenancy.id, ()):
                if use.source == self:
                    tenancy._plan_use(fee, plan, use, tenancy._word_reading(self))
        Charge = self.env["pm.charge"]
        return [
            (vals["amount"], vals["formula"], Charge.new(vals)._get_price_text())
            for vals in plan.charges
        ]

    def _is_steep(self, percent):
        """Tell whether the use of a day is so much above that up to the reading before."""
        self.ensure_one()
        before = self.previous_id
        if not percent or not before or before.is_start or before.consumption <= 0:
            return False
        limit = before.consumption * (1 + percent / 100) / before._get_days().days
        return self.consumption / self._get_days().days > limit

    def _get_days(self):
        """Return the days of which the reading tells the use: those since the one before."""
        self.ensure_one()
        before = self.date_previous
        start = before + timedelta(days=1) if before else self.date
        return Period(min(start, self.date), self.date)
