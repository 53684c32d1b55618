from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_enumeration

# The automatic checks of the procedure of a fit-out: `_pm_check_<code>` on pm.fitout.
_CHECKS = [
    ("fitout_drawings", "Drawings Received"),
    ("fitout_licence", "Contractor's Qualification Kept"),
    ("fitout_consent", "Owner's Consent to the Fit-out"),
    ("fitout_review", "Drawings Passed"),
    ("fitout_fire_approval", "Fire Approval Received"),
    ("fitout_approval", "Departments Agree to the Fit-out"),
    ("fitout_routing", "Routing Slip Signed"),
    ("fitout_paid", "Fit-out Fees Paid"),
    ("fitout_passes", "Worker Passes Issued"),
    ("fitout_permit", "Permit to Start Issued"),
    ("fitout_round", "Round of the Department in Order"),
    ("fitout_concealed", "Concealed Works Accepted"),
    ("fitout_tests", "Contractor's Tests Passed"),
    ("fitout_fire_acceptance", "Fire Acceptance Received"),
    ("fitout_as_built", "As-built Drawings Received"),
    ("fitout_acceptance", "Four Parties Accept"),
    ("fitout_readings", "Readings at Completion"),
    ("fitout_violations", "No Violation Open"),
    ("fitout_hold", "Deposit Kept Long Enough"),
    ("fitout_release", "Release of the Deposit Approved"),
]


