from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class PmBillRun(models.Model):
    """How a run becomes bills."""

    _inherit = "pm.bill.run"

    def _make_bills(self, groups, date_due):
        """Make and post a bill for each group of charges, and link the charges to its lines.

        Called on no run for charges that are billed by themselves.
        """
        site = groups[0].site_id
        local = self.with_context(
            lang=site.print_lang,
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
        )
        self._check_receivable_accounts(groups)
        groups = [group._sorted_for_bill().with_env(local.env) for group in groups]
        journal = site._get_fee_journal()
        bills = local.env["account.move"]._pm_create_posted(
            [local._prepare_bill_vals(group, date_due, journal) for group in groups]
        )
        for bill, group in zip(bills, groups, strict=True):
            local._link_charges(bill, group)
        # Charges are written by the run alone.
        self.env["pm.charge"].union(*groups).sudo().write({"state": "invoiced"})

    def _check_receivable_accounts(self, groups):
        """Refuse what accounting would refuse without saying whose account it is."""
        for partner in self.env["pm.charge"].union(*groups).partner_id:
            company = groups[0].company_id
            account = partner.with_company(company).property_account_receivable_id
            if account and not account.active:
                raise UserError(
                    self.env._(
                        "The receivable account %(account)s of %(payer)s is archived. Choose "
                        "another one on the Accounting tab of the party.",
                        account=f"{account.code} {account.name}",
                        payer=partner.display_name,
                    )
                )

    def _prepare_bill_vals(self, charges, date_due, journal):
        tenancy, site, month = charges.tenancy_id, charges.site_id, charges[:1].month
        currency = site.currency_id
        # What is owed to the occupant is a credit note over the amount without its sign.
        sign = -1 if currency.compare_amounts(sum(charges.mapped("amount")), 0.0) < 0 else 1
        return {
            "move_type": "out_invoice" if sign > 0 else "out_refund",
            "partner_id": charges.partner_id.id,
            "journal_id": journal.id,
            "currency_id": currency.id,
            "invoice_date": self._get_bill_date(charges),
            "invoice_date_due": date_due,
            # The office's due day holds for all; a payment term of the party would replace it.
            "invoice_payment_term_id": False,
            "invoice_user_id": False,
            "partner_bank_id": sign > 0 and site.payee_bank_id.id,
            "ref": f"{tenancy.unit_codes} {month:%Y-%m}",
            "pm_tenancy_id": tenancy.id,
            "pm_site_id": site.id,
            "pm_run_id": self.id,
            "pm_month": month,
            "invoice_line_ids": [
                Command.create({**charge._prepare_invoice_line_vals(sign), "sequence": number})
                for number, charge in enumerate(charges, start=1)
            ],
        }

    def _get_bill_date(self, charges):
        """Return the date of a bill: the first day of the month, or today if it is one alone."""
        return self.month if self.occasion == "month" else charges.site_id._today()

    def _link_charges(self, bill, charges):
        total = sum(charges.mapped("amount"))
        if bill.currency_id.compare_amounts(bill.amount_total_signed, total):
            raise UserError(
                self.env._(
                    "The bill of %(tenancy)s comes to %(bill)s instead of %(charges)s. Check the "
                    "taxes of its fees.",
                    tenancy=charges.tenancy_id.display_name,
                    bill=bill.amount_total_signed,
                    charges=total,
                )
            )
        charges.sudo().move_id = bill  # charges are written by the run alone
