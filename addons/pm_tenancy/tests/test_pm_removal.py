from datetime import date

from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .move_out_common import MoveOutCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")  # a Monday, noon in Shanghai
class TestPmRemoval(MoveOutCommon):
    """F-TEN-10: the removal register."""

    def test_moving_window(self):
        """TEN-124: working days from 18:00 on, or a day off."""
        with self.assert_refused(r"from 18:00 on.*is 2026-06-17 18:00"):
            self._plan("2026-06-17 17:59")
        self.assertTrue(self._plan("2026-06-17 18:00"))
        self.assertTrue(self._plan("2026-06-20 09:00"))

    def test_worked_weekend_counts_as_a_working_day(self):
        with self.assert_refused("18:00"):
            self._plan("2026-10-10 10:00")
        self.assertTrue(self._plan("2026-10-06 10:00"))

    def test_moving_window_holds_for_changes_too(self):
        removal = self._plan("2026-06-17 18:00")
        with self.assertRaises(ValidationError):
            removal.planned_at = "2026-06-17 04:00:00"

    def test_another_hour_of_the_office_and_buildings_by_agreement(self):
        """CON-26"""
        self.site.moving_after_hour = 19.5
        with self.assert_refused("from 19:30 on"):
            self._plan("2026-06-17 19:00")
        self.building.moving_window = "agreed"
        self.assertTrue(self._plan("2026-06-17 10:00"))

    def test_moving_in_is_free(self):
        self.assertTrue(self._plan("2026-06-15 14:00", direction="in"))

    def test_notice_of_a_working_day(self):
        """TEN-125"""
        with self.assert_refused("first day .* is 2026-06-16"):
            self._plan("2026-06-15 19:00")
        self.assertTrue(self._plan("2026-06-16 18:00"))

    @freeze_time("2026-10-02 04:00:00")
    def test_notice_over_the_holidays(self):
        with self.assert_refused("2026-10-09"):
            self._plan("2026-10-07 10:00")
        with self.assert_refused("2026-10-09"):
            self._plan("2026-10-08 19:00")
        self.assertTrue(self._plan("2026-10-09 18:00"))

    def test_only_a_leader_allows_an_exception(self):
        with self.assertRaises(AccessError):
            self._plan("2026-06-15 14:00", exception_reason="Wants it")
        removal = self._plan("2026-06-15 14:00", user=self.head, exception_reason="Flooded unit")
        self.assertEqual(removal.exception_by_id, self.head)
        with self.assertRaises(ValidationError):  # a new time needs a new exception
            removal.with_user(self.area).planned_at = "2026-06-15 07:00:00"

    def test_nobody_allows_an_exception_in_anothers_name(self):
        removal = self._plan("2026-06-17 18:00", exception_by_id=self.head.id)
        self.assertFalse(removal.exception_by_id)

    def test_lift_is_not_promised_twice(self):
        """The database itself refuses, and the message names who has the lift and until when."""
        self._plan("2026-06-17 18:00")
        with self.assertRaises(ExclusionViolation) as caught, mute_logger("odoo.sql_db"):
            self._plan("2026-06-17 19:59")
        message = self.env["pm.removal"]._sql_error_to_message(caught.exception)
        self.assertRegex(message, "lift of Tower 1 is taken by .* 2026-06-17 18:00 to 20:00")
        self.assertTrue(self._plan("2026-06-17 20:00"))

    def test_cancelled_removal_frees_the_lift(self):
        removal = self._plan("2026-06-17 18:00")
        removal.action_cancel()
        again = self._plan("2026-06-17 18:30")
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            removal.action_plan()
        again.write({"needs_lift": False})
        removal.action_plan()

    def test_lobby_is_closed_to_goods_in_office_hours(self):
        """TEN-072"""
        removals = [
            self._plan(moment, direction="in", needs_lift=False)
            for moment in ("2026-06-17 07:59", "2026-06-17 08:00", "2026-06-17 18:00")
        ]
        removals.append(self._plan("2026-06-20 10:00"))
        self.assertEqual([one.is_lobby_closed for one in removals], [False, True, False, False])

    def test_hours_of_the_lobby_are_a_setting(self):
        """TEN-072"""
        self.site.write({"lobby_closed_from": 9.5, "lobby_closed_to": 17.0})
        removals = [
            self._plan(f"2026-06-17 {hour}", direction="in", needs_lift=False)
            for hour in ("09:29", "09:30", "16:59", "17:00")
        ]
        self.assertEqual([one.is_lobby_closed for one in removals], [False, True, True, False])

    def test_notice_is_a_setting(self):
        """TEN-125"""
        self.site.move_out_notice_workdays = 3
        with self.assert_refused("3 working days .* is 2026-06-18"):
            self._plan("2026-06-17 18:00")
        self.assertTrue(self._plan("2026-06-18 18:00"))
        self.site.move_out_notice_workdays = 0
        self.assertTrue(self._plan("2026-06-15 20:00", needs_lift=False))

    def test_security_and_engineering_are_told_unit_and_time(self):
        """TEN-127, TEN-128, TEN-130: when it is agreed, moved, and called off."""
        told = self.guard.partner_id + self.engineer.partner_id
        removal = self._plan("2026-06-17 18:00")
        self.assertEqual(removal.message_ids[0].notified_partner_ids, told)
        self.assertIn("T-12-03", removal.message_ids[0].body)
        self.assertIn("2026-06-17 18:00", removal.message_ids[0].body)
        removal.with_user(self.area).planned_at = "2026-06-18 11:00:00"
        self.assertIn("2026-06-18 19:00", removal.message_ids[0].body)
        removal.with_user(self.area).action_cancel()
        self.assertIn("does not take place", removal.message_ids[0].body)
        self.assertEqual(removal.message_ids[0].notified_partner_ids, told)

    def test_nobody_is_told_of_a_removal_in(self):
        removal = self._plan("2026-06-17 18:00", direction="in")
        self.assertFalse(removal.message_ids.notified_partner_ids)

    def test_last_removal_is_the_day_of_the_move_out(self):
        self._begin()
        self._plan("2026-06-17 18:00")
        removal = self._plan("2026-06-20 10:00")
        self.assertEqual(self.tenancy.date_moved_out, date(2026, 6, 20))
        removal.action_cancel()
        self.assertEqual(self.tenancy.date_moved_out, date(2026, 6, 17))

    def test_register_is_kept(self):
        removal = self._plan("2026-06-17 18:00")
        with self.assertRaises(UserError):
            removal.action_done()  # not yet
        with freeze_time("2026-06-17 12:00:00"):
            removal.with_user(self.guard).action_done()
            with self.assertRaises(UserError):
                removal.with_user(self.area).planned_at = "2026-06-18 12:00:00"
        with self.assertRaises(UserError):
            removal.sudo().unlink()

    def test_wrong_roles(self):
        for user in (self.guard, self.engineer, self.cashier):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._plan("2026-06-17 18:00", user=user)

    def test_other_office_sees_nothing(self):
        removal = self._plan("2026-06-17 18:00")
        stranger = self._user("supervisor", self.other_site)
        self.assertFalse(self.env["pm.removal"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            removal.with_user(stranger).action_cancel()
