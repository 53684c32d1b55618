from odoo import api, fields, models

from odoo.addons.pm_base.models.wording import word_enumeration

# Works go on in the units.
UNDER_WAY = ("works", "acceptance")


class PmTenancy(models.Model):
    """The fit-outs of an occupant, and what they hold up."""

    _inherit = "pm.tenancy"

    fitout_ids = fields.One2many("pm.fitout", "tenancy_id", string="Fit-outs")
    fitout_count = fields.Integer(compute="_compute_fitout_count")

    @api.depends("fitout_ids")
    def _compute_fitout_count(self):
        for tenancy in self:
            tenancy.fitout_count = len(tenancy.fitout_ids)

    def action_view_fitouts(self):
        """Open the fit-outs of the tenancy, or a new one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_fitout_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
            "views": [[False, "list" if self.fitout_ids else "form"], [False, "form"]],
        }

    def _get_file_records(self):
        fitouts_sudo = self.sudo().fitout_ids  # as in super
        return [*super()._get_file_records(), fitouts_sudo, fitouts_sudo.review_ids]

    def _get_file_sections(self):
        fitouts_sudo = self.sudo().fitout_ids
        violations_sudo = fitouts_sudo.violation_ids.sorted("found_on")
        return [
            *super()._get_file_sections(),
            (
                self.env._("Deposits"),
                [one._prepare_deposit_row() for one in fitouts_sudo if one.deposit_paid_on],
            ),
            (
                self.env._("Violations during works"),
                [violation._prepare_index_row() for violation in violations_sudo],
            ),
        ]

    def _get_fitout_reason(self):
        """Return why the fit-out keeps the occupant from moving in, or False (TEN-097).

        Nobody occupies units before the fire authority and the four parties have accepted the
        works in them.
        """
        self.ensure_one()
        # Every fit-out counts, whoever may see it.
        fitouts = self.sudo().fitout_ids.filtered(lambda fitout: fitout.state != "cancelled")
        for fitout in fitouts:
            if fitout.state not in ("accepted", "closed"):
                return self.env._(
                    "The fit-out %(fitout)s is not accepted yet: %(state)s.",
                    fitout=fitout.name,
                    state=fitout._label_state(fitout.state),
                )
        return False if fitouts else super()._get_fitout_reason()

    def _get_reinstatement_reason(self):
        """Return why works in the units keep the occupant from moving out, or False."""
        self.ensure_one()
        open_fitouts = self.sudo().fitout_ids.filtered(lambda one: one.state in UNDER_WAY)
        if open_fitouts:
            return self.env._(
                "Works are still under way: %(fitouts)s.",
                fitouts=word_enumeration(self.env, open_fitouts.mapped("name")),
            )
        return super()._get_reinstatement_reason()
