from odoo import api, fields, models


class PmPaymentTake(models.TransientModel):
    """Money that a member of the staff brings for a customer (BIL-026)."""

    _inherit = "pm.payment.take"

    carrier_id = fields.Many2one(
        "res.users",
        string="Paid for the Customer By",
        domain="[('share', '=', False)]",
        compute="_compute_carrier_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Brings the receipt to the customer; the due list keeps it until it is noted.",
    )

    @api.depends("provisional_id")
    def _compute_carrier_id(self):
        for take in self:
            take.carrier_id = take.provisional_id.collector_id or take.carrier_id

    def _prepare_payment_vals(self, moves):
        return {**super()._prepare_payment_vals(moves), "pm_carrier_id": self.carrier_id.id}
