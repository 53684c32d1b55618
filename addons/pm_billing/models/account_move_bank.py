from odoo import api, fields, models
from odoo.fields import Domain


class AccountMove(models.Model):
    """What the bank said of a bill."""

    _inherit = "account.move"

    pm_bank_line_ids = fields.One2many(
        "pm.bank.batch.line", "move_id", string="Bank Collections", groups="base.group_user"
    )
    pm_bank_reason = fields.Char(
        string="Refused by the Bank",
        compute="_compute_pm_bank_reason",
        compute_sudo=True,
        help="Why the bank did not collect the bill when it was asked last.",
    )

    @api.depends("pm_bank_line_ids.state", "pm_bank_line_ids.reason")
    def _compute_pm_bank_reason(self):
        reasons = self._pm_get_bank_reasons()
        for move in self:
            move.pm_bank_reason = reasons.get(move.id, False)

    def _pm_get_bank_reasons(self):
        """Return {bill id: why the bank did not collect it when it was asked last}."""
        lines = self.env["pm.bank.batch.line"].search(
            Domain("move_id", "in", self.ids) & Domain("state", "!=", "cancelled"), order="id"
        )
        last = {line.move_id.id: line for line in lines}
        return {
            number: line.reason
            for number, line in last.items()
            if line.state in ("refused", "part")
        }
