from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_base.tools.calendar import add_months

from ..tools.proration import Period, month_of
from .pm_fee import MONTHLY

# Nobody is charged by himself for what is older.
_MONTHS_BACK = 12


class PmBillRun(models.Model):
    """Who was entered late is charged for the months that the office has billed without him."""

    _inherit = "pm.bill.run"

    def _find_missed(self, tenancies):
        """Return {tenancy id: [month]} of the months billed in which a tenancy was there and was
        charged nothing; what was charged and given up since is not charged again by itself."""
        months = self._get_whole_months(
            self.site_id,
            Domain("state", "in", ("invoiced", "delivered"))
            & Domain("month", ">=", add_months(self.month, -_MONTHS_BACK))
            & Domain("month", "<", self.month),
        )
        fees = self.env["pm.fee"].search(
            Domain("site_id", "=", self.site_id.id)
            & Domain("basis", "in", MONTHLY)
            & Domain("timing", "=", "current")
        )
        if not months or not fees or not tenancies:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT tenancy.id, billed.month
                  FROM pm_tenancy tenancy
                  JOIN unnest(%(months)s::date[]) AS billed (month)
                    ON COALESCE(tenancy.date_moved_in, tenancy.date_start)
                       < billed.month + interval '1 month'
                   AND COALESCE(tenancy.date_moved_out, tenancy.date_end, 'infinity')
                       >= billed.month
                 WHERE tenancy.id = ANY(%(tenancies)s)
                   AND NOT EXISTS (
                     SELECT FROM pm_charge charge
                      WHERE charge.tenancy_id = tenancy.id
                        AND charge.fee_id = ANY(%(fees)s)
                        AND charge.date_from >= %(first)s
                        AND date_trunc('month', charge.date_from)::date = billed.month
                        AND (charge.run_id IS DISTINCT FROM %(run)s OR charge.state = 'invoiced'))
              ORDER BY tenancy.id, billed.month
                """,
                months=months,
                tenancies=tenancies.ids,
                fees=fees.ids,
                first=min(months),
                run=self.id,
            )
        )
        missed = {}
        for tenancy_id, month in rows:
            missed.setdefault(tenancy_id, []).append(month_of(month))
        return missed

    def _report_missed(self, plan):
        """Say of whom earlier months are charged, before the bills are made."""
        charged = {}
        for vals in plan.charges:
            months = plan.missed.get(vals["tenancy_id"])
            if months and month_of(vals["date_from"]) in months:
                days = Period(vals["date_from"], vals["date_to"])
                charged.setdefault(vals["tenancy_id"], []).append(days)
        plan.findings += [
            {
                "kind": "missed",
                "tenancy_id": tenancy_id,
                "date_from": min(each.start for each in days),
                "date_to": max(each.end for each in days),
            }
            for tenancy_id, days in charged.items()
        ]
