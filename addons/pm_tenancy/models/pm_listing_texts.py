from odoo import models


class PmListing(models.Model):
    """The blanks of the agency agreement with an owner."""

    _inherit = "pm.listing"

    def _pm_get_blanks(self):
        _ = self.env._
        return {
            **super()._pm_get_blanks(),
            "owner": (_("Owner"), self.owner_id.name),
            "owner_phone": (_("Telephone of the owner"), self.owner_phone),
            "tower": (_("Building"), self.building_id.name),
            "floor": (_("Floor"), str(self.unit_id.floor) if self.unit_id else False),
            "room": (_("Room"), self.unit_id.room),
            "area": (_("Floor area in m²"), self.area or False),
            "lease_term": (_("Lease term wished"), self.lease_term),
            "unit_rent": (_("Unit rent asked"), self.asked_unit_rent or False),
            "other_charges": (_("Other charges"), self.other_charges or False),
            "valid_from": (_("First day of the mandate"), self.valid_from),
            "valid_to": (_("Last day of the mandate"), self.valid_to),
            "remarks": (_("Remarks"), self.note),
        }
