from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import guard

_TRIES = 5
_LOCKED = timedelta(minutes=15)


class PmSite(models.Model):
    _inherit = "pm.site"
    _NOTED = frozenset({"guard_locked_until"})

    guard_pin = fields.Char(
        string="PIN of the Guard Post",
        compute="_compute_guard_pin",
        inverse="_inverse_guard_pin",
        groups="pm_base.group_pm_base_manager",
        help="6 to 12 digits with which the post ticks what the QR check shows. It is kept "
        "encrypted and cannot be read again. Leave it empty to keep the one in use.",
    )
    guard_pin_hash = fields.Char(copy=False, groups=fields.NO_ACCESS)
    guard_pin_is_set = fields.Boolean(
        string="PIN in Use",
        compute="_compute_guard_pin_is_set",
        compute_sudo=True,
        groups="pm_base.group_pm_base_manager",
    )
    guard_tries = fields.Integer(copy=False, groups=fields.NO_ACCESS)
    guard_locked_until = fields.Datetime(
        string="PIN Locked Until",
        readonly=True,
        copy=False,
        groups="pm_base.group_pm_base_manager",
        help="Five wrong PINs lock it for 15 minutes. A new PIN unlocks it.",
    )
    guard_networks = fields.Text(
        string="Networks of the Site",
        groups="pm_base.group_pm_base_manager",
        help="Who comes from one of these networks ticks without a PIN, e.g. 192.168.10.0/24. "
        "One a line. Behind a proxy the server must run in proxy mode, or all addresses "
        "are the proxy's.",
    )
    verification_months = fields.Integer(
        string="Months QR Checks Are Kept",
        default=12,
        required=True,
        help="Who looked at a paper by its QR code, and what was ticked.",
    )

    _verification_months_positive = models.Constraint(
        "CHECK (verification_months >= 1)", "QR checks are kept for at least one month."
    )

    @api.constrains("guard_networks")
    def _check_guard_networks(self):
        for site in self:
            try:
                guard.parse_networks(site.guard_networks)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The networks of %(office)s need the form 192.168.10.0/24, one a line, "
                        "and none may take in more than a /8: %(reason)s",
                        office=site.name,
                        reason=error,
                    )
                ) from error

    def _compute_guard_pin(self):
        self.guard_pin = False

    def _inverse_guard_pin(self):
        crypt = self.env["res.users"]._crypt_context()
        for site in self.filtered("guard_pin"):
            if not guard.is_good_pin(site.guard_pin):
                raise ValidationError(
                    self.env._(
                        "The PIN of %(office)s needs 6 to 12 digits, not all the same and not in "
                        "a row.",
                        office=site.name,
                    )
                )
            # The hash is nobody's to read or write, not even the one who chose the PIN.
            site.sudo().write(
                {
                    "guard_pin_hash": crypt.hash(site.guard_pin),
                    "guard_tries": 0,
                    "guard_locked_until": False,
                }
            )

    @api.depends("guard_pin_hash")
    def _compute_guard_pin_is_set(self):
        for site in self:
            site.guard_pin_is_set = bool(site.guard_pin_hash)

    def action_clear_guard_pin(self):
        """Take the PIN away: only Security users and the site network may tick."""
        self.check_access("write")
        self.sudo().write({"guard_pin_hash": False, "guard_tries": 0, "guard_locked_until": False})

    def _check_guard_pin(self, pin):
        """Raise UserError unless `pin` is that of the guard post; five wrong ones lock it.

        The caller must keep the transaction: the count of wrong tries is written here. Two tries
        at once meet on the office's row, so that no burst slips past the count.
        """
        self.ensure_one()
        site_sudo = self.sudo()
        now = fields.Datetime.now()
        if not site_sudo.guard_pin_hash:
            raise UserError(
                self.env._("%(office)s has no PIN for its guard post.", office=site_sudo.name)
            )
        if site_sudo.guard_locked_until and now < site_sudo.guard_locked_until:
            raise UserError(
                self.env._("Too many wrong PINs. The PIN is locked for 15 minutes; log in instead.")
            )
        tries = site_sudo.guard_tries + 1
        site_sudo.guard_tries = tries
        site_sudo.flush_recordset(["guard_tries"])
        if self.env["res.users"]._crypt_context().verify(pin or "", site_sudo.guard_pin_hash):
            site_sudo.write({"guard_tries": 0, "guard_locked_until": False})
            return
        if tries >= _TRIES:
            site_sudo.write({"guard_tries": 0, "guard_locked_until": now + _LOCKED})
        raise UserError(self.env._("This PIN is wrong."))

    def _is_guard_network(self, address):
        """Tell whether an IP address belongs to the networks of the site."""
        self.ensure_one()
        return guard.is_in_networks(address, self.sudo().guard_networks)
