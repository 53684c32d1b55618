from odoo import fields, models


class PmInspectionTemplate(models.Model):
    _inherit = "pm.inspection.template"

    has_meters = fields.Boolean(
        string="Table of Base Readings",
        help="The print ends with the meters of the units and their base readings.",
    )


class PmInspection(models.Model):
    """What the sheets say of the tenancy that is inspected (F-TEN-03, 24, 32, 33, 48, 49)."""

    _inherit = "pm.inspection"

    def _get_print_facts(self):
        facts = super()._get_print_facts()
        tenancy = self._get_tenancy()
        if not tenancy:
            return facts
        units = tenancy.line_ids.unit_id.sorted("code")
        places = (
            ", ".join(units.building_id.mapped("name")),
            ", ".join(dict.fromkeys(str(unit.floor) for unit in units)),
            tenancy.unit_codes or "",
        )
        return [
            *facts,
            (self.env._("Tower / floor / unit"), " / ".join(places)),
            (self.env._("Telephone"), tenancy.office_phone),
        ]

    def _get_tenancy(self):
        """Return the tenancy inspected, if it is one."""
        self.ensure_one()
        tenancies = self.env["pm.tenancy"]
        return tenancies.browse(self.res_id) if self.res_model == tenancies._name else tenancies

    def _get_base_rows(self):
        """Return the meters and base readings for the print, where the sheet wants them."""
        tenancy = self._get_tenancy()
        wanted = self.template_id.sudo().has_meters  # a setting of the sheet
        return tenancy._get_base_rows() if wanted and tenancy else []
