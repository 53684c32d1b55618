from odoo import fields, models


class PmSite(models.Model):
    """How removals go at an office: their notice, their hours and their deadlines."""

    _inherit = "pm.site"

    move_out_notice_workdays = fields.Integer(
        string="Notice of a Removal (working days)",
        default=1,
        required=True,
        help="So long before a removal it is registered and the duty room is told.",
    )
    inspection_lead_days = fields.Integer(
        string="Dates Fixed Before a Removal (days)",
        default=7,
        required=True,
        help="So long before the removal its date and that of the joint inspection are agreed.",
    )
    moving_after_hour = fields.Float(
        string="Removals From",
        default=18.0,
        help="On working days; on days off removals are allowed all day.",
    )
    lobby_closed_from = fields.Float(
        string="Lobby Closed to Goods From",
        default=8.0,
        help="On working days, goods do not pass through the lobby in these hours.",
    )
    lobby_closed_to = fields.Float(string="Lobby Closed to Goods Until", default=18.0)
    deposit_refund_workdays = fields.Integer(
        string="Deposit Refunded Within (working days)",
        default=15,
        help="Counted from the day on which the refund was asked for (CON-23).",
    )
    deposit_unclaimed_months = fields.Integer(
        string="Deposit Claimed Within (months)",
        default=1,
        help="Counted from the tenant's leaving; afterwards the owner may dispose of it.",
    )

    _moving_after_range = models.Constraint(
        "CHECK (moving_after_hour >= 0 AND moving_after_hour < 24)",
        "Removals begin at an hour between 0:00 and 23:59.",
    )
    _lobby_hours = models.Constraint(
        "CHECK (lobby_closed_from >= 0 AND lobby_closed_from <= lobby_closed_to"
        " AND lobby_closed_to <= 24)",
        "The lobby is closed to goods from one hour of the day to a later one.",
    )
    _removal_periods = models.Constraint(
        "CHECK (move_out_notice_workdays BETWEEN 0 AND 30 AND inspection_lead_days BETWEEN 0 AND 90"
        " AND deposit_refund_workdays BETWEEN 0 AND 250"
        " AND deposit_unclaimed_months BETWEEN 0 AND 60)",
        "The notice of a removal lies between 0 and 30 working days, its dates between 0 and 90 "
        "days before it; deposits are refunded within 250 working days and claimed within 60 "
        "months.",
    )
