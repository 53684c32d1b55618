from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .fitout_common import FitoutCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-09-29 04:00:00")
class TestFitoutReview(FitoutCommon):
    """TEN-092. National Day 2026: 1 to 7 October are off, Saturday the 10th is worked."""

    def test_clock_by_area_over_national_day(self):
        for area, due in ((200, "2026-10-09"), (200.01, "2026-10-12"), (30, "2026-10-09")):
            with self.subTest(area=area):
                fitout = self._create_fitout("review", area=area)
                self.assertEqual(str(fitout.review_id.date_due), due)
                self.assertEqual(str(fitout.review_due_on), due)
                # Until the end of that day, in Shanghai.
                due_at = self._step(fitout, "review").due_at
                self.assertEqual(str(due_at), f"{due} 15:59:59")

    def test_office_sets_threshold_and_days(self):
        self.site.write({"fit_out_review_threshold": 100, "fit_out_review_days_large": 1})
        self.assertEqual(str(self._create_fitout("review").review_due_on), "2026-09-30")

    def test_later_settings_leave_a_round_under_way_alone(self):
        fitout = self._create_fitout("review")
        self.site.fit_out_review_days_small = 10
        fitout.area = 500
        self.assertEqual(str(fitout.review_due_on), "2026-10-09")

    def test_failed_drawings_begin_a_new_round_with_a_clock_of_its_own(self):
        fitout = self._create_fitout("review")
        first = fitout.review_id.with_user(self.engineer)
        first.line_ids[0].write({"verdict": "fail", "amendments": "Doors open outward"})
        first.action_all_pass()
        first.action_conclude()
        self.assertEqual((first.result, fitout.state), ("fail", "review"))
        self.assertEqual(first.line_ids[0].reviewer_id, self.engineer.employee_id)
        self.assertTrue(self._activities(fitout, "review"))
        with self.assertRaisesRegex(UserError, "not passed"):
            fitout.write({"state": "approved"})
        with freeze_time("2026-10-13 04:00:00"):
            fitout.with_user(self.desk).action_resubmit()
            second = fitout.review_id
            self.assertRecordValues(second, [{"round": 2, "result": "pending"}])
            self.assertEqual(str(second.date_due), "2026-10-16")
            self.assertEqual(str(self._step(fitout, "review").due_at), "2026-10-16 15:59:59")
            second.with_user(self.engineer).action_all_pass()
            second.with_user(self.engineer).action_conclude()
        self.assertEqual(fitout.state, "approved")
        self.assertEqual(self._step(fitout, "review").state, "done")

    def test_drawings_are_not_handed_in_again_during_a_round(self):
        fitout = self._create_fitout("review")
        with self.assertRaisesRegex(UserError, "handed in again"):
            fitout.action_resubmit()
        self.assertEqual(len(fitout.review_ids), 1)

    def test_changed_drawings_take_the_passed_ones_back(self):
        fitout = self._create_fitout("approved")
        fitout.action_resubmit()
        self.assertEqual((fitout.state, fitout.review_id.round), ("review", 2))
        self.assertEqual(self._step(fitout, "review").state, "open")

    def test_every_trade_is_judged_before_the_conclusion(self):
        review = self._create_fitout("review").review_id
        review.line_ids[0].verdict = "pass"
        with self.assertRaisesRegex(UserError, "judge every trade"):
            review.action_conclude()

    def test_only_engineering_judges(self):
        review = self._create_fitout("review").review_id
        for user in (self.desk, self.security, self.leader):
            own = review.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    own.line_ids[0].write({"verdict": "pass"})
                with self.assertRaises(AccessError):
                    own.action_conclude()
                with self.assertRaises(AccessError):
                    own.write({"line_ids": [(1, own.line_ids[0].id, {"verdict": "pass"})]})
        for vals in ({"result": "pass"}, {"round": 4}, {"date_received": "2026-09-30"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                review.with_user(self.engineer).write(vals)

    def test_desk_corrects_the_day_of_receipt(self):
        fitout = self._create_fitout("review")
        fitout.review_id.with_user(self.desk).date_received = "2026-09-28"
        self.assertEqual(str(fitout.review_due_on), "2026-10-08")
        self.assertEqual(str(self._step(fitout, "review").due_at), "2026-10-08 15:59:59")

    def test_concluded_round_stays_as_it_is(self):
        review = self._create_fitout("approved").review_id
        with self.assertRaisesRegex(UserError, "concluded"):
            review.with_user(self.engineer).line_ids[0].write({"amendments": "More"})
        with self.assertRaisesRegex(UserError, "concluded"):
            review.with_user(self.desk).write({"date_received": "2026-09-28"})

    def test_late_review_is_announced_once(self):
        fitout = self._create_fitout("review")
        self.site.user_ids += self.engineer
        for now, count in (("2026-10-09", 0), ("2026-10-10", 1), ("2026-10-11", 1)):
            with self.subTest(now=now), freeze_time(f"{now} 04:00:00"):
                self._run_cron("pm_tenancy.ir_cron_follow_fitouts")
                self.assertEqual(len(self._activities(fitout, "review")), count)
        self.assertEqual(self._activities(fitout, "review").user_id, self.engineer)
        self._activities(fitout, "review").action_done()
        with freeze_time("2026-10-12 04:00:00"):
            self._run_cron("pm_tenancy.ir_cron_follow_fitouts")
        self.assertFalse(self._activities(fitout, "review"))
