from odoo import fields, models


class PmDunningCase(models.Model):
    """The step of the dunning ladder that proposes to stop services (BIL-043)."""

    _inherit = "pm.dunning.case"

    suspension_ids = fields.One2many("pm.suspension", "case_id", string="Suspensions")

    def _propose_suspension(self, notice=None):
        """Return the suspensions of the cases, proposed where there is none yet.

        `notice` is the dunning action that brought it about, such as the visit.
        """
        # The ladder proposes, whoever runs it.
        suspensions = self.env["pm.suspension"].sudo()
        for case in self:
            suspensions |= suspensions._propose_for_case(case, notice)
        return suspensions.sudo(self.env.su)
