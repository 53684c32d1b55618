from odoo import fields, models
from odoo.fields import Domain


class PmUnit(models.Model):
    _inherit = "pm.unit"

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_arrears = fields.Monetary(
        string="Arrears",
        compute="_compute_amount_arrears",
        help="What the present occupant owes after its due date, all units of the tenancy taken "
        "together.",
    )

    def _compute_amount_arrears(self):
        for unit in self:
            unit.amount_arrears = unit.tenancy_id.amount_arrears

    def action_view_bills(self):
        """Open the bills of all who have occupied the unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bill_action")
        domain = Domain("pm_tenancy_id.line_ids.unit_id", "=", self.id)
        return {**action, "domain": list(domain), "context": {}}
