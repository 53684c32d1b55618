from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AccountMove(models.Model):
    """Invoices and credit notes of deposits: no fees, no arrears, no statement."""

    _inherit = "account.move"

    pm_deposit_id = fields.Many2one(
        "pm.deposit",
        string="Deposit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def button_draft(self):
        self._pm_check_deposit_free()
        return super().button_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pm_deposit(self):
        self._pm_check_deposit_free()

    @api.model
    def _pm_get_bill_domain(self):
        return super()._pm_get_bill_domain() & Domain("pm_deposit_id", "=", False)

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        # Whoever takes the payment need not have rights on deposits.
        self.sudo().pm_deposit_id._follow_payment()
        return result

    def _pm_check_deposit_free(self):
        if self.env.su:  # the deposit itself was cancelled
            return
        for move in self:
            if move.sudo().pm_deposit_id:
                raise UserError(
                    self.env._(
                        "%(move)s books %(deposit)s: cancel the deposit instead.",
                        move=move.display_name,
                        deposit=move.sudo().pm_deposit_id.display_name,
                    )
                )


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """A payment that is taken back leaves the deposit to be paid again."""
        deposits_sudo = (self.debit_move_id | self.credit_move_id).sudo().move_id.pm_deposit_id
        result = super().unlink()
        deposits_sudo._follow_payment()
        return result
