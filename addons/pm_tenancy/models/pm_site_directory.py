from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import add_months, month_day


class PmSite(models.Model):
    _inherit = "pm.site"

    directory_day = fields.Integer(
        string="Directory on Day",
        default=20,
        required=True,
        help="Day of the month on which the occupant directory comes out, changed or not.",
    )
    directory_confirm_days = fields.Integer(
        string="Telephones Confirmed Before (days)",
        default=5,
        required=True,
        help="So many days before the directory comes out, Customer Service begins to confirm the "
        "telephone numbers of the occupants.",
    )

    _directory_range = models.Constraint(
        "CHECK (directory_day BETWEEN 1 AND 31 AND directory_confirm_days BETWEEN 0 AND 25)",
        "The day of the directory lies between 1 and 31; telephones are confirmed at most 25 days "
        "before.",
    )

    def _get_phone_round(self):
        """Return (first day, day of the directory) of the round that telephones are owed for.

        The next one once it has begun, before that the last one.
        """
        self.ensure_one()
        today = self._today()
        lead = timedelta(days=self.directory_confirm_days)
        for months in (1, 0, -1):
            month = add_months(today.replace(day=1), months)
            day = month_day(month.year, month.month, self.directory_day)
            if day - lead <= today:
                break
        return day - lead, day

    def _get_phone_round_domain(self):
        """Return the occupants of this office whose telephones are not confirmed in the round."""
        since, _day = self._get_phone_round()
        new = Domain("phone_confirmed_on", "=", False) & Domain(
            "create_date", "<", fields.Datetime.to_datetime(since)
        )
        return (
            Domain("site_id", "=", self.id)
            & Domain("state", "in", ("active", "move_out"))
            & (new | Domain("phone_confirmed_on", "<", since))
        )
