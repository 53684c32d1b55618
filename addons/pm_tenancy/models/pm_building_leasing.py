from odoo import fields, models


class PmBuilding(models.Model):
    _inherit = "pm.building"

    leasing_user_id = fields.Many2one(
        "res.users",
        string="Leasing Officer",
        domain="[('site_ids', '=', site_id)]",
        help="Patrols the vacant units of this building. Empty: the leasing officer of the office.",
    )
