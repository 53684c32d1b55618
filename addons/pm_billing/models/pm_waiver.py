from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_days

from ..tools.proration import Period

APPROVAL = "fee_waiver"
# What is decided on: fixed once approval has been asked for.
_FACTS = {
    "tenancy_id",
    "fee_id",
    "unit_id",
    "date_from",
    "date_to",
    "mode",
    "amount",
    "rate",
    "reason",
}


class PmWaiver(models.Model):
    """Fees that an occupant need not pay for some days, as the director decided (BIL-074).

    What is not billed yet is charged less; what is on a bill is credited.
    """

    _name = "pm.waiver"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.numbered.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Waiver of a Fee"
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "unit_codes", "partner_id.name"]
    _NOTED = frozenset({"approved_by_id", "approved_on"})

    # The only moves a waiver can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"approved", "cancelled"},
        "approved": {"draft"},
        "cancelled": {"draft"},
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('site_id', '=', site_id)]",
    )
    site_id = fields.Many2one(
        compute="_compute_site_id", store=True, readonly=False, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        related="tenancy_id.partner_id", string="Occupant", store=True, precompute=True, index=True
    )
    unit_id = fields.Many2one(
        "pm.unit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('tenancy_unit_ids.tenancy_id', '=', tenancy_id)]",
        help="Only for this unit of the tenancy; empty for all of them.",
    )
    unit_codes = fields.Char(
        string="Unit Nos.", compute="_compute_unit_codes", store=True, precompute=True
    )
    fee_id = fields.Many2one(
        "pm.fee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('site_id', '=', site_id)]",
    )
    date_from = fields.Date(string="From", required=True, tracking=True)
    date_to = fields.Date(string="Until", required=True, tracking=True, help="Last day waived.")
    mode = fields.Selection(
        [("rate", "Part of the Fee"), ("amount", "Amount")],
        string="Waived As",
        required=True,
        default="rate",
        help="An amount holds for the whole period and is spread over its days.",
    )
    rate = fields.Float(string="Rate (%)", digits=(5, 2), tracking=True)
    amount = fields.Monetary(tracking=True)
    reason = fields.Text(required=True, tracking=True)
    terms = fields.Char(string="Amount or Rate", compute="_compute_terms")
    period_text = fields.Char(string="Period", compute="_compute_period_text")
    line_ids = fields.One2many("pm.waiver.line", "waiver_id", string="Waived", readonly=True)
    amount_waived = fields.Monetary(
        string="Waived So Far",
        compute="_compute_amount_waived",
        store=True,
        help="On charges and by credit notes.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_on = fields.Date(readonly=True, copy=False, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Registered By",
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    state = fields.Selection(
        [("draft", "Proposed"), ("approved", "Approved"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    # A waiver for all units is in the way of one for a single unit: an open range meets each.
    _waived_once = models.Constraint(
        "EXCLUDE USING gist (tenancy_id WITH =, fee_id WITH =, "
        "int4range(unit_id, unit_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (state <> 'cancelled')",
        "This fee is waived for some of these days already. End or cancel the other waiver first.",
    )
    _date_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The period of a waiver ends after it begins."
    )
    _terms_known = models.Constraint(
        "CHECK ((mode = 'rate' AND rate > 0 AND rate <= 100) OR (mode = 'amount' AND amount > 0))",
        "A waiver needs an amount, or a rate of more than 0 and at most 100 %.",
    )
    _approval_complete = models.Constraint(
        "CHECK (state <> 'approved' OR (approved_by_id IS NOT NULL AND approved_on IS NOT NULL))",
        "A waiver names who approved it, and when.",
    )

    @api.depends("tenancy_id")
    def _compute_site_id(self):
        for waiver in self:
            waiver.site_id = (
                waiver.tenancy_id.site_id
                or waiver.site_id
                or self.env["pm.site"]._get_default_site()
            )

    @api.depends("tenancy_id.unit_codes", "unit_id.code")
    def _compute_unit_codes(self):
        for waiver in self:
            waiver.unit_codes = waiver.unit_id.code or waiver.tenancy_id.unit_codes

    @api.depends("mode", "rate", "amount")
    def _compute_terms(self):
        for waiver in self:
            if waiver.mode == "rate":
                waiver.terms = f"{waiver.rate:g} %"
            else:
                waiver.terms = waiver.currency_id.format(waiver.amount)

    @api.depends_context("lang")
    @api.depends("date_from", "date_to")
    def _compute_period_text(self):
        for waiver in self:
            waiver.period_text = word_days(self.env, waiver.date_from, waiver.date_to)

    @api.depends("line_ids.amount")
    def _compute_amount_waived(self):
        for waiver in self:
            waiver.amount_waived = sum(waiver.line_ids.mapped("amount"))

    @api.depends("name", "unit_codes", "fee_id.name")
    def _compute_display_name(self):
        for waiver in self:
            parts = (waiver.name, waiver.unit_codes, waiver.fee_id.name)
            waiver.display_name = " ".join(part for part in parts if part and part != "/")

    @api.constrains("tenancy_id", "fee_id", "unit_id", "site_id")
    def _check_belongs_together(self):
        for waiver in self:
            tenancy = waiver.tenancy_id
            if (waiver.fee_id.site_id | waiver.site_id) - tenancy.site_id or (
                waiver.unit_id - tenancy.unit_ids
            ):
                raise ValidationError(
                    self.env._("Choose fee and unit of %(tenancy)s.", tenancy=tenancy.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model()  # one cancelled just now makes room for the next
        return super().create(vals_list)

    def write(self, vals):
        if _FACTS & vals.keys():
            self._check_undecided()
        if "state" in vals:
            self._check_transition(vals["state"])
        result = super().write(vals)
        if "state" in vals:
            undone = self.filtered(lambda waiver: waiver.approved_on and waiver.state != "approved")
            undone._write_noted({"approved_by_id": False, "approved_on": False})
            self.filtered(lambda waiver: waiver.state == "cancelled")._withdraw_approvals()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_undecided()

    def action_ask(self):
        """Ask the director for the approval."""
        for waiver in self:
            waiver._check_undecided()
            waiver._ask_approval(
                APPROVAL,
                self.env._(
                    "Waive %(terms)s: %(waiver)s, %(period)s. %(reason)s",
                    terms=waiver.terms,
                    waiver=waiver.display_name,
                    period=waiver.period_text,
                    reason=waiver.reason,
                ),
            )

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_draft(self):
        """Take a waiver up again that was cancelled."""
        self.write({"state": "draft"})

    def action_view_credits(self):
        """Open the credit notes for what was on a bill already."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bill_action")
        return {
            **action,
            "domain": [("id", "in", self.line_ids.move_id.ids)],
            "context": {"create": False},
        }

    def _on_approval(self, approval):
        """Follow the decision of the director: what is billed is credited at once."""
        super()._on_approval(approval)
        if approval.code != APPROVAL:
            return
        # Who decides need not keep charges and bills; what follows from a yes is the system's.
        waiver_sudo = self.sudo()
        if approval.state == "approved" and self.state == "draft":
            waiver_sudo._write_noted(
                {"approved_by_id": approval.decided_by_id.id, "approved_on": self.site_id._today()}
            )
            waiver_sudo.state = "approved"
            waiver_sudo._credit_billed()
            waiver_sudo._reopen_runs()
        elif approval.state == "withdrawn" and self.state == "approved":
            waiver_sudo._check_unused()
            waiver_sudo.state = "draft"
            waiver_sudo._reopen_runs()

    def _check_transition(self, target):
        super()._check_transition(target)
        for waiver in self:
            if target == "approved":
                waiver._check_approved(APPROVAL)
            elif target == "draft" and waiver.state == "approved" and not self.env.su:
                raise AccessError(
                    self.env._(
                        "%(waiver)s is approved: withdraw the approval instead.",
                        waiver=waiver.display_name,
                    )
                )

    def _withdraw_approvals(self):
        """Take back what was asked about what is given up."""
        approvals = self.sudo().approval_ids.filtered(lambda approval: approval.state == "asked")
        # The question falls away with its matter, whoever asked.
        approvals.with_user(self.env.ref("base.user_root")).write({"state": "withdrawn"})

    def _check_undecided(self):
        for waiver in self:
            asked = waiver._get_last_approval(APPROVAL).state in ("asked", "approved")
            if waiver.state != "draft" or asked:
                raise UserError(
                    self.env._(
                        "%(waiver)s is being decided or was decided: it stays as it is. Withdraw "
                        "the approval first.",
                        waiver=waiver.display_name,
                    )
                )

    def _check_unused(self):
        """Refuse to take back what bills or credit notes were made by."""
        for waiver in self:
            used = waiver.line_ids.filtered("is_billed")
            if used:
                raise UserError(
                    self.env._(
                        "Bills were made with %(waiver)s: %(amount)s of it cannot be taken back.",
                        waiver=waiver.display_name,
                        amount=waiver.currency_id.format(sum(used.mapped("amount"))),
                    )
                )

    def _get_period(self):
        self.ensure_one()
        return Period(self.date_from, self.date_to)

    def _word_waived(self, amount):
        """Return what the formula of a charge says of the waiver, in the environment's language."""
        self.ensure_one()
        return self.env._(
            "less %(amount)s waived (%(waiver)s)", amount=f"{amount:,.2f}", waiver=self.name
        )

    def _reopen_runs(self):
        """Have the runs with open charges of the waiver collected again before they are billed."""
        for waiver in self:
            charges = self.env["pm.charge"].search(
                waiver._get_charge_domain() & Domain("state", "=", "open")
            )
            charges.run_id.action_collect()

    def _get_charge_domain(self):
        """Return the domain of the charges that the waiver meets."""
        self.ensure_one()
        domain = (
            Domain("tenancy_id", "=", self.tenancy_id.id)
            & Domain("fee_id", "=", self.fee_id.id)
            & Domain("date_from", "<=", self.date_to)
            & Domain("date_to", ">=", self.date_from)
        )
        return domain & Domain("unit_id", "=", self.unit_id.id) if self.unit_id else domain


class PmWaiverLine(models.Model):
    """What one waiver takes off one charge, or credits of it where it was billed."""

    _name = "pm.waiver.line"
    _description = "Line of a Waiver"
    _order = "waiver_id, date_from, id"

    waiver_id = fields.Many2one(
        "pm.waiver", required=True, readonly=True, ondelete="restrict", index=True
    )
    site_id = fields.Many2one(related="waiver_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(
        related="waiver_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_id = fields.Many2one(
        "pm.charge", required=True, readonly=True, ondelete="cascade", index=True
    )
    month = fields.Date(related="charge_id.month", store=True)
    date_from = fields.Date(related="charge_id.date_from", store=True)
    date_to = fields.Date(related="charge_id.date_to")
    formula = fields.Char(related="charge_id.formula")
    amount = fields.Monetary(required=True, readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    is_billed = fields.Boolean(string="Billed", compute="_compute_is_billed")

    _once = models.Constraint(
        "UNIQUE (waiver_id, charge_id)", "A waiver is applied to a charge once."
    )
    _amount_positive = models.Constraint("CHECK (amount > 0)", "Less than nothing is not waived.")

    @api.depends("charge_id.state", "move_id")
    def _compute_is_billed(self):
        for line in self:
            line.is_billed = bool(line.move_id) or line.charge_id.state == "invoiced"
