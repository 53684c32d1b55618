from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

_APPROVAL = "deposit_refund"
# What was agreed: fixed once payment has been asked for.
_FACTS = {"kind_id", "tenancy_id", "unit_id", "partner_id", "site_id", "amount"}
# What is decided together with the refund.
_DECIDED = {"deduction_ids", "payee_account", "payee_id"}


class PmDeposit(models.Model):
    """Money of somebody else that the office keeps: a liability until it is given back.

    Received by an invoice on the liability account, refunded by a credit note less the
    deductions; both are paid as any invoice. The states follow the payment of the two.
    """

    _name = "pm.deposit"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Deposit"
    _order = "received_on desc, id desc"
    _rec_names_search = ["name", "unit_codes", "partner_id.name", "receipt_no"]

    # The only moves a deposit can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"asked", "cancelled"},
        "asked": {"held", "cancelled"},
        "held": {"asked", "refund", "refunded", "forfeited"},
        "refund": {"refunded"},
        "refunded": {"refund"},
        "forfeited": set(),
        "cancelled": {"draft"},
    }
    # What follows from the entries and their payment.
    _NOTED = frozenset(
        {
            "state",
            "move_id",
            "refund_move_id",
            "set_off_move_id",
            "amount_set_off",
            "received_on",
            "refunded_on",
            "claimed_on",
            "ready_on",
            "refund_due_on",
            "unclaimed_on",
            "fitout_id",
            "request_id",
        }
    )

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    kind_id = fields.Many2one(
        "pm.deposit.kind", required=True, ondelete="restrict", index=True, tracking=True
    )
    clock = fields.Selection(related="kind_id.clock")
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('site_id', '=', site_id)]",
    )
    unit_id = fields.Many2one(
        "pm.unit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('site_id', '=', site_id)]",
        help="Where there is no tenancy, as for earnest money.",
    )
    unit_codes = fields.Char(
        string="Unit Nos.", compute="_compute_unit_codes", store=True, precompute=True
    )
    site_id = fields.Many2one(
        compute="_compute_site_id", store=True, readonly=False, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Paid By",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    fitout_id = fields.Many2one(
        "pm.fitout", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    request_id = fields.Many2one(
        "pm.lease.request",
        string="Search Mandate",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    amount = fields.Monetary(required=True, tracking=True)
    date_due = fields.Date(string="To Be Paid By", required=True, default=fields.Date.context_today)
    receipt_no = fields.Char(string="Receipt No.", copy=False)
    note = fields.Text()

    received_on = fields.Date(readonly=True, copy=False, tracking=True, index="btree_not_null")
    age_days = fields.Integer(
        string="Held for (days)", compute="_compute_age_days", help="Since it was received."
    )
    amount_held = fields.Monetary(
        string="Held", compute="_compute_amount_held", store=True, help="What the office owes now."
    )
    deduction_ids = fields.One2many("pm.deposit.deduction", "deposit_id", string="Deductions")
    amount_deducted = fields.Monetary(
        string="Deducted", compute="_compute_amount_refund", store=True
    )
    amount_set_off = fields.Monetary(
        string="Set Off", readonly=True, copy=False, help="Bills that were paid with the deposit."
    )
    amount_refund = fields.Monetary(
        string="To Refund", compute="_compute_amount_refund", store=True
    )
    payee_id = fields.Many2one(
        "res.partner",
        string="Refunded To",
        compute="_compute_payee_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who paid it; the owner where an unclaimed deposit is left to him.",
    )
    payee_account = fields.Char(string="Account of the Payee", copy=False, tracking=True)
    forfeit_reason = fields.Char(string="Reason for Keeping It", copy=False, tracking=True)
    refunded_on = fields.Date(readonly=True, copy=False, tracking=True)
    move_id = fields.Many2one(
        "account.move",
        string="Entry of Receipt",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    set_off_move_id = fields.Many2one(
        "account.move",
        string="Entry of Set-off",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    refund_move_id = fields.Many2one(
        "account.move",
        string="Entry of Refund",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "To Be Paid"),
            ("held", "Held"),
            ("refund", "To Pay Out"),
            ("refunded", "Refunded"),
            ("forfeited", "Forfeited"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A deposit is greater than zero.")
    _one_of_fitout = models.UniqueIndex(
        "(fitout_id, kind_id) WHERE fitout_id IS NOT NULL AND state <> 'cancelled'",
        "This deposit of the fit-out is in the books already.",
    )
    _one_of_request = models.UniqueIndex(
        "(request_id) WHERE request_id IS NOT NULL AND state IN ('draft', 'asked', 'held')",
        "The earnest money of this seeker is in the books already.",
    )
    _received_complete = models.Constraint(
        "CHECK (state IN ('draft', 'asked', 'cancelled')"
        " OR (move_id IS NOT NULL AND received_on IS NOT NULL))",
        "A deposit is held once its payment is booked.",
    )

    @api.depends("kind_id.needs_approval", "fitout_id.state")
    def _compute_needs_approval(self):
        for deposit in self:
            # A fit-out deposit is released on the fit-out.
            on_fitout = deposit.sudo()._get_clock() == "fitout"
            deposit.needs_approval = deposit.kind_id.needs_approval and not on_fitout

    @api.depends("tenancy_id.unit_codes", "unit_id.code")
    def _compute_unit_codes(self):
        for deposit in self:
            deposit.unit_codes = deposit.tenancy_id.unit_codes or deposit.unit_id.code

    @api.depends("tenancy_id", "unit_id")
    def _compute_site_id(self):
        for deposit in self:
            place = deposit.tenancy_id or deposit.unit_id
            deposit.site_id = (
                place.site_id or deposit.site_id or self.env["pm.site"]._get_default_site()
            )

    @api.depends("tenancy_id")
    def _compute_partner_id(self):
        for deposit in self:
            deposit.partner_id = deposit.partner_id or deposit.tenancy_id.partner_id

    @api.depends("received_on", "state")
    def _compute_age_days(self):
        for deposit in self:
            since = deposit.state == "held" and deposit.received_on
            deposit.age_days = (deposit.site_id._today() - since).days if since else 0

    @api.depends("amount", "state")
    def _compute_amount_held(self):
        for deposit in self:
            deposit.amount_held = deposit.amount if deposit.state == "held" else 0.0

    @api.depends("amount", "amount_set_off", "deduction_ids.amount")
    def _compute_amount_refund(self):
        for deposit in self:
            deposit.amount_deducted = sum(deposit.deduction_ids.mapped("amount"))
            deposit.amount_refund = (
                deposit.amount - deposit.amount_deducted - deposit.amount_set_off
            )

    @api.depends("partner_id")
    def _compute_payee_id(self):
        for deposit in self:
            deposit.payee_id = deposit.partner_id

    @api.depends("name", "kind_id.name", "unit_codes", "partner_id.name")
    def _compute_display_name(self):
        for deposit in self:
            parts = (
                deposit.name,
                deposit.kind_id.name,
                deposit.unit_codes,
                deposit.partner_id.name,
            )
            deposit.display_name = " ".join(part for part in parts if part and part != "/")

    @api.constrains("tenancy_id", "unit_id", "site_id")
    def _check_place(self):
        for deposit in self:
            if (deposit.tenancy_id.site_id | deposit.unit_id.site_id) - deposit.site_id:
                raise ValidationError(
                    self.env._(
                        "%(place)s does not belong to %(site)s.",
                        place=deposit.tenancy_id.display_name or deposit.unit_id.code,
                        site=deposit.site_id.name,
                    )
                )

    def write(self, vals):
        if _FACTS & vals.keys():
            for deposit in self.filtered(lambda deposit: deposit.state != "draft"):
                raise UserError(
                    self.env._(
                        "Payment of %(deposit)s has been asked for: its facts stay. Cancel it and "
                        "enter a new one.",
                        deposit=deposit.display_name,
                    )
                )
        if _DECIDED & vals.keys():
            self._check_deductible()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        for deposit in self:
            if deposit.state != "draft":
                raise UserError(
                    self.env._(
                        "%(deposit)s is in the books and is kept: cancel it instead.",
                        deposit=deposit.display_name,
                    )
                )

    def action_ask(self):
        """Book what is to be paid."""
        for deposit in self._lock():
            deposit._check_transition("asked")
            deposit.move_id = deposit._make_move("out_invoice", deposit._prepare_line_vals_list())
            deposit.state = "asked"

    def action_receive(self):
        """Take the payment at the counter."""
        self.ensure_one()
        if self.state == "draft":
            self.action_ask()
        return self.move_id.action_register_payment()

    def action_cancel(self):
        """Nothing will be paid."""
        for deposit in self._lock():
            deposit._check_transition("cancelled")
            if deposit.move_id:
                if deposit.move_id.payment_state != "not_paid":
                    raise UserError(
                        self.env._(
                            "%(deposit)s is paid in part. Take the payment back first.",
                            deposit=deposit.display_name,
                        )
                    )
                deposit.move_id.button_draft()
                deposit.move_id.button_cancel()
            deposit.write({"state": "cancelled", "move_id": False})

    def action_draft(self):
        """Begin again."""
        self._lock().write({"state": "draft"})

    def action_claim(self):
        """Note that the refund was asked for today, by who paid or for him."""
        for deposit in self._lock():
            if deposit.state != "held":
                raise UserError(
                    self.env._("%(deposit)s is not held.", deposit=deposit.display_name)
                )
            deposit.claimed_on = deposit.claimed_on or deposit.site_id._today()
        self._refresh_clocks()

    def action_deduct_damage(self):
        """Deduct the compensation found at the joint inspection of the move-out."""
        for deposit in self:
            inspection = deposit.tenancy_id._get_move_out_inspection()
            clearance = deposit.tenancy_id.clearance_id
            taken = self.env["pm.deposit.deduction"].search([("inspection_id", "=", inspection.id)])
            left = inspection.amount_compensation - sum(taken.mapped("amount"))
            if not inspection or clearance.compensation_paid_on or left <= 0:
                raise UserError(
                    self.env._(
                        "No compensation is left to be deducted from %(deposit)s.",
                        deposit=deposit.display_name,
                    )
                )
            deposit.deduction_ids = [
                Command.create(
                    {
                        "name": self.env._("Damage, %(inspection)s", inspection=inspection.name),
                        "amount": min(left, deposit.amount_refund),
                        "inspection_id": inspection.id,
                    }
                )
            ]

    def action_ask_approval(self):
        """Ask for the approval of the refund (F-BIL-22)."""
        for deposit in self:
            deposit._check_refundable()
            deposit._ask_approval(
                _APPROVAL,
                self.env._(
                    "Refund of %(deposit)s: %(amount)s to %(payee)s",
                    deposit=deposit.display_name,
                    amount=deposit.currency_id.format(deposit.amount_refund),
                    payee=deposit.payee_id.name,
                ),
            )

    def action_refund(self):
        """Book the refund less the deductions; what remains is paid out."""
        for deposit in self._lock():
            deposit._check_transition("refund")
            deposit._check_refundable()
            deposit._check_refund_approved()
            if deposit.tenancy_id.clearance_id.deposit_handling == "set_off":
                deposit._set_off(deposit.tenancy_id._get_unpaid_bills())
            deposit._book_refund(
                [
                    {"name": deduction.name, "amount": deduction.amount}
                    for deduction in deposit.deduction_ids
                ]
            )

    def action_pay_out(self):
        """Pay the refund out."""
        self.ensure_one()
        return self.refund_move_id.action_register_payment()

    def action_forfeit(self):
        """Keep the deposit; for the director, who says why."""
        if not self.env.su and not self.env.user.has_group("pm_billing.group_pm_billing_manager"):
            raise AccessError(self.env._("Only the director keeps a deposit."))
        for deposit in self:
            if not deposit.forfeit_reason:
                raise UserError(
                    self.env._("Say why %(deposit)s is kept.", deposit=deposit.display_name)
                )
            deposit._forfeit(deposit.forfeit_reason)

    def action_open_moves(self):
        """Open the entries as the accountant sees them."""
        self.ensure_one()
        moves = self.move_id | self.set_off_move_id | self.refund_move_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", moves.ids)],
        }

    def action_print_approval(self):
        """Print the approval of the refund (F-BIL-22)."""
        return self.env.ref("pm_billing.action_report_pm_deposit_refund").report_action(self)

    def _lock(self):
        """Return the deposits with all rights, once the user is known to be entitled.

        Entries and states follow from what the fee office does; of two clerks one is refused.
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        return self.sudo()

    def _check_refundable(self):
        self._refresh_clocks()
        for deposit in self:
            reason = (
                self.env._("It is not held.")
                if deposit.state != "held"
                else deposit._get_keep_reason()
            )
            if reason:
                raise UserError(
                    self.env._(
                        "%(deposit)s cannot be refunded yet. %(reason)s",
                        deposit=deposit.display_name,
                        reason=reason,
                    )
                )

    def _check_refund_approved(self):
        """Refuse a refund nobody has approved."""
        for deposit in self:
            if deposit.needs_approval:
                deposit._check_approved(_APPROVAL)

    def _check_deductible(self):
        """Refuse changes to what has been decided, or was never held."""
        for deposit in self:
            decided = deposit.sudo().approval_ids.filtered(
                lambda approval: approval.state in ("asked", "approved")
            )
            if deposit.state not in ("draft", "asked", "held") or decided:
                raise UserError(
                    self.env._(
                        "The refund of %(deposit)s is being decided or was decided: deductions, "
                        "payee and account stay. Withdraw the approval first.",
                        deposit=deposit.display_name,
                    )
                )
