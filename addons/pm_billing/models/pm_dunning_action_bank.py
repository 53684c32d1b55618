from odoo import api, fields, models


class PmDunningAction(models.Model):
    """Who calls knows what the bank said."""

    _inherit = "pm.dunning.action"

    bank_reason = fields.Char(
        string="Refused by the Bank",
        compute="_compute_bank_reason",
        compute_sudo=True,
        help="Why the bank did not collect one of the bills asked for.",
    )

    @api.depends("line_ids.move_id.pm_bank_line_ids.state")
    def _compute_bank_reason(self):
        reasons = self.line_ids.move_id._pm_get_bank_reasons()
        for action in self:
            found = (reasons.get(line.move_id.id) for line in action.line_ids)
            action.bank_reason = " / ".join(dict.fromkeys(filter(None, found)))

    def _word_note(self):
        """Return what the list of the unpaid says of the call, in the user's language."""
        self.ensure_one()
        bank = self.bank_reason and self.env._("Bank: %(reason)s", reason=self.bank_reason)
        return " ".join(filter(None, (self.note, bank)))
