from odoo import api, fields, models


class PmBuilding(models.Model):
    _inherit = "pm.building"

    key_return_role = fields.Selection(
        [("service", "Customer Service"), ("security", "Security")],
        string="Takes Keys Back",
        required=True,
        compute="_compute_key_return_role",
        store=True,
        readonly=False,
        precompute=True,
        help="Who takes over keys and passes at the move-out; the move-out procedure proposes it.",
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

    @api.depends("move_out_template_id")
    def _compute_key_return_role(self):
        """Propose Security where the procedure has it take the keys, else Customer Service."""
        for building in self:
            # Which steps a procedure has is no secret.
            steps = building.move_out_template_id.sudo().step_ids
            roles = steps.filtered(lambda step: step.check == "keys_back").mapped("department_role")
            building.key_return_role = "security" if "security" in roles else "service"
