from dateutil.relativedelta import relativedelta

from odoo import fields, models


class PmSite(models.Model):
    _inherit = "pm.site"

    master_manager_id = fields.Many2one(
        "res.partner",
        string="Master Property Manager",
        check_company=True,
        index="btree_not_null",
        help="Manages what the buildings of the estate share, such as roads and gates.",
    )
    parking_underground = fields.Integer(string="Underground Parking Places")
    parking_surface = fields.Integer(string="Surface Parking Places")
    long_vacant_months = fields.Integer(
        string="Long Vacant After (months)",
        default=3,
        required=True,
        help="A contact of the owner is to be known of units that stand empty for so long.",
    )
    use_alert_percent = fields.Integer(
        string="Use to Look At (%)",
        default=50,
        help="A use of a day so much above what the meter used to count is marked on reading and "
        "round, and reported by the bill run; 0 for none.",
    )
    building_ids = fields.One2many("pm.building", "site_id", string="Buildings")

    _parking_positive = models.Constraint(
        "CHECK (parking_underground >= 0 AND parking_surface >= 0)",
        "The number of parking places cannot be negative.",
    )
    _long_vacant_positive = models.Constraint(
        "CHECK (long_vacant_months > 0)", "A unit is long vacant after one month or more."
    )

    def _get_long_vacant_limit(self):
        """Return the last day on which a unit that is long vacant today had become vacant."""
        self.ensure_one()
        return self._today() - relativedelta(months=self.long_vacant_months)
