from datetime import date

from freezegun import freeze_time
from psycopg2 import errors

from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TenancyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-07-05 04:00:00")
class TestOverlap(TenancyCommon):
    """Two tenancies of a unit never overlap: the database refuses, whoever writes."""

    def setUp(self):
        super().setUp()
        self.tenancy = self._create_tenancy(date_start="2026-04-01", date_end="2026-06-30")

    def assert_refused(self, work):
        with self.assertRaises(errors.ExclusionViolation) as caught, mute_logger("odoo.sql_db"):
            work()
            self.env.flush_all()
        return caught.exception

    def test_periods_that_share_a_day_are_refused(self):
        cases = [
            ("2026-04-01", "2026-06-30"),
            ("2026-01-01", "2026-04-01"),
            ("2026-06-30", "2026-12-31"),
            ("2026-05-01", "2026-05-31"),
            ("2026-01-01", "2026-12-31"),
            ("2026-06-30", False),
            ("2020-01-01", False),
        ]
        for start, end in cases:
            with self.subTest(start=start, end=end):
                self.assert_refused(
                    lambda start=start, end=end: self._create_tenancy(
                        date_start=start, date_end=end
                    )
                )

    def test_the_day_after_and_the_day_before_are_free(self):
        self._create_tenancy(date_start="2026-07-01", date_end=False)
        self._create_tenancy(date_start="2026-01-01", date_end="2026-03-31")

    def test_open_ended_tenancy_leaves_no_room_after_it(self):
        self.tenancy.date_end = False
        self.assert_refused(lambda: self._create_tenancy(date_start="2099-01-01", date_end=False))

    def test_change_of_dates_or_units_into_another_tenancy_is_refused(self):
        other = self._create_tenancy(date_start="2026-07-01", date_end="2026-12-31")
        self.assert_refused(lambda: other.write({"date_start": "2026-06-30"}))
        self.assert_refused(lambda: self.tenancy.write({"date_end": False}))
        third = self._create_tenancy(self.unit_2, date_start="2026-06-01")
        self.assert_refused(lambda: third.line_ids.write({"unit_id": self.unit.id}))
        self.assert_refused(lambda: third.write({"unit_ids": [(4, self.unit.id)]}))

    def test_remote_call_is_refused(self):
        vals = {
            "site_id": self.site.id,
            "partner_id": self.other_tenant.id,
            "date_start": "2026-06-01",
            "line_ids": [[0, 0, {"unit_id": self.unit.id}]],
        }
        user = self._user("receptionist")
        model = self.env["pm.tenancy"].with_user(user)
        self.assert_refused(lambda: call_kw(model, "create", [[vals]], {}))

    def test_cancelled_tenancy_makes_room(self):
        self.tenancy.action_cancel()
        self._create_tenancy(date_start="2026-04-01", date_end="2026-06-30")
        self.assert_refused(self.tenancy.action_draft)

    def test_early_move_out_makes_room(self):
        self.tenancy.action_move_in()
        self.tenancy.date_moved_in = "2026-04-01"
        self.tenancy.action_activate()
        self.tenancy.action_move_out()
        self.tenancy.date_moved_out = "2026-05-15"
        self.tenancy.action_close()
        self._create_tenancy(date_start="2026-05-16")

    def test_refusal_names_the_unit_and_the_other_tenancy(self):
        error = self.assert_refused(lambda: self._create_tenancy(date_start="2026-06-30"))
        message = self.env["pm.tenancy.unit"]._sql_error_to_message(error)
        for part in ("T-12-03", self.tenancy.name, "Blue Kite Trading", "2026-04-01 to 2026-06-30"):
            self.assertIn(part, message)

    def test_unit_has_one_occupant_at_a_time(self):
        """Who stays after the end of the lease still occupies the unit."""
        self.tenancy.action_move_in()
        self.tenancy.date_moved_in = "2026-04-01"
        self.tenancy.action_activate()
        coming = self._create_tenancy(date_start="2026-07-01", date_end=False)
        coming.action_move_in()
        with self.assertRaises(errors.UniqueViolation) as caught, mute_logger("odoo.sql_db"):
            coming.action_activate()
            self.env.flush_all()
        message = self.env["pm.tenancy.unit"]._sql_error_to_message(caught.exception)
        self.assertIn(f"T-12-03 is still occupied under tenancy {self.tenancy.name}", message)
        self.tenancy.action_move_out()
        self.tenancy.date_moved_out = date(2026, 6, 30)
        self.tenancy.action_close()
        coming.action_activate()
        self.assertEqual(self.unit.tenancy_id, coming)
