from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .pm_dunning_profile import PAPERS


class PmDunningAction(models.Model):
    """When a reminder or letter may be printed, and what its paper says of it."""

    _inherit = "pm.dunning.action"

    def _print_batch(self):
        self._refresh()
        ready = self.filtered(lambda action: action._is_printable())
        if not ready:
            raise UserError(
                self.env._(
                    "Nothing is ready to be printed: letters are approved first, and what was "
                    "paid meanwhile is no longer asked for."
                )
            )
        if len(ready.step_id) > 1:
            raise UserError(self.env._("Choose papers of one step to print them together."))
        todo = ready.filtered(lambda action: not action.paper_ids) or ready
        return todo.step_id.report_id.report_action(todo)

    def _is_printable(self):
        self.ensure_one()
        if not self.step_id.report_id:
            return False
        if self.action not in PAPERS:
            is_owed = bool(self.line_ids.move_id._pm_get_unpaid())
            return self.state == "draft" or (self.state == "done" and is_owed)
        return self.state in ("approved", "issued") or (
            self.state == "draft" and not self.needs_review
        )

    def _pm_before_print(self, form):
        """Refuse what is settled or not approved; a letter that is printed is issued."""
        result = super()._pm_before_print(form)
        self._refresh()
        for action in self:
            if action.state == "held":
                raise UserError(
                    self.env._(
                        "%(action)s rests until %(day)s: payment was promised for that day.",
                        action=action.display_name,
                        day=format_date(self.env, action.case_id.paused_until),
                    )
                )
            if action.state in ("settled", "replaced"):
                raise UserError(
                    self.env._(
                        "%(action)s is no longer to be printed: the fees were paid meanwhile, or a "
                        "later paper asks for them.",
                        action=action.display_name,
                    )
                )
            if not action._is_printable():
                raise UserError(
                    self.env._(
                        "%(action)s waits for the approval of the leader in charge.",
                        action=action.display_name,
                    )
                )
        letters = self.filtered(lambda action: action.action in PAPERS)
        letters.filtered(lambda action: action.state != "issued").write({"state": "issued"})
        return result

    def _pm_prepare_paper_vals(self):
        vals = {**super()._pm_prepare_paper_vals(), "date": self.date}
        return {**vals, "partner_id": self.recipient_id.id}

    @api.model
    def _get_paper_states(self):
        return self.env["pm.document"]._fields["state"]._description_selection(self.env)
