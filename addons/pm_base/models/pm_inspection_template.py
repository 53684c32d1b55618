from odoo import fields, models

from .hr_department import DEPARTMENT_ROLES

LINE_KINDS = [("tick", "√ or ×"), ("reading", "Reading"), ("count", "Count")]


class PmInspectionTemplate(models.Model):
    """What is looked at on one occasion, as data that an office may change."""

    _name = "pm.inspection.template"
    _description = "Inspection Sheet"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    form_id = fields.Many2one(
        "pm.form",
        ondelete="restrict",
        index="btree_not_null",
        help="The form on which the inspection is printed. Without one no paper is filed.",
    )
    site_id = fields.Many2one(
        "pm.site", string="Only For", ondelete="restrict", index="btree_not_null"
    )
    judge = fields.Text(
        string="How to Judge", translate=True, help="Shown to the inspector above the items."
    )
    line_ids = fields.One2many(
        "pm.inspection.template.line", "template_id", string="Items", copy=True
    )
    section_label = fields.Char(
        string="Headings Are", translate=True, help="Such as “Category” or “Trade”; for the print."
    )
    finding_label = fields.Char(
        string="Findings Are Headed",
        translate=True,
        help="Such as “Damage found”; empty for the usual words.",
    )
    has_spot = fields.Boolean(
        string="Column for the Place", help="Where in the unit each item is, such as a room."
    )
    has_brand = fields.Boolean(string="Column for Brand and Model")
    has_remarks = fields.Boolean(string="Column for Remarks")
    party_signer = fields.Char(
        string="The Party Signs As",
        translate=True,
        help="Above its signature, such as “Customer”; empty for the usual words.",
    )
    office_signer = fields.Char(
        string="The Office Signs As",
        translate=True,
        help="Above its signature, such as “Handed over by”; empty for the usual words.",
    )

    def _prepare_lines_vals(self, site):
        """Return the items of an inspection at an office, worded in its language."""
        self.ensure_one()
        # The sheet is a setting: who inspects need not be able to read that of another office.
        lines_sudo = self.sudo().with_context(lang=site.print_lang).line_ids
        return [line._prepare_inspection_line_vals(site) for line in lines_sudo]


class PmInspectionTemplateLine(models.Model):
    _name = "pm.inspection.template.line"
    _description = "Item of an Inspection Sheet"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "pm.inspection.template", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    section = fields.Char(translate=True, help="Heading under which the item stands.")
    spot = fields.Char(string="Place of the Item", translate=True, help="Such as a room.")
    brand = fields.Char(string="Brand and Model")
    name = fields.Char(string="Item", required=True, translate=True)
    standard = fields.Char(translate=True, help="What is found when all is well.")
    kind = fields.Selection(LINE_KINDS, string="Judged By", required=True, default="tick")
    quantity = fields.Float(help="How many there should be; 0 when nothing is counted.")
    unit = fields.Char(translate=True, help="Of a reading or a count, such as kWh.")
    department_role = fields.Selection(
        DEPARTMENT_ROLES, string="Department", help="Puts a fault of this item right."
    )

    def _prepare_inspection_line_vals(self, site):
        self.ensure_one()
        department = site._get_department(self.department_role)
        return {
            "sequence": self.sequence,
            "section": self.section,
            "spot": self.spot,
            "brand": self.brand,
            "name": self.name,
            "standard": self.standard,
            "kind": self.kind,
            "quantity": self.quantity,
            "unit": self.unit,
            "department_id": department.id,
        }
