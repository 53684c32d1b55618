from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.pm_base.models.wording import word_enumeration

from ..tools.capitals import to_capitals
from .wording import word_amount


class PmUndertaking(models.Model):
    """What the undertaking says (F-BIL-13)."""

    _inherit = "pm.undertaking"

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        for undertaking in self:
            if undertaking.state == "cancelled" or not undertaking.line_ids:
                raise UserError(
                    self.env._(
                        "%(undertaking)s promises no payment: enter days and amounts first.",
                        undertaking=undertaking.display_name,
                    )
                )

    def _pm_get_blanks(self):
        suspension = self.suspension_id
        return {
            **super()._pm_get_blanks(),
            "occupant": (self.env._("Occupant"), lambda: self.partner_id.name),
            "units": (self.env._("Units"), lambda: self.unit_codes),
            "months": (self.env._("Months due"), suspension._word_months),
            "amount": (self.env._("Amount due"), self._word_owed),
            "payments": (self.env._("Table of the payments promised"), self._word_payments),
            "services": (
                self.env._("Services restored"),
                lambda: word_enumeration(self.env, suspension.service_ids.mapped("name")),
            ),
            "supply_from": (self.env._("Restored from"), self.date_from),
            "supply_to": (self.env._("Restored until"), self.date_to),
            "signatory": (self.env._("Signatory"), self.signed_by),
            "line": (self.env._("Always a line to fill by hand"), False),
            "approved_by": (self.env._("Approved by"), self._word_approver),
        }

    def _word_owed(self):
        amount = self.amount_signed or self.suspension_id._get_owed()
        return self.env._(
            "%(amount)s yuan (in capitals: %(capitals)s)",
            amount=word_amount(self.env, amount),
            capitals=to_capitals(amount),
        )

    def _word_payments(self):
        headings = [
            self.env._("No."),
            self.env._("To be paid by"),
            self.env._("Amount (yuan)"),
        ]
        rows = [
            (str(number), format_date(self.env, line.date), word_amount(self.env, line.amount))
            for number, line in enumerate(self.line_ids.sorted("date"), start=1)
        ]
        return self.env["pm.tenancy"]._word_table(headings, rows)

    def _word_approver(self):
        """Return the leader who restored the services on this undertaking."""
        log_sudo = self.suspension_id.sudo().log_ids.filtered(lambda log: log.event == "eased")
        is_in_force = self.state == "signed" and self.suspension_id.state == "eased"
        return log_sudo[-1:].user_id.name if is_in_force else False
