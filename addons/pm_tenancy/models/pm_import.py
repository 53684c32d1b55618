from odoo import api, models


class PmImport(models.Model):
    _inherit = "pm.import"

    @api.model
    def _get_sheet_models(self):
        return [
            *super()._get_sheet_models(),
            "pm.import.party",
            "pm.import.building",
            "pm.import.unit",
            "pm.import.tenancy",
            "pm.import.key",
            "pm.import.meter",
            "pm.import.reading",
            "pm.import.parking.space",
            "pm.import.vehicle",
            "pm.import.listing",
        ]
