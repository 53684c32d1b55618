"""From the printer to the units: the statements of a month are handed over by Finance to customer
service on the statement day (BIL-021), and delivered by area on the delivery day (BIL-022)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .account_move_delivery import STATEMENTS


class PmBillRun(models.Model):
    _inherit = "pm.bill.run"

    handed_over_on = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        help="The day on which customer service got the printed statements from Finance.",
    )
    handed_over_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    delivered_count = fields.Integer(
        string="Statements Delivered", compute="_compute_delivered_count"
    )
    _NOTED = frozenset({"handed_over_on", "handed_over_by_id"})

    @api.depends("bill_ids.paper_ids.state")
    def _compute_delivered_count(self):
        counts = dict(
            self.env["account.move"]._read_group(
                Domain("pm_run_id", "in", self.ids)
                & Domain(
                    "paper_ids",
                    "any",
                    Domain("form_id.code", "in", STATEMENTS) & Domain("state", "!=", "printed"),
                ),
                ["pm_run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.delivered_count = counts.get(run, 0)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "collected":  # what is added is printed and handed over as well
            self._write_noted({"handed_over_on": False, "handed_over_by_id": False})
        return result

    def action_hand_over(self):
        """Note that Finance handed the printed statements over to customer service."""
        for run in self.filtered(lambda run: not run.handed_over_on):
            if run.state != "delivered":
                raise UserError(
                    self.env._(
                        "Print the statements of %(run)s before you hand them over.",
                        run=run.display_name,
                    )
                )
            run._write_noted(
                {"handed_over_on": run.site_id._today(), "handed_over_by_id": self.env.uid}
            )

    def action_print_rounds(self):
        """Print the delivery sheets of the statements that are not delivered yet, else of all."""
        bills = self._get_issued_bills()
        return (bills._pm_get_undelivered() or bills).action_pm_print_rounds()

    def action_note_delivery(self):
        """Note the delivery of the statements that are not delivered yet."""
        return self._get_issued_bills()._pm_get_undelivered().action_pm_deliver_statements()

    def _get_issued_bills(self):
        return self.bill_ids.filtered(lambda bill: bill.state == "posted")

    @api.model
    def _get_statement_day_sql(self):
        """Return the SQL of the day on which the statements of a month are with customer service:
        the statement day of the month before, in February its last day."""
        return SQL(
            "LEAST((run.month - interval '1 month')::date + office.statement_day, run.month) - 1"
        )

    @api.model
    def _get_handover_select(self):
        """Return the months whose printed statements are to be handed over, for the due list."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            65,
            "bill_run",
            SQL(
                "FROM pm_bill_run run JOIN pm_site office ON office.id = run.site_id"
                " WHERE run.state = 'delivered' AND run.occasion = 'month'"
                " AND run.handed_over_on IS NULL"
            ),
            id=SQL("run.id"),
            name=SQL("%s", self.env._("Hand the statements over to customer service")),
            res_model=SQL("'pm.bill.run'"),
            res_id=SQL("run.id"),
            site_id=SQL("run.site_id"),
            department_id=dues._get_department_sql("finance"),
            due_date=self._get_statement_day_sql(),
        )
