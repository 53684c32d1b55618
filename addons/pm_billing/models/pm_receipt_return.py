from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class AccountPayment(models.Model):
    _inherit = "account.payment"

    pm_carrier_id = fields.Many2one(
        "res.users",
        string="Paid for the Customer By",
        copy=False,
        ondelete="restrict",
        help="Of the office; the customer did not come to Finance himself.",
    )


class PmReceipt(models.Model):
    """Who pays at Finance for a customer gives him the receipt at once (BIL-026)."""

    _inherit = "pm.receipt"

    carrier_id = fields.Many2one(
        related="payment_id.pm_carrier_id", store=True, index="btree_not_null"
    )
    returned_on = fields.Date(
        string="Given to the Customer On", readonly=True, copy=False, tracking=True
    )

    def action_note_returned(self):
        """Note that the customer has the receipt; who paid for him does, or the service desk."""
        for receipt in self:
            if not receipt.carrier_id or receipt.state != "issued" or receipt.returned_on:
                raise UserError(
                    self.env._(
                        "Receipt %(receipt)s need not be brought to the customer.",
                        receipt=receipt.name,
                    )
                )
            if receipt.carrier_id != self.env.user and not receipt.has_access("write"):
                raise AccessError(
                    self.env._(
                        "%(carrier)s brings receipt %(receipt)s to the customer.",
                        carrier=receipt.carrier_id.sudo().name,
                        receipt=receipt.name,
                    )
                )
            receipt.sudo()._write_noted({"returned_on": receipt.site_id._today()})

    @api.model
    def _get_return_due_select(self):
        """Return the receipts that a customer is still to be given."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            58,
            "receipt_return",
            SQL(
                "FROM pm_receipt receipt JOIN pm_site office ON office.id = receipt.site_id"
                " WHERE receipt.carrier_id IS NOT NULL AND receipt.returned_on IS NULL"
                " AND receipt.state = 'issued'"
            ),
            id=SQL("receipt.id"),
            name=SQL("%s || ' ' || receipt.name", self.env._("Give the customer his receipt")),
            res_model=SQL("'pm.receipt'"),
            res_id=SQL("receipt.id"),
            site_id=SQL("receipt.site_id"),
            place=SQL("receipt.unit_codes"),
            partner_id=SQL("receipt.partner_id"),
            department_id=dues._get_department_sql("service"),
            user_id=SQL("receipt.carrier_id"),
            due_date=SQL("receipt.date"),
        )


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {"pm.receipt": ["carrier_id", "returned_on"]}

    kind = fields.Selection(selection_add=[("receipt_return", "Receipt for the Customer")])

    @api.model
    def _get_due_selects(self):
        return [*super()._get_due_selects(), self.env["pm.receipt"]._get_return_due_select()]
