from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .fitout_common import FitoutCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-30 04:00:00")
class TestFitoutDeposit(FitoutCommon):
    """TEN-099, CON-17"""

    def _release(self, fitout):
        self._sign(fitout, "release")
        fitout.with_user(self.desk).action_ask_release()
        fitout.approval_ids.with_user(self.leader).action_approve()

    def test_kept_for_three_months_to_the_last_day_of_february(self):
        fitout = self._create_fitout("accepted")
        self.assertEqual(str(fitout.date_accepted), "2026-11-30")
        self.assertEqual(str(fitout.hold_until), "2027-02-28")
        self.assertEqual(str(self._step(fitout, "hold").due_at), "2027-02-28 15:59:59")
        self._sign(fitout, "release")
        with (
            freeze_time("2027-02-27 04:00:00"),
            self.assertRaisesRegex(UserError, "kept until"),
        ):
            fitout.action_ask_release()
        with freeze_time("2027-02-27 16:00:00"):  # midnight in Shanghai
            self._release(fitout)
            fitout.with_user(self.desk).action_close()
        self.assertEqual(fitout.state, "closed")

    def test_office_may_keep_it_not_at_all(self):
        self.site.fit_out_deposit_hold_months = 0
        fitout = self._create_fitout("accepted")
        self.assertEqual(str(fitout.hold_until), "2026-11-30")
        self._release(fitout)
        fitout.action_close()

    def test_later_setting_leaves_the_day_agreed(self):
        fitout = self._create_fitout("accepted")
        self.site.fit_out_deposit_hold_months = 12
        self.assertEqual(str(fitout.hold_until), "2027-02-28")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.site.fit_out_deposit_hold_months = -1
            self.env.flush_all()

    def test_customer_departments_and_leader_release_it(self):
        self.site.fit_out_deposit_hold_months = 0
        fitout = self._create_fitout("accepted")
        with self.assertRaisesRegex(UserError, "Not agreed yet: Customer"):
            fitout.action_ask_release()
        self._sign(fitout, "release")
        with self.assertRaisesRegex(UserError, "The leader has not released"):
            fitout.with_user(self.desk).write({"state": "closed"})
        fitout.with_user(self.desk).action_ask_release()
        with self.assertRaises(AccessError):
            fitout.approval_ids.with_user(self.engineer).action_approve()
        refusal = {"state": "refused", "reason": "The wall is damaged"}
        fitout.approval_ids.with_user(self.leader).write(refusal)
        with self.assertRaisesRegex(UserError, "The leader has not released"):
            fitout.action_close()

    def test_deductions_lessen_what_is_released(self):
        self.site.write({"fit_out_owner_deposit": 5000, "fit_out_contractor_deposit": 3000})
        fitout = self._create_fitout("works")
        self.assertEqual(fitout.amount_release, 8000)
        violation = self._create_violation(fitout, amount_deduction=500)
        self.assertEqual((fitout.amount_deduction, fitout.amount_release), (500, 7500))
        with self.assertRaisesRegex(AccessError, "supervisor"):
            violation.with_user(self.security).action_settle()
        violation.with_user(self.leader).action_settle()
        self.assertEqual(violation.state, "settled")
        self.assertFalse(fitout.open_violation_count)

    def test_settling_needs_an_amount(self):
        violation = self._create_violation(self._create_fitout("works"))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            violation.action_settle()
            self.env.flush_all()

    def test_only_the_cashier_notes_the_payment(self):
        fitout = self._create_fitout("approved")
        for user in (self.desk, self.leader, self.engineer):
            with self.subTest(user=user.login), self.assertRaisesRegex(AccessError, "cashier"):
                fitout.with_user(user).action_note_payment()
        for vals in ({"deposit_paid_on": "2026-11-30"}, {"hold_until": "2026-11-30"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                fitout.with_user(self.desk).write(vals)
        fitout.with_user(self.cashier).action_note_payment()
        self.assertRecordValues(fitout, [{"deposit_paid_by_id": self.cashier.id}])
        self.assertFalse(fitout._get_deposit_reason())

    def test_end_of_the_hold_is_announced_once(self):
        fitout = self._create_fitout("accepted")
        self.site.user_ids += self.desk
        for now, count in (("2027-02-27", 0), ("2027-03-05", 1), ("2027-03-06", 1)):
            with self.subTest(now=now), freeze_time(f"{now} 04:00:00"):
                self._run_cron("pm_tenancy.ir_cron_follow_fitouts")
                self.assertEqual(len(self._activities(fitout, "hold")), count)

    def test_stands_on_the_due_list(self):
        fitout = self._create_fitout("accepted")
        self._create_violation(fitout, rectify_by="2026-12-03")
        due = self.env["pm.due"].search([("site_id", "=", self.site.id)])
        self.assertEqual(
            {(row.kind, str(row.due_date)) for row in due if row.kind.startswith("fitout")},
            {("fitout_hold", "2027-02-28"), ("fitout_violation", "2026-12-03")},
        )
