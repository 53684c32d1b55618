import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools import moving

# Who has to know when goods leave.
_TOLD_POSTS = ("pm_base.group_pm_security", "pm_base.group_pm_engineering")
# What the register says of a removal; fixed once it has taken place.
_FACTS = {
    "building_id",
    "direction",
    "lift_from",
    "lift_until",
    "needs_lift",
    "planned_at",
    "tenancy_id",
}


def _word_lift_taken(env, diagnostics):
    """Name the removal that has the lift in that time."""
    key = re.search(
        r"conflicts with existing key .*=\((\d+), [\[(]\"?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)",
        (diagnostics and diagnostics.message_detail) or "",
    )
    other = key and env["pm.removal"].search(
        Domain("building_id", "=", int(key[1]))
        & Domain("lift_from", "=", key[2])
        & Domain("state", "!=", "cancelled"),
        limit=1,
    )
    if other:
        return env._(
            "The goods lift of %(building)s is taken by %(removal)s from %(start)s to %(end)s. "
            "Choose another time.",
            building=other.building_id.name,
            removal=other.tenancy_id.display_name,
            start=other.site_id._word_time(other.lift_from),
            end=other.site_id._to_local(other.lift_until).strftime("%H:%M"),
        )
    return env._("The goods lift is taken by another removal in that time. Choose another time.")


