from odoo import api, models
from odoo.tools.misc import hash_sign, verify_hash_signed

# What the signature in the address of a bill is good for.
_SCOPE = "pm_billing.bill"


class AccountMove(models.Model):
    """The bill on the portal of the occupant."""

    _inherit = "account.move"

    def _pm_has_statement(self):
        """Tell whether this is an issued bill of fees, which has a statement."""
        self.ensure_one()
        return bool(self.filtered_domain(self._pm_get_bill_domain()))

    def _pm_get_portal_address(self):
        """Return the address that the QR code of the statement leads to: whoever holds the paper
        sees this bill and no other, without login.

        It is signed rather than kept: a run prints thousands of statements, and writes no bill.
        """
        self.ensure_one()
        token = hash_sign(self.sudo().env, _SCOPE, self.id)
        return f"{self.get_base_url()}/pm/bill/{token}"

    @api.model
    def _pm_find_by_token(self, token):
        """Return the issued bill that such an address leads to, or none; with all rights."""
        try:
            number = verify_hash_signed(self.sudo().env, _SCOPE, token)
        except ValueError:  # a token somebody made up
            number = None
        bill_sudo = self.sudo().browse(number).exists() if number else self.sudo().browse()
        return bill_sudo.filtered(lambda bill: bill._pm_has_statement())
