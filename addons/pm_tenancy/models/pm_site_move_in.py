from odoo import fields, models


class PmSite(models.Model):
    _inherit = "pm.site"

    move_in_plan_lead_months = fields.Integer(
        string="Move-in Plan Ahead (months)",
        default=1,
        required=True,
        help="So long before the first day of a tenancy its move-in plan is approved and the "
        "move-in notice sent.",
    )
    missed_defect_hours = fields.Integer(
        string="Missed Defects Within (hours)",
        default=48,
        required=True,
        help="A form of defects that were missed at the acceptance is valid when it comes back "
        "within so many hours of the handover.",
    )

    _move_in_range = models.Constraint(
        "CHECK (move_in_plan_lead_months BETWEEN 0 AND 12 AND missed_defect_hours BETWEEN 1 AND "
        "720)",
        "The move-in plan lies at most 12 months ahead; defects are reported within 1 to 720 "
        "hours.",
    )
