from odoo import api, fields, models


class PmFitoutPartMixin(models.AbstractModel):
    """What belongs to a fit-out: its procedure is judged anew when a part changes."""

    _name = "pm.fitout.part.mixin"
    _description = "Part of a Fit-out"
    _check_company_auto = True

    fitout_id = fields.Many2one(
        "pm.fitout", string="Fit-out", required=True, index=True, ondelete="cascade"
    )
    site_id = fields.Many2one(related="fitout_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(
        related="fitout_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="fitout_id.partner_id", string="Customer")
    contractor_id = fields.Many2one(related="fitout_id.contractor_id")
    unit_codes = fields.Char(related="fitout_id.unit_codes")
    fitout_state = fields.Selection(related="fitout_id.state", string="State of the Fit-out")

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.fitout_id._check_not_closed()
        parts.fitout_id._refresh_procedure()
        return parts

    def write(self, vals):
        self.fitout_id._check_not_closed()
        fitouts = self.fitout_id
        result = super().write(vals)
        self.flush_recordset()
        (fitouts | self.fitout_id)._refresh_procedure()
        return result

    def unlink(self):
        fitouts = self.fitout_id
        fitouts._check_not_closed()
        result = super().unlink()
        fitouts.exists()._refresh_procedure()
        return result
