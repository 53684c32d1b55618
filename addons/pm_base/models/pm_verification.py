import secrets

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain


class PmVerification(models.Model):
    """The token printed on a paper as a QR code, and the record it stands for."""

    _name = "pm.verification"
    _inherit = ["pm.site.mixin"]
    _description = "QR Code"
    _rec_name = "subject"
    _order = "id desc"

    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(16),
    )
    subject = fields.Char(readonly=True)
    res_model = fields.Char(string="Record Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )

    _token_unique = models.Constraint("UNIQUE (token)", "This QR code exists already.")
    _one_token = models.UniqueIndex("(res_model, res_id)", "This record has a QR code already.")

    @api.model
    def _get_for(self, record):
        """Return the QR code of a record, made when it is first needed."""
        record.ensure_one()
        # Whoever may read or print the record may have its code made.
        self_sudo = self.sudo()
        found = self_sudo.search(
            Domain("res_model", "=", record._name) & Domain("res_id", "=", record.id)
        )
        if found:
            return found
        try:
            return self_sudo.create(
                {
                    "site_id": record.sudo()._pm_get_verify_site().id,
                    "subject": record.display_name,
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error

    @api.model
    def _find(self, token):
        """Return the code of a token, or nothing where the record is gone too."""
        found = self.sudo().search(Domain("token", "=", token), limit=1)
        return found if found and found._get_record() else found.browse()

    def _get_record(self):
        """Return the record, elevated: the token is the right to see what the record shows."""
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        return self.env[self.res_model].sudo().browse(self.res_id).exists()
