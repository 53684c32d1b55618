import unicodedata

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

METHODS = [
    ("cash", "Cash"),
    ("cheque", "Cheque"),
    ("transfer", "Bank Transfer"),
    ("pos", "Card Terminal"),
    ("debit", "Bank Direct Debit"),
]
# The states of a payment that was taken.
TAKEN = ("in_process", "paid")
# What the receipt says: it stays as long as the receipt is good.
_FACTS = {
    "amount",
    "currency_id",
    "date",
    "journal_id",
    "partner_id",
    "partner_type",
    "payment_method_line_id",
    "payment_type",
    "pm_cheque_bank",
    "pm_cheque_date",
    "pm_cheque_no",
    "pm_method",
    "pm_payee_checked",
    "pm_site_id",
    "pm_tenancy_id",
    "pm_token",
}
# What only the taking of a payment notes.
_SYSTEM_FIELDS = {"pm_cashier_id", "pm_cash_day_id", "pm_undo_day_id", "pm_undone_on"}
# Tells `write` that a receipt is being cancelled. A caller sends data, never this very object.
_CANCELLING = object()


class AccountPayment(models.Model):
    """Payments of an office: how they were paid, and the receipt made for each of them."""

    _inherit = "account.payment"

    pm_site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        default=lambda self: self._default_pm_site_id(),
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    pm_tenancy_id = fields.Many2one(
        "pm.tenancy",
        string="Tenancy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What is paid ahead is kept for the bills of this tenancy.",
    )
    pm_method = fields.Selection(
        METHODS,
        string="Paid By Means Of",
        compute="_compute_pm_method",
        store=True,
        readonly=False,
        precompute=True,
    )
    pm_cheque_no = fields.Char(string="Cheque No.", copy=False)
    pm_cheque_bank = fields.Char(string="Bank of the Cheque", copy=False)
    pm_cheque_date = fields.Date(string="Date of the Cheque", copy=False)
    pm_payee_checked = fields.Boolean(
        string="Payee Checked",
        copy=False,
        help="The cheque is payable to the management company.",
    )
    pm_payer_name = fields.Char(string="Money Brought By", copy=False)
    pm_token = fields.Char(
        string="Token of the Screen",
        copy=False,
        readonly=True,
        help="What was entered once is booked once, however often it is sent.",
    )
    pm_cashier_id = fields.Many2one("res.users", string="Taken By", readonly=True, copy=False)
    pm_cash_day_id = fields.Many2one(
        "pm.cash.day",
        string="Day-end Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    pm_undo_day_id = fields.Many2one(
        "pm.cash.day",
        string="Taken Back on Sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    pm_undone_on = fields.Date(string="Taken Back On", readonly=True, copy=False)
    pm_receipt_ids = fields.One2many("pm.receipt", "payment_id", string="Receipts")

    _pm_one_token = models.UniqueIndex(
        "(pm_token) WHERE pm_token IS NOT NULL", "This payment is registered already."
    )
    _pm_one_cheque = models.UniqueIndex(
        "(company_id, pm_cheque_no, pm_cheque_bank)"
        " WHERE pm_cheque_no IS NOT NULL AND state NOT IN ('canceled', 'rejected')",
        "This cheque is registered already.",
    )
    _pm_cheque_complete = models.Constraint(
        "CHECK (pm_method IS DISTINCT FROM 'cheque' OR (pm_cheque_no IS NOT NULL"
        " AND pm_cheque_bank IS NOT NULL AND pm_cheque_date IS NOT NULL AND pm_payee_checked))",
        "A cheque is taken with its number, bank and date, once its payee was checked.",
    )

    @api.model
    def _default_pm_site_id(self):
        """What a cashier takes is the office's, wherever it is entered."""
        if not self.env.user.has_group("pm_base.group_pm_cashier"):
            return self.env["pm.site"]
        return self.env["pm.site"]._get_default_site()

    @api.depends("journal_id")
    def _compute_pm_method(self):
        for payment in self:
            payment.pm_method = "cash" if payment.journal_id.type == "cash" else "transfer"

    @api.constrains("pm_site_id", "pm_tenancy_id")
    def _check_pm_site(self):
        for payment in self.filtered("pm_tenancy_id"):
            if payment.pm_tenancy_id.site_id != payment.pm_site_id:
                raise ValidationError(
                    self.env._(
                        "%(tenancy)s does not belong to %(site)s.",
                        tenancy=payment.pm_tenancy_id.display_name,
                        site=payment.pm_site_id.name or "—",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._pm_check_not_noted(vals)
        payments = super().create([_normalize_cheque(vals) for vals in vals_list])
        payments._pm_take()
        return payments

    def write(self, vals):
        self._pm_check_not_noted(vals)
        self._pm_check_changeable(vals)
        result = super().write(_normalize_cheque(vals))
        if "pm_site_id" in vals:
            # The entry of a payment follows it.
            self.move_id.sudo().pm_site_id = vals["pm_site_id"]
        if vals.get("state") in TAKEN:
            self._pm_take()
        return result

    def action_pm_open_receipt(self):
        """Open the receipt of the payment."""
        self.ensure_one()
        return self.pm_receipt_ids[:1].get_formview_action()

    def _generate_move_vals(self, *args, **kwargs):
        """The entry of a payment belongs to the office, too."""
        vals = super()._generate_move_vals(*args, **kwargs)
        return {**vals, "pm_site_id": self.pm_site_id.id}

    def _pm_take(self):
        """Note who took the payments that were just posted, and make their receipts.

        Called for many payments at once; a payment that was taken before is passed by.
        """
        taken = self.filtered(
            lambda payment: (
                payment.pm_site_id
                and payment.state in TAKEN
                and not payment.pm_cashier_id
                and (not payment.move_id or payment.move_id.state == "posted")
            )
        )
        if not taken:
            return
        # The receipt follows from the payment; nobody writes one by hand.
        taken_sudo = taken.sudo()
        for day, payments in self.env["pm.cash.day"]._find_for_payments(taken_sudo).items():
            payments.write({"pm_cashier_id": self.env.uid, "pm_cash_day_id": day.id})
        self.env["pm.receipt"].sudo()._issue(
            taken_sudo.filtered(
                lambda payment: (
                    payment.payment_type == "inbound"
                    and payment.currency_id.compare_amounts(payment.amount, 0.0) > 0
                )
            )
        )

    def _pm_undo(self, reason):
        """Book the payments back with an entry of today; the bills they paid are open again."""
        for payment in self.with_context(pm_cancels_receipt=_CANCELLING):
            today = payment.pm_site_id._today()
            day = payment.pm_cash_day_id
            if day and day.state == "closed":
                day = day._find_open(payment.pm_cashier_id, today, payment.pm_method == "cash")
            payment.move_id._reverse_moves([{"date": today, "ref": reason}], cancel=True)
            payment.write({"state": "canceled", "pm_undone_on": today, "pm_undo_day_id": day.id})
            payment.message_post(body=reason)

    def _pm_check_not_noted(self, vals):
        if not self.env.su and _SYSTEM_FIELDS & vals.keys():
            raise AccessError(self.env._("Who took a payment, and on which sheet, is noted."))

    def _pm_check_changeable(self, vals):
        """Refuse to change what a receipt or a closed sheet says of a payment."""
        leaves = vals.get("state") in ("draft", "canceled", "rejected")
        comes_back = vals.get("state") in (*TAKEN, "draft")
        if not (leaves or comes_back or _FACTS & vals.keys()):
            return
        if self.env.context.get("pm_cancels_receipt") is _CANCELLING:
            return
        for payment in self.sudo():
            if payment.pm_undone_on and comes_back:
                raise UserError(
                    self.env._(
                        "%(payment)s was taken back. Take a new payment instead.",
                        payment=payment.display_name,
                    )
                )
            receipt = payment.pm_receipt_ids[:1]
            if receipt and (leaves or _FACTS & vals.keys()):
                raise UserError(
                    self.env._(
                        "Receipt %(receipt)s was made for %(payment)s: it stays as it is. The "
                        "director can cancel the receipt with a reason, which takes the payment "
                        "back.",
                        receipt=receipt.name,
                        payment=payment.display_name,
                    )
                )
            if payment.pm_cash_day_id.state == "closed" and (leaves or _FACTS & vals.keys()):
                raise UserError(
                    self.env._(
                        "%(payment)s stands on the closed sheet %(sheet)s.",
                        payment=payment.display_name,
                        sheet=payment.pm_cash_day_id.display_name,
                    )
                )
            if payment.pm_cashier_id and payment.state in TAKEN and _FACTS & vals.keys():
                raise UserError(
                    self.env._(
                        "%(payment)s was paid out as it stands on the day-end sheet. Reset it to "
                        "draft first where it is wrong.",
                        payment=payment.display_name,
                    )
                )


class AccountMove(models.Model):
    """The entry of a payment stays as long as its receipt is good."""

    _inherit = "account.move"

    def write(self, vals):
        if vals.get("state") in ("draft", "cancel"):
            self.sudo().origin_payment_id._pm_check_changeable({"state": "draft"})
        return super().write(vals)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self.sudo().origin_payment_id._pm_check_changeable({"state": "canceled"})
        return super()._reverse_moves(default_values_list, cancel)


def normalize_reference(text):
    """Return a number or name as it is compared: without spaces, full width letters or case."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).upper()


def _normalize_cheque(vals):
    names = {"pm_cheque_no", "pm_cheque_bank"} & vals.keys()
    return {**vals, **{name: normalize_reference(vals[name]) or False for name in names}}
