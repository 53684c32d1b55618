from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

_APPROVAL = "move_in_plan"
# What the director approves: fixed while he is asked and afterwards.
_FACTS = {
    "name",
    "site_id",
    "building_ids",
    "date_start",
    "date_end",
    "place",
    "enquiry_name",
    "enquiry_phone",
    "duty_ids",
    "template_id",
    "form_ids",
    "slot_ids",
    "fallback_date",
    "developer_place",
    "acceptance_group",
}


class PmMoveInPlan(models.Model):
    """The work plan of a move-in: when, where, who does what, with which papers (F-TEN-14)."""

    _name = "pm.move.in.plan"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Move-in Plan"
    _NOTED = frozenset({"announced_on"})
    _order = "date_start desc, id desc"

    # The only moves a plan can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"asked", "cancelled"},
        "asked": {"approved", "draft"},
        "approved": {"announced", "draft"},
        "announced": {"draft"},
        "cancelled": {"draft"},
    }

    name = fields.Char(string="Plan", required=True, tracking=True)
    building_ids = fields.Many2many(
        "pm.building",
        string="Buildings",
        required=True,
        check_company=True,
        domain="[('site_id', '=', site_id)]",
    )
    date_start = fields.Date(string="From", required=True, tracking=True)
    date_end = fields.Date(string="Until", required=True, tracking=True)
    place = fields.Char(string="Handling Place", help="Where the formalities are done.")
    enquiry_name = fields.Char(string="Enquiries To", help="Named person who guides occupants.")
    enquiry_phone = fields.Char(string="Telephone for Enquiries")
    duty_ids = fields.One2many("pm.move.in.plan.duty", "plan_id", string="Staff and Duties")
    template_id = fields.Many2one(
        "pm.procedure.template",
        string="Procedure",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        domain="[('occasion', '=', 'move_in'), ('site_id', 'in', [False, site_id])]",
    )
    form_ids = fields.Many2many(
        "pm.form",
        string="Documents and Forms",
        compute="_compute_form_ids",
        store=True,
        readonly=False,
        help="By the procedure; may be changed.",
    )
    slot_ids = fields.One2many("pm.move.in.plan.slot", "plan_id", string="Schedule")
    fallback_date = fields.Date(
        string="Latecomers From",
        help="From this day on, who missed the schedule goes to the developer first, then to the "
        "management office.",
    )
    developer_place = fields.Char(string="Developer's Place", help="Where latecomers go first.")
    acceptance_group = fields.Text(
        help="Who accepted the building: authority, developer, construction company, management "
        "company."
    )
    announced_on = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        help="When bulletin and direction signs were posted.",
    )
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Waiting for Approval"),
            ("approved", "Approved"),
            ("announced", "Announced"),
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
        "CHECK (date_start <= date_end)", "A move-in plan ends after it begins."
    )

    @api.depends("building_ids.move_in_template_id")
    def _compute_template_id(self):
        for plan in self:
            plan.template_id = plan.template_id or plan.building_ids.move_in_template_id[:1]

    @api.depends("template_id")
    def _compute_form_ids(self):
        for plan in self:
            plan.form_ids = plan.template_id.step_ids.form_id.sorted("code")

    @api.constrains("building_ids", "site_id")
    def _check_buildings(self):
        for plan in self:
            if not plan.building_ids:
                raise ValidationError(
                    self.env._("Choose the buildings of the move-in plan %(plan)s.", plan=plan.name)
                )
            if plan.building_ids.site_id - plan.site_id:
                raise ValidationError(
                    self.env._(
                        "%(plan)s: the buildings belong to another management office.",
                        plan=plan.name,
                    )
                )

    def write(self, vals):
        self._check_facts(vals)
        result = super().write(vals)
        if "state" in vals:
            self._refresh_tenancies()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        for plan in self:
            if plan.state not in ("draft", "cancelled"):
                plan._refuse_change()

    def action_ask(self):
        """Ask the director to approve the plan."""
        for plan in self:
            plan._check_complete()
            plan.write({"state": "asked"})
            plan._ask_approval(
                _APPROVAL, self.env._("Move-in plan %(plan)s", plan=plan.display_name)
            )

    def action_announce(self):
        """Note that bulletin and direction signs are posted."""
        for plan in self:
            plan._write_noted(
                {
                    "state": "announced",
                    "announced_on": plan.announced_on or plan.site_id._today(),
                }
            )

    def action_draft(self):
        """Take the plan back to change it; it needs the approval again."""
        for plan in self:
            asked = plan.approval_ids.filtered(lambda approval: approval.state == "asked")
            if asked:
                asked.action_withdraw()  # which takes the plan back
            else:
                plan._write_noted({"state": "draft", "announced_on": False})

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_fill_schedule(self):
        """Add the units of the buildings that are not on the schedule yet, without a time."""
        for plan in self:
            units = plan.building_ids.unit_ids.sorted("code") - plan.slot_ids.unit_id
            plan.slot_ids = [Command.create({"unit_id": unit.id}) for unit in units]

    def _on_approval(self, approval):
        super()._on_approval(approval)
        plan_sudo = self.sudo()  # who decides need not be able to write plans
        if approval.code != _APPROVAL:
            return
        if approval.state == "approved":
            plan_sudo.write({"state": "approved"})
        elif plan_sudo.state in ("asked", "approved", "announced"):
            plan_sudo.write({"state": "draft", "announced_on": False})

    def _check_transition(self, target):
        super()._check_transition(target)
        if (
            target == "approved" and not self.env.su
        ):  # an approval of before the change counts no more
            raise AccessError(self.env._("A move-in plan is approved by the decision on it alone."))
        if target in ("approved", "announced"):
            for plan in self:
                plan._check_approved(_APPROVAL)

    def _check_complete(self):
        for plan in self:
            lacking = [
                label
                for label, is_there in (
                    (self.env._("the place"), plan.place),
                    (self.env._("the staff and their duties"), plan.duty_ids),
                    (self.env._("the procedure"), plan.template_id),
                    (self.env._("the documents and forms"), plan.form_ids),
                    (self.env._("who answers enquiries"), plan.enquiry_name),
                )
                if not is_there
            ]
            if lacking:
                raise UserError(
                    self.env._(
                        "The move-in plan %(plan)s states when, who, how and with which papers. "
                        "Still missing: %(lacking)s.",
                        plan=plan.name,
                        lacking=", ".join(lacking),
                    )
                )

    def _check_facts(self, vals):
        if _FACTS & vals.keys():
            for plan in self:
                if plan.state in ("asked", "approved", "announced"):
                    plan._refuse_change()

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "The move-in plan %(plan)s is %(state)s: take it back to draft first. It then "
                "needs the approval again.",
                plan=self.name,
                state=self._label_state(self.state),
            )
        )

    def _refresh_tenancies(self):
        """Judge the steps of those who move into the buildings of the plans."""
        # The director need not see every tenancy.
        tenancies_sudo = (
            self.env["pm.tenancy"]
            .sudo()
            .search(
                Domain("line_ids.unit_id.building_id", "in", self.building_ids.ids)
                & Domain("state", "=", "move_in")
            )
        )
        tenancies_sudo._refresh_procedure()

    def _get_slots(self, units):
        """Return the times at which these units come."""
        self.ensure_one()
        return self.slot_ids.filtered(lambda slot: slot.unit_id in units)


