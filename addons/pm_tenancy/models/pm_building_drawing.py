from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmBuildingDrawing(models.Model):
    """A drawing of the building and where its copies are kept (F-TEN-81, TEN-005)."""

    _name = "pm.building.drawing"
    _inherit = ["mail.thread", "pm.site.mixin"]
    _description = "Building Drawing"
    _order = "site_id, discipline, drawing_no, date desc, id desc"
    _rec_names_search = ["drawing_no", "name"]

    drawing_no = fields.Char(string="Drawing No.", required=True, tracking=True)
    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, help="Archive a version that is no longer valid.")
    building_id = fields.Many2one(
        "pm.building", index=True, ondelete="restrict", help="Empty: of the whole estate."
    )
    discipline = fields.Selection(
        [
            ("architecture", "Architecture"),
            ("structure", "Structure"),
            ("water", "Water Supply and Drainage"),
            ("hvac", "Heating and Air-conditioning"),
            ("electrical", "Electrical"),
            ("low_voltage", "Low-voltage Systems"),
            ("fire", "Fire Protection"),
            ("lift", "Lifts"),
            ("fit_out", "Fit-out"),
            ("site", "Grounds and Pipes"),
            ("other", "Other"),
        ],
        required=True,
        default="architecture",
    )
    version = fields.Char(default="1", required=True, tracking=True)
    date = fields.Date(string="Version Date")
    copy_count = fields.Integer(string="Copies", default=1)
    storage_place = fields.Char(tracking=True, help="Such as archive room, cabinet 3.")
    note = fields.Text()

    _version_unique = models.Constraint(
        "UNIQUE (site_id, drawing_no, version)",
        "This version of the drawing is in the archive already.",
    )
    _copies_positive = models.Constraint(
        "CHECK (copy_count >= 0)", "The number of copies cannot be negative."
    )

    @api.depends("drawing_no", "name", "version")
    def _compute_display_name(self):
        for drawing in self:
            parts = (drawing.drawing_no, drawing.name, drawing.version and f"({drawing.version})")
            drawing.display_name = " ".join(part for part in parts if part)

    @api.constrains("building_id", "site_id")
    def _check_site(self):
        for drawing in self:
            if drawing.building_id and drawing.building_id.site_id != drawing.site_id:
                raise ValidationError(
                    self.env._(
                        "%(building)s belongs to %(site)s. Keep its drawing there.",
                        building=drawing.building_id.name,
                        site=drawing.building_id.site_id.name,
                    )
                )
