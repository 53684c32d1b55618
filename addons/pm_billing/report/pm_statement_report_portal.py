from odoo import models


class ReportPmStatement(models.AbstractModel):
    _inherit = "report.pm_billing.report_pm_statement"

    def _prepare_statement(self, bill, earlier, paper):
        words = super()._prepare_statement(bill, earlier, paper)
        return {**words, "portal_address": bill._pm_get_portal_address()}
