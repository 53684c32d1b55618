from odoo import api, fields, models
from odoo.fields import Domain

from .pm_building import USAGES


class PmProcedureTemplate(models.Model):
    _inherit = "pm.procedure.template"

    occasion = fields.Selection(
        selection_add=[("move_in", "Move-in")], ondelete={"move_in": "cascade"}
    )
    usage = fields.Selection(
        USAGES,
        string="Proposed For",
        help="Buildings of this usage follow the procedure unless another is chosen for them.",
    )
    file_kind_ids = fields.Many2many(
        "pm.file.kind",
        "pm_file_kind_template_rel",
        "template_id",
        "kind_id",
        string="Papers of the File",
        help="What an occupant hands in; a copy of the procedure asks for the same.",
    )

    @api.model
    def _get_occasion_models(self):
        return {**super()._get_occasion_models(), "move_in": "pm.tenancy"}

    @api.model
    def _get_gate_points(self):
        points = [
            ("keys", self.env._("Keys Issued")),
            ("active", self.env._("In Occupation")),
        ]
        return {**super()._get_gate_points(), "move_in": points}

    @api.model
    def _find_for_usage(self, site, occasion, usage):
        """Return the procedure that an office follows in buildings of a usage; maybe none."""
        if not usage:
            return self.browse()
        fitting = self._find(site, occasion).filtered_domain(Domain("usage", "=", usage))
        return fitting[:1]


class PmProcedureTemplateStep(models.Model):
    _inherit = "pm.procedure.template.step"

    check = fields.Selection(
        selection_add=[
            ("documents_verified", "Documents Verified"),
            ("data_sheet_complete", "Data Sheet Complete"),
            ("base_readings", "Base Readings Signed"),
            ("inspection_signed", "Inspection Signed"),
            ("keys_issued", "Keys Issued"),
            ("no_arrears", "No Arrears"),
            ("fitout_settled", "Fit-out Settled"),
            ("plan_approved", "Move-in Plan Approved"),
            ("file_opened", "Customer File Opened"),
            ("faults_assigned", "Faults Passed On"),
        ],
        ondelete={
            "documents_verified": "set null",
            "data_sheet_complete": "set null",
            "base_readings": "set null",
            "inspection_signed": "set null",
            "keys_issued": "set null",
            "no_arrears": "set null",
            "fitout_settled": "set null",
            "plan_approved": "set null",
            "file_opened": "set null",
            "faults_assigned": "set null",
        },
    )
