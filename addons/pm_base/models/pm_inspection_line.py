from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .pm_inspection_template import LINE_KINDS

# What an item is: fixed once all have been judged.
_ITEM = {
    "inspection_id",
    "section",
    "name",
    "spot",
    "brand",
    "standard",
    "kind",
    "quantity",
    "unit",
    "previous_id",
}
# How it was found: fixed once it is signed. What follows is how it is put right.
_FINDING = {"verdict", "value", "condition", "finding", "compensation", "photo_ids", "remarks"}


class PmInspectionLine(models.Model):
    """One item: how it was found and, if it is a fault, how it is put right."""

    _name = "pm.inspection.line"
    _description = "Item of an Inspection"
    _order = "inspection_id desc, sequence, id"
    _check_company_auto = True

    inspection_id = fields.Many2one(
        "pm.inspection", required=True, ondelete="cascade", index=True, readonly=True
    )
    inspection_state = fields.Selection(related="inspection_id.state")
    previous_id = fields.Many2one(
        "pm.inspection.line",
        readonly=True,
        index="btree_not_null",
        help="The fault that is looked at again.",
    )
    site_id = fields.Many2one(
        related="inspection_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="inspection_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="inspection_id.currency_id")
    template_id = fields.Many2one(
        related="inspection_id.template_id", store=True, precompute=True, index=True
    )
    place = fields.Char(related="inspection_id.place")
    partner_id = fields.Many2one(related="inspection_id.partner_id")

    sequence = fields.Integer(default=10)
    section = fields.Char()
    name = fields.Char(string="Item", required=True)
    spot = fields.Char(string="Place of the Item")
    brand = fields.Char(string="Brand and Model")
    standard = fields.Char()
    kind = fields.Selection(LINE_KINDS, string="Judged By", required=True, default="tick")
    quantity = fields.Float(help="How many there should be.")
    unit = fields.Char()

    verdict = fields.Selection(
        [("ok", "√"), ("fault", "×"), ("na", "n/a")],
        compute="_compute_verdict",
        store=True,
        readonly=False,
        copy=False,
        help="√ in order, × a fault, n/a not there or not looked at. "
        "A reading, and a count that is right, is in order by itself.",
    )
    value = fields.Float(string="Reading or Count", copy=False)
    condition = fields.Char(copy=False)
    remarks = fields.Char(copy=False)
    finding = fields.Text(copy=False, help="What is wrong; a fault needs it.")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)
    photo_count = fields.Integer(string="Number of Photos", compute="_compute_photo_count")
    compensation = fields.Monetary(copy=False, help="What the party owes for the damage.")

    department_id = fields.Many2one(
        "hr.department", check_company=True, help="Puts the fault right."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        copy=False,
        help="Is reminded of a late fault; otherwise the manager of the department, "
        "or of the office.",
    )
    due_date = fields.Date(copy=False)
    rectified_on = fields.Date(copy=False)
    rechecked_by_id = fields.Many2one("hr.employee", check_company=True, copy=False)
    recheck_note = fields.Char(string="Recheck", copy=False)
    fault_state = fields.Selection(
        [
            ("none", "No Fault"),
            ("open", "To Put Right"),
            ("rectified", "Put Right"),
            ("rechecked", "Rechecked"),
        ],
        string="Fault",
        compute="_compute_fault_state",
        store=True,
        index=True,
    )

    _rectified_is_fault = models.Constraint(
        "CHECK (rectified_on IS NULL OR verdict = 'fault')", "Only a fault can be put right."
    )
    _rechecked_is_rectified = models.Constraint(
        "CHECK (rechecked_by_id IS NULL OR rectified_on IS NOT NULL)",
        "Enter the day on which the fault was put right before it is rechecked.",
    )
    _compensation_positive = models.Constraint(
        "CHECK (compensation >= 0)", "A compensation cannot be negative."
    )

    @api.depends("value")
    def _compute_verdict(self):
        for line in self:
            is_right = line.kind == "reading" or line.quantity in (0, line.value)
            if not line.verdict and line.value and line.kind != "tick" and is_right:
                line.verdict = "ok"
            else:
                line.verdict = line.verdict

    @api.depends("photo_ids")
    def _compute_photo_count(self):
        for line in self:
            line.photo_count = len(line.photo_ids)

    @api.depends("verdict", "rectified_on", "rechecked_by_id")
    def _compute_fault_state(self):
        for line in self:
            if line.verdict != "fault":
                line.fault_state = "none"
            elif not line.rectified_on:
                line.fault_state = "open"
            else:
                line.fault_state = "rechecked" if line.rechecked_by_id else "rectified"

    @api.depends("section", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " · ".join(part for part in (line.section, line.name) if part)

    @api.constrains("verdict", "finding")
    def _check_finding(self):
        for line in self:
            if line.verdict == "fault" and not (line.finding or "").strip():
                raise ValidationError(
                    self.env._("Say what is wrong with %(item)s.", item=line.display_name)
                )
            if not line.verdict and line.inspection_id.state in ("judged", "signed"):
                line._check_judged()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_list_open()
        lines._adopt_photos()
        return lines

    def write(self, vals):
        if "inspection_id" in vals:
            self._check_list_open()
        for line in self:
            state = line.inspection_id.state
            fixed = {"draft": set(), "judged": _ITEM}.get(state, _ITEM | _FINDING)
            if fixed & vals.keys():
                raise UserError(
                    self.env._(
                        "%(inspection)s is %(state)s: %(item)s cannot be changed any more.",
                        inspection=line.inspection_id.display_name,
                        state=line.inspection_id._label_state(state),
                        item=line.display_name,
                    )
                )
        result = super().write(vals)
        if "photo_ids" in vals:
            self._adopt_photos()
        followed = {key: vals[key] for key in ("rectified_on", "rechecked_by_id") if key in vals}
        if followed and self.previous_id:
            self.previous_id.write(followed)
        if followed or not {"verdict", "user_id", "department_id"}.isdisjoint(vals):
            self.inspection_id._drop_reminders()
        if "rectified_on" in vals:
            self.inspection_id._tell_record()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_judged(self):
        self._check_list_open()

    def action_ok(self):
        self.write({"verdict": "ok"})

    def action_open(self):
        """Open the item by itself: finding, photos, who puts it right."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_rectify(self):
        for site, lines in self.grouped("site_id").items():
            lines.write({"rectified_on": site._today()})

    def action_recheck(self):
        """Confirm that the faults have been put right, as the employee of this user."""
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._("You are not entered as an employee: enter who rechecked it yourself.")
            )
        self.write({"rechecked_by_id": employee.id})

    def action_reopen(self):
        """The fault is still there."""
        self.write({"rectified_on": False, "rechecked_by_id": False})

    def _check_list_open(self):
        """Refuse to add or remove items once all have been judged."""
        for inspection in self.inspection_id:
            if inspection.state != "draft":
                raise UserError(
                    self.env._(
                        "%(inspection)s is %(state)s: its items are fixed. Take it back first, or "
                        "inspect again.",
                        inspection=inspection.display_name,
                        state=inspection._label_state(inspection.state),
                    )
                )

    def _check_judged(self):
        left = self.filtered(lambda line: not line.verdict)
        if left:
            raise UserError(
                self.env._(
                    "Still to be judged: %(items)s.", items=", ".join(left.mapped("display_name"))
                )
            )

    def _adopt_photos(self):
        """Let whoever sees the item see its photos; an upload is its owner's until then."""
        for line in self:
            loose_sudo = line.photo_ids.sudo().filtered(
                lambda photo: not photo.res_id and photo.create_uid == self.env.user
            )
            loose_sudo.write({"res_model": self._name, "res_id": line.id})

    def _settle_followed(self):
        """What is in order now is put right and rechecked where it was found."""
        for line in self.filtered(lambda line: line.verdict == "ok"):
            previous = line.previous_id
            if previous.verdict != "fault":
                continue
            inspection = line.inspection_id
            inspector = inspection.inspector_ids[:1] or self.env.user.employee_id
            previous.write(
                {
                    "rectified_on": previous.rectified_on or inspection.date,
                    "rechecked_by_id": previous.rechecked_by_id.id or inspector.id,
                }
            )

    def _prepare_again_vals(self):
        """Return this item as one to be looked at again."""
        self.ensure_one()
        names = (
            "sequence",
            "section",
            "name",
            "spot",
            "brand",
            "standard",
            "kind",
            "quantity",
            "unit",
        )
        return {
            **{name: self[name] for name in names},
            "department_id": self.department_id.id,
            "previous_id": self.id,
        }

    def _get_responsible_user(self):
        """Return who is reminded of this fault: the first of those in charge who sees it."""
        self.ensure_one()
        site = self.site_id
        # Who manages a department is no secret of its employee file.
        candidates = (
            self.user_id,
            self.department_id.sudo().manager_id.user_id,
            site.sudo().manager_id.user_id,
        )
        for user in candidates:
            if user and user.sudo()._sees_site(site):
                return user.sudo(False)
        return self.env["res.users"]

    def _word_number(self, number):
        """Return a reading or count without decimals that say nothing."""
        return f"{number:.4f}".rstrip("0").rstrip(".")

    @api.model
    def _get_due_select(self):
        """Return the faults to be put right by a day, for the due list.

        A fault that was found again is followed where it was found last.
        """
        return self.env["pm.due"]._prepare_due_select(
            4,
            "fault",
            SQL(
                """
                FROM pm_inspection_line line
                JOIN pm_inspection inspection ON inspection.id = line.inspection_id
           LEFT JOIN hr_department department ON department.id = line.department_id
           LEFT JOIN hr_employee manager ON manager.id = department.manager_id
               WHERE line.fault_state = 'open' AND line.due_date IS NOT NULL
                 AND inspection.state IN ('judged', 'signed')
                 AND NOT EXISTS (
                     SELECT FROM pm_inspection_line again
                       JOIN pm_inspection later ON later.id = again.inspection_id
                      WHERE again.previous_id = line.id AND again.fault_state = 'open'
                        AND again.due_date IS NOT NULL AND later.state IN ('judged', 'signed')
                 )
                """
            ),
            id=SQL("line.id"),
            name=SQL("concat_ws(' · ', line.section, line.name)"),
            res_model=SQL("'pm.inspection'"),
            res_id=SQL("inspection.id"),
            site_id=SQL("line.site_id"),
            place=SQL("inspection.place"),
            partner_id=SQL("inspection.partner_id"),
            department_id=SQL("line.department_id"),
            user_id=SQL("COALESCE(line.user_id, manager.user_id)"),
            due_date=SQL("line.due_date"),
        )


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "hr.department": ["manager_id"],
        "hr.employee": ["user_id"],
        "pm.inspection": ["partner_id", "place", "state"],
        "pm.inspection.line": [
            "department_id",
            "due_date",
            "fault_state",
            "inspection_id",
            "name",
            "previous_id",
            "section",
            "site_id",
            "user_id",
        ],
    }

    kind = fields.Selection(selection_add=[("fault", "Fault to Put Right")])

    @api.model
    def _get_due_selects(self):
        return [*super()._get_due_selects(), self.env["pm.inspection.line"]._get_due_select()]
