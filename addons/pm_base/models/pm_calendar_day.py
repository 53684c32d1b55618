from odoo import api, fields, models

from ..tools.calendar import is_workday


class PmCalendarDay(models.Model):
    _name = "pm.calendar.day"
    _description = "Working Day Override"
    _order = "date desc"

    name = fields.Char(string="Reason", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    date = fields.Date(required=True)
    is_workday = fields.Boolean(string="Worked")
    official_is_workday = fields.Boolean(
        string="Worked by the Official Calendar",
        compute="_compute_official_is_workday",
        help="What the official calendar says of this date without the override.",
    )

    _date_unique = models.Constraint(
        "UNIQUE (company_id, date)", "This date already has an override in this company."
    )

    @api.depends("date")
    def _compute_official_is_workday(self):
        for day in self:
            day.official_is_workday = bool(day.date) and is_workday(day.date)
