from odoo import fields, models


class PmSite(models.Model):
    """What the papers of an office state of it: its hours, its ways and its rules."""

    _inherit = "pm.site"

    office_hours = fields.Char(help="As papers print it, such as “Mon–Fri 8:00–18:00”.")
    complaint_phone = fields.Char(string="Complaints Telephone")
    fax = fields.Char()
    lobby_closed_to_goods = fields.Char(
        string="Lobby Closed to Goods",
        default="8:00–18:00",
        help="In these hours goods do not pass through the lobby.",
    )
    goods_entrance = fields.Char(
        string="Way for Goods", help="Used while the lobby is closed to goods."
    )
    moving_after_hour = fields.Float(
        string="Removals From",
        default=18.0,
        help="On working days; on days off removals are allowed all day.",
    )
    fit_out_hours = fields.Char(string="Hours of Fit-out Works")
    lease_registry = fields.Char(
        string="Registry of Leases", help="The office of the district where leases are registered."
    )
    missed_defect_hours = fields.Integer(
        string="Missed Defects Within (hours)",
        default=48,
        help="So long after the handover the record of missed defects is accepted.",
    )
    registration_next_month_day = fields.Integer(
        string="Next Month Paid From Day",
        default=20,
        help="A tenant who registers after this day pays the next month's fee as well.",
    )
    deposit_unclaimed_months = fields.Integer(
        string="Deposit Claimed Within (months)",
        default=1,
        help="Counted from the tenant's leaving; afterwards the owner may dispose of it.",
    )
    fit_out_review_threshold = fields.Float(
        string="Small Fit-out up to (m²)", default=200.0, digits=(12, 2)
    )
    fit_out_review_days_small = fields.Integer(
        string="Drawings Reviewed, Small (working days)", default=3
    )
    fit_out_review_days_large = fields.Integer(
        string="Drawings Reviewed, Large (working days)", default=5
    )
    fit_out_deposit_hold_months = fields.Integer(
        string="Fit-out Deposit Kept (months)",
        default=3,
        help="Counted from the acceptance of the fit-out; 0 returns it at once.",
    )

    _moving_after_range = models.Constraint(
        "CHECK (moving_after_hour >= 0 AND moving_after_hour < 24)",
        "Removals begin at an hour between 0:00 and 23:59.",
    )
    _paper_rules_positive = models.Constraint(
        "CHECK (missed_defect_hours >= 0 AND registration_next_month_day BETWEEN 1 AND 31"
        " AND deposit_unclaimed_months >= 0 AND fit_out_review_threshold >= 0"
        " AND fit_out_review_days_small >= 0 AND fit_out_review_days_large >= 0"
        " AND fit_out_deposit_hold_months >= 0)",
        "The periods of an office cannot be negative, and a day of the month lies between 1 and "
        "31.",
    )
