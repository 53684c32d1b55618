from odoo import fields, models


class PmApprovalRefuse(models.TransientModel):
    _name = "pm.approval.refuse"
    _description = "Reject an Approval"

    approval_ids = fields.Many2many("pm.approval", required=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.approval_ids._refuse(self.reason)
