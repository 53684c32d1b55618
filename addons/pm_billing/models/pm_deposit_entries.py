from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.pm_base.tools.calendar import month_start


class PmDeposit(models.Model):
    """What is booked of a deposit, and what the payment of it says of the deposit."""

    _inherit = "pm.deposit"

    def _prepare_line_vals_list(self, kept=()):
        """Return the invoice lines: the deposit, less what is kept."""
        self.ensure_one()
        kept_account = self.company_id.pm_kept_account_id
        rows = [(self.display_name, self._get_account(), self.amount - self.amount_set_off)]
        rows += [(row["name"], kept_account, -row["amount"]) for row in kept]
        return [
            Command.create(
                {
                    "name": name,
                    "account_id": account.id,
                    "quantity": 1.0,
                    "price_unit": amount,
                    "tax_ids": [Command.clear()],  # a deposit is no sale
                }
            )
            for name, account, amount in rows
        ]

    def _get_account(self):
        return self.kind_id._get_account(self.company_id)

    def _make_move(self, move_type, lines):
        self.ensure_one()
        site = self.site_id
        today = site._today()
        is_refund = move_type == "out_refund"
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .with_context(lang=site.print_lang)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": self.payee_id.id if is_refund else self.partner_id.id,
                    "journal_id": site._get_fee_journal().id,
                    "currency_id": self.currency_id.id,
                    "invoice_date": today,
                    "invoice_date_due": today if is_refund else max(self.date_due, today),
                    "invoice_payment_term_id": False,
                    "invoice_user_id": False,
                    "ref": self.display_name,
                    "pm_site_id": site.id,
                    "pm_tenancy_id": self.tenancy_id.id,
                    "pm_month": month_start(today),
                    "pm_deposit_id": self.id,
                    "invoice_line_ids": lines,
                }
            )
        )
        move.action_post()
        return move

    def _book_refund(self, kept, state="refund"):
        """Book the credit note; where nothing is left to pay out, the deposit ends at once."""
        self.ensure_one()
        if kept and not self.company_id.pm_kept_account_id:
            raise UserError(
                self.env._(
                    "%(company)s has no account for what is kept of deposits. Choose one on the "
                    "company.",
                    company=self.company_id.name,
                )
            )
        self.refund_move_id = self._make_move("out_refund", self._prepare_line_vals_list(kept))
        self.state = state
        self._follow_payment()

    def _set_off(self, bills):
        """Pay bills with the deposit, in their order, before it is refunded.

        What the occupant left pays all bills of his tenancy, whoever is billed; what somebody else
        left, a contractor, pays his own only.
        """
        self.ensure_one()
        if self.clock != "leaving":
            party = self.payee_id.commercial_partner_id
            bills = bills.filtered(lambda bill: bill.commercial_partner_id == party)
        left, shares = self.amount_refund, []
        for line in bills.line_ids:
            if line.account_type != "asset_receivable" or line.reconciled:
                continue
            share = min(left, line.amount_residual)
            if self.currency_id.compare_amounts(share, 0.0) > 0:
                left = self.currency_id.round(left - share)
                shares.append((line, share))
        if not shares:
            return
        amount = self.currency_id.round(self.amount_refund - left)
        Move = self.env["account.move"].with_company(self.company_id)
        entry = Move.create(
            {
                **self._prepare_entry_vals(),
                "line_ids": [
                    Command.create(self._prepare_item_vals(self._get_account(), amount)),
                    *(
                        Command.create(
                            {
                                **self._prepare_item_vals(line.account_id, -share),
                                "partner_id": line.partner_id.id,
                            }
                        )
                        for line, share in shares
                    ),
                ],
            }
        )
        entry.action_post()
        paying = entry.line_ids.sorted("id")[1:]
        self.env["account.move.line"]._reconcile_plan(
            [line | item for (line, _share), item in zip(shares, paying, strict=True)]
        )
        self.write({"amount_set_off": amount, "set_off_move_id": entry.id})

    def _prepare_entry_vals(self):
        """Return the values of a journal entry about the deposit, without its items."""
        self.ensure_one()
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": self.site_id._today(),
            "ref": self.display_name,
            "pm_site_id": self.site_id.id,
            "pm_tenancy_id": self.tenancy_id.id,
            "pm_deposit_id": self.id,
        }

    def _prepare_item_vals(self, account, balance):
        return {
            "account_id": account.id,
            "partner_id": self.payee_id.id,
            "name": self.display_name,
            "balance": balance,
        }

    def _forfeit(self, reason):
        """Keep the deposits for good, as a consequence of what was decided elsewhere."""
        for deposit in self.sudo():
            deposit._check_transition("forfeited")
            deposit.forfeit_reason = reason
            deposit._book_refund([{"name": reason, "amount": deposit.amount}], "forfeited")

    def _follow_payment(self):
        """Take on what the payment of the entries says; called when one is made or taken back."""
        for deposit in self.sudo():
            is_paid = deposit._is_paid(deposit.move_id)
            if deposit.state == "asked" and is_paid:
                deposit.write(
                    {"received_on": deposit._get_payment_day(deposit.move_id), "state": "held"}
                )
                deposit._on_received()
            elif deposit.state == "held" and not is_paid:
                deposit.write({"state": "asked", "received_on": False})
            elif deposit.state in ("refund", "refunded", "forfeited") and not is_paid:
                raise UserError(
                    self.env._(
                        "%(deposit)s has been given back or kept: its payment cannot be taken "
                        "back.",
                        deposit=deposit.display_name,
                    )
                )
            elif deposit.state == "refund" and deposit._is_paid(deposit.refund_move_id):
                deposit.write(
                    {
                        "refunded_on": deposit._get_payment_day(deposit.refund_move_id),
                        "state": "refunded",
                    }
                )
            elif deposit.state == "refunded" and not deposit._is_paid(deposit.refund_move_id):
                deposit.write({"refunded_on": False, "state": "refund"})

    def _on_received(self):
        """Called when a deposit has been paid; to be extended."""

    def _is_paid(self, move):
        # An opening entry needs no payment: the money was there.
        return move.state == "posted" and (
            move.move_type == "entry" or move.payment_state in ("paid", "in_payment")
        )

    def _get_payment_day(self, move):
        lines = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        payments = lines.matched_credit_ids.credit_move_id | lines.matched_debit_ids.debit_move_id
        return max(payments.mapped("date"), default=self.site_id._today())
