"""Where the counter is opened from."""

from odoo import fields, models
from odoo.exceptions import UserError


class PmTenancy(models.Model):
    _inherit = "pm.tenancy"

    def action_take_payment(self):
        """Open the counter for what the occupant owes."""
        self.ensure_one()
        return self.env["pm.payment.take"]._open(
            default_site_id=self.site_id.id, default_tenancy_id=self.id
        )

    def action_view_receipts(self):
        """Open the receipts of the occupant."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_receipt_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    pm_receipt_line_ids = fields.One2many("pm.receipt.line", "move_id", string="Receipts")

    def action_pm_take_payment(self):
        """Open the counter for the bills; others of the payer can be added."""
        if len(self.pm_site_id) != 1 or len(self.commercial_partner_id) != 1:
            raise UserError(
                self.env._("Choose bills of one payer: a payment has one receipt for one payer.")
            )
        tenancies = self.pm_tenancy_id
        return self.env["pm.payment.take"]._open(
            default_site_id=self.pm_site_id.id,
            default_tenancy_id=tenancies.id if len(tenancies) == 1 else False,
            default_chosen_move_ids=self.ids,
            default_partner_id=self[:1].partner_id.id,
        )

    def _pm_get_receipts(self):
        """Return the good receipts of the payments that settled these entries."""
        receipts_sudo = self.sudo()._get_reconciled_payments().pm_receipt_ids
        return receipts_sudo.filtered(lambda receipt: receipt.state == "issued").sorted("name")


class PmDeposit(models.Model):
    _inherit = "pm.deposit"

    def action_receive(self):
        """Take the payment at the counter, with its receipt."""
        super().action_receive()
        return self.move_id.action_pm_take_payment()


class PmLeaseRequest(models.Model):
    _inherit = "pm.lease.request"

    def _pm_get_commission_words(self):
        """The receipt of the commission has the number of the payment's receipt (F-BIL-18)."""
        words = super()._pm_get_commission_words()
        receipts_sudo = self._get_commission_bill().pm_receipt_line_ids.receipt_id
        good = receipts_sudo.filtered(lambda receipt: receipt.state == "issued")
        return {**words, "number": good[:1].name or words["number"]}
