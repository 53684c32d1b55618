from odoo import fields, models


class PmSite(models.Model):
    """What the papers of an office state of it: its hours, its ways and its rules."""

    _inherit = "pm.site"

    office_hours = fields.Char(help="As papers print it, such as “Mon–Fri 8:00–18:00”.")
    complaint_phone = fields.Char(string="Complaints Telephone")
    fax = fields.Char()
    goods_entrance = fields.Char(
        string="Way for Goods", help="Used while the lobby is closed to goods."
    )
    lease_registry = fields.Char(
        string="Registry of Leases", help="The office of the district where leases are registered."
    )
    registration_next_month_day = fields.Integer(
        string="Next Month Paid From Day",
        default=20,
        help="A tenant who registers after this day pays the next month's fee as well.",
    )

    _next_month_day_range = models.Constraint(
        "CHECK (registration_next_month_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31.",
    )
