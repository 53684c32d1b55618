from datetime import datetime

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .procedure_common import ProcedureCommon


@tagged("post_install", "-at_install")
class TestPmProcedure(ProcedureCommon):
    def test_steps_take_over_what_the_template_says(self):
        self.template.step_ids = [
            Command.create(
                {"name": "File", "department_role": "engineering", "form_id": self.form.id}
            )
        ]
        case = self._start()
        self.assertRecordValues(
            case.procedure_step_ids,
            [
                {
                    "name": "File",
                    "department_id": self.works.id,
                    "form_id": self.form.id,
                    "site_id": self.site.id,
                    "company_id": self.site.company_id.id,
                    "res_model": "toy.case",
                    "res_id": case.id,
                    "subject": "Han Meimei",
                    "state": "open",
                    "due_at": False,
                }
            ],
        )
        self.assertEqual(case.procedure_ids.started_by_id, self.env.user)

    def test_step_without_department_names_the_role_that_owes_it(self):
        self._add("Guard", department_role="security", gate="done")
        case = self._start(state="open")
        self.assertFalse(self._step(case, "Guard").department_id)
        with self.assertRaisesRegex(UserError, r"Guard \(Security Department\)"):
            case.state = "done"

    def test_step_is_left_out_where_the_condition_does_not_hold(self):
        self._add("Gas", condition="[('has_gas', '=', True)]")
        self._add("Water")
        self.assertEqual(self._start().procedure_step_ids.mapped("name"), ["Water"])
        self.assertEqual(
            self._start(has_gas=True).procedure_step_ids.mapped("name"), ["Gas", "Water"]
        )

    def test_steps_are_worded_in_the_language_of_the_office(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.site.print_lang = "zh_CN"
        step = self._add("Keys")
        step.with_context(lang="zh_CN").name = "交钥匙"
        self.assertEqual(self._start().procedure_step_ids.name, "交钥匙")

    def test_a_second_start_changes_nothing(self):
        self._add("Keys")
        case = self._start()
        self.assertFalse(case._start_procedure("toy_case"))
        self.assertFalse(case._start_procedure(self.template))
        self.assertEqual(len(case.procedure_step_ids), 1)

    def test_record_may_name_its_procedure(self):
        chosen = self._create_template({"name": "Chosen"}, sequence=99)
        case = self._create_case()
        case._start_procedure(chosen)
        self.assertEqual(case.procedure_ids.template_id, chosen)

    def test_procedure_for_something_else_is_refused(self):
        case = self._create_case()
        for vals in ({"occasion": "toy_other"}, {"site_id": self.other_site.id}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "not a procedure for"):
                case._start_procedure(self._create_template(**vals))

    def test_office_without_a_procedure_begins_none(self):
        self.template.active = False
        self.assertFalse(self._create_case()._start_procedure("toy_case"))

    @mute_logger("odoo.sql_db")
    def test_one_procedure_a_record(self):
        """Two clerks who press the button at once begin one procedure."""
        case = self._start()
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            case.procedure_ids.copy()

    def test_progress_and_next_step(self):
        for name in ("One", "Two", "Three", "Four"):
            self._add(name)
        case = self._start()
        self.assertEqual((case.procedure_progress, case.next_step_id.name), (0, "One"))
        self._step(case, "One").action_done()
        self.assertEqual((case.procedure_progress, case.next_step_id.name), (25, "Two"))
        self.assertEqual(case.procedure_ids.progress, 25)
        self.assertEqual(case.procedure_ids.open_count, 3)

    def test_broken_off_procedure_holds_nothing_up_and_may_begin_anew(self):
        self._add("Keys", gate="done")
        case = self._start(state="open")
        step = self._step(case, "Keys")
        case._cancel_procedure("toy_other")
        self.assertTrue(case.procedure_step_ids)
        case._cancel_procedure("toy_case")
        self.assertFalse(case.procedure_step_ids)
        self.assertFalse(step.is_late)
        with self.assertRaisesRegex(UserError, "broken off"):
            step.action_done()
        case.state = "done"
        self.assertTrue(case._start_procedure("toy_case"))

    def test_deleted_record_takes_its_procedures_along(self):
        self._add("Keys")
        case = self._start(self._user("receptionist"))
        case._cancel_procedure()
        case._start_procedure("toy_case")
        procedures = self.env["pm.procedure"].search([("res_model", "=", "toy.case")])
        case.unlink()
        self.assertFalse(procedures.exists())
        self.assertFalse(self.env["pm.procedure.step"].search([("res_model", "=", "toy.case")]))


@tagged("post_install", "-at_install")
class TestPmProcedureGates(ProcedureCommon):
    def test_open_gate_holds_up_its_point_and_the_later_ones(self):
        self._add("Keys", gate="keys")
        case = self._start(state="open")
        case._check_gates("open")
        with self.assertRaisesRegex(UserError, r"Han Meimei is held up by:\n• Keys \(Desk\)"):
            case._check_gates("keys")
        with self.assertRaisesRegex(UserError, "Keys"):
            case.with_user(self._user("director")).write({"state": "done"})
        self._step(case, "Keys").action_done()
        case.state = "done"

    def test_refusal_lists_each_open_step_with_who_owes_it_and_why(self):
        self._add("Keys", gate="keys")
        self._add("Fee", gate="done", check="toy_paid", department_role="engineering")
        self._add("Later")
        case = self._start(state="open")
        self._step(case, "Keys").user_id = self._user("area")
        with self.assertRaises(UserError) as refusal:
            case.state = "done"
        self.assertEqual(
            str(refusal.exception).split("\n")[1:],
            [
                f"• Keys (Desk, {self._user('area').name})",
                "• Fee (Works) — Han Meimei has not paid.",
            ],
        )

    def test_gate_judges_what_is_true_now(self):
        self._add("Fee", gate="done", check="toy_paid")
        case = self._start(state="open", is_paid=True)
        self.assertEqual(self._step(case, "Fee").state, "done")
        case.is_paid = False
        with self.assertRaisesRegex(UserError, "has not paid"):
            case.state = "done"
        case.is_paid = True
        case.state = "done"

    def test_record_without_procedure_is_held_up_by_nothing(self):
        case = self._create_case(state="open")
        case.state = "done"
        self.assertEqual(case.state, "done")

    def test_going_back_is_never_held_up(self):
        self._add("Gate", gate="open", check="toy_paid")
        case = self._start(state="open", is_paid=True)
        case.state = "done"
        case.is_paid = False
        case.state = "open"
        self.assertEqual(case.state, "open")

    def test_skipped_gate_lets_pass(self):
        self._add("Keys", gate="done")
        case = self._start(state="open")
        self._step(case, "Keys").write({"state": "skipped", "skip_reason": "No keys"})
        case.state = "done"


@tagged("post_install", "-at_install")
class TestPmProcedureStep(ProcedureCommon):
    def _skip(self, step, reason="No such meter"):
        action = step.action_skip()
        Skip = step.env[action["res_model"]].with_context(**action["context"])
        return Skip.create({"reason": reason}).action_confirm()

    @freeze_time("2026-03-24 02:00:00")
    def test_closing_notes_who_and_when(self):
        self._add("Keys")
        user = self._user("receptionist")
        step = self._step(self._start(), "Keys", user)
        step.action_done()
        self.assertRecordValues(
            step,
            [{"state": "done", "done_by_id": user.id, "done_at": datetime(2026, 3, 24, 2, 0)}],
        )
        step.action_reopen()
        self.assertRecordValues(step, [{"state": "open", "done_by_id": False, "done_at": False}])

    def test_state_written_by_rpc_notes_the_same(self):
        self._add("Keys")
        user = self._user("receptionist")
        step = self._step(self._start(), "Keys", user)
        step.write({"state": "done"})
        self.assertEqual(step.done_by_id, user)
        self.assertTrue(step.done_at)

    def test_step_waits_for_the_steps_before_it(self):
        first = self._add("File")
        self._add("Sign", after_ids=[Command.link(first.id)])
        case = self._start()
        sign = self._step(case, "Sign")
        self.assertEqual(sign.message, "Comes after: “File”")
        with self.assertRaisesRegex(UserError, "“Sign” comes only after: “File”"):
            sign.action_done()
        with self.assertRaises(UserError):
            sign.with_user(self._user("director")).write({"state": "done"})
        self._step(case, "File").action_done()
        self.assertFalse(sign.message)
        sign.action_done()

    def test_what_came_true_a_moment_ago_lets_the_next_step_close(self):
        fee = self._add("Fee", check="toy_paid")
        self._add("Sign", after_ids=[Command.link(fee.id)])
        case = self._start()
        with self.assertRaisesRegex(UserError, "“Sign” comes only after: “Fee”"):
            self._step(case, "Sign", self._user("area")).action_done()
        case.is_paid = True
        self._step(case, "Sign", self._user("area")).action_done()
        self.assertEqual(self._step(case, "Fee").state, "done")

    def test_only_members_of_the_group_close(self):
        self._add("Cash", group_id=self.env.ref("pm_base.group_pm_cashier").id)
        step = self._step(self._start(), "Cash")
        for act in ("action_done", "write"):
            vals = [{"state": "done"}] if act == "write" else []
            with self.subTest(act), self.assertRaisesRegex(AccessError, "Cashier"):
                getattr(step.with_user(self._user("receptionist")), act)(*vals)
        step.with_user(self._user("cashier")).action_done()
        with self.assertRaisesRegex(AccessError, "Cashier"):
            step.with_user(self._user("receptionist")).action_reopen()

    def test_group_that_is_implied_counts(self):
        self._add("Check", group_id=self.env.ref("pm_base.group_pm_supervisor").id)
        step = self._step(self._start(), "Check", self._user("leader"))
        step.action_done()
        self.assertEqual(step.state, "done")

    def test_who_began_a_procedure_does_not_approve_in_it(self):
        """Four eyes: neither approved nor waved through by whoever began it."""
        self._add("Approve", kind="approve")
        leader = self._user("leader")
        step = self._step(self._start(leader), "Approve")
        with self.assertRaisesRegex(AccessError, "second pair of eyes"):
            step.with_user(leader).action_done()
        with self.assertRaisesRegex(AccessError, "second pair of eyes"):
            self._skip(step.with_user(leader))
        step.with_user(self._user("receptionist")).action_done()
        self.assertEqual(step.state, "done")

    def test_skipping_asks_for_the_reason_and_the_post(self):
        self._add("Meter")
        step = self._step(self._start(), "Meter")
        with self.assertRaisesRegex(AccessError, "Supervisor"):
            self._skip(step.with_user(self._user("receptionist")))
        self._skip(step.with_user(self._user("supervisor")))
        self.assertRecordValues(
            step,
            [
                {
                    "state": "skipped",
                    "skip_reason": "No such meter",
                    "done_by_id": self._user("supervisor").id,
                }
            ],
        )
        self.assertIn("No such meter", str(step.procedure_id.message_ids[0].body))

    def test_only_the_leader_in_charge_skips_a_gate(self):
        self._add("Keys", gate="done")
        step = self._step(self._start(), "Keys")
        with self.assertRaisesRegex(AccessError, "Leader in Charge"):
            self._skip(step.with_user(self._user("supervisor")))
        self._skip(step.with_user(self._user("leader")))
        with self.assertRaisesRegex(AccessError, "Leader in Charge"):
            step.with_user(self._user("supervisor")).action_reopen()
        step.with_user(self._user("leader")).action_reopen()
        self.assertRecordValues(step, [{"state": "open", "skip_reason": False}])

    def test_skipping_by_rpc_obeys_the_same_rules(self):
        self._add("Meter")
        step = self._step(self._start(), "Meter")
        with self.assertRaisesRegex(AccessError, "Supervisor"):
            step.with_user(self._user("receptionist")).write(
                {"state": "skipped", "skip_reason": "Mine"}
            )
        supervisor = self._user("supervisor")
        for vals in ({"state": "skipped"}, {"state": "skipped", "skip_reason": "  "}):
            with (
                self.subTest(**vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                step.with_user(supervisor).write(vals)
        self._skip(step.with_user(supervisor))
        with self.assertRaises(AccessError):
            step.with_user(supervisor).write({"skip_reason": "Something nicer"})

    def test_users_do_not_rewrite_the_facts(self):
        self._add("Keys", gate="done")
        step = self._step(self._start(), "Keys", self._user("director"))
        facts = {
            "name": "Tea",
            "gate": False,
            "check": "toy_paid",
            "kind": "do",
            "due_at": "2030-01-01 00:00:00",
            "done_at": "2030-01-01 00:00:00",
            "done_by_id": self.env.uid,
            "group_id": False,
            "after_ids": [Command.clear()],
            "is_reminded": True,
            "message": "Fine",
            "is_cancelled": True,
            "procedure_id": 1,
            "site_id": self.other_site.id,
        }
        for name, value in facts.items():
            with self.subTest(name), self.assertRaises(AccessError):
                step.write({name: value})
        evidence = step.env["ir.attachment"].create(
            {"name": "photo.jpg", "raw": b"x", "res_model": step._name, "res_id": step.id}
        )
        step.write(
            {
                "note": "Two keys",
                "user_id": step.env.uid,
                "evidence_ids": [Command.link(evidence.id)],
            }
        )
        self.assertEqual((step.note, step.evidence_ids), ("Two keys", evidence))

    def test_nobody_makes_or_deletes_steps_by_hand(self):
        self._add("Keys")
        step = self._step(self._start(), "Keys", self._user("director"))
        for act in (step.unlink, step.copy, step.procedure_id.unlink):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            step.procedure_id.write({"is_cancelled": True})

    def test_steps_of_another_office_are_out_of_sight(self):
        self._add("Keys")
        case = self._start(site_id=self.other_site.id)
        step = self._step(case, "Keys", self._user("director"))
        self.assertFalse(step.search([("id", "=", step.id)]))
        for act in (lambda: step.read(["name"]), step.action_done, step.action_work):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            step.procedure_id.read(["subject"])

    def test_forbidden_moves_are_refused(self):
        self._add("Keys")
        step = self._step(self._start(), "Keys")
        for target in ("open", "nowhere"):
            with self.subTest(target), self.assertRaises(UserError):
                step.write({"state": target})
        step.action_done()
        with self.assertRaises(UserError):
            step.write({"state": "skipped", "skip_reason": "Late thought"})

    def test_work_prints_the_form_else_asks_the_record_else_opens_the_step(self):
        report = self.env["ir.actions.report"].create(
            {
                "name": "Toy",
                "model": "toy.case",
                "report_type": "qweb-pdf",
                "report_name": "pm_base.report_toy_case",
                "pm_engine": "weasyprint",
                "pm_form_id": self.form.id,
            }
        )
        self._add("Letter", form_id=self.form.id)
        self._add("Fee", kind="payment")
        self._add("Look")
        case = self._start()
        user = self._user("receptionist")
        letter = self._step(case, "Letter", user).action_work()
        self.assertEqual(letter["report_name"], report.report_name)
        self.assertEqual(letter["context"]["active_ids"], case.ids)
        fee = self._step(case, "Fee", user).action_work()
        self.assertEqual(fee["res_model"], "account.payment")
        look = self._step(case, "Look", user)
        self.assertEqual(look.action_work()["res_id"], look.id)

    def test_form_of_a_record_shows_the_steps(self):
        """The documented snippet gives the tab with its buttons."""
        self._add("Keys")
        case = self._start()
        view = self.env["ir.ui.view"].create(
            {
                "name": "toy.case.form",
                "model": "toy.case",
                "arch": """<form><field name="procedure_progress" widget="progressbar"/>
                    <field name="procedure_step_ids" context="{'list_view_ref':
                    'pm_base.pm_procedure_step_view_list_embedded'}"/></form>""",
            }
        )
        arch = case.get_view(view.id)["arch"]
        self.assertIn('name="action_done"', arch)
        with Form(case.with_user(self._user("receptionist")), view) as form:
            self.assertEqual(len(form.procedure_step_ids), 1)


@tagged("post_install", "-at_install")
class TestPmProcedureChecks(ProcedureCommon):
    def test_automatic_step_follows_the_record_both_ways(self):
        self._add("Fee", check="toy_paid")
        case = self._start()
        fee = self._step(case, "Fee")
        self.assertRecordValues(fee, [{"state": "open", "message": "Han Meimei has not paid."}])
        case.is_paid = True
        case._refresh_procedure()
        self.assertRecordValues(fee, [{"state": "done", "message": False, "done_by_id": False}])
        self.assertTrue(fee.done_at)
        case.is_paid = False
        case._refresh_procedure()
        self.assertRecordValues(
            fee, [{"state": "open", "message": "Han Meimei has not paid.", "done_at": False}]
        )

    def test_automatic_step_is_not_closed_by_hand(self):
        self._add("Fee", check="toy_paid")
        case = self._start()
        fee = self._step(case, "Fee", self._user("director"))
        with self.assertRaisesRegex(UserError, "closes by itself. Han Meimei has not paid"):
            fee.action_done()
        with self.assertRaisesRegex(UserError, "closes by itself"):
            fee.write({"state": "done"})
        case.is_paid = True
        fee.action_done()
        self.assertEqual(fee.state, "done")
        with self.assertRaisesRegex(UserError, "closes by itself"):
            fee.action_reopen()

    def test_skipped_automatic_step_stays_skipped(self):
        self._add("Fee", check="toy_paid")
        case = self._start()
        fee = self._step(case, "Fee")
        fee.write({"state": "skipped", "skip_reason": "Paid in kind"})
        case.is_paid = True
        case._refresh_procedure()
        self.assertEqual(fee.state, "skipped")
        fee.action_reopen()
        self.assertEqual(fee.state, "done")

    def test_automatic_step_waits_for_the_steps_before_it(self):
        first = self._add("File")
        second = self._add("Fee", check="toy_paid", after_ids=[Command.link(first.id)])
        self._add("Again", check="toy_paid", after_ids=[Command.link(second.id)], sequence=1)
        case = self._start(is_paid=True)
        self.assertEqual(case.procedure_step_ids.mapped("state"), ["open"] * 3)
        self._step(case, "File").with_user(self._user("receptionist")).action_done()
        self.assertEqual(case.procedure_step_ids.mapped("state"), ["done"] * 3)

    def test_paper_closes_its_steps_on_its_way(self):
        """Printing, delivery and the signed receipt close steps at once, and open them again."""
        steps = [
            self._add(name, check=name, form_id=self.form.id)
            for name in ("paper_printed", "paper_delivered", "paper_returned")
        ]
        other_form = self.env.ref("pm_base.form_f_bil_04")
        self._add("Other", check="paper_printed", form_id=other_form.id)
        case, other = self._start(), self._start()
        user = self._user("receptionist")

        def states():
            return [self._step(case, step.name).state for step in steps]

        self.assertEqual(states(), ["open", "open", "open"])
        self.assertIn("is not printed yet", self._step(case, "paper_printed").message)
        Document = self.env["pm.document"].with_user(user)
        paper = Document._file_printed(self.form, case)[case.id].with_user(user)
        self.assertEqual(states(), ["done", "open", "open"])
        paper.action_deliver()
        self.assertEqual(states(), ["done", "done", "open"])
        paper.action_return()
        self.assertEqual(states(), ["done", "done", "done"])
        paper.action_file()
        self.assertEqual(states(), ["done", "done", "done"])
        for expected in (["done"] * 3, ["done", "done", "open"], ["done", "open", "open"]):
            paper.action_undo()
            self.assertEqual(states(), expected)
        self.assertEqual(self._step(case, "Other").state, "open")
        self.assertEqual(set(other.procedure_step_ids.mapped("state")), {"open"})

    def test_check_sees_more_than_the_user(self):
        """Whether a step is done does not depend on who looks."""
        self._add("Paper", check="paper_printed", form_id=self.form.id)
        case = self._start()
        self.env["pm.document"]._file_printed(self.form, case)
        case.with_user(self._user("receptionist"))._refresh_procedure()
        self.assertEqual(case.procedure_step_ids.state, "done")


@tagged("post_install", "-at_install")
class TestPmProcedureDeadlines(ProcedureCommon):
    def _due(self, case, name):
        due_at = self._step(case, name).due_at
        return due_at and self.site._to_local(due_at)

    @freeze_time("2026-09-30 17:00:00")  # 1 October, 1 am at the office
    def test_deadline_counts_from_the_beginning_on_the_clock_of_the_office(self):
        self._add("Call", deadline_count=30, deadline_unit="minutes")
        self._add("Visit", deadline_count=2, deadline_unit="workdays")
        self._add("None")
        case = self._start()
        self.assertEqual(self._due(case, "Call"), datetime(2026, 10, 1, 1, 30))
        self.assertEqual(self._due(case, "Visit"), datetime(2026, 10, 9, 23, 59, 59))
        self.assertFalse(self._due(case, "None"))

    def test_deadline_follows_the_date_of_the_record(self):
        self._add(
            "Prepare",
            anchor="field",
            anchor_field_id=self._date_field(),
            deadline_count=-3,
            deadline_unit="days",
        )
        case = self._start(self._user("receptionist"))
        self.assertFalse(self._due(case, "Prepare"))
        case.date_visit = "2026-05-10"
        self.assertEqual(self._due(case, "Prepare"), datetime(2026, 5, 7, 23, 59, 59))
        case.date_visit = False
        self.assertFalse(self._due(case, "Prepare"))

    def test_deadline_of_a_closed_step_stands(self):
        self._add(
            "Prepare",
            anchor="field",
            anchor_field_id=self._date_field(),
            deadline_unit="days",
        )
        case = self._start(date_visit="2026-05-10")
        self._step(case, "Prepare").action_done()
        case.date_visit = "2026-06-10"
        self.assertEqual(self._due(case, "Prepare"), datetime(2026, 5, 10, 23, 59, 59))

    def test_moment_on_the_record_is_read_on_the_clock_of_the_office(self):
        self._add(
            "Answer",
            anchor="field",
            anchor_field_id=self._date_field("create_date"),
            deadline_count=1,
            deadline_unit="days",
        )
        case = self._create_case()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE toy_case SET create_date = '2026-03-31 16:30:00' WHERE id = %s", [case.id]
        )
        case.invalidate_recordset()
        case._start_procedure("toy_case")
        self.assertEqual(self._due(case, "Answer"), datetime(2026, 4, 2, 23, 59, 59))

    def test_deadline_counts_from_when_another_step_was_done(self):
        first = self._add("File")
        self._add(
            "Sign",
            anchor="step",
            anchor_step_id=first.id,
            deadline_count=2,
            deadline_unit="hours",
        )
        case = self._start()
        self.assertFalse(self._due(case, "Sign"))
        with freeze_time("2026-03-24 02:00:00"):
            self._step(case, "File", self._user("receptionist")).action_done()
        self.assertEqual(self._due(case, "Sign"), datetime(2026, 3, 24, 12, 0))
        self._step(case, "File").action_reopen()
        self.assertFalse(self._due(case, "Sign"))

    @freeze_time("2026-03-24 02:00:00")
    def test_number_may_be_a_setting_of_the_office(self):
        setting = self._date_field("sequence", "pm.site")
        vals = {"deadline_setting_id": setting, "deadline_unit": "days", "deadline_count": 99}
        self._add("After", **vals)
        self._add("Before", **vals, deadline_before=True)
        self.site.sequence, self.other_site.sequence = 5, 9
        case = self._start()
        self.assertEqual(self._due(case, "After"), datetime(2026, 3, 29, 23, 59, 59))
        self.assertEqual(self._due(case, "Before"), datetime(2026, 3, 19, 23, 59, 59))
        elsewhere = self._start(site_id=self.other_site.id)
        self.assertEqual(self._due(elsewhere, "After"), datetime(2026, 4, 2, 23, 59, 59))
        self.site.sequence = 6
        case._refresh_procedure()
        self.assertEqual(self._due(case, "After"), datetime(2026, 3, 30, 23, 59, 59))

    def test_late_is_open_and_past_its_deadline(self):
        self._add("Call", deadline_count=30, deadline_unit="minutes")
        with freeze_time("2026-03-24 02:00:00"):
            step = self._step(self._start(), "Call")
        Step = self.env["pm.procedure.step"]
        mine, late = [("id", "=", step.id)], [("is_late", "=", True)]
        for moment, expected in (
            ("2026-03-24 02:30:00", False),
            ("2026-03-24 02:30:01", True),
        ):
            with self.subTest(moment), freeze_time(moment):
                step.invalidate_recordset(["is_late"])
                self.assertEqual(step.is_late, expected)
                self.assertEqual(bool(Step.search(mine + late)), expected)
                self.assertEqual(bool(Step.search([*mine, ("is_late", "=", False)])), not expected)
        with freeze_time("2026-03-25 02:00:00"):
            step.action_done()
            self.assertFalse(step.is_late)
            self.assertFalse(Step.search(mine + late))


@tagged("post_install", "-at_install")
class TestPmProcedureCrons(ProcedureCommon):
    def _run(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"pm_base.{name}").method_direct_trigger()

    def _activities(self, case):
        return self.env["mail.activity"].search(
            [("res_model", "=", "toy.case"), ("res_id", "=", case.id)]
        )

    def test_hourly_judgement_sees_what_nobody_told(self):
        self._add("Fee", check="toy_paid")
        self._add("Keys")
        self._add("Visit", anchor="field", anchor_field_id=self._date_field(), deadline_unit="days")
        case, broken_off = self._start(), self._start()
        step = self._step(broken_off, "Fee")
        broken_off._cancel_procedure()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE toy_case SET is_paid = TRUE, name = 'Li Lei', date_visit = '2026-05-10'"
        )
        self.env.invalidate_all()
        self._run("ir_cron_refresh_procedures")
        self.assertEqual(self._step(case, "Fee").state, "done")
        self.assertEqual(self._step(case, "Visit").due_at, datetime(2026, 5, 10, 15, 59, 59))
        self.assertEqual(case.procedure_ids.subject, "Li Lei")
        self.assertEqual(step.state, "open")
        before = case.procedure_step_ids.read()
        self._run("ir_cron_refresh_procedures")
        self.assertEqual(case.procedure_step_ids.read(), before)

    def test_record_that_cannot_be_judged_does_not_stop_the_others(self):
        self._add("Fee", check="toy_paid")
        bad, good = self._start(name="Bad"), self._start(name="Good")
        original = type(bad)._pm_check_toy_paid

        def check(case, step):
            if case.name == "Bad":
                raise UserError("The books are closed.")
            return False

        type(bad)._pm_check_toy_paid = check
        self.addCleanup(setattr, type(bad), "_pm_check_toy_paid", original)
        with self.assertLogs("odoo.addons.pm_base.models.pm_procedure", "WARNING") as logs:
            self._run("ir_cron_refresh_procedures")
        self.assertIn("The books are closed.", logs.output[0])
        self.assertEqual(good.procedure_step_ids.state, "done")
        self.assertEqual(bad.procedure_step_ids.state, "open")

    def test_responsible_is_reminded_once_a_day_before(self):
        self._add(
            "Prepare", anchor="field", anchor_field_id=self._date_field(), deadline_unit="days"
        )
        case = self._start(date_visit="2026-05-10")
        user = self._user("area")
        self._step(case, "Prepare").user_id = user
        with freeze_time("2026-05-09 15:59:58"):  # the day ends at 15:59:59 UTC
            self._run("ir_cron_remind_steps")
            self.assertFalse(self._activities(case))
        for moment in ("2026-05-09 16:00:00", "2026-05-20 16:00:00"):
            with freeze_time(moment):
                self._run("ir_cron_remind_steps")
        activity = self._activities(case)
        self.assertRecordValues(activity, [{"user_id": user.id, "summary": "Prepare"}])
        self.assertEqual(str(activity.date_deadline), "2026-05-10")

    @freeze_time("2026-05-20 02:00:00")
    def test_reminder_follows_the_deadline_the_person_and_the_closing(self):
        self._add(
            "Prepare", anchor="field", anchor_field_id=self._date_field(), deadline_unit="days"
        )
        case = self._start(date_visit="2026-05-10")
        step = self._step(case, "Prepare")
        step.user_id = self._user("area")
        self._run("ir_cron_remind_steps")
        case.date_visit = "2026-05-12"
        self.assertFalse(self._activities(case))
        self._run("ir_cron_remind_steps")
        self.assertEqual(str(self._activities(case).date_deadline), "2026-05-12")
        step.with_user(self._user("supervisor")).user_id = self._user("receptionist")
        self._run("ir_cron_remind_steps")
        self.assertEqual(self._activities(case).user_id, self._user("receptionist"))
        step.with_user(self._user("supervisor")).action_done()
        self.assertFalse(self._activities(case))
        self._run("ir_cron_remind_steps")
        self.assertFalse(self._activities(case))

    @freeze_time("2026-05-20 02:00:00")
    def test_head_of_department_is_reminded_when_nobody_is_responsible(self):
        head = self._user("supervisor")
        self._add("Prepare", deadline_unit="days")
        case = self._start()
        self._run("ir_cron_remind_steps")
        self.assertFalse(self._activities(case))
        employee = self.env["hr.employee"].create({"name": "Head", "user_id": head.id})
        self.desk.manager_id = employee
        self._run("ir_cron_remind_steps")
        self.assertEqual(self._activities(case).user_id, head)

    @freeze_time("2026-05-20 02:00:00")
    def test_who_cannot_see_the_record_is_not_reminded(self):
        self._add("Prepare", deadline_unit="days")
        case = self._start()
        self._step(case, "Prepare").user_id = self.env["res.users"].create(
            {"name": "Stranger", "login": "stranger"}
        )
        self._run("ir_cron_remind_steps")
        self.assertFalse(self._activities(case))
