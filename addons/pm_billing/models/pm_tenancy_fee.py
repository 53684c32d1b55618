from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.proration import Agreement


class PmTenancyFee(models.Model):
    _name = "pm.tenancy.fee"
    _inherit = ["pm.tenancy.fact.mixin"]
    _description = "Fee Agreed with an Occupant"
    _order = "tenancy_id, fee_id, unit_id, date_start"
    _check_company_auto = True
    _BILL_FACTS = frozenset({"date_end", "date_start", "fee_id", "price", "terms", "unit_id"})

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="tenancy_id.company_id", store=True, precompute=True)
    fee_id = fields.Many2one(
        "pm.fee", required=True, ondelete="restrict", domain="[('site_id', '=', site_id)]"
    )
    unit_id = fields.Many2one(
        "pm.unit",
        ondelete="restrict",
        domain="[('tenancy_unit_ids.tenancy_id', '=', tenancy_id)]",
        help="Only for this unit of the tenancy; empty for all of them.",
    )
    terms = fields.Selection(
        [("tariff", "Tariff"), ("agreed", "Agreed Price"), ("excluded", "Not Charged")],
        required=True,
        default="agreed",
    )
    price = fields.Float(
        digits=(16, 4), help="Tax included, in yuan per month: for each m² or for the tenancy."
    )
    date_start = fields.Date(string="From", help="Empty for the beginning of the tenancy.")
    date_end = fields.Date(string="Until", help="Last day; empty for the end of the tenancy.")
    note = fields.Char(help="Why, and on whose word.")

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (tenancy_id WITH =, fee_id WITH =, COALESCE(unit_id, 0) WITH =, "
        "daterange(date_start, date_end, '[]') WITH &&)",
        "Something was already agreed about this fee in that period. End the former line first.",
    )
    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_start <= date_end)",
        "An agreement ends after it begins.",
    )
    _price_positive = models.Constraint("CHECK (price >= 0)", "A price cannot be negative.")

    @api.constrains("tenancy_id", "fee_id", "unit_id")
    def _check_belongs_together(self):
        for line in self:
            if line.fee_id.site_id != line.tenancy_id.site_id:
                raise ValidationError(
                    self.env._(
                        "%(fee)s is a fee of %(fee_site)s, the tenancy belongs to %(site)s.",
                        fee=line.fee_id.name,
                        fee_site=line.fee_id.site_id.name,
                        site=line.tenancy_id.site_id.name,
                    )
                )
            if line.unit_id and line.unit_id not in line.tenancy_id.unit_ids:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s does not belong to %(tenancy)s.",
                        unit=line.unit_id.code,
                        tenancy=line.tenancy_id.display_name,
                    )
                )

    @api.depends("tenancy_id", "fee_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.tenancy_id.display_name} {line.fee_id.name}"

    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model()  # a line ended just now makes room for the next one
        return super().create(vals_list)

    def _to_agreement(self):
        return Agreement(self.terms, self.price, self.date_start or None, self.date_end or None)
