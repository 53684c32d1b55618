from odoo import models


class PmInspection(models.Model):
    """The joint inspections of a move-out print on F-TEN-11 and F-TEN-66."""

    _inherit = "pm.inspection"

    def _is_move_out_acceptance(self):
        """Tell whether the inspection prints as a move-out slip."""
        self.ensure_one()
        slips = self.env.ref("pm_base.form_f_ten_11") | self.env.ref("pm_base.form_f_ten_66")
        return bool(self.template_id.sudo().form_id & slips)

    def _is_room_acceptance(self):
        self.ensure_one()
        return self.template_id.sudo().form_id == self.env.ref("pm_base.form_f_ten_66")

    def _get_electricity_rows(self):
        """Return meter and reading of each electricity meter: the final one, else the item's."""
        self.ensure_one()
        tenancy = (
            self.env["pm.tenancy"].browse(self.res_id)
            if self.res_model == "pm.tenancy"
            else self.env["pm.tenancy"]
        )
        meters = tenancy.line_ids.unit_id.meter_ids.filtered(
            lambda meter: meter.kind == "electricity"
        )
        final = {reading.meter_id: reading.value for reading in tenancy._get_final_readings()}
        items = self.line_ids.filtered(lambda line: line.kind == "reading" and line.value)
        noted = items[:1]._word_number(items[:1].value) if items and len(meters) <= 1 else ""
        rows = [
            {
                "meter_no": meter.meter_no,
                "value": meter._format_value(final[meter]) if meter in final else noted,
            }
            for meter in meters
        ]
        return rows or [{"meter_no": "", "value": noted}]
