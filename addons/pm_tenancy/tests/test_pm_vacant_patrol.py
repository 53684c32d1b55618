from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .leasing_common import LeasingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmVacantPatrol(LeasingCommon):
    """TEN-142: vacant units are patrolled every week."""

    def _start(self, day):
        self.env["pm.vacant.patrol"]._start_patrols(self.site, date.fromisoformat(day))
        return self._dates()

    def _dates(self):
        patrols = self.env["pm.vacant.patrol"].search([("site_id", "=", self.site.id)])
        return [str(day) for day in patrols.sorted("date").mapped("date")]

    def _create_patrol(self, **vals):
        return self.env["pm.vacant.patrol"].create(
            {"site_id": self.site.id, "building_id": self.building.id, **vals}
        )

    def test_one_patrol_a_week_lists_the_empty_units(self):
        self._create_tenancy(state="active")
        reserved = self._create_unit(room="61")
        self._create_request("reserved", unit_id=reserved.id)
        for _run in range(2):
            self._run_cron("start_vacant_patrols")
        self.assertEqual(self._dates(), ["2026-06-15"])
        patrol = self.env["pm.vacant.patrol"].search([("site_id", "=", self.site.id)])
        self.assertEqual(patrol.line_ids.unit_id, self.unit_2 + reserved)
        self.assertEqual(self._activities(patrol, "vacant_patrol"), [(self.leasing, "2026-06-15")])

    def test_next_patrol_keeps_to_the_day_of_the_week(self):
        self.assertEqual(self._start("2026-06-15"), ["2026-06-15"])
        self.assertEqual(self._start("2026-06-21"), ["2026-06-15"])
        self.assertEqual(self._start("2026-06-22"), ["2026-06-15", "2026-06-22"])
        # A server that slept for more than two weeks begins one, on the usual day.
        self.assertEqual(self._start("2026-07-08"), ["2026-06-15", "2026-06-22", "2026-07-06"])

    def test_days_between_are_a_setting(self):
        self.site.vacant_patrol_days = 3
        self._start("2026-06-15")
        self.assertEqual(self._start("2026-06-18"), ["2026-06-15", "2026-06-18"])

    def test_officer_of_the_building_patrols_it(self):
        """TEN-142: of the area; where he has left the office, the officer of the office."""
        officer = self.env["res.users"].create(
            {
                "name": "Ms Ouyang",
                "login": "ouyang",
                "group_ids": self.leasing.group_ids.ids,
                "site_ids": self.site.ids,
            }
        )
        self.building.leasing_user_id = officer
        self._start("2026-06-15")
        officer.site_ids = self.other_site
        self._start("2026-06-22")
        patrols = self.env["pm.vacant.patrol"].search([("site_id", "=", self.site.id)])
        self.assertEqual(patrols.sorted("date").user_id.ids, [officer.id, self.leasing.id])

    def test_building_without_vacant_units_has_no_patrol(self):
        self._create_tenancy(self.unit + self.unit_2, state="active")
        self.assertEqual(self._start("2026-06-15"), [])

    def test_building_has_one_patrol_a_day(self):
        self._create_patrol(date="2026-06-15")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_patrol(date="2026-06-15")

    def test_patrol_is_done_when_every_unit_was_looked_at(self):
        patrol = self._create_patrol().with_user(self.leasing)
        first, second = patrol.line_ids.sorted(lambda line: line.unit_id.code)
        first.write({"doors_locked": True, "windows_locked": True, "floor_clean": True})
        second.write({"doors_locked": True, "windows_locked": True})
        with self.assertRaisesRegex(UserError, second.unit_id.code):
            patrol.action_done()
        second.finding = "Water on the floor"
        patrol.action_done()
        self.assertEqual((patrol.state, patrol.finding_count), ("done", 1))
        self.assertEqual(self.unit.last_patrolled_on, date(2026, 6, 15))
        told = [unit.with_user(self.supervisor).activity_ids for unit in (self.unit, self.unit_2)]
        self.assertFalse(told[0])
        self.assertEqual(told[1].user_id, self.supervisor)
        self.assertIn("Water on the floor", told[1].summary)

    def test_the_rest_is_in_order(self):
        patrol = self._create_patrol()
        patrol.line_ids[0].finding = "Window open"
        patrol.action_tick_all()
        self.assertEqual(patrol.line_ids.mapped("windows_locked"), [False, True])
        patrol.action_done()

    def test_unit_let_meanwhile_is_left_out(self):
        patrol = self._create_patrol()
        self._create_tenancy(state="active")
        patrol.line_ids.filtered(lambda line: line.unit_id == self.unit_2).finding = "Dusty"
        patrol.action_done()
        self.assertEqual(patrol.line_ids.unit_id, self.unit_2)
        self.assertFalse(self.unit.last_patrolled_on)

    def test_unit_that_became_vacant_is_added(self):
        patrol = self._create_patrol()
        new = self._create_unit(room="62")
        patrol.action_fill()
        self.assertIn(new, patrol.line_ids.unit_id)
        self.assertEqual(patrol.unit_count, 3)

    def test_patrol_that_is_done_is_reopened_before_it_is_changed(self):
        patrol = self._create_patrol()
        patrol.action_tick_all()
        patrol.action_done()
        line = patrol.line_ids[0]
        for work in (
            lambda: line.write({"finding": "x"}),
            line.unlink,
            patrol.unlink,
            lambda: patrol.write({"line_ids": [Command.clear()]}),
        ):
            with self.assertRaises(UserError):
                work()
        patrol.action_reopen()
        self.assertFalse(self.unit.last_patrolled_on)
        line.finding = "x"

    def test_unit_of_another_building_is_not_on_the_list(self):
        patrol = self._create_patrol()
        other = self._create_building(code="U")
        with self.assertRaises(ValidationError):
            patrol.line_ids = [
                Command.create({"unit_id": self._create_unit(building_id=other.id).id})
            ]
        with self.assertRaises(ValidationError):
            self._create_patrol(building_id=self.other_building.id)
