import base64

from odoo import fields, models


class PmBankBatchAnswer(models.TransientModel):
    _name = "pm.bank.batch.answer"
    _description = "Import the Bank's Answer"

    batch_id = fields.Many2one(
        "pm.bank.batch",
        string="Collection",
        required=True,
        domain="[('state', '=', 'sent')]",
        default=lambda self: self.env["pm.bank.batch"].search([("state", "=", "sent")], limit=1),
    )
    format_id = fields.Many2one(related="batch_id.format_id")
    file = fields.Binary(string="File of the Bank", required=True, attachment=False)
    filename = fields.Char()
    day = fields.Date(
        string="Booked On",
        required=True,
        default=fields.Date.context_today,
        help="Day of the payments, unless the file says it of each line.",
    )

    def action_confirm(self):
        """Check the file and book it: all of it or nothing."""
        self.ensure_one()
        self.batch_id._take_answer(base64.b64decode(self.file), self.filename, self.day)
        return self.batch_id.get_formview_action()
