import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# What a register never says otherwise once it was written.
_FIXED_FIELDS = ("item_kind", "kind", "key_id", "site_id", "tenancy_id")
# Who may hand out: the shift leader or whoever stands in.
_ISSUER_GROUPS = ("pm_base.group_pm_area_administrator", "pm_tenancy.group_pm_tenancy_manager")


def _word_key_out(env, diagnostics):
    """Name the key and who has it."""
    key = re.search(r"=\((\d+)\)", (diagnostics and diagnostics.message_detail) or "")
    loan = key and env["pm.loan"].search(
        Domain("key_id", "=", int(key[1])) & Domain("state", "=", "out"), limit=1
    )
    if loan:
        return env._(
            "%(key)s is with %(holder)s since %(day)s. Take it back first.",
            key=loan.key_id.display_name,
            holder=loan.borrower_name,
            day=loan.site_id._to_local(loan.issued_at).date(),
        )
    return env._("This key is out already. Take it back first.")


class PmLoan(models.Model):
    """Anything the office hands out and expects back: keys here, other things in other addons.

    Another addon adds a value to `item_kind`, a field for its thing, and extends
    `_get_item_name`, `_check_item_lendable` and `_on_taken_back`.
    """

    _name = "pm.loan"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Issue or Loan"
    _order = "issued_at desc, id desc"
    _rec_names_search = ["item_name", "borrower_name", "partner_id.name"]
    _NOTED = frozenset({"returned_at", "received_by_id", "returned_by", "condition", "reminded_at"})

    # The only moves a loan can make, whoever asks. What was lost may be found.
    _TRANSITIONS = {"out": {"returned", "lost"}, "lost": {"returned"}, "returned": set()}

    item_kind = fields.Selection(
        [("key", "Key, Card or Pass")], string="Kind of Item", required=True, default="key"
    )
    key_id = fields.Many2one(
        "pm.key",
        string="Key or Card",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    quantity = fields.Integer(
        compute="_compute_quantity", help="For the totals of the registers: each line is one piece."
    )
    item_name = fields.Char(compute="_compute_item_name", store=True)
    unit_id = fields.Many2one(related="key_id.unit_id", store=True, index="btree_not_null")
    kind = fields.Selection(
        [("issue", "Issued to the Occupant"), ("loan", "Loan")],
        required=True,
        default="loan",
        help="What is issued stays with the occupant until the move-out; a loan is due back.",
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy", index="btree_not_null", ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )
    employee_id = fields.Many2one("hr.employee", index="btree_not_null", check_company=True)
    borrower_name = fields.Char(
        string="Received By",
        compute="_compute_borrower",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    department = fields.Char(
        compute="_compute_borrower",
        store=True,
        readonly=False,
        precompute=True,
        help="Of a borrower from the office or from a contractor.",
    )
    borrower_phone = fields.Char(string="Telephone")
    purpose = fields.Char()
    issued_at = fields.Datetime(
        string="Handed Out At", required=True, default=fields.Datetime.now, tracking=True
    )
    issue_condition = fields.Char(
        string="Condition When Issued", help="If anything is to be said of it, such as scratched."
    )
    issued_by_id = fields.Many2one(
        "res.users",
        string="Handed Out By",
        required=True,
        default=lambda self: self._default_issued_by_id(),
        tracking=True,
        help="The shift leader on duty: area administrator, supervisor or leader.",
    )
    due_at = fields.Datetime(
        string="Due Back",
        compute="_compute_due_at",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    returned_at = fields.Datetime(string="Given Back At", readonly=True, copy=False, tracking=True)
    received_by_id = fields.Many2one(
        "res.users", string="Taken Back By", readonly=True, copy=False, tracking=True
    )
    returned_by = fields.Char(readonly=True, copy=False)
    condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged"), ("lost", "Lost")],
        string="Condition on Return",
        readonly=True,
        copy=False,
        tracking=True,
    )
    note = fields.Text()
    reminded_at = fields.Datetime(readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    state = fields.Selection(
        [("out", "Still Out"), ("returned", "Given Back"), ("lost", "Lost")],
        default="out",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    # The database itself refuses to hand a key out twice, whoever writes.
    _key_out_once = models.UniqueIndex("(key_id) WHERE state = 'out'", _word_key_out)
    _key_named = models.Constraint(
        "CHECK (item_kind <> 'key' OR key_id IS NOT NULL)", "Choose the key that is handed out."
    )
    _issue_has_tenancy = models.Constraint(
        "CHECK (kind <> 'issue' OR tenancy_id IS NOT NULL)",
        "Choose the tenancy: keys are issued to an occupant.",
    )
    _issue_has_no_due = models.Constraint(
        "CHECK (kind <> 'issue' OR due_at IS NULL)",
        "What is issued to an occupant has no time to be back.",
    )
    _time_order = models.Constraint(
        "CHECK (due_at >= issued_at AND returned_at >= issued_at)",
        "A loan is due back, and comes back, after it went out.",
    )
    _overdue_idx = models.Index("(due_at) WHERE state = 'out'")

    @api.model
    def _default_issued_by_id(self):
        return self.env.user if self._may_hand_out(self.env.user) else False

    @api.depends("item_kind", "key_id.display_name")
    def _compute_item_name(self):
        for loan in self:
            loan.item_name = loan._get_item_name()

    def _compute_quantity(self):
        self.quantity = 1

    @api.depends("tenancy_id")
    def _compute_partner_id(self):
        for loan in self:
            loan.partner_id = loan.tenancy_id.partner_id or loan.partner_id

    @api.depends("partner_id", "employee_id")
    def _compute_borrower(self):
        for loan in self:
            person = loan.employee_id or loan.partner_id
            loan.borrower_name = person.name or loan.borrower_name
            loan.department = loan.employee_id.department_id.name or loan.department

    @api.depends("kind", "issued_at", "site_id")
    def _compute_due_at(self):
        for loan in self:
            if loan.kind == "issue":
                loan.due_at = False
            elif loan.issued_at:
                hours = loan.site_id.key_loan_hours
                loan.due_at = loan.issued_at + timedelta(hours=hours)

    @api.depends("state", "due_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for loan in self:
            loan.is_overdue = loan.state == "out" and bool(loan.due_at) and loan.due_at < now

    @api.depends("item_name", "borrower_name")
    def _compute_display_name(self):
        for loan in self:
            parts = (loan.item_name, loan.borrower_name)
            loan.display_name = " → ".join(part for part in parts if part)

    @api.constrains("issued_by_id")
    def _check_issuer(self):
        for loan in self:
            if not self._may_hand_out(loan.issued_by_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s may register a loan but not hand keys out. Choose the shift "
                        "leader on duty who hands %(item)s out.",
                        user=loan.issued_by_id.name,
                        item=loan.item_name,
                    )
                )

    @api.constrains("key_id", "site_id", "tenancy_id", "kind")
    def _check_place(self):
        for loan in self:
            sites = loan.site_id | loan.key_id.site_id | loan.tenancy_id.site_id
            if len(sites) > 1:
                raise ValidationError(
                    self.env._(
                        "%(item)s belongs to another management office.", item=loan.item_name
                    )
                )
            units = loan.tenancy_id.line_ids.unit_id
            if loan.kind == "issue" and loan.key_id.unit_id and loan.key_id.unit_id not in units:
                raise ValidationError(
                    self.env._(
                        "%(key)s opens no unit of %(tenancy)s. Lend it instead of issuing it.",
                        key=loan.key_id.display_name,
                        tenancy=loan.tenancy_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(vals_list)
        for loan in loans:
            loan._check_item_lendable()
        for tenancy in loans.filtered(lambda loan: loan.kind == "issue").tenancy_id:
            tenancy._check_may_get_keys()
        loans._tell_security_of_spares()
        return loans

    def write(self, vals):
        for name in _FIXED_FIELDS:
            if name in vals:
                self._check_fixed(name, vals[name])
        result = super().write(vals)
        if "due_at" in vals:
            self.filtered("reminded_at")._write_noted({"reminded_at": False})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_registered(self):
        for loan in self:
            raise UserError(
                self.env._(
                    "%(loan)s stands in the register and cannot be deleted. Take it back instead.",
                    loan=loan.display_name,
                )
            )

    def action_return(self):
        """Take back in good condition."""
        self._take_back("good")

    def action_return_damaged(self):
        """Take back damaged: a key is withdrawn at once."""
        self._take_back("damaged")

    def action_lost(self):
        """Report lost: shift leader and Security hear at once."""
        self._take_back("lost")

    @api.model
    def _cron_remind_overdue(self):
        """Remind once of every loan that is overdue; safe to run twice or late."""
        now = fields.Datetime.now()
        overdue = self._get_overdue_domain(now) & Domain("reminded_at", "=", False)
        self.env["pm.site"].search([])._do_daily(
            lambda site, today: self.search(overdue & Domain("site_id", "=", site.id))._remind(
                today, now
            )
        )

    @api.model
    def _get_overdue_domain(self, now):
        """Return the domain of the loans that should have been back by `now`."""
        return Domain("state", "=", "out") & Domain("due_at", "<", now)

    def _remind(self, today, now):
        for loan in self:
            loan.activity_schedule(
                "pm_tenancy.mail_activity_type_key",
                today,
                summary=self.env._("Overdue: %(loan)s", loan=loan.display_name),
                user_id=loan.issued_by_id.id,
            )
            loan.reminded_at = now

    def _take_back(self, condition, returned_by=False, returned_at=None, note=False):
        """Write the return, or the loss, of what is out; `condition` is good, damaged or lost."""
        now = fields.Datetime.now()
        for loan in self:
            vals = {
                "state": "lost" if condition == "lost" else "returned",
                "condition": condition,
                "received_by_id": self.env.uid,
                "returned_at": False if condition == "lost" else returned_at or now,
                "returned_by": returned_by or loan.borrower_name,
            }
            if note:
                vals["note"] = "\n".join(filter(None, (loan.note, note)))
            loan._write_noted(vals)
            # sudo: the reminder may belong to a colleague
            loan.sudo().activity_feedback(["pm_tenancy.mail_activity_type_key"])
            loan._on_taken_back(condition)

    def _on_taken_back(self, condition):
        """Do what follows for the thing itself; extended by addons that lend other things."""
        self.ensure_one()
        key = self.key_id
        if condition == "lost":
            key._report_lost()
        elif key.state == "lost":
            key.action_restore()
        if condition == "damaged":
            key._withdraw()

    def _get_item_name(self):
        """Return the name of the thing; extended by addons that lend other things."""
        self.ensure_one()
        return self.key_id.display_name if self.item_kind == "key" else ""

    def _check_item_lendable(self):
        """Refuse things that cannot go out; extended by addons that lend other things."""
        self.key_id._check_lendable()

    def _check_fixed(self, name, value):
        for loan in self:
            current = loan[name].id if loan._fields[name].relational else loan[name]
            if (current or False) != (value or False):
                raise UserError(
                    self.env._(
                        "%(loan)s stands in the register: take it back and write a new line.",
                        loan=loan.display_name,
                    )
                )

    @api.model
    def _may_hand_out(self, user):
        return any(user.has_group(group) for group in _ISSUER_GROUPS)

    def _tell_security_of_spares(self):
        """A customer who needs the company's spare key: Security is told (TEN-088)."""
        for loan in self.filtered(lambda loan: loan.key_id.is_spare and not loan.employee_id):
            loan.key_id._tell(
                ("pm_base.group_pm_security",),
                self.env._(
                    "Spare key for a customer: %(key)s, received by %(name)s",
                    key=loan.key_id.display_name,
                    name=loan.borrower_name,
                ),
                loan.purpose,
            )

    @api.model
    def _get_due_select(self):
        """Return what is lent and due back, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            23,
            "loan",
            SQL(
                """
                FROM pm_loan loan
           LEFT JOIN pm_unit unit ON unit.id = loan.unit_id
               WHERE loan.state = 'out' AND loan.due_at IS NOT NULL
                """
            ),
            id=SQL("loan.id"),
            name=SQL("concat_ws(' → ', loan.item_name, loan.borrower_name)"),
            res_model=SQL("'pm.loan'"),
            res_id=SQL("loan.id"),
            site_id=SQL("loan.site_id"),
            place=SQL("unit.code"),
            partner_id=SQL("loan.partner_id"),
            user_id=SQL("loan.issued_by_id"),
            due_at=SQL("loan.due_at"),
        )
