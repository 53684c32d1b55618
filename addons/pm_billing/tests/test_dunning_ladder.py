from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MARCH
from .common_dunning import THE_18TH, THE_23RD, THE_27TH, THE_28TH, DunningCommon


@tagged("post_install", "-at_install")
class TestDunningLadder(DunningCommon):
    def _counts(self):
        models = ("case", "round", "action", "action.line")
        return [self.env[f"pm.dunning.{model}"].search_count([]) for model in models]

    def _climb(self, until=THE_28TH):
        """Letter delivered, visit made: the tenant was told, nobody is at the other one's."""
        self.site._run_dunning(THE_23RD)
        self._issue_letters()
        self.site._run_dunning(THE_27TH)
        self._actions("visit", self.tenancy).with_user(self.area).action_refused()
        self._actions("visit", self.other).with_user(self.area).action_nobody()
        if until > THE_27TH:
            self.site._run_dunning(until)

    @freeze_time("2026-03-27 02:00:00")
    def test_visit_follows_a_letter_that_was_sent(self):
        """BIL-043: who has not paid by the date of the letter is visited; nobody else is."""
        self.site._run_dunning(THE_23RD)
        letter = self._actions("letter", self.tenancy)
        self._issue_letters(letter)
        self.site._run_dunning(THE_27TH)
        visit = self._actions("visit")
        self.assertRecordValues(
            visit, [{"tenancy_id": self.tenancy.id, "user_id": self.area.id, "date": THE_27TH}]
        )
        # A letter that is printed late makes its debtor join, once, when its own day is past.
        late = self._actions("letter", self.other)
        late.action_approve()
        self._print(late.action_print())
        self.assertEqual(late.date_pay_by, date(2026, 3, 30))
        self.site._run_dunning(date(2026, 3, 30))
        self.assertEqual(self._actions("visit"), visit)
        for _unused in range(2):
            self.site._run_dunning(date(2026, 3, 31))
        self.assertEqual(self._actions("visit").mapped("date"), [THE_27TH, date(2026, 3, 31)][::-1])
        self.assertEqual(len(visit.round_id.action_ids), 2)

    def test_results_of_a_visit(self):
        """BIL-045: that nobody is in the unit is a result, and is taken back by the next visit."""
        self._climb(THE_27TH)
        met, nobody = self._actions("visit", self.tenancy), self._actions("visit", self.other)
        self.assertEqual((met.state, met.result, nobody.result), ("done", "refused", "nobody"))
        self.assertFalse(met.case_id.nobody_on)
        self.assertTrue(nobody.case_id.nobody_on)
        nobody.with_user(self.area).action_reached()
        self.assertFalse(nobody.case_id.nobody_on)
        with self.assertRaises(UserError):
            met.action_no_answer()  # for calls
        with self.assertRaises(UserError):
            self._actions("call").action_nobody()  # for visits

    def test_suspension_waits_for_the_leader_while_nothing_proposes_it(self):
        """BIL-043: without anything that proposes it by itself, it is the leader's to do."""
        case_class = self.registry["pm.dunning.case"]
        with patch.object(case_class, "_propose_suspension", lambda case, notice=None: None):
            self._climb()
        found = self._actions("suspension")
        self.assertEqual(set(found.mapped("state")), {"draft"})
        self.assertEqual(found.tenancy_id, self.tenancy + self.other)
        with self.assertRaises(AccessError):
            found[0].with_user(self.area).action_done()
        found[0].with_user(self.leader).action_done()
        self.assertEqual(found[0].state, "done")

    def test_suspension_is_proposed_once_by_the_hook(self):
        """BIL-043: the step calls the hook with its notice; what returns a record is done."""
        self._climb(THE_27TH)
        asked = []

        def propose(case, notice=None):
            asked.append((case, notice))
            return case if case.tenancy_id == self.tenancy else None

        Case = type(self.env["pm.dunning.case"])
        with patch.object(Case, "_propose_suspension", propose):
            self.site._run_dunning(THE_28TH)
            self.site._run_dunning(THE_28TH)
            done, waits = (
                self._actions("suspension", self.tenancy),
                self._actions("suspension", self.other),
            )
            self.assertEqual((done.state, waits.state), ("done", "draft"))
            self.assertEqual([case for case, _notice in asked], list((done + waits).case_id))
            self.assertEqual([notice for _case, notice in asked], list(done + waits))
            waits.with_user(self.leader).action_propose()
            with self.assertRaises(UserError):
                done.with_user(self.leader).action_propose()
        self.assertEqual(len(asked), 3)

    def test_no_suspension_without_a_visit(self):
        """BIL-043: only what is unpaid after a visit is proposed."""
        self.site._run_dunning(THE_23RD)
        self._issue_letters()
        self.site._run_dunning(THE_27TH)
        self.site._run_dunning(THE_28TH)
        self.assertFalse(self._actions("suspension"))

    def test_owner_is_told_on_the_day_after_a_month(self):
        """BIL-046: tenant arrears over one month: the owner gets a letter at once, and once."""
        self.site._run_dunning(date(2026, 4, 5))
        self.assertFalse(self._actions("owner"))
        self.site._run_dunning(date(2026, 4, 6))
        letter = self._actions("owner", self.tenancy)
        self.assertRecordValues(
            letter,
            [
                {
                    "date": date(2026, 4, 6),
                    "recipient_id": self.owner.id,
                    "partner_id": self.tenant.id,
                    "amount": 1506.0,
                    "state": "draft",
                }
            ],
        )
        for day in (date(2026, 4, 7), date(2026, 5, 6)):
            self.site._run_dunning(day)
        self.assertEqual(self._actions("owner", self.tenancy), letter)

    def test_who_comes_of_age_later_joins_the_round_of_the_month(self):
        self.other_bill.invoice_date_due = date(2026, 3, 9)
        self.site._run_dunning(date(2026, 4, 6))
        self.assertEqual(self._actions("owner").tenancy_id, self.tenancy)
        self.site._run_dunning(date(2026, 4, 9))
        self.site._run_dunning(date(2026, 4, 10))
        self.assertEqual(self._actions("owner", self.other).date, date(2026, 4, 10))
        self.assertEqual(len(self._actions("owner").round_id), 1)

    def test_owner_who_lives_there_himself_is_no_tenant(self):
        """BIL-046: the letter is about tenants; without an owner there is nobody to write to."""
        self.tenancy.kind = "owner"
        self.other.owner_id = False
        self.site._run_dunning(date(2026, 4, 6))
        self.assertFalse(self._actions("owner"))

    def test_months_of_the_owner_s_letter_are_a_setting(self):
        self.site.owner_notice_months = 2
        self.site._run_dunning(date(2026, 5, 5))
        self.assertFalse(self._actions("owner"))
        self.site._run_dunning(date(2026, 5, 6))
        self.assertEqual(len(self._actions("owner")), 2)

    def test_letter_every_month_if_the_step_says_so(self):
        self._step("owner").repeats = True
        for day in (date(2026, 4, 6), date(2026, 4, 30), date(2026, 5, 1)):
            self.site._run_dunning(day)
        self.assertEqual(
            self._actions("owner", self.tenancy).mapped("state"), ["draft", "replaced"]
        )

    @freeze_time("2026-04-06 02:00:00")
    def test_letter_to_the_owner_says_what_app_1_holds(self):
        """F-BIL-12: unit, owner, months, amount, joint liability, contact, telephone, office, two
        copies; it belongs to the owner, and to the customer file."""
        self.owner.name, self.tenant.name, self.area.name = "韩梅梅", "蓝鸢贸易", "王片区"
        self.site._run_dunning(date(2026, 4, 6))
        letter = self._actions("owner", self.tenancy)
        with self.assertRaisesRegex(UserError, "approved first"):
            letter.action_print()
        letter.with_user(self.leader).action_approve()
        pages = self._print(letter.action_print())
        self.assertEqual(len(pages), 2)
        for text in (
            "关于租户拖欠物业管理费用的函",
            self.unit.code,
            "韩梅梅",
            "蓝鸢贸易",
            "2026年3月",
            "1,506.00",
            "连带责任",
            "王片区",
            "0000-1234567",
            "QuietLaneOffice",
            "2026年4月6日",
            "盖章",
            "回执",
            "签收人",
        ):
            with self.subTest(text=text):
                self.assertIn(text, pages[0])
        paper = letter.paper_id
        self.assertEqual(paper.form_id, self.env.ref("pm_base.form_f_bil_12"))
        self.assertEqual(paper.partner_id, self.owner)
        self.assertIn(paper, self.tenancy._get_file_documents())

    def test_lawyer_after_three_months_where_nobody_is(self):
        """BIL-045: three months and nobody in the unit; either alone is not enough."""
        self._climb()
        self.site._run_dunning(date(2026, 6, 5))
        self.assertFalse(self._actions("lawyer"))
        self.site._run_dunning(date(2026, 6, 6))
        found = self._actions("lawyer")
        self.assertEqual(found.tenancy_id, self.other)
        with self.assertRaises(AccessError):
            found.with_user(self.area).action_done()
        found.with_user(self.leader).action_done()
        self.site._run_dunning(date(2026, 6, 7))
        self.assertEqual((self._actions("lawyer"), found.state), (found, "done"))

    def test_whatever_is_open_is_settled_by_payment(self):
        """BIL-043: paid in full, the case closes at once and no notice of it stays open."""
        self._climb(date(2026, 4, 6))
        case = self._case()
        self.assertTrue(case.action_ids.filtered(lambda each: each.state == "draft"))
        self._pay(self.bill)
        self.assertEqual(case.state, "paid")
        self.assertFalse(
            case.action_ids.filtered(lambda each: each.state in ("draft", "approved", "held"))
        )
        self.site._run_dunning(date(2026, 4, 28))
        self.assertEqual(self._case(), case)

    def test_buildings_may_follow_another_profile(self):
        """CON-05: the profile is the building's, else the office's."""
        tower = self._create_building(
            code="U", dunning_profile_id=self.env.ref("pm_billing.dunning_profile_relative").id
        )
        unit = self._create_unit(building_id=tower.id)
        third = self._create_active(unit, partner_id=self._create_partner(name="Green Oar").id)
        self._bill(date(2026, 4, 1))
        self.site._run_dunning(date(2026, 4, 2))
        self.assertEqual(self._actions("relative_report").tenancy_id, third)
        self.site._run_dunning(date(2026, 4, 18))
        called = self._actions("call").filtered(lambda each: each.date == date(2026, 4, 18))
        self.assertEqual(called.tenancy_id, self.tenancy + self.other)

    @mute_logger("odoo.sql_db")
    def test_two_runs_at_once_do_the_work_once(self):
        """BIL-041: a run that cannot see what another one just did changes nothing."""
        Round = type(self.env["pm.dunning.round"])
        self.site._dun(THE_18TH)
        before = self._counts()
        nothing = self.env["pm.dunning.round"]
        blind = patch.object(Round, "search_fetch", lambda *args, **options: nothing)
        with blind:
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.site._run_dunning(THE_18TH)
            self.site._dun(THE_18TH)
        self.assertEqual(self._counts(), before)
        self.site._dun(THE_18TH)
        self.assertEqual(self._counts(), before)

    def test_run_leaves_an_office_alone_that_another_run_has_locked(self):
        """BIL-041: two crons at once, on two connections."""
        site = self.env["pm.site"].search([("id", "not in", (self.site + self.other_site).ids)])[:1]
        if not site:
            self.skipTest("No office is in the database beside those of the test")
        with (
            self.registry.cursor() as other,
            patch.object(type(site), "_run_dunning") as run_dunning,
        ):
            elsewhere = api.Environment(other, 1, {})["pm.site"].browse(site.id)
            self.assertTrue(elsewhere.try_lock_for_update(allow_referencing=True))
            site._dun(THE_18TH)
            run_dunning.assert_not_called()
            other.rollback()
            site._dun(THE_18TH)
            run_dunning.assert_called_once_with(THE_18TH)

    def test_steps_refuse_what_cannot_work(self):
        letter = self._step("letter")
        with self.assertRaises(ValidationError):
            letter.after_id = self._step("relative_report")
        with self.assertRaises(ValidationError):
            letter.after_id = self._step("suspension")  # which follows the visit, and it the letter

    def test_copy_of_a_profile_stands_on_its_own(self):
        copied = self.env.ref("pm_billing.dunning_profile_calendar").copy()
        visit = copied.step_ids.filtered(lambda step: step.action == "visit")
        self.assertEqual((visit.after_id.action, visit.after_id.profile_id), ("letter", copied))
        copied.unlink()
        self.assertTrue(self._step("visit").exists())

    @mute_logger("odoo.sql_db")
    def test_a_letter_needs_its_paper(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._step("letter").report_id = False
            self.env.flush_all()

    def test_numbers_of_queries_stay_the_same(self):
        """A step takes as many queries for five debtors as for twenty; repeated, hardly any."""

        def measure(month):
            self._bill(month)
            day = month.replace(day=18)
            self.env.flush_all()
            self.env.invalidate_all()
            counts = []
            for _unused in range(2):
                before = self.env.cr.sql_log_count
                self.site._run_dunning(day)
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
                self.env.invalidate_all()
            return counts

        def move_in(first, last):
            for number in range(first, last):
                self._create_active(
                    self._create_unit(room=f"3{number:02d}"),
                    partner_id=self._create_partner(name=f"Debtor {number}").id,
                )

        measure(date(2026, 4, 1))
        move_in(0, 3)
        few, few_again = measure(date(2026, 5, 1))
        move_in(3, 18)
        many, many_again = measure(date(2026, 6, 1))
        self.assertLessEqual(many, few + 2)
        # Those who have no owner to write to are looked at again.
        self.assertLessEqual(many_again, min(few_again + 1, 10))


@tagged("post_install", "-at_install")
class TestDunningDays(DunningCommon):
    """Steps on days off, at the end of the month, and counted from the due date."""

    def test_before_the_due_date(self):
        """BIL-048: three days before the bill is due the fee office reports, one day before the
        second reminder goes out and the director is told; what is paid is left out."""
        manager = self.env["hr.employee"].create(
            {"name": "Director", "user_id": self._user("director").id}
        )
        self.site.write(
            {
                "dunning_profile_id": self.env.ref("pm_billing.dunning_profile_relative").id,
                "manager_id": manager.id,
            }
        )
        self._pay(self.bill, day=MARCH)
        self.site._run_dunning(date(2026, 3, 1))
        self.assertFalse(self._actions("relative_report"))
        self.site._run_dunning(date(2026, 3, 2))
        report = self._actions("relative_report")
        self.assertRecordValues(
            report,
            [{"tenancy_id": self.other.id, "state": "done", "date": date(2026, 3, 2)}],
        )
        self.site._run_dunning(date(2026, 3, 3))
        self.assertFalse(self._actions("relative_second"))
        self.site._run_dunning(date(2026, 3, 4))
        reminder = self._actions("relative_second")
        self.assertRecordValues(
            reminder,
            [
                {
                    "tenancy_id": self.other.id,
                    "date_pay_by": date(2026, 3, 5),
                    "date": date(2026, 3, 4),
                    "state": "draft",
                }
            ],
        )
        told = self.env["mail.message"].search(
            [("model", "=", "pm.dunning.round"), ("res_id", "=", reminder.round_id.id)]
        )
        self.assertEqual(told.notified_partner_ids, manager.user_id.partner_id)
        self.assertIn("1,020.00", told.body)
        # The case stays open though nothing is overdue yet, and closes with the payment.
        self.site._run_dunning(date(2026, 3, 4))
        self.assertEqual((reminder.state, reminder.case_id.state), ("draft", "open"))
        self.assertEqual(len(self._actions("relative_second")), 1)
        self._pay(self.other_bill, day=date(2026, 3, 4))
        self.assertEqual((reminder.state, reminder.case_id.state), ("settled", "paid"))

    def test_reminder_before_the_due_date_is_not_made_up_after_it(self):
        self.site.dunning_profile_id = self.env.ref("pm_billing.dunning_profile_relative")
        self.site._run_dunning(date(2026, 3, 6))
        self.assertFalse(self._actions("relative_report") + self._actions("relative_second"))

    def test_late_run_makes_up_for_the_days_before(self):
        self.site.dunning_profile_id = self.env.ref("pm_billing.dunning_profile_relative")
        self.site._run_dunning(date(2026, 3, 5))
        self.assertEqual(
            self._rounds().action_ids.round_id.sorted("date").mapped("date"),
            [date(2026, 3, 2), date(2026, 3, 4)],
        )

    @freeze_time("2026-03-04 02:00:00")
    def test_second_reminder_says_all_it_must(self):
        """F-BIL-16: customer, unit, period, items, amount, due date, first bill, contact."""
        self.site.write(
            {
                "dunning_profile_id": self.env.ref("pm_billing.dunning_profile_relative").id,
                "payment_place": "一层收费室",
            }
        )
        self.tenant.name, self.area.name = "蓝鸢贸易", "王片区"
        self.site._run_dunning(date(2026, 3, 4))
        reminders = self._actions("relative_second")
        pages = self._print(reminders.round_id.action_print_papers())
        self.assertEqual(len(pages), 2)
        page = next(page for page in pages if "蓝鸢贸易" in page)
        for text in (
            "二次催款通知单",
            self.unit.code,
            "2026年3月",
            "Management和Refuse",
            "1,506.00",
            "壹仟伍佰零陆元整",
            "2026年3月1日",
            "2026年3月5日",
            "2026年3月4日",
            "王片区",
            "0000-1234567",
            "签收人",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)
        self.assertEqual(set(reminders.mapped("state")), {"issued"})

    def test_list_of_the_unpaid_three_days_before(self):
        """F-BIL-25, BIL-048: the fee office prints who has not paid yet."""
        self.site.dunning_profile_id = self.env.ref("pm_billing.dunning_profile_relative")
        self.tenant.name = "蓝鸢贸易"
        self.site._run_dunning(date(2026, 3, 2))
        found = self._rounds(self._step("relative_report"))
        page = "".join(self._print(found.action_print_list()))
        for text in ("未交款商户统计", "蓝鸢贸易", "2,526.00", "2026年3月2日"):
            self.assertIn(text, page)

    def test_due_dates_of_one_month_are_apart(self):
        self.site.dunning_profile_id = self._create_profile(
            {"name": "After a week", "action": "call", "trigger": "due", "offset": 7}
        )
        self.other_bill.invoice_date_due = date(2026, 3, 20)
        self.site._run_dunning(date(2026, 3, 12))
        self.assertEqual(self._rounds().action_ids.tenancy_id, self.tenancy)
        self.site._run_dunning(date(2026, 3, 27))
        self.assertEqual(self._rounds().mapped("period"), [date(2026, 3, 20), date(2026, 3, 5)])
        self.assertEqual(self._rounds()[0].action_ids.tenancy_id, self.other)

    def test_days_off(self):
        """18 February 2026 lies in the Spring Festival, from the 15th to the 23rd."""
        self._bill(date(2026, 2, 1))
        for rule, first in (
            ("keep", date(2026, 2, 18)),
            ("next", date(2026, 2, 24)),
            ("previous", date(2026, 2, 14)),  # a Saturday that is worked
        ):
            profile = self._create_profile(
                {"name": "Call", "action": "call", "trigger": "reminder_day", "day_off": rule}
            )
            self.site.dunning_profile_id = profile
            with self.subTest(rule=rule):
                self.site._run_dunning(first.replace(day=first.day - 1))
                february = self._rounds(profile.step_ids).filtered(
                    lambda each: each.period == date(2026, 2, 1)
                )
                self.assertFalse(february)
                self.site._run_dunning(first)
                self.assertEqual(self._rounds(profile.step_ids)[0].date, first)
                self.assertEqual(self._rounds(profile.step_ids)[0].period, date(2026, 2, 1))

    def test_last_day_of_february(self):
        self._bill(date(2026, 2, 1))
        profile = self._create_profile(
            {"name": "Call", "action": "call", "trigger": "number", "day": 31}
        )
        self.site.dunning_profile_id = profile
        self.site._run_dunning(date(2026, 2, 27))
        self.assertNotIn(date(2026, 2, 28), self._rounds().mapped("date"))
        self.site._run_dunning(date(2026, 2, 28))
        self.assertIn(date(2026, 2, 28), self._rounds().mapped("date"))

    def test_call_without_a_paper_has_nothing_to_print(self):
        self.site.dunning_profile_id = self._create_profile({"name": "Call", "action": "call"})
        self.site._run_dunning(THE_18TH)
        self.assertFalse(self._rounds().has_paper)
        with self.assertRaisesRegex(UserError, "Nothing is ready"):
            self._rounds().action_print_papers()
