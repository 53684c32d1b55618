from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

# What the occupant signs: fixed from then on.
_FACTS = {"suspension_id", "date_from", "date_to", "signed_by", "line_ids"}


class PmUndertaking(models.Model):
    """What a debtor promises in writing so that services are restored for now (F-BIL-13)."""

    _name = "pm.undertaking"
    _inherit = ["mail.thread", "pm.printable.mixin", "pm.state.mixin"]
    _description = "Undertaking to Pay"
    _order = "date_from desc, id desc"
    _rec_names_search = ["suspension_id.name", "unit_codes", "partner_id.name"]
    _check_company_auto = True
    _NOTED = frozenset({"amount_signed", "bill_ids", "signed_on"})

    # The only moves an undertaking can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"signed", "cancelled"},
        "signed": {"kept", "broken", "replaced"},
        "kept": set(),
        "broken": set(),
        "replaced": set(),
        "cancelled": set(),
    }

    suspension_id = fields.Many2one(
        "pm.suspension", required=True, ondelete="restrict", index=True, check_company=True
    )
    tenancy_id = fields.Many2one(related="suspension_id.tenancy_id", store=True, index=True)
    site_id = fields.Many2one(
        related="suspension_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="suspension_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="suspension_id.partner_id", string="Occupant", store=True, precompute=True
    )
    unit_codes = fields.Char(related="suspension_id.unit_codes", string="Unit Nos.")
    suspension_state = fields.Selection(
        related="suspension_id.state", string="State of the Suspension"
    )
    amount_owed = fields.Monetary(related="suspension_id.amount_arrears", string="Owed Now")
    date_from = fields.Date(string="Restored From", required=True)
    date_to = fields.Date(
        string="Restored Until",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        help="As a rule until the last payment; whether services are stopped then is decided then.",
    )
    line_ids = fields.One2many("pm.undertaking.line", "undertaking_id", string="Payments Promised")
    amount_promised = fields.Monetary(string="Promised", compute="_compute_amount_promised")
    signed_by = fields.Char(
        string="Signatory", tracking=True, help="The number of the identity card is not kept here."
    )
    signed_on = fields.Date(readonly=True, copy=False, tracking=True)
    bill_ids = fields.Many2many(
        "account.move",
        "pm_undertaking_bill_rel",
        "undertaking_id",
        "move_id",
        string="Bills Owed",
        readonly=True,
        copy=False,
    )
    amount_signed = fields.Monetary(
        string="Owed When Signed", readonly=True, copy=False, tracking=True
    )
    amount_paid = fields.Monetary(string="Paid Since", compute="_compute_amount_paid")
    is_broken = fields.Boolean(string="Not Fulfilled", compute="_compute_is_broken")
    state = fields.Selection(
        [
            ("draft", "Waits for Signature"),
            ("signed", "Signed, in Force"),
            ("kept", "Fulfilled"),
            ("broken", "Not Fulfilled"),
            ("replaced", "Replaced"),
            ("cancelled", "Not Signed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _one_in_force = models.UniqueIndex(
        "(suspension_id) WHERE state = 'signed'",
        "An undertaking of this suspension is in force already.",
    )
    _date_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from <= date_to)",
        "Services are restored until a day after they are restored.",
    )
    _signed_complete = models.Constraint(
        "CHECK (state IN ('draft', 'cancelled') OR (signed_on IS NOT NULL"
        " AND signed_by IS NOT NULL AND date_to IS NOT NULL))",
        "An undertaking in force names who signed it, when, and until when services are restored.",
    )

    @api.depends("line_ids.date")
    def _compute_date_to(self):
        for undertaking in self:
            days = [day for day in undertaking.line_ids.mapped("date") if day]
            undertaking.date_to = max(days, default=undertaking.date_to)

    @api.depends("line_ids.amount")
    def _compute_amount_promised(self):
        for undertaking in self:
            undertaking.amount_promised = sum(undertaking.line_ids.mapped("amount"))

    @api.depends("amount_signed", "bill_ids.amount_residual", "bill_ids.state")
    def _compute_amount_paid(self):
        for undertaking in self:
            bills_sudo = undertaking.sudo().bill_ids  # of the own office, whoever reads bills
            left = sum(bills_sudo._pm_get_unpaid().mapped("amount_residual"))
            undertaking.amount_paid = undertaking.amount_signed - left if bills_sudo else 0.0

    @api.depends("state", "date_to", "line_ids.date", "amount_paid")
    def _compute_is_broken(self):
        for undertaking in self:
            undertaking.is_broken = undertaking.state == "signed" and undertaking._is_broken_now()

    @api.depends("suspension_id", "date_from")
    def _compute_display_name(self):
        for undertaking in self:
            undertaking.display_name = self.env._(
                "Undertaking %(suspension)s", suspension=undertaking.suspension_id.display_name
            )

    def write(self, vals):
        if _FACTS & vals.keys():
            self._check_open()
        if "state" in vals:
            self._check_transition(vals["state"])
            if vals["state"] == "signed":
                for undertaking in self:
                    undertaking._note_signature()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_open()

    def action_sign(self):
        """Note that the occupant has signed it today."""
        self.suspension_id._lock()
        self.write({"state": "signed"})

    def action_cancel(self):
        """The occupant does not sign it."""
        self.write({"state": "cancelled"})

    def action_ease(self):
        """Restore the services for now, on this undertaking."""
        self.suspension_id.action_ease()

    def action_open_suspension(self):
        self.ensure_one()
        return self.suspension_id.get_formview_action()

    def action_print(self):
        return self.env.ref("pm_billing.action_report_pm_undertaking").report_action(self)

    def _check_transition(self, target):
        super()._check_transition(target)
        if target in ("kept", "broken", "replaced") and not self.env.su:
            raise AccessError(
                self.env._("What becomes of an undertaking is decided with its suspension.")
            )
        if target == "signed":
            for undertaking in self:
                undertaking._check_signable()

    def _check_signable(self):
        self.ensure_one()
        suspension, words = self.suspension_id, {"undertaking": self.display_name}
        if suspension.ground != "arrears" or suspension.state not in ("stopped", "eased"):
            raise UserError(
                self.env._(
                    "%(undertaking)s: services are restored on an undertaking only where they are "
                    "stopped for arrears.",
                    **words,
                )
            )
        if not (self.signed_by or "").strip():
            raise UserError(self.env._("Enter who signed: %(undertaking)s.", **words))
        today, owed = self.site_id._today(), suspension._get_owed()
        if self.currency_id.compare_amounts(self.amount_promised, owed):
            raise UserError(
                self.env._(
                    "The payments promised come to %(promised)s, but %(owed)s is due: "
                    "%(undertaking)s.",
                    promised=self.currency_id.format(self.amount_promised),
                    owed=self.currency_id.format(owed),
                    **words,
                )
            )
        if min(self.line_ids.mapped("date"), default=today) < today or self.date_to < today:
            raise UserError(
                self.env._("A day promised has passed already: %(undertaking)s.", **words)
            )

    def _check_open(self):
        for undertaking in self:
            if undertaking.state != "draft":
                raise UserError(
                    self.env._(
                        "%(undertaking)s was signed or dropped and stays as it is. Enter a new "
                        "one.",
                        undertaking=undertaking.display_name,
                    )
                )

    def _note_signature(self):
        """Note day and debts, and put the undertaking in the place of the one before."""
        self.ensure_one()
        suspension = self.suspension_id
        # What replaces it is decided by who signs the new one.
        suspension.undertaking_id.sudo().state = "replaced"
        Move = self.env["account.move"].sudo()  # who signs for it need not read bills
        today = self.site_id._today()
        bills = Move.search(
            Domain("pm_tenancy_id", "=", self.tenancy_id.id) & Move._pm_get_unpaid_domain(today)
        )
        self._write_noted(
            {
                "signed_on": today,
                "bill_ids": [Command.set(bills.ids)],
                "amount_signed": sum(bills.mapped("amount_residual")),
            }
        )
        suspension._log("signed", self.signed_by)

    def _get_next_day(self):
        """Return the first day promised that is not covered by payments, else the last day."""
        self.ensure_one()
        promised = 0.0
        for line in self.line_ids.sorted("date"):
            promised += line.amount
            if self.currency_id.compare_amounts(promised, self.amount_paid) > 0:
                return min(line.date, self.date_to)
        return self.date_to

    def _is_broken_now(self):
        """Tell whether a day promised has passed without its payment."""
        self.ensure_one()
        self.sudo().bill_ids.invalidate_recordset(["amount_residual"], flush=True)
        day = self._get_next_day()
        return bool(day) and day < self.site_id._today()


