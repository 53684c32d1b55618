from odoo import models


class PmListing(models.Model):
    """The blanks of the agency agreement with an owner."""

    _inherit = "pm.listing"

    def _pm_get_blanks(self):
        return {
            **super()._pm_get_blanks(),
            "owner": (self.env._("Owner"), self.owner_id.name),
            "owner_phone": (self.env._("Telephone of the owner"), self.owner_phone),
            "tower": (self.env._("Building"), self.building_id.name),
            "floor": (self.env._("Floor"), str(self.unit_id.floor) if self.unit_id else False),
            "room": (self.env._("Room"), self.unit_id.room),
            "area": (self.env._("Floor area in m²"), self.area or False),
            "lease_term": (self.env._("Lease term wished"), self.lease_term),
            "unit_rent": (self.env._("Unit rent asked"), self.asked_unit_rent or False),
            "other_charges": (self.env._("Other charges"), self.other_charges or False),
            "valid_from": (self.env._("First day of the mandate"), self.valid_from),
            "valid_to": (self.env._("Last day of the mandate"), self.valid_to),
            "remarks": (self.env._("Remarks"), self.note),
        }
