from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from odoo.addons.pm_base.models.hr_department import DEPARTMENT_ROLES

# What the form said when it came back: fixed once it is recorded.
_FACTS = {"tenancy_id", "returned_at", "line_ids"}


class PmMissedDefects(models.Model):
    """Defects that were missed at the acceptance; valid only if reported in time (TEN-043)."""

    _name = "pm.missed.defects"
    _inherit = ["mail.thread", "pm.state.mixin"]
    _description = "Missed-Defects Form"
    _NOTED = frozenset({"inspection_id", "accepted_by_id"})
    _order = "returned_at desc, id desc"
    _check_company_auto = True

    # The only moves a form can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"valid", "late"},
        "late": {"accepted"},
        "valid": set(),
        "accepted": set(),
    }

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="restrict", index=True)
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="tenancy_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="tenancy_id.partner_id", string="Occupant")
    unit_codes = fields.Char(related="tenancy_id.unit_codes")
    handed_over_at = fields.Datetime(related="tenancy_id.handed_over_at")
    valid_until = fields.Datetime(related="tenancy_id.missed_defects_until")
    returned_at = fields.Datetime(
        string="Came Back", required=True, default=fields.Datetime.now, tracking=True
    )
    line_ids = fields.One2many("pm.missed.defects.line", "form_id", string="Defects")
    inspection_id = fields.Many2one("pm.inspection", readonly=True, copy=False)
    accept_reason = fields.Char(
        string="Accepted Because", copy=False, tracking=True, help="Of a form that came too late."
    )
    accepted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Being Entered"),
            ("valid", "Valid"),
            ("late", "Too Late"),
            ("accepted", "Accepted Though Late"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _accepted_with_reason = models.Constraint(
        "CHECK (state <> 'accepted' OR trim(coalesce(accept_reason, '')) <> '')",
        "Say why the form is accepted although it came too late.",
    )

    @api.depends("tenancy_id.unit_codes", "partner_id.name")
    def _compute_display_name(self):
        for form in self:
            parts = (form.unit_codes, form.partner_id.name)
            form.display_name = " ".join(part for part in parts if part)

    @api.constrains("returned_at")
    def _check_returned_at(self):
        for form in self:
            if form.returned_at > fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "%(form)s: the form cannot come back later than now.",
                        form=form.display_name,
                    )
                )

    def write(self, vals):
        for form in self:
            if _FACTS & vals.keys() and form.state != "draft":
                form._refuse_change()
        result = super().write(vals)
        if vals.get("state") == "accepted":
            self._write_noted({"accepted_by_id": self.env.uid})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        for form in self:
            if form.state != "draft":
                form._refuse_change()

    def action_record(self):
        """Record the form: valid if it came back in time, otherwise kept but not valid."""
        for form in self:
            form.write({"state": "valid" if form._is_in_time() else "late"})
            if form.state == "valid":
                form._report_faults()
            form._close_steps()

    def action_accept(self):
        """Take up the defects of a form that came too late; for leaders, with a reason."""
        for form in self:
            form.write({"state": "accepted"})
            form._report_faults()

    def action_view_inspection(self):
        self.ensure_one()
        return self.inspection_id.get_formview_action()

    def _check_transition(self, target):
        super()._check_transition(target)
        for form in self:
            if not form.handed_over_at:
                raise UserError(
                    self.env._(
                        "Enter in %(tenancy)s when the units were handed over: the time for the "
                        "form counts from then.",
                        tenancy=form.tenancy_id.display_name,
                    )
                )
            if target in ("valid", "late") and not form.line_ids:
                raise UserError(
                    self.env._("Enter the defects of %(form)s first.", form=form.display_name)
                )
            if target == "valid" and not form._is_in_time():
                raise UserError(
                    self.env._(
                        "%(form)s came back too late to be valid: a leader may accept it.",
                        form=form.display_name,
                    )
                )
            if target == "accepted" and not self.env.user.has_group("pm_base.group_pm_leader"):
                raise AccessError(
                    self.env._(
                        "%(form)s came back too late: only a leader may accept it.",
                        form=form.display_name,
                    )
                )

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "%(form)s is recorded and belongs to the file: it stays as it is.",
                form=self.display_name,
            )
        )

    def _is_in_time(self):
        self.ensure_one()
        return bool(self.valid_until) and self.returned_at <= self.valid_until

    def _report_faults(self):
        """Make the defects faults of an inspection, to be put right and rechecked."""
        self.ensure_one()
        tenancy = self.tenancy_id
        template = tenancy._get_inspection_template(self.env.ref("pm_base.form_f_ten_33"))
        if not template:
            raise UserError(
                self.env._(
                    "There is no inspection sheet for missed defects: enter one with the form "
                    "F-TEN-33 under Configuration / Inspection Sheets."
                )
            )
        inspection = self.env["pm.inspection"]._start(
            template,
            tenancy,
            place=tenancy.unit_codes,
            date=self.site_id._to_local(self.returned_at).date(),
            line_ids=[Command.create(line._prepare_fault_vals()) for line in self.line_ids],
        )
        self._write_noted({"inspection_id": inspection.id})
        inspection.action_judge()

    def _close_steps(self):
        """The form is back: close the steps that wait for it."""
        self.ensure_one()
        form = self.env.ref("pm_base.form_f_ten_33")
        steps = self.tenancy_id.procedure_step_ids.filtered(
            lambda step: step.form_id == form and step.state == "open" and not step.check
        )
        steps.action_done()


class PmMissedDefectsLine(models.Model):
    _name = "pm.missed.defects.line"
    _description = "Missed Defect"
    _order = "form_id, sequence, id"

    form_id = fields.Many2one("pm.missed.defects", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    site_id = fields.Many2one(related="form_id.site_id", store=True, precompute=True)
    company_id = fields.Many2one(related="form_id.company_id", store=True, precompute=True)
    place = fields.Char(help="Where in the unit, such as bathroom.")
    name = fields.Char(string="Item", required=True)
    finding = fields.Char(string="Defect", required=True)
    department_role = fields.Selection(
        DEPARTMENT_ROLES, string="Department", default="engineering", help="Puts it right."
    )
    due_date = fields.Date(string="To Be Done By")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_not_recorded()
        return lines

    def write(self, vals):
        self._check_not_recorded()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        self._check_not_recorded()

    def _check_not_recorded(self):
        for form in self.form_id:
            if form.state != "draft":
                form._refuse_change()

    def _prepare_fault_vals(self):
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "spot": self.place,
            "name": self.name,
            "verdict": "fault",
            "finding": self.finding,
            "department_id": self.site_id._get_department(self.department_role).id,
            "due_date": self.due_date,
        }
