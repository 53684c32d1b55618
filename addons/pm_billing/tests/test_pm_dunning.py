from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FEBRUARY, MARCH, BillingCommon

THE_18TH, THE_23RD = date(2026, 3, 18), date(2026, 3, 23)


@tagged("post_install", "-at_install")
class TestDunning(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active(user_id=cls._user("area").id)
        cls.other = cls._create_active(cls.unit_2, partner_id=cls.other_tenant.id)
        cls.bill_run = cls._bill()
        cls.bill = cls.bill_run.bill_ids.filtered(lambda bill: bill.pm_tenancy_id == cls.tenancy)
        cls.other_bill = cls.bill_run.bill_ids - cls.bill

    def _counts(self):
        models = ("pm.dunning.case", "pm.dunning.round", "pm.dunning.action", "mail.activity")
        return [self.env[model].search_count([]) for model in models]

    def test_nothing_before_the_day(self):
        before = self._counts()
        self.site._run_dunning(date(2026, 3, 4))
        self.assertEqual(self._rounds().action_ids, self.env["pm.dunning.action"])
        self.assertEqual(self._counts()[0], before[0])

    def test_the_18th_lists_calls_and_freezes(self):
        """BIL-041: on the 18th the unpaid are listed and called the same day, until the 23rd."""
        self._pay(self.other_bill)
        self.site._run_dunning(THE_18TH)
        found = self._rounds(self.call_step)
        self.assertRecordValues(
            found,
            [
                {
                    "step_id": self.call_step.id,
                    "date": THE_18TH,
                    "period": MARCH,
                    "date_pay_by": THE_23RD,
                }
            ],
        )
        action = found.action_ids
        self.assertRecordValues(
            action,
            [
                {
                    "tenancy_id": self.tenancy.id,
                    "partner_id": self.tenant.id,
                    "amount": 1506.0,
                    "date": THE_18TH,
                    "state": "draft",
                }
            ],
        )
        self.assertEqual(action.line_ids.items, "Management和Refuse")
        self.assertEqual(action.user_id, self._user("area"))
        self.assertRecordValues(
            action.case_id,
            [
                {
                    "state": "open",
                    "amount": 1506.0,
                    "month_count": 1,
                    "date_oldest_due": date(2026, 3, 5),
                }
            ],
        )

    def test_call_without_administrator_goes_to_the_office_s_choice(self):
        self.site.dunning_user_id = self._user("supervisor")
        self.site._run_dunning(THE_18TH)
        calls = self._rounds(self.call_step).action_ids
        call = calls.filtered(lambda each: each.tenancy_id == self.other)
        self.assertEqual(call.user_id, self._user("supervisor"))

    def test_repeated_day_changes_nothing(self):
        for day in (THE_18TH, THE_23RD):
            self.site._run_dunning(day)
            before = self._counts()
            self.site._run_dunning(day)
            self.site._run_dunning(day.replace(day=day.day + 1))
            self.assertEqual(self._counts(), before)

    @freeze_time("2026-03-19 01:00:00")
    def test_late_cron_does_the_18th_once_under_its_date(self):
        """A server that slept over the 18th does its work on the 19th, dated the 18th."""
        self._run_cron("pm_billing.ir_cron_run_dunning")
        self.assertRecordValues(
            self._rounds(self.call_step), [{"date": THE_18TH, "date_pay_by": THE_23RD}]
        )
        before = self._counts()
        self._run_cron("pm_billing.ir_cron_run_dunning")
        self.assertEqual(self._counts(), before)

    def test_month_that_was_missed_is_not_made_up_twice(self):
        self.site._run_dunning(date(2026, 5, 18))
        self.assertEqual(self._rounds(self.call_step).mapped("date"), [date(2026, 5, 18)])
        self.site._run_dunning(date(2026, 5, 23))
        self.assertEqual(len(self._rounds()), 3)

    def test_end_of_a_month_that_was_slept_through_is_made_up(self):
        self.site._run_dunning(date(2026, 4, 2))
        self.assertRecordValues(
            (self._rounds(self.call_step) | self._rounds(self.letter_step)).sorted("date"),
            [
                {"date": THE_18TH, "date_pay_by": date(2026, 4, 5)},
                {"date": THE_23RD, "date_pay_by": date(2026, 4, 5)},
            ],
        )

    def test_paid_between_is_never_asked_again(self):
        """BIL-042: who pays between the call and the letter gets none."""
        self.site._run_dunning(THE_18TH)
        calls = self._rounds(self.call_step).action_ids
        self._pay(self.other_bill, day=date(2026, 3, 20))
        settled = calls.filtered(lambda call: call.tenancy_id == self.other)
        self.assertEqual((settled.state, settled.case_id.state), ("settled", "paid"))
        self.site._run_dunning(THE_23RD)
        letters = self._rounds(self.letter_step).action_ids
        self.assertEqual(letters.tenancy_id, self.tenancy)

    def test_late_round_does_not_list_what_was_paid_since(self):
        self._pay(self.other_bill, day=date(2026, 3, 19))
        self.site._run_dunning(date(2026, 3, 20))
        self.assertEqual(self._rounds(self.call_step).action_ids.tenancy_id, self.tenancy)

    def test_what_fell_due_after_the_day_is_not_listed(self):
        self._bill(date(2026, 4, 1))
        self.site._run_dunning(THE_18TH)
        calls = self._rounds(self.call_step).action_ids
        self.assertEqual(set(calls.mapped("amount")), {1506.0, 1020.0})

    def test_part_payment_is_taken_out_before_printing(self):
        self.site._run_dunning(THE_23RD)
        letter = self._rounds(self.letter_step).action_ids.filtered(
            lambda each: each.tenancy_id == self.tenancy
        )
        self._pay(self.bill, 1000.0)
        self.assertEqual(letter.amount, 1506.0)
        letter.action_approve()
        self.assertEqual((letter.amount, letter.state), (506.0, "approved"))
        self._pay(self.bill, 6.0)
        self._print(letter.action_print())
        self.assertEqual(letter.amount, 500.0)
        self._pay(self.bill, 100.0)
        letter.action_print()
        self.assertEqual((letter.amount, letter.state), (500.0, "issued"))

    def test_case_closes_itself_and_a_new_debt_is_a_new_case(self):
        self.site._run_dunning(THE_18TH)
        case = self.env["pm.dunning.case"].search([("tenancy_id", "=", self.tenancy.id)])
        self._pay(self.bill)
        self.assertEqual((case.state, case.amount), ("paid", 0.0))
        self.assertTrue(case.date_closed)
        self._bill(date(2026, 4, 1))
        self.site._run_dunning(date(2026, 4, 18))
        cases = self.env["pm.dunning.case"].search([("tenancy_id", "=", self.tenancy.id)])
        self.assertEqual(sorted(cases.mapped("state")), ["open", "paid"])

    def test_case_stays_open_while_an_older_bill_is(self):
        self._bill(date(2026, 4, 1))
        self.site._run_dunning(date(2026, 4, 18))
        case = self.env["pm.dunning.case"].search([("tenancy_id", "=", self.tenancy.id)])
        self.assertEqual((case.month_count, case.amount), (2, 3012.0))
        self._pay(self.bill)
        self.assertEqual((case.state, case.amount, case.month_count), ("open", 1506.0, 1))

    def test_reversed_bill_closes_its_case(self):
        self.site._run_dunning(THE_18TH)
        self.bill.button_draft()
        self.bill.button_cancel()
        self.site._run_dunning(date(2026, 3, 19))
        case = self.env["pm.dunning.case"].search([("tenancy_id", "=", self.tenancy.id)])
        self.assertEqual(case.state, "paid")

    @mute_logger("odoo.sql_db")
    def test_database_refuses_a_second_case_action_or_round(self):
        self.site._run_dunning(THE_18TH)
        found = self._rounds(self.call_step)
        action = found.action_ids[0]
        for copy in (
            action.case_id.copy,
            lambda: action.copy({"round_id": found.id, "case_id": action.case_id.id}),
            lambda: found.copy({"period": found.period, "date": found.date}),
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                copy()
                self.env.flush_all()

    def test_no_profile_no_dunning(self):
        self.site.dunning_profile_id = False
        before = self._counts()
        with freeze_time("2026-03-23 01:00:00"):
            self._run_cron("pm_billing.ir_cron_run_dunning")
        self.assertFalse(self._rounds())
        self.assertEqual(self._counts()[0], before[0])

    def test_days_are_the_office_s_settings(self):
        self.site.write({"reminder_day": 10, "letter_day": 31})
        self.site._run_dunning(date(2026, 4, 30))
        self.assertEqual(
            sorted(set(self._rounds().mapped("date"))), [date(2026, 4, 10), date(2026, 4, 30)]
        )

    def test_round_that_was_acted_on_is_kept(self):
        self.site._run_dunning(THE_18TH)
        with self.assertRaisesRegex(UserError, "evidence"):
            self._rounds().unlink()

    def test_queries_do_not_grow_with_the_debtors(self):
        """One grouped query finds the arrears; the rest is done in batches."""
        for number in range(12):
            self._create_active(
                self._create_unit(room=f"3{number}"),
                partner_id=self._create_partner(name=f"Debtor {number}").id,
            )
        april = date(2026, 4, 1)
        self._bill(april)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(90):
            self.site._run_dunning(date(2026, 4, 18))
            self.env.flush_all()
        self.assertEqual(len(self._rounds(self.call_step).action_ids), 14)
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            self.site._run_dunning(date(2026, 4, 18))

    def test_february_s_bill_is_listed_with_march_s(self):
        self._bill(FEBRUARY)
        self.site._run_dunning(THE_18TH)
        calls = self._rounds(self.call_step).action_ids
        action = calls.filtered(lambda each: each.tenancy_id == self.tenancy)
        self.assertEqual(action.line_ids.mapped("month"), [FEBRUARY, MARCH])
        self.assertEqual(action.with_context(lang="zh_CN").months, "2026年2月和2026年3月")
