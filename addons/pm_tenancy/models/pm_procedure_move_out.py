from odoo import api, fields, models


class PmProcedureTemplate(models.Model):
    _inherit = "pm.procedure.template"

    occasion = fields.Selection(
        selection_add=[("move_out", "Move-out")], ondelete={"move_out": "cascade"}
    )

    @api.model
    def _get_occasion_models(self):
        return {**super()._get_occasion_models(), "move_out": "pm.tenancy"}

    @api.model
    def _get_gate_points(self):
        goods_pass, closed = self.env._("Goods Pass Issued"), self.env._("File Closed")
        points = [("goods_pass", goods_pass), ("closed", closed)]
        return {**super()._get_gate_points(), "move_out": points}


_CHECKS = [
    ("inspection_signed", "Inspection Signed"),
    ("notice_received", "Notice Received"),
    ("owner_consent", "Owner Consents"),
    ("letting_asked", "Owner Asked Whether to Let"),
    ("dates_fixed", "Removal and Inspection Agreed"),
    ("removal_planned", "Removal Registered"),
    ("final_readings", "Final Readings Signed"),
    ("dues_settled", "Everything Paid"),
    ("reinstated", "Fit-out Reinstated"),
    ("duty_told", "Duty Room Told"),
    ("officer_present", "Area Officer Present"),
    ("services_cut", "Water and Electricity Cut"),
    ("cleaned", "Cleaned"),
    ("keys_back", "Keys Back"),
    ("loans_back", "Loans Back"),
    ("plate_removed", "Name Plate Removed"),
    ("refund_begun", "Deposit Refund Begun"),
    ("clearance", "Every Department Has Cleared"),
    ("file_sealed", "File Sealed"),
]


class PmProcedureTemplateStep(models.Model):
    _inherit = "pm.procedure.template.step"

    check = fields.Selection(
        selection_add=_CHECKS, ondelete={code: "set null" for code, _label in _CHECKS}
    )