class PmRemoval(models.Model):
    """A row of the removal register (F-TEN-10): who moves in or out, when, by which lift."""

    _name = "pm.removal"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.printable.mixin", "pm.state.mixin"]
    _description = "Removal"
    _order = "planned_at desc, id desc"
    _rec_names_search = ["unit_codes", "partner_id.name", "mover"]
    _NOTED = frozenset({"registered_on", "done_at"})
    _check_company_auto = True

    # The only moves a removal can make, whoever asks.
    _TRANSITIONS = {
        "planned": {"done", "cancelled"},
        "done": set(),
        "cancelled": {"planned"},
    }

    tenancy_id = fields.Many2one(
        "pm.tenancy",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(
        related="tenancy_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="tenancy_id.partner_id", store=True, precompute=True, string="Customer"
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes", store=True, precompute=True)
    building_id = fields.Many2one(
        "pm.building",
        compute="_compute_building_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
        help="Whose goods lift is used.",
    )
    direction = fields.Selection(
        [("in", "Moves In"), ("out", "Moves Out")], string="In or Out", required=True, default="out"
    )
    registered_on = fields.Date(
        readonly=True, copy=False, default=lambda self: self._default_registered_on()
    )
    planned_at = fields.Datetime(string="Agreed For", required=True, tracking=True)
    needs_lift = fields.Boolean(string="Goods Lift", default=True)
    lift_from = fields.Datetime(
        compute="_compute_lift_times", store=True, readonly=False, precompute=True
    )
    lift_until = fields.Datetime(
        compute="_compute_lift_times", store=True, readonly=False, precompute=True
    )
    mover = fields.Char(string="Moving Firm")
    vehicles = fields.Char(help="Plate numbers of the lorries.")
    contact_name = fields.Char(
        string="Contact Person",
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
    )
    contact_phone = fields.Char(
        string="Telephone",
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Staff on Duty",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Is present, coordinates and handles what comes up.",
    )
    is_lobby_closed = fields.Boolean(
        string="Not Through the Lobby", compute="_compute_is_lobby_closed"
    )
    goods_hold_reason = fields.Char(string="Goods Held", compute="_compute_goods_hold_reason")
    exception_reason = fields.Char(
        copy=False,
        tracking=True,
        help="Why a leader allows the removal out of the moving hours, or at shorter notice.",
    )
    exception_by_id = fields.Many2one(
        "res.users", string="Exception Allowed By", readonly=True, copy=False
    )
    done_at = fields.Datetime(string="Took Place", readonly=True, copy=False)
    note = fields.Text(string="Remarks")
    state = fields.Selection(
        [("planned", "Agreed"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    # The database itself refuses to promise the lift twice, whoever writes.
    _lift_once = models.Constraint(
        "EXCLUDE USING gist (building_id WITH =, tsrange(lift_from, lift_until) WITH &&) "
        "WHERE (state <> 'cancelled' AND needs_lift)",
        _word_lift_taken,
    )
    _lift_order = models.Constraint(
        "CHECK (NOT needs_lift OR (lift_from IS NOT NULL AND lift_until > lift_from))",
        "Enter from when until when the goods lift is needed.",
    )
    _exception_allowed = models.Constraint(
        "CHECK (exception_reason IS NULL OR exception_by_id IS NOT NULL)",
        "An exception is allowed by a leader.",
    )

    @api.model
    def _default_registered_on(self):
        site = self.env["pm.site"]._get_default_site()
        return site._today() if site else fields.Date.context_today(self)

    @api.depends("tenancy_id")
    def _compute_building_id(self):
        for removal in self:
            removal.building_id = removal.tenancy_id.line_ids.unit_id.building_id[:1]

    @api.depends("planned_at", "needs_lift")
    def _compute_lift_times(self):
        for removal in self:
            if not removal.needs_lift or not removal.planned_at:
                removal.lift_from = removal.lift_until = False
            else:
                removal.lift_from = removal.planned_at
                removal.lift_until = removal.planned_at + timedelta(hours=2)

    @api.depends("tenancy_id")
    def _compute_contact(self):
        for removal in self:
            removal.contact_name = removal.tenancy_id.contact_name or removal.contact_name
            removal.contact_phone = removal.tenancy_id.contact_phone or removal.contact_phone

    @api.depends("tenancy_id")
    def _compute_user_id(self):
        for removal in self:
            removal.user_id = removal.tenancy_id.user_id or removal.user_id

    @api.depends("planned_at", "site_id")
    def _compute_is_lobby_closed(self):
        for removal in self:
            site = removal.site_id
            if not removal.planned_at or not site:
                removal.is_lobby_closed = False
                continue
            moment = site._to_local(removal.planned_at)
            hour = moment.hour + moment.minute / 60
            removal.is_lobby_closed = (
                site._is_workday(moment.date())
                and site.lobby_closed_from <= hour < site.lobby_closed_to
            )

    @api.depends("tenancy_id.state", "direction", "state")
    def _compute_goods_hold_reason(self):
        for removal in self:
            tenancy = removal.tenancy_id
            removal.goods_hold_reason = (
                bool(tenancy)
                and removal.direction == "out"
                and removal.state == "planned"
                and tenancy._get_goods_hold_reason(is_move_out=tenancy.state == "move_out")
            )

    @api.depends("unit_codes", "partner_id.name", "direction")
    def _compute_display_name(self):
        directions = dict(self._fields["direction"]._description_selection(self.env))
        for removal in self:
            parts = (
                removal.unit_codes,
                removal.partner_id.name,
                directions.get(removal.direction),
            )
            removal.display_name = " ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_exception_vals(vals) for vals in vals_list]
        removals = super().create(vals_list)
        removals._check_plan()
        removals._tell_tenancies()
        removals._tell_departments()
        return removals

    def write(self, vals):
        if not _FACTS.isdisjoint(vals):
            self._check_open()
        vals = self._prepare_exception_vals(vals)
        result = super().write(vals)
        if not {"planned_at", "direction", "building_id", "tenancy_id"}.isdisjoint(vals):
            self._check_plan()
        if vals.get("state") == "planned":  # taken up again
            self._check_plan()
        self.flush_recordset(["lift_from", "lift_until", "needs_lift", "state"])
        if not {"planned_at", "state", "direction", "tenancy_id"}.isdisjoint(vals):
            self._tell_tenancies()
        if not {"planned_at", "state", "direction"}.isdisjoint(vals):
            self._tell_departments()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_registered(self):
        for removal in self:
            raise UserError(
                self.env._(
                    "%(removal)s stands in the removal register and cannot be deleted. Cancel it "
                    "instead.",
                    removal=removal.display_name,
                )
            )

    def action_done(self):
        """Note that the removal has taken place, now."""
        for removal in self:
            site = removal.site_id
            if site._to_local(removal.planned_at).date() > site._today():
                raise UserError(
                    self.env._(
                        "%(removal)s is agreed for %(time)s only.",
                        removal=removal.display_name,
                        time=removal.site_id._word_time(removal.planned_at),
                    )
                )
        self._write_noted({"state": "done", "done_at": fields.Datetime.now()})

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_plan(self):
        """Take a removal that was cancelled up again."""
        self.write({"state": "planned"})

    def action_print(self):
        return self.env.ref("pm_tenancy.action_report_pm_removal").report_action(self)

    def _prepare_exception_vals(self, vals):
        """Return the values with who allows an exception; a new time needs a new one."""
        if vals.get("exception_reason"):
            if not self.env.su and not self.env.user.has_group("pm_base.group_pm_leader"):
                raise AccessError(
                    self.env._(
                        "Only a leader in charge allows a removal out of the moving hours or at "
                        "shorter notice."
                    )
                )
            return {**vals, "exception_by_id": self.env.uid}
        if "exception_reason" in vals or "planned_at" in vals:
            return {**vals, "exception_reason": False, "exception_by_id": False}
        return {name: value for name, value in vals.items() if name != "exception_by_id"}

    def _check_open(self):
        for removal in self:
            if removal.state == "done":
                raise UserError(
                    self.env._(
                        "%(removal)s has taken place and cannot be changed any more.",
                        removal=removal.display_name,
                    )
                )

    def _check_plan(self):
        """Refuse a removal out of the moving hours, or at too short notice (TEN-124, TEN-125)."""
        for removal in self:
            if (
                removal.direction == "out"
                and removal.state == "planned"
                and not removal.exception_reason
            ):
                removal._check_notice()
                removal._check_moving_hours()

    def _check_notice(self):
        self.ensure_one()
        site = self.site_id
        earliest = moving.get_earliest_day(
            site._today(), site.move_out_notice_workdays, site._add_workdays
        )
        if site._to_local(self.planned_at).date() < earliest:
            raise ValidationError(
                self.env._(
                    "A removal is registered %(count)s working days before it. From today the "
                    "first day for %(removal)s is %(day)s; a leader in charge may allow an "
                    "exception.",
                    count=site.move_out_notice_workdays,
                    removal=self.display_name,
                    day=earliest,
                )
            )

    def _check_moving_hours(self):
        self.ensure_one()
        site = self.site_id
        if self.building_id.moving_window == "agreed":
            return
        rules = (site.moving_after_hour, site._is_workday)
        moment = site._to_local(self.planned_at)
        if not moving.is_moving_time(moment, *rules):
            raise ValidationError(
                self.env._(
                    "On working days goods are moved out from %(hour)s on. The next time for "
                    "%(removal)s is %(next)s; a leader in charge may allow an exception.",
                    hour=moving.word_hour(site.moving_after_hour),
                    removal=self.display_name,
                    next=moving.get_next_moving_time(moment, *rules).strftime("%Y-%m-%d %H:%M"),
                )
            )

    def _tell_departments(self):
        """Tell Security and Engineering unit, date and time of removals out, or that they are off.

        Their posts hear of it in the thread of the removal (TEN-127, TEN-128, TEN-130).
        """
        for removal in self.filtered(lambda removal: removal.direction == "out"):
            if removal.state == "done":
                continue
            local = removal.with_context(lang=removal.site_id.print_lang)
            facts = {
                "removal": local.display_name,
                "time": removal.site_id._word_time(removal.planned_at),
            }
            words = (
                local.env._("%(removal)s is agreed for %(time)s.", **facts)
                if removal.state == "planned"
                else local.env._("%(removal)s of %(time)s does not take place.", **facts)
            )
            reason = local.goods_hold_reason
            if reason:
                held = local.env._("Goods are held: %(reason)s", reason=reason)
                words = f"{words} {held}"
            users = removal.env["res.users"].union(
                *(removal.site_id._get_post_users(post) for post in _TOLD_POSTS)
            )
            local.message_post(body=words, partner_ids=users.partner_id.ids)

    def _tell_tenancies(self):
        """Note the day of the last removal on the tenancies that are moving out."""
        for tenancy in self.tenancy_id.filtered(lambda tenancy: tenancy.state == "move_out"):
            removals = tenancy.removal_ids.filtered(
                lambda removal: removal.direction == "out" and removal.state != "cancelled"
            )
            days = [
                removal.site_id._to_local(removal.planned_at).date()
                for removal in removals
                if removal.planned_at
            ]
            # Security may note that a removal has taken place, but keeps no tenancies.
            tenancy.sudo().date_moved_out = max(days, default=False)
            tenancy._refresh_procedure()
