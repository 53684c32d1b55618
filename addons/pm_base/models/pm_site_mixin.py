from odoo import fields, models


class PmSiteMixin(models.AbstractModel):
    _name = "pm.site.mixin"
    _description = "Belongs to a Management Office"
    _check_company_auto = True

    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env["pm.site"]._get_default_site(),
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
