from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.pm_tenancy.tools.privacy import mask_number

# What was signed: fixed once the mandate is in force.
_FACTS = {"tenancy_id", "partner_id", "partner_bank_id", "holder_name", "holder_id_no", "covers"}


class PmBankMandate(models.Model):
    """An occupant lets the office collect its bills from an account (F-BIL-07, BIL-017)."""

    _name = "pm.bank.mandate"
    _inherit = [
        "mail.thread",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Direct Debit Mandate"
    _order = "name desc, id desc"
    _rec_names_search = ["name", "unit_codes", "partner_id.name", "holder_name"]

    _NOTED = frozenset({"ended_on", "state"})

    # The only moves a mandate can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"active", "cancelled"},
        "active": {"ended"},
        "ended": set(),
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
    )
    site_id = fields.Many2one(
        related="tenancy_id.site_id", store=True, precompute=True, readonly=True, default=None
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes", string="Unit Nos.", store=True)
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
        check_company=True,
        help="Whose bills are collected.",
    )
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account",
        ondelete="restrict",
        check_company=True,
        domain="[('partner_id', '=', partner_id)]",
        help="Account or passbook at the bank that collects for the office.",
    )
    account_hint = fields.Char(string="Account", compute="_compute_account_hint", compute_sudo=True)
    holder_name = fields.Char(
        string="Account Holder",
        compute="_compute_holder_name",
        store=True,
        readonly=False,
        precompute=True,
        help="As the bank writes the name; it may be somebody else's than the debtor's.",
    )
    holder_id_no = fields.Char(
        string="ID or Licence No.",
        groups="pm_billing.group_pm_billing_user",
        help="Of the account holder, where the bank asks for it.",
    )
    covers = fields.Char(
        string="Fees Covered",
        default=lambda self: self.env._("All fees of the monthly statement"),
        help="As the mandate words it. Whole bills are collected.",
    )
    signed_on = fields.Date(copy=False, tracking=True)
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today, tracking=True
    )
    ended_on = fields.Date(readonly=True, copy=False, tracking=True)
    line_ids = fields.One2many("pm.bank.batch.line", "mandate_id", string="Collections")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In Force"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _one_in_force = models.UniqueIndex(
        "(tenancy_id) WHERE state = 'active'",
        "This tenancy has a mandate in force. End it first.",
    )
    _signed = models.Constraint(
        "CHECK (state NOT IN ('active', 'ended')"
        " OR (signed_on IS NOT NULL AND partner_bank_id IS NOT NULL AND holder_name IS NOT NULL))",
        "A mandate is in force once it is signed and names account and holder.",
    )
    _days = models.Constraint(
        "CHECK (ended_on IS NULL OR state = 'ended')", "Only a mandate that ended has a last day."
    )

    @api.depends("tenancy_id")
    def _compute_partner_id(self):
        for mandate in self:
            mandate.partner_id = mandate.partner_id or mandate.tenancy_id.partner_id

    @api.depends("partner_bank_id")
    def _compute_account_hint(self):
        for mandate in self:
            mandate.account_hint = mask_number(mandate.partner_bank_id.sanitized_acc_number)

    @api.depends("partner_bank_id")
    def _compute_holder_name(self):
        for mandate in self:
            mandate.holder_name = mandate.partner_bank_id.acc_holder_name or mandate.holder_name

    @api.depends("name", "unit_codes", "partner_id.name")
    def _compute_display_name(self):
        for mandate in self:
            parts = (mandate.name, mandate.unit_codes, mandate.partner_id.name)
            mandate.display_name = " ".join(part for part in parts if part and part != "/")

    def write(self, vals):
        if _FACTS & vals.keys():
            for mandate in self:
                if mandate.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(mandate)s is signed as it is. End it and enter a new one.",
                            mandate=mandate.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for mandate in self:
            if mandate.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(mandate)s was in force and is kept as evidence. End it instead.",
                        mandate=mandate.display_name,
                    )
                )

    def action_activate(self):
        """Collect the bills from now on: the mandate is signed."""
        for mandate in self:
            missing = mandate._get_missing()
            if missing:
                raise UserError(
                    self.env._(
                        "%(mandate)s: enter %(missing)s first.",
                        mandate=mandate.display_name,
                        missing=", ".join(missing),
                    )
                )
        self.flush_model(["state"])  # one that ended just now makes room for the next
        self._write_noted({"state": "active"})

    def action_end(self):
        """Collect nothing any more; what is at the bank is still answered."""
        for mandate in self:
            mandate._write_noted({"state": "ended", "ended_on": mandate.site_id._today()})

    def action_cancel(self):
        self._write_noted({"state": "cancelled"})

    def action_draft(self):
        self._write_noted({"state": "draft"})

    def action_print(self):
        """Print the mandate to be signed (F-BIL-07)."""
        return self.env.ref("pm_billing.action_report_pm_bank_mandate").report_action(self)

    def action_view_lines(self):
        """Open what was collected by this mandate, and what was refused."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bank_line_action")
        return {**action, "domain": [("mandate_id", "=", self.id)], "context": {}}

    @api.model
    def _get_active(self, tenancies, day):
        """Return {tenancy: the mandate in force on a day}."""
        mandates = self.search(
            Domain("tenancy_id", "in", tenancies.ids)
            & Domain("state", "=", "active")
            & Domain("date_from", "<=", day)
        )
        return {mandate.tenancy_id: mandate for mandate in mandates}

    def _get_missing(self):
        names = [name for name in ("partner_bank_id", "holder_name", "signed_on") if not self[name]]
        return [self._fields[name]._description_string(self.env) for name in names]

    def _pm_get_blanks(self):
        """What the text of the mandate may say; account and ID are for the fee office alone."""
        if self and not self.env.su:
            self._check_printable()
        tenancy, account = self.tenancy_id, self.partner_bank_id
        site = self.site_id
        return {
            **super()._pm_get_blanks(),
            "number": (self.env._("Number"), "" if self.name == "/" else self.name),
            "occupant": (self.env._("Occupant"), self.partner_id.name),
            "units": (self.env._("Unit Nos."), tenancy.unit_codes),
            "holder": (self.env._("Account Holder"), self.holder_name),
            "account": (self.env._("Account No."), account.acc_number),
            "branch": (self.env._("Branch"), account.bank_id.name),
            "id_no": (self.env._("ID or Licence No."), self.holder_id_no),
            "covers": (self.env._("Fees Covered"), self.covers),
            "begin": (self.env._("First day"), self.date_from),
            "payee": (
                self.env._("Payee"),
                site.payee_bank_id.acc_holder_name or site.company_id.name,
            ),
            "due_day": (self.env._("Fees due by"), str(site.due_day) if site else ""),
        }

    def _check_printable(self):
        if not self.env.user.has_group("pm_billing.group_pm_billing_user"):
            raise AccessError(
                self.env._(
                    "Mandates show the whole account number and the ID of the holder: only the "
                    "fee office prints them."
                )
            )

    def _pays(self, bill):
        """Tell whether the bill is the debtor's."""
        self.ensure_one()
        return self.partner_id.commercial_partner_id == bill.commercial_partner_id
