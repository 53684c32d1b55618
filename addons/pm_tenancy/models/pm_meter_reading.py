import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import metering

# Order of the readings of one day: who leaves is read before who comes.
_DAY_ORDER = ["move_out", "periodic", "check", "base", "fit_out", "replacement"]
# What the reading says; once it is billed, none of it changes.
_FACTS = {"meter_id", "date", "value", "kind", "is_rollover", "tenancy_id"}


class PmMeterReading(models.Model):
    _name = "pm.meter.reading"
    _inherit = ["mail.thread"]
    _description = "Meter Reading"
    _order = "date desc, day_order desc, id desc"
    _rec_names_search = ["meter_id.meter_no", "meter_id.location"]
    _check_company_auto = True

    meter_id = fields.Many2one(
        "pm.meter", required=True, index=True, ondelete="restrict", check_company=True
    )
    site_id = fields.Many2one(related="meter_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="meter_id.company_id", store=True, precompute=True)
    building_id = fields.Many2one(related="meter_id.building_id", store=True, precompute=True)
    unit_id = fields.Many2one(related="meter_id.unit_id", store=True, index="btree_not_null")
    meter_kind = fields.Selection(related="meter_id.kind", string="Counts", store=True)
    uom = fields.Char(related="meter_id.uom")
    kind = fields.Selection(
        [
            ("base", "Base at Move-in"),
            ("fit_out", "Fit-out Entry"),
            ("periodic", "Periodic"),
            ("check", "Check Reading"),
            ("move_out", "Final at Move-out"),
            ("replacement", "Last of a Replaced Meter"),
        ],
        string="Type of Reading",
        required=True,
        default="periodic",
        tracking=True,
    )
    day_order = fields.Integer(compute="_compute_day_order", store=True, precompute=True)
    date = fields.Date(
        required=True, index=True, default=lambda self: self._default_date(), tracking=True
    )
    value = fields.Float(string="Reading", digits=(12, 2), required=True, tracking=True)
    is_rollover = fields.Boolean(
        string="Rolled Over",
        tracking=True,
        help="The counter passed its last digit and began again from zero.",
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        compute="_compute_tenancy_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Whose reading this is: of who comes for a base reading, of who is there for others.",
    )
    partner_id = fields.Many2one(related="tenancy_id.partner_id")
    previous_id = fields.Many2one(
        "pm.meter.reading",
        string="Reading Before",
        compute="_compute_consumption",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date_previous = fields.Date(string="Read Before On", compute="_compute_consumption", store=True)
    previous_value = fields.Float(digits=(12, 2), compute="_compute_consumption", store=True)
    consumption = fields.Float(
        digits=(16, 4),
        compute="_compute_consumption",
        store=True,
        help="Since the reading before, times the multiplier.",
    )
    is_start = fields.Boolean(
        string="Begins the Count",
        compute="_compute_is_start",
        store=True,
        precompute=True,
        help="What was used up to this reading is not this occupant's.",
    )
    reader_id = fields.Many2one(
        "hr.employee",
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    confirmed_by = fields.Char(help="Who read along for the customer.")
    is_signed = fields.Boolean(string="Signed by the Customer", tracking=True)
    photo = fields.Image(max_width=1600, max_height=1600)
    note = fields.Char()

    _once_a_day = models.Constraint(
        "UNIQUE (meter_id, date, kind)", "This meter has a reading of this kind on that day."
    )

    @api.depends("kind")
    def _compute_day_order(self):
        for reading in self:
            known = reading.kind in _DAY_ORDER
            reading.day_order = _DAY_ORDER.index(reading.kind) if known else 1

    @api.depends("meter_id", "date", "kind")
    def _compute_tenancy_id(self):
        for reading in self:
            reading.tenancy_id = reading._find_tenancy()

    @api.depends(
        "date",
        "kind",
        "value",
        "is_rollover",
        "meter_id.base_value",
        "meter_id.date_installed",
        "meter_id.digits",
        "meter_id.multiplier",
        "meter_id.reading_ids.date",
        "meter_id.reading_ids.kind",
        "meter_id.reading_ids.value",
        "meter_id.reading_ids.is_rollover",
    )
    def _compute_consumption(self):
        for previous, reading in self._iter_own_pairs():
            meter = reading.meter_id
            reading.previous_id = previous
            reading.date_previous = previous.date if previous else meter.date_installed
            reading.previous_value = previous.value if previous else meter.base_value
            reading.consumption = metering.compute_consumption(
                reading.previous_value,
                reading.value,
                meter.digits,
                meter.multiplier,
                reading.is_rollover,
            )

    @api.depends("kind", "tenancy_id.readings_deferred")
    def _compute_is_start(self):
        for reading in self:
            reading.is_start = reading.kind == "base" or (
                reading.kind == "fit_out" and reading.tenancy_id.readings_deferred
            )

    @api.depends("meter_id", "date", "value")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = " ".join(
                str(part)
                for part in (
                    reading.meter_id.display_name,
                    reading.date,
                    reading.meter_id and reading.meter_id._format_value(reading.value),
                )
                if part
            )

    @api.constrains("meter_id", "date", "kind", "value", "is_rollover")
    def _check_follows(self):
        """Refuse values that a counter cannot have shown, between those before and after.

        All of the meter: a reading that was moved also leaves a gap where it was.
        """
        for meter in self.meter_id:
            for previous, reading in meter.reading_ids._iter_pairs():
                reading._check_value(previous)

    @api.constrains("date")
    def _check_date(self):
        for reading in self:
            meter = reading.meter_id
            if reading.date > meter.site_id._today():
                raise ValidationError(
                    self.env._(
                        "%(meter)s: %(day)s is still to come. Enter the day on which it was read.",
                        meter=meter.display_name,
                        day=reading.date,
                    )
                )
            if meter.date_installed and reading.date < meter.date_installed:
                raise ValidationError(
                    self.env._(
                        "%(meter)s was installed on %(day)s only.",
                        meter=meter.display_name,
                        day=meter.date_installed,
                    )
                )
            if meter.date_removed and reading.date > meter.date_removed:
                raise ValidationError(
                    self.env._(
                        "%(meter)s was removed on %(day)s. Read the meter that replaced it.",
                        meter=meter.display_name,
                        day=meter.date_removed,
                    )
                )

    @api.constrains("tenancy_id", "meter_id")
    def _check_tenancy_unit(self):
        for reading in self:
            tenancy, unit = reading.tenancy_id, reading.meter_id.unit_id
            if tenancy and unit and unit not in tenancy.line_ids.unit_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is none of %(tenancy)s.",
                        unit=unit.code,
                        tenancy=tenancy.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings._check_next_not_locked()
        return readings

    def write(self, vals):
        if not _FACTS.isdisjoint(vals):
            self._check_not_locked()
            self._check_next_not_locked()
        result = super().write(vals)
        if not _FACTS.isdisjoint(vals):
            self._check_next_not_locked()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_not_locked()
        self._check_next_not_locked()
        for reading in self:
            if reading.is_signed:
                raise UserError(
                    self.env._(
                        "%(reading)s was signed by the customer and is kept as evidence.",
                        reading=reading.display_name,
                    )
                )
        # A value that follows must still follow when this one is gone.
        for meter, readings in self.grouped("meter_id").items():
            for previous, reading in (meter.reading_ids - readings)._iter_pairs():
                reading._check_value(previous)

    def _is_locked(self):
        """Tell whether the reading is used elsewhere, such as on a bill, and must stay."""
        self.ensure_one()
        return False

    def _in_order(self):
        """Return the readings from the first to the last, as the counter ran."""
        return self.sorted(lambda reading: reading._get_order_key())

    def _get_order_key(self):
        saved = self._origin.id or math.inf
        return (str(self.date or ""), self.day_order, saved)

    def _iter_pairs(self):
        """Yield (the reading before, reading) in order; the first has none before it."""
        previous = self.browse()
        for reading in self._in_order():
            yield previous, reading
            previous = reading

    def _iter_own_pairs(self):
        """Yield the pairs of these readings, also of those that are being typed."""
        for meter, readings in self.grouped("meter_id").items():
            others = meter._origin.reading_ids - readings._origin
            for previous, reading in (others | readings)._iter_pairs():
                if reading in readings:
                    yield previous, reading

    def _find_tenancy(self):
        """Return whose reading this is by unit and day."""
        self.ensure_one()
        if not self.meter_id.unit_id or not self.date:
            return self.env["pm.tenancy"]
        lines = self.meter_id.unit_id.tenancy_unit_ids.filtered(
            lambda line: line.state not in ("draft", "cancelled")
        )
        coming = lines.filtered(lambda line: line.state == "move_in").sorted("date_start")
        if self.kind in ("base", "fit_out") and coming:
            return coming[0].tenancy_id
        there = lines.filtered(
            lambda line: (
                line.state != "move_in"
                and line.date_start <= self.date
                and (
                    not line.date_end
                    or self.date <= line.date_end
                    or line.state in ("active", "move_out")
                )
            )
        )
        return there.sorted("date_start")[-1:].tenancy_id

    def _check_value(self, previous):
        """Refuse a value that cannot follow the reading before, or the meter's first value."""
        self.ensure_one()
        meter = self.meter_id
        before = previous.value if previous else meter.base_value
        fault = metering.find_fault(before, self.value, meter.digits, self.is_rollover)
        if fault:
            raise ValidationError(self._word_fault(fault, before, previous))

    def _word_fault(self, fault, before, previous):
        meter = self.meter_id
        facts = {
            "meter": meter.display_name,
            "value": meter._format_value(self.value),
            "last": meter._format_value(before),
            "day": (previous.date if previous else meter.date_installed) or "—",
            "digits": meter.digits,
        }
        if fault == "lower":
            return self.env._(
                "%(meter)s: %(value)s is lower than the last reading %(last)s of %(day)s. Read "
                "again, or mark it as rolled over.",
                **facts,
            )
        if fault == "not_rolled":
            return self.env._(
                "%(meter)s: %(value)s is not lower than the last reading %(last)s of %(day)s, so "
                "the counter has not rolled over. Take the mark away.",
                **facts,
            )
        if fault == "too_large":
            return self.env._(
                "%(meter)s: the counter has %(digits)s digits and cannot show %(value)s.", **facts
            )
        return self.env._("%(meter)s: a reading cannot be below zero.", **facts)

    def _check_not_locked(self):
        for reading in self:
            if reading._is_locked():
                raise UserError(
                    self.env._(
                        "%(reading)s has been billed and cannot be changed. Enter a check reading "
                        "instead.",
                        reading=reading.display_name,
                    )
                )

    def _check_next_not_locked(self):
        """Keep what has been billed: the use up to a locked reading begins at the one before."""
        for meter, readings in self.grouped("meter_id").items():
            for previous, reading in meter.reading_ids._iter_pairs():
                if reading not in readings and previous in readings:
                    reading._check_not_locked()

    @api.model
    def _default_date(self):
        site = self.env["pm.site"]._get_default_site()
        return site._today() if site else fields.Date.context_today(self)
