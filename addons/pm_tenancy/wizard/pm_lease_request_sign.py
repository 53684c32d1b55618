from odoo import api, fields, models


class PmLeaseRequestSign(models.TransientModel):
    _name = "pm.lease.request.sign"
    _description = "Lease Signed"

    request_id = fields.Many2one("pm.lease.request", required=True, readonly=True)
    site_id = fields.Many2one(related="request_id.site_id")
    partner_id = fields.Many2one(related="request_id.partner_id")
    currency_id = fields.Many2one(related="request_id.currency_id")
    signed_on = fields.Date(compute="_compute_unit_id", store=True, readonly=False, required=True)
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        string="Tenancy Entered Already",
        domain="[('site_id', '=', site_id), ('partner_id', '=', partner_id), "
        "('state', 'not in', ('closed', 'cancelled'))]",
        help="Empty: a tenancy is drawn up from what is entered here.",
    )
    unit_id = fields.Many2one(
        "pm.unit",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        domain="[('site_id', '=', site_id)]",
    )
    date_start = fields.Date(string="Lease From")
    date_end = fields.Date(string="Lease Until")
    monthly_rent = fields.Monetary(compute="_compute_monthly_rent", store=True, readonly=False)
    contract_no = fields.Char(string="Contract No.")

    @api.depends("request_id")
    def _compute_unit_id(self):
        for wizard in self:
            request = wizard.request_id
            wizard.unit_id = request.unit_id
            wizard.signed_on = request.site_id and request.site_id._today()

    @api.depends("unit_id")
    def _compute_monthly_rent(self):
        for wizard in self:
            wizard.monthly_rent = wizard.unit_id.asked_rent

    def action_confirm(self):
        self.ensure_one()
        tenancy = self.tenancy_id or self.env["pm.tenancy"].create(
            {
                **self.request_id._prepare_tenancy_vals(self.unit_id),
                "date_start": self.date_start,
                "date_end": self.date_end,
                "monthly_rent": self.monthly_rent,
                "contract_no": self.contract_no,
            }
        )
        self.request_id._sign(tenancy, self.signed_on)
