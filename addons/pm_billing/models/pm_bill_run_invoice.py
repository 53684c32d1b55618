from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, split_every

# Bills made and posted at once: bounds the memory of a long run.
_CHUNK = 100


class PmBillRun(models.Model):
    """How a run becomes bills."""

    _inherit = "pm.bill.run"

    def _invoice(self, today):
        """Bill the open charges that nothing keeps out; a bill made late is due `today`."""
        self.ensure_one()
        self._lock()
        self._check_transition("invoiced")
        charges = self._get_open_charges() - self._get_held_charges()
        if not charges:
            raise UserError(
                self.env._(
                    "%(run)s has nothing to bill. Look at its exceptions.", run=self.display_name
                )
            )
        self._make_bills(charges, max(self.date_due, today))
        self.state = "invoiced"

    def _make_bills(self, charges, date_due):
        """Make and post a bill for each tenancy and payer, and link the charges to its lines."""
        groups = charges.grouped(lambda charge: (charge.tenancy_id, charge.partner_id))
        ordered = sorted(groups.values(), key=lambda group: group.tenancy_id.unit_codes or "")
        local = self.with_context(
            lang=self.site_id.print_lang,
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
        )
        for chunk in split_every(_CHUNK, ordered, list):
            bills = local.env["account.move"].create(
                [local._prepare_bill_vals(group, date_due) for group in chunk]
            )
            bills.action_post()
            for bill, group in zip(bills, chunk, strict=True):
                local._link_charges(bill, group)

    def _prepare_bill_vals(self, charges, date_due):
        tenancy = charges.tenancy_id
        site = self.site_id
        local = charges._sorted_for_bill().with_context(lang=self.env.lang)
        return {
            "move_type": "out_invoice",
            "partner_id": charges.partner_id.id,
            "journal_id": site._get_fee_journal().id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.month,
            "invoice_date_due": date_due,
            # The office's due day holds for all; a payment term of the party would replace it.
            "invoice_payment_term_id": False,
            "invoice_user_id": False,
            "partner_bank_id": site.payee_bank_id.id,
            "ref": f"{tenancy.unit_codes} {format_date(self.env, self.month, date_format='y-MM')}",
            "pm_tenancy_id": tenancy.id,
            "pm_site_id": site.id,
            "pm_run_id": self.id,
            "pm_month": self.month,
            "invoice_line_ids": [
                Command.create({**charge._prepare_invoice_line_vals(), "sequence": number})
                for number, charge in enumerate(local, start=1)
            ],
        }

    def _link_charges(self, bill, charges):
        charges = charges._sorted_for_bill()
        if self.currency_id.compare_amounts(bill.amount_total, sum(charges.mapped("amount"))):
            raise UserError(
                self.env._(
                    "The bill of %(tenancy)s comes to %(bill)s instead of %(charges)s. Check the "
                    "taxes of its fees.",
                    tenancy=charges.tenancy_id.display_name,
                    bill=bill.amount_total,
                    charges=sum(charges.mapped("amount")),
                )
            )
        # Charges are written by the run alone.
        charges = charges.sudo()
        lines = bill.invoice_line_ids.sorted("sequence")
        for charge, line in zip(charges, lines, strict=True):
            charge.move_line_id = line
        charges.write({"move_id": bill.id, "state": "invoiced"})
