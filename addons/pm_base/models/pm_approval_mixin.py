from odoo import api, fields, models
from odoo.exceptions import UserError


class PmApprovalMixin(models.AbstractModel):
    """A record with a `site_id` on which somebody else has to decide, once or several times."""

    _name = "pm.approval.mixin"
    _description = "Needs Approvals"

    approval_ids = fields.One2many(
        "pm.approval",
        "res_id",
        string="Approvals",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )
    approval_state = fields.Selection(
        # A list here would be translated for the models of this addon only.
        "_select_approval_states",
        string="Approval",
        compute="_compute_approval_state",
        help="Of the last question of each kind: rejected if one was, waiting while one is open.",
    )

    @api.model
    def _select_approval_states(self):
        labels = {
            "none": self.env._("Not Asked"),
            "asked": self.env._("Waiting"),
            "approved": self.env._("Approved"),
            "refused": self.env._("Rejected"),
        }
        return list(labels.items())

    @api.depends("approval_ids.state")
    def _compute_approval_state(self):
        for record in self:
            codes = set(record.sudo().approval_ids.mapped("code"))
            states = {record._get_last_approval(code).state for code in codes}
            record.approval_state = next(
                (state for state in ("refused", "asked", "approved") if state in states), "none"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approvals(self):
        for record in self:
            if record.sudo().approval_ids:
                raise UserError(
                    self.env._(
                        "%(record)s has approvals, whose history is kept: it cannot be deleted.",
                        record=record.display_name,
                    )
                )

    def _ask_approval(self, kind_code, matter):
        """Ask those who decide on such matters at the office; return the approvals.

        The question waits until it is decided or withdrawn; `matter` says in one line what about.
        """
        vals_list = [
            {
                "name": matter,
                "kind_id": self.env["pm.approval.kind"]._find(kind_code, record.site_id).id,
                "res_model": record._name,
                "res_id": record.id,
                "site_id": record.site_id.id,
                "asked_by_id": self.env.uid,
            }
            for record in self
        ]
        # Nobody creates approvals but through this method: users have no such right.
        approvals_sudo = self.env["pm.approval"].sudo().create(vals_list)
        approvals_sudo._ask()
        return approvals_sudo.sudo(self.env.su)

    def _is_approved(self, kind_code):
        """Tell whether the last word on a kind of approval was yes, and still holds."""
        self.ensure_one()
        return self._get_last_approval(kind_code).state == "approved"

    def _check_approved(self, kind_code):
        """Refuse to go on with a record that has not been approved, and say who decides."""
        for record in self:
            if record._is_approved(kind_code):
                continue
            kind = self.env["pm.approval.kind"]._find(kind_code, record.site_id)
            last_sudo = record._get_last_approval(kind_code)
            words = {"record": record.display_name, "kind": kind.name, "post": kind.group_id.name}
            if last_sudo.state == "asked":
                raise UserError(
                    self.env._(
                        "%(record)s waits for the approval “%(kind)s” by the %(post)s.", **words
                    )
                )
            if last_sudo.state == "refused":
                raise UserError(
                    self.env._(
                        "The approval “%(kind)s” of %(record)s was rejected by %(user)s: "
                        "%(reason)s",
                        **words,
                        user=last_sudo.decided_by_id.name,
                        reason=last_sudo.reason,
                    )
                )
            raise UserError(
                self.env._(
                    "%(record)s needs the approval “%(kind)s” by the %(post)s first: ask for it.",
                    **words,
                )
            )

    def _on_approval(self, approval):
        """Called when an approval of this record was decided or withdrawn; to be extended.

        Runs with the rights of who decides.
        """

    def _get_last_approval(self, kind_code):
        """Return the last question of a kind, leaving out those taken back undecided."""
        self.ensure_one()
        # A gate asks what was decided, whatever rights he has who wants to pass it.
        approvals_sudo = self.sudo().approval_ids.filtered(
            lambda approval: (
                approval.code == kind_code
                and (approval.state != "withdrawn" or approval.decided_by_id)
            )
        )
        return approvals_sudo.sorted("id")[-1:]
