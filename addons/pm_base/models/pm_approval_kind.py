from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmApprovalKind(models.Model):
    """A matter that somebody has to decide, and the post that decides it."""

    _name = "pm.approval.kind"
    _description = "Kind of Approval"
    _order = "name, code, site_id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="By which the system asks for it; the same for every office."
    )
    group_id = fields.Many2one(
        "res.groups",
        string="Decided By",
        required=True,
        ondelete="restrict",
        help="The post whose holders decide. Nobody decides on what he asked for himself.",
    )
    site_id = fields.Many2one(
        "pm.site",
        string="Only For",
        ondelete="restrict",
        index="btree_not_null",
        help="An office that decides differently. Empty: every office without a rule of its own.",
    )
    answer_days = fields.Integer(
        string="To Be Decided Within (days)",
        default=1,
        required=True,
        help="After so many days a question that waits is late on the due list.",
    )
    active = fields.Boolean(default=True)
    note = fields.Text(translate=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(site_id, 0))",
        "This office already has a rule for this kind of approval.",
    )

    _answer_days_positive = models.Constraint(
        "CHECK (answer_days >= 0)", "The days until a decision cannot be negative."
    )

    @api.model
    def _find(self, code, site):
        """Return the kind of that code at an office: its own rule, else the one for all."""
        # Who may ask or pass a gate need not be able to read the configuration.
        kinds = self.sudo().search(
            Domain("code", "=", code) & Domain("site_id", "in", [False, site.id])
        )
        kind = kinds.sorted(lambda kind: not kind.site_id)[:1]
        if not kind:
            raise UserError(
                self.env._(
                    "There is no approval of the kind %(code)s at %(site)s. "
                    "Enter it under Configuration / Approvals.",
                    code=code,
                    site=site.name,
                )
            )
        return kind

    def _get_deciders(self, site):
        """Return the users who may decide on such matters at an office."""
        self.ensure_one()
        # Who asks need not be able to read who else holds a post.
        return self.sudo().group_id.all_user_ids.filtered(lambda user: user._sees_site(site))
