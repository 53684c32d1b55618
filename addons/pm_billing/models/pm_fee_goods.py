from odoo import api, fields, models


class PmFee(models.Model):
    """Which unpaid fees hold ordinary goods in the building."""

    _inherit = "pm.fee"

    holds_goods = fields.Boolean(
        string="Holds Goods Passes",
        compute="_compute_holds_goods",
        store=True,
        readonly=False,
        precompute=True,
        help="Goods leave once this fee is paid for this month and before: as a rule the "
        "management fee. At a move-out every fee counts.",
    )

    @api.depends("product_id")
    def _compute_holds_goods(self):
        product = self.env.ref("pm_billing.product_management_fee", raise_if_not_found=False)
        for fee in self:
            fee.holds_goods = bool(product) and fee.product_id == product
