from datetime import date, datetime
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PmCommon


@tagged("post_install", "-at_install")
class TestPmSite(PmCommon):
    def test_today_is_the_date_at_the_office(self):
        """At 17:00 UTC the day after has begun in Shanghai."""
        self.assertEqual(self.site._today(datetime(2026, 3, 31, 15, 59)), date(2026, 3, 31))
        self.assertEqual(self.site._today(datetime(2026, 3, 31, 16, 0)), date(2026, 4, 1))

    def test_clock_of_the_office(self):
        moment = datetime(2026, 3, 31, 10, 0)
        self.assertEqual(self.site._to_local(moment), datetime(2026, 3, 31, 18, 0))
        self.assertEqual(self.site._to_utc(datetime(2026, 3, 31, 18, 0)), moment)

    def test_overrides_of_the_company_move_deadlines(self):
        self.assertEqual(self.site._add_workdays(date(2026, 9, 30), 1), date(2026, 10, 8))
        self.env["pm.calendar.day"].create({"name": "Typhoon", "date": date(2026, 10, 8)})
        self.assertFalse(self.site._is_workday(date(2026, 10, 8)))
        self.assertEqual(self.site._add_workdays(date(2026, 9, 30), 1), date(2026, 10, 9))
        self.env["pm.calendar.day"].create(
            {"name": "Moved in", "date": date(2026, 10, 31), "is_workday": True}
        )
        self.assertEqual(self.site._last_workday(2026, 10), date(2026, 10, 31))

    def test_override_shows_what_the_official_calendar_says(self):
        day = self.env["pm.calendar.day"].create({"name": "Duty", "date": date(2026, 10, 1)})
        self.assertFalse(day.official_is_workday)

    @mute_logger("odoo.sql_db")
    def test_one_override_a_date(self):
        self.env["pm.calendar.day"].create({"name": "Typhoon", "date": date(2026, 10, 8)})
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self.env["pm.calendar.day"].create({"name": "Again", "date": date(2026, 10, 8)})

    def test_default_office_is_the_first_of_the_user(self):
        user = self._user("receptionist", self.other_site)
        self.assertEqual(self.env["pm.site"].with_user(user)._get_default_site(), self.other_site)

    def test_no_office_is_proposed_when_several_are_possible(self):
        self.assertFalse(self.env["pm.site"]._get_default_site())

    def test_department_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        with self.assertRaises(UserError):
            self.env["hr.department"].create(
                {"name": "Desk", "company_id": company.id, "site_id": self.site.id}
            )

    def test_office_that_cannot_be_served_does_not_stop_the_others(self):
        done = []

        def work(site, today):
            if site == self.site:
                raise UserError("The office is closed.")
            done.append((site, today))

        with (
            freeze_time("2026-03-31 16:00:00"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 1),
            self.assertLogs("odoo.addons.pm_base.models.pm_site", "WARNING") as logs,
        ):
            (self.site + self.other_site)._do_daily(work)
        self.assertEqual(done, [(self.other_site, date(2026, 4, 1))])
        self.assertIn(self.site.name, logs.output[0])
