from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

# What one address may do in a minute.
_LOOKS = 30
_UNKNOWN = 5


class PmVerificationLog(models.Model):
    _name = "pm.verification.log"
    _description = "QR Check"
    _order = "at desc, id desc"
    _rec_name = "at"

    at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    verification_id = fields.Many2one(
        "pm.verification", string="QR Code", ondelete="set null", readonly=True, index=True
    )
    subject = fields.Char(readonly=True)
    site_id = fields.Many2one(
        "pm.site", string="Management Office", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    ip = fields.Char(string="IP Address", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    guard = fields.Char(readonly=True, help="Who ticked: a user, or the guard post.")
    result = fields.Selection(
        [
            ("seen", "Looked At"),
            ("ticked", "Ticked"),
            ("refused", "Refused"),
            ("unknown", "Unknown Code"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)

    _address_idx = models.Index("(ip, at)")

    @api.model
    def _note(self, result, ip, verification=None, **vals):
        """Note one look or tick."""
        # The visitor is nobody in particular and has no rights of his own.
        return self.sudo().create(
            {
                "result": result,
                "ip": ip,
                "verification_id": verification and verification.id,
                "subject": verification and verification.subject,
                "site_id": verification and verification.site_id.id,
                **vals,
            }
        )

    @api.model
    def _is_too_often(self, ip):
        """Tell whether an address has asked too often in the last minute.

        Counted in the database, so that it holds across workers and restarts. What is turned away
        is not noted, so the address is free again a minute later.
        """
        since = fields.Datetime.now() - timedelta(minutes=1)
        counts = dict(
            self.sudo()._read_group(
                Domain("ip", "=", ip) & Domain("at", ">", since), ["result"], ["__count"]
            )
        )
        return sum(counts.values()) >= _LOOKS or counts.get("unknown", 0) >= _UNKNOWN

    @api.autovacuum
    def _gc_old_checks(self):
        """Delete checks older than the office keeps them; unknown codes after a month."""
        now = fields.Datetime.now()
        for site in self.env["pm.site"].with_context(active_test=False).search([]):
            limit = now - relativedelta(months=site.verification_months)
            self.search(Domain("site_id", "=", site.id) & Domain("at", "<", limit)).unlink()
        limit = now - relativedelta(months=1)
        self.search(Domain("site_id", "=", False) & Domain("at", "<", limit)).unlink()
