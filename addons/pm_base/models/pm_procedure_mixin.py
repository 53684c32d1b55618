from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# What becomes of a paper, in order.
_PAPER_STATES = ["printed", "delivered", "returned", "received", "archived", "destroyed"]


class PmProcedureMixin(models.AbstractModel):
    """A record that goes through procedures, and is held up by their gates.

    The model has an office, see `_pm_get_procedure_site`. A state that is a gate point is guarded
    when it is written; at any other point the addon calls `_check_gates`.
    """

    _name = "pm.procedure.mixin"
    _description = "Goes Through Procedures"

    procedure_ids = fields.One2many(
        "pm.procedure",
        "res_id",
        string="Procedures",
        domain=lambda self: [("res_model", "=", self._name), ("is_cancelled", "=", False)],
    )
    procedure_step_ids = fields.One2many(
        "pm.procedure.step",
        "res_id",
        string="Steps",
        domain=lambda self: [("res_model", "=", self._name), ("is_cancelled", "=", False)],
    )
    procedure_progress = fields.Float(string="Procedure (%)", compute="_compute_procedure_progress")
    next_step_id = fields.Many2one("pm.procedure.step", compute="_compute_next_step_id")

    @api.depends("procedure_step_ids.state")
    def _compute_procedure_progress(self):
        for record in self:
            steps = record.procedure_step_ids
            closed = steps.filtered(lambda step: step.state != "open")
            record.procedure_progress = 100.0 * len(closed) / len(steps) if steps else 0.0

    @api.depends("procedure_step_ids.state")
    def _compute_next_step_id(self):
        for record in self:
            steps = record.procedure_step_ids.filtered(lambda step: step.state == "open")
            record.next_step_id = steps.sorted(lambda step: (step.sequence, step.id))[:1]

    def write(self, vals):
        if "state" in vals:
            # One search for all: of the records written in bulk most go through no procedure.
            for record in self.browse(set(self._get_running_procedures().mapped("res_id"))):
                if not record._goes_back_to(vals["state"]):
                    record._check_gates(vals["state"])
        result = super().write(vals)
        if any(self._fields[name].type in ("date", "datetime") for name in vals):
            self._get_running_procedures().step_ids._reckon_due_at()
        return result

    def unlink(self):
        # The history of a record goes with it, whoever may delete the record.
        procedures_sudo = (
            self.env["pm.procedure"]
            .sudo()
            .search(Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids))
        )
        result = super().unlink()
        procedures_sudo.unlink()
        return result

    def _start_procedure(self, template_or_occasion):
        """Begin a procedure on each record, and return those begun.

        For an occasion, the procedure that the office follows, if it has one. Nothing happens on
        a record on which it is under way already.
        """
        Procedure = self.env["pm.procedure"]
        by_occasion = isinstance(template_or_occasion, str)
        started = Procedure
        for record in self:
            running = record._get_running_procedures()
            if by_occasion:
                if template_or_occasion in running.mapped("occasion"):
                    continue
                template = self.env["pm.procedure.template"]._find(
                    record._pm_get_procedure_site(), template_or_occasion
                )[:1]
            else:
                template = template_or_occasion - running.template_id
            if template:
                started |= Procedure._start(record, template.sudo())
        return started

    def _cancel_procedure(self, occasion=None):
        """Break off the procedures of the records, or only those of an occasion."""
        running = self._get_running_procedures()
        if occasion:
            running = running.filtered(lambda procedure: procedure.occasion == occasion)
        running._cancel()
        self.invalidate_recordset(["procedure_ids", "procedure_step_ids"])

    def _refresh_procedure(self):
        """Judge the automatic steps of the records anew, and reckon the deadlines."""
        self._get_running_procedures()._refresh()

    def _adapt_procedure(self):
        """Lay the open steps anew that depend on a condition, after the records changed."""
        self._get_running_procedures()._adapt()
        self.invalidate_recordset(["procedure_step_ids"])

    def _check_gates(self, point):
        """Refuse to pass a point while a step before it is open; say which, who owes it and why."""
        Template = self.env["pm.procedure.template"]
        for record in self:
            held_up_by = self.env["pm.procedure.step"].sudo()
            for procedure in record._get_running_procedures():
                gates = Template._get_gates_until(procedure.occasion, point)
                steps = procedure.step_ids.filtered(lambda step, gates=gates: step.gate in gates)
                steps._refresh()
                held_up_by |= steps.filtered(lambda step: step.state == "open")
            if held_up_by:
                raise UserError(
                    self.env._(
                        "%(record)s is held up by:\n%(steps)s",
                        record=record.display_name,
                        steps="\n".join(f"• {step._get_owing_words()}" for step in held_up_by),
                    )
                )

    def _goes_back_to(self, point):
        """Tell whether the record is already past a point: going back is never held up."""
        self.ensure_one()
        Template = self.env["pm.procedure.template"]
        return self.state != point and any(
            point in Template._get_gates_until(procedure.occasion, self.state)
            for procedure in self._get_running_procedures()
        )

    def _get_running_procedures(self):
        """Return the procedures of the records that were not broken off, elevated."""
        # Gates hold for everybody, also for who does not see the steps, such as a portal user.
        return (
            self.env["pm.procedure"]
            .sudo()
            .search(
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("is_cancelled", "=", False)
            )
        )

    def _pm_get_procedure_site(self):
        """Return the office whose procedures, departments and clock count for this record."""
        self.ensure_one()
        return self.site_id

    def _pm_open_step(self, step):
        """Return the action with which a step is worked on; False: its print, or the step."""
        return False

    def _pm_keeps_done(self, step):
        """Tell whether an automatic step that was done stays so, whatever its check says now.

        Such as what had to be settled before a point that the record has passed.
        """
        return False

    # The automatic checks: each returns why the step is still open, or False once it is done.

    def _pm_check_paper_printed(self, step):
        if not self._has_paper(step.form_id, "printed"):
            return self.env._("%(form)s is not printed yet.", form=step.form_id.name)
        return False

    def _pm_check_paper_delivered(self, step):
        if not self._has_paper(step.form_id, "delivered"):
            return self.env._("%(form)s is not delivered yet.", form=step.form_id.name)
        return False

    def _pm_check_paper_returned(self, step):
        if not self._has_paper(step.form_id, "returned"):
            return self.env._("The receipt of %(form)s is not back yet.", form=step.form_id.name)
        return False

    def _has_paper(self, form, state):
        """Tell whether the papers of that form of this record all got as far as `state`."""
        self.ensure_one()
        records = self._get_paper_records(form)
        papers = self.env["pm.document"]._get_papers(form, records._name, records.ids)
        return bool(records) and all(
            record.id in papers
            and _PAPER_STATES.index(papers[record.id].state) >= _PAPER_STATES.index(state)
            for record in records
        )

    def _get_paper_records(self, form):
        """Return the records on which a form is printed for this one: itself, unless an addon
        prints it on something that belongs to it."""
        return self
