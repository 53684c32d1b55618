from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_base.tests.common import POSTS

from .common_dunning import THE_18TH, THE_23RD, THE_27TH, DunningCommon

_HANDED_OVER = "List of the unpaid to be handed over"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-19 02:00:00")
class TestPromise(DunningCommon):
    """BIL-041: who promises to pay is left alone until the day of the promise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site._run_dunning(THE_18TH)

    def test_promise_rests_the_ladder_until_its_day(self):
        """BIL-042: no letter on the 23rd for who promised the 25th."""
        promise = self._promise(date(2026, 3, 25))
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "open",
                    "made_on": date(2026, 3, 19),
                    "amount_due": 1506.0,
                    "noted_by_id": self.area.id,
                }
            ],
        )
        call = self._actions("call", self.tenancy)
        self.assertEqual(call.state, "held")
        self.site._run_dunning(THE_23RD)
        self.assertEqual(self._actions("letter").tenancy_id, self.other)
        self.site._run_dunning(date(2026, 3, 25))
        self.assertEqual((promise.state, call.state), ("open", "held"))

    def test_broken_promise_takes_up_the_step_that_is_due(self):
        """BIL-042: the day after, the letter of the 23rd is made up; the call is past."""
        promise = self._promise(date(2026, 3, 25))
        self.site._run_dunning(THE_23RD)
        for _unused in range(2):
            self.site._run_dunning(date(2026, 3, 26))
        letter = self._actions("letter", self.tenancy)
        self.assertRecordValues(letter, [{"date": date(2026, 3, 26), "state": "draft"}])
        self.assertEqual(letter.round_id, self._actions("letter", self.other).round_id)
        self.assertEqual(self._actions("call", self.tenancy).state, "replaced")
        self.assertEqual((promise.state, promise.resumed_on), ("broken", date(2026, 3, 26)))
        self.assertFalse(self._case().paused_until)

    def test_broken_promise_without_a_step_meanwhile_takes_up_what_rested(self):
        self._promise(date(2026, 3, 20))
        self.site._run_dunning(date(2026, 3, 21))
        call = self._actions("call", self.tenancy)
        self.assertEqual(call.state, "draft")
        self.assertEqual(call.user_id, self.area)
        self.assertFalse(self._actions("letter"))

    def test_approved_letter_that_rested_is_approved_again(self):
        self.site._run_dunning(THE_23RD)
        letter = self._actions("letter", self.tenancy)
        letter.with_user(self.leader).action_approve()
        self._promise(date(2026, 3, 25))
        with self.assertRaisesRegex(UserError, "Nothing is ready"):
            letter.action_print()
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        with self.assertRaisesRegex(UserError, "payment was promised"):
            report._render_qweb_pdf(letter.step_id.report_id.report_name, letter.ids)
        self.site._run_dunning(date(2026, 3, 26))
        self.assertEqual((letter.state, letter.approved_by_id), ("draft", self.env["res.users"]))

    def test_payment_keeps_the_promise_and_closes_the_case(self):
        promise = self._promise(date(2026, 3, 25))
        self._pay(self.bill)
        self.assertEqual((promise.state, self._case().state), ("kept", "paid"))
        self.assertEqual(self._actions("call", self.tenancy).state, "settled")
        self.site._run_dunning(date(2026, 3, 26))
        self.assertFalse(self._actions("letter", self.tenancy))

    def test_part_that_was_promised_and_paid_is_kept_and_the_rest_goes_on(self):
        promise = self._promise(date(2026, 3, 25), amount=1000.0)
        other = self._promise(date(2026, 3, 25), self.other, amount=1000.0)
        self._pay(self.bill, 1000.0)
        self._pay(self.other_bill, 999.99)
        self.site._run_dunning(THE_23RD)
        self.site._run_dunning(date(2026, 3, 26))
        self.assertEqual((promise.state, other.state), ("kept", "broken"))
        self.assertEqual(self._actions("letter", self.tenancy).amount, 506.0)

    def test_bills_that_follow_do_not_break_a_promise(self):
        """BIL-041: he promises March's 1,506 on 2 April and pays on the 9th; April is open then."""
        self._bill(date(2026, 4, 1))
        with freeze_time("2026-04-02 02:00:00"):
            promise = self._promise(date(2026, 4, 10))
        self.assertRecordValues(promise, [{"amount_due": 1506.0, "bill_ids": self.bill.ids}])
        with freeze_time("2026-04-09 02:00:00"):
            self._pay(self.bill, day=date(2026, 4, 9))
        self.site._run_dunning(date(2026, 4, 11))
        self.assertEqual(promise.state, "kept")
        self.assertEqual(self._case().state, "open")

    def test_part_paid_on_the_same_day_is_not_owed_then(self):
        self._pay(self.bill, 1000.0, day=date(2026, 3, 19))
        promise = self._promise(date(2026, 3, 25), amount=506.0)
        self.assertEqual(promise.amount_due, 506.0)

    def test_cancelled_bill_is_no_broken_promise(self):
        promise = self._promise(date(2026, 3, 25))
        self._bill(date(2026, 4, 1)).bill_ids.invoice_date_due = date(2026, 3, 22)
        self.bill.button_draft()
        self.bill.button_cancel()
        self.site._run_dunning(date(2026, 3, 26))
        self.assertEqual(promise.state, "kept")

    def test_dunning_does_not_rest_longer_by_small_steps(self):
        """The 31 days count from the first day on which the ladder rests, also where the day is
        changed or the promise given anew."""
        promise = self._promise(date(2026, 4, 10))
        with freeze_time("2026-04-08 02:00:00"):
            promise.with_user(self.area).date = date(2026, 4, 19)
            with self.assertRaisesRegex(UserError, "31 days"), self.env.cr.savepoint():
                promise.with_user(self.area).date = date(2026, 4, 20)
            promise.with_user(self.area).action_withdraw()
            with self.assertRaisesRegex(UserError, "31 days"), self.env.cr.savepoint():
                self._promise(date(2026, 4, 20))
            self.site._run_dunning(date(2026, 4, 8))
            self._promise(date(2026, 4, 20))

    def test_amount_promised_is_changed_by_a_leader_only(self):
        promise = self._promise(date(2026, 3, 25))
        with self.assertRaises(AccessError):
            promise.with_user(self.area).amount = 1.0
        promise.with_user(self.leader).amount = 1000.0
        self.assertEqual(promise.amount, 1000.0)

    def test_withdrawn_promise(self):
        promise = self._promise(date(2026, 4, 10))
        promise.with_user(self.area).action_withdraw()
        self.assertFalse(self._case().paused_until)
        self.site._run_dunning(THE_23RD)
        self.assertEqual(self._actions("letter").tenancy_id, self.tenancy + self.other)

    def test_day_may_be_changed_while_it_is_open(self):
        promise = self._promise(date(2026, 3, 20))
        promise.with_user(self.area).date = date(2026, 3, 24)
        self.assertEqual(self._case().paused_until, date(2026, 3, 24))
        promise.with_user(self.area).action_withdraw()
        with self.assertRaisesRegex(UserError, "settled"):
            promise.with_user(self.area).date = date(2026, 3, 28)

    def test_days_that_are_refused(self):
        """Not in the past; beyond the longest one only by the leader in charge."""
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._promise(date(2026, 3, 18))
        with self.assertRaisesRegex(UserError, "31 days"), self.env.cr.savepoint():
            self._promise(date(2026, 4, 20))
        case = self._case()
        vals = {"case_id": case.id, "date": "2026-05-20", "amount": 10.0}
        self.env["pm.promise"].with_user(self.leader).sudo(False).create(vals)
        self.assertEqual(case.paused_until, date(2026, 5, 20))

    @mute_logger("odoo.sql_db")
    def test_one_promise_at_a_time(self):
        self._promise(date(2026, 3, 20))
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._promise(date(2026, 3, 21))

    def test_who_owes_nothing_promises_nothing(self):
        self._pay(self.bill)
        with self.assertRaisesRegex(UserError, "nothing to promise"):
            self._promise(date(2026, 3, 20), amount=1.0)

    def test_nobody_makes_up_how_it_ended(self):
        promise = self._promise(date(2026, 3, 20)).with_user(self.area)
        for vals in ({"state": "kept"}, {"state": "broken"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                promise.write(vals)
        for vals in ({"amount_due": 1.0}, {"made_on": "2026-01-01"}, {"resumed_on": "2026-01-01"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                promise.write(vals)
        with self.assertRaises(UserError):
            promise.case_id = self._case(self.other)
        call = self._actions("call", self.other).with_user(self.area)
        with self.assertRaises(AccessError):
            call.write({"state": "held"})

    def test_forbidden_moves(self):
        promise = self._promise(date(2026, 3, 20))
        for state, targets in promise._TRANSITIONS.items():
            for target in set(promise._TRANSITIONS) - targets:
                self.env.cr.execute("UPDATE pm_promise SET state = %s", (state,))
                promise.invalidate_recordset()
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    promise.state = target

    def test_who_may_note_a_promise(self):
        """Whoever speaks with the debtor; of another office nobody even sees it."""
        promise = self._promise(date(2026, 3, 20))
        vals = {"case_id": self._case(self.other).id, "date": "2026-03-20", "amount": 5.0}
        for post in POSTS:
            user = self._user(post)
            allowed = post not in ("engineer", "security", "leasing", "training")
            with self.subTest(post=post):
                self.assertEqual(promise.with_user(user).date, date(2026, 3, 20))
                can = self.env["pm.promise"].with_user(user).has_access("create")
                self.assertEqual(can, allowed)
                stranger = self._user(post, self.other_site)
                with self.assertRaises(AccessError):
                    promise.with_user(stranger).read(["date"])
                self.assertFalse(self.env["pm.promise"].with_user(stranger).search([]).ids)
        with self.assertRaises(AccessError):
            self.env["pm.promise"].with_user(self._user("area", self.other_site)).create(vals)
        with self.assertRaises(AccessError):
            promise.with_user(self._user("director")).unlink()

    def test_promise_stands_on_the_due_list_on_its_day(self):
        promise = self._promise(date(2026, 3, 20))
        due = self.env["pm.due"].search([("kind", "=", "promise"), ("site_id", "=", self.site.id)])
        self.assertRecordValues(
            due, [{"res_id": promise.id, "user_id": self.area.id, "due_date": date(2026, 3, 20)}]
        )
        # What rests is nobody's work until then.
        calls = self.env["pm.due"].with_context(lang="en_US")
        calls = calls.search([("kind", "=", "dunning"), ("site_id", "=", self.site.id)])
        self.assertEqual(
            {name.split(" /")[0] for name in calls.mapped("name")} - {_HANDED_OVER},
            {"Calls to be made: 1", "Reminders to be printed: 1"},
        )

    def test_promise_given_on_a_visit(self):
        """BIL-043: what is promised on the visit is not proposed for suspension."""
        self.site._run_dunning(THE_23RD)
        self._issue_letters()
        self.site._run_dunning(THE_27TH)
        visit = self._actions("visit", self.tenancy).with_user(self.area)
        opened = visit.action_promise()
        self.assertEqual(opened["context"]["default_action_id"], visit.id)
        self.assertEqual(visit.result, "promise")
        self._promise(date(2026, 4, 2), action_id=visit.id)
        self.assertEqual(visit.date_promise, date(2026, 4, 2))
        self._actions("visit", self.other).action_refused()
        self.site._run_dunning(date(2026, 3, 31))
        self.assertEqual(self._actions("suspension").tenancy_id, self.other)
        self.site._run_dunning(date(2026, 4, 3))
        self.assertEqual(self._actions("suspension").tenancy_id, self.tenancy + self.other)
