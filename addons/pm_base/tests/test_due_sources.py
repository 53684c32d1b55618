from datetime import date, datetime

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .procedure_common import ProcedureCommon
from .test_pm_due import DueCommon
from .toy_plan import ToyPlan


@tagged("post_install", "-at_install")
class TestDueOfProcedures(ProcedureCommon, DueCommon):
    @freeze_time("2026-03-02 01:00:00")
    def test_open_step_is_due_once(self):
        """A step is one row, although its reminder is on the to-do list as well."""
        clerk = self._user("receptionist")
        self._add("File", department_role="service", deadline_count=1, deadline_unit="workdays")
        self._add("No hurry")
        case = self._start()
        step = self._step(case, "File")
        step.user_id = clerk
        dues = self._dues(records=case)
        self.assertRecordValues(
            dues,
            [
                {
                    "name": "File",
                    "kind": "step",
                    "due_at": step.due_at,
                    "department_id": self.desk.id,
                    "user_id": clerk.id,
                    "record_name": case.display_name,
                }
            ],
        )
        step._remind()
        self.assertEqual(self._dues(records=case), dues)
        step.action_done()
        self.assertFalse(self._dues(records=case))

    @freeze_time("2026-03-02 01:00:00")
    def test_steps_of_a_procedure_broken_off_are_not_due(self):
        self._add("File", deadline_count=1, deadline_unit="days")
        case = self._start()
        self.assertTrue(self._dues(records=case))
        case._cancel_procedure("toy_case")
        self.assertFalse(self._dues(records=case))


@tagged("post_install", "-at_install")
class TestDueOfApprovals(DueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyPlan.register(cls)
        cls.kind = cls.env["pm.approval.kind"].create(
            {
                "name": "Work plan",
                "code": "toy",
                "group_id": cls.env.ref("pm_base.group_pm_director").id,
                "answer_days": 2,
            }
        )
        cls.plan = cls.env["toy.plan"].create({"name": "A", "site_id": cls.site.id})
        cls.asker = cls._user("supervisor")
        cls.director = cls._user("director")

    @freeze_time("2026-03-02 17:00:00")  # the next morning at the office
    def test_question_is_due_to_whoever_decides(self):
        approval = self.plan.with_user(self.asker).action_ask()
        due = self._dues(records=approval)
        self.assertRecordValues(
            due, [{"kind": "approval", "name": "Plan A", "due_date": date(2026, 3, 5)}]
        )
        for user, mine in ((self.director, due), (self.asker, due.browse())):
            dues = due.with_user(user)
            self.assertEqual(dues.search(dues._get_scope_domain("mine")), mine)
        approval.with_user(self.director).action_approve()
        self.assertFalse(self._dues(records=approval))


@tagged("post_install", "-at_install")
class TestDueOfFaults(DueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.works = cls.env["hr.department"].create({"name": "Works", "site_id": cls.site.id})
        cls.template = cls.env["pm.inspection.template"].create(
            {"name": "Room", "line_ids": [Command.create({"name": "Door"})]}
        )

    def _inspect(self, day, **vals):
        inspection = self.env["pm.inspection"]._start(
            self.template, self.site, place="A-12-03", date=day, **vals
        )
        self._find(inspection, day)
        return inspection

    def _find(self, inspection, day):
        inspection.line_ids.write(
            {
                "verdict": "fault",
                "finding": "Does not close",
                "due_date": day,
                "department_id": self.works.id,
            }
        )
        inspection.action_judge()

    @freeze_time("2026-03-10 04:00:00")
    def test_open_fault_is_due_until_it_is_put_right(self):
        inspection = self._inspect("2026-03-12")
        self.assertRecordValues(
            self._dues(records=inspection),
            [
                {
                    "name": "Door",
                    "kind": "fault",
                    "place": "A-12-03",
                    "department_id": self.works.id,
                    "due_at": datetime(2026, 3, 12, 15, 59, 59),
                }
            ],
        )
        inspection.line_ids.action_rectify()
        self.assertFalse(self._dues(records=inspection))

    @freeze_time("2026-03-10 04:00:00")
    def test_fault_found_again_is_one_row(self):
        first = self._inspect("2026-03-12")
        again = first._inspect_again()
        self.assertTrue(self._dues(records=first))
        self._find(again, "2026-03-20")
        self.assertFalse(self._dues(records=first))
        self.assertEqual(self._dues(records=again).due_date, date(2026, 3, 20))
        again.line_ids.action_rectify()
        self.assertFalse(self._dues(records=first + again))
