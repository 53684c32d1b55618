from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..models.account_payment import normalize_reference
from ..models.pm_cash_day import COUNTER_METHODS


class PmPaymentTake(models.TransientModel):
    """The counter: one payment for several bills and deposits, the oldest first.

    What is paid beyond them stays on the account of the payer and pays the next bills.
    """

    _name = "pm.payment.take"
    _description = "Take a Payment"

    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        required=True,
        default=lambda self: self.env["pm.site"]._get_default_site(),
    )
    company_id = fields.Many2one(related="site_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    token = fields.Char(default=lambda self: uuid4().hex, required=True)
    tenancy_id = fields.Many2one("pm.tenancy", domain="[('site_id', '=', site_id)]")
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    payer_name = fields.Char(
        string="Money Brought By", help="Who brought it, if not the payer himself."
    )
    provisional_id = fields.Many2one("pm.receipt", string="Provisional Receipt")
    chosen_move_ids = fields.Many2many(
        "account.move", help="The bills the counter was opened for; empty for all that are open."
    )
    date = fields.Date(
        required=True, compute="_compute_date", store=True, readonly=False, precompute=True
    )
    method = fields.Selection(COUNTER_METHODS, required=True, default="cash")
    journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('company_id', '=', company_id), ('type', 'in', ('bank', 'cash'))]",
    )
    cheque_no = fields.Char()
    cheque_bank = fields.Char(string="Bank of the Cheque")
    cheque_date = fields.Date(string="Date of the Cheque")
    is_payee_checked = fields.Boolean(string="Payee Checked")
    company_name = fields.Char(related="company_id.name", string="Payable To")
    reference = fields.Char(help="Number of the transfer or of the slip of the terminal.")
    line_ids = fields.One2many(
        "pm.payment.take.line",
        "take_id",
        string="Open Bills and Deposits",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(
        string="Amount Received", compute="_compute_amount", store=True, readonly=False
    )
    amount_handed = fields.Monetary(string="Cash Handed Over", help="To reckon the change.")
    amount_change = fields.Monetary(string="Change", compute="_compute_amount_change")
    amount_chosen = fields.Monetary(string="To Pay", compute="_compute_amount_ahead")
    amount_ahead = fields.Monetary(string="Paid Ahead", compute="_compute_amount_ahead")

    @api.depends("tenancy_id", "chosen_move_ids")
    def _compute_partner_id(self):
        for take in self:
            oldest = take._find_open(Domain("pm_tenancy_id", "=", take.tenancy_id.id or -1))[:1]
            take.partner_id = (
                take.chosen_move_ids[:1].partner_id
                or oldest.partner_id
                or take.tenancy_id.partner_id
                or take.partner_id
            )

    @api.depends("site_id")
    def _compute_date(self):
        for take in self:
            take.date = take.site_id._today() if take.site_id else fields.Date.today()

    @api.depends("method", "site_id")
    def _compute_journal_id(self):
        for take in self:
            take.journal_id = take.site_id and take.site_id._get_counter_journal(take.method)

    @api.depends("partner_id", "tenancy_id", "site_id")
    def _compute_line_ids(self):
        for take in self:
            chosen = take.chosen_move_ids._origin
            take.line_ids = [
                Command.clear(),
                *(
                    Command.create({"move_id": move.id, "is_chosen": not chosen or move in chosen})
                    for move in take._find_payable()
                ),
            ]

    @api.depends("line_ids.is_chosen", "line_ids.move_id")
    def _compute_amount(self):
        for take in self:
            if take.provisional_id:
                take.amount = take.provisional_id.amount
                continue
            chosen = take.line_ids.filtered("is_chosen").move_id
            take.amount = sum(chosen.mapped("amount_residual"))

    @api.depends("amount", "amount_handed")
    def _compute_amount_change(self):
        for take in self:
            handed = take.amount_handed
            take.amount_change = handed - take.amount if handed > take.amount else 0.0

    @api.depends("amount", "line_ids.is_chosen", "line_ids.move_id")
    def _compute_amount_ahead(self):
        for take in self:
            chosen = take.line_ids.filtered("is_chosen").move_id
            take.amount_chosen = sum(chosen.mapped("amount_residual"))
            take.amount_ahead = max(take.amount - take.amount_chosen, 0.0)

    def action_confirm(self):
        """Book the payment and open its receipt, to be printed."""
        receipt = self._take()
        return receipt.get_formview_action()

    @api.model
    def _open(self, **defaults):
        """Return the action that opens the counter."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_payment_take_action")
        return {**action, "context": defaults}

    def _take(self):
        """Book the payment, settle the oldest bills with it, and return its receipt."""
        self.ensure_one()
        moves = self.line_ids.filtered("is_chosen").move_id
        moves = moves.sorted(lambda move: (move.invoice_date_due or move.date, move.id))
        moves.lock_for_update(allow_referencing=True)
        moves.invalidate_recordset(["amount_residual", "payment_state"])
        self._check_complete(moves)
        self._check_once()
        payment = self.env["account.payment"].create(self._prepare_payment_vals(moves))
        payment.action_post()
        self._settle(payment, moves)
        # Receipts are the system's.
        receipt_sudo = payment.sudo().pm_receipt_ids
        receipt_sudo._note_lines()
        if self.provisional_id:
            self.provisional_id.sudo()._replace(receipt_sudo)
        return receipt_sudo.sudo(False)

    def _prepare_payment_vals(self, moves):
        is_cheque = self.method == "cheque"
        account = moves.line_ids.filtered(_is_receivable).account_id
        vals = {
            "date": self.date,
            "amount": self.amount,
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.commercial_partner_id.id,
            "journal_id": self.journal_id.id,
            "currency_id": self.currency_id.id,
            "memo": ", ".join(moves.mapped("name")) or self.tenancy_id.display_name,
            "payment_reference": self.reference,
            "pm_site_id": self.site_id.id,
            "pm_tenancy_id": self._get_tenancy(moves).id,
            "pm_method": self.method,
            "pm_cheque_no": is_cheque and self.cheque_no,
            "pm_cheque_bank": is_cheque and self.cheque_bank,
            "pm_cheque_date": is_cheque and self.cheque_date,
            "pm_payee_checked": is_cheque and self.is_payee_checked,
            "pm_payer_name": self.payer_name,
            "pm_token": self.token,
        }
        if account:
            vals["destination_account_id"] = account.id
        return vals

    def _settle(self, payment, moves):
        received = payment.move_id.line_ids.filtered(_is_receivable)
        left, plan = payment.amount, []
        for line in (move.line_ids.filtered(_is_receivable) for move in moves):
            if self.currency_id.compare_amounts(left, 0.0) > 0:
                plan.append(line | received)
                left = self.currency_id.round(left - sum(line.mapped("amount_residual")))
        if plan:
            paid = moves[: len(plan)]
            self.env["account.move.line"]._reconcile_plan(plan)
            paid.matched_payment_ids = [Command.link(payment.id)]

    def _check_complete(self, moves):
        if self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            raise UserError(self.env._("Enter the amount received."))
        if not self.journal_id.inbound_payment_method_line_ids:
            raise UserError(
                self.env._("%(journal)s takes no payments.", journal=self.journal_id.name)
            )
        payable = self._find_payable()
        for move in moves:
            if move not in payable:
                raise UserError(
                    self.env._(
                        "%(bill)s was paid in the meantime, or is not owed by %(payer)s. Open the "
                        "counter again.",
                        bill=move.display_name,
                        payer=self.partner_id.name,
                    )
                )
        if len(moves.line_ids.filtered(_is_receivable).account_id) > 1:
            raise UserError(
                self.env._("These bills stand on different accounts. Take them one by one.")
            )
        if self.method == "cheque":
            self._check_cheque()
        if self.provisional_id:
            self._check_provisional()

    def _check_provisional(self):
        """What is handed in is what was taken outside, in full and from the same payer."""
        receipt = self.provisional_id
        if receipt.kind != "provisional" or receipt.state != "issued":
            raise UserError(
                self.env._("The money of %(receipt)s was handed in already.", receipt=receipt.name)
            )
        if (
            self.currency_id.compare_amounts(self.amount, receipt.amount)
            or self.partner_id != receipt.partner_id
            or self.tenancy_id != receipt.tenancy_id
        ):
            raise UserError(
                self.env._(
                    "%(receipt)s is over %(amount)s of %(payer)s: take over just that. Where the "
                    "receipt is wrong, cancel it with a reason and take the payment without it.",
                    receipt=receipt.name,
                    amount=receipt.currency_id.format(receipt.amount),
                    payer=receipt.partner_id.name,
                )
            )

    def _check_cheque(self):
        if not self.partner_id.commercial_partner_id.is_company:
            raise UserError(
                self.env._(
                    "Cheques are taken from companies; %(payer)s is a person.",
                    payer=self.partner_id.name,
                )
            )
        if not (self.cheque_no and self.cheque_bank and self.cheque_date):
            raise UserError(self.env._("Enter number, bank and date of the cheque."))
        if not self.is_payee_checked:
            raise UserError(
                self.env._(
                    "Check that the cheque is payable to %(company)s, and tick it.",
                    company=self.company_id.name,
                )
            )

    def _check_once(self):
        """Refuse what was booked before, and say with which receipt."""
        # Also a payment that the user may not see is one.
        Payment = self.env["account.payment"].sudo()
        known = Payment.search([("pm_token", "=", self.token)], limit=1)
        if not known and self.method == "cheque":
            known = Payment.search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("pm_cheque_no", "=", normalize_reference(self.cheque_no)),
                    ("pm_cheque_bank", "=", normalize_reference(self.cheque_bank)),
                    ("state", "not in", ("canceled", "rejected")),
                ],
                limit=1,
            )
        if known:
            raise UserError(
                self.env._(
                    "This payment is registered already: %(receipt)s.",
                    receipt=known.pm_receipt_ids[:1].name or known.display_name,
                )
            )

    def _find_payable(self):
        """Return the bills and deposits that the payer owes, the oldest first."""
        self.ensure_one()
        domain = Domain("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id)
        if self.tenancy_id:
            domain &= Domain("pm_tenancy_id", "in", [self.tenancy_id._origin.id, False])
        return self._find_open(domain)

    def _find_open(self, domain):
        if not self.site_id:
            return self.env["account.move"]
        return self.env["account.move"].search(
            domain
            & Domain("pm_site_id", "=", self.site_id._origin.id)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial")),
            order="invoice_date_due, id",
        )

    def _get_tenancy(self, moves):
        tenancies = moves.pm_tenancy_id
        return self.tenancy_id or (tenancies if len(tenancies) == 1 else self.tenancy_id)


class PmPaymentTakeLine(models.TransientModel):
    _name = "pm.payment.take.line"
    _description = "Bill to Be Paid"
    _order = "id"

    take_id = fields.Many2one("pm.payment.take", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Bill", required=True, ondelete="cascade")
    is_chosen = fields.Boolean(string="Pay", default=True)
    kind = fields.Char(string="For", compute="_compute_kind")
    month = fields.Char(related="move_id.pm_month_text")
    date_due = fields.Date(related="move_id.invoice_date_due", string="Due On")
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_open = fields.Monetary(related="move_id.amount_residual", string="Unpaid")
    amount = fields.Monetary(string="Paid Now", compute="_compute_amount")

    @api.depends_context("lang")
    @api.depends("move_id")
    def _compute_kind(self):
        for line in self:
            deposit = line.move_id.pm_deposit_id
            line.kind = deposit.kind_id.name if deposit else self.env._("Bill")

    @api.depends("is_chosen", "move_id", "take_id.amount", "take_id.line_ids.is_chosen")
    def _compute_amount(self):
        for take in self.take_id:
            left = take.amount
            for line in take.line_ids:
                line.amount = min(left, line.amount_open) if line.is_chosen else 0.0
                left -= line.amount
        for line in self.filtered(lambda line: not line.take_id):
            line.amount = 0.0


def _is_receivable(line):
    return line.account_type == "asset_receivable"
