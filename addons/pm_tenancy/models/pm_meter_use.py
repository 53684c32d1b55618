from odoo import api, fields, models
from odoo.tools import SQL, lazy

from ..tools import metering

# Other units are no measure for one: their use for the area counts so many times.
_OTHERS = 2


class PmMeterReading(models.Model):
    """Which uses are worth a second look before they are billed (BIL-020)."""

    _inherit = "pm.meter.reading"

    is_unusual = fields.Boolean(compute="_compute_is_unusual")

    @api.depends(
        "consumption",
        "date",
        "previous_id",
        "date_previous",
        "is_start",
        "meter_id.site_id.use_alert_percent",
    )
    def _compute_is_unusual(self):
        typical = lazy(self.meter_id._get_typical_uses)
        for reading in self:
            reading.is_unusual = not reading.is_start and reading.meter_id._is_unusual_use(
                reading.consumption, reading.date, reading._get_before(), typical, reading
            )

    def _get_usual(self):
        """Return the reading whose use is what the meter used to count up to this one, if any."""
        self.ensure_one()
        return self._get_before()._get_comparable()

    def _get_comparable(self):
        """Return the last of this reading and those before it that tells a use.

        Of whom does not matter: what the unit used under the former occupant is a measure too.
        """
        reading = self
        while reading and not (
            reading.consumption > 0 and reading.date_previous and not reading.is_start
        ):
            reading = reading._get_before()
        return reading

    def _get_before(self):
        """Return the reading before; for the first of a meter the last of the one it replaced."""
        return self.previous_id or (self and self.meter_id._get_last_of_replaced()) or self.browse()

    def _get_use_days(self):
        """Return of how many days the reading tells the use."""
        return max((self.date - (self.date_previous or self.date)).days, 1)


class PmMeter(models.Model):
    _inherit = "pm.meter"

    def _is_unusual_use(self, use, day, before, typical, reading=None):
        """Tell whether a use up to a day is worth a second look.

        It is compared with the last use that the meter, or the one it replaced, has counted. A
        meter that stood still and begins to count is looked at once. The first use of all is
        compared with what the other units of the office use for the same area (`typical`, of
        `_get_typical_uses`). `before` is the reading before, `reading` the one of the use.
        """
        percent = self.site_id.use_alert_percent
        if use <= 0 or percent <= 0 or not day:
            return False
        start = before.date if before else self.date_installed
        days = max((day - start).days, 1) if start else 0
        usual = before._get_comparable()
        if usual:
            return metering.is_unusual(use, days, usual.consumption, usual._get_use_days(), percent)
        if before and before.consumption <= 0 and not before.is_start:
            return True
        area, (others, share) = self.unit_id.area, typical.get((self.site_id, self.kind), (0, 0))
        if reading and reading._origin and reading._origin == self.last_reading_id:
            others -= reading._origin.consumption
            share -= area * reading._get_use_days()
        if not (days and area and others > 0 and share > 0):
            return False  # there is nothing to compare it with
        return metering.is_unusual(use, area * days, _OTHERS * others, share, percent)

    def _get_last_of_all(self):
        """Return the last reading of the meter, else of the one it replaced."""
        self.ensure_one()
        return self.last_reading_id or self._get_last_of_replaced()

    def _get_last_of_replaced(self):
        return self.with_context(active_test=False).replaces_ids.last_reading_id[:1]

    def _get_typical_uses(self):
        """Return {(office, kind): (use, area × days)} of the last uses in the units of the
        offices of these meters."""
        names = ("site_id", "unit_id", "kind", "active", "last_reading_id")
        self.env["pm.meter"].flush_model(names)
        names = ("consumption", "date", "date_previous", "is_start")
        self.env["pm.meter.reading"].flush_model(names)
        self.env["pm.unit"].flush_model(("area",))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT meter.site_id, meter.kind, SUM(reading.consumption),
                       SUM(unit.area * (reading.date - reading.date_previous))
                  FROM pm_meter meter
                  JOIN pm_meter_reading reading ON reading.id = meter.last_reading_id
                  JOIN pm_unit unit ON unit.id = meter.unit_id
                 WHERE meter.site_id IN %s AND meter.active AND NOT reading.is_start
                   AND reading.consumption > 0 AND reading.date > reading.date_previous
              GROUP BY meter.site_id, meter.kind
                """,
                tuple(self.site_id.ids) or (0,),
            )
        )
        return {
            (self.env["pm.site"].browse(site_id), kind): (float(use), float(share))
            for site_id, kind, use, share in rows
        }
