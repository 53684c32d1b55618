from freezegun import freeze_time

from odoo.tests import Form, tagged

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-25 04:00:00")
class TestMeterUse(HandoverCommon):
    """BIL-020: a use is compared with what can be known of it before it is billed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.unit | cls.unit_2).area = 100
        cls.meter = cls._create_meter(date_installed="2026-01-01")

    def _take(self, value, day, meter=None, **vals):
        return self.env["pm.meter.reading"].create(
            {"meter_id": (meter or self.meter).id, "date": day, "value": value, **vals}
        )

    def test_first_use_of_an_occupant_is_compared_with_the_former_one(self):
        self._take(300, "2026-01-31")
        self._take(310, "2026-02-10", kind="base", tenancy_id=self.tenancy.id)
        self.assertFalse(self._take(610, "2026-03-12").is_unusual)
        self.assertTrue(self._take(1900, "2026-04-11").is_unusual)
        self.meter.reading_ids.sorted("date")[-2:].unlink()
        self.assertTrue(self._take(900, "2026-03-12").is_unusual)

    def test_use_after_months_of_none_is_compared_with_the_last_one(self):
        for day, value in (("2026-01-31", 300), ("2026-02-28", 300), ("2026-03-31", 300)):
            self._take(value, day)
        self.assertFalse(self._take(600, "2026-04-30").is_unusual)
        self.assertTrue(self._take(6000, "2026-05-30").is_unusual)

    def test_meter_that_never_counted_is_looked_at_when_it_begins(self):
        self._take(0, "2026-01-31")
        self.assertFalse(self._take(0, "2026-02-28").is_unusual)
        self.assertTrue(self._take(1, "2026-03-31").is_unusual)

    def test_replaced_meter_is_what_the_new_one_is_compared_with(self):
        self._take(300, "2026-01-31")
        new = self.meter._replace("2026-02-02", 320, meter_no="NEW")
        reading = self._take(300, "2026-03-04", new)
        self.assertFalse(reading.is_unusual)
        reading.value = 600
        self.assertTrue(reading.is_unusual)

    def test_very_first_use_is_compared_with_other_units_of_the_office(self):
        """Small or ordinary uses stop nobody; a digit too many is seen."""
        other = self._create_meter(unit_id=self.unit_2.id, date_installed="2026-01-01")
        self._take(300, "2026-01-31", other)
        reading = self._take(900, "2026-01-31")
        self.assertFalse(reading.is_unusual)
        reading.value = 901
        self.assertTrue(reading.is_unusual)

    def test_nothing_to_compare_with_is_not_reported(self):
        self.assertFalse(self._take(9000, "2026-01-31").is_unusual)

    def test_round_warns_by_the_setting_of_the_office(self):
        self._take(300, "2026-05-26")
        sheet = Form(self.env["pm.meter.round"].with_user(self._user("engineer")))
        with sheet.line_ids.edit(0) as line:
            line.value = 450
            self.assertEqual(line.warning, "Unusually high")
        self.site.use_alert_percent = 1000
        sheet = Form(self.env["pm.meter.round"].with_user(self._user("engineer")))
        with sheet.line_ids.edit(0) as line:
            line.value = 450
            self.assertFalse(line.warning)
