from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import lazy

from ..tools import metering


class PmMeterRound(models.TransientModel):
    """The sheet of a reading round: meters by route, with room for the value of each."""

    _name = "pm.meter.round"
    _description = "Reading Round"

    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        required=True,
        default=lambda self: self.env["pm.site"]._get_default_site(),
    )
    building_id = fields.Many2one("pm.building", domain="[('site_id', '=', site_id)]")
    meter_kind = fields.Selection(
        selection=lambda self: (
            self.env["pm.meter"]._fields["kind"]._description_selection(self.env)
        ),
        string="Counts",
        default="electricity",
    )
    date = fields.Date(
        string="Read On",
        required=True,
        default=lambda self: self.env["pm.meter.reading"]._default_date(),
    )
    reader_id = fields.Many2one("hr.employee", default=lambda self: self.env.user.employee_id)
    line_ids = fields.One2many(
        "pm.meter.round.line",
        "round_id",
        string="Meters",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("site_id", "building_id", "meter_kind", "date")
    def _compute_line_ids(self):
        for sheet in self:
            sheet.line_ids = [
                Command.clear(),
                *(Command.create({"meter_id": meter.id}) for meter in sheet._get_meters()),
            ]

    @api.depends("building_id.name", "date")
    def _compute_display_name(self):
        for sheet in self:
            parts = (self.env._("Reading Round"), sheet.building_id.name, str(sheet.date or ""))
            sheet.display_name = " ".join(part for part in parts if part)

    def action_save_readings(self):
        """Keep the values entered so far and go on with the meters that are left."""
        self.ensure_one()
        entered = self.line_ids.filtered("is_entered")
        if not entered:
            raise UserError(self.env._("Enter the reading of a meter first."))
        # The sheet itself is the evidence of what was entered: no log line for each reading.
        self.env["pm.meter.reading"].with_context(mail_create_nolog=True).create(
            [
                {
                    "meter_id": line.meter_id.id,
                    "date": self.date,
                    "value": line.value,
                    "is_rollover": line.is_rollover,
                    "reader_id": self.reader_id.id,
                    "note": line.note,
                }
                for line in entered
            ]
        )
        entered.unlink()
        if self.line_ids:
            return self.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_meter_reading_action")
        return {**action, "domain": [("date", "=", self.date)], "context": {}, "target": "main"}

    def _get_meters(self):
        """Return the meters to read, by route: without those that were read on the day."""
        self.ensure_one()
        if not self.site_id or not self.date:
            return self.env["pm.meter"]
        domain = Domain("site_id", "=", self.site_id.id)
        if self.building_id:
            domain &= Domain("building_id", "=", self.building_id.id)
        if self.meter_kind:
            domain &= Domain("kind", "=", self.meter_kind)
        read = self.env["pm.meter.reading"].search_fetch(
            Domain("site_id", "=", self.site_id.id)
            & Domain("date", "=", self.date)
            & Domain("kind", "=", "periodic"),
            ["meter_id"],
        )
        return self.env["pm.meter"].search(domain) - read.meter_id


class PmMeterRoundLine(models.TransientModel):
    _name = "pm.meter.round.line"
    _description = "Meter on a Reading Round"

    round_id = fields.Many2one("pm.meter.round", required=True, ondelete="cascade")
    meter_id = fields.Many2one("pm.meter", required=True, readonly=True)
    location = fields.Char(related="meter_id.location")
    meter_no = fields.Char(related="meter_id.meter_no")
    partner_id = fields.Many2one(related="meter_id.unit_id.partner_id", string="Occupant")
    last_value = fields.Float(related="meter_id.last_value", string="Last Reading")
    date_last = fields.Date(related="meter_id.date_last", string="Last Read On")
    multiplier = fields.Float(related="meter_id.multiplier")
    value = fields.Float(string="Reading", digits=(12, 2))
    is_zero = fields.Boolean(string="Reads Zero", help="The counter stands at zero.")
    is_rollover = fields.Boolean(string="Rolled Over")
    note = fields.Char()
    is_entered = fields.Boolean(compute="_compute_result")
    consumption = fields.Float(digits=(16, 2), compute="_compute_result")
    warning = fields.Char(compute="_compute_result")

    @api.depends("value", "is_zero", "is_rollover", "meter_id", "round_id.date")
    def _compute_result(self):
        typical = lazy(self.meter_id._get_typical_uses)
        for line in self:
            meter = line.meter_id
            line.is_entered = bool(line.value) or line.is_zero
            line.consumption, line.warning = 0.0, False
            if not line.is_entered:
                continue
            line.consumption = metering.compute_consumption(
                meter.last_value, line.value, meter.digits, meter.multiplier, line.is_rollover
            )
            if metering.find_fault(meter.last_value, line.value, meter.digits, line.is_rollover):
                line.warning = self.env._("Read again")
            elif meter._is_unusual_use(
                line.consumption, line.round_id.date, meter._get_last_of_all(), typical
            ):
                line.warning = self.env._("Unusually high")
