from odoo import models


class PmLeaseRequest(models.Model):
    """The blanks of the agreement with somebody who looks for a unit."""

    _inherit = "pm.lease.request"

    def _pm_get_blanks(self):
        _ = self.env._

        def of_site(name):
            return lambda: self.site_id[name]

        return {
            **super()._pm_get_blanks(),
            "seeker": (_("Seeker"), self.partner_id.name),
            "seeker_phone": (_("Telephone of the seeker"), self.phone),
            "seeker_contact": (_("Contact person"), self.contact_name),
            "user": (_("Who handles the mandate"), self.user_id.name),
            "location": (
                _("Location wished"),
                lambda: self.location_wish or self.site_id.property_name,
            ),
            "usage": (
                _("Property class"),
                dict(self._fields["usage"]._description_selection(self.env)).get(self.usage),
            ),
            "area": (_("Floor area wished in m²"), self._word_area_wish()),
            "equipment": (_("Equipment required"), self.equipment),
            "need_until": (_("Needed until"), self.need_until),
            "rent_max": (_("Highest monthly rent"), self.rent_max or False),
            "other_wish": (_("Other wishes"), self.other_wish),
            "valid_from": (_("First day of the mandate"), self.valid_from),
            "valid_to": (_("Last day of the mandate"), self.valid_to),
            "commission_days": (_("Days within which the commission is paid"), 1),
            "commission_share": (
                _("Share of a monthly rent as commission"),
                lambda: f"{self.site_id.commission_months:.0%}",
            ),
            "earnest_rate": (_("Earnest money per m²"), of_site("earnest_per_area")),
            "earnest_weeks": (
                _("Weeks for which earnest money holds a unit"),
                of_site("earnest_hold_weeks"),
            ),
            "remarks": (_("Remarks"), self.note),
        }

    def _word_area_wish(self):
        limits = [f"{area:g}" for area in (self.area_from, self.area_to) if area]
        return "–".join(limits) or False
