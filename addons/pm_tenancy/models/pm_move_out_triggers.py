from odoo import api, models

# A move-out follows at once what happens to keys and meters.


class PmLoan(models.Model):
    _inherit = "pm.loan"

    def _on_taken_back(self, condition):
        super()._on_taken_back(condition)
        self.tenancy_id.filtered(lambda tenancy: tenancy.state == "move_out")._refresh_procedure()


class PmMeterReading(models.Model):
    _inherit = "pm.meter.reading"

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings._refresh_move_outs()
        return readings

    def write(self, vals):
        result = super().write(vals)
        if not {"kind", "is_signed", "tenancy_id"}.isdisjoint(vals):
            self._refresh_move_outs()
        return result

    def _refresh_move_outs(self):
        self.tenancy_id.filtered(lambda tenancy: tenancy.state == "move_out")._refresh_procedure()
