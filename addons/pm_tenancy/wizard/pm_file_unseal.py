from odoo import fields, models


class PmFileUnseal(models.TransientModel):
    _name = "pm.file.unseal"
    _description = "Break the Seal of a File"

    tenancy_id = fields.Many2one("pm.tenancy", required=True, readonly=True)
    reason = fields.Char(required=True, help="Kept on the tenancy, with your name and the time.")

    def action_confirm(self):
        self.tenancy_id._unseal_file(self.reason)
        return {"type": "ir.actions.act_window_close"}
