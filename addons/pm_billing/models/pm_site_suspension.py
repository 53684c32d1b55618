from odoo import fields, models

from odoo.addons.pm_base.tools.calendar import add_months, month_day, month_start


class PmSite(models.Model):
    """When services are stopped for arrears."""

    _inherit = "pm.site"

    suspend_rule = fields.Selection(
        [
            ("last_day", "On a Day of the Month of the Visit"),
            ("letter_date", "On the Day After the Date of the Letter"),
        ],
        string="Services Stopped",
        default="last_day",
        required=True,
        help="The day proposed on a suspension for arrears; it can be changed there.",
    )
    suspend_day = fields.Integer(
        string="Day of the Month",
        default=31,
        required=True,
        help="31 is the last day of every month. After this day a visit leads to that of the next "
        "month.",
    )

    _suspend_day_range = models.Constraint(
        "CHECK (suspend_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31; 31 is the last day of every month.",
    )

    def _get_suspend_day(self, visited_on):
        """Return the day on which the services are stopped after a visit (BIL-043)."""
        self.ensure_one()
        day = month_day(visited_on.year, visited_on.month, self.suspend_day)
        if day < visited_on:
            following = add_months(month_start(visited_on), 1)
            day = month_day(following.year, following.month, self.suspend_day)
        return day
