from datetime import timedelta

from odoo import api, fields, models


class PmTenancy(models.Model):
    """Defects that were missed at the acceptance: until when they are taken up (TEN-043)."""

    _inherit = "pm.tenancy"

    missed_defects_ids = fields.One2many(
        "pm.missed.defects", "tenancy_id", string="Missed-Defects Forms"
    )
    missed_defects_until = fields.Datetime(
        compute="_compute_missed_defects_until",
        help="A form of defects that were missed is valid when it is back by then.",
    )

    @api.depends("handed_over_at", "site_id.missed_defect_hours")
    def _compute_missed_defects_until(self):
        for tenancy in self:
            hours = timedelta(hours=tenancy.site_id.missed_defect_hours)
            tenancy.missed_defects_until = tenancy.handed_over_at and (
                tenancy.handed_over_at + hours
            )

    def action_record_missed_defects(self):
        """Enter the form that the occupant brought back."""
        self.ensure_one()
        draft = self.missed_defects_ids.filtered(lambda form: form.state == "draft")[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Missed-Defects Form"),
            "res_model": "pm.missed.defects",
            "res_id": draft.id,
            "views": [[False, "form"]],
            "context": {"default_tenancy_id": self.id},
        }

    def _pm_open_step(self, step):
        if step.form_id == self.env.ref("pm_base.form_f_ten_33") and step.kind == "collect":
            return self.action_record_missed_defects()
        return super()._pm_open_step(step)
