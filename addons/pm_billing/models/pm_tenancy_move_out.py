from odoo import models
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_enumeration


class PmTenancy(models.Model):
    """What is billed and unpaid holds a removal up, due or not (TEN-123, TEN-130)."""

    _inherit = "pm.tenancy"

    def _get_dues(self):
        self.ensure_one()
        bills = self._get_unpaid_bills()
        if not bills:
            return super()._get_dues()
        amount = sum(bills.mapped("amount_residual"))
        return {
            "reason": self.env._(
                "%(count)s bills of %(amount)s are not paid: %(months)s.",
                count=len(bills),
                amount=self.currency_id.format(amount),
                months=word_enumeration(
                    self.env, dict.fromkeys(bill.pm_month_text or bill.name for bill in bills)
                ),
            ),
            "amount": amount,
            "since": bills[:1].invoice_date_due,
        }

    def _prepare_settlement_lines(self):
        bills = [
            {
                "kind": "fee",
                "name": self.env._(
                    "Bill %(number)s %(month)s", number=bill.name, month=bill.pm_month_text or ""
                ).strip(),
                "date": bill.invoice_date_due,
                "amount": bill.amount_residual,
            }
            for bill in self._get_unpaid_bills()
        ]
        return bills + super()._prepare_settlement_lines()

    def _get_unpaid_bills(self):
        """Return the bills that are not paid, due or not, the oldest first."""
        Move = self.env["account.move"]
        return Move.search(
            Domain("pm_tenancy_id", "in", self.ids) & Move._pm_get_unpaid_domain(),
            order="invoice_date_due, id",
        )

    def _open_dues(self):
        return self.action_view_bills()
