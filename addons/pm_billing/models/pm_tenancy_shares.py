from odoo import models
from odoo.fields import Domain

from ..tools.proration import Period, Rate, price_segments


class PmFee(models.Model):
    """What a fee by share finds to charge."""

    _inherit = "pm.fee"

    def _get_shares(self, until):
        """Return {tenancy id: shares} of the costs up to a day that are not billed yet."""
        self.ensure_one()
        lines = self.env["pm.cost.share.line"].search(
            Domain("share_id.fee_id", "=", self.id)
            & Domain("share_id.state", "=", "shared")
            & Domain("share_id.month", "<=", until)
            & Domain("tenancy_id", "!=", False)
            & Domain("id", "not in", self._get_billed("pm.cost.share.line"))
        )
        return {tenancy.id: shares for tenancy, shares in lines.grouped("tenancy_id").items()}


class PmTenancy(models.Model):
    """What a tenancy owes of costs that are shared."""

    _inherit = "pm.tenancy"

    def _plan_share(self, fee, plan):
        """Charge each share that is not billed; what was agreed not to be charged is not."""
        shares = plan.look_up(("shares", fee.id), lambda: fee._get_shares(plan.until))
        agreed = self.fee_ids.filtered(lambda line: line.fee_id == fee)
        for line in shares.get(self.id, ()):
            agreements = [
                [each._to_agreement() for each in agreed if each.unit_id == line.unit_id],
                [each._to_agreement() for each in agreed if not each.unit_id],
            ]
            days = Period(line.date_from, line.date_to)
            charged = price_segments(days, agreements, [[Rate(0.0)]], fee.is_standard)
            if not line.amount or not charged or not plan.includes(line.unit_id):
                continue
            plan.charges.append(
                {
                    "tenancy_id": self.id,
                    "unit_id": line.unit_id.id,
                    "fee_id": fee.id,
                    "date_from": line.date_from,
                    "date_to": line.date_to,
                    "site_id": self.site_id.id,
                    "partner_id": self.payer_id.id,
                    "month": plan.month,
                    "source_model": line._name,
                    "source_id": line.id,
                    "quantity": line.weight,
                    "price": 0.0,
                    "amount": line.amount,
                    "formula": line.with_env(self.env)._word_share(),
                }
            )
