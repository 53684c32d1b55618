from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_days


class PmFitoutWorker(models.Model):
    """A worker of the contractor, and his pass to the site (F-TEN-58)."""

    _name = "pm.fitout.worker"
    _inherit = [
        "pm.fitout.part.mixin",
        "pm.masked.mixin",
        "pm.printable.mixin",
        "pm.state.mixin",
        "pm.verifiable.mixin",
    ]
    _description = "Construction Worker"
    _order = "fitout_id, pass_no, id"
    _rec_names_search = ["name", "pass_no"]
    _NOTED = frozenset({"pass_no", "issued_by_id", "withdrawn_on", "announced_for"})

    # The only moves a pass can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"issued", "withdrawn"},
        "issued": {"withdrawn"},
        "withdrawn": {"issued"},
    }

    name = fields.Char(string="Full Name", required=True)
    photo = fields.Image(max_width=512, max_height=512)
    trade = fields.Char(string="Trade of the Worker", help="Such as electrician or carpenter.")
    pass_no = fields.Char(string="Worker Pass No.", readonly=True, copy=False)
    valid_from = fields.Date(
        compute="_compute_validity", store=True, readonly=False, precompute=True
    )
    valid_to = fields.Date(compute="_compute_validity", store=True, readonly=False, precompute=True)
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    withdrawn_on = fields.Date(readonly=True, copy=False)
    announced_for = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Registered"), ("issued", "Pass Issued"), ("withdrawn", "Withdrawn")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    is_expired = fields.Boolean(compute="_compute_is_expired", search="_search_is_expired")

    _pass_unique = models.UniqueIndex(
        "(site_id, pass_no)", "Another worker of this office has the same pass no."
    )
    _date_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A pass ends after it begins.",
    )
    _issued_dated = models.Constraint(
        "CHECK (state <> 'issued' OR"
        " (pass_no IS NOT NULL AND valid_from IS NOT NULL AND valid_to IS NOT NULL))",
        "Enter from when to when the pass is valid before it is issued.",
    )

    @api.depends("fitout_id")
    def _compute_validity(self):
        for worker in self:
            worker.valid_from = worker.valid_from or worker.fitout_id.date_from
            worker.valid_to = worker.valid_to or worker.fitout_id.date_to

    @api.depends("state", "valid_to")
    def _compute_is_expired(self):
        for worker in self:
            worker.is_expired = (
                worker.state == "issued"
                and bool(worker.valid_to)
                and worker.valid_to < worker.site_id._today()
            )

    def _search_is_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("state", "=", "issued") & Domain("valid_to", "<", "today")
        return domain if True in value else ~domain

    @api.depends("name", "pass_no")
    def _compute_display_name(self):
        for worker in self:
            worker.display_name = " ".join(part for part in (worker.name, worker.pass_no) if part)

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.sudo()._follow_state()  # numbers and days are noted by the system
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        for worker in self:
            if worker.pass_no:
                raise UserError(
                    self.env._(
                        "%(worker)s has had a pass: withdraw it instead.",
                        worker=worker.display_name,
                    )
                )

    def action_issue(self):
        """Issue the passes, and give those back that were withdrawn."""
        for worker in self.filtered(lambda worker: worker.state != "issued"):
            if not worker.pass_no:
                worker.sudo().pass_no = self.env["ir.sequence"].next_by_code("pm.fitout.worker")
            worker.write({"state": "issued"})

    def action_withdraw(self):
        """Withdraw the passes: they are void from now on."""
        self._withdraw()

    def action_print_pass(self):
        """Print the passes, several on a sheet."""
        if not self:
            raise UserError(self.env._("Register the workers and issue their passes first."))
        return self.env.ref("pm_tenancy.action_report_pm_fitout_worker").report_action(self)

    def _withdraw(self):
        self.filtered(lambda worker: worker.state != "withdrawn").write({"state": "withdrawn"})

    def _follow_state(self):
        for worker in self:
            if worker.state == "issued":
                worker.write({"issued_by_id": self.env.uid, "withdrawn_on": False})
            elif worker.state == "withdrawn":
                worker.write({"withdrawn_on": worker.site_id._today()})

    def _check_transition(self, target):
        super()._check_transition(target)
        for worker in self:
            fitout = worker.fitout_id
            if target == "issued" and fitout.state not in ("approved", "works", "acceptance"):
                raise UserError(
                    self.env._(
                        "%(fitout)s is %(state)s: passes are issued from the day the drawings have "
                        "passed until the acceptance.",
                        fitout=fitout.display_name,
                        state=fitout._label_state(fitout.state),
                    )
                )
            if target == "issued" and not (worker.valid_from and worker.valid_to):
                raise UserError(
                    self.env._(
                        "Enter from when to when the pass of %(worker)s is valid.",
                        worker=worker.display_name,
                    )
                )

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        for worker in self:
            if worker.state != "issued":
                raise UserError(
                    self.env._("The pass of %(worker)s is not issued.", worker=worker.display_name)
                )

    def _pm_prepare_paper_vals(self):
        return {**super()._pm_prepare_paper_vals(), "partner_id": self.contractor_id.id}

    def _pm_get_reveal_site(self):
        return self.site_id

    def _pm_verify_values(self):
        fitout, today = self.fitout_id, self.site_id._today()
        lines = [
            (self.env._("Full Name"), self.name),
            (self.env._("Trade of the Worker"), self.trade or ""),
            (self.env._("Contractor"), fitout.contractor_id.name),
            (self.env._("Unit"), fitout.unit_codes),
            (self.env._("Validity"), word_days(self.env, self.valid_from, self.valid_to)),
        ]
        status, reason = self._get_pass_status(today)
        if reason:
            lines.append((self.env._("Attention"), reason))
        return {
            "title": self.env._("Worker Pass %(number)s", number=self.pass_no or ""),
            "status": status,
            "lines": lines,
            "photo": self.photo,
        }

    def _get_pass_status(self, today):
        """Return how the pass stands today, and what the guard must know of it."""
        fitout = self.fitout_id
        if self.state != "issued":
            return "cancelled", self.env._("The pass was withdrawn.")
        if self.valid_to < today:
            return "expired", False
        if today < self.valid_from:
            return "cancelled", self.env._(
                "The pass is valid from %(day)s on only.", day=self.valid_from
            )
        if fitout.is_stopped:
            return "cancelled", self.env._("The works are stopped.")
        if fitout.state not in ("works", "acceptance"):
            return "cancelled", self.env._("There is no permit to start works yet.")
        if not fitout._may_work_on(today):
            return "cancelled", self.env._("No works are registered for today, a day off.")
        return "valid", False
