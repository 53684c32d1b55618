from odoo import api, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import add_months, month_day, month_start

from ..tools.proration import month_of


class PmBillRun(models.Model):
    """How the months are prepared by themselves (BIL-021)."""

    _inherit = "pm.bill.run"

    @api.model
    def _cron_prepare_runs(self):
        """Collect and check the coming month of every office that has reached its statement day.

        Before that day the current month is prepared, should that have been missed; months that a
        server slept over are made up for, each with a run of its own.
        """
        self.env["pm.site"].search([])._do_daily(self._prepare_months)

    @api.model
    def _prepare_months(self, site, today):
        """Prepare the month that is due at an office, and those missed since the last one of which
        every building has its run."""
        last = max(self._get_whole_months(site), default=None)
        due = self._get_month_due(site, today)
        month = min(add_months(last, 1), due) if last else due
        while month <= due:
            self._prepare_run(site, month)
            month = add_months(month, 1)

    @api.model
    def _prepare_month(self, site, today):
        """Return the run that is due at an office on `today`, made and checked if it is missing."""
        return self._prepare_run(site, self._get_month_due(site, today))

    @api.model
    def _prepare_run(self, site, month):
        """Return the run of a month, made and checked unless its buildings have runs already."""
        runs = self._get_month_runs(site, Domain("month", "=", month))
        if runs._is_of_whole(site):
            return runs.filtered(lambda run: not run.building_ids) or runs[:1]
        if not self.env["pm.fee"].search_count([("site_id", "=", site.id)], limit=1):
            return self.browse()
        run = self.create({"site_id": site.id, "month": month})
        run.action_collect()
        run.action_check()
        return run

    @api.model
    def _get_month_due(self, site, today):
        """Return the month that is to be prepared: the coming one from the statement day on."""
        month = month_start(today)
        if today >= month_day(today.year, today.month, site.statement_day):
            month = add_months(month, 1)
        return month

    @api.model
    def _get_whole_months(self, site, domain=Domain.TRUE):
        """Return the months of which the runs leave no building out."""
        by_month = self._get_month_runs(site, domain).grouped("month")
        return [month for month, runs in by_month.items() if runs._is_of_whole(site)]

    @api.model
    def _get_month_runs(self, site, domain=Domain.TRUE):
        return self.search(
            domain & Domain("site_id", "=", site.id) & Domain("occasion", "=", "month")
        )

    def _is_of_whole(self, site):
        """Tell whether these runs of a month leave no building out in which somebody is."""
        if not all(run.building_ids for run in self):
            return True
        Tenancy = self.env["pm.tenancy"]
        elsewhere = Domain("unit_id.building_id", "not in", self.building_ids.ids)
        return bool(self) and not Tenancy.search_count(
            Domain("site_id", "=", site.id)
            & Tenancy._get_occupied_domain(month_of(self[:1].month))
            & Domain("line_ids", "any", elsewhere),
            limit=1,
        )
