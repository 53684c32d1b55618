from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

# What the signatures stand for: fixed once they are given.
_SIGNED = {
    "template_id",
    "res_model",
    "res_id",
    "site_id",
    "partner_id",
    "place",
    "date",
    "inspector_ids",
    "signed_by",
    "signed_on",
    "office_signed_by",
}
# What it is about: entered with the inspection and never again.
_RECORD = {"res_model", "res_id", "origin_id"}
_REMINDER = "pm_base.mail_activity_type_fault"


class PmInspection(models.Model):
    """A place gone through item by item; its faults are followed until they are put right."""

    _name = "pm.inspection"
    # hr.mixin: who may not read employee files may still name the inspectors.
    _inherit = [
        "hr.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Inspection"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "place", "partner_id.name"]

    # The only moves an inspection can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"judged", "cancelled"},
        "judged": {"signed", "draft", "cancelled"},
        "signed": set(),
        "cancelled": {"draft"},
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    template_id = fields.Many2one(
        "pm.inspection.template",
        string="Sheet",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('site_id', 'in', [False, site_id])]",
    )
    judge = fields.Text(related="template_id.judge")
    has_standard = fields.Boolean(compute="_compute_has_standard")
    has_spot = fields.Boolean(related="template_id.has_spot")
    has_brand = fields.Boolean(related="template_id.has_brand")
    has_remarks = fields.Boolean(related="template_id.has_remarks")
    res_model = fields.Char(string="Record Model", readonly=True, index=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True, index=True
    )
    origin_id = fields.Many2one(
        "pm.inspection",
        string="Follows",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The inspection whose faults are looked at again.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Party", index="btree_not_null", check_company=True
    )
    place = fields.Char(help="Where, such as the numbers of the units.")
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    inspector_ids = fields.Many2many("hr.employee", string="Inspectors", check_company=True)
    line_ids = fields.One2many(
        "pm.inspection.line",
        "inspection_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        copy=False,
    )
    signed_by = fields.Char(help="The party, or who signed for it.", copy=False, tracking=True)
    signed_on = fields.Date(string="Date Signed", copy=False, tracking=True)
    office_signed_by = fields.Char(string="Signed for the Office By", copy=False, tracking=True)
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "To Inspect"),
            ("judged", "Inspected"),
            ("signed", "Signed"),
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
    unjudged_count = fields.Integer(
        string="Items Left", compute="_compute_counts", store=True, compute_sudo=True
    )
    fault_count = fields.Integer(
        string="Faults", compute="_compute_counts", store=True, compute_sudo=True
    )
    open_fault_count = fields.Integer(
        string="Open Faults", compute="_compute_counts", store=True, compute_sudo=True
    )
    amount_compensation = fields.Monetary(
        string="Compensation", compute="_compute_counts", store=True, compute_sudo=True
    )
    is_in_order = fields.Boolean(
        string="In Order",
        compute="_compute_counts",
        store=True,
        compute_sudo=True,
        help="Inspected, and no fault is left or all have been put right.",
    )

    @api.depends("name", "template_id.name", "place")
    def _compute_display_name(self):
        for inspection in self:
            parts = (inspection.name, inspection.template_id.name, inspection.place)
            inspection.display_name = " ".join(part for part in parts if part and part != "/")

    @api.depends("template_id")
    def _compute_line_ids(self):
        for inspection in self:
            template, site = inspection.template_id, inspection.site_id
            lines_vals = template._prepare_lines_vals(site) if template and site else []
            inspection.line_ids = [
                Command.clear(),
                *(Command.create(vals) for vals in lines_vals),
            ]

    @api.depends("state", "line_ids.standard")
    def _compute_has_standard(self):
        for inspection in self:
            inspection.has_standard = inspection.state == "draft" or any(
                inspection.line_ids.mapped("standard")
            )

    @api.depends("state", "line_ids.verdict", "line_ids.fault_state", "line_ids.compensation")
    def _compute_counts(self):
        for inspection in self:
            lines = inspection.line_ids
            faults = lines.filtered(lambda line: line.verdict == "fault")
            left = faults.filtered(lambda line: line.fault_state == "open")
            inspection.unjudged_count = len(lines.filtered(lambda line: not line.verdict))
            inspection.fault_count = len(faults)
            inspection.open_fault_count = len(left)
            inspection.amount_compensation = sum(faults.mapped("compensation"))
            inspection.is_in_order = inspection.state in ("judged", "signed") and not left

    @api.constrains("state", "partner_id", "signed_by")
    def _check_signed_by(self):
        for inspection in self:
            if inspection.state == "signed" and inspection.partner_id and not inspection.signed_by:
                raise ValidationError(
                    self.env._(
                        "Enter who signed %(inspection)s for %(party)s.",
                        inspection=inspection.display_name,
                        party=inspection.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        inspections = super().create(vals_list)
        if not self.env.su:
            inspections._check_record()
        inspections.line_ids.flush_recordset()  # made at once: a search for items finds them
        return inspections

    def write(self, vals):
        self._check_fixed(vals)
        result = super().write(vals)
        if "state" in vals:
            self._drop_reminders()
        if vals.get("state") == "signed":
            self.line_ids._settle_followed()
        if vals.get("state") in ("judged", "signed"):
            self._tell_record()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_judged(self):
        for inspection in self:
            if inspection.state in ("judged", "signed"):
                raise UserError(
                    self.env._(
                        "%(inspection)s has taken place and belongs to the file: it cannot be "
                        "deleted.",
                        inspection=inspection.display_name,
                    )
                )

    def action_all_in_order(self):
        """Tick whatever has not been judged yet; readings and counts are still to be taken."""
        ticks = self.line_ids.filtered(lambda line: line.kind == "tick" and not line.verdict)
        ticks.write({"verdict": "ok"})

    def action_judge(self):
        self.write({"state": "judged"})

    def action_sign(self):
        """Record the signatures: today, and the user's for the office, unless entered."""
        for inspection in self:
            inspection.write(
                {
                    "state": "signed",
                    "signed_on": inspection.signed_on or inspection.site_id._today(),
                    "office_signed_by": inspection.office_signed_by or self.env.user.name,
                }
            )

    def action_draft(self):
        self.write({"state": "draft"})

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_inspect_again(self):
        """Open an inspection of the faults that are left."""
        return self._inspect_again().get_formview_action()

    def action_open_record(self):
        self.ensure_one()
        if not self.res_model or not self.res_id:
            raise UserError(
                self.env._("%(inspection)s was made without a record.", inspection=self.name)
            )
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    @api.model
    def _start(self, template, record, **vals):
        """Return a new inspection of `record` by the items of `template`.

        Office and party are those of the record, the day is today, unless `vals` says otherwise.
        An office itself may be inspected.
        """
        site = record if record._name == "pm.site" else record.site_id
        if "site_id" in vals:
            site = self.env["pm.site"].browse(vals["site_id"])
        partner = "partner_id" in record._fields and record.partner_id
        return self.create(
            {
                "template_id": template.id,
                "res_model": record._name,
                "res_id": record.id,
                "site_id": site.id,
                "partner_id": partner and partner.id,
                "date": site._today(),
                **vals,
            }
        )

    def _inspect_again(self):
        """Return a new inspection with only the faults that nobody has rechecked.

        Found in order there, a fault counts as put right and rechecked here.
        """
        self.ensure_one()
        faults = self.line_ids.filtered(lambda line: line.fault_state in ("open", "rectified"))
        if not faults:
            raise UserError(
                self.env._(
                    "%(inspection)s has no fault left to look at.", inspection=self.display_name
                )
            )
        return self.create(
            {
                "template_id": self.template_id.id,
                "res_model": self.res_model,
                "res_id": self.res_id,
                "origin_id": self.id,
                "site_id": self.site_id.id,
                "partner_id": self.partner_id.id,
                "place": self.place,
                "date": self.site_id._today(),
                "line_ids": [Command.create(line._prepare_again_vals()) for line in faults],
            }
        )

    @api.model
    def _cron_remind_faults(self):
        """Remind those responsible of the faults whose day has passed."""
        self.env["pm.site"].search([])._do_daily(self._remind_faults)

    @api.model
    def _remind_faults(self, site, today):
        late = self.env["pm.inspection.line"].search(
            Domain("site_id", "=", site.id)
            & Domain("fault_state", "=", "open")
            & Domain("due_date", "<", today)
            & Domain("inspection_id.state", "in", ["judged", "signed"])
        )
        for (inspection, user), lines in late.grouped(
            lambda line: (line.inspection_id, line._get_responsible_user())
        ).items():
            if user:
                inspection._remind(user, lines, today)

    def _remind(self, user, lines, today):
        """Give a user one activity for the late faults, or bring the one he has up to date."""
        self.ensure_one()
        words = {
            "summary": self.with_context(lang=user.lang).env._(
                "Faults past their day: %(items)s", items=", ".join(lines.mapped("name"))
            )
        }
        activity = self.activity_search([_REMINDER], user_id=user.id)[:1]
        if not activity:
            self.activity_schedule(_REMINDER, date_deadline=today, user_id=user.id, **words)
        elif activity.summary != words["summary"]:
            activity.write(words)

    def _drop_reminders(self):
        """Take the activities away from those who owe no fault any more."""
        for inspection in self:
            left = inspection.line_ids.filtered(lambda line: line.fault_state == "open")
            if inspection.state not in ("judged", "signed"):
                left = left.browse()
            owing = {line._get_responsible_user().id for line in left}
            # The activities are other users'.
            for activity_sudo in inspection.sudo().activity_search([_REMINDER]):
                if activity_sudo.user_id.id not in owing:
                    activity_sudo.unlink()

    def _check_transition(self, target):
        super()._check_transition(target)
        for inspection in self:
            if target == "judged":
                inspection.line_ids._check_judged()
                if not inspection.line_ids:
                    raise UserError(
                        self.env._(
                            "%(inspection)s has no item to inspect: add one.",
                            inspection=inspection.display_name,
                        )
                    )

    def _check_record(self):
        """Refuse to inspect what the user may not see, or what belongs to another office."""
        for inspection in self.filtered("res_id"):
            record = self.env[inspection.res_model].browse(inspection.res_id)
            record.check_access("read")
            site = record if record._name == "pm.site" else record.site_id
            if site != inspection.site_id:
                raise UserError(
                    self.env._(
                        "%(record)s belongs to another management office: inspect it there.",
                        record=record.display_name,
                    )
                )

    def _check_fixed(self, vals):
        if not self.env.su:
            for name in _RECORD & vals.keys():
                self._refuse_noted(name)
        for inspection in self:
            fixed = {"judged": {"template_id"}, "signed": _SIGNED, "cancelled": _SIGNED}
            if fixed.get(inspection.state, set()) & vals.keys():
                raise UserError(
                    self.env._(
                        "%(inspection)s is %(state)s: what it says cannot be changed. "
                        "Inspect again instead.",
                        inspection=inspection.display_name,
                        state=inspection._label_state(inspection.state),
                    )
                )

    def _tell_record(self):
        """Let the records inspected act on it, where they have something to do."""
        for inspection in self.filtered("res_id"):
            record = self.env[inspection.res_model].browse(inspection.res_id).exists()
            if record and hasattr(record, "_on_inspection"):
                record._on_inspection(inspection)

    def _get_print_facts(self):
        """Return [(label, value)] of the record inspected for the head of the print; extended by
        addons. A value that is not known prints as a line to fill by hand."""
        self.ensure_one()
        return []

    def _pm_group_lines(self):
        """Return [(section, lines)] in the order of the sheet, for its print."""
        self.ensure_one()
        groups = self.line_ids.sorted(lambda line: (line.sequence, line.id)).grouped("section")
        return list(groups.items())
