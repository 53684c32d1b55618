import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.capitals import to_capitals
from .account_payment import METHODS

# What may be written on a receipt that was issued.
_OPEN_FIELDS = {"fapiao", "note", "activity_ids", "message_follower_ids"}
_PREFIXES = {"official": "SJ", "provisional": "LS"}
# The receipts of this transaction whose items are noted before it is committed.
_TO_NOTE = "pm_billing.receipts"


class PmReceipt(models.Model):
    """A numbered receipt: official for each payment of the office, provisional for what a member
    of the service staff took in a special case, until Finance has it.

    Receipts follow from payments; they are cancelled with a reason and never deleted.
    """

    _name = "pm.receipt"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Receipt"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "unit_codes", "partner_id.name", "payer_name", "fapiao"]

    _NOTED = frozenset(
        {
            "payment_id",
            "collector_id",
            "replaced_by_id",
            "returned_on",
            "cancelled_by_id",
            "cancelled_on",
            "cancel_reason",
            "state",
        }
    )
    # The only moves a receipt can make, whoever asks. A provisional one is good again when the
    # receipt that replaced it was cancelled.
    _TRANSITIONS = {
        "issued": {"replaced", "cancelled"},
        "replaced": {"issued"},
        "cancelled": set(),
    }

    name = fields.Char(string="Receipt No.", required=True, readonly=True, copy=False, default="/")
    kind = fields.Selection(
        [("official", "Official"), ("provisional", "Provisional")],
        default="provisional",
        required=True,
        index=True,
    )
    year = fields.Integer(readonly=True, copy=False)
    number = fields.Integer(readonly=True, copy=False)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    payment_id = fields.Many2one(
        "account.payment", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('site_id', '=', site_id)]",
    )
    unit_codes = fields.Char(
        string="Unit Nos.", compute="_compute_unit_codes", store=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
    )
    payer_name = fields.Char(
        string="Money Brought By", help="Who brought it, if not the payer himself."
    )
    amount = fields.Monetary(required=True)
    amount_capitals = fields.Char(string="In Capitals", compute="_compute_amount_capitals")
    method = fields.Selection(METHODS, required=True, default="cash")
    cheque_no = fields.Char(related="payment_id.pm_cheque_no")
    cheque_bank = fields.Char(related="payment_id.pm_cheque_bank")
    cheque_date = fields.Date(related="payment_id.pm_cheque_date")
    collector_id = fields.Many2one(
        "res.users",
        string="Collected By",
        default=lambda self: self.env.uid,
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        index=True,
    )
    special_reason = fields.Char(
        string="Special Case",
        help="Why the money was not taken to Finance: only then is it taken outside.",
    )
    line_ids = fields.One2many("pm.receipt.line", "receipt_id", string="Paid For", readonly=True)
    fapiao = fields.Char(
        string="Fapiao No.", size=20, copy=False, help="Number of the tax invoice, 20 digits."
    )
    note = fields.Text()
    replaced_by_id = fields.Many2one(
        "pm.receipt", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)
    cancelled_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    cancelled_on = fields.Date(readonly=True, copy=False)
    print_count = fields.Integer(string="Times Printed", compute="_compute_print_count")
    state = fields.Selection(
        [("issued", "Made Out"), ("replaced", "Handed to Finance"), ("cancelled", "Voided")],
        default="issued",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _one_number = models.UniqueIndex(
        "(site_id, kind, year, number)", "Another receipt of this office has the same number."
    )
    _one_receipt = models.UniqueIndex(
        "(payment_id) WHERE payment_id IS NOT NULL", "This payment has its receipt already."
    )
    _one_fapiao = models.UniqueIndex(
        "(company_id, fapiao) WHERE fapiao IS NOT NULL",
        "Another receipt of this company has the same fapiao number.",
    )
    _fapiao_digits = models.Constraint(
        "CHECK (fapiao IS NULL OR fapiao ~ '^[0-9]{20}$')", "A fapiao number has 20 digits."
    )
    _amount_positive = models.Constraint("CHECK (amount > 0)", "A receipt is for an amount.")
    _official_paid = models.Constraint(
        "CHECK ((kind = 'official') = (payment_id IS NOT NULL))",
        "An official receipt is made for a payment.",
    )
    _provisional_reason = models.Constraint(
        "CHECK (kind = 'official' OR COALESCE(special_reason, '') <> '')",
        "Say why the money could not be taken to Finance.",
    )
    _cancelled_reason = models.Constraint(
        "CHECK (state <> 'cancelled' OR COALESCE(cancel_reason, '') <> '')",
        "A receipt is cancelled with a reason.",
    )

    @api.depends("tenancy_id")
    def _compute_unit_codes(self):
        """As they were when the receipt was made."""
        for receipt in self:
            receipt.unit_codes = receipt.tenancy_id.unit_codes

    @api.depends("tenancy_id")
    def _compute_partner_id(self):
        for receipt in self:
            receipt.partner_id = receipt.partner_id or receipt.tenancy_id.payer_id

    @api.depends("amount")
    def _compute_amount_capitals(self):
        for receipt in self:
            receipt.amount_capitals = to_capitals(receipt.amount)

    @api.depends("paper_ids.print_count")
    def _compute_print_count(self):
        for receipt in self:
            receipt.print_count = sum(receipt.paper_ids.mapped("print_count"))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("kind") == "official" for vals in vals_list):
            raise AccessError(self.env._("An official receipt follows from a payment."))
        try:
            return super().create(self._number(vals_list))
        except psycopg2.errors.UniqueViolation as error:
            if "one_number" not in str(error):
                raise
            # Somebody took the same number this very moment: begin again with the next one.
            raise ConcurrencyError(str(error)) from error

    def write(self, vals):
        if not self.env.su and vals.keys() - _OPEN_FIELDS - self._NOTED:
            for receipt in self:
                raise UserError(
                    self.env._(
                        "Receipt %(receipt)s is issued and stays as it is. Cancel it with a "
                        "reason and make a new one.",
                        receipt=receipt.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for receipt in self:
            raise UserError(
                self.env._(
                    "Receipt %(receipt)s is kept in the book: cancel it instead.",
                    receipt=receipt.name,
                )
            )

    def action_print(self):
        """Print the receipts (F-BIL-09); again prints a copy."""
        return self.env.ref("pm_billing.action_report_pm_receipt").report_action(self)

    def action_print_proof(self):
        """Print what the customer shows as proof of payment (F-BIL-20)."""
        return self.env.ref("pm_billing.action_report_pm_payment_proof").report_action(self)

    def action_cancel(self):
        """Ask for the reason, and cancel."""
        Action = self.env["ir.actions.act_window"]
        action = Action._for_xml_id("pm_billing.pm_receipt_cancel_action")
        return {**action, "context": {"default_receipt_ids": self.ids}}

    def action_take_over(self):
        """Open the counter for money that was handed in with a provisional receipt."""
        self.ensure_one()
        return self.env["pm.payment.take"]._open(
            default_site_id=self.site_id.id,
            default_tenancy_id=self.tenancy_id.id,
            default_partner_id=self.partner_id.id,
            default_payer_name=self.collector_id.name,
            default_provisional_id=self.id,
            default_method=self.method,
        )

    def action_open_payment(self):
        """Open the payment as the accountant sees it."""
        self.ensure_one()
        return {**self.payment_id.get_formview_action(), "views": [(False, "form")]}

    @api.model
    def _issue(self, payments):
        """Make the receipts of payments that were just posted, all at once; return them."""
        vals_list = [self._prepare_vals(payment) for payment in payments]
        receipts = self.with_context(mail_create_nosubscribe=True, tracking_disable=True).create(
            vals_list
        )
        # What a payment settles is known once the caller has reconciled it.
        precommit = self.env.cr.precommit
        if _TO_NOTE not in precommit.data:
            precommit.data[_TO_NOTE] = []
            precommit.add(self._note_all_lines)
        precommit.data[_TO_NOTE] += receipts.ids
        return receipts

    @api.model
    def _prepare_vals(self, payment):
        return {
            "kind": "official",
            "date": payment.date,
            "site_id": payment.pm_site_id.id,
            "payment_id": payment.id,
            "tenancy_id": payment.pm_tenancy_id.id,
            "partner_id": payment.partner_id.id,
            "payer_name": payment.pm_payer_name,
            "amount": abs(payment.amount_company_currency_signed),
            "method": payment.pm_method,
            "collector_id": payment.pm_cashier_id.id,
        }

    @api.model
    def _get_due_select(self):
        """Return the money taken outside that Finance has to have the same day (BIL-030)."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            50,
            "provisional_receipt",
            SQL(
                "FROM pm_receipt receipt JOIN pm_site office ON office.id = receipt.site_id"
                " WHERE receipt.kind = 'provisional' AND receipt.state = 'issued'"
            ),
            id=SQL("receipt.id"),
            name=SQL("%s || ' ' || receipt.name", self.env._("Hand the money to Finance")),
            res_model=SQL("'pm.receipt'"),
            res_id=SQL("receipt.id"),
            site_id=SQL("receipt.site_id"),
            place=SQL("receipt.unit_codes"),
            partner_id=SQL("receipt.partner_id"),
            department_id=dues._get_department_sql("finance"),
            user_id=SQL("receipt.collector_id"),
            due_date=SQL("receipt.date"),
        )

    def _replace(self, official):
        """Note that a provisional receipt was handed in and an official one made for it."""
        self.write({"state": "replaced", "replaced_by_id": official.id})

    def _cancel(self, reason):
        """Cancel with a reason: the payment is booked back, its bills are open again.

        For the director; a provisional receipt is also Finance's to cancel.
        """
        self.check_access("write")
        self._check_may_cancel()
        for receipt in self.sudo():
            receipt._check_transition("cancelled")
            receipt.lock_for_update(allow_referencing=True)
            receipt.payment_id._pm_undo(
                self.env._(
                    "Receipt %(receipt)s cancelled: %(reason)s", receipt=receipt.name, reason=reason
                )
            )
            receipt.write(
                {
                    "state": "cancelled",
                    "cancel_reason": reason,
                    "cancelled_by_id": self.env.uid,
                    "cancelled_on": receipt.site_id._today(),
                }
            )
            replaced = self.sudo().search([("replaced_by_id", "=", receipt.id)])
            replaced.write({"state": "issued", "replaced_by_id": False})

    def _check_may_cancel(self):
        if self.env.su or self.env.user.has_group("pm_billing.group_pm_billing_manager"):
            return
        is_finance = self.env.user.has_group("pm_billing.group_pm_billing_user")
        for receipt in self:
            if receipt.kind == "official" or not is_finance:
                raise AccessError(
                    self.env._(
                        "Receipt %(receipt)s is cancelled by the director.", receipt=receipt.name
                    )
                )

    @api.model
    def _note_all_lines(self):
        ids = self.env.cr.precommit.data.pop(_TO_NOTE, [])
        self.sudo().browse(ids).exists()._note_lines()

    def _note_lines(self):
        """Note once what the payments settled; what is left over is paid ahead."""
        todo = self.filtered(lambda receipt: receipt.payment_id and not receipt.line_ids)
        if not todo:
            return
        partials = self.env["account.partial.reconcile"].search(
            Domain("credit_move_id.move_id", "in", todo.payment_id.move_id.ids), order="id"
        )
        by_payment = partials.grouped(lambda partial: partial.credit_move_id.payment_id)
        vals_list = []
        for receipt in todo:
            left = receipt.amount
            for partial in by_payment.get(receipt.payment_id, ()):
                left = receipt.currency_id.round(left - partial.amount)
                vals_list.append(
                    {
                        "receipt_id": receipt.id,
                        "move_id": partial.debit_move_id.move_id.id,
                        "amount": partial.amount,
                    }
                )
            if not receipt.currency_id.is_zero(left):
                vals_list.append({"receipt_id": receipt.id, "amount": left})
        lines = self.env["pm.receipt.line"].create(vals_list)
        for line in lines:
            deposit = line.move_id.pm_deposit_id
            if deposit and not deposit.receipt_no:
                deposit.receipt_no = line.receipt_id.name

    @api.model
    def _number(self, vals_list):
        """Return the values with the next numbers of their books (office, kind, year), no gaps."""
        lasts, numbered = {}, []
        for vals in vals_list:
            site_id = vals.get("site_id") or self.env["pm.site"]._get_default_site().id
            site = self.env["pm.site"].browse(site_id).sudo()  # its code is no secret
            kind = vals.get("kind", "provisional")
            date = fields.Date.to_date(vals.get("date") or site._today())
            book = (site.id, kind, date.year)
            if book not in lasts:
                in_book = Domain("site_id", "=", site.id) & Domain("kind", "=", kind)
                in_book &= Domain("year", "=", date.year)
                # Also receipts that the user may not see are numbered.
                last = self.sudo().search(in_book, order="number desc", limit=1)
                lasts[book] = last.number
            lasts[book] += 1
            numbered.append(
                {
                    **vals,
                    "year": date.year,
                    "number": lasts[book],
                    "name": f"{site.code}-{_PREFIXES[kind]}{date.year}-{lasts[book]:05d}",
                }
            )
        return numbered
