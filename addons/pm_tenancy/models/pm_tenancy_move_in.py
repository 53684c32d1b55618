from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_enumeration

# What the steps of the move-in look at on the tenancy itself.
_JUDGED = {
    "acceptance_at",
    "file_opened_on",
    "line_ids",
    "partner_id",
    "readings_deferred",
    "readings_deferred_note",
    "state",
    "unit_ids",
    "wants_fitout",
}


class PmTenancy(models.Model):
    """The move-in: its procedure, what holds it up, and where each step is worked on."""

    _name = "pm.tenancy"
    _inherit = ["pm.tenancy", "pm.inspection.mixin", "pm.procedure.mixin"]

    wants_fitout = fields.Boolean(
        string="Fit-out Wanted",
        tracking=True,
        help="The occupant fits the units out before moving in; nobody moves in before the "
        "fit-out is accepted.",
    )
    sign_board = fields.Selection(
        [("new", "New Sign-board"), ("blank", "None: Blank Board")],
        string="Sign-board",
        tracking=True,
        help="Whether the occupant wants a sign-board; otherwise a blank takes the place of the "
        "former one within a week.",
    )
    presence = fields.Selection(
        [
            ("self", "In Person"),
            ("legal_representative", "Legal Representative"),
            ("agent", "Agent"),
        ],
        string="Who Comes",
        compute="_compute_presence",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Who takes over for the occupant; the papers to be shown depend on it.",
    )
    agent_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Comes with a power of attorney.",
    )
    handed_over_at = fields.Datetime(
        string="Handed Over",
        tracking=True,
        copy=False,
        help="When the acceptance was signed; defects that were missed are reported from then on.",
    )

    next_step_name = fields.Char(compute="_compute_next_step_name")

    @api.depends("procedure_step_ids.state", "procedure_step_ids.name")
    def _compute_next_step_name(self):
        for tenancy in self:
            tenancy.next_step_name = tenancy.next_step_id.name

    @api.depends("partner_id.is_company")
    def _compute_presence(self):
        for tenancy in self:
            if tenancy.presence == "agent":
                tenancy.presence = "agent"
            else:
                is_company = tenancy.partner_id.is_company
                tenancy.presence = "legal_representative" if is_company else "self"

    def write(self, vals):
        state = vals.get("state")
        coming = self.browse()
        if state == "move_in":
            coming = self.filtered(lambda tenancy: tenancy.state in ("draft", "cancelled"))
        result = super().write(vals)
        if state in ("draft", "cancelled"):
            self._cancel_procedure("move_in")
        coming._begin_move_in()
        if not {"wants_fitout", "kind", "sign_board"}.isdisjoint(vals):
            self._adapt_procedure()
        elif not _JUDGED.isdisjoint(vals):
            self._refresh_procedure()
        return result

    def action_next_step(self):
        """Open what the next step of the procedure needs."""
        self.ensure_one()
        return self.next_step_id.action_work() if self.next_step_id else False

    def _begin_move_in(self):
        """Begin the procedure of the building on those who are moving in, unless it has begun.

        An import records what happened long ago: nothing is begun by it.
        """
        if self._is_imported():
            return
        for tenancy in self.filtered(lambda tenancy: tenancy.state == "move_in"):
            running = tenancy._get_running_procedures()
            if "move_in" not in running.mapped("occasion"):
                template = tenancy._get_main_building().move_in_template_id
                if not template:
                    continue
                tenancy._start_procedure(template)
            tenancy._make_file_checklist()

    def _get_main_building(self):
        """Return the building whose procedures and plans hold for the tenancy."""
        self.ensure_one()
        return self.line_ids.unit_id.sorted("code")[:1].building_id

    def _check_keys_issuable(self):
        """Refuse keys while a gate of the move-in is open; who is in occupation has passed it."""
        super()._check_keys_issuable()
        self.filtered(lambda tenancy: tenancy.state == "move_in")._check_gates("keys")

    def _goes_back_to(self, point):
        # Who was moving out and stays has long passed the gates of the move-in.
        return super()._goes_back_to(point) or (self.state == "move_out" and point == "active")

    def _pm_keeps_done(self, step):
        """What was settled for the move-in stays so when later bills fall due or keys come back."""
        if step.procedure_id.occasion == "move_in" and self.state not in ("draft", "move_in"):
            return True
        return super()._pm_keeps_done(step)

    def _on_inspection(self, inspection):
        super()._on_inspection(inspection)
        if (
            inspection.state == "signed"
            and self.state == "move_in"
            and not self.handed_over_at
            and inspection.template_id.form_id in self._get_acceptance_forms()
        ):
            # Whoever signs the sheet hands the units over, whatever he may write here.
            self.sudo().handed_over_at = fields.Datetime.now()
        self._refresh_procedure()

    def _get_acceptance_forms(self):
        """Return the forms of the inspections with which the procedure hands the units over."""
        steps = self._get_running_procedures().step_ids
        return steps.filtered(lambda step: step.check == "inspection_signed").form_id

    def _get_form_inspections(self, form):
        """Return the inspections of the tenancy made on a form; on any if there is none."""
        self.ensure_one()
        domain = (
            Domain("res_model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("state", "!=", "cancelled")
        )
        if form:
            domain &= Domain("template_id.form_id", "=", form.id)
        return self.env["pm.inspection"].sudo().search(domain)  # a gate sees all of them

    def _get_paper_records(self, form):
        if form == self.env.ref("pm_base.form_f_ten_46"):  # signed for each vehicle
            return self._get_vehicles()
        return super()._get_paper_records(form)

    def _get_vehicles(self):
        return self.env["pm.vehicle"].search(Domain("tenancy_id", "=", self.id))

    # The hooks of other addons and of what belongs to a tenancy elsewhere.

    def _get_arrears_reason(self):
        """Return in words what the occupant owes that is due, or False."""
        self.ensure_one()
        return False

    def _get_fitout_reason(self):
        """Return in words why the fit-out still keeps the occupant from moving in, or False."""
        self.ensure_one()
        if self.wants_fitout:
            return self.env._(
                "The fit-out of %(units)s is not accepted yet. Nobody moves in before.",
                units=self.unit_codes,
            )
        return False

    # The automatic checks: each returns why the step is still open, or False once it is done.

    def _pm_check_base_readings(self, step):
        units = self.line_ids.unit_id
        if self.readings_deferred:
            return False
        unmetered = units.filtered(
            lambda unit: unit.building_id.has_electricity and not unit.meter_ids
        )
        if unmetered:
            return self.env._(
                "No meter of %(units)s is in the register: enter it first.",
                units=word_enumeration(self.env, unmetered.mapped("code")),
            )
        missing = self._get_missing_readings("base")
        if missing:
            return self.env._(
                "Base readings are missing: %(meters)s.",
                meters=word_enumeration(self.env, missing.mapped("display_name")),
            )
        unsigned = self.reading_ids.filtered(
            lambda reading: reading.kind == "base" and not reading.is_signed
        )
        if unsigned:
            return self.env._(
                "The occupant has not signed the base readings of: %(meters)s.",
                meters=word_enumeration(self.env, unsigned.meter_id.mapped("display_name")),
            )
        return False

    def _pm_check_inspection_signed(self, step):
        inspections = self._get_form_inspections(step.form_id)
        if not inspections:
            return self.env._(
                "%(form)s: nothing has been inspected yet.", form=step.form_id.name or step.name
            )
        if not inspections.filtered(lambda inspection: inspection.state == "signed"):
            return self.env._(
                "%(inspection)s is not signed yet.", inspection=inspections[:1].display_name
            )
        return False

    def _pm_check_keys_issued(self, step):
        issued = self.loan_ids.filtered(lambda loan: loan.kind == "issue" and loan.state == "out")
        if not issued:
            return self.env._("No key of %(units)s has been issued.", units=self.unit_codes)
        return False

    def _pm_check_no_arrears(self, step):
        return self._get_arrears_reason()

    def _pm_check_fitout_settled(self, step):
        return self._get_fitout_reason()

    def _pm_check_faults_assigned(self, step):
        inspections = self._get_form_inspections(False)
        if not inspections.filtered(lambda inspection: inspection.state in ("judged", "signed")):
            return self.env._("Nothing has been inspected yet.")
        loose = self._get_open_faults().filtered(
            lambda line: not line.department_id or not line.due_date
        )
        if loose:
            return self.env._(
                "Give these faults a department and a day: %(items)s.",
                items=word_enumeration(self.env, loose.mapped("display_name")),
            )
        return False

    def _get_open_faults(self):
        """Return the faults of the tenancy's inspections that nobody has put right."""
        lines = self._get_form_inspections(False).line_ids
        return lines.filtered(lambda line: line.fault_state == "open")

    # Where each step is worked on.

    def _pm_open_step(self, step):
        openers = {
            "documents_verified": self.action_view_file_papers,
            "file_opened": self.action_view_file_papers,
            "data_sheet_complete": self.partner_id.get_formview_action,
            "base_readings": self.action_view_readings,
            "keys_issued": self.action_issue_keys,
            "inspection_signed": lambda: self._open_inspection(step.form_id),
            "faults_assigned": self._open_faults,
            "plan_approved": self._open_move_in_plan,
        }
        # Forms that are printed from registers of their own.
        registers = {
            self.env.ref("pm_base.form_f_ten_10"): self._open_moving_in,
            self.env.ref("pm_base.form_f_ten_31"): self._open_parking,
            self.env.ref("pm_base.form_f_ten_46"): self._open_vehicles,
        }
        opener = openers.get(step.check) or registers.get(step.form_id)
        if step.procedure_id.occasion == "move_in" and opener:
            return opener()
        return super()._pm_open_step(step)

    def _open_moving_in(self):
        """Open the row of the removal register for the moving in, or begin it."""
        removals = self.removal_ids.filtered(
            lambda removal: removal.direction == "in" and removal.state != "cancelled"
        )
        if removals:
            return removals[:1].get_formview_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Moves In"),
            "res_model": "pm.removal",
            "views": [[False, "form"]],
            "context": {"default_tenancy_id": self.id, "default_direction": "in"},
        }

    def _open_parking(self):
        """Open the occupant's applications for parking places, or a new one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_tenancy.pm_parking_contract_action"
        )
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id, "default_site_id": self.site_id.id},
        }

    def _open_inspection(self, form):
        """Open the inspection made on a form, or begin it by the sheet of the office."""
        inspection = self._get_form_inspections(form)[:1]
        if not inspection:
            template = self._get_inspection_template(form)
            if not template:
                return False
            inspection = self.env["pm.inspection"]._start(template, self, place=self.unit_codes)
        return inspection.sudo(False).get_formview_action()

    def _get_inspection_template(self, form):
        """Return the sheet on which the office inspects for a form: its own before the common."""
        templates = self.env["pm.inspection.template"].search(
            Domain("form_id", "=", form.id) & Domain("site_id", "in", [self.site_id.id, False])
        )
        return templates.sorted(lambda template: not template.site_id)[:1]

    def _open_faults(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_base.pm_inspection_line_action")
        return {**action, "domain": [("id", "in", self._get_open_faults().ids)], "context": {}}

    def _open_vehicles(self):
        """Open the vehicles of the tenancy, each with its registration to print."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_vehicle_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_site_id": self.site_id.id, "default_tenancy_id": self.id},
        }

    def _open_move_in_plan(self):
        plan = self._get_move_in_plan()
        if plan:
            return plan.get_formview_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move-in Plan"),
            "res_model": "pm.move.in.plan",
            "views": [[False, "form"]],
            "context": {
                "default_site_id": self.site_id.id,
                "default_building_ids": self._get_main_building().ids,
            },
        }
