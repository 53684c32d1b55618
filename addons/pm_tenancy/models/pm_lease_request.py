import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from .pm_building import USAGES

_HOLD = "pm_tenancy.mail_activity_earnest_hold"
_COMMISSION = "pm_tenancy.mail_activity_commission"


def _word_reserved(env, diagnostics):
    """Name the other seeker for whom the unit is held."""
    key = re.search(r"=\((\d+)\)", (diagnostics and diagnostics.message_detail) or "")
    other = key and env["pm.lease.request"].search(
        Domain("unit_id", "=", int(key[1])) & Domain("state", "=", "reserved"), limit=1
    )
    if other:
        return env._(
            "Unit %(unit)s is reserved already, by %(request)s until %(day)s. Release that one "
            "first.",
            unit=other.unit_id.code,
            request=other.display_name,
            day=other.held_until,
        )
    return env._("The unit is reserved already. Release the other search mandate first.")


class PmLeaseRequest(models.Model):
    _name = "pm.lease.request"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Search Mandate"
    _order = "valid_from desc, id desc"
    _rec_names_search = ["name", "partner_id.name", "phone", "contact_name"]
    _NOTED = frozenset(
        {
            "hold_asked_for",
            "signed_on",
            "tenancy_id",
            "listing_id",
            "commission_rent",
            "commission_paid_on",
            "fee_refused_on",
        }
    )

    _TRANSITIONS = {
        "draft": {"searching", "cancelled"},
        "searching": {"reserved", "signed", "expired", "cancelled", "draft"},
        "reserved": {"signed", "released"},
        "signed": {"cancelled"},
        "released": {"searching", "cancelled"},
        "expired": {"searching", "cancelled"},
        "cancelled": {"draft"},
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner",
        string="Seeker",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    phone = fields.Char(
        string="Telephone",
        compute="_compute_phone",
        store=True,
        readonly=False,
        precompute=True,
    )
    contact_name = fields.Char(string="Contact Person")
    location_wish = fields.Char(string="Location", help="Building, floors or surroundings wished.")
    usage = fields.Selection(USAGES, string="Property Class", help="Empty: any.")
    area_from = fields.Float(string="Area From (m²)", digits=(12, 2))
    area_to = fields.Float(string="Area To (m²)", digits=(12, 2), help="Empty: no limit.")
    equipment = fields.Char(string="Equipment Required")
    need_until = fields.Date(
        string="Needed Until", help="After this day the seeker has no use for a unit any more."
    )
    rent_max = fields.Monetary(string="Monthly Rent up to", help="Empty: no limit.")
    other_wish = fields.Char(string="Other Wishes")
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    valid_to = fields.Date(help="Last day of the mandate; empty while it is not limited.")
    user_id = fields.Many2one(
        "res.users", string="Handled By", default=lambda self: self.env.user, tracking=True
    )
    note = fields.Text(string="Remarks")
    match_unit_ids = fields.Many2many(
        "pm.unit",
        string="Units That Fit",
        compute="_compute_match_unit_ids",
        help="Vacant or offered, free of reservations, within the area and the rent wished. The "
        "price of a unit that is not offered yet is to be asked.",
    )
    match_count = fields.Integer(compute="_compute_match_unit_ids")

    unit_id = fields.Many2one(
        "pm.unit",
        string="Unit Chosen",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        copy=False,
    )
    earnest_area = fields.Float(
        string="Area Reckoned (m²)",
        digits=(12, 2),
        compute="_compute_earnest_area",
        store=True,
        readonly=False,
        copy=False,
    )
    earnest_amount = fields.Monetary(
        string="Earnest Money",
        compute="_compute_earnest_amount",
        store=True,
        copy=False,
        tracking=True,
        help="The area times the rate of the office when the unit was chosen.",
    )
    earnest_paid_on = fields.Date(string="Earnest Money Paid On", copy=False, tracking=True)
    held_until = fields.Date(
        compute="_compute_held_until",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="Last day on which the unit is withheld from other seekers.",
    )
    hold_asked_for = fields.Date(readonly=True, copy=False)
    earnest_outcome = fields.Selection(
        [
            ("credited", "Set Off Against the Commission"),
            ("returned", "Returned"),
            ("kept", "Kept as Compensation"),
        ],
        string="Earnest Money Was",
        copy=False,
        tracking=True,
    )
    is_hold_over = fields.Boolean(compute="_compute_is_hold_over")

    signed_on = fields.Date(string="Lease Signed On", readonly=True, copy=False, tracking=True)
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    listing_id = fields.Many2one(
        "pm.listing", string="Owner's Mandate", readonly=True, copy=False, index="btree_not_null"
    )
    commission_rent = fields.Monetary(
        string="Rent Reckoned", readonly=True, copy=False, help="What the commission is a share of."
    )
    commission_amount = fields.Monetary(
        string="Commission", copy=False, tracking=True, help="Only the director agrees another one."
    )
    commission_due_on = fields.Date(
        compute="_compute_commission_due_on",
        store=True,
        help="One day after the lease was signed.",
    )
    commission_paid_on = fields.Date(readonly=True, copy=False, tracking=True)
    fee_refused_on = fields.Date(
        string="Commission Refused On", readonly=True, copy=False, tracking=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("searching", "Searching"),
            ("reserved", "Unit Reserved"),
            ("signed", "Lease Signed"),
            ("released", "Released"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _one_reservation = models.UniqueIndex("(unit_id) WHERE state = 'reserved'", _word_reserved)
    _reserved_complete = models.Constraint(
        "CHECK (state <> 'reserved' OR (unit_id IS NOT NULL AND earnest_paid_on IS NOT NULL))",
        "A reservation names the unit and the day on which the earnest money was paid.",
    )
    _signed_complete = models.Constraint(
        "CHECK (state <> 'signed' OR (tenancy_id IS NOT NULL AND signed_on IS NOT NULL))",
        "A lease is signed with “Lease Signed”, which names its tenancy.",
    )
    _validity_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from <= valid_to)", "A mandate ends after it begins."
    )
    _hold_order = models.Constraint(
        "CHECK (held_until IS NULL OR earnest_paid_on <= held_until)",
        "A unit is held from the day on which the earnest money was paid.",
    )
    _area_order = models.Constraint(
        "CHECK (area_from >= 0 AND area_to >= 0 AND (area_to = 0 OR area_from <= area_to))",
        "The area wished runs from a smaller to a larger one.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (rent_max >= 0 AND commission_amount >= 0 AND earnest_area >= 0)",
        "Rents, areas and the commission cannot be negative.",
    )

    @api.depends("partner_id")
    def _compute_phone(self):
        for request in self:
            request.phone = request.partner_id.phone or request.phone

    @api.depends("site_id", "usage", "area_from", "area_to", "rent_max")
    def _compute_match_unit_ids(self):
        for request in self:
            request.match_unit_ids = request._find_units()
            request.match_count = len(request.match_unit_ids)

    @api.depends("unit_id")
    def _compute_earnest_area(self):
        for request in self:
            request.earnest_area = request.unit_id.area

    @api.depends("unit_id", "earnest_area")
    def _compute_earnest_amount(self):
        for request in self:
            amount = request.earnest_area * request.site_id.earnest_per_area
            currency = request.currency_id
            request.earnest_amount = currency.round(amount) if currency else amount

    @api.depends("earnest_paid_on")
    def _compute_held_until(self):
        for request in self:
            paid = request.earnest_paid_on
            request.held_until = paid and paid + timedelta(weeks=request.site_id.earnest_hold_weeks)

    @api.depends("state", "held_until", "site_id")
    def _compute_is_hold_over(self):
        for request in self:
            request.is_hold_over = (
                request.state == "reserved"
                and bool(request.held_until)
                and request.held_until < request.site_id._today()
            )

    @api.depends("signed_on")
    def _compute_commission_due_on(self):
        for request in self:
            request.commission_due_on = request.signed_on and request.signed_on + timedelta(days=1)

    @api.depends("name", "partner_id.name")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.name} {request.partner_id.name or ''}".strip()

    @api.constrains("unit_id", "site_id")
    def _check_unit(self):
        for request in self:
            if request.unit_id and request.unit_id.site_id != request.site_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s does not belong to %(site)s.",
                        unit=request.unit_id.code,
                        site=request.site_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("commission_amount"):
                self._check_may_agree_commission()
        return super().create(vals_list)

    def write(self, vals):
        if "commission_amount" in vals:
            self._check_may_agree_commission()
        if "unit_id" in vals:
            self._check_unit_changeable(vals["unit_id"])
        result = super().write(vals)
        if "state" in vals:
            # At once, so that a unit released here can be reserved in the same breath, and so that
            # the database refuses a second reservation at the step that causes it.
            self.flush_recordset(["state", "unit_id"])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for request in self:
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "%(request)s was in use and belongs to the file. Cancel it instead.",
                        request=request.display_name,
                    )
                )

    def action_search(self):
        """Begin to search, or begin again; a reservation that was released is forgotten."""
        for request in self:
            if request.valid_to and request.valid_to < request.site_id._today():
                raise UserError(
                    self.env._(
                        "The mandate %(request)s ended on %(day)s. Agree a new last day first.",
                        request=request.display_name,
                        day=request.valid_to,
                    )
                )
        self.write(
            {
                "state": "searching",
                "unit_id": False,
                "earnest_paid_on": False,
                "earnest_outcome": False,
            }
        )

    def action_reserve(self):
        """The earnest money is paid: the unit is withheld from other seekers."""
        for request in self:
            if not request.unit_id or not request.earnest_paid_on:
                raise UserError(
                    self.env._(
                        "Enter the unit chosen by %(request)s, and the day on which the earnest "
                        "money was paid.",
                        request=request.display_name,
                    )
                )
            request._check_unit_free()
        self.write({"state": "reserved"})

    def action_sign(self):
        """Ask for the lease that was signed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lease Signed"),
            "res_model": "pm.lease.request.sign",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_release(self):
        """Give the unit free; what became of the earnest money is entered before."""
        for request in self:
            if request.earnest_outcome not in ("returned", "kept"):
                raise UserError(
                    self.env._(
                        "Enter whether the earnest money of %(request)s was returned or kept.",
                        request=request.display_name,
                    )
                )
            if request.earnest_outcome == "kept" and not request.is_hold_over:
                raise UserError(
                    self.env._(
                        "The unit is held for %(request)s until %(day)s: before that day has "
                        "passed, the earnest money cannot be kept.",
                        request=request.display_name,
                        day=request.held_until,
                    )
                )
        self.write({"state": "released"})
        self.sudo().activity_feedback([_HOLD])  # it may be a colleague's

    def action_pay_commission(self):
        """Note that the commission was paid today; a move-in withheld for it may begin."""
        for request in self:
            if request.state != "signed":
                raise UserError(
                    self.env._(
                        "%(request)s owes no commission: no lease was signed.",
                        request=request.display_name,
                    )
                )
            if not request.commission_paid_on:
                request._pay_commission(request.site_id._today())

    def action_refuse_commission(self):
        """The seeker refuses the commission: the move-in is withheld until a leader releases it."""
        for request in self:
            if not request._get_commission_due():
                raise UserError(
                    self.env._("%(request)s owes no commission.", request=request.display_name)
                )
            request._write_noted({"fee_refused_on": request.site_id._today()})
            # Withholding follows from the refusal; only the release is a leader's.
            request.tenancy_id.sudo().move_in_hold_reason = request.env._(
                "the commission of %(request)s was refused", request=request.name
            )

    def action_cancel(self):
        """The seeker has no use for the office any more, or the lease did not come about."""
        for request in self:
            if request.commission_paid_on:
                raise UserError(
                    self.env._(
                        "The commission of %(request)s was paid: it cannot be cancelled.",
                        request=request.display_name,
                    )
                )
        self.write({"state": "cancelled"})
        self.sudo().activity_unlink([_COMMISSION])  # it may be a colleague's

    def action_draft(self):
        """Take the mandate back to draft, to correct it."""
        self._write_noted(
            {
                "state": "draft",
                "signed_on": False,
                "tenancy_id": False,
                "listing_id": False,
                "fee_refused_on": False,
            }
        )

    def action_open_tenancy(self):
        """Open the tenancy that was signed."""
        self.ensure_one()
        return self.tenancy_id.get_formview_action()

    def action_view_matches(self):
        """List the units that fit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_vacant_unit_action")
        return {**action, "domain": [("id", "in", self.match_unit_ids.ids)], "context": {}}

    @api.model
    def _cron_follow_requests(self):
        """End the mandates that are over and speak up for holds that are, at every office."""
        self.env["pm.site"].search([])._do_daily(self._follow_requests)

    @api.model
    def _follow_requests(self, site, today):
        ours = Domain("site_id", "=", site.id)
        ended = self.search(
            ours & Domain("state", "=", "searching") & Domain("valid_to", "<", today)
        )
        ended.write({"state": "expired"})
        # Nothing is forfeited by itself: a person decides whether to release or to wait longer.
        held = self.search(
            ours & Domain("state", "=", "reserved") & Domain("held_until", "<", today)
        )
        for request in held:
            if request.hold_asked_for != request.held_until:
                request.hold_asked_for = request.held_until
                request._schedule_handler(
                    _HOLD,
                    today,
                    lambda own: own.env._(
                        "Unit %(unit)s was held until %(day)s: sign, release it, or hold it longer",
                        unit=own.unit_id.code,
                        day=own.held_until,
                    ),
                )

    def _find_units(self):
        """Return the units that fit, the cheapest first, those without a price last."""
        self.ensure_one()
        domain = (
            Domain("site_id", "=", self.site_id.id)
            & Domain("state", "!=", "reserved")
            & Domain("area", ">=", self.area_from)
            & (
                Domain("listing_ids.state", "=", "open")
                | (Domain("state", "=", "vacant") & Domain("letting_wish", "!=", "declines"))
            )
        )
        if self.area_to:
            domain &= Domain("area", "<=", self.area_to)
        if self.usage:
            domain &= Domain("usage", "=", self.usage)
        units = self.env["pm.unit"].search(domain)
        if self.rent_max:
            too_dear = self.rent_max
            units = units.filtered(
                lambda unit: self.currency_id.compare_amounts(unit.asked_rent, too_dear) <= 0
            )
        return units.sorted(lambda unit: (not unit.asked_rent, unit.asked_rent, unit.code))

    def _sign(self, tenancy, signed_on):
        """Note the lease that was signed: the unit is let and the commission falls due."""
        self.ensure_one()
        unit = self.unit_id or tenancy.line_ids.unit_id[:1]
        if unit not in tenancy.line_ids.unit_id or tenancy.partner_id != self.partner_id:
            raise UserError(
                self.env._(
                    "Tenancy %(tenancy)s is not the one of %(seeker)s in unit %(unit)s.",
                    tenancy=tenancy.display_name,
                    seeker=self.partner_id.name,
                    unit=unit.code,
                )
            )
        listings = self.env["pm.listing"].search(
            Domain("unit_id", "in", tenancy.line_ids.unit_id.ids) & Domain("state", "=", "open")
        )
        base = self.site_id.commission_base
        rent = sum(listings.mapped("asked_rent")) if base == "asked" else tenancy.monthly_rent
        if not rent:
            raise UserError(
                self.env._(
                    "The commission of %(request)s cannot be reckoned: enter the rent asked in the "
                    "owner's mandate.",
                    request=self.display_name,
                )
                if base == "asked"
                else self.env._(
                    "The commission of %(request)s cannot be reckoned: enter the monthly rent.",
                    request=self.display_name,
                )
            )
        amount = self.currency_id.round(rent * self.site_id.commission_months)
        self._write_noted(
            {
                "state": "signed",
                "signed_on": signed_on,
                "tenancy_id": tenancy.id,
                "unit_id": unit.id,
                "listing_id": listings.filtered(lambda one: one.unit_id == unit).id,
                "commission_rent": rent,
            }
        )
        self.sudo().commission_amount = amount  # reckoned, not agreed by hand
        listings._let(tenancy, signed_on)
        self.sudo().activity_feedback([_HOLD])  # it may be a colleague's
        self._schedule_handler(
            _COMMISSION,
            self.commission_due_on,
            lambda own: own.env._(
                "Collect the commission of %(amount)s",
                amount=own.currency_id.format(own.commission_amount),
            ),
        )

    def _get_commission_due(self):
        """Return what these seekers still owe as commission, for the bills of other addons."""
        return sum(
            request.commission_amount
            for request in self
            if request.state == "signed" and not request.commission_paid_on
        )

    def _pay_commission(self, day):
        """Note the day of payment; for bills, too. A move-in withheld for it may begin."""
        self.ensure_one()
        self._write_noted({"commission_paid_on": day})
        self.sudo().activity_feedback([_COMMISSION])  # it may be a colleague's
        if self.fee_refused_on:
            self.tenancy_id.sudo().move_in_hold_reason = False  # the reason is gone

    def _prepare_tenancy_vals(self, unit):
        """Return what the mandate says of the tenancy that comes of it."""
        self.ensure_one()
        return {
            "site_id": self.site_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "contact_phone": self.phone,
            "line_ids": [Command.create({"unit_id": unit.id})],
        }

    def _schedule_handler(self, activity_type, day, word):
        """Give the work to whoever handles the mandate; `word` says it in his language."""
        handler = self.user_id & self.site_id.user_ids
        for user in handler or self.site_id._get_leasing_users():
            own = self.with_context(lang=user.lang)
            own.activity_schedule(activity_type, day, summary=word(own), user_id=user.id)

    def _check_unit_free(self):
        coming = self.unit_id.tenancy_unit_ids.filtered(
            lambda line: line.state in ("draft", "move_in") and line.partner_id != self.partner_id
        )
        if coming:
            raise UserError(
                self.env._(
                    "Unit %(unit)s is let already: tenancy %(tenancy)s.",
                    unit=self.unit_id.code,
                    tenancy=coming[0].tenancy_id.display_name,
                )
            )

    def _check_unit_changeable(self, unit_id):
        for request in self:
            if request.state in ("reserved", "signed") and request.unit_id.id not in (
                False,
                unit_id,
            ):
                raise UserError(
                    self.env._(
                        "%(request)s holds unit %(unit)s. Release it before another one is chosen.",
                        request=request.display_name,
                        unit=request.unit_id.code,
                    )
                )

    def _check_may_agree_commission(self):
        if not self.env.su and not self.env.user.has_group("pm_base.group_pm_director"):
            raise AccessError(self.env._("Only the director agrees another commission."))

    @api.model
    def _get_due_selects(self):
        """Return the units held for seekers and the commissions owed, for the due list."""
        return [
            self._prepare_due_select(
                25,
                "earnest_hold",
                SQL("request.state = 'reserved' AND request.held_until IS NOT NULL"),
                self.env._("Earnest money holds the unit until this day"),
                SQL("request.held_until"),
            ),
            self._prepare_due_select(
                26,
                "commission",
                SQL(
                    "request.state = 'signed' AND request.commission_amount > 0"
                    " AND request.commission_paid_on IS NULL AND request.fee_refused_on IS NULL"
                ),
                self.env._("Commission"),
                SQL("request.commission_due_on"),
            ),
        ]

    @api.model
    def _prepare_due_select(self, number, kind, condition, words, day):
        return self.env["pm.due"]._prepare_due_select(
            number,
            kind,
            SQL(
                """
                FROM pm_lease_request request
           LEFT JOIN pm_unit unit ON unit.id = request.unit_id
               WHERE %s
                """,
                condition,
            ),
            id=SQL("request.id"),
            name=SQL("%s", words),
            res_model=SQL("'pm.lease.request'"),
            res_id=SQL("request.id"),
            site_id=SQL("request.site_id"),
            place=SQL("unit.code"),
            partner_id=SQL("request.partner_id"),
            user_id=SQL("request.user_id"),
            due_date=day,
        )
