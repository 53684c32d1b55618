from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TenancyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-07-05 04:00:00")
class TestPmUnit(TenancyCommon):
    def test_number_is_made_of_building_floor_and_room(self):
        """TEN-004"""
        cases = [(12, "03", "T-12-03"), (4, "1", "T-04-1"), (-1, "05", "T-B1-05")]
        for floor, room, code in cases:
            with self.subTest(code=code):
                self.assertEqual(self.env["pm.unit"]._format_code("T", floor, room), code)
        self.unit.room = "07"
        self.assertEqual(self.unit.code, "T-12-07")
        self.building.code = "K"
        self.assertEqual(self.unit.code, "K-12-07")

    def test_unit_keeps_the_facts_of_its_record(self):
        """TEN-004: place, class, area, orientation, condition, rough shell; owner and occupant."""
        with Form(self.env["pm.unit"].with_user(self._user("supervisor"))) as form:
            form.building_id = self.building
            form.floor = 3
            form.room = "07"
            form.usage = "mall"
            form.area = 88.5
            form.orientation = "se"
            form.condition = "Carpet left"
            form.is_rough = True
        unit = form.record
        self._create_ownership(unit_id=unit.id)
        self._create_tenancy(unit, state="active")
        self.assertRecordValues(
            unit,
            [
                {
                    "code": "T-03-07",
                    "usage": "mall",
                    "area": 88.5,
                    "orientation": "se",
                    "condition": "Carpet left",
                    "is_rough": True,
                    "owner_id": self.owner.id,
                    "partner_id": self.tenant.id,
                }
            ],
        )

    def test_number_may_be_written_by_hand(self):
        self.assertEqual(self._create_unit(code="Corner 5", room="99").code, "Corner 5")

    def test_number_is_unique_within_an_office_only(self):
        self._create_unit(building_id=self.other_building.id, code="T-12-03")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_unit()

    def test_form_proposes_number_and_usage_of_the_building(self):
        self.building.usage = "mall"
        with Form(self.env["pm.unit"]) as form:
            form.building_id = self.building
            form.floor = 2
            form.room = "11"
            form.area = 55
            self.assertEqual((form.code, form.usage), ("T-02-11", "mall"))

    def test_floor_area_is_greater_than_zero(self):
        for vals in ({"area": 0}, {"area": -5}, {"area_inner": -1}):
            with (
                self.subTest(vals=vals),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
            ):
                self._create_unit(room="50", **vals)

    def test_state_follows_the_tenancy(self):
        """TEN-004: vacant, reserved, occupied, moving out; and each step taken back."""
        tenancy = self._create_tenancy(self.unit + self.unit_2)
        steps = [
            (None, "vacant"),
            ("action_move_in", "reserved"),
            ("action_draft", "vacant"),
            ("action_move_in", "reserved"),
            ("action_activate", "occupied"),
            ("action_move_in", "reserved"),
            ("action_activate", "occupied"),
            ("action_move_out", "moving_out"),
            ("action_stay", "occupied"),
            ("action_move_out", "moving_out"),
            ("action_close", "vacant"),
        ]
        for action, state in steps:
            with self.subTest(action=action):
                if action:
                    getattr(tenancy, action)()
                there = state != "vacant"
                values = {
                    "state": state,
                    "tenancy_id": tenancy.id if there else False,
                    "partner_id": self.tenant.id if there else False,
                }
                self.assertRecordValues(self.unit + self.unit_2, [values] * 2)
                found = self.env["pm.unit"].search(
                    [("state", "=", state), ("id", "in", (self.unit + self.unit_2).ids)]
                )
                self.assertEqual(len(found), 2)

    def test_cancelling_frees_the_unit(self):
        tenancy = self._create_tenancy(state="move_in")
        tenancy.action_cancel()
        self.assertEqual(self.unit.state, "vacant")

    def test_present_occupant_comes_before_the_next_one(self):
        present = self._create_tenancy(state="active", date_moved_in="2026-01-01")
        coming = self._create_tenancy(
            partner_id=self.other_tenant.id, date_start="2027-01-01", date_end=False
        )
        coming.action_move_in()
        self.assertRecordValues(self.unit, [{"state": "occupied", "tenancy_id": present.id}])
        present.action_move_out()
        present.date_moved_out = "2026-06-30"
        present.action_close()
        self.assertRecordValues(self.unit, [{"state": "reserved", "tenancy_id": coming.id}])

    def test_lease_end_follows_the_current_tenancy(self):
        tenancy = self._create_tenancy(state="active")
        tenancy.date_end = "2027-03-31"
        found = self.env["pm.unit"].search(
            [("date_lease_end", "=", "2027-03-31"), ("site_id", "=", self.site.id)]
        )
        self.assertEqual(found, self.unit)

    def test_clerk_finds_a_unit_in_one_box(self):
        """TEN-012: by number with or without dashes, occupant, contact, owner, telephone."""
        self._create_ownership()
        self._create_tenancy(
            state="active", contact_name="Li Lei", contact_phone="0000-55 66 77 88"
        )
        own = [("site_id", "=", self.site.id)]
        for text in (
            "T-12-03",
            "12-03",
            "T1203",
            "1203",
            "blue kite",
            "Li Lei",
            "19011110002",
            "55667788",
            "Meimei",
            "190 1111 0001",
        ):
            with self.subTest(text=text):
                found = self.env["pm.unit"].search([*own, ("display_name", "ilike", text)])
                self.assertEqual(found, self.unit)
        missing = self.env["pm.unit"].search([*own, ("display_name", "ilike", "1299")])
        self.assertFalse(missing)

    def test_unit_with_history_is_kept(self):
        tenancy = self._create_tenancy(state="active")
        with self.assertRaises(ValidationError):
            self.unit.action_archive()
        with self.assertRaises(UserError):
            self.unit.unlink()
        tenancy.action_move_out()
        tenancy.action_close()
        with self.assertRaises(UserError):
            self.unit.unlink()
        self.unit.action_archive()
        self.assertFalse(self.unit.active)
        self.unit_2.unlink()

    def test_new_tenancy_starts_with_the_unit(self):
        action = self.unit.action_new_tenancy()
        with Form(self.env["pm.tenancy"].with_context(**action["context"])) as form:
            form.partner_id = self.tenant
        tenancy = form.record
        self.assertRecordValues(
            tenancy, [{"site_id": self.site.id, "unit_codes": "T-12-03", "area": 120.5}]
        )
        self.assertEqual(self.unit.tenancy_count, 1)
        self.assertEqual(
            self.env["pm.tenancy"].search(self.unit.action_view_tenancies()["domain"]), tenancy
        )
        tenancy.action_move_in()
        self.assertEqual(self.unit.action_open_tenancy()["res_id"], tenancy.id)
