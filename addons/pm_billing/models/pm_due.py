from odoo import api, fields, models


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.bill.run": ["date", "month", "occasion", "site_id", "state"],
        "pm.charge.slip": [
            "charge_mode",
            "date",
            "partner_id",
            "site_id",
            "state",
            "unit_codes",
        ],
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
        "pm.document": ["res_id", "res_model", "state"],
        "pm.dunning.round": ["date", "site_id", "step_id"],
        "pm.dunning.step": ["action", "filled_by", "needs_review"],
        "pm.promise": [
            "amount",
            "date",
            "noted_by_id",
            "partner_id",
            "site_id",
            "state",
            "tenancy_id",
        ],
        "pm.building": ["name", "site_id"],
        "pm.fee": ["active", "basis", "site_id"],
        "pm.meter": ["active", "building_id", "date_last"],
        "pm.site": ["delivery_day", "read_cutoff_day"],
    }

    kind = fields.Selection(
        selection_add=[
            ("dunning", "Dunning"),
            ("promise", "Promise to Pay"),
            ("bill_run", "Bill Run"),
            ("meter_round", "Meters to Read"),
            ("charge_slip", "Charge Slip"),
        ]
    )

    @api.model
    def _get_due_selects(self):
        return [
            *super()._get_due_selects(),
            self.env["pm.dunning.action"]._get_due_select(),
            self.env["pm.dunning.action"]._get_delivery_select(),
            self.env["pm.dunning.round"]._get_due_select(),
            self.env["pm.promise"]._get_due_select(),
            self.env["pm.bill.run"]._get_due_select(),
            self.env["pm.meter"]._get_due_select(),
            *self.env["pm.charge.slip"]._get_due_selects(),
        ]

    def action_open(self):
        if self.kind == "meter_round":
            return self.env["pm.meter"]._open_round(self.res_id)
        return super().action_open()