class PmUndertakingLine(models.Model):
    _name = "pm.undertaking.line"
    _inherit = "pm.part.mixin"
    _description = "Payment Promised"
    _order = "undertaking_id, date, id"
    _check_company_auto = True
    _part_of = "undertaking_id"

    undertaking_id = fields.Many2one(
        "pm.undertaking", required=True, ondelete="cascade", index=True, check_company=True
    )
    site_id = fields.Many2one(
        related="undertaking_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="undertaking_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="To Be Paid By", required=True)
    amount = fields.Monetary(required=True)
    status = fields.Selection(
        [("open", "Not Due Yet"), ("paid", "Paid"), ("missed", "Missed")], compute="_compute_status"
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A promise is greater than zero.")
    _day_once = models.Constraint(
        "UNIQUE (undertaking_id, date)", "A day stands in an undertaking once."
    )

    @api.depends("date", "amount", "undertaking_id.amount_paid", "undertaking_id.state")
    def _compute_status(self):
        for line in self:
            undertaking = line.undertaking_id
            before = undertaking.line_ids.filtered(
                lambda other, line=line: other.date and line.date and other.date <= line.date
            )
            promised, paid = sum(before.mapped("amount")), undertaking.amount_paid
            today = line.site_id._today() if line.site_id else fields.Date.context_today(line)
            is_covered = line.currency_id.compare_amounts(promised, paid) <= 0
            if is_covered and undertaking.state != "draft":
                line.status = "paid"
            elif line.date and line.date < today:
                line.status = "missed"
            else:
                line.status = "open"

    def _check_whole(self):
        self.undertaking_id._check_open()
