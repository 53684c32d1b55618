from ast import literal_eval

from odoo import api, fields, models


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "account.move": [
            "fapiao",
            "move_type",
            "payment_state",
            "pm_deposit_id",
            "pm_month",
            "pm_site_id",
            "state",
        ],
        "pm.cash.day": ["date", "site_id", "state", "user_id"],
        "pm.document": ["res_id", "res_model"],
        "pm.receipt": [
            "collector_id",
            "date",
            "kind",
            "name",
            "partner_id",
            "site_id",
            "state",
            "unit_codes",
        ],
        "pm.receipt.line": ["move_id", "receipt_id"],
        "pm.site": ["follows_invoices", "invoice_day"],
    }

    kind = fields.Selection(
        selection_add=[
            ("provisional_receipt", "Provisional Receipt"),
            ("cash_day", "Day-end Sheet"),
            ("invoice", "Invoices"),
        ]
    )

    @api.model
    def _get_due_selects(self):
        return [
            *super()._get_due_selects(),
            self.env["pm.receipt"]._get_due_select(),
            self.env["pm.cash.day"]._get_due_select(),
            self.env["account.move"]._get_invoice_due_select(),
        ]

    def action_open(self):
        if self.kind == "invoice":
            action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_invoice_action")
            domain = [*literal_eval(action["domain"]), ("pm_site_id", "=", self.site_id.id)]
            return {**action, "domain": domain}
        return super().action_open()
