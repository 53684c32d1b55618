from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Tells the two rows of one suspension apart: what Customer Service does, what Security notes.
_OWN, _SECURITY = 0, 1


class PmSuspension(models.Model):
    """What is to be done about suspensions, for the due list."""

    _inherit = "pm.suspension"

    @api.model
    def _get_due_selects(self):
        return [
            self._prepare_step_select(),
            self._prepare_undertaking_select(),
            self._prepare_restore_select(),
        ]

    @api.model
    def _prepare_step_select(self):
        """To be prepared, to be stopped on the day, and what Security has to take note of."""
        Due = self.env["pm.due"]
        return Due._prepare_due_select(
            60,
            "suspension",
            SQL(
                """
                FROM (SELECT id * 2 + %(own)s AS row_id, suspension.*, 'service' AS role,
                             CASE WHEN state = 'approved' THEN %(stop)s ELSE %(prepare)s END
                             AS matter,
                             COALESCE(date_planned, visited_on, create_date::date) AS day
                        FROM pm_suspension suspension
                       WHERE state = 'approved'
                          OR state = 'draft' AND NOT EXISTS (
                             SELECT FROM pm_approval approval
                              WHERE approval.res_model = 'pm.suspension'
                                AND approval.res_id = suspension.id AND approval.state = 'asked'
                             )
                   UNION ALL
                      SELECT id * 2 + %(security)s, suspension.*, 'security',
                             CASE WHEN state = 'stopped' THEN %(control)s ELSE %(release)s END,
                             NULL
                        FROM pm_suspension suspension
                       WHERE security_told_at IS NOT NULL AND security_noted_at IS NULL
                     ) work
                JOIN pm_site office ON office.id = work.site_id
                """,
                own=_OWN,
                security=_SECURITY,
                stop=self.env._("Stop the services"),
                prepare=self.env._("Suspension of services to prepare"),
                control=self.env._("Services stopped: control goods in and out"),
                release=self.env._("Services restored: take note"),
            ),
            id=SQL("work.row_id"),
            name=SQL("work.matter"),
            res_model=SQL("'pm.suspension'"),
            res_id=SQL("work.id"),
            site_id=SQL("work.site_id"),
            place=SQL("work.unit_codes"),
            partner_id=SQL("work.partner_id"),
            department_id=SQL(
                "CASE WHEN work.role = 'security' THEN %s ELSE %s END",
                Due._get_department_sql("security"),
                Due._get_department_sql("service"),
            ),
            due_date=SQL(
                "COALESCE(work.day,"
                " (work.security_told_at AT TIME ZONE 'UTC' AT TIME ZONE office.tz)::date)"
            ),
        )

    @api.model
    def _prepare_undertaking_select(self):
        """The next payment promised that has not come, or the end of what was restored for now.

        Once it is late somebody decides: services are not stopped again by themselves.
        """
        Due = self.env["pm.due"]
        return Due._prepare_due_select(
            61,
            "undertaking",
            SQL(
                """
                FROM pm_undertaking undertaking
                JOIN pm_suspension suspension ON suspension.id = undertaking.suspension_id
                JOIN pm_site office ON office.id = undertaking.site_id
  CROSS JOIN LATERAL (
                     SELECT undertaking.amount_signed - COALESCE(SUM(bill.amount_residual), 0)
                            AS amount
                       FROM pm_undertaking_bill_rel rel
                       JOIN account_move bill ON bill.id = rel.move_id
                        AND bill.state = 'posted'
                      WHERE rel.undertaking_id = undertaking.id
                     ) paid
  CROSS JOIN LATERAL (
                     SELECT MIN(promised.date) AS date
                       FROM (SELECT line.date, SUM(line.amount) OVER (ORDER BY line.date) AS total
                               FROM pm_undertaking_line line
                              WHERE line.undertaking_id = undertaking.id
                            ) promised
                      WHERE promised.total > paid.amount
                     ) missing
               WHERE undertaking.state = 'signed' AND suspension.state = 'eased'
                """
            ),
            id=SQL("undertaking.id"),
            name=SQL("%s", self.env._("Undertaking: payment, or decide about the services")),
            res_model=SQL("'pm.suspension'"),
            res_id=SQL("suspension.id"),
            site_id=SQL("suspension.site_id"),
            place=SQL("suspension.unit_codes"),
            partner_id=SQL("suspension.partner_id"),
            department_id=Due._get_department_sql("service"),
            due_date=SQL("LEAST(missing.date, undertaking.date_to)"),
        )

    @api.model
    def _prepare_restore_select(self):
        """The debtors who have paid in full: their services are restored at once."""
        Due = self.env["pm.due"]
        Move = self.env["account.move"].sudo()  # that nothing is owed is what the list says
        owed = Move._search(
            Move._pm_get_unpaid_domain(fields.Date.context_today(self))
            & Domain("pm_tenancy_id", "!=", False)
        )
        return Due._prepare_due_select(
            62,
            "suspension_paid",
            SQL(
                """
                FROM pm_suspension suspension
                JOIN pm_site office ON office.id = suspension.site_id
               WHERE suspension.state IN ('stopped', 'eased') AND suspension.ground = 'arrears'
                 AND suspension.tenancy_id NOT IN (%s)
                """,
                owed.subselect(SQL.identifier("account_move", "pm_tenancy_id")),
            ),
            id=SQL("suspension.id"),
            name=SQL("%s", self.env._("Paid in full: restore the services")),
            res_model=SQL("'pm.suspension'"),
            res_id=SQL("suspension.id"),
            site_id=SQL("suspension.site_id"),
            place=SQL("suspension.unit_codes"),
            partner_id=SQL("suspension.partner_id"),
            department_id=Due._get_department_sql("service"),
            due_date=Due._get_today_sql(),
        )


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "account.move": [
            "amount_residual",
            "invoice_date_due",
            "move_type",
            "payment_state",
            "pm_site_id",
            "pm_tenancy_id",
            "state",
        ],
        "pm.approval": ["res_id", "res_model", "state"],
        "pm.suspension": [
            "date_planned",
            "ground",
            "partner_id",
            "security_noted_at",
            "security_told_at",
            "site_id",
            "state",
            "tenancy_id",
            "unit_codes",
            "visited_on",
        ],
        "pm.undertaking": [
            "amount_signed",
            "bill_ids",
            "date_to",
            "site_id",
            "state",
            "suspension_id",
        ],
        "pm.undertaking.line": ["amount", "date", "undertaking_id"],
    }

    kind = fields.Selection(
        selection_add=[
            ("suspension", "Suspension of Services"),
            ("undertaking", "Undertaking to Pay"),
            ("suspension_paid", "Services to Restore"),
        ]
    )

    @api.model
    def _get_due_selects(self):
        return [*super()._get_due_selects(), *self.env["pm.suspension"]._get_due_selects()]
