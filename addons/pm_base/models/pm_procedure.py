import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

_logger = logging.getLogger(__name__)


class PmProcedure(models.Model):
    _name = "pm.procedure"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.site.mixin"]
    _description = "Procedure Under Way"
    _order = "started_at desc, id desc"
    _rec_names_search = ["subject", "template_id.name"]
    _mail_post_access = "read"  # whoever takes part may leave a note

    # At uninstall the procedures go with the occasion; otherwise the template refuses.
    template_id = fields.Many2one(
        "pm.procedure.template",
        string="Procedure",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    occasion = fields.Selection(related="template_id.occasion", store=True)
    res_model = fields.Char(string="Record Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    subject = fields.Char(string="Record Name", readonly=True)
    started_at = fields.Datetime(
        string="Begun", required=True, readonly=True, default=fields.Datetime.now
    )
    started_by_id = fields.Many2one(
        "res.users",
        string="Begun By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    step_ids = fields.One2many("pm.procedure.step", "procedure_id", string="Steps")
    open_count = fields.Integer(string="Open Steps", compute="_compute_progress", store=True)
    progress = fields.Float(string="Done (%)", compute="_compute_progress", store=True)
    is_cancelled = fields.Boolean(string="Broken Off", readonly=True, tracking=True)

    _one_running = models.UniqueIndex(
        "(template_id, res_model, res_id) WHERE is_cancelled IS NOT TRUE",
        "This procedure is already under way for this record.",
    )
    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("step_ids.state")
    def _compute_progress(self):
        for procedure in self:
            count = len(procedure.step_ids)
            open_count = len(procedure.step_ids.filtered(lambda step: step.state == "open"))
            procedure.open_count = open_count
            procedure.progress = 100.0 * (count - open_count) / count if count else 100.0

    @api.depends("template_id.name", "subject")
    def _compute_display_name(self):
        for procedure in self:
            words = (procedure.subject, procedure.template_id.name)
            procedure.display_name = " · ".join(word for word in words if word)

    def action_open_record(self):
        """Open the record that the procedure is about."""
        self.ensure_one()
        return self._get_record().get_formview_action()

    @api.model
    def _start(self, record, template):
        """Begin a procedure on a record: its steps, their departments and their deadlines."""
        site = record._pm_get_procedure_site()
        if template.model_name != record._name or template.site_id not in (site, site.browse()):
            raise UserError(
                self.env._(
                    "“%(procedure)s” is not a procedure for %(record)s.",
                    procedure=template.name,
                    record=record.display_name,
                )
            )
        # A checklist begins with the work, whoever does it; only its steps are his to close.
        procedure_sudo = (
            self.sudo()
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            .create(
                {
                    "template_id": template.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "subject": record.display_name,
                    "site_id": site.id,
                }
            )
        )
        procedure_sudo._lay_steps()
        return procedure_sudo.sudo(self.env.su)

    def _lay_steps(self):
        """Make the steps that fit the record, worded in the language of the office."""
        self.ensure_one()
        self._lay(self._get_fitting_steps())
        self.step_ids._reckon_due_at()
        self.step_ids._refresh()

    def _adapt(self):
        """Lay the steps that fit the record since it changed, and take away those that do not.

        Only those that depend on a condition; what is closed stays.
        """
        for procedure in self:
            laid = procedure.step_ids.template_step_id
            fitting = procedure._get_fitting_steps().filtered("condition")
            procedure.step_ids.filtered(
                lambda step, fitting=fitting: (
                    step.state == "open"
                    and step.template_step_id.condition
                    and step.template_step_id not in fitting
                )
            ).unlink()
            procedure._lay(fitting - laid)
            procedure._refresh()

    def _get_fitting_steps(self):
        """Return the steps of the template that fit the record."""
        self.ensure_one()
        record = self._get_record()
        return self.template_id.step_ids.filtered(
            lambda template: record.filtered_domain(template._get_condition())
        )

    def _lay(self, templates):
        """Make these steps, and tell them and the others which come after which."""
        self.ensure_one()
        self.env["pm.procedure.step"].create(
            [
                self._prepare_step_vals(template)
                for template in templates.with_context(lang=self.site_id.print_lang)
            ]
        )
        pairs = {step.template_step_id: step for step in self.step_ids}
        for template, step in pairs.items():
            if (template | template.after_ids) & templates:
                before = [pairs[other].id for other in template.after_ids if other in pairs]
                step.after_ids = [Command.set(before)]

    def _prepare_step_vals(self, template):
        """Return what a step of this procedure takes from the template of the step."""
        return {
            "procedure_id": self.id,
            "template_step_id": template.id,
            "site_id": self.site_id.id,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "sequence": template.sequence,
            "name": template.name,
            "kind": template.kind,
            "department_role": template.department_role,
            "department_id": self.site_id._get_department(template.department_role).id,
            "group_id": template.group_id.id,
            "form_id": template.form_id.id,
            "gate": template.gate,
            "check": template.check,
        }

    def _cancel(self):
        """Break the procedures off: what is open holds nothing up and reminds nobody."""
        self.write({"is_cancelled": True})
        self.step_ids._forget_reminder()

    def _refresh(self):
        """Bring the procedures up to date with their records: name, deadlines, automatic steps."""
        for procedure in self:
            record = procedure._get_record()
            if procedure.subject != record.display_name:
                procedure.subject = record.display_name
            procedure.step_ids._reckon_due_at()
            procedure.step_ids._refresh()

    @api.model
    def _cron_refresh(self):
        """Judge the automatic steps of the procedures under way, and reckon deadlines anew.

        Most changes are seen at once; this finds those that only time brings, and settings.
        """
        todo = Domain("is_cancelled", "=", False) & Domain("open_count", ">", 0)
        commit_progress = self.env["ir.cron"]._commit_progress
        procedures = self.search(todo)
        commit_progress(remaining=len(procedures))
        for procedure in procedures:
            try:
                with self.env.cr.savepoint():
                    procedure.try_lock_for_update().filtered_domain(todo)._refresh()
            except UserError as error:
                _logger.warning("Procedure %s was not refreshed: %s", procedure.id, error)
            if not commit_progress(1):  # no time left; the next run goes on
                break

    def _get_record(self):
        """Return the record that the procedure is about."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)
