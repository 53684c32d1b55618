from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

USAGES = [
    ("office", "Office"),
    ("mall", "Shop"),
    ("residential", "Residential"),
    ("business_centre", "Business Centre"),
    ("hotel", "Hotel"),
    ("culture", "Theatre and Exhibition"),
    ("other", "Other"),
]


class PmBuilding(models.Model):
    _name = "pm.building"
    _inherit = ["mail.thread", "pm.site.mixin"]
    _description = "Building"
    _order = "site_id, sequence, code"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True, tracking=True, help="Begins the number of every unit, such as A in A-12-03."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    usage = fields.Selection(USAGES, required=True, default="office")
    area_gross = fields.Float(string="Gross Floor Area (m²)", digits=(12, 2))
    floor_count = fields.Integer(string="Floors Above Ground")
    storey_height = fields.Float(string="Standard Floor Height (m)", digits=(4, 2))
    units_per_floor = fields.Integer(
        string="Units per Floor", help="On a standard floor; other floors may have fewer."
    )
    lift_count = fields.Integer(string="Lifts")
    has_electricity = fields.Boolean(string="Electricity Meters", default=True)
    has_water = fields.Boolean(string="Water Meters", default=True)
    has_gas = fields.Boolean(string="Gas Meters")
    floor_ids = fields.One2many("pm.building.floor", "building_id", string="Use of the Floors")
    title_owner_id = fields.Many2one("res.partner", check_company=True, index="btree_not_null")
    manager_id = fields.Many2one(
        "res.partner",
        string="Managing Party",
        check_company=True,
        index="btree_not_null",
        help="Manages this building for its owners; the estate as a whole has a master manager.",
    )
    master_manager_id = fields.Many2one(related="site_id.master_manager_id")
    drawing_ids = fields.One2many("pm.building.drawing", "building_id", string="Drawings")
    drawing_count = fields.Integer(string="Drawings Kept", compute="_compute_drawing_count")
    unit_ids = fields.One2many("pm.unit", "building_id", string="Units")
    unit_count = fields.Integer(compute="_compute_unit_figures")
    vacant_count = fields.Integer(string="Vacant Units", compute="_compute_unit_figures")
    occupancy_rate = fields.Float(
        string="Occupancy (%)",
        digits=(5, 1),
        compute="_compute_unit_figures",
        help="Share of the floor area of the units that is not vacant.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (site_id, code)", "Another building of this office has the same code."
    )
    _figures_positive = models.Constraint(
        "CHECK (area_gross >= 0 AND floor_count >= 0 AND storey_height >= 0"
        " AND units_per_floor >= 0 AND lift_count >= 0)",
        "The figures of a building cannot be negative.",
    )

    @api.depends("unit_ids.state", "unit_ids.area")
    def _compute_unit_figures(self):
        figures = {}
        for building, state, count, area in self.env["pm.unit"]._read_group(
            Domain("building_id", "in", self.ids),
            ["building_id", "state"],
            ["__count", "area:sum"],
        ):
            figures.setdefault(building, {})[state] = (count, area)
        for building in self:
            by_state = figures.get(building, {})
            vacant_count, vacant_area = by_state.get("vacant", (0, 0.0))
            area = sum(area for _count, area in by_state.values())
            building.unit_count = sum(count for count, _area in by_state.values())
            building.vacant_count = vacant_count
            building.occupancy_rate = area and 100.0 * (area - vacant_area) / area

    def _compute_drawing_count(self):
        counts = dict(
            self.env["pm.building.drawing"]._read_group(
                Domain("building_id", "in", self.ids), ["building_id"], ["__count"]
            )
        )
        for building in self:
            building.drawing_count = counts.get(building, 0)

    @api.constrains("active")
    def _check_archived_empty(self):
        for building in self:
            if not building.active and building.unit_ids.filtered("active"):
                raise ValidationError(
                    self.env._(
                        "%(building)s still has units. Archive them first.", building=building.name
                    )
                )

    def action_view_units(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_unit_action")
        return {
            **action,
            "domain": [("building_id", "=", self.id)],
            "context": {"default_building_id": self.id},
        }

    def action_view_drawings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_tenancy.pm_building_drawing_action"
        )
        return {
            **action,
            "domain": [("building_id", "=", self.id)],
            "context": {"default_building_id": self.id, "default_site_id": self.site_id.id},
        }


class PmBuildingFloor(models.Model):
    _name = "pm.building.floor"
    _description = "Use of a Range of Floors"
    _order = "building_id, floor_from"

    building_id = fields.Many2one("pm.building", required=True, ondelete="cascade", index=True)
    floor_from = fields.Integer(string="From Floor", required=True, default=1)
    floor_to = fields.Integer(string="To Floor", required=True, default=1)
    name = fields.Char(string="Use", required=True)

    _range_order = models.Constraint(
        "CHECK (floor_from <= floor_to)", "A range of floors begins below its end."
    )
