from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from .pm_building import USAGES

# Which state of a tenancy makes which state of its units; the first that applies wins.
_UNIT_STATES = [
    ("move_out", "moving_out"),
    ("active", "occupied"),
    ("move_in", "reserved"),
]
# Colours of the cards: Odoo's palette knows them by number.
_STATE_COLORS = {"vacant": 0, "reserved": 4, "occupied": 10, "moving_out": 2}


class PmUnit(models.Model):
    _name = "pm.unit"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.search.mixin"]
    _description = "Unit"
    _order = "building_id, floor, code"
    _rec_name = "code"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    code = fields.Char(
        string="Unit No.",
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="Building, floor and room, such as A-12-03.",
    )
    name = fields.Char(help="Its common name, if it has one, such as “corner shop”.")
    active = fields.Boolean(default=True)
    building_id = fields.Many2one("pm.building", required=True, index=True, ondelete="restrict")
    site_id = fields.Many2one(
        related="building_id.site_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="building_id.company_id", store=True, index=True, precompute=True
    )
    floor = fields.Integer(required=True, default=1, help="Below ground: -1, -2.")
    room = fields.Char(required=True, help="Number on its floor, such as 03.")
    usage = fields.Selection(
        USAGES,
        compute="_compute_usage",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    area = fields.Float(
        string="Floor Area (m²)",
        digits=(12, 2),
        required=True,
        tracking=True,
        help="The area by which fees are charged.",
    )
    area_inner = fields.Float(string="Inner Area (m²)", digits=(12, 2))
    orientation = fields.Selection(
        [
            ("e", "East"),
            ("s", "South"),
            ("w", "West"),
            ("n", "North"),
            ("se", "Southeast"),
            ("sw", "Southwest"),
            ("ne", "Northeast"),
            ("nw", "Northwest"),
        ]
    )
    condition = fields.Char(help="What a visitor finds, such as “carpet and partitions left”.")
    is_rough = fields.Boolean(string="Rough Shell")
    date_warranty_end = fields.Date(string="Warranty Until")
    note = fields.Text()

    ownership_ids = fields.One2many("pm.ownership", "unit_id", string="Owners")
    owner_id = fields.Many2one(
        "res.partner",
        compute="_compute_owner_id",
        store=True,
        index="btree_not_null",
        help="The owner of today; of several, the one with the largest share.",
    )
    tenancy_unit_ids = fields.One2many("pm.tenancy.unit", "unit_id", string="Tenancies")
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        string="Current Tenancy",
        compute="_compute_state",
        store=True,
        index="btree_not_null",
    )
    contact_name = fields.Char(related="tenancy_id.contact_name")
    contact_phone = fields.Char(related="tenancy_id.contact_phone")
    partner_id = fields.Many2one(
        "res.partner",
        string="Occupant",
        compute="_compute_state",
        store=True,
        index="btree_not_null",
    )
    date_lease_end = fields.Date(string="Lease End", related="tenancy_id.date_end", store=True)
    tenancy_count = fields.Integer(compute="_compute_tenancy_count")
    state = fields.Selection(
        [
            ("vacant", "Vacant"),
            ("reserved", "Reserved"),
            ("occupied", "Occupied"),
            ("moving_out", "Moving Out"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        group_expand=True,
    )
    color = fields.Integer(compute="_compute_color")

    _code_unique = models.Constraint(
        "UNIQUE (site_id, code)", "Another unit of this office has the same number."
    )
    _area_positive = models.Constraint(
        "CHECK (area > 0)", "The floor area of a unit must be greater than zero."
    )
    _inner_area_positive = models.Constraint(
        "CHECK (area_inner >= 0)", "The inner area of a unit cannot be negative."
    )

    @api.depends("building_id.code", "floor", "room")
    def _compute_code(self):
        for unit in self:
            if unit.building_id and unit.room:
                unit.code = unit._format_code(unit.building_id.code, unit.floor, unit.room)
            else:
                unit.code = unit.code

    @api.depends("building_id")
    def _compute_usage(self):
        for unit in self:
            unit.usage = unit.usage or unit.building_id.usage

    @api.depends(
        "ownership_ids.partner_id",
        "ownership_ids.share",
        "ownership_ids.date_start",
        "ownership_ids.date_end",
    )
    def _compute_owner_id(self):
        for unit in self:
            if not unit.ownership_ids:
                unit.owner_id = False
                continue
            today = unit.site_id._today()
            # Of a unit that is nobody's yet, the coming owner: there is somebody to write to.
            coming = unit.ownership_ids.filtered(
                lambda ownership, today=today: ownership.date_start and ownership.date_start > today
            ).sorted("date_start")
            unit.owner_id = (unit._get_owners(today) or coming.partner_id)[:1]

    @api.depends(
        "tenancy_unit_ids.state",
        "tenancy_unit_ids.date_start",
        "tenancy_unit_ids.tenancy_id.partner_id",
    )
    def _compute_state(self):
        for unit in self:
            unit.state, unit.tenancy_id, unit.partner_id = "vacant", False, False
            by_state = unit.tenancy_unit_ids.grouped("state")
            for tenancy_state, unit_state in _UNIT_STATES:
                if tenancy_state in by_state:
                    tenancy = by_state[tenancy_state].sorted("date_start")[:1].tenancy_id
                    unit.state = unit_state
                    unit.tenancy_id = tenancy
                    unit.partner_id = tenancy.partner_id
                    break

    @api.depends("state")
    def _compute_color(self):
        for unit in self:
            unit.color = _STATE_COLORS.get(unit.state, 0)

    @api.depends(
        "code",
        "name",
        "partner_id.name",
        "partner_id.phone",
        "tenancy_id.contact_name",
        "tenancy_id.contact_phone",
        "owner_id.name",
        "owner_id.phone",
    )
    def _compute_search_key(self):
        for unit in self:
            unit.search_key = self._join_search_words(
                unit.code,
                unit.name,
                unit.partner_id.name,
                unit.partner_id.phone,
                unit.tenancy_id.contact_name,
                unit.tenancy_id.contact_phone,
                unit.owner_id.name,
                unit.owner_id.phone,
            )

    def _compute_tenancy_count(self):
        counts = dict(
            self.env["pm.tenancy.unit"]._read_group(
                Domain("unit_id", "in", self.ids), ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.tenancy_count = counts.get(unit, 0)

    @api.constrains("active", "state")
    def _check_archived_vacant(self):
        for unit in self:
            if not unit.active and unit.state != "vacant":
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is not vacant: it cannot be archived.", unit=unit.code
                    )
                )

    @api.constrains("site_id")
    def _check_site(self):
        self.tenancy_unit_ids._check_site()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_tenancy(self):
        for unit in self:
            if unit.tenancy_unit_ids:
                raise UserError(
                    self.env._(
                        "Unit %(unit)s has a history of tenancies. Archive it instead.",
                        unit=unit.code,
                    )
                )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for unit in self:
            unit.display_name = f"{unit.code} {unit.name}" if unit.name else unit.code

    def action_view_tenancies(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_tenancy_action")
        return {
            **action,
            "domain": [("line_ids.unit_id", "=", self.id)],
            "context": self.action_new_tenancy()["context"],
        }

    def action_open_tenancy(self):
        """Open the current tenancy."""
        self.ensure_one()
        return self.tenancy_id.get_formview_action()

    def action_new_tenancy(self):
        """Open the form of a new tenancy of these units."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Tenancy"),
            "res_model": "pm.tenancy",
            "views": [[False, "form"]],
            "context": {
                "default_site_id": self.site_id[:1].id,
                "default_line_ids": [Command.create({"unit_id": unit.id}) for unit in self],
            },
        }

    @api.model
    def _cron_refresh_owners(self):
        """Let units pass to their next owner on the day of the transfer."""
        dated = Domain("date_start", "!=", False) | Domain("date_end", "!=", False)
        ownerships = self.env["pm.ownership"].search(dated)
        ownerships.modified(["date_start"])  # as if the day itself were written

    @api.model
    def _format_code(self, building_code, floor, room):
        """Return the number of a unit; floors below ground are written B1, B2."""
        level = f"{floor:02d}" if floor >= 0 else f"B{-floor}"
        return f"{building_code}-{level}-{room}"

    def _get_owners(self, day):
        """Return the owners of the units on `day`, the largest share first."""
        ownerships = self.ownership_ids.filtered(
            lambda ownership: (
                (not ownership.date_start or ownership.date_start <= day)
                and (not ownership.date_end or ownership.date_end >= day)
            )
        )
        return ownerships.sorted("share", reverse=True).partner_id
