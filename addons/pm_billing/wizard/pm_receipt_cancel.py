from odoo import fields, models


class PmReceiptCancel(models.TransientModel):
    _name = "pm.receipt.cancel"
    _description = "Cancel Receipts"

    receipt_ids = fields.Many2many("pm.receipt", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.receipt_ids._cancel(self.reason)
