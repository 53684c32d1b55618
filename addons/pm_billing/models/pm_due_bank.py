from odoo import api, fields, models
from odoo.tools import SQL


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "account.move": [
            "invoice_date_due",
            "move_type",
            "payment_state",
            "pm_deposit_id",
            "pm_site_id",
            "pm_tenancy_id",
            "state",
        ],
        "pm.bank.batch": ["month", "site_id", "state"],
        "pm.bank.batch.line": ["move_id", "state"],
        "pm.bank.mandate": ["state", "tenancy_id"],
        "pm.site": ["bank_feedback_day", "due_day"],
    }

    kind = fields.Selection(
        selection_add=[("bank_batch", "Bank Collection"), ("bank_start", "Bills for the Bank")]
    )

    @api.model
    def _get_due_selects(self):
        return [
            *super()._get_due_selects(),
            self.env["pm.bank.batch"]._get_due_select(),
            self._get_bank_start_select(),
        ]

    def action_open(self):
        if self.kind == "bank_start":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_bank_batch_action"
            )
            return {
                **action,
                "views": [(False, "form")],
                "context": {"default_site_id": self.site_id.id},
            }
        return super().action_open()

    @api.model
    def _get_bank_start_select(self):
        """Return the offices with bills of this month that no collection has asked for yet."""
        return self._prepare_due_select(
            54,
            "bank_start",
            SQL(
                "FROM pm_site office"
                " CROSS JOIN LATERAL (SELECT date_trunc('month', %s)::date AS first) month"
                " WHERE EXISTS (SELECT 1 FROM account_move bill"
                " JOIN pm_bank_mandate mandate ON mandate.tenancy_id = bill.pm_tenancy_id"
                " AND mandate.state = 'active'"
                " WHERE bill.pm_site_id = office.id AND bill.state = 'posted'"
                " AND bill.payment_state IN ('not_paid', 'partial')"
                " AND bill.move_type = 'out_invoice' AND bill.pm_deposit_id IS NULL"
                " AND bill.invoice_date_due >= month.first"
                " AND bill.invoice_date_due < month.first + interval '1 month'"
                " AND NOT EXISTS (SELECT 1 FROM pm_bank_batch_line line"
                " WHERE line.move_id = bill.id AND line.state <> 'cancelled'))",
                self._get_today_sql(),
            ),
            id=SQL("office.id"),
            name=SQL("%s", self.env._("Collect the bills of the month by the bank")),
            res_model=SQL("'pm.site'"),
            res_id=SQL("office.id"),
            site_id=SQL("office.id"),
            department_id=self._get_department_sql("finance"),
            due_date=SQL(
                "LEAST(month.first + office.due_day, (month.first + interval '1 month')::date) - 1"
            ),
        )
