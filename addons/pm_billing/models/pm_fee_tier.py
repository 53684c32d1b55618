from odoo import fields, models


class PmFeeTier(models.Model):
    _name = "pm.fee.tier"
    _inherit = ["pm.bill.fact.mixin"]
    _description = "Tier of a Price"
    _order = "price_id, above"

    price_id = fields.Many2one(
        "pm.fee.price", string="Price Line", required=True, ondelete="cascade", index=True
    )
    fee_id = fields.Many2one(related="price_id.fee_id")
    site_id = fields.Many2one(related="price_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="price_id.company_id", store=True, precompute=True)
    above = fields.Float(
        required=True,
        digits=(16, 2),
        help="The price holds for what one unit uses above this quantity in a month.",
    )
    price = fields.Float(required=True, digits=(16, 4), help="Tax included, in yuan.")

    _once = models.Constraint(
        "UNIQUE (price_id, above)", "This price has a tier above the same quantity already."
    )
    _above_positive = models.Constraint(
        "CHECK (above > 0)", "The first units are at the price itself: a tier begins above zero."
    )
    _price_positive = models.Constraint("CHECK (price >= 0)", "A price cannot be negative.")
