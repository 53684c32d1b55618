from odoo import api, fields, models
from odoo.exceptions import UserError


class PmDepositDeduction(models.Model):
    """What is kept of a deposit, and why."""

    _name = "pm.deposit.deduction"
    _inherit = "pm.part.mixin"
    _description = "Deduction From a Deposit"
    _order = "id"
    _check_company_auto = True
    _part_of = "deposit_id"

    deposit_id = fields.Many2one("pm.deposit", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="deposit_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(
        related="deposit_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="deposit_id.currency_id")
    name = fields.Char(string="Reason", required=True)
    amount = fields.Monetary(required=True)
    inspection_id = fields.Many2one(
        "pm.inspection",
        string="Found At",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The joint inspection that found the damage; it is on the settlement already.",
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A deduction is greater than zero.")
    _inspection_once = models.UniqueIndex(
        "(deposit_id, inspection_id) WHERE inspection_id IS NOT NULL",
        "The damage found at this inspection is deducted already.",
    )

    def _check_whole(self):
        self.deposit_id._check_deductible()

    @api.constrains("amount", "deposit_id")
    def _check_amount(self):
        for deposit in self.deposit_id:
            if deposit.currency_id.compare_amounts(deposit.amount_deducted, deposit.amount) > 0:
                raise UserError(
                    self.env._(
                        "The deductions from %(deposit)s come to %(deducted)s, more than the "
                        "%(amount)s held. Charge the rest.",
                        deposit=deposit.display_name,
                        deducted=deposit.currency_id.format(deposit.amount_deducted),
                        amount=deposit.currency_id.format(deposit.amount),
                    )
                )
