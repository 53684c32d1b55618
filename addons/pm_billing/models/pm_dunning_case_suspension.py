from odoo import fields, models


class PmDunningCase(models.Model):
    """The step of the dunning ladder that proposes to stop services (BIL-043)."""

    _inherit = "pm.dunning.case"

    suspension_ids = fields.One2many("pm.suspension", "case_id", string="Suspensions")

    def _propose_suspension(self, notice=None):
        """Return the suspensions of the cases, proposed where there is none yet.

        Called when the step `notice` (`pm.dunning.action`) of the ladder is taken, and by hand
        from it until something is returned. Whatever else is to be proposed extends this.
        """
        # The ladder proposes, whoever runs it.
        suspensions = self.env["pm.suspension"].sudo()
        for case in self:
            suspensions |= suspensions._propose_for_case(case)
        return suspensions.sudo(self.env.su)

    def _close(self, day):
        """Whoever has paid all of it is not cut off: what was proposed is not carried out."""
        result = super()._close(day)
        # Payments close cases, whoever books them.
        waiting = self.sudo().suspension_ids.filtered(
            lambda each: each.state in ("draft", "approved") and each.is_paid
        )
        waiting.action_cancel()
        return result

    def _get_visited_on(self):
        """Return the day of the last visit that was made, or False."""
        self.ensure_one()
        made = self.action_ids.filtered(
            lambda action: action.action == "visit" and action.state == "done"
        )
        times = made.filtered("called_at").mapped("called_at")
        return self.site_id._today(max(times)) if times else False


class PmDunningAction(models.Model):
    """The visit of the ladder is the visit of the suspension that waits for it."""

    _inherit = "pm.dunning.action"

    def _note_result(self, result):
        answer = super()._note_result(result)
        visits = self.filtered(lambda action: action.action == "visit")
        # Whoever makes the visit need not have rights on cases and suspensions.
        for case in visits.sudo().case_id:
            waiting = case.suspension_ids.filtered(lambda each: each.state == "draft")
            waiting.visited_on = case._get_visited_on()
        return answer
