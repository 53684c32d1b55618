from odoo import api, fields, models

# The procedure that a building follows unless the office chooses another.
_TEMPLATES = {
    "business_centre": "pm_tenancy.procedure_move_out_business_centre",
    "office": "pm_tenancy.procedure_move_out_office",
    "mall": "pm_tenancy.procedure_move_out_office",
    "residential": "pm_tenancy.procedure_move_out_office",
    "hotel": "pm_tenancy.procedure_move_out_leasing",
    "culture": "pm_tenancy.procedure_move_out_leasing",
}


class PmBuilding(models.Model):
    _inherit = "pm.building"

    move_out_template_id = fields.Many2one(
        "pm.procedure.template",
        string="Move-out Procedure",
        compute="_compute_move_out_template_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('occasion', '=', 'move_out'), ('site_id', 'in', [False, site_id])]",
        help="Followed when an occupant moves out; empty when none is.",
    )
    moving_window = fields.Selection(
        [
            ("after_hours", "Out of office hours"),
            ("agreed", "As agreed, also in office hours"),
        ],
        string="Removals Take Place",
        required=True,
        default="after_hours",
        help="Out of office hours: working days from the hour in the settings of the office on, "
        "days off all day (CON-26).",
    )

    @api.depends("usage")
    def _compute_move_out_template_id(self):
        for building in self:
            xml_id = _TEMPLATES.get(building.usage)
            building.move_out_template_id = xml_id and self.env.ref(xml_id, False)
