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
            return self._get_unbilled() or super()._get_dues()
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

    def _get_unbilled(self):
        """Return what the final bill is still to ask for, as `_get_dues` does."""
        amount = sum(self._reckon_final().mapped("amount"))
        if self.currency_id.compare_amounts(amount, 0.0) <= 0:
            return {}
        return {
            "reason": self.env._(
                "%(amount)s up to %(day)s is not billed yet: make the final bill.",
                amount=self.currency_id.format(amount),
                day=self.date_moved_out,
            ),
            "amount": amount,
            "since": self.date_moved_out,
        }

    def _prepare_settlement_lines(self):
        """Add open bills, and what the final bill asks for or will ask for, line by line."""
        final = self._get_final_run().bill_ids.filtered(lambda bill: bill.state == "posted")
        rows = [
            {
                "kind": "fee",
                "name": self.env._(
                    "Bill %(number)s %(month)s", number=bill.name, month=bill.pm_month_text or ""
                ).strip(),
                "date": bill.invoice_date_due,
                "amount": bill.amount_residual,
            }
            for bill in self._get_unpaid_bills() - final
        ]
        billed = final.pm_charge_ids._sorted_for_bill()
        rows += [charge._prepare_settlement_row(charge.move_id.name) for charge in billed]
        paid = sum(final.mapped("amount_total_signed")) - sum(
            final.mapped("amount_residual_signed")
        )
        if not self.currency_id.is_zero(paid):
            rows.append(
                {"kind": "other", "name": self.env._("Paid of the final bill"), "amount": -paid}
            )
        left = self._reckon_final()
        rows += [charge._prepare_settlement_row(self.env._("to be billed")) for charge in left]
        readings = {
            charge.source_id
            for charge in [*billed, *left]
            if charge.source_model == "pm.meter.reading"
        }
        return rows + [
            row
            for row in super()._prepare_settlement_lines()
            if row.get("reading_id") not in readings
        ]

    def _get_unpaid_bills(self):
        """Return the bills that are not paid, due or not, the oldest first."""
        Move = self.env["account.move"]
        return Move.search(
            Domain("pm_tenancy_id", "in", self.ids) & Move._pm_get_unpaid_domain(),
            order="invoice_date_due, id",
        )

    def _open_dues(self):
        return self.action_view_bills()


class PmClearance(models.Model):
    """The settlement says when everything was paid (F-BIL-23)."""

    _inherit = "pm.clearance"

    def action_bill_final(self):
        """Open the final bill of the occupant."""
        self.ensure_one()
        return self.tenancy_id.action_bill_final()

    def _get_paid_in_full_on(self):
        """Return the day of the last payment, once the final bill is made and nothing is open."""
        self.ensure_one()
        tenancy_sudo = self.sudo().tenancy_id  # every post sees the sums of a move-out
        final = tenancy_sudo._get_final_run().bill_ids.filtered(lambda bill: bill.state == "posted")
        if not final or tenancy_sudo._get_unpaid_bills() or tenancy_sudo._reckon_final():
            return False
        days = [day for bill in tenancy_sudo.bill_ids for day, _paid in bill._pm_get_payments()]
        return max(days, default=max(final.mapped("date")))
