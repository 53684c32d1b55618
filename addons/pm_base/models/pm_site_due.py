from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmSite(models.Model):
    _inherit = "pm.site"

    receipt_days = fields.Integer(
        string="Days Until the Receipt Is Back",
        default=7,
        required=True,
        help="A delivered paper whose receipt is not back after so many days is on the due list.",
    )
    digest_enabled = fields.Boolean(
        string="Morning Digest",
        default=True,
        help="On working days each user is mailed what is late and what is due.",
    )
    digest_hour = fields.Float(
        string="Sent From",
        default=7.5,
        required=True,
        help="The first hour, on the office's clock, at which the digest is sent.",
    )

    _receipt_days_positive = models.Constraint(
        "CHECK (receipt_days >= 0)", "The days until a receipt is back cannot be negative."
    )

    @api.constrains("digest_hour")
    def _check_digest_hour(self):
        for site in self:
            if not 0 <= site.digest_hour < 24:
                raise ValidationError(
                    self.env._(
                        "The digest of %(office)s needs an hour between 0:00 and 23:59.",
                        office=site.name,
                    )
                )

    def _is_digest_time(self, now):
        """Tell whether the office wants its digest out at `now` (UTC, a working day)."""
        self.ensure_one()
        local = self._to_local(now)
        hour = local.hour + local.minute / 60
        return self.digest_enabled and hour >= self.digest_hour and self._is_workday(local.date())
