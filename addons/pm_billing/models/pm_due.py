from odoo import api, fields, models


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.bill.run": ["month", "site_id", "state"],
        "pm.dunning.action": [
            "action",
            "amount",
            "date",
            "round_id",
            "site_id",
            "state",
            "step_id",
            "user_id",
        ],
        "pm.dunning.step": ["needs_review"],
        "pm.site": ["delivery_day"],
    }

    kind = fields.Selection(selection_add=[("dunning", "Dunning"), ("bill_run", "Bill Run")])

    @api.model
    def _get_due_selects(self):
        return [
            *super()._get_due_selects(),
            self.env["pm.dunning.action"]._get_due_select(),
            self.env["pm.bill.run"]._get_due_select(),
        ]