class PmFitout(models.Model):
    """Why the steps of the procedure of a fit-out are open, and what each needs."""

    _inherit = "pm.fitout"

    def action_round(self):
        """Open a supervision round of the user's department."""
        user = self.env.user
        if user.has_group("pm_base.group_pm_engineering"):
            return self._start_round("engineering")
        return self._start_round(
            "security" if user.has_group("pm_base.group_pm_security") else "service"
        )

    def action_concealed(self):
        """Open the acceptance of works that will be covered up."""
        return self._start_round("concealed")

    def _start_round(self, use):
        self.ensure_one()
        today = self.site_id._today()
        vals = {"place": self.unit_codes, "partner_id": False}
        if self.env.user.employee_id:
            vals["inspector_ids"] = self.env.user.employee_id.ids
        if not self.site_id._is_workday(today):
            vals["note"] = (
                self.env._("Works on this day off are registered.")
                if self._may_work_on(today)
                else self.env._("Works on this day off are NOT registered.")
            )
        inspection = self.env["pm.inspection"]._start(self._get_round_template(use), self, **vals)
        return inspection.get_formview_action()

    def _get_round_template(self, use):
        """Return the sheet of a round: the office's own, else the common one."""
        found = (
            self.env["pm.inspection.template"]
            .sudo()  # which sheet is used is no secret
            .search(
                Domain("fitout_use", "=", use) & Domain("site_id", "in", [self.site_id.id, False])
            )
        )
        return (found.filtered("site_id") or found)[:1].sudo(self.env.su)

    def _pm_open_step(self, step):
        """Open what a step is about where it is not the fit-out itself."""
        if step.check == "fitout_review" and self.review_id:
            return self.review_id.get_formview_action()
        if step.check == "fitout_round":
            return self._start_round(step.department_role)
        if step.check == "fitout_concealed":
            return self._start_round("concealed")
        if step.check == "fitout_readings":
            return self.action_view_readings()
        if step.check == "fitout_passes" and self.pass_count:
            return self.action_print_passes()
        if step.form_id and not step.check:
            # Guide and manual are papers of the tenancy.
            report_sudo = (
                self.env["ir.actions.report"]
                .sudo()
                .search(
                    Domain("pm_form_id", "=", step.form_id.id) & Domain("model", "=", "pm.tenancy"),
                    limit=1,
                )
            )
            if report_sudo:
                return report_sudo.sudo(False).report_action(self.tenancy_id)
        return super()._pm_open_step(step)

    def _get_application_reason(self):
        """Return what the application does not say yet, or False."""
        missing = [
            self._fields[name]._description_string(self.env)
            for name in (
                "contractor_id",
                "contractor_licence_no",
                "manager_name",
                "manager_phone",
                "fire_officer_name",
                "fire_officer_phone",
                "content",
                "date_from",
                "date_to",
            )
            if not self[name]
        ]
        return missing and self.env._(
            "Still missing: %(fields)s.", fields=word_enumeration(self.env, missing)
        )

    def _get_drawing_reason(self, stage):
        """Return which drawings of a stage are still due, or False."""
        due = self.drawing_ids.filtered(lambda drawing: drawing.stage == stage)
        missing = due.filtered(lambda drawing: drawing.is_required and not drawing.received_on)
        if missing:
            return self.env._(
                "Not received yet: %(drawings)s.",
                drawings=word_enumeration(self.env, missing.mapped("name")),
            )
        if not due.filtered("received_on"):
            return self.env._("No drawing has been received yet.")
        return False

    def _get_opinion_reason(self, stage):
        """Return who has not agreed at a stage, or False."""
        opinions = self.opinion_ids.filtered(lambda opinion: opinion.stage == stage)
        missing = opinions.filtered(lambda opinion: opinion.verdict != "agree")
        if missing or not opinions:
            return self.env._(
                "Not agreed yet: %(parties)s.",
                parties=word_enumeration(self.env, [opinion._label("party") for opinion in missing])
                or "—",
            )
        return False

    def _get_violation_reason(self):
        """Return which violations and faults are open, or False."""
        names = self.violation_ids.filtered(lambda one: one.state == "open").mapped("name")
        # Whoever accepts need not see the rounds of the other departments.
        rounds_sudo = self.sudo().inspection_ids.filtered("open_fault_count")
        names += [f"{one.name} ({one.open_fault_count})" for one in rounds_sudo]
        return bool(names) and self.env._(
            "To put right: %(names)s.", names=word_enumeration(self.env, names)
        )

    def _get_deposit_reason(self):
        """Return why management fee and deposits do not count as paid, or False.

        Here the cashier notes the payment; the addon that keeps receipts knows it from them.
        """
        self.ensure_one()
        if not self.deposit_paid_on:
            return self.env._("The cashier has not noted management fee and deposits as paid.")
        return False

    def _get_hold_reason(self):
        """Return why the deposit is still kept, or False."""
        self.ensure_one()
        if self.state not in ("accepted", "closed") or not self.hold_until:
            return self.env._("The works have not been accepted.")
        if self.site_id._today() < self.hold_until:
            return self.env._("The deposit is kept until %(day)s.", day=self.hold_until)
        return False

    def _pm_check_fitout_drawings(self, step):
        return self._get_drawing_reason("plan")

    def _pm_check_fitout_licence(self, step):
        if not self.has_licence_copy:
            return self.env._("No copy of the contractor's qualification is kept.")
        return False

    def _pm_check_fitout_consent(self, step):
        if not self.consent_on:
            return self.env._("The written consent of the owner is missing.")
        return False

    def _pm_check_fitout_review(self, step):
        if self.review_id.result == "pass":
            return False
        if not self.review_id:
            return self.env._("The drawings are not with Engineering yet.")
        if self.review_id.result == "fail":
            return self.env._("The drawings have failed; corrected ones are to be handed in.")
        return self.env._("Under review until %(day)s.", day=self.review_due_on)

    def _pm_check_fitout_fire_approval(self, step):
        if not (self.fire_approval_kind and self.fire_approval_no and self.fire_approval_on):
            return self.env._("Kind, number and day of the fire approval are not entered.")
        return False

    def _pm_check_fitout_approval(self, step):
        return self._get_opinion_reason("approval")

    def _pm_check_fitout_routing(self, step):
        return self._get_opinion_reason("routing")

    def _pm_check_fitout_paid(self, step):
        return self._get_deposit_reason()

    def _pm_check_fitout_passes(self, step):
        if not self.pass_count and self.state not in ("accepted", "closed"):
            return self.env._("No worker has a pass yet.")
        return False

    def _pm_check_fitout_permit(self, step):
        if not self.permit_no:
            return self.env._("The permit to start is not issued yet.")
        return False

    def _pm_check_fitout_round(self, step):
        """The department of the step has made a round, and no fault of its rounds is open."""
        return self._get_round_reason(step.department_role)

    def _pm_check_fitout_concealed(self, step):
        return self._get_round_reason("concealed")

    def _get_round_reason(self, use):
        rounds_sudo = self.sudo().inspection_ids.filtered(
            lambda one: one.template_id.fitout_use == use and one.state in ("judged", "signed")
        )
        if not rounds_sudo:
            return self.env._("There has been no round yet.")
        left = rounds_sudo.filtered(lambda one: not one.is_in_order)
        if left:
            return self.env._(
                "Faults to put right: %(rounds)s.",
                rounds=word_enumeration(self.env, left.mapped("name")),
            )
        return False

    def _pm_check_fitout_tests(self, step):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("fire_test_on", "electrical_test_on", "common_area_on")
            if not self[name]
        ]
        return bool(missing) and self.env._(
            "Still missing: %(fields)s.", fields=word_enumeration(self.env, missing)
        )

    def _pm_check_fitout_fire_acceptance(self, step):
        if not (self.fire_acceptance_no and self.fire_acceptance_on):
            return self.env._("Number and day of the fire acceptance are not entered.")
        return False

    def _pm_check_fitout_as_built(self, step):
        return self._get_drawing_reason("as_built")

    def _pm_check_fitout_acceptance(self, step):
        return self._get_opinion_reason("acceptance")

    def _pm_check_fitout_readings(self, step):
        """TEN-098: shops water, electricity and gas, offices electricity; the customer signs."""
        meters = self.unit_ids._get_handover_meters()
        read = self.env["pm.meter.reading"].search(
            Domain("meter_id", "in", meters.ids)
            & Domain("kind", "=", "completion")
            & Domain("tenancy_id", "=", self.tenancy_id.id)
            & Domain("date", ">=", self.permit_on or fields.Date.today())
            & Domain("is_signed", "=", True)
        )
        missing = meters - read.meter_id
        if missing:
            return self.env._(
                "Not read and signed at completion: %(meters)s.",
                meters=word_enumeration(self.env, missing.mapped("display_name")),
            )
        return False

    def _pm_check_fitout_violations(self, step):
        return self._get_violation_reason()

    def _pm_check_fitout_hold(self, step):
        return self._get_hold_reason()

    def _pm_check_fitout_release(self, step):
        reason = self._get_opinion_reason("release")
        if not reason and not self._is_approved("fitout_deposit_release"):
            return self.env._("The leader has not released the deposit.")
        return reason


