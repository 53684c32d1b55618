from odoo import api, models
from odoo.fields import Domain


class AccountMove(models.Model):
    """What was paid ahead or credited pays the bills, the oldest first."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        # What is credited of a bill is set off against that bill first, by who credits it.
        posted.filtered(lambda move: not move.reversed_entry_id)._pm_set_off()
        return posted

    @api.model
    def _pm_get_credit_note_domain(self):
        """Return the domain of what was credited of property fees; deposits are no fees."""
        return (
            Domain("pm_site_id", "!=", False)
            & Domain("move_type", "=", "out_refund")
            & Domain("state", "=", "posted")
            & Domain("pm_deposit_id", "=", False)
        )

    def _pm_set_off(self):
        """Pay these bills from what their payers have open, and others from these credit notes.

        Set off is within an office and a tenancy. One query tells for all bills whose payer has
        something open.
        """
        bills = self.filtered_domain(self._pm_get_bill_domain())
        notes = self.filtered_domain(self._pm_get_credit_note_domain())
        if not bills and not notes:
            return
        # Whose money it is, is decided here; who posts a bill need not see every payment.
        Line = self.env["account.move.line"].sudo()
        Line.flush_model()  # all that posting left to write, and not this now and the rest later
        is_open = (
            Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )
        is_credit = Domain("move_id", "in", notes.ids)
        if bills:
            sites = bills.pm_site_id.ids
            is_credit |= Domain("partner_id", "in", bills.commercial_partner_id.ids) & (
                Domain("payment_id.pm_site_id", "in", sites)
                | Domain(
                    "move_id",
                    "any",
                    self._pm_get_credit_note_domain() & Domain("pm_site_id", "in", sites),
                )
            )
        credit = Line.search(
            is_open & is_credit & Domain("amount_residual", "<", 0.0), order="date, id"
        )
        if not credit:
            return
        credit_of = credit.grouped("partner_id")
        billed = bills.filtered(lambda bill: bill.commercial_partner_id in credit_of)
        is_debit = Domain("move_id", "in", billed.ids)
        if notes:
            is_debit |= Domain("partner_id", "in", notes.commercial_partner_id.ids) & Domain(
                "move_id", "any", self._pm_get_bill_domain()
            )
        debit = Line.search(
            is_open & is_debit & Domain("amount_residual", ">", 0.0),
            order="date_maturity, move_id, id",
        )
        left = {line: abs(line.amount_residual) for line in credit | debit}
        plan = []
        for owed in debit:
            for given in credit_of.get(owed.partner_id, ()):
                if (
                    not left[owed]
                    or not left[given]
                    or not _fits(given, owed)
                    or not (owed.move_id in bills or given.move_id in notes)
                ):
                    continue
                amount = min(left[owed], left[given])
                for line in (owed, given):
                    left[line] = line.company_currency_id.round(left[line] - amount)
                plan.append(owed | given)
        if plan:
            # What the pattern of many bills switches off is needed to reconcile.
            Line.with_context(
                skip_invoice_sync=False, skip_invoice_line_sync=False
            )._reconcile_plan(plan)


def _fits(credit, debit):
    """Tell whether a credit may pay a bill: same account, office and tenancy."""
    source, bill = credit.payment_id or credit.move_id, debit.move_id
    tenancy = source.pm_tenancy_id
    return (
        credit.account_id == debit.account_id
        and source.pm_site_id == bill.pm_site_id
        and (not tenancy or not bill.pm_tenancy_id or tenancy == bill.pm_tenancy_id)
    )
