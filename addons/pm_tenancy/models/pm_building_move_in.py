from odoo import api, fields, models


class PmBuilding(models.Model):
    _inherit = "pm.building"

    move_in_template_id = fields.Many2one(
        "pm.procedure.template",
        string="Move-in Procedure",
        compute="_compute_move_in_template_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        domain="[('occasion', '=', 'move_in'), ('site_id', 'in', [False, site_id])]",
        help="What an occupant goes through when moving in. Empty: no procedure is begun, and "
        "nothing holds the move-in up.",
    )

    @api.depends("usage", "site_id")
    def _compute_move_in_template_id(self):
        Template = self.env["pm.procedure.template"]
        for building in self:
            building.move_in_template_id = Template._find_for_usage(
                building.site_id, "move_in", building.usage
            )
