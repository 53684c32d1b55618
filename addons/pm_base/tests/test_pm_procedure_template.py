from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .procedure_common import ProcedureCommon


@tagged("post_install", "-at_install")
class TestPmProcedureTemplate(ProcedureCommon):
    def test_own_procedure_comes_before_the_common_ones(self):
        first = self._create_template(name="First", sequence=1)
        own = self._create_template(name="Own", sequence=99, site_id=self.site.id)
        self._create_template(name="Other Office", site_id=self.other_site.id)
        self._create_template(name="Asleep", active=False)
        Template = self.env["pm.procedure.template"]
        self.assertEqual(Template._find(self.site, "toy_case"), own + first + self.template)
        own.active = False
        self.assertEqual(Template._find(self.site, "toy_case"), first + self.template)
        self.assertFalse(Template._find(self.site, "toy_other"))

    def test_copy_for_one_office_refers_to_its_own_steps(self):
        first = self._add("File")
        last = self._add(
            "Approve",
            kind="approve",
            after_ids=[Command.link(first.id)],
            anchor="step",
            anchor_step_id=first.id,
            deadline_count=2,
            deadline_unit="hours",
            gate="done",
        )
        copied = self.template.copy({"site_id": self.site.id})
        self.assertEqual(copied.name, "Toy Round (copy)")
        self.assertEqual(copied.step_ids.mapped("name"), ["File", "Approve"])
        self.assertRecordValues(
            copied.step_ids[1],
            [
                {
                    "anchor": "step",
                    "anchor_step_id": copied.step_ids[0].id,
                    "after_ids": copied.step_ids[0].ids,
                    "deadline_count": 2,
                    "gate": "done",
                    "kind": "approve",
                }
            ],
        )
        self.assertEqual(last.anchor_step_id, first)
        case = self._start()
        self.assertEqual(case.procedure_ids.template_id, copied)

    def test_step_that_does_not_fit_the_record_is_refused(self):
        elsewhere = self._create_template({"name": "Elsewhere"}, name="Other Round").step_ids
        site_sequence = self._date_field("sequence", "pm.site")
        cases = [
            ({"deadline_count": 3}, "unit"),
            ({"deadline_setting_id": site_sequence}, "unit"),
            ({"anchor": "field"}, "choose the date"),
            ({"anchor": "field", "anchor_field_id": self._date_field("name")}, "is no date"),
            (
                {"anchor": "field", "anchor_field_id": self._date_field("date", "pm.document")},
                "is no date",
            ),
            ({"anchor": "step"}, "choose the step"),
            ({"anchor": "step", "anchor_step_id": elsewhere.id}, "same procedure"),
            (
                {"deadline_unit": "days", "deadline_setting_id": self._date_field("name")},
                "settings of the office",
            ),
            ({"gate": "other"}, "does not pass the point"),
            ({"after_ids": [Command.link(elsewhere.id)]}, "same procedure"),
            ({"check": "paper_printed"}, "choose the form"),
            ({"condition": "[('nothing', '=', 1)]"}, "condition"),
            ({"condition": "[('name'"}, "condition"),
            ({"condition": "5"}, "condition"),
        ]
        for vals, words in cases:
            with self.subTest(**vals), self.assertRaisesRegex(ValidationError, words):
                self._add("Odd", **vals)

    def test_check_that_the_record_does_not_know_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "cannot be checked"):
            self._create_template({"check": "toy_paid"}, occasion="toy_other")

    def test_steps_that_wait_for_each_other_are_refused(self):
        first, second, third = (self._add(name) for name in ("One", "Two", "Three"))
        second.after_ids = first
        third.after_ids = second
        with self.assertRaisesRegex(ValidationError, "wait for each other"):
            first.after_ids = third
        with self.assertRaisesRegex(ValidationError, "other steps"):
            first.after_ids = first

    def test_change_of_occasion_that_leaves_steps_behind_is_refused(self):
        self._add("Keys", gate="keys")
        with self.assertRaisesRegex(ValidationError, "does not pass the point"):
            self.template.occasion = "toy_other"

    def test_deadline_is_worded_for_the_list(self):
        field = self._date_field()
        self.assertFalse(self._add("None").deadline_text)
        before = self._add(
            "Before",
            anchor="field",
            anchor_field_id=field,
            deadline_count=-3,
            deadline_unit="workdays",
        )
        self.assertEqual(before.deadline_text, "3 Working Days before: Date Visit")
        after = self._add("After", deadline_count=2, deadline_unit="hours")
        self.assertEqual(after.deadline_text, "2 Hours from: Beginning of the Procedure")

    def test_followed_procedure_is_archived_not_deleted(self):
        self._start()
        with self.assertRaisesRegex(UserError, "archive it"):
            self.template.unlink()
        self._create_template(name="Never Followed").unlink()

    def test_only_managers_write_procedures(self):
        template = self.template.with_user(self._user("leader"))
        self.assertTrue(template.read(["name", "step_ids"]))
        with self.assertRaises(AccessError):
            template.name = "Mine"
        with self.assertRaises(AccessError):
            self._add("Keys").with_user(self._user("leader")).name = "Mine"
        director = self._user("director")
        with self.assertRaises(AccessError):  # the other offices follow it as well
            self.template.with_user(director).name = "Mine"
        own = self.template.copy({"site_id": self.site.id}).with_user(director)
        own.name = "Toy Round II"
        own.step_ids.unlink()

    def test_procedure_of_another_office_is_out_of_sight(self):
        template = self._create_template({"name": "Secret"}, site_id=self.other_site.id)
        user = self._user("director")
        Template = self.env["pm.procedure.template"].with_user(user)
        self.assertNotIn(template, Template.search([]))
        self.assertIn(self.template, Template.search([]))
        with self.assertRaises(AccessError):
            template.step_ids.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            template.step_ids.with_user(user).name = "Mine"

    def test_labels_of_a_point_that_two_occasions_share_are_both_shown(self):
        selection = dict(self.env["pm.procedure.template"]._get_gate_selection())
        self.assertIn("Keys Out", selection["keys"].split(" / "))
        until = self.env["pm.procedure.template"]._get_gates_until
        self.assertEqual(until("toy_case", "keys"), ["open", "keys"])
        self.assertEqual(until("toy_case", "nowhere"), [])


@tagged("post_install", "-at_install")
class TestDepartmentRoles(ProcedureCommon):
    def test_department_of_the_office_comes_before_the_companys(self):
        common = self.env["hr.department"].create({"name": "Head Desk", "pm_role": "service"})
        self.assertEqual(self.site._get_department("service"), self.desk)
        self.assertEqual(self.other_site._get_department("service"), common)

    def test_no_department_where_none_has_the_role(self):
        self.assertFalse(self.other_site._get_department("security"))
        self.assertFalse(self.site._get_department(False))

    def test_department_of_another_company_is_not_taken(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        self.env["hr.department"].create(
            {"name": "Guards", "company_id": company.id, "pm_role": "security"}
        )
        self.assertFalse(self.site._get_department("security"))
