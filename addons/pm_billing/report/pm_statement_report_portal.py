from odoo import models


class ReportPmStatement(models.AbstractModel):
    """The statement on the portal.

    With `pm_bill_only` in the context it says nothing that is not of this very bill: no other
    bills, no account of the payer, nothing of what his bank answered. So sees it whoever holds the
    paper, which leads to it for good, and is not logged in as its payer.
    """

    _inherit = "report.pm_billing.report_pm_statement"

    def _prepare_statement(self, bill, earlier, paper):
        is_bill_only = bool(self.env.context.get("pm_bill_only"))
        if is_bill_only:
            earlier = earlier.browse()
        return {
            **super()._prepare_statement(bill, earlier, paper),
            "portal_address": bill._pm_get_portal_address(),
            "is_bill_only": is_bill_only,
        }

    def _word_bank_note(self, bill):
        return "" if self.env.context.get("pm_bill_only") else super()._word_bank_note(bill)

    def _get_amounts_before(self, bills):
        return {} if self.env.context.get("pm_bill_only") else super()._get_amounts_before(bills)
