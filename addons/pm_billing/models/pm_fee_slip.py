from fractions import Fraction

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_day


class PmFee(models.Model):
    """What a fee by quantity finds to charge: the confirmed slips."""

    _inherit = "pm.fee"

    uom_name = fields.Char(
        string="Counted In", translate=True, help="Such as hour, page or call; by quantity only."
    )

    def _word_price(self, price):
        if self.basis != "quantity":
            return super()._word_price(price)
        text = self._format_price(price)
        if not self.uom_name:
            return self.env._("%(price)s yuan", price=text)
        return self.env._("%(price)s yuan/%(uom)s", price=text, uom=self.uom_name)

    def _reckon_quantity(self, quantity, price):
        """Return quantity × price, exact and rounded once."""
        exact = Fraction(str(quantity)) * Fraction(str(price))
        return (self.currency_id or self.env.company.currency_id).round(float(exact))

    def _get_pending(self, plan):
        if self.basis == "quantity":
            return plan.look_up(("slips", self.id), lambda: self._get_slips(plan)).keys()
        return super()._get_pending(plan)

    def _get_slips(self, plan):
        """Return {tenancy id: slips} that are confirmed and not billed.

        A statement has what was written by the day on which the meters are read, the final bill
        what was written by the day of leaving; however late a slip was confirmed, the next run
        charges it.
        """
        self.ensure_one()
        until = plan.until
        if plan.occasion == "month":
            until = month_day(until.year, until.month, self.site_id.read_cutoff_day)
        slips = self.env["pm.charge.slip"].search(
            Domain("fee_id", "=", self.id)
            & Domain("state", "=", "confirmed")
            & Domain("date", "<=", until),
            order="date, id",
        )
        return {tenancy.id: found for tenancy, found in slips.grouped("tenancy_id").items()}
