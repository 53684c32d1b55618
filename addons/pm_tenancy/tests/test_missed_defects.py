from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .move_in_common import MoveInCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-20 04:00:00")
class TestMissedDefects(MoveInCommon):
    """TEN-043: valid only if back within 48 hours of the handover."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moving = cls._begin("residential")
        cls.moving.handed_over_at = "2026-06-15 04:00:00"

    def _return(self, moment, user=None):
        form = (
            self.env["pm.missed.defects"]
            .with_user(user or self.receptionist)
            .create(
                {
                    "tenancy_id": self.moving.id,
                    "returned_at": moment,
                    "line_ids": [
                        Command.create(
                            {"place": "Bathroom", "name": "Door", "finding": "Does not close"}
                        )
                    ],
                }
            )
        )
        form.action_record()
        return form

    def test_until_when(self):
        self.assertEqual(str(self.moving.missed_defects_until), "2026-06-17 04:00:00")
        self.assertEqual(self._step(self.moving, "missed").due_at, self.moving.missed_defects_until)

    def test_boundary_of_the_48_hours(self):
        for moment, state in (
            ("2026-06-17 03:59:00", "valid"),
            ("2026-06-17 04:00:00", "valid"),
            ("2026-06-17 04:01:00", "late"),
        ):
            with self.subTest(moment=moment):
                self.assertEqual(self._return(moment).state, state)

    def test_hours_are_a_setting(self):
        self.site.missed_defect_hours = 72
        self.assertEqual(self._return("2026-06-18 04:00:00").state, "valid")

    def test_valid_form_becomes_faults(self):
        form = self._return("2026-06-16 04:00:00")
        inspection = form.inspection_id
        self.assertEqual(inspection.template_id.form_id.code, "F-TEN-33")
        self.assertRecordValues(
            inspection.line_ids,
            [
                {
                    "spot": "Bathroom",
                    "name": "Door",
                    "finding": "Does not close",
                    "fault_state": "open",
                    "department_id": self.site._get_department("engineering").id,
                }
            ],
        )
        self.assertEqual(self._step(self.moving, "missed").state, "done")

    def test_late_form_is_kept_and_reports_nothing(self):
        form = self._return("2026-06-18 04:00:00")
        self.assertEqual(form.state, "late")
        self.assertFalse(form.inspection_id)
        with self.assertRaises(UserError):
            form.unlink()
        with self.assertRaises(UserError):
            form.returned_at = "2026-06-16 04:00:00"
        with self.assertRaises(UserError):
            form.write({"state": "valid"})

    def test_leader_accepts_a_late_form_with_a_reason(self):
        form = self._return("2026-06-18 04:00:00")
        form.accept_reason = "in hospital"
        with self.assertRaises(AccessError):
            form.action_accept()
        accepted = form.with_user(self.chief)
        accepted.accept_reason = False
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            accepted.action_accept()
            self.env.flush_all()
        accepted.accept_reason = "in hospital"
        accepted.action_accept()
        self.assertEqual(accepted.accepted_by_id, self.chief)
        self.assertEqual(accepted.inspection_id.fault_count, 1)

    def test_late_cannot_be_made_valid_by_hand(self):
        form = self.env["pm.missed.defects"].create(
            {
                "tenancy_id": self.moving.id,
                "returned_at": "2026-06-18 04:00:00",
                "line_ids": [Command.create({"name": "Door", "finding": "Scratched"})],
            }
        )
        with self.assertRaisesRegex(UserError, "too late"):
            form.with_user(self.receptionist).write({"state": "valid"})

    def test_nothing_counts_before_the_handover(self):
        self.moving.handed_over_at = False
        with self.assertRaisesRegex(UserError, "handed over"):
            self._return("2026-06-16 04:00:00")

    def test_form_does_not_come_back_tomorrow(self):
        with self.assertRaisesRegex(UserError, "later than now"):
            self._return("2026-06-21 04:00:00")

    def test_another_office_sees_nothing(self):
        form = self._return("2026-06-16 04:00:00")
        with self.assertRaises(AccessError):
            form.with_user(self._user("receptionist", self.other_site)).read(["state"])
