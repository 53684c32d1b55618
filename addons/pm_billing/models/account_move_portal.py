from odoo import models


class AccountMove(models.Model):
    """The bill on the portal of the occupant."""

    _inherit = "account.move"

    def _pm_has_statement(self):
        """Tell whether this is an issued bill of fees, which has a statement."""
        self.ensure_one()
        return bool(self.filtered_domain(self._pm_get_bill_domain()))

    def _pm_get_portal_address(self):
        """Return the address that the QR code of the statement leads to: whoever holds the paper
        sees this bill and no other, without login."""
        self.ensure_one()
        return self.get_base_url() + self.sudo().get_portal_url()
