from odoo import fields, models


class PmMeterReading(models.Model):
    _inherit = "pm.meter.reading"

    kind = fields.Selection(
        selection_add=[("completion", "Completion of Fit-out")],
        ondelete={"completion": "set default"},
    )

    def _find_tenancy(self):
        """A reading at the completion of a fit-out is of who had the works done."""
        if self.kind == "completion":
            works = self.meter_id.unit_id.fitout_ids.filtered(
                lambda fitout: fitout.state in ("works", "acceptance")
            )
            if works:
                return works[:1].tenancy_id
        return super()._find_tenancy()
