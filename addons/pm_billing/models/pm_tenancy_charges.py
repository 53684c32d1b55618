from odoo import models

from odoo.addons.pm_base.tools.calendar import month_end

from ..tools.proration import Rate, intersect, price_segments, prorate


class PmTenancy(models.Model):
    """What a tenancy owes, fee by fee, before anything is written."""

    _inherit = "pm.tenancy"

    def _get_occupation(self):
        """Return the first and the last day (or None) for which the occupant is charged."""
        self.ensure_one()
        return (
            self.date_moved_in or self.date_start,
            self.date_moved_out or self.date_end or None,
        )

    def _plan_charges(self, plan):
        """Add to `plan` what the tenancies owe, and what stands in the way; writes nothing."""
        fees = self.env["pm.fee"].search([("site_id", "in", self.site_id.ids)])
        fees_by_site = {
            site: site_fees.with_context(lang=site.print_lang)
            for site, site_fees in fees.grouped("site_id").items()
        }
        for tenancy in self:
            local = tenancy.with_context(lang=tenancy.site_id.print_lang)
            found = len(plan.charges) + len(plan.findings)
            if not tenancy.unit_ids:
                plan.findings.append({"kind": "unit", "tenancy_id": tenancy.id})
                continue
            for fee in fees_by_site.get(tenancy.site_id, fees.browse()):
                local._plan_fee(fee, plan)
            if len(plan.charges) + len(plan.findings) == found or tenancy._is_overstayed(plan):
                tenancy._find_nothing(plan)

    def _plan_fee(self, fee, plan):
        """Add to `plan` what one tenancy owes of one fee."""
        self.ensure_one()
        getattr(self, f"_plan_{fee.basis}")(fee, plan)

    def _plan_area(self, fee, plan):
        self._plan_monthly(fee, plan)

    def _plan_fixed(self, fee, plan):
        self._plan_monthly(fee, plan)

    def _plan_rent(self, fee, plan):
        """Charge the rent of the term that runs; agreed lines are its steps and free months."""
        terms = [
            Rate(term.monthly_rent, term.date_start, term.date_end or None)
            for term in self.term_ids
        ] or [Rate(self.monthly_rent)]
        if any(term.price for term in terms) or self.fee_ids.filtered(
            lambda line: line.fee_id == fee
        ):
            self._plan_monthly(fee, plan, tariffs=[terms])

    def _plan_monthly(self, fee, plan, tariffs=None):
        """Charge a price per month for the days of the stay; `tariffs` replace those of the fee."""
        agreed = self.fee_ids.filtered(lambda line: line.fee_id == fee)
        periods = plan.get_periods(fee, self, *self._get_occupation())
        for unit, quantity in self._get_quantities(fee) if periods else ():
            scope = unit or self._get_main_unit()
            if not plan.includes(scope):
                continue
            agreements = [
                [line._to_agreement() for line in agreed if unit and line.unit_id == unit],
                [line._to_agreement() for line in agreed if not line.unit_id],
            ]
            layers = tariffs or plan.get_tariffs(fee, scope)
            for stay in periods:
                for segment in price_segments(stay, agreements, layers, fee.is_standard):
                    self._plan_segment(fee, plan, unit, quantity, segment)

    def _plan_segment(self, fee, plan, unit, quantity, segment, **source):
        days = segment.period
        facts = {
            "tenancy_id": self.id,
            "unit_id": unit.id,
            "fee_id": fee.id,
            "date_from": days.start,
            "date_to": days.end,
        }
        if segment.price is None:
            plan.findings.append({"kind": "tariff", **facts})
            return
        plan.charges.append(
            {
                **facts,
                "site_id": self.site_id.id,
                "partner_id": self.payer_id.id,
                "month": plan.month,
                "quantity": quantity,
                "price": segment.price,
                **source,
                **self._prepare_amount_vals(fee, quantity, segment.price, days),
            }
        )

    def _is_overstayed(self, plan):
        """Tell whether the tenancy is over in the month billed, and the occupant still there."""
        end = self._get_occupation()[1]
        return not self.date_moved_out and end and end < plan.month

    def _find_nothing(self, plan):
        """Say why nothing is charged this month to a tenancy in occupation."""
        start, end = self._get_occupation()
        if any(intersect(month, start, end) for month in plan.periods["current"]):
            plan.findings.append({"kind": "nothing", "tenancy_id": self.id})
        elif not self.date_moved_out:
            plan.findings.append({"kind": "ended", "tenancy_id": self.id, "date_to": end})

    def _prepare_amount_vals(self, fee, quantity, price, days):
        """Return the amount of a price for some days of a month, and its formula in words."""
        formula = fee._word_price(price)
        if fee.basis == "once":  # on a day, not for a part of its month
            return {"amount": self.currency_id.round(quantity * price), "formula": formula}
        whole = month_end(days.start).day
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
        """Return (unit, quantity) for each charge of a monthly fee; the unit is empty for what is
        charged once for the tenancy."""
        self.ensure_one()
        if fee.basis != "area":
            return [(self.env["pm.unit"], 1.0)]
        lines = self.line_ids.sorted(lambda line: line.unit_id.code)
        return [(line.unit_id, line.area) for line in lines]

    def _get_main_unit(self):
        """Return the first unit: its tariff holds for what is charged once for the whole tenancy,
        and its building is where the tenancy is found."""
        return self.unit_ids.sorted("code")[:1]
