from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import hash_sign, verify_hash_signed

# What the signature in the address of a bill is good for.
_SCOPE = "pm_billing.bill"


class AccountMove(models.Model):
    """The bill on the portal of the occupant."""

    _inherit = "account.move"

    def _pm_has_statement(self):
        """Tell whether this is an issued bill or credit note of fees, which has a statement."""
        self.ensure_one()
        issued = self._pm_get_bill_domain() | self._pm_get_credit_note_domain()
        return bool(self.filtered_domain(issued))

    def _has_to_be_paid(self):
        """A bill is paid online only where somebody takes the money: no button leads nowhere."""
        asked = super()._has_to_be_paid()
        if not asked or not self.pm_site_id:
            return asked
        Provider = self.env["payment.provider"].sudo()  # that there is one is no secret
        ours = Domain("company_id", "parent_of", self.company_id.id)
        return bool(Provider.search_count(ours & Domain("state", "!=", "disabled"), limit=1))

    def _pm_get_portal_address(self):
        """Return the address that the QR code of the statement leads to: whoever holds the paper
        sees this bill and no other, without login; for good, so its statement leaves out there what
        is of other bills and of the payer's bank (`pm_bill_only`).

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
