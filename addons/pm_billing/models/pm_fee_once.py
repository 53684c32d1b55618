from odoo import models
from odoo.fields import Domain

from ..tools.plan import Plan
from ..tools.proration import Period, price_segments
from .wording import word_amount


class PmFee(models.Model):
    """A fee that is paid once, such as a management fund (BIL-011)."""

    _inherit = "pm.fee"

    def _word_price(self, price):
        if self.basis != "once":
            return super()._word_price(price)
        return self.env._("%(price)s yuan, once", price=self._format_price(price))


class PmCharge(models.Model):
    _inherit = "pm.charge"

    # Neither another day of moving in nor a second run charges it again.
    _paid_once = models.UniqueIndex(
        "(tenancy_id, fee_id) WHERE source_model = 'pm.tenancy' AND state <> 'cancelled'",
        "The occupant has been charged this fee, which is paid once, already.",
    )

    def _get_period_text(self, pattern=None):
        if self.basis == "once":
            return self.env._("once")
        return super()._get_period_text(pattern)


class PmTenancy(models.Model):
    """What is paid once on moving in, and what a fit-out would ask for (BIL-010 to BIL-012)."""

    _inherit = "pm.tenancy"

    def _plan_once(self, fee, plan):
        """No month asks for it, nor the final bill: see `_plan_moving_in`."""

    def _plan_moving_in(self, fees, plan):
        """Charge the fees that are paid once, at the price of the first day."""
        self.ensure_one()
        start, unit = self._get_occupation()[0], self._get_main_unit()
        fees = fees.filtered(lambda fee: fee.basis == "once")
        for fee in fees - self._get_fees_paid_once():
            lines = self.fee_ids.filtered(lambda line, fee=fee: line.fee_id == fee)
            agreements = [[line._to_agreement() for line in lines]]
            segments = price_segments(
                Period(start, start), agreements, plan.get_tariffs(fee, unit), fee.is_standard
            )
            source = {"source_model": self._name, "source_id": self.id}
            for segment in segments:
                if segment.price != 0:
                    self._plan_segment(fee, plan, unit.browse(), 1.0, segment, **source)

    def _get_fees_paid_once(self):
        """Return the fees that are on a bill of the occupant and not charged again."""
        charges_sudo = self.env["pm.charge"].sudo()  # also those the user may not see count
        charges_sudo = charges_sudo.search(
            Domain("tenancy_id", "=", self.id)
            & Domain("source_model", "=", self._name)
            & Domain("state", "=", "invoiced")
        )
        return charges_sudo.fee_id.with_env(self.env)

    def _reckon_once(self):
        """Return the values of the charges that are paid once on moving in."""
        if not self.line_ids:
            return []
        start = self._get_occupation()[0]
        plan = Plan.of_days(start, start)
        self._plan_moving_in(self.env["pm.fee"].search([("site_id", "=", self.site_id.id)]), plan)
        return plan.charges

    def _get_fitout_rows(self):
        """Return (name, standard, period) of what who fits out pays before the works begin."""
        site, env = self.site_id, self.env
        refunded = env._("before a fit-out, refunded after it")
        rows = (
            (env._("Fit-out deposit"), site.fit_out_owner_deposit, refunded),
            (env._("Contractor's fit-out deposit"), site.fit_out_contractor_deposit, refunded),
            (env._("Debris removal fee"), site.fit_out_debris_fee, env._("before a fit-out")),
        )
        return [
            (name, env._("%(amount)s yuan", amount=word_amount(env, amount)), period)
            for name, amount, period in rows
            if amount
        ]
