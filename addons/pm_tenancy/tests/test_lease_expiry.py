from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError, errors

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .leasing_common import LeasingCommon


@tagged("post_install", "-at_install")
class TestLeaseExpiry(LeasingCommon):
    """TEN-120, TEN-121, CON-01: two reminders before a lease ends, the intention, renewal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-01-05 04:00:00"):
            cls.tenancy = cls._create_tenancy(
                state="active",
                date_end="2026-08-31",
                monthly_rent=9000,
                contract_no="C-1",
                user_id=cls.area.id,
            )

    def _remind(self, day):
        self.env["pm.tenancy"]._remind_expiry(self.site, date.fromisoformat(day))

    def _reminders(self, tenancy=None):
        tenancy = tenancy or self.tenancy
        return (
            self._activities(tenancy, "lease_visit"),
            self._activities(tenancy, "lease_query"),
        )

    def test_visit_two_months_and_query_one_month_before(self):
        """TEN-120, TEN-121: 31 August less two months is 30 June, less one is 31 July."""
        visit, query = (self.area, "2026-06-30"), (self.leasing, "2026-07-31")
        for day, expected in (
            ("2026-06-29", ([], [])),
            ("2026-06-30", ([visit], [])),
            ("2026-07-30", ([visit], [])),
            ("2026-07-31", ([visit], [query])),
            ("2026-08-31", ([visit], [query])),
        ):
            with self.subTest(day=day):
                self._remind(day)
                self.assertEqual(self._reminders(), expected)

    def test_short_month_has_its_last_day(self):
        """CON-36: 30 April less two months is 28 February."""
        self.tenancy.date_end = "2027-04-30"
        self._remind("2027-02-27")
        self.assertEqual(self._reminders()[0], [])
        self._remind("2027-02-28")
        self.assertEqual(self._reminders()[0], [(self.area, "2027-02-28")])

    @freeze_time("2026-08-30 20:00:00")  # the 31st in Shanghai
    def test_late_cron_reminds_once_under_the_proper_dates(self):
        for _run in range(2):
            self._run_cron("remind_lease_expiry")
            self.assertEqual(
                self._reminders(),
                ([(self.area, "2026-06-30")], [(self.leasing, "2026-07-31")]),
            )

    def test_done_reminder_does_not_come_back(self):
        self._remind("2026-06-30")
        self.tenancy.activity_feedback(["pm_tenancy.mail_activity_lease_visit"])
        self._remind("2026-07-01")
        self.assertEqual(self._reminders(), ([], []))

    def test_nobody_is_reminded_of_a_lease_that_is_over(self):
        self._remind("2026-09-01")
        self.assertEqual(self._reminders(), ([], []))

    @freeze_time("2026-06-15 04:00:00")
    def test_only_leases_in_occupation(self):
        others = {
            "draft": {"state": "draft"},
            "moving_out": {"state": "move_out"},
            "owner": {"state": "active", "kind": "owner"},
            "endless": {"state": "active", "date_end": False},
        }
        for number, (case, vals) in enumerate(others.items()):
            unit = self._create_unit(room=f"E{number}")
            tenancy = self._create_tenancy(unit, **{"date_end": "2026-08-31", **vals})
            self._remind("2026-08-15")
            with self.subTest(case=case):
                self.assertEqual(self._reminders(tenancy), ([], []))

    def test_without_area_administrator_the_supervisor_visits(self):
        elsewhere = self._user("area", self.other_site)
        for user in (self.env["res.users"], elsewhere):
            with self.subTest(user=user.login):
                self.tenancy.write({"user_id": user.id, "expiry_visit_for": False})
                self.tenancy.activity_ids.unlink()
                self._remind("2026-06-30")
                self.assertEqual(self._reminders()[0], [(self.supervisor, "2026-06-30")])

    def test_months_are_a_setting_of_the_office(self):
        self.site.write({"lease_expiry_visit_months": 6, "lease_expiry_leasing_query_months": 3})
        visit, query = (self.area, "2026-02-28"), (self.leasing, "2026-05-31")
        self._remind("2026-02-28")
        self.assertEqual(self._reminders(), ([visit], []))
        self._remind("2026-05-31")
        self.assertEqual(self._reminders(), ([visit], [query]))

    def test_settings_stay_within_reason(self):
        for vals in (
            {"lease_expiry_visit_months": 25},
            {"lease_expiry_visit_months": 0},  # after the leasing department is asked
            {"lease_expiry_leasing_query_months": -1},
            {"vacancy_list_day": 32},
            {"vacancy_list_day": 0},
            {"vacant_patrol_days": 0},
            {"earnest_hold_weeks": 0},
            {"earnest_per_area": -1},
            {"commission_months": 13},
            {"household_papers_days": 0},
        ):
            with (
                self.subTest(**vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.site.write(vals)
                self.site.flush_recordset()

    def test_intention_closes_the_reminders_it_answers(self):
        visit, query = (self.area, "2026-06-30"), (self.leasing, "2026-07-31")
        for intention, expected in (
            ("unknown", ([visit], [query])),
            ("undecided", ([], [query])),
            ("renew", ([], [])),
            ("terminate", ([], [])),
        ):
            with self.subTest(intention=intention), freeze_time("2026-08-01 04:00:00"):
                self.tenancy.write({"expiry_visit_for": False, "expiry_query_for": False})
                self.tenancy.activity_ids.unlink()
                self._remind("2026-08-01")
                self.tenancy.with_user(self._user("receptionist")).intention = intention
                self.assertEqual(self._reminders(), expected)
        self.assertEqual(self.tenancy.intention_visited_on, date(2026, 8, 1))

    def test_corrected_last_day_arms_the_reminders_again(self):
        self._remind("2026-06-30")
        self.tenancy.date_end = "2026-09-15"
        self._remind("2026-07-14")
        self.assertEqual(len(self._reminders()[0]), 1)
        self._remind("2026-07-15")
        self.assertEqual(len(self._reminders()[0]), 2)

    @freeze_time("2026-08-10 04:00:00")
    def test_renewal_keeps_the_former_term_and_begins_anew(self):
        self._remind("2026-08-10")
        self.tenancy.write({"intention": "undecided", "intention_note": "Two years"})
        with Form(
            self.env["pm.tenancy.renew"]
            .with_user(self.area)
            .with_context(default_tenancy_id=self.tenancy.id)
        ) as form:
            self.assertEqual(form.monthly_rent, 9000)
            self.assertEqual(str(form.signed_on), "2026-08-10")
            form.date_end = "2028-08-31"
            form.monthly_rent = 9500
            form.contract_no = "C-2"
        form.record.action_confirm()
        self.assertRecordValues(
            self.tenancy,
            [
                {
                    "date_end": date(2028, 8, 31),
                    "monthly_rent": 9500.0,
                    "contract_no": "C-2",
                    "intention": "unknown",
                    "intention_visited_on": False,
                    "intention_note": False,
                }
            ],
        )
        self.assertRecordValues(
            self.tenancy.term_ids.sorted("date_start"),
            [
                {
                    "date_start": date(2026, 1, 1),
                    "date_end": date(2026, 8, 31),
                    "monthly_rent": 9000.0,
                    "contract_no": "C-1",
                    "signed_on": False,
                },
                {
                    "date_start": date(2026, 9, 1),
                    "date_end": date(2028, 8, 31),
                    "monthly_rent": 9500.0,
                    "contract_no": "C-2",
                    "signed_on": date(2026, 8, 10),
                },
            ],
        )
        self.assertEqual(self._reminders(), ([], []))
        self._remind("2028-06-30")
        self.assertEqual(self._reminders()[0], [(self.area, "2028-06-30")])

    @freeze_time("2026-08-10 04:00:00")
    def test_second_renewal_adds_a_third_term(self):
        self.tenancy._renew(date(2027, 8, 31), 9500)
        self.tenancy._renew(date(2028, 8, 31), 9900)
        self.assertEqual(
            self.tenancy.term_ids.sorted("date_start").mapped("monthly_rent"), [9000, 9500, 9900]
        )
        self.assertEqual(self.tenancy.contract_no, "C-1")

    @freeze_time("2026-08-10 04:00:00")
    def test_renewal_into_a_coming_tenancy_is_refused_and_changes_nothing(self):
        self._create_tenancy(
            partner_id=self.other_tenant.id, date_start="2027-01-01", date_end="2027-12-31"
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(errors.ExclusionViolation) as caught,
            self.env.cr.savepoint(),
        ):
            self.tenancy._renew(date(2027, 1, 1), 9500)
        self.env.invalidate_all()
        constraint = self.env.registry["pm.tenancy.unit"]._no_overlap
        message = constraint.get_error_message(self.env["pm.tenancy.unit"], caught.exception.diag)
        self.assertIn("Unit T-12-03 already has tenancy", message)
        self.assertEqual(self.tenancy.date_end, date(2026, 8, 31))
        self.assertFalse(self.tenancy.term_ids)
        self.tenancy._renew(date(2026, 12, 31), 9500)
        self.assertEqual(self.tenancy.date_end, date(2026, 12, 31))

    @freeze_time("2026-06-15 04:00:00")
    def test_renewal_is_refused_where_there_is_nothing_to_renew(self):
        cases = {
            "draft": {"state": "draft"},
            "moving in": {"state": "move_in"},
            "moving out": {"state": "move_out"},
            "closed": {"state": "closed"},
            "cancelled": {"state": "cancelled"},
            "endless": {"state": "active", "date_end": False},
        }
        for number, (case, vals) in enumerate(cases.items()):
            tenancy = self._create_tenancy(self._create_unit(room=f"R{number}"), **vals)
            for work in (tenancy.action_renew, lambda one=tenancy: one._renew(date(2030, 1, 1), 1)):
                with self.subTest(case=case), self.assertRaises(UserError):
                    work()
            self.assertFalse(tenancy.term_ids)
        for day in (date(2026, 8, 31), date(2026, 8, 30)):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.tenancy._renew(day, 9500)

    @freeze_time("2026-08-10 04:00:00")
    def test_correction_of_the_tenancy_reaches_its_last_term(self):
        self.tenancy._renew(date(2027, 8, 31), 9500)
        self.tenancy.write({"date_end": "2027-07-31", "monthly_rent": 9400})
        first, last = self.tenancy.term_ids.sorted("date_start")
        self.assertEqual((last.date_end, last.monthly_rent), (date(2027, 7, 31), 9400))
        self.assertEqual((first.date_end, first.monthly_rent), (date(2026, 8, 31), 9000))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.tenancy.date_end = "2026-08-31"
            self.env.flush_all()

    @freeze_time("2026-08-10 04:00:00")
    def test_early_move_out_leaves_the_terms_as_agreed(self):
        self.tenancy._renew(date(2027, 8, 31), 9500)
        self.tenancy.action_move_out()
        self.tenancy.action_close()
        self.assertEqual(self.tenancy.date_end, date(2026, 8, 10))
        self.assertEqual(max(self.tenancy.term_ids.mapped("date_end")), date(2027, 8, 31))

    @freeze_time("2026-08-10 04:00:00")
    def test_terms_never_share_a_day(self):
        self.tenancy._renew(date(2027, 8, 31), 9500)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(errors.ExclusionViolation),
            self.env.cr.savepoint(),
        ):
            self.env["pm.tenancy.term"].create(
                {
                    "tenancy_id": self.tenancy.id,
                    "date_start": "2027-08-31",
                    "date_end": "2028-08-31",
                }
            )
