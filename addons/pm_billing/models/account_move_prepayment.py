from odoo import models
from odoo.fields import Domain


class AccountMove(models.Model):
    """What was paid ahead pays the bills as they are posted."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._pm_use_prepayments()
        return posted

    def _pm_use_prepayments(self):
        """Pay the bills from the open payments of their payers, the oldest first.

        One query tells for all bills whose payer has something open.
        """
        bills = self.filtered(
            lambda move: (
                move.pm_site_id
                and move.move_type == "out_invoice"
                and move.state == "posted"
                and not move.pm_deposit_id
            )
        )
        if not bills:
            return
        # Whose money it is, is decided here; who posts a bill need not see every payment.
        Line = self.env["account.move.line"].sudo()
        is_open = (
            Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )
        paid = Line.search(
            is_open
            & Domain("partner_id", "in", bills.commercial_partner_id.ids)
            & Domain("payment_id.pm_site_id", "in", bills.pm_site_id.ids)
            & Domain("amount_residual", "<", 0.0),
            order="date, id",
        )
        if not paid:
            return
        paid_by = paid.grouped("partner_id")
        billed = bills.filtered(lambda bill: bill.commercial_partner_id in paid_by)
        owed = Line.search(
            is_open & Domain("move_id", "in", billed.ids), order="date_maturity, move_id, id"
        )
        left = {line: abs(line.amount_residual) for line in paid | owed}
        plan = []
        for debit in owed:
            for credit in paid_by[debit.partner_id]:
                if not left[debit] or not left[credit] or not _fits(credit, debit):
                    continue
                amount = min(left[debit], left[credit])
                for line in (debit, credit):
                    left[line] = line.company_currency_id.round(left[line] - amount)
                plan.append(debit | credit)
        if plan:
            # What the pattern of many bills switches off is needed to reconcile.
            Line.with_context(
                skip_invoice_sync=False, skip_invoice_line_sync=False
            )._reconcile_plan(plan)


def _fits(credit, debit):
    """Tell whether a payment on account may pay a bill: same office and tenancy."""
    payment, bill = credit.payment_id, debit.move_id
    tenancy = payment.pm_tenancy_id
    return (
        credit.account_id == debit.account_id
        and payment.pm_site_id == bill.pm_site_id
        and (not tenancy or not bill.pm_tenancy_id or tenancy == bill.pm_tenancy_id)
    )
