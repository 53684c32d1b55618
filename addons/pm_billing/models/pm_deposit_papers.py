from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.capitals import to_capitals
from .wording import word_amount


class PmDeposit(models.Model):
    """What the papers of a deposit say."""

    _inherit = "pm.deposit"

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        for deposit in self:
            if deposit.state not in ("held", "refund", "refunded"):
                raise UserError(
                    self.env._(
                        "%(deposit)s has not been received, or was kept.",
                        deposit=deposit.display_name,
                    )
                )

    def _pm_get_refund_words(self):
        """Return what the refund form says, in the language of the environment (F-BIL-22)."""
        self.ensure_one()
        env = self.env
        approval_sudo = self._get_refund_approval()  # who decided is no secret on the form
        is_fitout = self.clock == "fitout"
        event_on = self.fitout_id.date_accepted if is_fitout else self.tenancy_id.date_moved_out
        return {
            "event": env._("Works accepted on") if is_fitout else env._("Moved out on"),
            "event_on": format_date(env, event_on) if event_on else "",
            "amount": word_amount(env, self.amount),
            "deductions": [
                {"name": deduction.name, "amount": word_amount(env, deduction.amount)}
                for deduction in self.deduction_ids
            ],
            "set_off": word_amount(env, self.amount_set_off),
            "refund": word_amount(env, self.amount_refund),
            "in_capitals": env._(
                "(in capitals: %(capitals)s)", capitals=to_capitals(self.amount_refund)
            ),
            "approved_by": approval_sudo.decided_by_id.name
            if approval_sudo.state == "approved"
            else "",
        }

    def _get_refund_approval(self):
        """Return the last question about the refund, with all rights."""
        return self.sudo()._get_last_approval("deposit_refund")
