from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TenancyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-30 04:00:00")
class TestBaseArchive(TenancyCommon):
    """TEN-005, TEN-017: drawings, contract reviews, records of the merchants' committee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employees = cls.env["hr.employee"].create([{"name": "Wang"}, {"name": "Zhao"}])

    def _create_drawing(self, **vals):
        return self.env["pm.building.drawing"].create(
            {
                "site_id": self.site.id,
                "building_id": self.building.id,
                "drawing_no": "T-E-01",
                "name": "Lighting",
                **vals,
            }
        )

    def _create_review(self, **vals):
        return self.env["pm.contract.review"].create(
            {
                "site_id": self.site.id,
                "name": "Lift maintenance",
                "partner_id": self.other_tenant.id,
                "opinion_ids": [
                    Command.create({"employee_id": employee.id}) for employee in self.employees
                ],
                **vals,
            }
        )

    def _create_record(self, **vals):
        return self.env["pm.committee.record"].create(
            {"site_id": self.site.id, "name": "Meeting", "date": "2026-03-31", **vals}
        )

    def test_version_of_a_drawing_is_kept_once(self):
        """F-TEN-81"""
        self._create_drawing()
        self._create_drawing(version="2")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self._create_drawing()
        with self.assertRaisesRegex(ValidationError, "belongs to Loud Street Office"):
            self._create_drawing(drawing_no="X", building_id=self.other_building.id)
        self.assertEqual(self.building.drawing_count, 2)
        found = self.env["pm.building.drawing"].search(
            self.building.action_view_drawings()["domain"]
        )
        self.assertEqual(len(found), 2)

    def test_base_archive_is_kept_for_good(self):
        """TEN-005: customer files, contract reviews, drawings."""
        for code in ("76", "80", "81"):
            form = self.env.ref(f"pm_base.form_f_ten_{code}")
            self.assertFalse(form._get_retention_date(date(2026, 6, 30)), form.code)

    def test_engineer_keeps_drawings_and_the_guard_reads_them(self):
        engineer, guard = self._user("engineer"), self._user("security")
        drawing = (
            self.env["pm.building.drawing"]
            .with_user(engineer)
            .create({"site_id": self.site.id, "drawing_no": "1", "name": "Pipes"})
        )
        self.assertEqual(drawing.with_user(guard).name, "Pipes")
        with self.assertRaises(AccessError):
            drawing.with_user(guard).name = "x"

    def test_review_needs_every_opinion_and_a_conclusion(self):
        """F-TEN-80"""
        review = self._create_review()
        with self.assertRaisesRegex(UserError, "lacks the opinion of Wang, Zhao"):
            review.action_conclude()
        review.opinion_ids[0].verdict = "agree"
        with self.assertRaisesRegex(UserError, "lacks the opinion of Zhao"):
            review.action_conclude()
        review.opinion_ids[1].verdict = "change"
        with self.assertRaisesRegex(UserError, "Enter the conclusion"):
            review.action_conclude()
        review.conclusion = "change"
        review.action_conclude()
        self.assertEqual(review.state, "concluded")
        for change in (
            lambda: review.write({"amount": 1}),
            lambda: review.write({"state": "concluded", "amount": 1}),
            lambda: review.opinion_ids[0].write({"verdict": "object"}),
            review.opinion_ids[0].unlink,
            review.unlink,
        ):
            with self.assertRaises(UserError):
                change()
        review.action_reopen()
        review.amount = 1
        with self.assertRaisesRegex(UserError, "any reviewer"):
            self._create_review(opinion_ids=False).action_conclude()

    def test_contracts_are_for_supervisors(self):
        review = self._create_review()
        self.assertTrue(review.with_user(self._user("supervisor")).read(["amount"]))
        for post in ("receptionist", "engineer", "security"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                review.with_user(self._user(post)).read(["amount"])

    def test_committee_records_are_filed_after_the_quarter(self):
        """F-TEN-79: every three months."""
        record = self._create_record()
        fresh = self._create_record(date="2026-06-30")
        records = record + fresh
        for now, due in (
            ("2026-03-31 15:59:00", self.env["pm.committee.record"]),
            ("2026-03-31 16:00:00", record),  # 1 April in Shanghai
            ("2026-07-01 04:00:00", records),
        ):
            with self.subTest(now=now), freeze_time(now):
                self.env.invalidate_all()
                self.assertEqual(records.filtered("is_filing_due"), due)
                for value, expected in ((True, due), (False, records - due)):
                    found = self.env["pm.committee.record"].search(
                        [("id", "in", records.ids), ("is_filing_due", "=", value)]
                    )
                    self.assertEqual(found, expected.sorted("date", reverse=True))
        record.action_file()
        self.assertEqual(record.date_filed, date(2026, 6, 30))
        self.assertFalse(record.is_filing_due)
        for change in (lambda: record.write({"decision": "x"}), record.unlink):
            with self.assertRaisesRegex(UserError, "in the archive"):
                change()
        self.assertNotEqual(record.number, fresh.number)
