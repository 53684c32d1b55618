from odoo import models


class PmMeter(models.Model):
    _inherit = "pm.meter"

    def write(self, vals):
        result = super().write(vals)
        if not {"multiplier", "digits", "base_value"}.isdisjoint(vals):
            self.reading_ids._reopen_runs()
        return result
