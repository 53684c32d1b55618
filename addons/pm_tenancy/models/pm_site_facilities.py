from odoo import api, fields, models
from odoo.fields import Domain


class PmSite(models.Model):
    _inherit = "pm.site"

    key_loan_hours = fields.Integer(
        string="Loan of Keys (hours)",
        default=8,
        help="After so many hours a key that was lent is overdue, unless agreed otherwise.",
    )
    manages_parking = fields.Boolean(
        string="Manages the Parking Places",
        help="The company holds the right to manage the parking places: only then they are let and "
        "sold here.",
    )
    parking_space_ids = fields.One2many("pm.parking.space", "site_id", string="Parking Spaces")
    parking_underground_count = fields.Integer(
        string="Underground Places Registered", compute="_compute_parking_counts"
    )
    parking_surface_count = fields.Integer(
        string="Surface Places Registered", compute="_compute_parking_counts"
    )
    is_parking_different = fields.Boolean(
        compute="_compute_parking_counts",
        search="_search_is_parking_different",
        help="The spaces registered are not as many as the estate has.",
    )

    _key_loan_hours_positive = models.Constraint(
        "CHECK (key_loan_hours > 0)", "Keys are lent for at least an hour."
    )

    @api.depends("parking_space_ids.kind", "parking_underground", "parking_surface")
    def _compute_parking_counts(self):
        counts = {
            (site, kind): count
            for site, kind, count in self.env["pm.parking.space"]._read_group(
                Domain("site_id", "in", self.ids), ["site_id", "kind"], ["__count"]
            )
        }
        for site in self:
            site.parking_underground_count = counts.get((site, "underground"), 0)
            site.parking_surface_count = counts.get((site, "surface"), 0)
            registered = site.parking_underground_count + site.parking_surface_count
            site.is_parking_different = bool(registered) and (
                (site.parking_underground_count, site.parking_surface_count)
                != (site.parking_underground, site.parking_surface)
            )

    def _search_is_parking_different(self, operator, value):
        if operator != "in":
            return NotImplemented
        different = self.search([]).filtered("is_parking_different")
        return [("id", "in" if True in value else "not in", different.ids)]

    def _get_post_holders(self, post):
        """Return the users of this office who hold a post themselves: supervisor, security …"""
        self.ensure_one()
        group = self.env.ref(f"pm_base.group_pm_{post}")
        # sudo: the groups of a colleague are nobody's secret, but only administrators read them
        return (
            self.sudo()
            .user_ids.filtered(lambda user: user.active and group in user.group_ids)
            .sudo(False)
        )
