from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .move_in_common import MoveInCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInPlan(MoveInCommon):
    """TEN-030, TEN-032"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new_building.move_in_template_id = cls._template("mall")

    def test_step_names_the_remedy_until_the_director_approves(self):
        step = self._step(self._begin("mall"), "plan")
        self.assertIn("No move-in plan covers Tower 2", step.message)
        plan = self._create_plan()
        step._refresh()
        self.assertIn("ask for its approval", step.message)
        plan.with_user(self.leader).action_ask()
        self.assertIn("waits for its approval", step.message)
        self.assertEqual(plan.state, "asked")
        plan.approval_ids.with_user(self.director).action_approve()
        self.assertEqual((plan.state, step.state), ("approved", "done"))

    def test_nobody_but_the_director_approves(self):
        plan = self._create_plan()
        plan.with_user(self.leader).action_ask()
        for user in (self.leader, self.chief, self.receptionist):
            with self.assertRaises(AccessError):
                plan.approval_ids.with_user(user).action_approve()
        with self.assertRaises(UserError):
            plan.with_user(self.leader).write({"state": "approved"})

    def test_approved_plan_is_fixed_until_taken_back(self):
        plan = self._create_plan()
        self._approve_plan(plan)
        for vals in (
            {"place": "Car park"},
            {"duty_ids": [Command.clear()]},
            {"slot_ids": [Command.create({"unit_id": self.new_unit.id})]},
        ):
            with self.assertRaisesRegex(UserError, "back to draft"):
                plan.with_user(self.leader).write(vals)
        with self.assertRaisesRegex(UserError, "back to draft"):
            plan.duty_ids.with_user(self.leader).name = "Keys"
        step = self._step(self._begin("mall"), "plan")
        self.assertEqual(step.state, "done")
        plan.with_user(self.leader).action_draft()
        plan.with_user(self.leader).place = "Car park"
        self.assertEqual(step.state, "open")

    def test_rejected_plan_is_a_draft_again(self):
        plan = self._create_plan()
        plan.with_user(self.leader).action_ask()
        plan.approval_ids.with_user(self.director)._refuse("too few people")
        self.assertEqual(plan.state, "draft")

    def test_plan_says_when_who_how_and_with_what(self):
        plan = self._create_plan(duty_ids=False, place=False)
        with self.assertRaisesRegex(UserError, "the place, the staff and their duties"):
            plan.with_user(self.leader).action_ask()

    def test_somebody_named_answers_enquiries(self):
        """TEN-032"""
        plan = self._create_plan(enquiry_name=False)
        with self.assertRaisesRegex(UserError, "who answers enquiries"):
            plan.with_user(self.leader).action_ask()

    def test_procedure_brings_documents_and_forms(self):
        plan = self._create_plan()
        self.assertEqual(plan.template_id, self._template("mall"))
        self.assertIn("F-TEN-22", plan.form_ids.mapped("code"))

    def test_plan_of_the_past_covers_nobody_who_comes_later(self):
        plan = self._create_plan(date_start="2026-05-01", date_end="2026-06-30")
        tenancy = self._begin("mall")
        self.assertFalse(tenancy._get_move_in_plan())
        plan.date_end = "2026-07-01"
        self.assertEqual(tenancy._get_move_in_plan(), plan)

    def test_announced_with_the_day(self):
        """TEN-032"""
        plan = self._create_plan()
        with self.assertRaises(UserError):
            plan.with_user(self.leader).action_announce()
        self._approve_plan(plan)
        plan.with_user(self.leader).action_announce()
        self.assertEqual(str(plan.announced_on), "2026-06-15")

    def test_schedule_holds_the_units_of_its_buildings_once(self):
        plan = self._create_plan()
        plan.with_user(self.leader).action_fill_schedule()
        plan.with_user(self.leader).action_fill_schedule()
        self.assertEqual(plan.slot_ids.unit_id, self.new_unit)
        with self.assertRaises(ValidationError):
            plan.slot_ids = [Command.create({"unit_id": self.unit.id})]

    def test_receptionist_reads_and_another_office_does_not(self):
        plan = self._create_plan()
        self.assertEqual(plan.with_user(self.receptionist).place, "Lobby")
        with self.assertRaises(AccessError):
            plan.with_user(self.receptionist).place = "Here"
        with self.assertRaises(AccessError):
            plan.with_user(self._user("supervisor", self.other_site)).read(["place"])

    def test_printed_with_what_was_planned_and_who_approved(self):
        """F-TEN-14"""
        plan = self._create_plan(
            slot_ids=[
                Command.create(
                    {
                        "unit_id": self.new_unit.id,
                        "date": "2026-06-22",
                        "time_from": 9.0,
                        "time_to": 10.5,
                    }
                )
            ]
        )
        self._approve_plan(plan)
        self.site.print_lang = "zh_CN"
        report = self.env.ref("pm_tenancy.action_report_pm_move_in_plan")
        text = "".join(self._print(report.report_action(plan)))
        for words in (
            "入伙工作计划",
            "ZhouNing",
            "Papers",
            "9:00–10:30",
            self.new_unit.code,
            self.director.name.replace(" ", ""),
        ):
            self.assertIn(words, text)
