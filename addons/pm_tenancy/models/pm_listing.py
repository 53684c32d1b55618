from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_EXPIRED = "pm_tenancy.mail_activity_listing_expired"


def _word_listed(env, _diagnostics):
    return env._("The unit has an open mandate already. Change that one, or withdraw it first.")


class PmListing(models.Model):
    _name = "pm.listing"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Mandate to Let"
    _order = "valid_from desc, id desc"
    _rec_names_search = ["name", "unit_id.code", "owner_id.name"]
    _NOTED = frozenset({"let_on"})

    _TRANSITIONS = {
        "draft": {"open", "withdrawn"},
        "open": {"let", "withdrawn", "expired", "draft"},
        "let": {"open"},
        "withdrawn": {"draft"},
        "expired": {"open", "withdrawn"},
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    unit_id = fields.Many2one(
        "pm.unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    building_id = fields.Many2one(related="unit_id.building_id", store=True)
    usage = fields.Selection(related="unit_id.usage", store=True)
    orientation = fields.Selection(related="unit_id.orientation")
    condition = fields.Char(related="unit_id.condition")
    area = fields.Float(
        string="Floor Area (m²)",
        digits=(12, 2),
        compute="_compute_area",
        store=True,
        precompute=True,
        help="As it was when the mandate was given.",
    )
    owner_id = fields.Many2one(
        "res.partner",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    owner_phone = fields.Char(string="Owner's Telephone", related="owner_id.phone")
    asked_unit_rent = fields.Monetary(string="Unit Rent Asked (m², month)", tracking=True)
    asked_rent = fields.Monetary(
        string="Monthly Rent Asked",
        compute="_compute_asked_rent",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Follows from the unit rent; may be entered instead. Empty: to be negotiated.",
    )
    other_charges = fields.Monetary()
    lease_term = fields.Char(string="Lease Term Wished", help="Such as “one to three years”.")
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    valid_to = fields.Date(help="Last day of the mandate; empty while it is not limited.")
    deed_no = fields.Char(
        string="Title Deed No.",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    letting_licence_no = fields.Char(string="Letting Licence No.")
    is_deed_seen = fields.Boolean(string="Title Deed Seen")
    is_licence_seen = fields.Boolean(string="Letting Licence Seen")
    user_id = fields.Many2one(
        "res.users", string="Handled By", default=lambda self: self.env.user, tracking=True
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        string="Let Under",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    let_on = fields.Date(readonly=True, copy=False)
    lease_request_ids = fields.One2many(
        "pm.lease.request", "listing_id", string="Search Mandates", readonly=True
    )
    commission_amount = fields.Monetary(
        string="Commission",
        compute="_compute_commission_amount",
        help="Of the seeker who took the unit.",
    )
    note = fields.Text(string="Remarks")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("open", "Offered"),
            ("let", "Let"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _one_open = models.UniqueIndex("(unit_id) WHERE state = 'open'", _word_listed)
    _validity_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from <= valid_to)", "A mandate ends after it begins."
    )
    _amounts_positive = models.Constraint(
        "CHECK (asked_unit_rent >= 0 AND asked_rent >= 0 AND other_charges >= 0)",
        "Rents and charges cannot be negative.",
    )

    @api.depends("unit_id")
    def _compute_area(self):
        for listing in self:
            listing.area = listing.unit_id.area

    @api.depends("unit_id")
    def _compute_owner_id(self):
        for listing in self:
            unit = listing.unit_id
            owner = unit.owner_id
            deeds = unit.ownership_ids.filtered(
                lambda ownership, owner=owner: ownership.partner_id == owner
            )
            listing.owner_id = owner
            listing.deed_no = deeds[:1].deed_no

    @api.depends("asked_unit_rent", "area")
    def _compute_asked_rent(self):
        for listing in self:
            if listing.asked_unit_rent:
                currency = listing.currency_id
                rent = listing.asked_unit_rent * listing.area
                listing.asked_rent = currency.round(rent) if currency else rent
            else:
                listing.asked_rent = listing.asked_rent

    @api.depends("lease_request_ids.commission_amount", "lease_request_ids.state")
    def _compute_commission_amount(self):
        for listing in self:
            signed = listing.lease_request_ids.filtered(lambda request: request.state == "signed")
            listing.commission_amount = sum(signed.mapped("commission_amount"))

    @api.depends("name", "unit_id.code")
    def _compute_display_name(self):
        for listing in self:
            listing.display_name = f"{listing.name} {listing.unit_id.code or ''}".strip()

    @api.constrains("unit_id", "site_id", "tenancy_id")
    def _check_unit(self):
        for listing in self:
            if listing.unit_id.site_id != listing.site_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s does not belong to %(site)s.",
                        unit=listing.unit_id.code,
                        site=listing.site_id.name,
                    )
                )
            if listing.tenancy_id and listing.unit_id not in listing.tenancy_id.line_ids.unit_id:
                raise ValidationError(
                    self.env._(
                        "Tenancy %(tenancy)s does not hold unit %(unit)s.",
                        tenancy=listing.tenancy_id.display_name,
                        unit=listing.unit_id.code,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # At once: a mandate withdrawn makes room for the next one, a second one is refused.
            self.flush_recordset(["state", "unit_id"])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for listing in self:
            if listing.state != "draft":
                raise UserError(
                    self.env._(
                        "%(listing)s was in use and belongs to the file. Withdraw it instead.",
                        listing=listing.display_name,
                    )
                )

    def action_open(self):
        """Offer the unit, or offer it again: the owner has given the mandate."""
        for listing in self:
            today = listing.site_id._today()
            if listing.valid_to and listing.valid_to < today:
                raise UserError(
                    self.env._(
                        "The mandate %(listing)s ended on %(day)s. Agree a new last day with the "
                        "owner first.",
                        listing=listing.display_name,
                        day=listing.valid_to,
                    )
                )
            listing._write_noted({"state": "open", "tenancy_id": False, "let_on": False})
            listing.sudo().activity_feedback([_EXPIRED])  # it may be a colleague's
            if listing.unit_id.letting_wish != "wants":
                listing.unit_id._record_letting_wish("wants")

    def action_let(self):
        """Note that the unit is let under the tenancy entered."""
        for listing in self:
            if not listing.tenancy_id:
                raise UserError(
                    self.env._(
                        "Enter the tenancy under which %(listing)s is let.",
                        listing=listing.display_name,
                    )
                )
            listing._let(listing.tenancy_id, listing.site_id._today())

    def action_withdraw(self):
        """The owner takes the mandate back, or uses the unit himself."""
        self.write({"state": "withdrawn"})

    def action_draft(self):
        """Take the mandate back to draft, to correct it."""
        self.write({"state": "draft"})

    @api.model
    def _cron_expire_listings(self):
        """End the mandates whose last day has passed, at every office."""
        self.env["pm.site"].search([])._do_daily(self._expire_listings)

    @api.model
    def _expire_listings(self, site, today):
        ended = self.search(
            Domain("site_id", "=", site.id)
            & Domain("state", "=", "open")
            & Domain("valid_to", "<", today)
        )
        ended.write({"state": "expired"})
        for listing in ended:
            handler = listing.user_id & site.user_ids
            for user in handler or site._get_leasing_users():
                own = listing.with_context(lang=user.lang)
                own.activity_schedule(
                    _EXPIRED,
                    today,
                    summary=own.env._("The mandate has ended: ask the owner for a new one"),
                    user_id=user.id,
                )

    def _let(self, tenancy, day):
        """Note under which tenancy, and when, the units were let."""
        self._write_noted({"state": "let", "tenancy_id": tenancy.id, "let_on": day})

    @api.model
    def _get_due_select(self):
        """Return the mandates to let that end, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            24,
            "listing",
            SQL(
                """
                FROM pm_listing listing
                JOIN pm_unit unit ON unit.id = listing.unit_id
               WHERE listing.state = 'open' AND listing.valid_to IS NOT NULL
                """
            ),
            id=SQL("listing.id"),
            name=SQL("%s", self.env._("Mandate to let ends: ask the owner for a new one")),
            res_model=SQL("'pm.listing'"),
            res_id=SQL("listing.id"),
            site_id=SQL("listing.site_id"),
            place=SQL("unit.code"),
            partner_id=SQL("listing.owner_id"),
            user_id=SQL("listing.user_id"),
            due_date=SQL("listing.valid_to"),
        )
