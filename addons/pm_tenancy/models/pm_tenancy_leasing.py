from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class PmTenancy(models.Model):
    """What letting through the office asks of a tenancy: reservation, commission, the next let."""

    _inherit = "pm.tenancy"

    move_in_hold_reason = fields.Char(
        string="Move-in Withheld",
        readonly=True,
        copy=False,
        tracking=True,
        help="The move-in cannot begin until a leader releases it.",
    )
    lease_request_ids = fields.One2many(
        "pm.lease.request",
        "tenancy_id",
        string="Search Mandates",
        groups="pm_tenancy.group_pm_tenancy_user",
    )

    def write(self, vals):
        if "move_in_hold_reason" in vals and not self.env.su:
            self._check_may_release_hold()
        return super().write(vals)

    def action_move_in(self):
        """Units that are moved into are let: their mandates are fulfilled."""
        result = super().action_move_in()
        # Whoever moves occupants in need not be a leasing officer.
        listings_sudo = (
            self.env["pm.listing"]
            .sudo()
            .search(
                Domain("unit_id", "in", self.line_ids.unit_id.ids) & Domain("state", "=", "open")
            )
        )
        for listing_sudo in listings_sudo:
            unit = listing_sudo.unit_id
            tenancy = self.filtered(lambda tenancy, unit=unit: unit in tenancy.line_ids.unit_id)[:1]
            if tenancy.kind == "lease":
                listing_sudo._let(tenancy, tenancy.site_id._today())
            else:
                listing_sudo.action_withdraw()
        return result

    def action_activate(self):
        """The owner's wish has come true, and is asked anew when the occupant leaves."""
        result = super().action_activate()
        self.line_ids.unit_id._write_letting_wish("not_asked")
        return result

    def action_move_out(self):
        """Have the owners asked whether the office shall let their units again."""
        result = super().action_move_out()
        self.line_ids.unit_id._ask_letting_wish()
        return result

    def action_release_move_in_hold(self):
        """Let the occupant move in although the commission was refused; for leaders."""
        self.write({"move_in_hold_reason": False})

    def _check_transition(self, target):
        if target == "move_in":
            # An occupant who is in already does not begin to move in again.
            coming = self.filtered(lambda tenancy: tenancy.state == "draft")
            coming._check_move_in_not_withheld()
            coming._check_units_not_reserved()
        return super()._check_transition(target)

    def _check_move_in_not_withheld(self):
        for tenancy in self:
            if tenancy.move_in_hold_reason:
                raise UserError(
                    self.env._(
                        "The move-in of %(tenancy)s is withheld: %(reason)s. Collect the "
                        "commission, or have a leader release the move-in.",
                        tenancy=tenancy.display_name,
                        reason=tenancy.move_in_hold_reason,
                    )
                )

    def _check_units_not_reserved(self):
        # Whoever moves occupants in may not see the search mandates of others.
        request_sudo = (
            self.env["pm.lease.request"]
            .sudo()
            .search(
                Domain("unit_id", "in", self.line_ids.unit_id.ids)
                & Domain("state", "=", "reserved"),
                limit=1,
            )
        )
        if request_sudo:
            raise UserError(
                self.env._(
                    "Unit %(unit)s is reserved for %(seeker)s until %(day)s: earnest money was "
                    "paid. Have the leasing officer note in %(request)s that the lease is signed, "
                    "or release the unit.",
                    unit=request_sudo.unit_id.code,
                    seeker=request_sudo.partner_id.name,
                    day=request_sudo.held_until,
                    request=request_sudo.name,
                )
            )

    def _check_may_release_hold(self):
        if not self.env.user.has_group("pm_base.group_pm_leader"):
            raise AccessError(
                self.env._("Only a leader may withhold a move-in by hand, or release one.")
            )
