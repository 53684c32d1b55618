from odoo import fields, models


class PmProcedureStepSkip(models.TransientModel):
    _name = "pm.procedure.step.skip"
    _description = "Skip Steps"

    step_ids = fields.Many2many("pm.procedure.step", string="Steps", required=True)
    reason = fields.Char(required=True, help="Kept on the step, with your name and the time.")

    def action_confirm(self):
        """Pass over the steps for that reason; the steps decide who may."""
        self.step_ids.write({"state": "skipped", "skip_reason": self.reason})
        return {"type": "ir.actions.act_window_close"}
