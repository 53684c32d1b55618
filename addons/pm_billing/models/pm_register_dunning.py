from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_end, month_start


class PmRegister(models.Model):
    _inherit = "pm.register"

    def _read_rows(self, site, day, period):
        """What was unpaid is told by the month of the issue, however late it is made."""
        return super(PmRegister, self.with_context(pm_issue_date=day))._read_rows(site, day, period)


class PmTenancy(models.Model):
    """What the arrears list of the month says of an occupant (F-BIL-14)."""

    _inherit = "pm.tenancy"

    oldest_unpaid_month = fields.Date(
        compute="_compute_unpaid_listed", search="_search_oldest_unpaid_month"
    )
    amount_unpaid_earlier = fields.Monetary(
        string="Earlier Arrears",
        compute="_compute_unpaid_listed",
        help="What is unpaid of the months before, and of what is for no month.",
    )
    amount_unpaid_month = fields.Monetary(
        string="Unpaid of the Month", compute="_compute_unpaid_listed"
    )
    amount_unpaid_listed = fields.Monetary(
        string="Unpaid up to the Month", compute="_compute_unpaid_listed"
    )

    def _compute_unpaid_listed(self):
        day = self.env.context.get("pm_issue_date") or fields.Date.context_today(self)
        this, last = month_start(day), month_end(day)
        bills = self.env["account.move"].search_fetch(
            Domain("pm_tenancy_id", "in", self.ids)
            & self.env["account.move"]._pm_get_unpaid_domain(),
            ["pm_tenancy_id", "pm_month", "invoice_date_due", "amount_residual"],
        )
        by_tenancy = {}
        for bill in bills:
            by_tenancy.setdefault(bill.pm_tenancy_id.id, []).append(bill)
        for tenancy in self:
            owed = [
                (bill._pm_get_month_due(), bill.amount_residual)
                for bill in by_tenancy.get(tenancy.id, ())
            ]
            tenancy.oldest_unpaid_month = min((month for month, _amount in owed), default=False)
            earlier = sum(amount for month, amount in owed if month < this)
            present = sum(amount for month, amount in owed if this <= month <= last)
            tenancy.amount_unpaid_earlier = earlier
            tenancy.amount_unpaid_month = present
            tenancy.amount_unpaid_listed = earlier + present

    def _search_oldest_unpaid_month(self, operator, value):
        if operator not in ("<", "<="):
            return NotImplemented
        Move = self.env["account.move"]
        of_month = Domain("pm_month", operator, value) | (
            Domain("pm_month", "=", False) & Domain("invoice_date_due", operator, value)
        )
        moves = Move._search(
            Move._pm_get_unpaid_domain() & of_month & Domain("pm_tenancy_id", "!=", False)
        )
        return Domain("id", "in", moves.subselect("pm_tenancy_id"))
