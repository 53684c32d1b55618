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

    def write(self, vals):
        if vals.get("state") in ("draft", "cancel"):
            self._pm_check_deposit_free()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pm_deposit(self):
        self._pm_check_deposit_free()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # The credit note would pay bills, and the deposit would be refunded all the same.
        self._pm_check_deposit_free()
        return super()._reverse_moves(default_values_list, cancel)

    @api.model
    def _pm_get_bill_domain(self):
        return super()._pm_get_bill_domain() & Domain("pm_deposit_id", "=", False)

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        # Whoever takes the payment need not have rights on deposits.
        self.sudo().pm_deposit_id._follow_payment()
        return result

    def _pm_check_deposit_free(self):
        if self.env.su:  # the deposit does it itself
            return
        for move in self:
            if move.sudo().pm_deposit_id:
                raise UserError(
                    self.env._(
                        "%(move)s books %(deposit)s and follows it. Open the deposit: while it is "
                        "not paid cancel it there, later refund it there.",
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
