from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """Set billing up for a company that gets its chart of accounts after this addon."""
        result = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._pm_setup_accounting()
        return result
