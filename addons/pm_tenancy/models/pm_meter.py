from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import metering


class PmMeter(models.Model):
    _name = "pm.meter"
    _inherit = ["mail.thread", "pm.place.mixin"]
    _description = "Meter"
    _order = "building_id, sequence, location, kind, id"
    _rec_names_search = ["meter_no", "location"]
    _NOTED = frozenset({"date_removed", "replaced_by_id"})

    meter_no = fields.Char(string="Meter No.", required=True, tracking=True)
    kind = fields.Selection(
        [("electricity", "Electricity"), ("water", "Water"), ("gas", "Gas")],
        string="Counts",
        required=True,
        default="electricity",
    )
    uom = fields.Char(string="Unit of Measure", compute="_compute_uom")
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(string="Route", default=10, help="Order in which a round reads them.")
    multiplier = fields.Float(
        digits=(10, 2),
        required=True,
        default=1.0,
        tracking=True,
        help="What one step of the counter stands for, such as 30 behind a current transformer.",
    )
    digits = fields.Integer(
        required=True,
        default=6,
        tracking=True,
        help="Whole digits of the counter: one with 5 starts again from zero after 99999.",
    )
    date_installed = fields.Date(string="Installed On")
    base_value = fields.Float(
        string="Value When Installed", digits=(12, 2), tracking=True, help="Where counting begins."
    )
    date_removed = fields.Date(string="Dismantled On", readonly=True, copy=False)
    replaced_by_id = fields.Many2one(
        "pm.meter", readonly=True, copy=False, index="btree_not_null", check_company=True
    )
    replaces_ids = fields.One2many("pm.meter", "replaced_by_id")
    reading_ids = fields.One2many("pm.meter.reading", "meter_id", string="Readings")
    last_reading_id = fields.Many2one(
        "pm.meter.reading", compute="_compute_last_reading", store=True, index="btree_not_null"
    )
    last_value = fields.Float(digits=(12, 2), compute="_compute_last_reading", store=True)
    date_last = fields.Date(string="Last Read On", compute="_compute_last_reading", store=True)
    note = fields.Text()

    _number_unique = models.Constraint(
        "UNIQUE (site_id, kind, meter_no)",
        "Another meter of this kind at this office has the same number.",
    )
    _figures_positive = models.Constraint(
        "CHECK (multiplier > 0 AND base_value >= 0)",
        "The multiplier of a meter is above zero, its value when installed not below.",
    )
    _digits_range = models.Constraint(
        "CHECK (digits BETWEEN 1 AND 9)", "A counter has one to nine whole digits."
    )

    @api.depends("kind")
    def _compute_uom(self):
        for meter in self:
            meter.uom = meter._get_uom()

    @api.depends(
        "base_value", "date_installed", "reading_ids.date", "reading_ids.value", "reading_ids.kind"
    )
    def _compute_last_reading(self):
        for meter in self:
            last = meter.reading_ids._in_order()[-1:]
            meter.last_reading_id = last
            meter.last_value = last.value if last else meter.base_value
            meter.date_last = last.date if last else meter.date_installed

    @api.depends("meter_no", "kind", "location")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for meter in self:
            parts = (meter.location, labels.get(meter.kind), meter.meter_no)
            meter.display_name = " ".join(part for part in parts if part)

    @api.constrains("digits", "base_value", "date_installed")
    def _check_readings_fit(self):
        for meter in self:
            if meter.base_value >= metering.get_capacity(meter.digits):
                raise ValidationError(
                    self.env._(
                        "%(meter)s has %(digits)s digits: it cannot begin at %(value)s.",
                        meter=meter.display_name,
                        digits=meter.digits,
                        value=meter._format_value(meter.base_value),
                    )
                )
        self.reading_ids._check_follows()
        self.reading_ids._check_date()

    def write(self, vals):
        if not {"multiplier", "digits", "base_value"}.isdisjoint(vals):
            self.reading_ids._check_not_locked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        for meter in self:
            if meter.reading_ids:
                raise UserError(
                    self.env._(
                        "%(meter)s has readings. Archive it instead.", meter=meter.display_name
                    )
                )

    def action_view_readings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_meter_reading_action")
        return {
            **action,
            "domain": [("meter_id", "in", (self | self._get_predecessors()).ids)],
            "context": {"default_meter_id": self.id},
        }

    def action_replace(self):
        """Ask for the last value of this meter and the first of the one that replaces it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replace the Meter"),
            "res_model": "pm.meter.replace",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_meter_id": self.id},
        }

    def _replace(self, date, value, is_rollover=False, note=False, **vals):
        """Read the meter a last time and put another in its place; return the new meter.

        What the old one counted stays in its last reading, and the new one begins at its own
        value: nothing used is lost. `vals` hold the new `meter_no`, `base_value` and what differs.
        """
        self.ensure_one()
        if not self.active:
            raise UserError(
                self.env._(
                    "%(meter)s was removed on %(day)s.",
                    meter=self.display_name,
                    day=self.date_removed,
                )
            )
        self.env["pm.meter.reading"].create(
            {
                "meter_id": self.id,
                "date": date,
                "value": value,
                "kind": "replacement",
                "is_rollover": is_rollover,
                "note": note,
            }
        )
        new = self.copy({"date_installed": date, "base_value": 0.0, **vals})
        self._write_noted({"active": False, "date_removed": date, "replaced_by_id": new.id})
        self.message_post(body=self.env._("Replaced by %(meter)s.", meter=new.display_name))
        return new

    def _get_predecessors(self):
        """Return the meters that these have replaced, one after the other."""
        found = self.browse()
        meters = self.with_context(active_test=False).replaces_ids
        while meters:
            found |= meters
            meters = meters.replaces_ids - found
        return found

    def _get_uom(self):
        """Return the unit of measure of what the meter counts."""
        self.ensure_one()
        return self._get_uom_of(self.kind)

    @api.model
    def _get_uom_of(self, kind):
        """Return the unit of measure of a kind of meter."""
        return {"electricity": "kWh", "water": "m³", "gas": "m³"}.get(kind, "")

    def _format_value(self, value):
        """Return a value of the counter as a clerk writes it: without needless zeros."""
        return f"{value:.2f}".rstrip("0").rstrip(".")
