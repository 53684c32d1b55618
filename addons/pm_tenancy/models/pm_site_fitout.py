from odoo import fields, models


class PmSite(models.Model):
    """What an office settles about fit-outs (section J)."""

    _inherit = "pm.site"

    fit_out_hours = fields.Char(string="Hours of Fit-out Works")
    fit_out_review_threshold = fields.Float(
        string="Small Fit-out up to (m²)", default=200.0, digits=(12, 2), required=True
    )
    fit_out_review_days_small = fields.Integer(
        string="Drawings Reviewed, Small (working days)", default=3, required=True
    )
    fit_out_review_days_large = fields.Integer(
        string="Drawings Reviewed, Large (working days)", default=5, required=True
    )
    fit_out_deposit_hold_months = fields.Integer(
        string="Fit-out Deposit Kept (months)",
        default=3,
        required=True,
        help="Counted from the acceptance of the fit-out; 0 returns it at once.",
    )
    fit_out_owner_deposit = fields.Monetary(
        string="Fit-out Deposit of the Household", help="For each household."
    )
    fit_out_contractor_deposit = fields.Monetary(
        string="Fit-out Deposit of the Contractor", help="For each household worked on."
    )
    fit_out_debris_fee = fields.Monetary(string="Debris Removal Fee", help="For each household.")

    _fit_out_range = models.Constraint(
        "CHECK (fit_out_review_threshold >= 0 AND fit_out_review_days_small BETWEEN 0 AND 60"
        " AND fit_out_review_days_large BETWEEN 0 AND 60"
        " AND fit_out_deposit_hold_months BETWEEN 0 AND 60 AND fit_out_owner_deposit >= 0"
        " AND fit_out_contractor_deposit >= 0 AND fit_out_debris_fee >= 0)",
        "Drawings are reviewed within 60 working days, a fit-out deposit is kept for at most 60 "
        "months, and amounts are not negative.",
    )

    def _get_fit_out_review_days(self, area):
        """Return how many working days Engineering has to review drawings of that area."""
        self.ensure_one()
        small = area <= self.fit_out_review_threshold
        return self.fit_out_review_days_small if small else self.fit_out_review_days_large
