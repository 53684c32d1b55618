from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmVerifiableMixin(models.AbstractModel):
    _name = "pm.verifiable.mixin"
    _description = "Is Checked by Its QR Code"

    @api.ondelete(at_uninstall=True)
    def _unlink_verifications(self):
        # The code of a deleted record answers like one that never was.
        self.env["pm.verification"].sudo().search(
            Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        ).unlink()

    def _get_verify_url(self):
        """Return the address that the QR code of this record holds. It carries no number."""
        self.ensure_one()
        verification = self.env["pm.verification"]._get_for(self)
        return f"{self.get_base_url()}/pm/v/{verification.token}"

    def _pm_verify_values(self):
        """Return what the page shows of this record: no more than a guard needs.

        A dict of `title`, `status` (valid, expired, used or cancelled), and perhaps `lines`, a
        list of (label, value); `items`, a list of texts; `photo`, base64; and `ticks`, the label
        of what a guard may do now, or False. Called elevated, in the language of the office.
        """
        raise NotImplementedError

    def _pm_verify_tick(self, guard):
        """Do what `ticks` says, such as the goods are out. `guard` names who did it.

        Raises UserError to refuse; the page shows the reason. The record is locked, and `ticks`
        has just been read from it, so what is done once cannot be done twice.
        """
        raise UserError(self.env._("There is nothing to tick here."))

    def _pm_get_verify_site(self):
        """Return the office whose guards may tick, and in whose language the page speaks."""
        self.ensure_one()
        return self.site_id
