from odoo import api, models
from odoo.tools import SQL

from .pm_dunning_profile import PAPERS


class PmDunningAction(models.Model):
    """What of the dunning stands on the due list."""

    _inherit = "pm.dunning.action"

    @api.model
    def _get_due_select(self):
        """Return what is left to do in each round, for the due list: one row for the calls of each
        caller, for the letters to be approved, and for those to be printed, by the service centre
        or by Finance."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            35,
            "dunning",
            SQL(
                """
                FROM (SELECT MIN(action.id) AS id, action.round_id, action.site_id, action.date,
                             work.kind, work.user_id, COUNT(*) AS count,
                             SUM(action.amount) AS amount
                        FROM pm_dunning_action action
                        JOIN pm_dunning_step step ON step.id = action.step_id
          CROSS JOIN LATERAL (
                             SELECT CASE WHEN action.action NOT IN %s THEN action.action
                                         WHEN action.state = 'draft' AND step.needs_review
                                         THEN 'review'
                                         WHEN step.filled_by = 'finance' THEN 'finance'
                                         ELSE 'letter'
                                    END AS kind,
                                    CASE WHEN action.action IN ('call', 'visit')
                                         THEN action.user_id
                                    END AS user_id
                             ) work
                       WHERE action.state IN ('draft', 'approved')
                    GROUP BY action.round_id, action.site_id, action.date, work.kind, work.user_id
                     ) todo
                JOIN pm_site office ON office.id = todo.site_id
                """,
                PAPERS,
            ),
            id=SQL("todo.id"),
            name=SQL(
                """
                CASE todo.kind WHEN 'call' THEN %s WHEN 'visit' THEN %s WHEN 'review' THEN %s
                               WHEN 'suspension' THEN %s WHEN 'lawyer' THEN %s
                               WHEN 'finance' THEN %s ELSE %s END
                    || todo.count || to_char(todo.amount, ' / FM999,999,999,990.00')
                """,
                self.env._("Calls to be made: "),
                self.env._("Visits to be made: "),
                self.env._("Letters to be approved: "),
                self.env._("Suspensions to be proposed: "),
                self.env._("Lawyer to be called in: "),
                self.env._("Reminders to be printed: "),
                self.env._("Letters to be printed: "),
            ),
            res_model=SQL("'pm.dunning.round'"),
            res_id=SQL("todo.round_id"),
            site_id=SQL("todo.site_id"),
            # What the leader in charge has to do is nobody else's work.
            department_id=SQL(
                "CASE WHEN todo.kind = 'finance' THEN %s"
                " WHEN todo.kind NOT IN ('review', 'suspension', 'lawyer') THEN %s END",
                dues._get_department_sql("finance"),
                dues._get_department_sql("service"),
            ),
            user_id=SQL("todo.user_id"),
            due_date=SQL("todo.date"),
        )

    @api.model
    def _get_delivery_select(self):
        """Return the papers of the service centre that were printed and not delivered, one row for
        each round."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            56,
            "dunning",
            SQL(
                """
                FROM (SELECT MIN(action.id) AS id, action.round_id, action.site_id,
                             MIN(action.date) AS date, COUNT(*) AS count
                        FROM pm_document paper
                        JOIN pm_dunning_action action ON action.id = paper.res_id
                        JOIN pm_dunning_step step ON step.id = action.step_id
                       WHERE paper.res_model = 'pm.dunning.action' AND paper.state = 'printed'
                         AND action.state = 'issued' AND step.filled_by = 'service'
                    GROUP BY action.round_id, action.site_id) todo
                JOIN pm_site office ON office.id = todo.site_id
                """
            ),
            id=SQL("todo.id"),
            name=SQL("%s || todo.count", self.env._("Letters to be delivered: ")),
            res_model=SQL("'pm.dunning.round'"),
            res_id=SQL("todo.round_id"),
            site_id=SQL("todo.site_id"),
            department_id=dues._get_department_sql("service"),
            due_date=SQL("todo.date"),
        )
