from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class PmDestruction(models.Model):
    _name = "pm.destruction"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Destruction of Papers"
    _order = "id desc"

    _NOTED = frozenset(
        {
            "date",
            "proposed_by_id",
            "approved_by_id",
            "approved_at",
            "destroyed_by_id",
            "destroyed_on",
        }
    )
    # The only moves a destruction can make, whoever asks.
    _TRANSITIONS = {
        "proposed": {"approved", "cancelled"},
        "approved": {"destroyed", "cancelled"},
        "destroyed": set(),
        "cancelled": set(),
    }

    name = fields.Char(compute="_compute_name", store=True)
    date = fields.Date(
        string="Proposed On",
        required=True,
        readonly=True,
        copy=False,
        default=fields.Date.context_today,
    )
    document_ids = fields.One2many(
        "pm.document", "destruction_id", string="Listed Papers", readonly=True
    )
    document_count = fields.Integer(string="Papers Listed", compute="_compute_document_count")
    proposed_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    approved_at = fields.Datetime(readonly=True, copy=False)
    destroyed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    destroyed_on = fields.Date(readonly=True, copy=False)
    note = fields.Text(string="How and by Whom", help="Shredded, burnt; who looked on.")
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("destroyed", "Destroyed"),
            ("cancelled", "Cancelled"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _four_eyes = models.Constraint(
        "CHECK (approved_by_id <> proposed_by_id)",
        "Whoever proposed the destruction cannot approve it: ask another leader in charge.",
    )
    _approved_before_destroyed = models.Constraint(
        "CHECK (state NOT IN ('approved', 'destroyed') OR approved_by_id IS NOT NULL)",
        "A destruction is approved before it takes place.",
    )

    @api.depends("site_id.code", "date")
    def _compute_name(self):
        for destruction in self:
            destruction.name = f"{destruction.site_id.code} {destruction.date}"

    @api.depends("document_ids")
    def _compute_document_count(self):
        for destruction in self:
            destruction.document_count = len(destruction.document_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        for destruction in self:
            if destruction.state != "proposed":
                raise UserError(
                    self.env._(
                        "%(name)s is kept: it shows what became of the papers.",
                        name=destruction.name,
                    )
                )

    def action_collect(self):
        """List the filed papers of the office whose retention has ended."""
        for destruction in self.filtered(lambda record: record.state == "proposed"):
            papers = self.env["pm.document"].search(
                destruction._get_expired_domain() & Domain("destruction_id", "=", False)
            )
            papers._write_noted({"destruction_id": destruction.id})

    def action_approve(self):
        """Approve the list, as a leader in charge who did not propose it."""
        for destruction in self:
            destruction._check_transition("approved")
            if not destruction.document_ids:
                raise UserError(
                    self.env._("%(name)s lists no paper to destroy.", name=destruction.name)
                )
            if destruction.proposed_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You proposed %(name)s: another leader in charge approves it.",
                        name=destruction.name,
                    )
                )
            destruction._write_noted(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_at": fields.Datetime.now(),
                }
            )

    def action_destroy(self):
        """Note that the papers are destroyed, and delete their scans. The rows stay."""
        for destruction in self:
            destruction._check_transition("destroyed")
            destruction.document_ids._destroy()
            destruction._write_noted(
                {
                    "state": "destroyed",
                    "destroyed_by_id": self.env.uid,
                    "destroyed_on": destruction.site_id._today(),
                }
            )

    def action_cancel(self):
        """Give the idea up; the papers may be proposed again."""
        for destruction in self:
            names = ", ".join(destruction.document_ids.mapped("name"))
            destruction.message_post(body=self.env._("Listed were: %(papers)s", papers=names))
            destruction.write({"state": "cancelled"})
            destruction.document_ids._write_noted({"destruction_id": False})

    def action_print(self):
        """Print the list for the signatures."""
        return self.env.ref("pm_base.action_report_pm_destruction").report_action(self)

    def _check_transition(self, target):
        if target == "approved" and not self.env.user.has_group("pm_base.group_pm_leader"):
            raise AccessError(
                self.env._("The destruction of papers is approved by a leader in charge.")
            )
        return super()._check_transition(target)

    def _get_expired_domain(self):
        """Return which papers of the office may be destroyed today."""
        self.ensure_one()
        return (
            Domain("site_id", "=", self.site_id.id)
            & Domain("state", "=", "archived")
            & Domain("retention_date", "<", self.site_id._today())
        )
