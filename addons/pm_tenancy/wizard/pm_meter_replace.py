from odoo import fields, models


class PmMeterReplace(models.TransientModel):
    _name = "pm.meter.replace"
    _description = "Replace a Meter"

    meter_id = fields.Many2one("pm.meter", required=True, readonly=True)
    last_value = fields.Float(related="meter_id.last_value", string="Last Reading")
    date_last = fields.Date(related="meter_id.date_last")
    date = fields.Date(
        string="Replaced On",
        required=True,
        default=lambda self: self.env["pm.meter.reading"]._default_date(),
    )
    value = fields.Float(string="Final Reading", digits=(12, 2), required=True)
    is_rollover = fields.Boolean(string="Rolled Over")
    meter_no = fields.Char(string="New Meter No.", required=True)
    base_value = fields.Float(string="New Meter Begins At", digits=(12, 2))
    multiplier = fields.Float(
        digits=(10, 2),
        required=True,
        default=lambda self: self._default_of_meter("multiplier", 1.0),
    )
    digits = fields.Integer(required=True, default=lambda self: self._default_of_meter("digits", 6))
    note = fields.Char(string="Reason")

    def _default_of_meter(self, name, otherwise):
        meter = self.env["pm.meter"].browse(self.env.context.get("default_meter_id"))
        return meter[name] if meter else otherwise

    def action_confirm(self):
        self.ensure_one()
        new = self.meter_id._replace(
            self.date,
            self.value,
            is_rollover=self.is_rollover,
            note=self.note,
            meter_no=self.meter_no,
            base_value=self.base_value,
            multiplier=self.multiplier,
            digits=self.digits,
        )
        return new.get_formview_action()
