from odoo import fields, models


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