class PmMoveInPlanDuty(models.Model):
    _name = "pm.move.in.plan.duty"
    # hr.mixin: who may not read employee files may still name who is on duty.
    _inherit = ["hr.mixin", "pm.part.mixin"]
    _description = "Duty in a Move-in Plan"
    _order = "plan_id, sequence, id"
    _check_company_auto = True
    _part_of = "plan_id"

    plan_id = fields.Many2one("pm.move.in.plan", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    site_id = fields.Many2one(related="plan_id.site_id", store=True, precompute=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, precompute=True)
    employee_id = fields.Many2one("hr.employee", string="Who", required=True, check_company=True)
    phone = fields.Char(string="Telephone")
    name = fields.Char(string="Duty", required=True)

    def _check_whole(self):
        self.plan_id._check_facts({"duty_ids": True})


class PmMoveInPlanSlot(models.Model):
    _name = "pm.move.in.plan.slot"
    _inherit = "pm.part.mixin"
    _description = "Time of a Unit in a Move-in Plan"
    _order = "plan_id, date, time_from, id"
    _check_company_auto = True
    _part_of = "plan_id"

    plan_id = fields.Many2one("pm.move.in.plan", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="plan_id.site_id", store=True, precompute=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, precompute=True)
    unit_id = fields.Many2one("pm.unit", required=True, ondelete="restrict", check_company=True)
    date = fields.Date(string="Day")
    time_from = fields.Float(string="From")
    time_to = fields.Float(string="To")
    note = fields.Char(string="Remarks")

    _one_unit = models.Constraint(
        "UNIQUE (plan_id, unit_id)", "This unit is on the schedule of the plan already."
    )
    _time_order = models.Constraint(
        "CHECK (time_from BETWEEN 0 AND 24 AND time_to BETWEEN 0 AND 24"
        " AND (time_to = 0 OR time_from <= time_to))",
        "A time on the schedule ends after it begins, on the same day.",
    )

    @api.constrains("unit_id", "plan_id")
    def _check_unit(self):
        for slot in self:
            if slot.unit_id.building_id not in slot.plan_id.building_ids:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is in none of the buildings of %(plan)s.",
                        unit=slot.unit_id.code,
                        plan=slot.plan_id.name,
                    )
                )

    def _check_whole(self):
        self.plan_id._check_facts({"slot_ids": True})

    def _word_time(self):
        """Return the time of the day in words, such as 9:00–10:30."""
        self.ensure_one()
        times = (self.time_from, self.time_to)
        return "–".join(f"{int(time)}:{round(time % 1 * 60):02d}" for time in times if time)
