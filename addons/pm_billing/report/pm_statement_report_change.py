"""What changed on a statement against the month billed before."""

from odoo import api, models
from odoo.tools import SQL, format_date

from odoo.addons.pm_base.tools.calendar import add_months

from ..models.wording import word_amount


class ReportPmStatement(models.AbstractModel):
    _inherit = "report.pm_billing.report_pm_statement"

    @api.model
    def _prepare_statements(self, bills):
        statements = super()._prepare_statements(bills)
        before = self._get_amounts_before(bills)
        for bill in bills:
            words = statements[bill.id]
            groups = bill.pm_charge_ids._sorted_for_bill().grouped(
                lambda charge: (charge.fee_id.id, charge.unit_id.id)
            )
            month, amounts = before.get(bill.id, (None, {}))
            if not amounts.keys() & groups.keys():
                continue
            local = bill.with_context(lang=bill._pm_get_print_site().print_lang)
            words["against"] = self._word_against(local, month)
            changes = {
                # A fee of several lines, as when its price changed, is compared once: at its last.
                group[-1].id: sum(group.mapped("amount")) - amounts[key]
                for key, group in groups.items()
                if key in amounts
            }
            for line in words["lines"]:
                if line["charge_id"] in changes:
                    line["change"] = self._word_change(local, changes[line["charge_id"]])
        return statements

    @api.model
    def _get_amounts_before(self, bills):
        """Return {bill id: (month, {(fee id, unit id): amount})} of what the same payer was billed
        in the last month billed before that of each monthly bill, in one query."""
        if not bills:
            return {}
        self.env["account.move"].flush_model(["partner_id", "pm_month", "pm_run_id"])
        self.env["pm.bill.run"].flush_model(["occasion"])
        self.env["pm.charge"].flush_model()
        found = {}
        for bill_id, month, fee_id, unit_id, amount in self.env.execute_query(
            SQL(
                """
                SELECT bill.id, charge.month, charge.fee_id, charge.unit_id, SUM(charge.amount)
                  FROM account_move bill
                  JOIN pm_bill_run run ON run.id = bill.pm_run_id AND run.occasion = 'month'
            CROSS JOIN LATERAL (
                       SELECT MAX(known.month) AS month FROM pm_charge known
                        WHERE known.tenancy_id = bill.pm_tenancy_id AND known.state = 'invoiced'
                          AND known.partner_id = bill.partner_id AND known.month < bill.pm_month
                       ) last
                  JOIN pm_charge charge
                    ON charge.tenancy_id = bill.pm_tenancy_id AND charge.state = 'invoiced'
                   AND charge.partner_id = bill.partner_id AND charge.month = last.month
                 WHERE bill.id IN %s
              GROUP BY bill.id, charge.month, charge.fee_id, charge.unit_id
                """,
                tuple(bills.ids),
            )
        ):
            _month, amounts = found.setdefault(bill_id, (month, {}))
            amounts[fee_id, unit_id or False] = float(amount)
        return found

    @api.model
    def _word_against(self, bill, month):
        """Return the month compared with, by its name; of long ago with its year."""
        is_near = month > add_months(bill.pm_month, -12)
        name = format_date(bill.env, month, date_format="LLL" if is_near else "LLL y")
        return bill.env._("Against %(month)s", month=name)

    @api.model
    def _word_change(self, bill, change):
        change = bill.currency_id.round(change)
        return ("+" if change > 0 else "") + word_amount(bill.env, change)
