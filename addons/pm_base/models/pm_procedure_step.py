import logging
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.deadline import add_deadline
from .hr_department import DEPARTMENT_ROLES
from .pm_procedure_template_step import STEP_KINDS
from .wording import word_enumeration

_logger = logging.getLogger(__name__)

# What a user may write on a step. The rest are facts that the procedure brought along.
_USER_FIELDS = {"user_id", "note", "evidence_ids", "state", "skip_reason"}


class PmProcedureStep(models.Model):
    _name = "pm.procedure.step"
    _inherit = ["pm.state.mixin"]
    _description = "Step Under Way"
    _order = "procedure_id, sequence, id"

    # The only moves a step can make, whoever asks.
    _TRANSITIONS = {
        "open": {"done", "skipped"},
        "done": {"open"},
        "skipped": {"open"},
    }

    name = fields.Char(string="Step", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(STEP_KINDS, required=True, readonly=True, default="do")
    description = fields.Text(related="template_step_id.description", related_sudo=True)
    procedure_id = fields.Many2one(
        "pm.procedure", required=True, readonly=True, ondelete="cascade", index=True
    )
    template_step_id = fields.Many2one(
        "pm.procedure.template.step", readonly=True, ondelete="set null", index="btree_not_null"
    )
    site_id = fields.Many2one(
        "pm.site", string="Management Office", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    res_model = fields.Char(string="Record Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    subject = fields.Char(related="procedure_id.subject", store=True, string="Record Name")
    is_cancelled = fields.Boolean(related="procedure_id.is_cancelled", store=True)

    department_role = fields.Selection(DEPARTMENT_ROLES, readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True, index="btree_not_null")
    user_id = fields.Many2one("res.users", string="Responsible", index="btree_not_null")
    group_id = fields.Many2one("res.groups", string="Only By", readonly=True)
    form_id = fields.Many2one("pm.form", readonly=True, index="btree_not_null")
    gate = fields.Selection(
        lambda self: self.env["pm.procedure.template"]._get_gate_selection(), readonly=True
    )
    gate_label = fields.Char(string="Gate Before", compute="_compute_gate_label")
    check = fields.Selection(
        lambda self: (
            self.env["pm.procedure.template.step"]._fields["check"]._description_selection(self.env)
        ),
        string="Automatic",
        readonly=True,
        index="btree_not_null",
    )
    after_ids = fields.Many2many(
        "pm.procedure.step",
        "pm_procedure_step_after_rel",
        "step_id",
        "after_id",
        string="Only After",
        readonly=True,
    )
    before_ids = fields.Many2many(
        "pm.procedure.step",
        "pm_procedure_step_after_rel",
        "after_id",
        "step_id",
        readonly=True,
    )
    message = fields.Char(string="Held Up By", readonly=True)

    due_at = fields.Datetime(string="Due", readonly=True, index=True)
    is_late = fields.Boolean(string="Late", compute="_compute_is_late", search="_search_is_late")
    is_reminded = fields.Boolean(readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    state = fields.Selection(
        [("open", "To Do"), ("done", "Done"), ("skipped", "Skipped")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    done_at = fields.Datetime(string="Closed", readonly=True)
    done_by_id = fields.Many2one("res.users", string="Closed By", readonly=True)
    skip_reason = fields.Char(string="Skipped Because", readonly=True)
    note = fields.Text()
    evidence_ids = fields.Many2many("ir.attachment")

    _skip_reason = models.Constraint(
        "CHECK (state <> 'skipped' OR trim(coalesce(skip_reason, '')) <> '')",
        "Say why the step is skipped.",
    )
    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("gate", "procedure_id.occasion")
    def _compute_gate_label(self):
        points = self.env["pm.procedure.template"]._get_gate_points()
        for step in self:
            labels = dict(points.get(step.procedure_id.occasion, []))
            step.gate_label = labels.get(step.gate)

    @api.depends("due_at", "state", "is_cancelled")
    def _compute_is_late(self):
        late = self._get_late_domain()
        for step in self:
            step.is_late = bool(step.filtered_domain(late))

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self._get_late_domain()
        return late if True in value else ~late

    def write(self, vals):
        self._check_facts(vals)
        if "state" in vals:
            vals = {**self._prepare_state_vals(vals["state"]), **vals}
        result = super().write(vals)
        if not {"state", "user_id", "due_at"}.isdisjoint(vals):
            self.sudo()._forget_reminder()  # the list of to-dos follows, whosever it is
        if "state" in vals:
            self.sudo()._follow_up()
        return result

    def action_done(self):
        """Close the steps, now and by this user; an automatic one says what it waits for."""
        for step in self:
            if step.check:
                step.sudo()._refresh()  # the system notes what it sees
                if step.state == "open":
                    step._refuse_by_hand()
            else:
                step.write({"state": "done"})

    def action_reopen(self):
        """Take the closing of the steps back."""
        self.write({"state": "open"})

    def action_skip(self):
        """Ask why the steps are passed over."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Skip a Step"),
            "res_model": "pm.procedure.step.skip",
            "view_mode": "form",
            "target": "new",
            "context": {"default_step_ids": self.ids},
        }

    def action_work(self):
        """Open what the step needs: what the record has for it, its print, or the step itself."""
        self.ensure_one()
        record = self._get_record()
        if action := record._pm_open_step(self):
            return action
        # Which prints there are is no secret.
        report_sudo = (
            self.env["ir.actions.report"]
            .sudo()
            .search(
                Domain("pm_form_id", "!=", False)
                & Domain("pm_form_id", "=", self.form_id.id)
                & Domain("model", "=", self.res_model),
                limit=1,
            )
        )
        if report_sudo:
            return report_sudo.sudo(False).report_action(record)
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_record(self):
        """Open the record that the step is about."""
        self.ensure_one()
        return self._get_record().get_formview_action()

    @api.model
    def _cron_remind(self):
        """Put each step that is due within a day, or late, on the to-do list of who owes it.

        Once a step, and again when its deadline moves or somebody else becomes responsible.
        """
        soon = fields.Datetime.add(fields.Datetime.now(), days=1)
        todo = (
            Domain("state", "=", "open")
            & Domain("is_cancelled", "=", False)
            & Domain("is_reminded", "=", False)
            & Domain("due_at", "<=", soon)
        )
        commit_progress = self.env["ir.cron"]._commit_progress
        steps = self.search(todo)
        commit_progress(remaining=len(steps))
        for step in steps:
            try:
                with self.env.cr.savepoint():
                    step.try_lock_for_update().filtered_domain(todo)._remind()
            except UserError as error:
                _logger.warning("Nobody was reminded of step %s: %s", step.id, error)
            if not commit_progress(1):  # no time left; the next run goes on
                break

    @api.model
    def _get_due_select(self):
        """Return the open steps that have a deadline, for the due list: a row opens the record."""
        return self.env["pm.due"]._prepare_due_select(
            2,
            "step",
            SQL(
                """
                FROM pm_procedure_step step
               WHERE step.state = 'open' AND step.is_cancelled IS NOT TRUE
                 AND step.due_at IS NOT NULL
                """
            ),
            id=SQL("step.id"),
            name=SQL("step.name"),
            res_model=SQL("step.res_model"),
            res_id=SQL("step.res_id"),
            site_id=SQL("step.site_id"),
            department_id=SQL("step.department_id"),
            user_id=SQL("step.user_id"),
            due_at=SQL("step.due_at"),
        )

    def _check_facts(self, vals):
        """Refuse that a user rewrites what the procedure says, or a reason after the event."""
        if self.env.su:
            return
        allowed = _USER_FIELDS if vals.get("state") == "skipped" else _USER_FIELDS - {"skip_reason"}
        for name in vals.keys() - allowed:
            raise AccessError(
                self.env._(
                    "“%(field)s” of a step comes from the procedure and cannot be changed here.",
                    field=self._fields[name]._description_string(self.env)
                    if name in self._fields
                    else name,
                )
            )

    def _check_transition(self, target):
        super()._check_transition(target)
        for step in self:
            if step.is_cancelled:
                raise UserError(
                    self.env._(
                        "“%(procedure)s” was broken off: its steps stay as they are.",
                        procedure=step.procedure_id.display_name,
                    )
                )
            if target == "done":
                # What comes before may have come true a moment ago, such as a payment.
                before_sudo = step.sudo().after_ids
                before_sudo.filtered(lambda one: one.check and one.state == "open")._refresh()
            waiting_for = step._get_waiting_words()
            if target == "done" and waiting_for:
                raise UserError(
                    self.env._(
                        "“%(step)s” comes only after: %(steps)s.",
                        step=step.name,
                        steps=waiting_for,
                    )
                )
            if not self.env.su:
                step._check_may_move(target)

    def _check_may_move(self, target):
        """Refuse the move to a user whose post it is not."""
        self.ensure_one()
        user = self.env.user
        if self.kind == "approve" and user == self.procedure_id.started_by_id:
            raise AccessError(
                self.env._(
                    "“%(step)s” needs a second pair of eyes: you began this procedure yourself.",
                    step=self.name,
                )
            )
        if "skipped" in (target, self.state):
            name = "pm_base.group_pm_leader" if self.gate else "pm_base.group_pm_supervisor"
            group = self.env.ref(name)
        elif self.check:
            self._refuse_by_hand()
        else:
            group = self.group_id
        if group and group not in user.all_group_ids:
            raise AccessError(
                self.env._(
                    "“%(step)s” is not yours to close, skip or undo, but of: %(group)s.",
                    step=self.name,
                    group=group.name,
                )
            )

    def _refuse_by_hand(self):
        raise UserError(
            self.env._(
                "“%(step)s” closes by itself. %(reason)s", step=self.name, reason=self.message or ""
            ).strip()
        )

    def _prepare_state_vals(self, target):
        """Return what is noted with a change of state."""
        if target == "open":
            return {"done_at": False, "done_by_id": False, "skip_reason": False}
        return {
            "done_at": fields.Datetime.now(),
            "done_by_id": self.env.uid,
            "message": False,
        }

    def _follow_up(self):
        """Carry a change of state on: the log, the steps after these, the deadlines from them."""
        for step in self:
            if step.state == "skipped" or (step.state == "open" and not step.check):
                step.procedure_id._message_log(
                    body=self.env._(
                        "%(step)s: %(state)s. %(reason)s",
                        step=step.name,
                        state=step._label_state(step.state),
                        reason=step.skip_reason or "",
                    )
                )
            others = step.procedure_id.step_ids
            others.filtered(
                lambda other, step=step: (
                    step.template_step_id
                    and other.template_step_id.anchor_step_id == step.template_step_id
                )
            )._reckon_due_at()
        self._reckon_due_at()  # of one that is open again, the date may have moved meanwhile
        (self | self.before_ids)._refresh()

    def _refresh(self):
        """Judge the steps with what is known now: what holds them up, and whether they are done."""
        for step in self.filtered(lambda step: step.state != "skipped"):
            waiting_for = step._get_waiting_words()
            lack = step._get_lack()
            if step.check and step.state == "done" and lack:
                if not step._get_record()._pm_keeps_done(step):
                    step.write({"state": "open"})
            elif step.check and step.state == "open" and not lack and not waiting_for:
                step.write({"state": "done", "done_by_id": False})
            if step.state == "open":
                if waiting_for:
                    office_env = step.with_context(lang=step.site_id.print_lang).env
                    lack = office_env._("Comes after: %(steps)s", steps=waiting_for)
                if step.message != lack:
                    step.message = lack

    def _get_lack(self):
        """Return why an automatic step is not done, in the language of the office, or False."""
        self.ensure_one()
        if not self.check:
            return False
        localized = self.with_context(lang=self.site_id.print_lang)
        return getattr(localized._get_record(), f"_pm_check_{self.check}")(localized)

    def _get_waiting_words(self):
        """Name the steps that must be closed before this one."""
        self.ensure_one()
        open_steps = self.after_ids.filtered(lambda step: step.state == "open")
        return word_enumeration(self.env, [f"“{step.name}”" for step in open_steps])

    @api.model
    def _refresh_papers(self, papers):
        """Judge the steps that wait for these papers."""
        # The check runs whoever hands the paper over.
        steps_sudo = self.sudo().search(
            Domain("check", "in", ["paper_printed", "paper_delivered", "paper_returned"])
            & Domain("form_id", "in", papers.form_id.ids)
            & Domain("is_cancelled", "=", False)
            & Domain.OR(
                Domain("res_model", "=", model) & Domain("res_id", "in", group.mapped("res_id"))
                for model, group in papers.filtered("res_id").grouped("res_model").items()
            )
        )
        steps_sudo._refresh()

    def _reckon_due_at(self):
        """Reckon the deadlines of the open steps from what they count from."""
        for step in self.filtered(lambda step: step.state == "open" and step.template_step_id):
            due_at = step._get_due_at()
            if step.due_at != due_at:
                step.due_at = due_at

    def _get_due_at(self):
        self.ensure_one()
        template, site = self.template_step_id, self.site_id
        anchor = template.deadline_unit and self._get_anchor()
        if not anchor:
            return False
        due_at = add_deadline(
            anchor,
            template._get_deadline_count(site),
            template.deadline_unit,
            site.company_id._get_workday_overrides(),
        )
        return site._to_utc(due_at)

    def _get_anchor(self):
        """Return what the deadline counts from, on the clock of the office, or False."""
        template = self.template_step_id
        if template.anchor == "start":
            moment = self.procedure_id.started_at
        elif template.anchor == "step":
            moment = self.procedure_id.step_ids.filtered(
                lambda step: step.template_step_id == template.anchor_step_id
            ).done_at
        else:
            moment = self._get_record()[template.anchor_field_id.name]
        return self.site_id._to_local(moment) if isinstance(moment, datetime) else moment

    def _remind(self):
        """Put the steps on the to-do list of the person responsible, else the department's head."""
        for step in self:
            record = step._get_record()
            if "activity_ids" not in record._fields:
                record = step.procedure_id
            for user in step.user_id | step.department_id.manager_id.user_id:
                if record.with_user(user).has_access("read"):
                    activity = record.activity_schedule(
                        "mail.mail_activity_data_todo",
                        date_deadline=step.site_id._to_local(step.due_at).date(),
                        summary=step.name,
                        user_id=user.id,
                    )
                    step.write({"is_reminded": True, "activity_id": activity.id})
                    break

    def _forget_reminder(self):
        self.activity_id.unlink()
        self.filtered("is_reminded").write({"is_reminded": False})

    def _get_owing_words(self):
        """Say in one line what is open, who owes it and why it is not done."""
        self.ensure_one()
        roles = dict(self._fields["department_role"]._description_selection(self.env))
        department = self.department_id.name or roles.get(self.department_role)
        owners = word_enumeration(self.env, filter(None, (department, self.user_id.name)))
        words = (self.name, owners and f"({owners})", self.message and f"— {self.message}")
        return " ".join(word for word in words if word)

    @api.model
    def _get_late_domain(self):
        return (
            Domain("state", "=", "open")
            & Domain("is_cancelled", "=", False)
            & Domain("due_at", "<", fields.Datetime.now())
        )

    def _get_record(self):
        """Return the record that the step is about."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.procedure.step": [
            "department_id",
            "due_at",
            "is_cancelled",
            "name",
            "res_id",
            "res_model",
            "site_id",
            "state",
            "user_id",
        ],
    }

    kind = fields.Selection(selection_add=[("step", "Step of a Procedure")])

    @api.model
    def _get_due_selects(self):
        return [*super()._get_due_selects(), self.env["pm.procedure.step"]._get_due_select()]
