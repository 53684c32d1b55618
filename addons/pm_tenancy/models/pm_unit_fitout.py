from odoo import api, fields, models

from .pm_tenancy_works import UNDER_WAY

_FITOUT_COLOR = 3


class PmUnit(models.Model):
    """A unit whose occupant is fitting it out before he moves in."""

    _inherit = "pm.unit"

    fitout_ids = fields.Many2many(
        "pm.fitout", "pm_fitout_unit_rel", "unit_id", "fitout_id", string="Fit-outs", copy=False
    )
    fitout_count = fields.Integer(compute="_compute_fitout_count")
    state = fields.Selection(selection_add=[("fitout", "Fit-out"), ("occupied",)])

    @api.depends("fitout_ids")
    def _compute_fitout_count(self):
        for unit in self:
            unit.fitout_count = len(unit.fitout_ids)

    @api.depends("fitout_ids.state")
    def _compute_state(self):
        """Works under way before the occupant moves in: more than reserved, not yet occupied."""
        super()._compute_state()
        for unit in self.filtered(lambda unit: unit.state == "reserved" and unit.tenancy_id):
            works = unit.fitout_ids.filtered(
                lambda fitout, unit=unit: (
                    fitout.tenancy_id == unit.tenancy_id and fitout.state in UNDER_WAY
                )
            )
            if works:
                unit.state = "fitout"

    @api.depends("state")
    def _compute_color(self):
        super()._compute_color()
        for unit in self.filtered(lambda unit: unit.state == "fitout"):
            unit.color = _FITOUT_COLOR

    def action_view_fitouts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_fitout_action")
        return {
            **action,
            "domain": [("unit_ids", "in", self.ids)],
            "context": {"default_tenancy_id": self.tenancy_id.id},
        }
