from contextlib import nullcontext

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.pm_base.models.pm_import import IMPORTING

# What may still be written on a tenancy whose file is closed.
_OPEN_FIELDS = {
    "note",
    "activity_ids",
    "file_checked_on",
    "file_opened_by_id",
    "file_opened_on",
    "file_paper_ids",
    "file_sealed_on",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
}
# What the units of a tenancy repeat, for the constraints of the database.
_LINE_FIELDS = {"state", "date_start", "date_end"}


class PmTenancy(models.Model):
    _name = "pm.tenancy"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.numbered.mixin",
        "pm.printable.mixin",
        "pm.search.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Tenancy"
    _order = "date_start desc, id desc"
    _rec_names_search = ["name"]

    # The only moves a tenancy can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"move_in", "cancelled"},
        "move_in": {"active", "draft", "cancelled"},
        "active": {"move_out", "move_in"},
        "move_out": {"closed", "active"},
        "closed": set(),
        "cancelled": {"draft"},
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner",
        string="Occupant",
        required=True,
        tracking=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Selection(
        [("lease", "Tenant"), ("owner", "Owner-occupied")],
        required=True,
        default="lease",
        tracking=True,
    )
    line_ids = fields.One2many("pm.tenancy.unit", "tenancy_id", string="Units", copy=False)
    unit_ids = fields.Many2many(
        "pm.unit",
        string="Units Occupied",
        compute="_compute_unit_ids",
        inverse="_inverse_unit_ids",
        search="_search_unit_ids",
    )
    unit_codes = fields.Char(
        string="Unit Nos.", compute="_compute_unit_codes", store=True, precompute=True
    )
    area = fields.Float(
        string="Floor Area (m²)",
        digits=(12, 2),
        compute="_compute_area",
        store=True,
        precompute=True,
    )
    owner_id = fields.Many2one(
        "res.partner",
        compute="_compute_owner_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Owner of the first unit; jointly liable for the tenant's breaches and arrears.",
    )
    payer_id = fields.Many2one(
        "res.partner",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Who is billed: the occupant unless agreed otherwise.",
    )
    date_start = fields.Date(
        string="From", required=True, tracking=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="Until", tracking=True, help="Last day of the tenancy; empty when it has no end."
    )
    date_moved_in = fields.Date(string="Moved In On", tracking=True, copy=False)
    date_moved_out = fields.Date(
        string="Moved Out On",
        tracking=True,
        copy=False,
        help="The day agreed for the removal, then the day on which the units were handed back.",
    )
    contract_no = fields.Char(string="Contract No.")
    monthly_rent = fields.Monetary(help="Agreed between owner and tenant; for information.")
    contact_name = fields.Char(string="Contact Person", tracking=True)
    contact_phone = fields.Char(string="Contact Telephone", tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Area Administrator",
        tracking=True,
        help="Gets the work to be done with this occupant, such as calls about arrears.",
    )
    owner_phone = fields.Char(string="Owner's Telephone", compute="_compute_owner_phone")
    missing_data = fields.Text(
        string="Missing in the Data Sheet", related="partner_id.pm_missing_data"
    )
    staff_ids = fields.One2many("pm.tenancy.staff", "tenancy_id", string="People")
    name_plate_ids = fields.One2many("pm.name.plate", "tenancy_id", string="Name Plates")
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("move_in", "Moving In"),
            ("active", "In Occupation"),
            ("move_out", "Moving Out"),
            ("closed", "Closed"),
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
    is_over = fields.Boolean(
        compute="_compute_is_over", help="The last day is past, but the occupant is still there."
    )

    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start <= date_end)", "A tenancy ends after it begins."
    )
    _rent_positive = models.Constraint(
        "CHECK (monthly_rent >= 0)", "The monthly rent cannot be negative."
    )

    @api.depends("line_ids.unit_id")
    def _compute_unit_ids(self):
        for tenancy in self:
            tenancy.unit_ids = tenancy.line_ids.unit_id

    def _inverse_unit_ids(self):
        for tenancy in self:
            units = tenancy.unit_ids
            gone = tenancy.line_ids.filtered(lambda line, units=units: line.unit_id not in units)
            new = units - tenancy.line_ids.unit_id
            tenancy.line_ids = [
                *(Command.delete(line.id) for line in gone),
                *(Command.create({"unit_id": unit.id}) for unit in new),
            ]

    def _search_unit_ids(self, operator, value):
        return [("line_ids.unit_id", operator, value)]

    @api.depends("line_ids.unit_id.code")
    def _compute_unit_codes(self):
        for tenancy in self:
            tenancy.unit_codes = ", ".join(tenancy.line_ids.unit_id.sorted("code").mapped("code"))

    @api.depends("line_ids.area")
    def _compute_area(self):
        for tenancy in self:
            tenancy.area = sum(tenancy.line_ids.mapped("area"))

    @api.depends("line_ids.unit_id.owner_id")
    def _compute_owner_id(self):
        for tenancy in self:
            if tenancy.state == "closed":  # the file keeps the owner of its time
                tenancy.owner_id = tenancy.owner_id
            else:
                tenancy.owner_id = tenancy.line_ids.unit_id.owner_id[:1]

    @api.depends(
        "name",
        "partner_id.name",
        "partner_id.phone",
        "unit_codes",
        "contract_no",
        "contact_name",
        "contact_phone",
    )
    def _compute_search_key(self):
        for tenancy in self:
            tenancy.search_key = self._join_search_words(
                tenancy.name,
                tenancy.partner_id.name,
                tenancy.partner_id.phone,
                tenancy.unit_codes,
                tenancy.contract_no,
                tenancy.contact_name,
                tenancy.contact_phone,
            )

    @api.depends("owner_id")
    @api.depends_context("uid")
    def _compute_owner_phone(self):
        for tenancy in self:
            owner = tenancy.owner_id
            tenancy.owner_phone = owner._pm_get_phone() if owner else False

    @api.depends("partner_id")
    def _compute_payer_id(self):
        for tenancy in self:
            saved = tenancy._origin
            # On a form being edited; `write` sees to it for the others.
            if not tenancy.id and saved.payer_id != saved.partner_id:
                tenancy.payer_id = tenancy.payer_id
            else:
                tenancy.payer_id = tenancy.partner_id

    @api.depends("state", "date_end", "site_id")
    def _compute_is_over(self):
        for tenancy in self:
            tenancy.is_over = (
                tenancy.state in ("active", "move_out")
                and bool(tenancy.date_end)
                and tenancy.date_end < tenancy.site_id._today()
            )

    @api.depends("name", "partner_id.name", "unit_codes")
    def _compute_display_name(self):
        for tenancy in self:
            parts = (tenancy.unit_codes or tenancy.name, tenancy.partner_id.name)
            tenancy.display_name = " ".join(part for part in parts if part)

    @api.constrains("date_start", "date_end", "date_moved_in", "date_moved_out")
    def _check_moving_dates(self):
        for tenancy in self:
            moved_in, moved_out = tenancy.date_moved_in, tenancy.date_moved_out
            if moved_in and moved_out and moved_in > moved_out:
                raise ValidationError(
                    self.env._(
                        "%(tenancy)s moves out before it moves in.", tenancy=tenancy.display_name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        tenancies = super().create(vals_list)
        # What was computed before the creation has not seen the lines that `unit_ids` brought.
        by_units = tenancies.browse(
            tenancy.id
            for tenancy, vals in zip(tenancies, vals_list, strict=True)
            if "unit_ids" in vals
        )
        for name in ("unit_codes", "area", "owner_id"):
            self.env.add_to_compute(self._fields[name], by_units)
        return tenancies

    def write(self, vals):
        if set(vals) - _OPEN_FIELDS:
            self._check_not_closed()
        if vals.get("state") == "closed":
            self.flush_recordset(["owner_id"])  # the file keeps the owner of its time
        keep_payer = nullcontext()
        if "partner_id" in vals:
            self._check_occupant_replaceable(vals["partner_id"])
            agreed = self.filtered(lambda tenancy: tenancy.payer_id != tenancy.partner_id)
            keep_payer = self.env.protecting([self._fields["payer_id"]], agreed)
        with keep_payer:
            result = super().write(vals)
        if not _LINE_FIELDS.isdisjoint(vals):
            # At once, so that room made here can be taken in the same breath, and so that the
            # database refuses an overlap at the step that causes it.
            self.line_ids.flush_recordset(_LINE_FIELDS)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for tenancy in self:
            if tenancy.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(tenancy)s has begun and belongs to the file: it cannot be deleted.",
                        tenancy=tenancy.display_name,
                    )
                )

    def action_move_in(self):
        """Begin the move-in, or take it back to this point: the units are reserved."""
        returned = self.filtered(lambda tenancy: tenancy.state == "active")
        (self - returned).write({"state": "move_in"})
        returned.write({"state": "move_in", "date_moved_in": False})

    def action_activate(self):
        """Record that the occupant has moved in, today unless a date was entered."""
        dated = self.filtered("date_moved_in")
        dated.write({"state": "active"})
        for site, tenancies in (self - dated).grouped("site_id").items():
            tenancies.write({"state": "active", "date_moved_in": site._today()})

    def action_move_out(self):
        """Begin the move-out: arrears, keys, readings and inspection are to be cleared."""
        self.write({"state": "move_out"})

    def action_stay(self):
        """Take a move-out back: the occupant stays."""
        self.write({"state": "active", "date_moved_out": False})

    def action_close(self):
        """Close the file. The tenancy ends on the day the occupant moved out."""
        for tenancy in self:
            today = tenancy.site_id._today()
            moved_out = tenancy.date_moved_out or today
            if moved_out > today:
                raise UserError(
                    self.env._(
                        "%(tenancy)s moves out on %(day)s. Close the file on that day, or correct "
                        "the date.",
                        tenancy=tenancy.display_name,
                        day=moved_out,
                    )
                )
            tenancy.staff_ids._leave(moved_out)
            tenancy.write(
                {
                    "state": "closed",
                    "date_moved_out": moved_out,
                    "date_end": max(moved_out, tenancy.date_start),
                }
            )

    def action_cancel(self):
        """Cancel: the occupant never moved in, and the units are free again."""
        self.staff_ids.action_leave()
        self.write({"state": "cancelled"})

    def action_draft(self):
        """Take the tenancy back to draft, to correct it."""
        self.write({"state": "draft", "date_moved_in": False})

    def action_view_units(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_unit_action")
        return {
            **action,
            "domain": [("id", "in", self.line_ids.unit_id.ids)],
            "context": {"create": False},
        }

    def _pm_check_data_sheet_complete(self, step=None):
        """Return why the occupant's data sheet is not complete yet, or False (TEN-011)."""
        self.ensure_one()
        return " ".join(self.partner_id._pm_get_missing_contact_data()) or False

    def _is_imported(self):
        """Tell whether a workbook is being imported; no caller can pretend it.

        What it records happened long ago: it begins no procedure and meets no gate.
        """
        return self.env.context.get("pm_import") is IMPORTING

    def _check_transition(self, target):
        super()._check_transition(target)
        for tenancy in self:
            # Procedures and their gates follow from the units.
            if target in ("move_in", "active") and not tenancy.line_ids:
                raise UserError(
                    self.env._("Choose the units of %(tenancy)s first.", tenancy=tenancy.name)
                )

    def _check_not_closed(self):
        for tenancy in self:
            if tenancy.state == "closed":
                raise UserError(
                    self.env._(
                        "The file of %(tenancy)s is closed and cannot be changed any more.",
                        tenancy=tenancy.display_name,
                    )
                )

    def _check_occupant_replaceable(self, partner_id):
        for tenancy in self:
            if tenancy.state in ("active", "move_out") and tenancy.partner_id.id != partner_id:
                raise UserError(
                    self.env._(
                        "%(partner)s occupies %(units)s already. For another occupant close this "
                        "tenancy and open a new one.",
                        partner=tenancy.partner_id.name,
                        units=tenancy.unit_codes,
                    )
                )

    @api.model
    def _get_due_select(self):
        """Return the occupants who are to move in, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            22,
            "move_in",
            SQL("FROM pm_tenancy tenancy WHERE tenancy.state IN ('draft', 'move_in')"),
            id=SQL("tenancy.id"),
            name=SQL("%s", self.env._("Planned move-in")),
            res_model=SQL("'pm.tenancy'"),
            res_id=SQL("tenancy.id"),
            site_id=SQL("tenancy.site_id"),
            place=SQL("tenancy.unit_codes"),
            partner_id=SQL("tenancy.partner_id"),
            user_id=SQL("tenancy.user_id"),
            due_date=SQL("tenancy.date_start"),
        )
