from uuid import uuid4

from odoo import fields, models


class AccountPaymentRegister(models.TransientModel):
    """Odoo's own screen for payments: they are the office's of the bills, and have receipts."""

    _inherit = "account.payment.register"

    pm_token = fields.Char(default=lambda self: uuid4().hex)

    def _get_line_batch_key(self, line):
        """One payment never pays bills of two offices."""
        return {**super()._get_line_batch_key(line), "pm_site_id": line.move_id.pm_site_id.id}

    def _create_payment_vals_from_wizard(self, batch_result):
        vals = super()._create_payment_vals_from_wizard(batch_result)
        return {**vals, **self._pm_prepare_vals(batch_result)}

    def _create_payment_vals_from_batch(self, batch_result):
        vals = super()._create_payment_vals_from_batch(batch_result)
        return {**vals, **self._pm_prepare_vals(batch_result)}

    def _create_payments(self):
        payments = super()._create_payments()
        # Receipts are the system's.
        payments.sudo().pm_receipt_ids._note_lines()
        return payments

    def _pm_prepare_vals(self, batch_result):
        moves = batch_result["lines"].move_id
        if not moves.pm_site_id:
            return {}
        tenancies = moves.pm_tenancy_id
        token = self.pm_token and f"{self.pm_token}-{batch_result['lines'][:1].id}"
        return {
            "pm_site_id": moves.pm_site_id.id,
            "pm_tenancy_id": tenancies.id if len(tenancies) == 1 else False,
            "pm_token": token,
        }
