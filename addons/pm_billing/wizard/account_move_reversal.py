from odoo import models
from odoo.exceptions import UserError


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """The bill that replaces a reversed one is made by its run, with its charges."""
        # Also charges that the user may not see count.
        if is_modify and (bills := self.move_ids.filtered(lambda bill: bill.sudo().pm_charge_ids)):
            raise UserError(
                self.env._(
                    "%(bill)s was made from charges: reverse it, then collect and check its bill "
                    "run again to make the new bill.",
                    bill=", ".join(bills.mapped("name")),
                )
            )
        return super().reverse_moves(is_modify=is_modify)
