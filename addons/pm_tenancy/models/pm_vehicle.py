import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


def normalise_plate(text):
    """Return a plate as it is compared: capitals, without blanks, dots and dashes."""
    return re.sub(r"[\s·.•\-]", "", text or "").upper()


class PmVehicle(models.Model):
    _name = "pm.vehicle"
    _inherit = ["mail.thread", "pm.printable.mixin", "pm.site.mixin"]
    _description = "Vehicle"
    _order = "plate"
    _rec_name = "plate"
    _rec_names_search = [
        "plate",
        "driver_name",
        "phone",
        "pass_no",
        "partner_id.name",
        "tenancy_id.unit_codes",
    ]

    plate = fields.Char(string="Plate No.", required=True, tracking=True)
    make = fields.Char(string="Make and Model")
    colour = fields.Char()
    driver_name = fields.Char(string="Driver")
    phone = fields.Char(string="Telephone")
    pass_no = fields.Char(string="Pass No.", tracking=True)
    active = fields.Boolean(default=True)
    tenancy_id = fields.Many2one(
        "pm.tenancy", index="btree_not_null", ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes")
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="Until")
    contract_ids = fields.One2many("pm.parking.contract", "vehicle_id", string="Parking Contracts")
    space_id = fields.Many2one("pm.parking.space", compute="_compute_space_id")
    note = fields.Text()

    # A plate that has gone elsewhere is archived and may come back under another owner.
    _plate_unique = models.UniqueIndex(
        "(site_id, plate) WHERE active", "A vehicle with this plate is registered already."
    )
    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start <= date_end)",
        "The registration of a vehicle ends after it begins.",
    )

    @api.depends("tenancy_id")
    def _compute_partner_id(self):
        for vehicle in self:
            vehicle.partner_id = vehicle.tenancy_id.partner_id or vehicle.partner_id

    @api.depends("contract_ids.state", "contract_ids.space_id")
    def _compute_space_id(self):
        for vehicle in self:
            running = vehicle.contract_ids.filtered(lambda contract: contract.state == "running")
            vehicle.space_id = running.space_id[:1]

    @api.constrains("site_id", "tenancy_id")
    def _check_site(self):
        for vehicle in self:
            if vehicle.tenancy_id and vehicle.tenancy_id.site_id != vehicle.site_id:
                raise ValidationError(
                    self.env._(
                        "%(tenancy)s belongs to another management office.",
                        tenancy=vehicle.tenancy_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["plate"] = normalise_plate(vals.get("plate"))
        return super().create(vals_list)

    def write(self, vals):
        if "plate" in vals:
            vals = {**vals, "plate": normalise_plate(vals["plate"])}
        result = super().write(vals)
        if "active" in vals:
            self.flush_recordset(["active"])  # at once, so that the plate can be taken up again
        return result

    def _search_display_name(self, operator, value):
        """Find a plate however it is typed: 沪A·12345, 沪A 12345."""
        domain = super()._search_display_name(operator, value)
        if operator == "ilike" and isinstance(value, str) and normalise_plate(value):
            return Domain(domain) | Domain("plate", "ilike", normalise_plate(value))
        return domain
