from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from odoo.addons.pm_base.tools.calendar import add_months

# What may still be written once the file is closed.
_OPEN_FIELDS = {
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
    "rating_ids",
}


class PmFitout(models.Model):
    """Works of a customer in his units, from the consultation to the deposit's return."""

    _name = "pm.fitout"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.inspection.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.procedure.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
        "pm.verifiable.mixin",
    ]
    _description = "Fit-out"
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "unit_codes", "partner_id.name", "contractor_id.name"]
    _mail_post_access = "read"  # Engineering and Security take part
    # What proves what happened, when, and by whom.
    _NOTED = frozenset(
        {
            "permit_no",
            "permit_on",
            "permit_by_id",
            "date_accepted",
            "hold_until",
            "deposit_paid_on",
            "deposit_paid_by_id",
            "deposit_receipt_no",
            "is_hold_announced",
        }
    )

    # The only moves a fit-out can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"applied", "cancelled"},
        "applied": {"review", "draft", "cancelled"},
        "review": {"approved", "applied", "cancelled"},
        "approved": {"works", "review", "cancelled"},
        "works": {"acceptance", "approved"},
        "acceptance": {"accepted", "works"},
        "accepted": {"closed", "acceptance"},
        "closed": set(),
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
        related="tenancy_id.site_id", store=True, index=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        related="tenancy_id.partner_id", string="Customer", store=True, index=True
    )
    tenancy_kind = fields.Selection(related="tenancy_id.kind", string="Occupies As", store=True)
    owner_id = fields.Many2one(related="tenancy_id.owner_id")
    unit_ids = fields.Many2many(
        "pm.unit",
        "pm_fitout_unit_rel",
        "fitout_id",
        "unit_id",
        string="Units",
        compute="_compute_unit_ids",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
    )
    unit_codes = fields.Char(
        string="Unit Nos.", compute="_compute_unit_codes", store=True, precompute=True
    )
    area = fields.Float(
        string="Fit-out Area (m²)",
        digits=(12, 2),
        compute="_compute_area",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="The area worked on; it decides how long Engineering may review the drawings.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Coordinates the fit-out for Customer Service.",
    )

    contractor_id = fields.Many2one(
        "res.partner", index="btree_not_null", check_company=True, tracking=True
    )
    contractor_licence_no = fields.Char(string="Qualification No.", tracking=True)
    has_licence_copy = fields.Boolean(
        string="Copy of the Qualification Kept",
        tracking=True,
        help="Copy of the contractor's qualification and works licence.",
    )
    manager_name = fields.Char(string="Person in Charge")
    manager_phone = fields.Char(string="Telephone of the Person in Charge")
    fire_officer_name = fields.Char(string="Fire-safety Officer")
    fire_officer_phone = fields.Char(string="Telephone of the Fire-safety Officer")
    content = fields.Text(string="Content of Works")
    date_from = fields.Date(string="Planned From", tracking=True)
    date_to = fields.Date(string="Planned To", tracking=True)
    worker_count = fields.Integer(string="Number of Workers")
    has_hot_work = fields.Boolean(string="Hot Work", tracking=True)
    has_temporary_power = fields.Boolean(string="Temporary Electricity")
    work_hours = fields.Char(
        string="Working Hours",
        compute="_compute_work_hours",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text()

    consent_on = fields.Date(string="Owner's Written Consent Of", tracking=True)
    consent_by = fields.Char(string="Consent Signed By")
    consent_scan = fields.Binary(string="Scan of the Consent", attachment=True)
    fire_approval_kind = fields.Selection(
        [("review", "Construction Review"), ("filing", "Filing for the Record")],
        string="Fire Approval By",
    )
    fire_approval_no = fields.Char(string="Fire Approval No.", tracking=True)
    fire_approval_on = fields.Date(string="Fire Approval Of", tracking=True)
    amount_deposit = fields.Monetary(
        string="Customer's Deposit",
        compute="_compute_amounts",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    amount_contractor_deposit = fields.Monetary(
        string="Contractor's Deposit",
        compute="_compute_amounts",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    amount_debris = fields.Monetary(
        string="Debris Removal Fee",
        compute="_compute_amounts",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    deposit_paid_on = fields.Date(string="Fees Paid On", readonly=True, copy=False, tracking=True)
    deposit_paid_by_id = fields.Many2one(
        "res.users", string="Payment Noted By", readonly=True, copy=False
    )
    deposit_receipt_no = fields.Char(string="Receipt No.", readonly=True, copy=False)
    permit_no = fields.Char(readonly=True, copy=False, tracking=True)
    permit_on = fields.Date(string="Permit Issued On", readonly=True, copy=False)
    permit_by_id = fields.Many2one(
        "res.users", string="Permit Issued By", readonly=True, copy=False
    )

    fire_test_on = fields.Date(string="Fire-detection Test Passed", tracking=True)
    electrical_test_on = fields.Date(string="Electrical Test Passed", tracking=True)
    common_area_on = fields.Date(string="Common Surroundings Passed", tracking=True)
    fire_acceptance_no = fields.Char(string="Fire Acceptance No.", tracking=True)
    fire_acceptance_on = fields.Date(string="Fire Acceptance Of", tracking=True)
    date_completed = fields.Date(string="Works Completed On", tracking=True)
    acceptance_wanted_on = fields.Date()
    date_accepted = fields.Date(string="Accepted On", readonly=True, copy=False, tracking=True)
    hold_until = fields.Date(
        string="Deposit Kept Until",
        readonly=True,
        copy=False,
        tracking=True,
        help="From this day on the deposit may be released.",
    )
    is_hold_announced = fields.Boolean(readonly=True, copy=False)

    drawing_ids = fields.One2many("pm.fitout.drawing", "fitout_id", string="Drawings")
    review_ids = fields.One2many("pm.fitout.review", "fitout_id", string="Drawing Reviews")
    review_id = fields.Many2one(
        "pm.fitout.review", string="Last Review", compute="_compute_review", store=True
    )
    review_due_on = fields.Date(compute="_compute_review", store=True)
    review_result = fields.Selection(related="review_id.result", string="Result of the Review")
    opinion_ids = fields.One2many("pm.fitout.opinion", "fitout_id", string="Opinions")
    worker_ids = fields.One2many("pm.fitout.worker", "fitout_id", string="Workers")
    pass_count = fields.Integer(string="Passes", compute="_compute_pass_count")
    holiday_ids = fields.One2many("pm.fitout.holiday", "fitout_id", string="Works on Days Off")
    violation_ids = fields.One2many("pm.fitout.violation", "fitout_id", string="Violations")
    open_violation_count = fields.Integer(
        string="Open Violations", compute="_compute_violations", store=True
    )
    is_stopped = fields.Boolean(string="Works Stopped", compute="_compute_violations", store=True)
    amount_deduction = fields.Monetary(
        string="Deduction Proposed", compute="_compute_violations", store=True
    )
    amount_release = fields.Monetary(
        string="Deposit to Release",
        compute="_compute_amount_release",
        help="Both deposits less the deductions proposed.",
    )
    state = fields.Selection(
        [
            ("draft", "Consultation"),
            ("applied", "Applied"),
            ("review", "Drawing Review"),
            ("approved", "Drawings Passed"),
            ("works", "Works Under Way"),
            ("acceptance", "In Acceptance"),
            ("accepted", "Accepted"),
            ("closed", "File Closed"),
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

    _date_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The works end after they begin.",
    )
    _figures_positive = models.Constraint(
        "CHECK (area > 0 AND worker_count >= 0 AND amount_deposit >= 0"
        " AND amount_contractor_deposit >= 0 AND amount_debris >= 0)",
        "The area of a fit-out is greater than zero; workers and amounts are not negative.",
    )
    _consent_signed = models.Constraint(
        "CHECK (consent_on IS NULL OR trim(coalesce(consent_by, '')) <> '')",
        "Enter who signed the owner's consent.",
    )
    _permit_unique = models.UniqueIndex(
        "(site_id, permit_no)", "Another permit of this office has the same number."
    )

    @api.depends("tenancy_id")
    def _compute_unit_ids(self):
        for fitout in self:
            units = fitout.tenancy_id.line_ids.unit_id
            fitout.unit_ids = (fitout.unit_ids & units) or units

    @api.depends("unit_ids.code")
    def _compute_unit_codes(self):
        for fitout in self:
            fitout.unit_codes = ", ".join(fitout.unit_ids.sorted("code").mapped("code"))

    @api.depends("unit_ids")
    def _compute_area(self):
        for fitout in self:
            fitout.area = sum(fitout.unit_ids.mapped("area")) or fitout.area

    @api.depends("tenancy_id")
    def _compute_user_id(self):
        for fitout in self:
            fitout.user_id = fitout.user_id or fitout.tenancy_id.user_id

    @api.depends("site_id")
    def _compute_work_hours(self):
        for fitout in self:
            fitout.work_hours = fitout.work_hours or fitout.site_id.fit_out_hours

    @api.depends("tenancy_id")
    def _compute_amounts(self):
        for fitout in self:
            site = fitout.site_id
            fitout.amount_deposit = site.fit_out_owner_deposit
            fitout.amount_contractor_deposit = site.fit_out_contractor_deposit
            fitout.amount_debris = site.fit_out_debris_fee

    @api.depends("review_ids.round", "review_ids.date_due")
    def _compute_review(self):
        for fitout in self:
            fitout.review_id = fitout.review_ids.sorted("round")[-1:]
            fitout.review_due_on = fitout.review_id.date_due

    @api.depends("worker_ids.state")
    def _compute_pass_count(self):
        for fitout in self:
            issued = fitout.worker_ids.filtered(lambda worker: worker.state == "issued")
            fitout.pass_count = len(issued)

    @api.depends(
        "violation_ids.state", "violation_ids.is_stop_work", "violation_ids.amount_deduction"
    )
    def _compute_violations(self):
        for fitout in self:
            left = fitout.violation_ids.filtered(lambda violation: violation.state == "open")
            fitout.open_violation_count = len(left)
            fitout.is_stopped = any(left.mapped("is_stop_work"))
            fitout.amount_deduction = sum(fitout.violation_ids.mapped("amount_deduction"))

    @api.depends("amount_deposit", "amount_contractor_deposit", "amount_deduction")
    def _compute_amount_release(self):
        for fitout in self:
            deposits = fitout.amount_deposit + fitout.amount_contractor_deposit
            fitout.amount_release = max(deposits - fitout.amount_deduction, 0.0)

    @api.depends("name", "unit_codes", "partner_id.name")
    def _compute_display_name(self):
        for fitout in self:
            parts = (fitout.name, fitout.unit_codes, fitout.partner_id.name)
            fitout.display_name = " ".join(part for part in parts if part and part != "/")

    @api.constrains("unit_ids", "tenancy_id")
    def _check_units(self):
        for fitout in self:
            strange = fitout.unit_ids - fitout.tenancy_id.line_ids.unit_id
            if strange or not fitout.unit_ids:
                raise ValidationError(
                    self.env._(
                        "Choose units of %(tenancy)s for its fit-out. %(units)s",
                        tenancy=fitout.tenancy_id.display_name,
                        units=", ".join(strange.mapped("code")),
                    ).strip()
                )

    @api.model_create_multi
    def create(self, vals_list):
        fitouts = super().create(vals_list)
        for fitout in fitouts:
            if not fitout.drawing_ids:
                fitout._list_drawings("plan")
            fitout._ask_opinions("approval", "routing")
        fitouts.filtered(lambda fitout: fitout.state == "draft")._start_procedure("fitout")
        return fitouts

    def write(self, vals):
        if set(vals) - _OPEN_FIELDS:
            self._check_not_closed()
        result = super().write(vals)
        if "state" in vals:
            # What a move brings about is no right of who makes it.
            self.sudo()._follow_state()
        if set(vals) - _OPEN_FIELDS:
            self._refresh_procedure()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for fitout in self:
            if fitout.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(fitout)s has been applied for and belongs to the file: cancel it "
                        "instead.",
                        fitout=fitout.display_name,
                    )
                )

    def action_apply(self):
        """Take the application in."""
        self.write({"state": "applied"})

    def action_review(self):
        """Hand the drawings to Engineering; the clock of the review begins to run."""
        self.write({"state": "review"})

    def action_start(self):
        """Issue the permit: the works begin."""
        self.write({"state": "works"})

    def action_complete(self):
        """Take in the contractor's application for acceptance."""
        self.write({"state": "acceptance"})

    def action_accept(self):
        """Note that all four parties have accepted the works."""
        self.write({"state": "accepted"})

    def action_close(self):
        """Close the file: the deposit is released."""
        self.write({"state": "closed"})

    def action_cancel(self):
        """Cancel: the works never began."""
        self.write({"state": "cancelled"})

    def action_back(self):
        """Take the last step back."""
        back = {
            "applied": "draft",
            "review": "applied",
            "approved": "review",
            "works": "approved",
            "acceptance": "works",
            "accepted": "acceptance",
            "cancelled": "draft",
        }
        for fitout in self:
            fitout.write({"state": back.get(fitout.state, "draft")})

    def action_resubmit(self):
        """Take in corrected drawings: a new round of the review begins, with a clock of its own."""
        for fitout in self:
            if fitout.state == "approved":
                fitout.write({"state": "review"})
            elif fitout.state == "review" and fitout.review_id.result == "fail":
                fitout._begin_review()
            else:
                raise UserError(
                    self.env._(
                        "%(fitout)s: drawings are handed in again once the review has failed them.",
                        fitout=fitout.display_name,
                    )
                )

    def action_note_payment(self):
        """Note, as the cashier, that management fee and deposits are paid."""
        self._check_cashier()
        for fitout in self:
            if fitout.state in ("draft", "closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(fitout)s is %(state)s: nothing is due for it.",
                        fitout=fitout.display_name,
                        state=fitout._label_state(fitout.state),
                    )
                )
            # The cashier takes the money; the rest of the fit-out is not his to write.
            fitout.sudo().write(
                {
                    "deposit_paid_on": fitout.site_id._today(),
                    "deposit_paid_by_id": self.env.uid,
                }
            )

    def action_take_payment_back(self):
        """Take a payment noted by mistake back."""
        self._check_cashier()
        self.sudo().write({"deposit_paid_on": False, "deposit_paid_by_id": False})

    def action_ask_release(self):
        """Ask the leader to release the deposit, once it has been kept long enough."""
        for fitout in self:
            reason = fitout._get_hold_reason() or fitout._get_opinion_reason("release")
            if reason:
                raise UserError(
                    self.env._(
                        "The deposit of %(fitout)s cannot be released yet. %(reason)s",
                        fitout=fitout.display_name,
                        reason=reason,
                    )
                )
            fitout._ask_approval(
                "fitout_deposit_release",
                self.env._(
                    "Release of the fit-out deposit of %(fitout)s", fitout=fitout.display_name
                ),
            )

    def action_view_readings(self):
        """Open the meter readings of the units, and take those at completion."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_meter_reading_action")
        return {
            **action,
            "domain": [("unit_id", "in", self.unit_ids.ids)],
            "context": {"default_tenancy_id": self.tenancy_id.id, "default_kind": "completion"},
        }

    def action_print_passes(self):
        """Print the passes of the workers, several on a sheet."""
        workers = self.worker_ids.filtered(lambda worker: worker.state == "issued")
        return workers.action_print_pass()

    def _check_transition(self, target):
        super()._check_transition(target)
        for fitout in self:
            reason = False
            if target == "applied" and fitout.state == "draft":
                reason = fitout._get_application_reason()
            elif target == "review":
                reason = fitout._get_drawing_reason("plan")
            elif target == "approved" and fitout.review_id.result != "pass":
                reason = self.env._("The drawings have not passed the review of Engineering.")
            elif target == "acceptance" and fitout.is_stopped and fitout.state == "works":
                reason = self.env._("The works are stopped because of a violation.")
            elif target == "accepted":
                reason = fitout._get_violation_reason()
            if reason:
                raise UserError(
                    self.env._(
                        "%(fitout)s cannot go on to %(state)s. %(reason)s",
                        fitout=fitout.display_name,
                        state=fitout._label_state(target),
                        reason=reason,
                    )
                )

    def _check_not_closed(self):
        for fitout in self:
            if fitout.state == "closed":
                raise UserError(
                    self.env._(
                        "The file of %(fitout)s is closed and cannot be changed any more.",
                        fitout=fitout.display_name,
                    )
                )

    def _check_cashier(self):
        if not self.env.su and not self.env.user.has_group("pm_base.group_pm_cashier"):
            raise AccessError(self.env._("Only the cashier notes payments of a fit-out."))

    def _follow_state(self):
        """Carry a move of the fit-outs on: papers, clocks and passes that come with it."""
        self.tenancy_id._refresh_procedure()  # a move-in may wait for it
        for fitout in self:
            state, today = fitout.state, fitout.site_id._today()
            if state == "draft":
                fitout._start_procedure("fitout")
            elif state == "review" and fitout.review_id.result != "pending":
                fitout._begin_review()
            elif state == "works":
                fitout.activity_unlink(["pm_tenancy.mail_activity_fitout_review"])
                if not fitout.permit_no:
                    fitout.write(
                        {
                            "permit_no": self.env["ir.sequence"].next_by_code("pm.fitout.permit"),
                            "permit_on": today,
                            "permit_by_id": self.env.uid,
                        }
                    )
                fitout._list_drawings("as_built")
            elif state == "acceptance":
                fitout.write(
                    {
                        "date_completed": fitout.date_completed or today,
                        "date_accepted": False,
                        "hold_until": False,
                    }
                )
                fitout._ask_opinions("acceptance")
            elif state == "accepted":
                months = fitout.site_id.fit_out_deposit_hold_months
                fitout.write({"date_accepted": today, "hold_until": add_months(today, months)})
                fitout.worker_ids._withdraw()
                fitout._ask_opinions("release")
            elif state == "closed":
                fitout.activity_unlink(["pm_tenancy.mail_activity_fitout_hold"])
            elif state == "cancelled":
                fitout.worker_ids._withdraw()
                fitout._cancel_procedure("fitout")

    def _begin_review(self):
        """Open a round of the review of today's drawings, one line for each trade."""
        self.ensure_one()
        trades = dict.fromkeys(
            self.drawing_ids.filtered(lambda drawing: drawing.stage == "plan").mapped("trade")
        )
        self.activity_unlink(["pm_tenancy.mail_activity_fitout_review"])
        # Customer Service hands drawings over; the review is Engineering's.
        self.env["pm.fitout.review"].sudo().create(
            {
                "fitout_id": self.id,
                "round": len(self.review_ids) + 1,
                "date_received": self.site_id._today(),
                "line_ids": [Command.create({"trade": trade}) for trade in trades],
            }
        )

    def _list_drawings(self, stage):
        """Put the drawings due at a stage on the checklist, from the office's list, once."""
        self.ensure_one()
        if self.drawing_ids.filtered(lambda drawing: drawing.stage == stage):
            return
        site = self.site_id
        # Everybody in the office may begin a fit-out; the list is a setting.
        templates_sudo = (
            self.env["pm.fitout.drawing.template"]
            .sudo()
            .with_context(lang=site.print_lang)
            .search([("stage", "=", stage), ("site_id", "in", [site.id, False])])
        )
        own = templates_sudo.filtered("site_id") or templates_sudo
        self.env["pm.fitout.drawing"].sudo().create(
            [{"fitout_id": self.id, **template._prepare_drawing_vals()} for template in own]
        )

    def _ask_opinions(self, *stages):
        """Lay out who has to speak at these stages, once."""
        self.ensure_one()
        Opinion = self.env["pm.fitout.opinion"].sudo()  # nobody adds parties by hand
        for stage in stages:
            if stage not in self.opinion_ids.mapped("stage"):
                Opinion.create(Opinion._prepare_vals_list(self, stage))

    def _may_work_on(self, day):
        """Tell whether works are allowed on `day`: a working day, or registered (TEN-100)."""
        self.ensure_one()
        return self.site_id._is_workday(day) or any(
            holiday.date_from <= day <= holiday.date_to for holiday in self.holiday_ids
        )

    def _on_approval(self, approval):
        super()._on_approval(approval)
        self._refresh_procedure()

    def _on_inspection(self, inspection):
        super()._on_inspection(inspection)
        self._refresh_procedure()
