from odoo import fields, models


class PmSite(models.Model):
    _inherit = "pm.site"

    master_manager_id = fields.Many2one(
        "res.partner",
        string="Master Property Manager",
        check_company=True,
        index="btree_not_null",
        help="Manages what the buildings of the estate share, such as roads and gates.",
    )
    parking_underground = fields.Integer(string="Underground Parking Places")
    parking_surface = fields.Integer(string="Surface Parking Places")
    building_ids = fields.One2many("pm.building", "site_id", string="Buildings")

    _parking_positive = models.Constraint(
        "CHECK (parking_underground >= 0 AND parking_surface >= 0)",
        "The number of parking places cannot be negative.",
    )