class PmInspectionTemplate(models.Model):
    _inherit = "pm.inspection.template"

    fitout_use = fields.Selection(
        [
            ("engineering", "Engineering: Quality"),
            ("concealed", "Engineering: Concealed Works"),
            ("service", "Customer Service: Neighbours"),
            ("security", "Security: Fire Safety and Violations"),
        ],
        string="Round During a Fit-out",
        index="btree_not_null",
        help="The sheet of this round; an office may have one of its own.",
    )


class PmProcedureTemplate(models.Model):
    _inherit = "pm.procedure.template"

    occasion = fields.Selection(
        selection_add=[("fitout", "Fit-out")], ondelete={"fitout": "cascade"}
    )

    @api.model
    def _get_occasion_models(self):
        return {**super()._get_occasion_models(), "fitout": "pm.fitout"}

    @api.model
    def _get_gate_points(self):
        points = [
            ("works", self.env._("Works Begin")),
            ("acceptance", self.env._("Acceptance Applied For")),
            ("accepted", self.env._("Works Accepted")),
            ("closed", self.env._("File Closed")),
        ]
        return {**super()._get_gate_points(), "fitout": points}


class PmProcedureTemplateStep(models.Model):
    _inherit = "pm.procedure.template.step"

    check = fields.Selection(
        selection_add=_CHECKS, ondelete={code: "set null" for code, _label in _CHECKS}
    )
