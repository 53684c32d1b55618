from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-25 04:00:00")
class TestPmMeterRound(HandoverCommon):
    """Entering a round of readings (BIL-020: by the 25th) without opening meter after meter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._create_meter(sequence=30)
        cls.first = cls._create_meter(sequence=10, unit_id=cls.unit_2.id)
        cls.second = cls._create_meter(sequence=20, base_value=100)
        cls.water = cls._create_meter(kind="water")
        cls.engineer = cls._user("engineer")

    def _open_round(self):
        return Form(self.env["pm.meter.round"].with_user(self.engineer))

    def test_sheet_follows_the_route(self):
        form = self._open_round()
        self.assertEqual(form.date, date(2026, 6, 25))
        meters = [form.line_ids.edit(index).meter_id for index in range(len(form.line_ids))]
        self.assertEqual(meters, [self.first, self.second, self.third])
        form.meter_kind = "water"
        self.assertEqual(len(form.line_ids), 1)

    def test_consumption_and_doubts_show_while_typing(self):
        form = self._open_round()
        with form.line_ids.edit(1) as line:
            self.assertEqual(line.last_value, 100)
            line.value = 130.5
            self.assertEqual((line.consumption, line.warning), (30.5, False))
            line.value = 99
            self.assertEqual(line.warning, "Read again")
            line.is_rollover = True
            self.assertEqual((line.consumption, line.warning), (99999, False))

    def test_what_was_entered_is_kept_and_the_rest_comes_up_again(self):
        form = self._open_round()
        with form.line_ids.edit(0) as line:
            line.value = 50
        with form.line_ids.edit(2) as line:
            line.is_zero = True
        sheet = form.save()
        sheet.action_save_readings()
        self.assertEqual(self.first.last_value, 50)
        self.assertEqual(self.third.reading_ids.mapped("value"), [0])
        self.assertEqual(sheet.line_ids.meter_id, self.second)
        again = self._open_round()
        self.assertEqual(len(again.line_ids), 1)
        with self.assertRaises(UserError):
            sheet.action_save_readings()

    def test_bad_value_saves_nothing_and_names_the_meter(self):
        form = self._open_round()
        with form.line_ids.edit(0) as line:
            line.value = 50
        with form.line_ids.edit(1) as line:
            line.value = 99
        sheet = form.save()
        with self.assert_refused(self.second.meter_no):
            sheet.action_save_readings()
        self.assertFalse(self.first.reading_ids)
