from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import errors

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmMeter(HandoverCommon):
    """TEN-025, TEN-038, TEN-042, TEN-056, TEN-065, TEN-098, TEN-122, TEN-128."""

    def setUp(self):
        super().setUp()
        self.meter = self._create_meter(base_value=10, date_installed="2026-01-01")

    def test_consumption_since_the_reading_before(self):
        self.meter.multiplier = 30
        first = self._read(self.meter, "2026-02-25", 20)
        second = self._read(self.meter, "2026-03-25", 25.5)
        self.assertEqual((first + second).mapped("consumption"), [300, 165])
        self.assertRecordValues(self.meter, [{"last_value": 25.5, "date_last": date(2026, 3, 25)}])

    def test_lower_reading_is_refused_unless_rolled_over(self):
        self._read(self.meter, "2026-02-25", 99990)
        with self.assert_refused(
            "T-12-03 Electricity E-.*: 5 is lower than the last reading 99990 of 2026-02-25"
        ):
            self._read(self.meter, "2026-03-25", 5)
        rolled = self._read(self.meter, "2026-03-25", 5, is_rollover=True)
        self.assertEqual(rolled.consumption, 15)
        with self.assert_refused("has not rolled over"):
            self._read(self.meter, "2026-04-25", 5, is_rollover=True)

    def test_absurd_values_are_refused(self):
        with self.assert_refused("has 5 digits and cannot show 100000"):
            self._read(self.meter, "2026-02-25", 100000)
        with self.assert_refused("below zero"):
            self._read(self.meter, "2026-02-25", -1)
        with self.assert_refused("lower than the last reading 10"):
            self._read(self.meter, "2026-02-25", 9.99)
        self._read(self.meter, "2026-02-25", 99999.99)

    def test_reading_between_two_is_checked_on_both_sides(self):
        self._read(self.meter, "2026-02-25", 100)
        last = self._read(self.meter, "2026-04-25", 200)
        with self.assert_refused("99 is lower than the last reading 100"):
            self._read(self.meter, "2026-03-25", 99)
        with self.assert_refused("200 is lower than the last reading 201"):
            self._read(self.meter, "2026-03-25", 201)
        between = self._read(self.meter, "2026-03-25", 130)
        self.assertEqual((between + last).mapped("consumption"), [30, 70])
        between.unlink()
        self.assertEqual(last.consumption, 100)

    def test_taking_a_reading_away_leaves_a_row_that_holds(self):
        self._read(self.meter, "2026-02-25", 99000)
        rolled = self._read(self.meter, "2026-03-25", 50, is_rollover=True)
        self._read(self.meter, "2026-04-25", 60)
        with self.assert_refused("60 is lower than the last reading 99000"):
            rolled.unlink()
        with self.assertRaises(ValidationError):
            rolled.date = "2026-05-01"

    def test_days_on_which_no_meter_was_read(self):
        for day, reason in (
            ("2026-06-16", "still to come"),
            ("2025-12-31", "was installed on 2026-01-01"),
        ):
            with self.subTest(day=day), self.assert_refused(reason):
                self._read(self.meter, day, 20)
        self._read(self.meter, "2026-06-15", 20)
        with self.assertRaises(errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self._read(self.meter, "2026-06-15", 21)

    def test_number_is_unique_for_its_kind(self):
        self._create_meter(meter_no=self.meter.meter_no, kind="water")
        with self.assertRaises(errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self._create_meter(meter_no=self.meter.meter_no)

    def test_replacement_loses_no_consumption(self):
        """What ran through the old meter and the new one adds up."""
        self._read(self.meter, "2026-03-25", 100)
        form = Form(
            self.env["pm.meter.replace"]
            .with_user(self._user("engineer"))
            .with_context(default_meter_id=self.meter.id)
        )
        self.assertEqual((form.digits, form.multiplier), (5, 1))
        form.date = date(2026, 4, 10)
        form.value = 140
        form.meter_no = "E-NEW"
        form.base_value = 7
        form.multiplier = 2
        new = self.env["pm.meter"].browse(form.save().action_confirm()["res_id"])
        last = self._read(new, "2026-04-25", 27)
        self.assertRecordValues(
            self.meter,
            [{"active": False, "date_removed": date(2026, 4, 10), "replaced_by_id": new.id}],
        )
        final = self.meter.reading_ids.filtered(lambda reading: reading.kind == "replacement")
        self.assertEqual((final + last).mapped("consumption"), [40, 40])
        self.assertEqual(new.unit_id, self.unit)
        with self.assert_refused("was removed on 2026-04-10"):
            self._read(self.meter, "2026-04-11", 150)
        with self.assertRaises(UserError):
            self.meter._replace("2026-05-01", 150, meter_no="E-X")

    def test_replacement_with_a_lower_final_reading_changes_nothing(self):
        self._read(self.meter, "2026-03-25", 100)
        with self.assertRaises(ValidationError):
            self.meter._replace(date(2026, 4, 10), 99, meter_no="E-NEW")
        self.assertTrue(self.meter.active)

    def test_who_leaves_is_read_before_who_comes(self):
        """Both read on one day, entered in either order."""
        self.tenancy.action_move_out()
        self.tenancy.date_moved_out = "2026-05-31"
        base = self._read(self.meter, "2026-05-31", 300, kind="base")
        final = self._read(self.meter, "2026-05-31", 300, kind="move_out")
        self.assertEqual(final.consumption, 290)
        self.assertRecordValues(base, [{"consumption": 0, "is_start": True}])

    def test_reading_belongs_to_who_is_there_or_comes(self):
        coming = self._create_tenancy(
            state="move_in",
            partner_id=self.other_tenant.id,
            date_start="2027-01-01",
            date_end=False,
        )
        periodic = self._read(self.meter, "2026-05-25", 100)
        base = self._read(self.meter, "2026-06-14", 120, kind="base")
        self.assertEqual((periodic + base).mapped("tenancy_id"), self.tenancy + coming)
        with self.assert_refused("T-12-03 is none of"):
            periodic.tenancy_id = self._create_tenancy(self.unit_2)

    def test_missing_readings(self):
        """TEN-098: offices electricity, others all; the building may say otherwise."""
        water = self._create_meter(kind="water")
        self.assertEqual(self.tenancy._get_missing_readings("base"), self.meter)
        self.building.handover_meters = "all"
        self.assertEqual(self.tenancy._get_missing_readings("base"), self.meter + water)
        self.building.handover_meters = "usage"
        self.unit.usage = "mall"
        self.assertEqual(self.tenancy._get_missing_readings("base"), self.meter + water)
        self.building.handover_meters = "electricity"
        self._read(self.meter, "2026-01-02", 11, kind="base")
        self.assertFalse(self.tenancy._get_missing_readings("base"))
        self.assertEqual(self.tenancy._get_missing_readings("move_out"), self.meter)

    def test_reading_of_a_replaced_meter_counts_for_its_successor(self):
        self._read(self.meter, "2026-01-02", 11, kind="base")
        new = self.meter._replace(date(2026, 4, 10), 99, meter_no="E-NEW")
        self.assertFalse(self.tenancy._get_missing_readings("base"))
        self.assertEqual(self.tenancy._get_missing_readings("move_out"), new)

    def test_deferred_base_readings(self):
        """TEN-056: with the occupant's consent the reading at the fit-out entry prevails."""
        with self.assertRaises(errors.CheckViolation), mute_logger("odoo.sql_db"):
            self.tenancy.readings_deferred = True
            self.env.flush_all()
        self.tenancy.write(
            {"readings_deferred": True, "readings_deferred_note": "Li Lei, handover sheet"}
        )
        self.assertFalse(self.tenancy._get_missing_readings("base"))
        self.assertEqual(self.tenancy._get_missing_readings("fit_out"), self.meter)
        entry = self._read(self.meter, "2026-03-01", 50, kind="fit_out")
        self.assertTrue(entry.is_start)
        self.assertFalse(self.tenancy._get_missing_readings("fit_out"))
        self.tenancy.readings_deferred = False
        self.assertFalse(entry.is_start)

    def test_locked_readings_stay_as_they_are(self):
        """What was billed does not change behind the bill, nor does the reading before it."""
        before = self._read(self.meter, "2026-02-25", 100)
        billed = self._read(self.meter, "2026-03-25", 200)
        reading_class = self.env.registry["pm.meter.reading"]
        with patch.object(reading_class, "_is_locked", lambda reading: reading == billed):
            for work in (
                lambda: billed.write({"value": 201}),
                billed.unlink,
                lambda: before.write({"value": 99}),
                before.unlink,
                lambda: self._read(self.meter, "2026-03-01", 150),
                lambda: self.meter.write({"multiplier": 2}),
            ):
                with self.assert_refused("has been billed"):
                    work()
            self._read(self.meter, "2026-04-25", 300)
            billed.note = "seen"

    def test_signed_reading_is_evidence(self):
        reading = self._read(self.meter, "2026-02-25", 100, kind="base", is_signed=True)
        with self.assert_refused("signed by the customer"):
            reading.unlink()

    def test_form_shows_consumption_while_typing(self):
        self._read(self.meter, "2026-05-25", 100)
        form = Form(self.env["pm.meter.reading"].with_user(self._user("engineer")))
        form.meter_id = self.meter
        form.value = 130
        self.assertEqual((form.previous_value, form.consumption), (100, 30))
        self.assertEqual(form.tenancy_id, self.tenancy)
        form.date = date(2026, 5, 24)
        self.assertEqual(form.previous_value, 10)
        form.value = 90
        reading = form.save()
        self.assertEqual(reading.consumption, 80)

    def test_unusual_use_is_marked(self):
        """Half as much again a day, as the office has it."""
        self._read(self.meter, "2026-04-25", 410)
        self._read(self.meter, "2026-05-05", 510)
        usual = self._read(self.meter, "2026-05-25", 810)
        unusual = self._read(self.meter, "2026-06-04", 1036)
        self.assertEqual((usual + unusual).mapped("is_unusual"), [False, True])
