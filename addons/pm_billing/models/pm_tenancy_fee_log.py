from odoo import api, fields, models

from .pm_price_log import word_open_days


class PmTenancyFee(models.Model):
    """What was agreed is logged on the tenancy, and listed where nothing is charged (F-BIL-15)."""

    _name = "pm.tenancy.fee"
    _inherit = ["pm.tenancy.fee", "pm.price.log.mixin"]

    unit_codes = fields.Char(string="Unit Nos.", compute="_compute_texts")
    period_text = fields.Char(string="Period", compute="_compute_texts")
    terms_text = fields.Char(string="What Was Agreed", compute="_compute_texts")

    @api.depends_context("lang")
    @api.depends("terms", "price", "date_start", "date_end", "unit_id", "tenancy_id.unit_codes")
    def _compute_texts(self):
        labels = dict(self._fields["terms"]._description_selection(self.env))
        for line in self:
            is_price = line.terms == "agreed"
            line.unit_codes = line.unit_id.code or line.tenancy_id.unit_codes
            line.period_text = word_open_days(self.env, line.date_start, line.date_end)
            line.terms_text = (
                line.fee_id._word_price(line.price) if is_price else labels.get(line.terms, "")
            )

    def _get_log_owner(self):
        return self.tenancy_id

    def _word_logged(self):
        parts = (self.fee_id.name, self.unit_id.code, self.terms_text, self.period_text, self.note)
        return ", ".join(filter(None, parts))
