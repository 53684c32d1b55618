from odoo import fields, models


class PmSite(models.Model):
    _inherit = "pm.site"

    lease_expiry_visit_months = fields.Integer(
        string="Visit Before the Lease Ends (months)",
        default=2,
        required=True,
        help="The area administrator is told to visit the tenant and learn the intention.",
    )
    lease_expiry_leasing_query_months = fields.Integer(
        string="Ask the Leasing Department (months)",
        default=1,
        required=True,
        help="So long before the lease ends, the leasing officers are asked whether it is renewed.",
    )
    vacancy_list_day = fields.Integer(
        string="Vacant List on Day",
        default=20,
        required=True,
        help="Day of the month on which the list of vacant units is renewed.",
    )
    vacant_patrol_days = fields.Integer(
        string="Days Between Patrols of Vacant Units", default=7, required=True
    )
    earnest_hold_weeks = fields.Integer(
        string="Earnest Money Holds a Unit (weeks)", default=2, required=True
    )
    earnest_per_area = fields.Monetary(string="Earnest Money per m²", default=200.0)
    commission_months = fields.Float(
        string="Commission (months of rent)", default=0.5, digits=(4, 2), required=True
    )
    commission_base = fields.Selection(
        [("contract", "Contract Rent"), ("asked", "Rent Asked by the Owner")],
        default="contract",
        required=True,
        help="The monthly rent of which the tenant's commission is a share.",
    )
    household_papers_days = fields.Integer(
        string="Household Papers Within (days)",
        default=7,
        required=True,
        help="Counted from the day on which the tenant of a flat moves in.",
    )

    _lease_expiry_range = models.Constraint(
        "CHECK (lease_expiry_leasing_query_months BETWEEN 0 AND 24"
        " AND lease_expiry_visit_months BETWEEN lease_expiry_leasing_query_months AND 24)",
        "The visit before a lease ends lies at most 24 months ahead, and not after the leasing "
        "department is asked.",
    )
    _vacancy_range = models.Constraint(
        "CHECK (vacancy_list_day BETWEEN 1 AND 31 AND vacant_patrol_days BETWEEN 1 AND 60)",
        "The day of the vacant list lies between 1 and 31, the days between patrols between 1 "
        "and 60.",
    )
    _earnest_range = models.Constraint(
        "CHECK (earnest_hold_weeks BETWEEN 1 AND 26 AND earnest_per_area >= 0)",
        "Earnest money holds a unit for 1 to 26 weeks, and cannot be negative.",
    )
    _commission_range = models.Constraint(
        "CHECK (commission_months BETWEEN 0 AND 12)",
        "The commission lies between none and 12 months of rent.",
    )
    _household_papers_range = models.Constraint(
        "CHECK (household_papers_days BETWEEN 1 AND 90)",
        "The household papers are due within 1 to 90 days.",
    )

    def _get_post_users(self, *groups):
        """Return the users of this office on the first of these posts that is held.

        Whoever holds the post itself comes before those whose higher post includes it. Where
        nobody holds any, the director, so that no work is lost.
        """
        self.ensure_one()
        users = self.sudo().user_ids  # who holds a post is no secret
        for group in map(self.env.ref, groups):
            holders = users.filtered(lambda user, group=group: group in user.group_ids)
            if not holders:
                holders = users.filtered(lambda user, group=group: group in user.all_group_ids)
            if holders:
                return holders.with_env(self.env)
        return self.manager_id.user_id or self.env.user

    def _get_leasing_users(self):
        """Return who lets the units of this office: its leasing officers, else a supervisor."""
        return self._get_post_users(
            "pm_base.group_pm_leasing_officer", "pm_base.group_pm_supervisor"
        )
