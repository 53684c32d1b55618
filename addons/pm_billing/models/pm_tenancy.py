from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_end

from ..tools.proration import Period, intersect, price_segments, prorate

# The states in which an occupant owes the fees of the days he is there.
_OCCUPIED = ("active", "move_out", "closed")


class PmTenancy(models.Model):
    _inherit = "pm.tenancy"

    fee_ids = fields.One2many("pm.tenancy.fee", "tenancy_id", string="Fees Agreed")
    charge_ids = fields.One2many("pm.charge", "tenancy_id", string="Charges")
    bill_ids = fields.One2many(
        "account.move",
        "pm_tenancy_id",
        string="Bills",
        domain=[("move_type", "=", "out_invoice"), ("state", "=", "posted")],
    )
    bill_count = fields.Integer(compute="_compute_bills", string="Bills Issued")
    amount_unpaid = fields.Monetary(
        string="Unpaid", compute="_compute_bills", help="What is still open, due or not."
    )
    amount_arrears = fields.Monetary(
        string="Arrears", compute="_compute_bills", help="What is open after its due date."
    )
    arrears_month_count = fields.Integer(string="Months in Arrears", compute="_compute_bills")

    def _compute_bills(self):
        today = fields.Date.context_today(self)
        Move = self.env["account.move"]
        ours = Domain("pm_tenancy_id", "in", self.ids)
        counts = dict(
            Move._read_group(ours & Move._pm_get_bill_domain(), ["pm_tenancy_id"], ["__count"])
        )
        unpaid = dict(
            Move._read_group(
                ours & Move._pm_get_unpaid_domain(), ["pm_tenancy_id"], ["amount_residual:sum"]
            )
        )
        arrears = {
            tenancy: (amount, months)
            for tenancy, amount, months in Move._read_group(
                ours & Move._pm_get_unpaid_domain(today),
                ["pm_tenancy_id"],
                ["amount_residual:sum", "pm_month:count_distinct"],
            )
        }
        for tenancy in self:
            tenancy.bill_count = counts.get(tenancy, 0)
            tenancy.amount_unpaid = unpaid.get(tenancy, 0.0)
            tenancy.amount_arrears, tenancy.arrears_month_count = arrears.get(tenancy, (0.0, 0))

    def action_view_bills(self):
        return self._action_bills(Domain.TRUE)

    def action_view_arrears(self):
        today = fields.Date.context_today(self)
        return self._action_bills(self.env["account.move"]._pm_get_unpaid_domain(today))

    def _get_arrears_reason(self):
        """Say what is open after its due date (BIL-010)."""
        if reason := super()._get_arrears_reason():
            return reason
        # What was paid a moment ago counts.
        self.invalidate_recordset(["amount_arrears", "arrears_month_count"])
        if self.currency_id.compare_amounts(self.amount_arrears, 0.0) <= 0:
            return False
        return self.env._(
            "%(customer)s owes %(amount)s that is due (%(months)s months). Collect it first.",
            customer=self.partner_id.name,
            amount=self.currency_id.format(self.amount_arrears),
            months=self.arrears_month_count,
        )

    def _pm_open_step(self, step):
        if step.check == "no_arrears":
            return self.action_view_arrears()
        return super()._pm_open_step(step)

    def _action_bills(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bill_action")
        return {
            **action,
            "domain": list(Domain("pm_tenancy_id", "in", self.ids) & domain),
            "context": {},
        }

    @api.model
    def _get_occupied_domain(self, period):
        """Return the domain of the tenancies that are there on some day of `period`."""
        begun = Domain("date_moved_in", "<=", period.end) | (
            Domain("date_moved_in", "=", False) & Domain("date_start", "<=", period.end)
        )
        gone = Domain("date_moved_out", "<", period.start)
        return Domain("state", "in", _OCCUPIED) & begun & ~gone

    def _get_occupation(self):
        """Return the first and the last day (or None) for which the occupant is charged."""
        self.ensure_one()
        return (
            self.date_moved_in or self.date_start,
            self.date_moved_out or self.date_end or None,
        )

    def _plan_charges(self, month, buildings):
        """Reckon what the tenancies owe for `month` (its first day); writes nothing.

        Return (values of the charges, values of what stands in their way). With `buildings`
        only their units count.
        """
        period = Period(month, month_end(month))
        fees = self.env["pm.fee"].search([("site_id", "in", self.site_id.ids)])
        fees_by_site = fees.grouped("site_id")
        charges, findings = [], []
        for tenancy in self:
            lang = tenancy.site_id.print_lang
            local = tenancy.with_context(lang=lang)
            start, end = tenancy._get_occupation()
            stay = intersect(period, start, end)
            units = tenancy.unit_ids.sorted("code")
            if not units:
                findings.append({"kind": "unit", "tenancy_id": tenancy.id})
            elif not stay:
                findings.append({"kind": "ended", "tenancy_id": tenancy.id, "date_to": end})
            else:
                found = len(charges) + len(findings)
                for fee in fees_by_site.get(tenancy.site_id, fees.browse()):
                    local._plan_fee(fee.with_context(lang=lang), stay, buildings, charges, findings)
                if len(charges) + len(findings) == found:
                    findings.append({"kind": "nothing", "tenancy_id": tenancy.id})
        return charges, findings

    def _plan_fee(self, fee, stay, buildings, charges, findings):
        """Add to `charges` and `findings` what one tenancy owes of one fee for its stay."""
        self.ensure_one()
        agreed = self.fee_ids.filtered(lambda line: line.fee_id == fee)
        for unit, quantity in self._get_quantities(fee):
            if buildings and (unit or self._get_main_unit()).building_id not in buildings:
                continue
            agreements = [
                [line._to_agreement() for line in agreed if unit and line.unit_id == unit],
                [line._to_agreement() for line in agreed if not line.unit_id],
            ]
            tariffs = fee._get_tariffs(unit or self._get_main_unit())
            for segment in price_segments(stay, agreements, tariffs, fee.is_standard):
                days = segment.period
                facts = {
                    "tenancy_id": self.id,
                    "unit_id": unit.id,
                    "fee_id": fee.id,
                    "date_from": days.start,
                    "date_to": days.end,
                }
                if segment.price is None:
                    findings.append({"kind": "tariff", **facts})
                    continue
                charges.append(
                    {
                        **facts,
                        "site_id": self.site_id.id,
                        "partner_id": self.payer_id.id,
                        "month": days.start.replace(day=1),
                        "quantity": quantity,
                        "price": segment.price,
                        **self._prepare_amount_vals(fee, quantity, segment.price, days),
                    }
                )

    def _prepare_amount_vals(self, fee, quantity, price, days):
        """Return the amount of a price for some days of a month, and its formula in words."""
        whole = month_end(days.start).day
        formula = fee._word_price(price)
        if fee.basis == "area":
            formula = self.env._("%(area)s m² × %(price)s", area=f"{quantity:.2f}", price=formula)
        if days.days < whole:
            formula = self.env._(
                "%(formula)s × %(days)s/%(whole)s days",
                formula=formula,
                days=days.days,
                whole=whole,
            )
        return {
            "amount": prorate(quantity, price, days, self.currency_id.round),
            "formula": formula,
        }

    def _get_quantities(self, fee):
        """Return (unit, quantity) for each charge of a fee; the unit is empty for a fixed fee."""
        self.ensure_one()
        if fee.basis == "fixed":
            return [(self.env["pm.unit"], 1.0)]
        lines = self.line_ids.sorted(lambda line: line.unit_id.code)
        return [(line.unit_id, line.area) for line in lines]

    def _get_main_unit(self):
        """Return the unit whose tariff holds for what is charged once for the whole tenancy."""
        return self.unit_ids.sorted("code")[:1]
