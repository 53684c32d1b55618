"""The statements of bills on their way to the units (BIL-022)."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# The forms by which an occupant is told what he owes for a month.
STATEMENTS = ("F-BIL-04", "F-BIL-17")
# Statements of the month before the last one are not delivered any more: the next ones name them.
_DAYS = 62


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_pm_print_rounds(self):
        """Print the delivery sheets of the bills, one for each building and area administrator."""
        rounds = self.env["pm.delivery.round"]._make(self)
        return self.env.ref("pm_billing.action_report_pm_delivery_round").report_action(rounds)

    def action_pm_deliver_statements(self):
        """Note the delivery of the statements of the bills."""
        if not self:
            raise UserError(self.env._("There is no statement to deliver."))
        Action = self.env["ir.actions.act_window"]
        action = Action._for_xml_id("pm_billing.pm_statement_deliver_action")
        return {**action, "context": {"default_move_ids": self.ids}}

    @api.model
    def _pm_get_undelivered_domain(self):
        return Domain(
            "paper_ids",
            "any",
            Domain("form_id.code", "in", STATEMENTS) & Domain("state", "=", "printed"),
        )

    def _pm_get_undelivered(self):
        """Return the bills whose statement was printed and is not delivered yet."""
        return self.search(Domain("id", "in", self.ids) & self._pm_get_undelivered_domain())

    @api.model
    def _get_delivery_due_select(self):
        """Return the printed statements of monthly runs that are to be delivered, for the due list:
        one row for each run, building and area administrator, which is one delivery sheet."""
        dues = self.env["pm.due"]
        codes = SQL("SELECT form.id FROM pm_form form WHERE form.code IN %s", STATEMENTS)
        return dues._prepare_due_select(
            66,
            "statement_round",
            SQL(
                """
                FROM (SELECT MIN(bill.id) AS id, COUNT(DISTINCT bill.id) AS count, run.site_id,
                             run.month, area.building_id, tenancy.user_id
                        FROM pm_bill_run run
                        JOIN account_move bill ON bill.pm_run_id = run.id AND bill.state = 'posted'
                        JOIN pm_tenancy tenancy ON tenancy.id = bill.pm_tenancy_id
                        JOIN pm_document paper
                          ON paper.res_model = 'account.move' AND paper.res_id = bill.id
                         AND paper.state = 'printed' AND paper.form_id IN (%(codes)s)
                        JOIN pm_site office ON office.id = run.site_id
           LEFT JOIN LATERAL (
                             SELECT unit.building_id FROM pm_tenancy_unit line
                               JOIN pm_unit unit ON unit.id = line.unit_id
                              WHERE line.tenancy_id = tenancy.id
                           ORDER BY unit.code LIMIT 1
                             ) area ON TRUE
                       WHERE run.occasion = 'month' AND run.month > %(today)s - %(days)s
                    GROUP BY run.id, run.site_id, run.month, area.building_id, tenancy.user_id
                     ) todo
                JOIN pm_site office ON office.id = todo.site_id
           LEFT JOIN pm_building building ON building.id = todo.building_id
                """,
                codes=codes,
                today=dues._get_today_sql(),
                days=_DAYS,
            ),
            id=SQL("todo.id"),
            name=SQL("%s || ': ' || todo.count", self.env._("Statements to be delivered")),
            res_model=SQL("'account.move'"),
            res_id=SQL("todo.id"),
            site_id=SQL("todo.site_id"),
            place=SQL("building.name"),
            department_id=dues._get_department_sql("service"),
            user_id=SQL("todo.user_id"),
            due_date=SQL(
                "LEAST(todo.month + office.delivery_day,"
                " (todo.month + interval '1 month')::date) - 1"
            ),
        )

    def _pm_get_area(self):
        """Return the building and the area administrator to whose round the bill belongs."""
        self.ensure_one()
        tenancy = self.pm_tenancy_id
        return tenancy._get_main_unit().building_id, tenancy.user_id

    def _pm_open_area(self):
        """Open the statements of the run that are to be delivered in the area of this bill."""
        self.ensure_one()
        area = self._pm_get_area()
        left = self.search(
            Domain("pm_run_id", "=", self.pm_run_id.id) & self._pm_get_undelivered_domain()
        )
        ours = left.filtered(lambda bill: bill._pm_get_area() == area)
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bill_action")
        return {**action, "domain": [("id", "in", ours.ids)], "context": {}}
