from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_workday_overrides(self):
        """Return {date: is worked} of the days this company decided for itself."""
        self.ensure_one()
        days = (
            self.env["pm.calendar.day"]
            .sudo()
            .search_fetch(
                [("company_id", "=", self.id)],
                ["date", "is_workday"],
            )
        )
        return {day.date: day.is_workday for day in days}
