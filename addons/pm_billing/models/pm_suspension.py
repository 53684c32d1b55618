from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from odoo.addons.pm_base.models.wording import word_enumeration
from odoo.addons.pm_base.tools.calendar import month_end

from ..tools.schedule import next_day_of_month

APPROVAL = "service_suspension"
# What is decided on: fixed once approval has been asked for.
FACTS = {
    "tenancy_id",
    "case_id",
    "unit_ids",
    "service_ids",
    "ground",
    "ground_partner_id",
    "ground_on",
    "ground_reference",
    "ground_scan",
    "visited_on",
    "visit_note",
    "letter_until",
    "date_planned",
    "exception_reason",
}
# What a leader vouches for: changed, it is recorded anew.
_GROUND = {"ground", "ground_partner_id", "ground_on", "ground_reference", "ground_scan"}
_GROUND |= {"service_ids", "unit_ids"}
_EXCEPTION = {"case_id", "exception_reason", "visited_on"}
# What proves that the occupant was told: fixed once the services are stopped.
NOTICE = {"notice_on", "notice_way", "notice_proof", "notice_scan"}


class PmSuspension(models.Model):
    """Services to a unit that are stopped: on which ground, told how, approved by whom.

    What the law protects is never stopped for arrears (Civil Code art. 944). Nothing is stopped
    or stopped again by itself: each step is somebody's decision, and is logged.
    """

    _name = "pm.suspension"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Suspension of Services"
    _order = "date_planned desc, id desc"
    _rec_names_search = ["name", "unit_codes", "partner_id.name"]
    _NOTED = frozenset(
        {
            "amount_asked",
            "eased_on",
            "ended_on",
            "exception_recorded_by_id",
            "exception_recorded_on",
            "ground_recorded_by_id",
            "ground_recorded_on",
            "security_noted_at",
            "security_noted_by_id",
            "security_told_at",
            "stopped_by_id",
            "stopped_on",
        }
    )

    # The only moves a suspension can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"approved", "cancelled"},
        "approved": {"draft", "stopped", "cancelled"},
        "stopped": {"eased", "ended"},
        "eased": {"stopped", "ended"},
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
        domain="[('site_id', '=', site_id)]",
    )
    case_id = fields.Many2one(
        "pm.dunning.case",
        string="Dunning Case",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('tenancy_id', '=', tenancy_id)]",
    )
    site_id = fields.Many2one(
        compute="_compute_site_id", store=True, readonly=False, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        related="tenancy_id.partner_id", string="Occupant", store=True, precompute=True, index=True
    )
    unit_ids = fields.Many2many(
        "pm.unit",
        string="Units",
        compute="_compute_unit_ids",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('site_id', '=', site_id)]",
    )
    unit_codes = fields.Char(string="Unit Nos.", compute="_compute_unit_codes", store=True)
    service_ids = fields.Many2many(
        "pm.service",
        string="Services to Stop",
        default=lambda self: self.env["pm.service"].search([("is_default", "=", True)]),
    )
    has_protected = fields.Boolean(
        string="Protected Services", compute="_compute_has_protected", store=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Applicant",
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
    )
    note = fields.Text()

    ground = fields.Selection(
        [
            ("arrears", "Arrears"),
            ("owner", "Owner's Written Request"),
            ("legal", "Other Legal Ground"),
        ],
        default="arrears",
        required=True,
        tracking=True,
        help="Water, electricity, heating and gas are never stopped for arrears.",
    )
    ground_partner_id = fields.Many2one(
        "res.partner",
        string="Requested By",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The owner of the units, who bears the consequences.",
    )
    ground_on = fields.Date(string="Date of the Paper", tracking=True)
    ground_reference = fields.Char(
        string="Paper or Law",
        tracking=True,
        help="Number of the owner's letter; court order, or law and article.",
    )
    ground_scan = fields.Binary(string="Scan of the Paper", attachment=True, copy=False)
    ground_recorded_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
    )
    ground_recorded_on = fields.Date(readonly=True, copy=False)
    amount_arrears = fields.Monetary(related="tenancy_id.amount_arrears", string="Arrears")
    arrears_month_count = fields.Integer(
        related="tenancy_id.arrears_month_count", string="Months in Arrears"
    )
    amount_asked = fields.Monetary(
        string="Arrears When Asked",
        readonly=True,
        copy=False,
        help="What was owed when approval was asked for.",
    )
    visited_on = fields.Date(
        copy=False, tracking=True, help="After the deadline of the letter, before the suspension."
    )
    visit_note = fields.Char(string="Result of the Visit", copy=False)
    letter_until = fields.Date(
        string="Letter Asked to Pay By",
        compute="_compute_letter_until",
        store=True,
        readonly=False,
        precompute=True,
    )

    date_planned = fields.Date(
        string="To Be Stopped On",
        compute="_compute_date_planned",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        help="By the rule of the office, such as the last day of the month of the visit.",
    )
    notice_on = fields.Date(string="Notice Given On", copy=False, tracking=True)
    notice_way = fields.Selection(
        [
            ("hand", "By Hand, Signed For"),
            ("refused", "By Hand, Signature Refused"),
            ("courier", "Express Mail"),
            ("fax", "Fax"),
        ],
        copy=False,
        tracking=True,
    )
    notice_proof = fields.Char(
        string="Proof of Notice",
        copy=False,
        tracking=True,
        help="Who signed, who witnessed the refusal, number of the courier or fax report.",
    )
    notice_scan = fields.Binary(string="Scan of the Receipt", attachment=True, copy=False)
    stopped_on = fields.Date(readonly=True, copy=False, tracking=True)
    stopped_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    eased_on = fields.Date(string="Restored for Now On", readonly=True, copy=False, tracking=True)
    ended_on = fields.Date(string="Restored On", readonly=True, copy=False, tracking=True)
    end_reason = fields.Char(
        string="Reason for Restoring",
        copy=False,
        tracking=True,
        help="Why services are restored before all is paid.",
    )
    security_told_at = fields.Datetime(readonly=True, copy=False)
    security_noted_at = fields.Datetime(readonly=True, copy=False)
    security_noted_by_id = fields.Many2one(
        "res.users", string="Noted by Security", readonly=True, copy=False, ondelete="restrict"
    )
    undertaking_ids = fields.One2many("pm.undertaking", "suspension_id", string="Undertakings")
    undertaking_id = fields.Many2one(
        "pm.undertaking", string="Undertaking in Force", compute="_compute_undertaking_id"
    )
    is_undertaking_broken = fields.Boolean(compute="_compute_undertaking_id")
    is_paid = fields.Boolean(string="Paid in Full", compute="_compute_is_paid")
    log_ids = fields.One2many("pm.suspension.log", "suspension_id", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("approved", "Approved"),
            ("stopped", "Services Stopped"),
            ("eased", "Restored for Now"),
            ("ended", "Restored"),
            ("cancelled", "Not Carried Out"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _one_open = models.UniqueIndex(
        "(tenancy_id, ground) WHERE state NOT IN ('ended', 'cancelled')",
        "There is a suspension of this tenancy on the same ground already.",
    )
    _law = models.Constraint(
        "CHECK (NOT has_protected OR ground <> 'arrears' OR state IN ('ended', 'cancelled'))",
        "Water, electricity, heating and gas are not stopped to collect fees "
        "(Civil Code art. 944).",
    )
    _ground_recorded = models.Constraint(
        "CHECK (state IN ('draft', 'ended', 'cancelled') OR ground_recorded_by_id IS NOT NULL"
        " OR (ground = 'arrears' AND NOT has_protected))",
        "A leader in charge records the owner's written request or the legal ground first.",
    )
    _notice_complete = models.Constraint(
        "CHECK (state NOT IN ('stopped', 'eased', 'ended') OR (stopped_on IS NOT NULL"
        " AND notice_on <= stopped_on AND notice_way IS NOT NULL AND notice_proof IS NOT NULL))",
        "Services are stopped after the occupant was told, with proof.",
    )

    @api.depends("tenancy_id")
    def _compute_site_id(self):
        for suspension in self:
            suspension.site_id = (
                suspension.tenancy_id.site_id
                or suspension.site_id
                or self.env["pm.site"]._get_default_site()
            )

    @api.depends("tenancy_id")
    def _compute_unit_ids(self):
        for suspension in self:
            suspension.unit_ids = suspension.tenancy_id.line_ids.unit_id

    @api.depends("unit_ids.code")
    def _compute_unit_codes(self):
        for suspension in self:
            suspension.unit_codes = ", ".join(sorted(suspension.unit_ids.mapped("code")))

    @api.depends("service_ids.is_protected")
    def _compute_has_protected(self):
        for suspension in self:
            suspension.has_protected = any(suspension.service_ids.mapped("is_protected"))

    @api.depends("case_id")
    def _compute_letter_until(self):
        for suspension in self:
            letters = suspension.case_id.action_ids.filtered(
                lambda action: action.action == "letter" and action.state == "issued"
            )
            days = [day for day in letters.mapped("date_pay_by") if day]
            suspension.letter_until = max(days, default=suspension.letter_until)

    @api.depends("visited_on", "letter_until", "ground", "ground_on")
    def _compute_date_planned(self):
        for suspension in self:
            suspension.date_planned = suspension._get_day_proposed() or suspension.date_planned

    @api.depends("undertaking_ids.state", "undertaking_ids.date_to")
    def _compute_undertaking_id(self):
        for suspension in self:
            undertaking = suspension.undertaking_ids.filtered(lambda each: each.state == "signed")
            suspension.undertaking_id = undertaking[:1]
            suspension.is_undertaking_broken = undertaking[:1].is_broken

    @api.depends("ground", "state", "tenancy_id")
    def _compute_is_paid(self):
        for suspension in self:
            owed = suspension.sudo().amount_arrears  # who stops services need not read bills
            suspension.is_paid = (
                suspension.ground == "arrears"
                and suspension.state not in ("ended", "cancelled")
                and suspension.currency_id.compare_amounts(owed, 0.0) <= 0
            )

    @api.depends("name", "unit_codes", "partner_id.name")
    def _compute_display_name(self):
        for suspension in self:
            parts = (suspension.name, suspension.unit_codes, suspension.partner_id.name)
            suspension.display_name = " ".join(part for part in parts if part and part != "/")

    @api.constrains("tenancy_id", "case_id", "unit_ids", "site_id")
    def _check_place(self):
        for suspension in self:
            tenancy = suspension.tenancy_id
            if not suspension.unit_ids or suspension.unit_ids - tenancy.line_ids.unit_id:
                raise ValidationError(
                    self.env._("Choose units of %(tenancy)s.", tenancy=tenancy.display_name)
                )
            if suspension.case_id.tenancy_id - tenancy or suspension.site_id != tenancy.site_id:
                raise ValidationError(
                    self.env._(
                        "Dunning case and office of %(suspension)s are not those of %(tenancy)s.",
                        suspension=suspension.display_name,
                        tenancy=tenancy.display_name,
                    )
                )

    @api.constrains("service_ids", "ground")
    def _check_law(self):
        for suspension in self:
            protected = suspension.service_ids.filtered("is_protected")
            if protected and suspension.ground == "arrears":
                raise ValidationError(
                    self.env._(
                        "%(services)s cannot be stopped to collect fees (Civil Code art. 944). "
                        "Leave them out, or choose the owner's written request or another legal "
                        "ground.",
                        services=word_enumeration(self.env, protected.mapped("name")),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        suspensions = super().create(vals_list)
        suspensions._log("proposed")
        suspensions.filtered("visited_on")._log("visited")
        suspensions.filtered("notice_on")._log("notice")
        return suspensions

    def write(self, vals):
        self._check_fixed(vals)
        if _GROUND & vals.keys():
            self._write_noted({"ground_recorded_by_id": False, "ground_recorded_on": False})
        if _EXCEPTION & vals.keys():
            self._write_noted({"exception_recorded_by_id": False, "exception_recorded_on": False})
        if "state" in vals:
            self._check_transition(vals["state"])
            before = {suspension: suspension.state for suspension in self}
            for suspension in self:
                suspension._write_noted(suspension._prepare_state_vals(vals["state"]))
        result = super().write(vals)
        if vals.get("visited_on"):
            self._log("visited", vals.get("visit_note"))
        if vals.get("notice_on"):
            self._log("notice", vals.get("notice_proof"))
        if "state" in vals:
            # Another one may begin at once: the database has to know that this one is over.
            self.flush_recordset(["state"])
            for suspension in self:
                suspension._follow_state(before[suspension])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for suspension in self:
            raise UserError(
                self.env._(
                    "%(suspension)s is kept as evidence: cancel it instead.",
                    suspension=suspension.display_name,
                )
            )

    def action_record_ground(self):
        """Vouch for the owner's written request or the legal ground, as a leader in charge."""
        for suspension in self:
            suspension._check_leader()
            suspension._check_undecided()
            suspension._check_ground()
            suspension._write_noted(
                {
                    "ground_recorded_by_id": self.env.uid,
                    "ground_recorded_on": suspension.site_id._today(),
                }
            )
            suspension._log("ground", suspension.ground_reference)

    def action_ask(self):
        """Ask the head of the company for the approval (F-BIL-21)."""
        for suspension in self:
            suspension._check_askable()
            suspension._write_noted({"amount_asked": suspension._get_owed()})
            suspension._ask_approval(APPROVAL, suspension._word_matter())
            suspension._log("asked")

    def action_stop(self):
        """Note that the services are stopped today, or again; Security is told at once."""
        self._lock().write({"state": "stopped"})

    def action_ease(self):
        """Restore the services for now, on the signed undertaking."""
        self._lock().write({"state": "eased"})

    def action_end(self):
        """Restore the services for good."""
        self._lock().write({"state": "ended"})

    def action_cancel(self):
        """Do not carry it out; what was asked or decided is taken back."""
        self._lock().write({"state": "cancelled"})

    def action_draft(self):
        """Take a suspension up again that was not carried out."""
        self._lock().write({"state": "draft"})

    def action_note_security(self):
        """Note that Security knows: goods in and out are controlled, or free again."""
        if not self.env.su and not self.env.user.has_group("pm_base.group_pm_security"):
            raise AccessError(self.env._("Security itself notes that it was told."))
        self.check_access("read")
        for suspension in self._lock():
            if not suspension.security_told_at or suspension.security_noted_at:
                raise UserError(
                    self.env._(
                        "There is nothing to take note of on %(suspension)s.",
                        suspension=suspension.display_name,
                    )
                )
            # Security keeps no suspensions: this is all that it writes.
            suspension.sudo()._write_noted(
                {
                    "security_noted_at": fields.Datetime.now(),
                    "security_noted_by_id": self.env.uid,
                }
            )
            suspension._log("security")

    def action_new_undertaking(self):
        """Prepare the undertaking that the occupant is to sign (F-BIL-13)."""
        self.ensure_one()
        undertaking = self.undertaking_ids.filtered(lambda each: each.state == "draft")[:1]
        if not undertaking:
            today = self.site_id._today()
            owed = self._get_owed()
            line = {"date": month_end(today), "amount": owed}
            undertaking = self.env["pm.undertaking"].create(
                {
                    "suspension_id": self.id,
                    "date_from": today,
                    "line_ids": [Command.create(line)] if owed > 0 else [],
                }
            )
        return undertaking.get_formview_action()

    def action_view_arrears(self):
        """Open the bills that are open after their due date."""
        self.ensure_one()
        return self.tenancy_id.action_view_arrears()

    @api.model
    def _find_open(self, tenancy, ground):
        """Return the suspension of a tenancy on that ground that is under way."""
        return self.search(
            Domain("tenancy_id", "=", tenancy.id)
            & Domain("ground", "=", ground)
            & Domain("state", "not in", ("ended", "cancelled")),
            limit=1,
        )

    @api.model
    def _propose_for_case(self, case):
        """Return the suspension for the arrears of a dunning case, proposed if there is none."""
        case.ensure_one()
        found = self._find_open(case.tenancy_id, "arrears")
        if found:
            return found
        return self.create(
            {
                "tenancy_id": case.tenancy_id.id,
                "case_id": case.id,
                "ground": "arrears",
                "visited_on": case._get_visited_on(),
                "user_id": case.site_id._get_call_user(case.tenancy_id).id,
            }
        )

    def _lock(self):
        """Return the suspensions, locked against a second clerk who does the same."""
        self.check_access("read")
        self.lock_for_update()
        return self

    def _get_day_proposed(self):
        """Return the day on which the services are to be stopped, by the rule of the office."""
        self.ensure_one()
        if self.ground != "arrears":
            return self.ground_on and month_end(self.ground_on)
        if self.site_id.suspend_rule == "letter_date" and self.letter_until:
            return self.letter_until + timedelta(days=1)
        return self.visited_on and next_day_of_month(self.visited_on, self.site_id.suspend_day)

    def _get_owed(self):
        """Return what is open after its due date; what was paid a moment ago counts."""
        self.ensure_one()
        tenancy_sudo = self.tenancy_id.sudo()  # who stops services need not read bills
        tenancy_sudo.invalidate_recordset(["amount_arrears", "arrears_month_count"])
        return tenancy_sudo.amount_arrears

    def _log(self, event, note=False):
        """Note a step for good; nobody writes the log by hand."""
        self.env["pm.suspension.log"].sudo().create(
            [{"suspension_id": suspension.id, "event": event, "note": note} for suspension in self]
        )
