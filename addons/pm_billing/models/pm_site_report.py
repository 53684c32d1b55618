from odoo import fields, models


class PmSite(models.Model):
    _inherit = "pm.site"

    collection_target = fields.Float(
        string="Collection Rate Target (%)",
        default=95.0,
        digits=(5, 2),
        help="What the office wants to have collected of the bills of a month.",
    )

    _collection_target_range = models.Constraint(
        "CHECK (collection_target BETWEEN 0 AND 100)", "A target lies between 0 and 100 %."
    )
