from odoo import api, fields, models


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "account.move": ["pm_run_id", "pm_tenancy_id", "state"],
        "pm.bill.exception": ["is_blocking", "run_id"],
        "pm.bill.run": ["date", "handed_over_on", "month", "occasion", "site_id", "state"],
        "pm.charge": ["run_id", "state"],
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
        "pm.document": ["form_id", "res_id", "res_model", "state"],
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
        "pm.site": ["delivery_day", "read_cutoff_day", "statement_day"],
        "pm.tenancy": ["user_id"],
        "pm.tenancy.unit": ["tenancy_id", "unit_id"],
        "pm.unit": ["building_id", "code"],
    }

    kind = fields.Selection(
        selection_add=[
            ("dunning", "Dunning"),
            ("promise", "Promise to Pay"),
            ("bill_run", "Bill Run"),
            ("statement_round", "Statements to Deliver"),
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
            self.env["pm.bill.run"]._get_handover_select(),
            self.env["account.move"]._get_delivery_due_select(),
            self.env["pm.meter"]._get_due_select(),
            *self.env["pm.charge.slip"]._get_due_selects(),
        ]

    def action_open(self):
        if self.kind == "meter_round":
            return self.env["pm.meter"]._open_round(self.res_id)
        if self.kind == "statement_round":
            return self.env["account.move"].browse(self.res_id)._pm_open_area()
        return super().action_open()
