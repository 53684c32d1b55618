from odoo import api, fields, models

from .wording import word_month


class PmDunningActionLine(models.Model):
    _name = "pm.dunning.action.line"
    _description = "Bill Asked For"
    _order = "action_id, date_due, id"

    action_id = fields.Many2one("pm.dunning.action", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="action_id.site_id", store=True, precompute=True)
    company_id = fields.Many2one(related="action_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one(
        "account.move", string="Bill", required=True, ondelete="restrict", index=True
    )
    month = fields.Date(required=True)
    month_text = fields.Char(string="Month Due", compute="_compute_month_text")
    date_due = fields.Date(string="Due On", required=True)
    date_billed = fields.Date(string="First Billed On")
    items = fields.Char(string="Fees")
    amount = fields.Monetary(required=True, help="What was open when it was asked for.")

    @api.depends_context("lang")
    @api.depends("month")
    def _compute_month_text(self):
        for line in self:
            line.month_text = word_month(self.env, line.month)
