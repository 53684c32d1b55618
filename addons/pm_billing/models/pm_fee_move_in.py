from odoo import fields, models


class PmFee(models.Model):
    """What a fee asks for beside its price: a deposit on moving in, and the ground it rests on."""

    _inherit = "pm.fee"

    deposit_kind_id = fields.Many2one(
        "pm.deposit.kind",
        string="Deposit on Moving In",
        ondelete="restrict",
        help="Asked for with the move-in bill, and refunded when the occupant leaves.",
    )
    deposit_months = fields.Float(
        string="Months of the Fee",
        digits=(6, 2),
        help="The deposit is the fee of so many whole months.",
    )
    deposit_amount = fields.Monetary(
        help="For each occupant, where it is not in months of the fee."
    )
    ground = fields.Char(
        string="Charged on the Ground Of",
        translate=True,
        help="The agreement, decision or price approval that the fee rests on, as charge notices "
        "print it.",
    )

    _deposit_positive = models.Constraint(
        "CHECK (deposit_months >= 0 AND deposit_amount >= 0)", "A deposit cannot be negative."
    )


class PmDeposit(models.Model):
    _inherit = "pm.deposit"

    fee_id = fields.Many2one(
        "pm.fee",
        string="Asked With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The fee that asks for the deposit on moving in.",
    )
    _NOTED = frozenset({"fee_id"})

    # Two clerks may bill the same move-in: the occupant is asked once.
    _one_of_fee = models.UniqueIndex(
        "(tenancy_id, fee_id) WHERE fee_id IS NOT NULL AND state <> 'cancelled'",
        "This deposit of the occupant has been asked for already.",
    )
