from odoo import fields, models


class PmBuilding(models.Model):
    _inherit = "pm.building"

    key_return_role = fields.Selection(
        [("service", "Customer Service"), ("security", "Security")],
        string="Takes Keys Back",
        required=True,
        default="service",
        help="Who takes over keys and passes at the move-out.",
    )
    handover_meters = fields.Selection(
        [
            ("usage", "By usage: offices electricity, others all"),
            ("electricity", "Electricity only"),
            ("all", "Electricity, water and gas"),
        ],
        string="Meters Read at Handover",
        required=True,
        default="usage",
    )
    meter_ids = fields.One2many("pm.meter", "building_id", string="Meters")
