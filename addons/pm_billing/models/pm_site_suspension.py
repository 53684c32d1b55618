from odoo import fields, models


class PmSite(models.Model):
    """When services are stopped for arrears."""

    _inherit = "pm.site"

    suspend_rule = fields.Selection(
        [
            ("last_day", "On the Last Day of the Month of the Visit"),
            ("letter_date", "On the Day After the Date of the Letter"),
        ],
        string="Services Stopped",
        default="last_day",
        required=True,
        help="The day proposed on a suspension for arrears; it can be changed there.",
    )
