from odoo import models


class PmLeaseRequest(models.Model):
    """The blanks of the agreement with somebody who looks for a unit."""

    _inherit = "pm.lease.request"

    def _pm_get_blanks(self):

        def of_site(name):
            return lambda: self.site_id[name]

        return {
            **super()._pm_get_blanks(),
            "seeker": (self.env._("Seeker"), self.partner_id.name),
            "seeker_phone": (self.env._("Telephone of the seeker"), self.phone),
            "seeker_contact": (self.env._("Contact person"), self.contact_name),
            "user": (self.env._("Who handles the mandate"), self.user_id.name),
            "location": (
                self.env._("Location wished"),
                lambda: self.location_wish or self.site_id.property_name,
            ),
            "usage": (
                self.env._("Property class"),
                dict(self._fields["usage"]._description_selection(self.env)).get(self.usage),
            ),
            "area": (self.env._("Floor area wished in m²"), self._word_area_wish()),
            "equipment": (self.env._("Equipment required"), self.equipment),
            "need_until": (self.env._("Needed until"), self.need_until),
            "rent_max": (self.env._("Highest monthly rent"), self.rent_max or False),
            "other_wish": (self.env._("Other wishes"), self.other_wish),
            "valid_from": (self.env._("First day of the mandate"), self.valid_from),
            "valid_to": (self.env._("Last day of the mandate"), self.valid_to),
            "commission_days": (self.env._("Days within which the commission is paid"), 1),
            "commission_share": (
                self.env._("Share of a monthly rent as commission"),
                lambda: f"{self.site_id.commission_months:.0%}",
            ),
            "earnest_rate": (self.env._("Earnest money per m²"), of_site("earnest_per_area")),
            "earnest_weeks": (
                self.env._("Weeks for which earnest money holds a unit"),
                of_site("earnest_hold_weeks"),
            ),
            "remarks": (self.env._("Remarks"), self.note),
        }

    def _word_area_wish(self):
        limits = [f"{area:g}" for area in (self.area_from, self.area_to) if area]
        return "–".join(limits) or False
