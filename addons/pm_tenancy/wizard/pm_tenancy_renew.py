from odoo import api, fields, models


class PmTenancyRenew(models.TransientModel):
    _name = "pm.tenancy.renew"
    _description = "Renew a Lease"

    tenancy_id = fields.Many2one("pm.tenancy", required=True, readonly=True)
    currency_id = fields.Many2one(related="tenancy_id.currency_id")
    former_end = fields.Date(string="Ends So Far", related="tenancy_id.date_end")
    former_rent = fields.Monetary(string="Rent So Far", related="tenancy_id.monthly_rent")
    date_end = fields.Date(string="New Last Day", required=True)
    monthly_rent = fields.Monetary(
        string="New Monthly Rent",
        compute="_compute_monthly_rent",
        store=True,
        readonly=False,
    )
    contract_no = fields.Char(string="Contract No.", help="Empty: the number stays.")
    signed_on = fields.Date(
        compute="_compute_monthly_rent", store=True, readonly=False, required=True
    )
    note = fields.Char()

    @api.depends("tenancy_id")
    def _compute_monthly_rent(self):
        for wizard in self:
            wizard.monthly_rent = wizard.tenancy_id.monthly_rent
            wizard.signed_on = wizard.tenancy_id.site_id and wizard.tenancy_id.site_id._today()

    def action_confirm(self):
        self.ensure_one()
        self.tenancy_id._renew(
            self.date_end, self.monthly_rent, self.contract_no, self.signed_on, self.note
        )
