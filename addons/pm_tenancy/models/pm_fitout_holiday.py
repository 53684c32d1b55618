from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.pm_base.models.wording import word_days


class PmFitoutHoliday(models.Model):
    """Works on days off, registered before the day that the holiday notice states (TEN-100)."""

    _name = "pm.fitout.holiday"
    _inherit = ["pm.fitout.part.mixin"]
    _description = "Works on Days Off"
    _order = "date_from desc, id desc"

    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(
        string="To",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    register_by = fields.Date(help="The last day stated in the holiday notice.")
    registered_on = fields.Date(required=True, default=fields.Date.context_today)
    content = fields.Char(string="Works", required=True)
    worker_count = fields.Integer(string="Number of Workers")
    is_guarded = fields.Boolean(
        string="Security Told", help="The guards of these days know of the works."
    )

    _date_order = models.Constraint(
        "CHECK (date_from <= date_to)", "Works on days off end after they begin."
    )
    _in_time = models.Constraint(
        "CHECK (registered_on <= COALESCE(register_by, date_from))",
        "The day by which works on these days off were to be registered is past.",
    )

    @api.depends("date_from")
    def _compute_date_to(self):
        for holiday in self:
            holiday.date_to = holiday.date_to or holiday.date_from

    @api.depends("date_from", "date_to", "unit_codes")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for holiday in self:
            days = word_days(self.env, holiday.date_from, holiday.date_to)
            holiday.display_name = f"{holiday.unit_codes or ''} {days}".strip()

    @api.constrains("registered_on")
    def _check_registered_on(self):
        for holiday in self:
            if holiday.registered_on > holiday.site_id._today():
                raise ValidationError(
                    self.env._(
                        "%(holiday)s: works cannot be registered in the future.",
                        holiday=holiday.display_name,
                    )
                )
