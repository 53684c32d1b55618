from odoo import api, fields, models
from odoo.fields import Domain

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
