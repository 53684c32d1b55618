from odoo import api, fields, models


class PmTenancy(models.Model):
    _inherit = "pm.tenancy"

    bank_mandate_ids = fields.One2many("pm.bank.mandate", "tenancy_id", string="Mandates")
    bank_mandate_id = fields.Many2one(
        "pm.bank.mandate",
        string="Collected by the Bank",
        compute="_compute_bank_mandate_id",
        help="The mandate in force, by which the bills are collected from an account.",
    )

    @api.depends("bank_mandate_ids.state")
    def _compute_bank_mandate_id(self):
        for tenancy in self:
            mandates = tenancy.bank_mandate_ids
            tenancy.bank_mandate_id = mandates.filtered(lambda each: each.state == "active")[:1]
