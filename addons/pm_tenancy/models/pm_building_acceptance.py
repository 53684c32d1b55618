from odoo import fields, models


class PmBuilding(models.Model):
    """Who built a building and who accepted it, as the move-in notice says."""

    _inherit = "pm.building"

    developer_id = fields.Many2one("res.partner", check_company=True, index="btree_not_null")
    constructor_id = fields.Many2one(
        "res.partner",
        string="Construction Company",
        check_company=True,
        index="btree_not_null",
    )
    accepted_by = fields.Char(help="Province or city and department that led the acceptance.")
    accepted_on = fields.Date(help="From this day on the building may be occupied.")
