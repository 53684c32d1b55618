from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

_WISH = "pm_tenancy.mail_activity_owner_wish"
# Nobody is in these units: they are patrolled.
EMPTY_UNITS = Domain("state", "=", "vacant") | (
    Domain("state", "=", "reserved") & Domain("tenancy_id", "=", False)
)


class PmUnit(models.Model):
    """What the leasing officer knows of a unit: the owner's wish, price, reservation, patrols."""

    _inherit = "pm.unit"
    _NOTED = frozenset({"letting_wish", "letting_asked_on", "letting_asked_by_id"})

    letting_wish = fields.Selection(
        [
            ("not_asked", "Not Asked Yet"),
            ("wants", "Wants to Let"),
            ("declines", "Does Not Let"),
        ],
        string="Owner's Wish",
        default="not_asked",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    letting_asked_on = fields.Date(string="Owner Asked On", readonly=True, copy=False)
    letting_asked_by_id = fields.Many2one(
        "res.users", string="Owner Asked By", readonly=True, copy=False
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    owner_phone = fields.Char(string="Owner's Telephone", related="owner_id.phone")
    listing_ids = fields.One2many(
        "pm.listing", "unit_id", string="Mandates", groups="pm_tenancy.group_pm_tenancy_user"
    )
    listing_id = fields.Many2one(
        "pm.listing",
        string="Open Mandate",
        compute="_compute_listing_id",
        compute_sudo=True,
        groups="pm_tenancy.group_pm_tenancy_user",
    )
    asked_rent = fields.Monetary(
        string="Monthly Rent Asked", compute="_compute_listing_id", compute_sudo=True
    )
    lease_request_ids = fields.One2many(
        "pm.lease.request",
        "unit_id",
        string="Reservations",
        groups="pm_tenancy.group_pm_tenancy_user",
    )
    patrol_line_ids = fields.One2many(
        "pm.vacant.patrol.line",
        "unit_id",
        string="Patrols",
        groups="pm_tenancy.group_pm_tenancy_user",
    )
    last_patrolled_on = fields.Date(
        string="Last Patrol", compute="_compute_last_patrolled_on", store=True
    )

    @api.depends("listing_ids.state", "listing_ids.asked_rent")
    def _compute_listing_id(self):
        for unit in self:
            unit.listing_id = unit.listing_ids.filtered(lambda one: one.state == "open")[:1]
            unit.asked_rent = unit.listing_id.asked_rent

    @api.depends("lease_request_ids.state", "lease_request_ids.tenancy_id.state")
    def _compute_state(self):
        """A unit nobody is in is reserved by earnest money, and by a lease that is signed."""
        super()._compute_state()
        for unit in self.filtered(lambda unit: unit.state == "vacant"):
            if unit.lease_request_ids.filtered(
                lambda request: (
                    request.state == "reserved"
                    or (request.state == "signed" and request.tenancy_id.state == "draft")
                )
            ):
                unit.state = "reserved"

    @api.depends("patrol_line_ids.patrol_id.done_on")
    def _compute_last_patrolled_on(self):
        for unit in self:
            days = unit.patrol_line_ids.patrol_id.filtered("done_on").mapped("done_on")
            unit.last_patrolled_on = max(days, default=False)

    def action_wants_to_let(self):
        """Note that the owner wants the office to let the unit."""
        self._record_letting_wish("wants")

    def action_does_not_let(self):
        """Note that the owner does not want the unit to be let."""
        self._record_letting_wish("declines")

    def action_new_listing(self):
        """Open the form of a new mandate for this unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Mandate"),
            "res_model": "pm.listing",
            "views": [[False, "form"]],
            "context": {"default_unit_id": self.id, "default_site_id": self.site_id.id},
        }

    def _record_letting_wish(self, wish):
        """Note what the owner answered, and that the question is done."""
        self.check_access("read")
        if not self.env.user.has_group("pm_tenancy.group_pm_tenancy_user"):
            raise AccessError(self.env._("Only those who keep tenancies note the owner's wish."))
        for site, units in self.grouped("site_id").items():
            units._write_letting_wish(wish, site._today())
        self.sudo().activity_feedback([_WISH])  # the question may be a colleague's
        self.tenancy_id._refresh_procedure()  # a move-out may wait for the answer

    def _write_letting_wish(self, wish, asked_on=False):
        # Not everybody who asks the owner, or moves an occupant in, keeps the register of units.
        units_sudo = self.sudo()
        if not asked_on:
            units_sudo = units_sudo.filtered(lambda unit: unit.letting_wish != wish)
        units_sudo.write(
            {
                "letting_wish": wish,
                "letting_asked_on": asked_on,
                "letting_asked_by_id": asked_on and self.env.uid,
            }
        )

    def _ask_letting_wish(self):
        """Have the leasing officers ask the owners who have not been asked yet, once."""
        for unit in self.filtered(lambda unit: unit.letting_wish == "not_asked"):
            # Whoever begins the move-out may only read units, and sees no work of others there.
            if unit.sudo().activity_search([_WISH]):
                continue
            for user in unit.site_id._get_leasing_users():
                unit_sudo = unit.sudo().with_context(lang=user.lang)
                unit_sudo.activity_schedule(
                    _WISH,
                    unit.site_id._today(),
                    summary=unit_sudo.env._("Ask the owner whether the office shall let the unit"),
                    user_id=user.id,
                )
