from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmPlaceMixin(models.AbstractModel):
    """A thing that belongs to a unit or stands somewhere else on the estate."""

    _name = "pm.place.mixin"
    _inherit = ["pm.site.mixin"]
    _description = "Belongs to a Unit or a Place"

    unit_id = fields.Many2one(
        "pm.unit", index="btree_not_null", ondelete="restrict", check_company=True
    )
    building_id = fields.Many2one(
        "pm.building",
        compute="_compute_building_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    place = fields.Char(help="Where it is, when it belongs to no unit: plant room, lobby, gate.")
    location = fields.Char(compute="_compute_location", store=True, precompute=True)
    site_id = fields.Many2one(
        compute="_compute_site_id", store=True, readonly=False, precompute=True
    )

    @api.depends("unit_id", "building_id")
    def _compute_site_id(self):
        for record in self:
            record.site_id = (
                record.unit_id.site_id
                or record.building_id.site_id
                or record.site_id
                or self.env["pm.site"]._get_default_site()
            )

    @api.depends("unit_id")
    def _compute_building_id(self):
        for record in self:
            record.building_id = record.unit_id.building_id or record.building_id

    @api.depends("unit_id.code", "building_id.name", "place")
    def _compute_location(self):
        for record in self:
            if record.unit_id:
                parts = (record.unit_id.code, record.place)
            else:
                parts = (record.building_id.name, record.place)
            record.location = " ".join(part for part in parts if part)

    @api.constrains("unit_id", "place")
    def _check_placed(self):
        for record in self:
            if not record.unit_id and not record.place:
                raise ValidationError(
                    self.env._(
                        "Enter the unit of %(record)s, or its place if it belongs to none.",
                        record=record.display_name,
                    )
                )

    @api.constrains("unit_id", "building_id", "site_id")
    def _check_place_site(self):
        for record in self:
            sites = record.unit_id.site_id | record.building_id.site_id | record.site_id
            of_unit = record.unit_id.building_id
            if len(sites) > 1 or (of_unit and record.building_id != of_unit):
                raise ValidationError(
                    self.env._(
                        "%(record)s: unit, building and management office do not fit together.",
                        record=record.display_name,
                    )
                )
