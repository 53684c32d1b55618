from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Each band with the last of its days since the deposit was received.
_BANDS = [("90", 90), ("365", 365), ("730", 730), ("old", None)]


class PmDeposit(models.Model):
    """How old what the office holds is."""

    _inherit = "pm.deposit"

    age_band = fields.Selection(
        [
            ("90", "Up to 90 Days"),
            ("365", "91 to 365 Days"),
            ("730", "366 Days to 2 Years"),
            ("old", "Over 2 Years"),
        ],
        string="Age",
        compute="_compute_age_band",
        search="_search_age_band",
        help="Since the deposit was received, of what is still owed.",
    )

    @api.depends("received_on", "amount_held")
    def _compute_age_band(self):
        for deposit in self:
            deposit.age_band = False
            if deposit.received_on and deposit.amount_held > 0:
                days = (deposit.site_id._today() - deposit.received_on).days
                deposit.age_band = next(
                    band for band, last in _BANDS if last is None or days <= last
                )

    def _search_age_band(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        found, after = Domain.FALSE, None
        held = Domain("received_on", "!=", False) & Domain("amount_held", ">", 0)
        for band, last in _BANDS:
            days = held
            if after is not None:
                days &= Domain("received_on", "<", today - timedelta(days=after))
            if last is not None:
                days &= Domain("received_on", ">=", today - timedelta(days=last))
            if band in value:
                found |= days
            after = last
        return found | ~held if False in value else found

    def _field_to_sql(self, alias, field_expr, query=None):
        """Lists are grouped by age, which grows older without being written."""
        if field_expr != "age_band":
            return super()._field_to_sql(alias, field_expr, query)
        received = super()._field_to_sql(alias, "received_on", query)
        held = super()._field_to_sql(alias, "amount_held", query)
        days = SQL("(%s - %s)", fields.Date.context_today(self), received)
        whens = [SQL("WHEN %s <= %s THEN %s", days, last, band) for band, last in _BANDS if last]
        return SQL(
            "(CASE WHEN %s IS NULL OR COALESCE(%s, 0) <= 0 THEN NULL %s ELSE 'old' END)",
            received,
            held,
            SQL(" ").join(whens),
        )
