import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


def _word_plate(env, diagnostics):
    """Name the plate that hangs at the unit of which the database speaks."""
    key = re.search(r"=\((\d+)\)", (diagnostics and diagnostics.message_detail) or "")
    plate = key and env["pm.name.plate"].search(
        Domain("unit_id", "=", int(key[1])) & Domain("date_removed", "=", False), limit=1
    )
    if plate:
        return env._(
            "The plate “%(text)s” still hangs at unit %(unit)s. Note its removal first.",
            text=plate.name,
            unit=plate.unit_id.code,
        )
    return env._("Another plate still hangs at this unit. Note its removal first.")


class PmNamePlate(models.Model):
    """What hangs at the door, or in the directory of the lobby, of a unit (F-TEN-13)."""

    _name = "pm.name.plate"
    _inherit = ["pm.printable.mixin"]
    _description = "Name Plate"
    _order = "unit_id, date_made desc, id desc"
    _rec_names_search = ["name", "name_en"]
    _check_company_auto = True

    name = fields.Char(
        string="Plate Text",
        compute="_compute_texts",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    name_en = fields.Char(
        string="Text in English",
        compute="_compute_texts",
        store=True,
        readonly=False,
        precompute=True,
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy", required=True, index=True, ondelete="cascade", check_company=True
    )
    unit_id = fields.Many2one(
        "pm.unit",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="tenancy_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="tenancy_id.partner_id", string="Occupant")
    tenancy_state = fields.Selection(related="tenancy_id.state")
    size = fields.Char(help="Such as 300 × 120 mm, brushed steel.")
    place = fields.Char(help="Such as beside the door, lobby directory.")
    date_made = fields.Date(string="Made On")
    date_removed = fields.Date(string="Removed On")

    _one_per_unit = models.UniqueIndex("(unit_id) WHERE date_removed IS NULL", _word_plate)
    _date_order = models.Constraint(
        "CHECK (date_removed IS NULL OR date_made IS NULL OR date_made <= date_removed)",
        "A plate is removed after it was made.",
    )

    @api.depends("tenancy_id.partner_id")
    def _compute_texts(self):
        for plate in self:
            partner = plate.tenancy_id.partner_id
            plate.name = plate.name or partner.name
            plate.name_en = plate.name_en or partner.pm_name_en

    @api.depends("tenancy_id.line_ids.unit_id")
    def _compute_unit_id(self):
        for plate in self:
            plate.unit_id = plate.unit_id or plate.tenancy_id.line_ids.unit_id[:1]

    @api.constrains("unit_id", "tenancy_id")
    def _check_unit(self):
        for plate in self:
            if plate.unit_id not in plate.tenancy_id.line_ids.unit_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is none of the units of %(tenancy)s.",
                        unit=plate.unit_id.code,
                        tenancy=plate.tenancy_id.display_name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        # At once, so that the next plate can be hung in the same breath.
        self.flush_recordset({"date_removed"} & set(vals))
        return result

    def action_remove(self):
        """Note that these plates are taken off today."""
        for site, plates in self.grouped("site_id").items():
            plates.filtered(lambda plate: not plate.date_removed).date_removed = site._today()
