"""What statements say of the bank's collection."""

from odoo import models

from odoo.addons.pm_base.models.wording import word_day


class ReportPmStatement(models.AbstractModel):
    _inherit = "report.pm_billing.report_pm_statement"

    def _prepare_statement(self, bill, earlier, paper):
        words = super()._prepare_statement(bill, earlier, paper)
        for row, move in zip(words["arrears_lines"], earlier, strict=True):
            if reason := move.pm_bank_reason:
                row["text"] = bill.env._(
                    "%(text)s; not collected by the bank: %(reason)s",
                    text=row["text"],
                    reason=reason,
                )
        words["bank_note"] = self._word_bank_note(bill)
        return words

    def _word_bank_note(self, bill):
        """Return what an occupant who pays by direct debit has to know."""
        mandate_sudo = bill.pm_tenancy_id.sudo().bank_mandate_id  # who prints may not read it
        if reason := bill.pm_bank_reason:
            return bill.env._(
                "The bank did not collect this bill: %(reason)s. Please pay it otherwise.",
                reason=reason,
            )
        if not mandate_sudo or mandate_sudo.date_from > bill.invoice_date_due:
            return ""
        return bill.env._(
            "Collected by the bank from account %(account)s: please have enough on it by %(due)s.",
            account=mandate_sudo.account_hint,
            due=word_day(bill.env, bill.invoice_date_due),
        )
