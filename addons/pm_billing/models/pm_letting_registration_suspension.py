from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class PmLettingRegistration(models.Model):
    """What a breach of the rules of letting may lead to (TEN-150)."""

    _inherit = "pm.letting.registration"

    def action_propose_suspension(self):
        """Propose to stop water and electricity: a leader has to record the legal ground."""
        self.ensure_one()
        if not self.is_late or not self.tenancy_id:
            raise UserError(
                self.env._(
                    "Services are stopped only where the household papers of a tenancy are late."
                )
            )
        Suspension = self.env["pm.suspension"]
        suspension = Suspension._find_open(self.tenancy_id, "legal") or Suspension.create(
            {
                "tenancy_id": self.tenancy_id.id,
                "unit_ids": [Command.set(self.unit_id.ids)],
                "ground": "legal",
                "service_ids": [
                    Command.set(
                        (
                            self.env.ref("pm_billing.service_water")
                            | self.env.ref("pm_billing.service_electricity")
                        ).ids
                    )
                ],
                "note": self.env._(
                    "Household papers due on %(day)s are not done.",
                    day=self.household_papers_due_on,
                ),
            }
        )
        return suspension.get_formview_action()
