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

    def action_print_earnest(self):
        """Print the receipt of the earnest money (F-BIL-24)."""
        return self.env.ref("pm_billing.action_report_pm_earnest").report_action(self)

    def _pm_get_earnest_words(self):
        """Return what the receipt of earnest money says (BIL-072)."""
        self.ensure_one()
        env = self.env
        return {
            "amount": env._("%(amount)s yuan", amount=word_amount(env, self.amount)),
            "in_capitals": env._("(in capitals: %(capitals)s)", capitals=to_capitals(self.amount)),
            "rule": env._(
                "The unit is kept from other seekers until the day above. If the lease is signed "
                "by then, the money is returned or set off against the commission; if not, it is "
                "kept as compensation."
            ),
        }

    def _get_refund_approval(self):
        """Return the last question about the refund, with all rights."""
        return self.sudo()._get_last_approval("deposit_refund")


class PmLeaseRequest(models.Model):
    """The receipt of the commission (F-BIL-18)."""

    _inherit = "pm.lease.request"

    def action_print_commission(self):
        """Print the receipt of the commission."""
        return self.env.ref("pm_billing.action_report_pm_commission").report_action(self)

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        if form == self.env.ref("pm_base.form_f_bil_18"):
            for request in self:
                if not request.commission_paid_on:
                    raise UserError(
                        self.env._(
                            "The commission of %(request)s is not paid yet: there is no receipt.",
                            request=request.display_name,
                        )
                    )

    def _pm_get_commission_words(self):
        """Return what the receipt says, in the language of the environment."""
        self.ensure_one()
        env, amount = self.env, self.commission_amount
        return {
            "number": self._get_commission_bill()[:1].name or self.name,
            "rent": env._("%(amount)s yuan", amount=word_amount(env, self.commission_rent)),
            "amount": env._("%(amount)s yuan", amount=word_amount(env, amount)),
            "in_capitals": env._("(in capitals: %(capitals)s)", capitals=to_capitals(amount)),
        }
