from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_tenancy.models.pm_name_plate import _word_plate

from .common import TenancyCommon
from .move_in_common import MoveInCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmNamePlate(TenancyCommon):
    """F-TEN-13: one plate hangs at a unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant.pm_name_en = "Blue Kite"
        cls.tenancy = cls._create_tenancy(cls.unit + cls.unit_2, state="active")

    def _hang(self, **vals):
        return self.env["pm.name.plate"].create({"tenancy_id": self.tenancy.id, **vals})

    def test_plate_takes_names_and_unit_of_the_occupant(self):
        plate = self._hang()
        self.assertRecordValues(
            plate,
            [
                {
                    "name": "Blue Kite Trading",
                    "name_en": "Blue Kite",
                    "unit_id": self.unit.id,
                }
            ],
        )
        self.assertEqual(self._hang(name="BK", unit_id=self.unit_2.id).name, "BK")

    def test_one_plate_at_a_time(self):
        plate = self._hang()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self._hang(unit_id=self.unit.id)
            self.env.flush_all()

        class Diagnostics:
            message_detail = f"Key (unit_id)=({self.unit.id}) already exists."

        self.assertIn("“Blue Kite Trading” still hangs", _word_plate(self.env, Diagnostics))
        plate.action_remove()
        self.assertEqual(plate.date_removed, date(2026, 6, 15))
        self._hang(unit_id=self.unit.id)
        self.env.flush_all()

    def test_unit_belongs_to_the_tenancy(self):
        stranger = self._create_unit(room="31")
        with self.assertRaisesRegex(ValidationError, "none of the units"):
            self._hang(unit_id=stranger.id)

    def test_plate_comes_down_when_the_file_is_closed(self):
        """TEN-115"""
        plate = self._hang()
        self.tenancy.action_move_out()
        self.assertFalse(plate.date_removed)
        self.tenancy.action_close()
        self.assertTrue(plate.date_removed)


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestSignBoard(MoveInCommon):
    def test_blank_board_within_a_week_where_none_is_wanted(self):
        """TEN-057, TEN-133: counted from the day on which the occupant was asked."""
        tenancy = self._begin("individual")
        self.assertFalse(self._step(tenancy, "blank"))
        tenancy.with_user(self.receptionist).sign_board = "blank"
        self._step(tenancy, "plate").with_user(self.receptionist).action_done()
        due = self.site._to_local(self._step(tenancy, "blank").due_at)
        self.assertEqual(str(due.date()), "2026-06-22")
        tenancy.with_user(self.receptionist).sign_board = "new"
        self.assertFalse(self._step(tenancy, "blank"))
