from odoo import models
from odoo.fields import Domain


class PmTenancy(models.Model):
    """What the customer file holds of payments and arrears (TEN-111)."""

    _inherit = "pm.tenancy"

    def _get_file_records(self):
        dunning_sudo = self.env["pm.dunning.action"].sudo()  # the file is one, whoever reads it
        return [*super()._get_file_records(), dunning_sudo.search([("tenancy_id", "=", self.id)])]

    def _get_file_sections(self):
        bills_sudo = self.env["account.move"].sudo()  # as above
        bills_sudo = bills_sudo.search(
            Domain("pm_tenancy_id", "=", self.id) & bills_sudo._pm_get_bill_domain(),
            order="invoice_date, id",
        )
        return [
            *super()._get_file_sections(),
            (self.env._("Payments"), [bill._pm_prepare_index_row() for bill in bills_sudo]),
        ]
