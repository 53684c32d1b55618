from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .hr_department import DEPARTMENT_ROLES

STEP_KINDS = [
    ("do", "Do"),
    ("collect", "Collect a Document"),
    ("hand_out", "Hand Out a Document"),
    ("sign", "Sign a Form"),
    ("read_meter", "Read Meters"),
    ("payment", "Take a Payment"),
    ("approve", "Approve"),
    ("inspect", "Inspect"),
]


class PmProcedureTemplateStep(models.Model):
    _name = "pm.procedure.template.step"
    _description = "Step of a Procedure"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "pm.procedure.template",
        string="Procedure",
        required=True,
        ondelete="cascade",
        index=True,
    )
    occasion = fields.Selection(related="template_id.occasion")
    model_name = fields.Char(related="template_id.model_name")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Step", required=True, translate=True)
    description = fields.Text(string="What to Do", translate=True)
    kind = fields.Selection(STEP_KINDS, required=True, default="do")
    department_role = fields.Selection(DEPARTMENT_ROLES, string="Department", default="service")
    group_id = fields.Many2one(
        "res.groups",
        string="Only By",
        ondelete="restrict",
        help="Only these users may close the step. Whoever began the procedure may never close a "
        "step of the kind Approve.",
    )
    form_id = fields.Many2one("pm.form", ondelete="restrict", help="The paper of this step.")
    source = fields.Char(help="Clause of the operating procedures.")

    anchor = fields.Selection(
        [
            ("start", "Beginning of the Procedure"),
            ("field", "Date on the Record"),
            ("step", "Another Step Done"),
        ],
        string="Counts From",
        required=True,
        default="start",
    )
    anchor_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date",
        ondelete="cascade",
        domain="[('model', '=', model_name), ('ttype', 'in', ('date', 'datetime'))]",
    )
    anchor_step_id = fields.Many2one(
        "pm.procedure.template.step",
        string="After Step",
        ondelete="restrict",
        copy=False,
        domain="[('template_id', '=', template_id), ('id', '!=', id)]",
    )
    deadline_count = fields.Integer(
        string="Within", help="Negative for a deadline before the date it counts from."
    )
    deadline_unit = fields.Selection(
        [
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("days", "Days"),
            ("workdays", "Working Days"),
            ("months", "Months"),
        ],
        string="Unit",
        help="Empty when the step has no deadline.",
    )
    deadline_setting_id = fields.Many2one(
        "ir.model.fields",
        string="By Setting",
        ondelete="cascade",
        domain="[('model', '=', 'pm.site'), ('ttype', '=', 'integer')]",
        help="The number is a setting of the office, instead of the one entered here.",
    )
    deadline_before = fields.Boolean(
        string="Before", help="The setting counts back from the date instead of forward."
    )
    deadline_text = fields.Char(string="Deadline", compute="_compute_deadline_text")

    gate = fields.Selection(
        lambda self: self.env["pm.procedure.template"]._get_gate_selection(),
        string="Gate Before",
        help="While the step is open, the record passes neither this point nor any later one.",
    )
    gate_codes = fields.Json(compute="_compute_gate_codes")
    after_ids = fields.Many2many(
        "pm.procedure.template.step",
        "pm_procedure_template_step_after_rel",
        "step_id",
        "after_id",
        string="Only After",
        copy=False,
        domain="[('template_id', '=', template_id), ('id', '!=', id)]",
        help="Steps that must be closed before this one can be.",
    )
    check = fields.Selection(
        [
            ("paper_printed", "Paper Printed"),
            ("paper_delivered", "Paper Delivered"),
            ("paper_returned", "Signed Receipt Back"),
        ],
        string="Automatic",
        help="The step closes, and opens again, with what the system knows.",
    )
    condition = fields.Char(
        string="Only If", help="The step is left out where the record does not fit."
    )

    @api.depends(
        "anchor",
        "anchor_field_id",
        "anchor_step_id",
        "deadline_count",
        "deadline_unit",
        "deadline_setting_id",
        "deadline_before",
    )
    def _compute_deadline_text(self):
        units = dict(self._fields["deadline_unit"]._description_selection(self.env))
        anchors = dict(self._fields["anchor"]._description_selection(self.env))
        for step in self:
            if not step.deadline_unit:
                step.deadline_text = False
                continue
            # The names of fields are no secret, but users may not read their definitions.
            setting, field = step.sudo().deadline_setting_id, step.sudo().anchor_field_id
            words = {
                "count": setting.field_description or abs(step.deadline_count),
                "unit": units[step.deadline_unit],
                "anchor": field.field_description or step.anchor_step_id.name,
            }
            words["anchor"] = words["anchor"] or anchors[step.anchor]
            before = step.deadline_before if setting else step.deadline_count < 0
            step.deadline_text = (
                self.env._("%(count)s %(unit)s before: %(anchor)s", **words)
                if before
                else self.env._("%(count)s %(unit)s from: %(anchor)s", **words)
            )

    @api.depends("occasion")
    def _compute_gate_codes(self):
        points = self.env["pm.procedure.template"]._get_gate_points()
        for step in self:
            step.gate_codes = [code for code, _label in points.get(step.occasion, [])]

    @api.constrains(
        "template_id",
        "anchor",
        "anchor_field_id",
        "anchor_step_id",
        "deadline_count",
        "deadline_unit",
        "deadline_setting_id",
    )
    def _check_deadline(self):
        for step in self:
            field, setting = step.sudo().anchor_field_id, step.sudo().deadline_setting_id
            if (step.deadline_count or setting) and not step.deadline_unit:
                step._refuse(self.env._("choose the unit of its deadline."))
            if step.anchor == "field":
                if not field:
                    step._refuse(self.env._("choose the date that its deadline counts from."))
                if field.model != step.model_name or field.ttype not in ("date", "datetime"):
                    step._refuse(
                        self.env._(
                            "“%(field)s” is no date of the record that the procedure is about.",
                            field=field.field_description,
                        )
                    )
            if step.anchor == "step":
                if not step.anchor_step_id:
                    step._refuse(self.env._("choose the step that its deadline counts from."))
                step._check_same_template(step.anchor_step_id)
            if setting and (setting.model != "pm.site" or setting.ttype != "integer"):
                step._refuse(
                    self.env._(
                        "“%(field)s” is no number among the settings of the office.",
                        field=setting.field_description,
                    )
                )

    @api.constrains("template_id", "gate")
    def _check_gate(self):
        for step in self:
            if step.gate and step.gate not in step.gate_codes:
                step._refuse(
                    self.env._(
                        "%(occasion)s does not pass the point “%(point)s”.",
                        occasion=step._label("occasion"),
                        point=step._label("gate"),
                    )
                )

    @api.constrains("template_id", "after_ids")
    def _check_after(self):
        for step in self:
            step._check_same_template(step.after_ids)
        if self._has_cycle("after_ids"):
            raise ValidationError(
                self.env._(
                    "These steps wait for each other: %(steps)s. Take one out of “Only After”.",
                    steps=", ".join(self.filtered("after_ids").mapped("name")),
                )
            )

    @api.constrains("template_id", "check", "form_id")
    def _check_check(self):
        for step in self.filtered("check"):
            if not hasattr(self.env[step.model_name], f"_pm_check_{step.check}"):
                step._refuse(
                    self.env._(
                        "“%(check)s” cannot be checked on the record that the procedure is about.",
                        check=step._label("check"),
                    )
                )
            if step.check.startswith("paper_") and not step.form_id:
                step._refuse(self.env._("choose the form whose paper closes it."))

    @api.constrains("template_id", "condition")
    def _check_condition(self):
        for step in self.sudo(False).filtered("condition"):  # constraints run as superuser
            try:
                condition = step._get_condition()
                condition.validate(self.env[step.model_name])
                # The search refuses fields that the user may not read.
                step.env[step.model_name].search(condition, limit=1)
            except (SyntaxError, TypeError, ValueError) as error:
                step._refuse(
                    self.env._(
                        "the condition %(condition)s cannot be used (%(error)s).",
                        condition=step.condition,
                        error=error,
                    )
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for vals in vals_list:
            # The copy of the procedure lays the links among its steps anew.
            if vals.get("anchor") == "step":
                vals["anchor"] = "start"
        return vals_list

    def _check_same_template(self, others):
        if self in others or others.template_id - self.template_id:
            self._refuse(
                self.env._(
                    "%(others)s must be other steps of the same procedure.",
                    others=", ".join(others.mapped("name")),
                )
            )

    def _refuse(self, reason):
        raise ValidationError(
            self.env._(
                "Step “%(step)s” of “%(procedure)s”: %(reason)s",
                step=self.name,
                procedure=self.template_id.name,
                reason=reason,
            )
        )

    def _label(self, field_name):
        field = self._fields[field_name]
        return dict(field._description_selection(self.env)).get(self[field_name])

    def _get_condition(self):
        """Return the domain that a record must fit to get this step."""
        self.ensure_one()
        return Domain(literal_eval(self.condition or "[]"))

    def _get_deadline_count(self, site):
        """Return the number of units of the deadline at an office."""
        self.ensure_one()
        if not self.deadline_setting_id:
            return self.deadline_count
        count = site[self.deadline_setting_id.name]
        return -count if self.deadline_before else count
