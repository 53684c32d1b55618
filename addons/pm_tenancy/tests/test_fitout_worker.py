import base64
from io import BytesIO

from freezegun import freeze_time
from PIL import Image
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .fitout_common import FitoutCommon


def _make_photo():
    content = BytesIO()
    Image.new("RGB", (30, 40), "#3366cc").save(content, "PNG")
    return base64.b64encode(content.getvalue())


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestFitoutWorker(FitoutCommon):
    """F-TEN-58"""

    def test_pass_is_issued_once_the_drawings_have_passed(self):
        fitout = self._create_fitout("review")
        worker = self._create_worker(fitout)
        with self.assertRaisesRegex(UserError, "Drawing Review"):
            worker.with_user(self.desk).action_issue()
        self._bring_to_approved(fitout)
        worker.with_user(self.desk).action_issue()
        self.assertEqual(str(worker.valid_from), "2026-03-02")
        self.assertEqual(str(worker.valid_to), "2026-04-30")
        self.assertRegex(worker.pass_no, r"^SG2026-\d{5}$")
        self.assertEqual(worker.issued_by_id, self.desk)

    def test_numbers_are_given_and_never_written(self):
        worker = self._create_worker(self._create_fitout("approved"))
        with self.assertRaisesRegex(UserError, "noted by the system"):
            worker.with_user(self.desk).write({"pass_no": "SG-1"})
        worker.action_issue()
        number = worker.pass_no
        worker.action_withdraw()
        worker.action_issue()
        self.assertEqual(worker.pass_no, number)
        with self.assertRaisesRegex(UserError, "withdraw it"):
            worker.unlink()

    def test_undated_pass_is_not_issued(self):
        fitout = self._create_fitout("approved")
        worker = self._create_worker(fitout, valid_from="2026-03-09", valid_to="2026-03-20")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            worker.valid_to = "2026-03-01"
            self.env.flush_all()
        worker.valid_to = False
        with self.assertRaisesRegex(UserError, "from when to when"):
            worker.action_issue()

    def test_pass_says_what_the_guard_must_know(self):
        fitout = self._create_fitout("works")
        worker = fitout.worker_ids
        self.assertEqual(self._status(worker), ("valid", False))
        cases = [
            ("2026-03-01 15:59:00", "cancelled", "2026-03-02"),
            ("2026-03-07 04:00:00", "cancelled", "day off"),
            ("2026-04-30 15:59:00", "valid", ""),
            ("2026-04-30 16:00:00", "expired", ""),
        ]
        for now, status, words in cases:
            with self.subTest(now=now), freeze_time(now):
                self.assertEqual(self._status(worker)[0], status)
                self.assertIn(words, str(self._status(worker)[1]))
        violation = self._create_violation(fitout, is_stop_work=True)
        self.assertEqual(self._status(worker)[0], "cancelled")
        violation.action_rectify()
        self.assertEqual(self._status(worker)[0], "valid")
        worker.action_withdraw()
        self.assertEqual(self._status(worker)[0], "cancelled")

    def test_pass_does_not_count_before_the_permit(self):
        worker = self._create_worker(self._create_fitout("approved"))
        worker.action_issue()
        self.assertEqual(self._status(worker)[0], "cancelled")

    def test_registered_day_off_counts(self):
        """TEN-100"""
        fitout = self._create_fitout("works")
        fitout.holiday_ids = [self._holiday(fitout)]
        with freeze_time("2026-03-07 04:00:00"):
            self.assertEqual(self._status(fitout.worker_ids), ("valid", False))

    def test_passes_that_end_are_announced_once_for_each_last_day(self):
        fitout = self._create_fitout("works")
        self.site.user_ids += self.desk
        worker = fitout.worker_ids
        worker.valid_to = "2026-03-20"
        for now, count in (("2026-03-16", 0), ("2026-03-17", 1), ("2026-03-18", 1)):
            with self.subTest(now=now), freeze_time(f"{now} 04:00:00"):
                self._run_cron("pm_tenancy.ir_cron_follow_fitouts")
                self.assertEqual(len(self._activities(fitout, "pass")), count)
        worker.valid_to = "2026-03-25"
        with freeze_time("2026-03-23 04:00:00"):
            self._run_cron("pm_tenancy.ir_cron_follow_fitouts")
        self.assertEqual(len(self._activities(fitout, "pass")), 2)

    def test_identity_number_is_masked(self):
        worker = self._create_worker(
            self._create_fitout(), pm_identity_kind="passport", pm_identity_no="E1234567890"
        )
        self.assertEqual(worker.with_user(self.desk).pm_identity_no, "E12****7890")

    def _status(self, worker):
        return worker._get_pass_status(worker.site_id._today())


@tagged("post_install", "-at_install")
class TestFitoutQrPage(HttpCase, FitoutCommon):
    """What a guard sees who scans a pass or a permit, without login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = cls.site._today()
        # Every day is a working day here: the page asks the clock of the server.
        cls.env["pm.calendar.day"].create(
            {
                "name": "Worked",
                "company_id": cls.site.company_id.id,
                "date": today,
                "is_workday": True,
            }
        )
        cls.fitout = cls._create_fitout("works", date_from=today, date_to=today)
        cls.worker = cls.fitout.worker_ids
        cls.worker.write({"photo": _make_photo(), "pm_identity_kind": "passport"})
        cls.worker.pm_identity_no = "E1234567890"

    def _open(self, record):
        return self.url_open(record._get_verify_url().replace(record.get_base_url(), "")).text

    def test_valid_pass(self):
        page = self._open(self.worker)
        for words in ("Zhao Si", "Straight Line Builders", "T-12-03", "status-valid", "data:image"):
            self.assertIn(words, page)
        for secret in ("E1234567890", "7890", "190 2222"):
            self.assertNotIn(secret, page)

    def test_withdrawn_pass(self):
        self.worker.action_withdraw()
        page = self._open(self.worker)
        self.assertIn("status-cancelled", page)
        self.assertNotIn("status-valid", page)

    def test_expired_pass(self):
        self.worker.write({"valid_from": "2020-01-01", "valid_to": "2020-01-31"})
        self.assertIn("status-expired", self._open(self.worker))

    def test_permit(self):
        """F-TEN-59"""
        page = self._open(self.fitout)
        for words in (self.fitout.permit_no, "Blue Kite Trading", "T-12-03", "status-valid"):
            self.assertIn(words, page)
        self._create_violation(self.fitout, is_stop_work=True)
        self.assertIn("status-cancelled", self._open(self.fitout))
