import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

# What posts that keep no tenancies may note on a clearance.
_POST_FIELDS = {
    "pm_base.group_pm_engineering": {
        "inspection_at",
        "reinstated_on",
        "reinstatement",
        "reinstatement_note",
        "services_cut_on",
    },
    "pm_base.group_pm_security": {"duty_told_on", "officer_id"},
    "pm_base.group_pm_cashier": {
        "compensation_note",
        "compensation_paid_on",
        "refund_asked_on",
    },
}
_THREAD_FIELDS = {
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
}


def _word_running(env, diagnostics):
    """Name the tenancy whose move-out is under way already."""
    key = re.search(r"=\((\d+)\)", (diagnostics and diagnostics.message_detail) or "")
    if key:
        return env._(
            "The move-out of %(tenancy)s is under way already.",
            tenancy=env["pm.tenancy"].browse(int(key[1])).display_name,
        )
    return env._("The move-out of this tenancy is under way already.")


class PmClearance(models.Model):
    """A move-out: what was agreed, and which departments have cleared the occupant.

    The board (`line_ids`) is judged on live data and frozen when the move-out ends. Another addon
    adds a matter: its code to `pm.clearance.line.matter`, its department in `_get_matters`, and a
    method `_judge_<code>` of the line.
    """

    _name = "pm.clearance"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.printable.mixin", "pm.state.mixin"]
    _description = "Move-out"
    _order = "removal_at, id"
    _rec_names_search = ["unit_codes", "partner_id.name"]
    _NOTED = frozenset({"settlement", "closed_at"})
    _check_company_auto = True

    # The only moves a clearance can make, whoever asks.
    _TRANSITIONS = {"running": {"closed", "cancelled"}, "closed": set(), "cancelled": set()}

    tenancy_id = fields.Many2one(
        "pm.tenancy",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(
        related="tenancy_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="tenancy_id.partner_id", store=True, precompute=True, string="Occupant"
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes", store=True, precompute=True)
    owner_id = fields.Many2one(related="tenancy_id.owner_id")
    owner_phone = fields.Char(related="tenancy_id.owner_phone")
    user_id = fields.Many2one(related="tenancy_id.user_id", store=True, precompute=True)

    notice_on = fields.Date(string="Notice Received On", tracking=True)
    notice_from = fields.Selection(
        [
            ("tenant", "Occupant"),
            ("owner", "Owner's Side"),
            ("leasing", "Leasing Department"),
        ],
        default="tenant",
        tracking=True,
    )
    notice_reason = fields.Char(string="Reason", tracking=True)
    date_termination = fields.Date(
        string="Lease Ends On",
        compute="_compute_date_termination",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    deposit_handling = fields.Selection(
        [("refund", "Refund after acceptance"), ("set_off", "Set off against what is owed")]
    )
    contact_name = fields.Char(
        string="Contact Person",
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
    )
    contact_phone = fields.Char(
        string="Contact Telephone",
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
    )
    forwarding_address = fields.Char()
    forwarding_phone = fields.Char(string="Later Telephone")
    goods = fields.Text(string="Main Goods")

    removal_ids = fields.One2many(related="tenancy_id.removal_ids")
    removal_at = fields.Datetime(
        string="Removal",
        compute="_compute_removal_at",
        store=True,
        help="When the last load leaves.",
    )
    days_left = fields.Integer(compute="_compute_days_left")
    protection_required = fields.Boolean(
        string="Protection of the Unit Asked For",
        help="The customer was told to protect floors, walls, lifts and sprinkler heads.",
    )
    inspection_at = fields.Datetime(string="Joint Inspection", tracking=True)
    inspection_due_on = fields.Date(
        string="Dates to Be Fixed By", compute="_compute_inspection_due_on"
    )

    consent_required = fields.Boolean(
        string="Owner's Consent Needed",
        compute="_compute_consent_required",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    consent_asked_on = fields.Date(string="Owner Asked On", tracking=True)
    consent_by = fields.Selection(
        [("letter", "Letter"), ("phone", "Telephone"), ("visit", "Came Along")],
        string="Asked Through",
        default="letter",
        help="The owner writes, says so on the telephone, or comes along with the tenant.",
    )
    consent = fields.Selection(
        [("waiting", "No Answer Yet"), ("given", "Consents"), ("refused", "Refuses")],
        string="Owner's Answer",
        required=True,
        default="waiting",
        tracking=True,
    )
    consent_on = fields.Date(string="Answered On", tracking=True)
    consent_note = fields.Char(
        string="Evidence",
        help="The sealed or signed letter filed, who answered the telephone, or who came along.",
    )
    refusal_told_on = fields.Date(
        string="Explained to the Tenant On",
        tracking=True,
        help="The tenant settles with the owner; meanwhile nothing is released.",
    )

    reinstatement = fields.Selection(
        [("unknown", "Not Said Yet"), ("no", "No"), ("yes", "Yes")],
        string="Fit-out to Be Reinstated",
        required=True,
        default="unknown",
        tracking=True,
    )
    reinstatement_note = fields.Char(string="What Is to Be Reinstated")
    reinstated_on = fields.Date(tracking=True)
    duty_told_on = fields.Date(string="Duty Room Told On", tracking=True)
    officer_id = fields.Many2one(
        "res.users",
        string="Area Officer Present",
        tracking=True,
        help="Was there at the removal, coordinated and handled what came up.",
    )
    services_cut_on = fields.Date(string="Water and Power Cut On", tracking=True)
    cleaned_on = fields.Date(tracking=True)
    compensation_paid_on = fields.Date(tracking=True)
    compensation_note = fields.Char(string="Receipt of the Compensation")
    refund_asked_on = fields.Date(string="Deposit Refund Asked On", tracking=True)
    refund_due_on = fields.Date(string="Deposit to Be Refunded By", compute="_compute_refund_dates")
    unclaimed_on = fields.Date(
        string="Deposit Unclaimed From",
        compute="_compute_refund_dates",
        help="From this day on the owner may dispose of a deposit that nobody claimed (CON-23).",
    )
    note = fields.Text()

    line_ids = fields.One2many("pm.clearance.line", "clearance_id", string="Board", readonly=True)
    step_ids = fields.Many2many("pm.procedure.step", string="Steps", compute="_compute_step_ids")
    department_count = fields.Integer(string="Departments", compute="_compute_board")
    blocked_count = fields.Integer(string="Departments Open", compute="_compute_board")
    progress = fields.Float(string="Cleared (%)", compute="_compute_board")
    board_text = fields.Char(string="Board in Words", compute="_compute_board")
    next_reason = fields.Char(string="Held Up By", compute="_compute_board")
    settlement = fields.Json(
        string="Settlement Kept",
        readonly=True,
        copy=False,
        help="The settlement as it was when the file was closed.",
    )
    settlement_html = fields.Html(
        string="Settlement", compute="_compute_settlement", sanitize=False
    )
    amount_due = fields.Monetary(string="To Pay", compute="_compute_settlement")
    amount_refund = fields.Monetary(string="To Refund", compute="_compute_settlement")
    amount_balance = fields.Monetary(
        string="Balance",
        compute="_compute_settlement",
        help="What the occupant still has to pay; negative when the office has to refund it.",
    )
    closed_at = fields.Datetime(string="Ended", readonly=True, copy=False)
    state = fields.Selection(
        [("running", "Under Way"), ("closed", "Closed"), ("cancelled", "Broken Off")],
        default="running",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    # Two clerks may begin at once: the database lets one of them.
    _one_running = models.UniqueIndex("(tenancy_id) WHERE state = 'running'", _word_running)
    _answer_dated = models.Constraint(
        "CHECK (consent = 'waiting'"
        " OR (consent_on IS NOT NULL AND COALESCE(consent_note, '') <> ''))",
        "Note when and how the owner answered.",
    )

    @api.depends("tenancy_id")
    def _compute_date_termination(self):
        for clearance in self:
            clearance.date_termination = clearance.date_termination or clearance.tenancy_id.date_end

    @api.depends("tenancy_id")
    def _compute_contact(self):
        for clearance in self:
            tenancy = clearance.tenancy_id
            clearance.contact_name = clearance.contact_name or tenancy.contact_name
            clearance.contact_phone = clearance.contact_phone or tenancy.contact_phone

    @api.depends("tenancy_id")
    def _compute_consent_required(self):
        for clearance in self:
            # Which steps a procedure has is no secret.
            steps = clearance.tenancy_id._get_move_out_template().sudo().step_ids
            clearance.consent_required = (
                clearance.tenancy_id.kind == "lease" and "owner_consent" in steps.mapped("check")
            )

    @api.depends("tenancy_id.removal_ids.planned_at", "tenancy_id.removal_ids.state")
    def _compute_removal_at(self):
        for clearance in self:
            if clearance.state != "running":
                clearance.removal_at = clearance.removal_at
                continue
            removals = clearance.tenancy_id.removal_ids.filtered(
                lambda removal: removal.direction == "out" and removal.state != "cancelled"
            )
            times = [removal.planned_at for removal in removals if removal.planned_at]
            clearance.removal_at = max(times, default=False)

    @api.depends("removal_at", "site_id")
    def _compute_days_left(self):
        for clearance in self:
            day = clearance._get_removal_day()
            clearance.days_left = (day - clearance.site_id._today()).days if day else 0

    @api.depends("removal_at", "site_id")
    def _compute_inspection_due_on(self):
        for clearance in self:
            day = clearance._get_removal_day()
            lead = timedelta(days=clearance.site_id.inspection_lead_days)
            clearance.inspection_due_on = day and day - lead

    @api.depends("refund_asked_on", "tenancy_id.date_moved_out", "site_id")
    def _compute_refund_dates(self):
        for clearance in self:
            site, moved_out = clearance.site_id, clearance.tenancy_id.date_moved_out
            clearance.refund_due_on = clearance.refund_asked_on and site._add_workdays(
                clearance.refund_asked_on, site.deposit_refund_workdays
            )
            clearance.unclaimed_on = moved_out and fields.Date.add(
                moved_out, months=site.deposit_unclaimed_months, days=1
            )

    @api.depends("tenancy_id.procedure_step_ids")
    def _compute_step_ids(self):
        for clearance in self:
            clearance.step_ids = clearance.tenancy_id.procedure_step_ids.filtered(
                lambda step: step.procedure_id.occasion == "move_out"
            )

    @api.depends("line_ids.state", "line_ids.department_role")
    def _compute_board(self):
        for clearance in self:
            judged = clearance.line_ids.filtered(lambda line: line.state != "none")
            blocked = judged.filtered(lambda line: line.state == "blocked")
            departments = set(judged.mapped("department_role"))
            held_up = set(blocked.mapped("department_role"))
            clearance.department_count = len(departments)
            clearance.blocked_count = len(held_up)
            clearance.progress = (
                100.0 * (len(departments) - len(held_up)) / len(departments) if departments else 0.0
            )
            clearance.next_reason = blocked[:1].reason
            clearance.board_text = (
                self.env._(
                    "%(count)s of %(total)s departments have not cleared",
                    count=len(held_up),
                    total=len(departments),
                )
                if held_up
                else self.env._("All departments have cleared")
            )

    @api.depends("settlement")
    def _compute_settlement(self):
        for clearance in self:
            facts = clearance._get_settlement()
            clearance.amount_due = facts["due"]
            clearance.amount_refund = facts["refund"]
            clearance.amount_balance = facts["due"] - facts["refund"]
            clearance.settlement_html = self.env["ir.qweb"]._render(
                "pm_tenancy.settlement_table", {"facts": facts, "doc": clearance}
            )

    @api.depends("unit_codes", "partner_id.name")
    def _compute_display_name(self):
        for clearance in self:
            parts = (clearance.unit_codes, clearance.partner_id.name)
            clearance.display_name = " ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        clearances = super().create(vals_list)
        for clearance in clearances:
            if clearance.tenancy_id.state != "move_out":
                raise UserError(
                    self.env._(
                        "%(tenancy)s is not moving out. Begin the move-out on the tenancy.",
                        tenancy=clearance.tenancy_id.display_name,
                    )
                )
        clearances._lay_lines()
        return clearances

    def write(self, vals):
        self._check_may_write(vals)
        vals = self._prepare_answer_vals(vals)
        result = super().write(vals)
        if "state" not in vals:
            self.tenancy_id._refresh_procedure()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for clearance in self:
            raise UserError(
                self.env._(
                    "The move-out of %(name)s belongs to the file and cannot be deleted. Break it "
                    "off with “Occupant Stays”.",
                    name=clearance.display_name,
                )
            )

    def action_consent_asked(self):
        self._date("consent_asked_on")

    def action_refusal_told(self):
        self._date("refusal_told_on")

    def action_duty_told(self):
        self._date("duty_told_on")

    def action_officer_present(self):
        self.write({"officer_id": self.env.uid})

    def action_services_cut(self):
        self._date("services_cut_on")

    def action_cleaned(self):
        self._date("cleaned_on")

    def action_reinstated(self):
        self._date("reinstated_on")

    def action_refund_asked(self):
        self._date("refund_asked_on")

    def action_refresh(self):
        """Judge the board and the steps anew."""
        # The lines are the system's; an addon installed since may bring matters of its own.
        self.sudo()._lay_lines()
        self.tenancy_id._refresh_procedure()

    def action_register_removal(self):
        """Open a new row of the removal register."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register a Removal"),
            "res_model": "pm.removal",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_tenancy_id": self.tenancy_id.id, "default_direction": "out"},
        }

    def action_print(self):
        """Print the clearance sheet; how the board stood is noted on the move-out."""
        for clearance in self:
            clearance.message_post(
                body=self.env._(
                    "Clearance sheet printed. %(board)s. %(matters)s",
                    board=clearance.board_text,
                    matters=clearance.tenancy_id._pm_check_clearance() or "",
                )
            )
        return self.env.ref("pm_tenancy.action_report_pm_clearance").report_action(self)

    def action_print_settlement(self):
        return self.env.ref("pm_tenancy.action_report_pm_settlement").report_action(self)

    def action_open_tenancy(self):
        self.ensure_one()
        return self.tenancy_id.get_formview_action()

    def action_close_file(self):
        """Close the file of the tenancy, once every department has cleared."""
        self.tenancy_id.action_close()

    def action_stay(self):
        """Break the move-out off: the occupant stays."""
        self.tenancy_id.action_stay()

    @api.model
    def _open(self, tenancies):
        """Begin the move-outs of tenancies that have none under way; return them."""
        running = self.search(
            Domain("tenancy_id", "in", tenancies.ids) & Domain("state", "=", "running")
        )
        return self.create(
            [{"tenancy_id": tenancy.id} for tenancy in tenancies - running.tenancy_id]
        )

    def _end(self, state):
        """End the move-outs; the board and the settlement stay as they are now."""
        self._keep_board()
        for clearance in self:
            local = clearance.with_context(lang=clearance.site_id.print_lang)
            clearance.sudo().write(
                {
                    "state": state,
                    "settlement": local._get_settlement(),
                    "closed_at": fields.Datetime.now(),
                }
            )

    def _keep_board(self):
        """Keep the board as it stands now, whatever becomes of what it was judged by."""
        for clearance in self:
            local = clearance.with_context(lang=clearance.site_id.print_lang)
            # The lines are the system's: nobody writes them.
            for line_sudo in local.sudo().line_ids:
                line_sudo.snapshot = line_sudo._judge()

    def _lay_lines(self):
        """Give each board a line for each matter."""
        for clearance in self.filtered(lambda clearance: clearance.state == "running"):
            known = clearance.line_ids.mapped("matter")
            clearance.sudo().line_ids = [
                Command.create(
                    {
                        "sequence": number,
                        "matter": matter,
                        "department_role": role,
                        "department_id": clearance.site_id._get_department(role).id,
                    }
                )
                for number, (matter, role) in enumerate(clearance._get_matters())
                if matter not in known
            ]

    def _get_matters(self):
        """Return (matter, role of the department) of the board, in order."""
        self.ensure_one()
        building = self.tenancy_id.line_ids.unit_id.building_id[:1]
        return [
            ("dues", "finance"),
            ("compensation", "finance"),
            ("consent", "service"),
            ("keys", building.key_return_role or "service"),
            ("passes", building.key_return_role or "service"),
            ("loans", "service"),
            ("orders", "service"),
            ("vehicles", "security"),
            ("readings", "engineering"),
            ("inspection", "engineering"),
            ("reinstatement", "engineering"),
            ("services", "engineering"),
            ("parking", "leasing"),
            ("letting", "leasing"),
            ("commission", "leasing"),
            ("cleaning", "environment"),
        ]

    def _get_settlement(self):
        """Return the settlement: its rows and the sums to pay and to refund, frozen when closed."""
        self.ensure_one()
        if self.settlement:
            return self.settlement
        # Every post sees the sums of a move-out, not only who may read bills.
        rows = self.tenancy_id.sudo()._prepare_settlement_lines()
        kinds = {
            "fee": self.env._("Fees and arrears"),
            "meter": self.env._("Final reading"),
            "damage": self.env._("Compensation"),
            "deposit": self.env._("Deposit"),
            "other": self.env._("Other"),
        }
        amounts = [row.get("amount") or 0.0 for row in rows]
        return {
            "rows": [
                {
                    "kind": kinds.get(row["kind"], ""),
                    "name": row["name"],
                    "formula": row.get("formula") or "",
                    "date": fields.Date.to_string(row.get("date")) or "",
                    "amount": row.get("amount") or 0.0,
                    "is_open": row.get("amount") is None,
                }
                for row in rows
            ],
            "due": self.currency_id.round(sum(amount for amount in amounts if amount > 0)),
            "refund": self.currency_id.round(-sum(amount for amount in amounts if amount < 0)),
        }

    def _get_removal_day(self):
        self.ensure_one()
        return self.removal_at and self.site_id._to_local(self.removal_at).date()

    def _check_consent_not_refused(self):
        """Refuse while the owner refuses: nothing is released meanwhile (TEN-123, TEN-134)."""
        for clearance in self:
            if clearance.consent_required and clearance.consent == "refused":
                raise UserError(
                    self.env._(
                        "%(owner)s does not consent to the removal of %(name)s: nothing is "
                        "released. The tenant settles with the owner; note the owner's consent "
                        "when it is given.",
                        owner=clearance.owner_id.name or self.env._("The owner"),
                        name=clearance.display_name,
                    )
                )

    def _check_may_write(self, vals):
        """Refuse changes to a move-out that has ended, and facts that are another post's."""
        names = vals.keys() - _THREAD_FIELDS
        if not names:
            return
        for clearance in self:
            if clearance.state != "running":
                raise UserError(
                    self.env._(
                        "The move-out of %(name)s has ended and cannot be changed any more.",
                        name=clearance.display_name,
                    )
                )
        user = self.env.user
        if self.env.su or user.has_group("pm_tenancy.group_pm_tenancy_user"):
            if not self.env.su and names & {"settlement", "state", "closed_at", "tenancy_id"}:
                raise AccessError(
                    self.env._("A move-out begins and ends with its tenancy, not by hand.")
                )
            return
        allowed = set().union(
            *(fields_ for group, fields_ in _POST_FIELDS.items() if user.has_group(group))
        )
        for name in names - allowed:
            label = (
                self._fields[name]._description_string(self.env) if name in self._fields else name
            )
            raise AccessError(
                self.env._(
                    "“%(field)s” is noted by the customer service centre.",
                    field=label,
                )
            )

    def _prepare_answer_vals(self, vals):
        """Return the values with the day on which the owner answered."""
        if vals.get("consent") in ("given", "refused") and not vals.get("consent_on"):
            return {**vals, "consent_on": self.site_id[:1]._today()}
        return vals

    def _date(self, name):
        """Note that something was done today."""
        for clearance in self:
            clearance.write({name: clearance.site_id._today()})

    def _get_sheet_lines(self):
        """Return the lines of the board for its print, as they are judged now."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: line.state != "none")
