from odoo import models
from odoo.fields import Domain


class PmTenancy(models.Model):
    """The move-in plan that covers a tenancy (TEN-030)."""

    _inherit = "pm.tenancy"

    def _get_move_in_plan(self):
        """Return the plan that covers the tenancy's building, an approved one before others.

        A plan whose period was over before the tenancy begins does not cover it.
        """
        self.ensure_one()
        # Gates hold for everybody; the plan itself is no secret of the office.
        plans = (
            self.env["pm.move.in.plan"]
            .sudo()
            .search(
                Domain("building_ids", "in", self._get_main_building().ids)
                & Domain("state", "!=", "cancelled")
                & Domain("date_end", ">=", self.date_start)
            )
        )
        approved = plans.filtered(lambda plan: plan.state in ("approved", "announced"))
        return (approved or plans)[:1].sudo(self.env.su)

    def _pm_check_plan_approved(self, step):
        plan, building = self._get_move_in_plan(), self._get_main_building()
        if not plan:
            return self.env._(
                "No move-in plan covers %(building)s: draw one up and have it approved.",
                building=building.name,
            )
        if plan.state == "draft":
            return self.env._(
                "The move-in plan %(plan)s is a draft: ask for its approval.", plan=plan.name
            )
        if plan.state == "asked":
            return self.env._("The move-in plan %(plan)s waits for its approval.", plan=plan.name)
        return False
