from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PmCommon, read_pages
from .toy_plan import ToyPlan


class InspectionCommon(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyPlan.register(cls)
        cls.engineering = cls.env["hr.department"].create(
            {"name": "Engineers", "site_id": cls.site.id, "pm_role": "engineering"}
        )
        cls.template = cls.env["pm.inspection.template"].create(
            {
                "name": "Handover",
                "form_id": cls.env.ref("pm_base.form_f_ten_03").id,
                "line_ids": [
                    Command.create(
                        {
                            "section": "Civil Works",
                            "name": "Walls",
                            "standard": "Clean",
                            "department_role": "engineering",
                        }
                    ),
                    Command.create({"section": "Civil Works", "name": "Floor"}),
                    Command.create(
                        {"section": "Lighting", "name": "Lamps", "kind": "count", "quantity": 4}
                    ),
                    Command.create(
                        {
                            "section": "Meters",
                            "name": "Electricity",
                            "kind": "reading",
                            "unit": "kWh",
                        }
                    ),
                ],
            }
        )
        cls.plan = cls.env["toy.plan"].create(
            {"name": "A", "site_id": cls.site.id, "partner_id": cls.partner.id}
        )

    def _start(self, **vals):
        inspections = self.env["pm.inspection"]
        return inspections._start(self.template, self.plan, place="A-12-03", **vals)

    def _judge(self, inspection, faults=()):
        """Judge everything; the items named are faults."""
        for line in inspection.line_ids:
            if line.name in faults:
                line.write({"verdict": "fault", "finding": f"{line.name} broken"})
            else:
                line.verdict = "ok"
        inspection.action_judge()
        return inspection

    def _sign(self, inspection):
        inspection.signed_by = "Li Lei"
        inspection.action_sign()
        return inspection

    def _line(self, inspection, name):
        return inspection.line_ids.filtered(lambda line: line.name == name)


@tagged("post_install", "-at_install")
class TestPmInspection(InspectionCommon):
    @freeze_time("2026-03-02 17:00:00")
    def test_start_brings_the_items_of_the_sheet(self):
        """Office, party and day are those of the record (TEN-021, TEN-042)."""
        inspection = self._start()
        self.assertRecordValues(
            inspection,
            [
                {
                    "site_id": self.site.id,
                    "partner_id": self.partner.id,
                    "res_id": self.plan.id,
                    "date": date(2026, 3, 3),
                    "place": "A-12-03",
                    "state": "draft",
                    "unjudged_count": 4,
                }
            ],
        )
        self.assertTrue(inspection.name.startswith("I2026-"))
        self.assertRecordValues(
            inspection.line_ids[:3],
            [
                {"name": "Walls", "standard": "Clean", "department_id": self.engineering.id},
                {"name": "Floor", "standard": False, "department_id": False},
                {"name": "Lamps", "standard": False, "department_id": False},
            ],
        )
        self.assertEqual(self.plan.inspection_ids, inspection)

    def test_office_itself_is_inspected(self):
        inspection = self.env["pm.inspection"]._start(self.template, self.site)
        self.assertEqual((inspection.site_id, inspection.res_model), (self.site, "pm.site"))
        self._judge(inspection)

    def test_screen_fills_the_items_in(self):
        form = Form(self.env["pm.inspection"].with_user(self._user("receptionist")))
        form.template_id = self.template
        self.assertEqual(len(form.line_ids), 4)
        with form.line_ids.edit(0) as line:
            line.verdict = "ok"
        inspection = form.save()
        self.assertEqual(len(inspection.line_ids), 4)
        self.assertEqual(inspection.unjudged_count, 3)

    def test_sheet_can_change_without_touching_inspections(self):
        inspection = self._start()
        self.template.line_ids[0].name = "Ceiling"
        self.template.line_ids[1].unlink()
        self.assertEqual(inspection.line_ids[:2].mapped("name"), ["Walls", "Floor"])
        self.assertEqual(len(self.template.copy().line_ids), 3)

    def test_reading_and_right_count_are_in_order_by_themselves(self):
        inspection = self._start()
        reading, count = self._line(inspection, "Electricity"), self._line(inspection, "Lamps")
        reading.value = 1203.5
        count.value = 3
        self.assertEqual((reading.verdict, count.verdict), ("ok", False))
        count.value = 4
        self.assertEqual(count.verdict, "ok")

    def test_all_in_order_leaves_readings_and_judged_items(self):
        inspection = self._start()
        self._line(inspection, "Walls").write({"verdict": "fault", "finding": "Crack"})
        inspection.action_all_in_order()
        verdicts = {line.name: line.verdict for line in inspection.line_ids}
        self.assertEqual(
            verdicts, {"Walls": "fault", "Floor": "ok", "Lamps": False, "Electricity": False}
        )
        with self.assertRaisesRegex(UserError, "Lamps.*Electricity"):
            inspection.action_judge()

    def test_fault_needs_a_finding(self):
        line = self._line(self._start(), "Walls")
        for finding in (False, " "):
            with self.assertRaisesRegex(ValidationError, "Walls"):
                line.write({"verdict": "fault", "finding": finding})

    def test_faults_are_counted_until_they_are_put_right(self):
        inspection = self._judge(self._start(), ("Walls", "Lamps"))
        walls, lamps = self._line(inspection, "Walls"), self._line(inspection, "Lamps")
        walls.compensation = 120
        self.assertRecordValues(
            inspection,
            [
                {
                    "fault_count": 2,
                    "open_fault_count": 2,
                    "is_in_order": False,
                    "amount_compensation": 120,
                }
            ],
        )
        (walls + lamps).action_rectify()
        self.assertRecordValues(
            inspection, [{"fault_count": 2, "open_fault_count": 0, "is_in_order": True}]
        )
        walls.action_reopen()
        self.assertEqual((walls.fault_state, inspection.is_in_order), ("open", False))

    def test_draft_is_never_in_order(self):
        self.assertFalse(self._start().is_in_order)

    def test_fault_goes_through_its_life(self):
        inspection = self._judge(self._start(), ("Walls",))
        walls, floor = self._line(inspection, "Walls"), self._line(inspection, "Floor")
        employee = self.env["hr.employee"].create({"name": "Eng"})
        self.assertEqual((walls.fault_state, floor.fault_state), ("open", "none"))
        for line, vals in (
            (walls, {"rechecked_by_id": employee.id}),
            (floor, {"rectified_on": "2026-03-03"}),
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                line.write(vals)
                line.flush_recordset()
        walls.rectified_on = "2026-03-03"
        self.assertEqual(walls.fault_state, "rectified")
        walls.rechecked_by_id = employee
        self.assertEqual(walls.fault_state, "rechecked")

    def test_forbidden_moves_are_refused(self):
        for source, allowed in self.env["pm.inspection"]._TRANSITIONS.items():
            for target in set(self.env["pm.inspection"]._TRANSITIONS) - allowed - {source}:
                with self.subTest(source=source, target=target):
                    inspection = self._start()
                    if source != "draft":
                        self._judge(inspection)
                    if source == "signed":
                        self._sign(inspection)
                    if source == "cancelled":
                        inspection.action_cancel()
                    with self.assertRaises(UserError):
                        inspection.write({"state": target})

    def test_items_are_fixed_once_inspected(self):
        inspection = self._judge(self._start())
        walls = inspection.line_ids[0]
        for change in (
            walls.unlink,
            lambda: walls.write({"name": "Ceiling"}),
            lambda: walls.write({"verdict": False}),
            lambda: inspection.write({"line_ids": [Command.create({"name": "More"})]}),
            lambda: inspection.write({"template_id": self.template.copy().id}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        walls.write({"verdict": "fault", "finding": "Seen at second glance"})
        self.assertEqual(inspection.fault_count, 1)
        inspection.action_draft()
        walls.unlink()

    def test_signature_fixes_what_was_found(self):
        """Rectification follows the signature; the findings stay (TEN-066)."""
        inspection = self._sign(self._judge(self._start(), ("Walls",)))
        walls = self._line(inspection, "Walls")
        for vals in ({"verdict": "ok"}, {"finding": "Less"}, {"compensation": 5}, {"name": "X"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                walls.write(vals)
        for vals in ({"date": "2026-01-01"}, {"signed_by": "Somebody"}, {"place": "B"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                inspection.write(vals)
        walls.write({"user_id": self._user("engineer").id, "due_date": "2026-03-09"})
        walls.rectified_on = "2026-03-08"
        self.assertTrue(inspection.is_in_order)

    @freeze_time("2026-03-02 02:00:00")
    def test_signing_notes_who_and_when(self):
        inspection = self._judge(self._start())
        with self.assertRaisesRegex(ValidationError, self.partner.name), self.cr.savepoint():
            inspection.action_sign()
        inspection.invalidate_recordset()
        inspection.signed_by = "Li Lei"
        inspection.with_user(self._user("engineer")).action_sign()
        self.assertRecordValues(
            inspection,
            [
                {
                    "state": "signed",
                    "signed_on": date(2026, 3, 2),
                    "office_signed_by": self._user("engineer").name,
                }
            ],
        )

    def test_record_hears_of_its_inspection(self):
        inspection = self._judge(self._start(), ("Walls",))
        self._sign(inspection)
        self._line(inspection, "Walls").rectified_on = "2026-03-03"
        self.assertEqual(self.plan.heard, "judged:1 signed:1 signed:0 ")

    def test_empty_inspection_is_refused(self):
        inspection = self._start()
        inspection.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "no item"):
            inspection.action_judge()

    def test_inspecting_again_takes_only_the_faults(self):
        """Found in order at the recheck, a fault is settled where it was found (F-TEN-03)."""
        first = self._sign(self._judge(self._start(), ("Walls", "Lamps")))
        inspector = self.env["hr.employee"].create({"name": "Chen"})
        again = first._inspect_again()
        self.assertEqual(again.line_ids.mapped("name"), ["Walls", "Lamps"])
        self.assertEqual((again.origin_id, again.place), (first, "A-12-03"))
        again.write({"inspector_ids": inspector.ids, "date": "2026-03-10"})
        self._sign(self._judge(again, ("Lamps",)))
        self.assertRecordValues(
            self._line(first, "Walls") + self._line(first, "Lamps"),
            [
                {
                    "fault_state": "rechecked",
                    "rectified_on": date(2026, 3, 10),
                    "rechecked_by_id": inspector.id,
                },
                {"fault_state": "open", "rectified_on": False, "rechecked_by_id": False},
            ],
        )
        self._line(again, "Lamps").rectified_on = "2026-03-12"
        self.assertTrue(first.is_in_order)

    def test_nothing_left_to_inspect_again(self):
        with self.assertRaises(UserError):
            self._judge(self._start())._inspect_again()

    def test_inspection_that_took_place_stays(self):
        inspection = self._judge(self._start())
        for record in (inspection, self.plan):
            with self.assertRaises(UserError):
                record.unlink()
        self._start().unlink()

    def _remind(self, day):
        with freeze_time(day), self.enter_registry_test_mode():
            self.env.ref("pm_base.ir_cron_remind_faults").method_direct_trigger()

    def test_late_fault_reminds_who_owes_it_once(self):
        engineer = self._user("engineer")
        inspection = self._judge(self._start(), ("Walls", "Floor"))
        walls = self._line(inspection, "Walls")
        inspection.line_ids.write({"user_id": engineer.id, "due_date": "2026-03-09"})
        self._remind("2026-03-09 02:00:00")
        self.assertFalse(inspection.activity_ids)
        for _run in range(2):
            self._remind("2026-03-10 02:00:00")
            self.assertEqual(inspection.activity_ids.user_id, engineer)
            self.assertEqual(len(inspection.activity_ids), 1)
        self.assertIn("Walls", inspection.activity_ids.summary)
        walls.with_user(engineer).action_rectify()
        self.assertTrue(inspection.activity_ids)
        self._remind("2026-03-11 02:00:00")
        self.assertNotIn("Walls", inspection.activity_ids.summary)
        self._line(inspection, "Floor").action_rectify()
        self.assertFalse(inspection.activity_ids)

    def test_late_fault_of_nobody_goes_to_the_head_of_the_department(self):
        head = self._user("engineer")
        employee = self.env["hr.employee"].create({"name": "Head", "user_id": head.id})
        self.engineering.manager_id = employee
        inspection = self._judge(self._start(), ("Walls",))
        self._line(inspection, "Walls").due_date = "2026-03-09"
        self._remind("2026-03-10 02:00:00")
        self.assertEqual(inspection.activity_ids.user_id, head)

    def test_cancelled_inspection_reminds_nobody(self):
        inspection = self._judge(self._start(), ("Walls",))
        inspection.line_ids.write({"user_id": self._user("engineer").id, "due_date": "2026-03-09"})
        self._remind("2026-03-10 02:00:00")
        inspection.action_cancel()
        self.assertFalse(inspection.activity_ids)
        self._remind("2026-03-11 02:00:00")
        self.assertFalse(inspection.activity_ids)

    def test_department_is_found_by_its_role(self):
        everywhere = self.env["hr.department"].create({"name": "Guards", "pm_role": "security"})
        self.assertEqual(self.site._get_department("security"), everywhere)
        own = everywhere.copy({"site_id": self.site.id})
        self.assertEqual(self.site._get_department("security"), own)
        self.assertEqual(self.other_site._get_department("security"), everywhere)
        self.assertFalse(self.site._get_department("leasing"))
        self.assertFalse(self.site._get_department(False))


@tagged("post_install", "-at_install")
class TestPmInspectionPrint(InspectionCommon):
    def _pages(self, inspections):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        return read_pages(
            report._render_qweb_pdf("pm_base.report_pm_inspection", inspections.ids)[0]
        )

    def test_before_the_inspection_the_sheet_is_blank(self):
        """Forms are prepared before the customer comes (TEN-021)."""
        inspection = self._start()
        self._line(inspection, "Walls").write({"verdict": "fault", "finding": "Crack"})
        page = self._pages(inspection)[0]
        for text in ("单元验收整改单", "Walls", "Electricity", "kWh", "A-12-03"):
            self.assertIn(text, page)
        self.assertNotIn("Crack", page)
        self.assertEqual(inspection.paper_ids.form_id, self.template.form_id)

    def test_sheet_tells_what_was_found(self):
        """The slip of rectification lists fault, department, day and recheck (F-TEN-03)."""
        inspection = self._start()
        self._line(inspection, "Electricity").value = 1203.5
        self._judge(inspection, ("Walls",))
        walls = self._line(inspection, "Walls")
        walls.write({"compensation": 120, "due_date": "2026-03-09", "condition": "Old"})
        self._sign(inspection)
        walls.write({"rectified_on": "2026-03-08", "recheck_note": "Repainted"})
        page = self._pages(inspection)[0]
        for text in (
            "×",
            "√",
            "Wallsbroken",
            "Engineers",
            "2026",
            "1203.5",
            "120.00",
            "Repainted",
            "LiLei",
            "CivilWorks",
        ):
            self.assertIn(text, page)

    def test_sheet_without_a_form_prints_under_its_own_name(self):
        self.template.form_id = False
        inspection = self._judge(self._start())
        self.assertIn("Handover", self._pages(inspection)[0])
        self.assertFalse(inspection.paper_ids)


@tagged("post_install", "-at_install")
class TestPmInspectionSecurity(InspectionCommon):
    def test_other_office_sees_nothing(self):
        inspection = self._start()
        user = self._user("director", self.other_site)
        for record in (inspection, inspection.line_ids[0]):
            with self.assertRaises(AccessError):
                record.with_user(user).read(["display_name"])
        self.assertFalse(self.env["pm.inspection.line"].with_user(user).search([]))

    def test_any_post_inspects_its_office(self):
        inspections = self.env["pm.inspection"].with_user(self._user("security"))
        guard = self.env["hr.employee"].create({"name": "Guard", "user_id": inspections.env.uid})
        inspection = inspections._start(self.template, self.plan)
        inspection.inspector_ids = guard
        self._judge(inspection, ("Walls",))
        self._sign(inspection)
        inspection._inspect_again()
        inspection.line_ids[0].action_rectify()
        inspection.line_ids[0].action_recheck()
        self.assertEqual(inspection.line_ids[0].rechecked_by_id, guard)
        mine = inspections.search([("inspector_ids.user_id", "=", inspections.env.uid)])
        self.assertEqual(mine, inspection)
        report = self.env["ir.actions.report"].with_user(inspections.env.user)
        report = report.with_context(force_report_rendering=True)
        pdf = report._render_qweb_pdf("pm_base.report_pm_inspection", inspection.ids)[0]
        self.assertIn("Guard", read_pages(pdf)[0])

    def test_user_neither_deletes_nor_writes_sheets(self):
        user = self._user("receptionist")
        with self.assertRaises(AccessError):
            self._start().with_user(user).unlink()
        for record in (self.template, self.template.line_ids[0]):
            with self.assertRaises(AccessError):
                record.with_user(user).name = "Other"

    def test_director_writes_the_sheets_of_his_office_only(self):
        director = self._user("director")
        own = self.template.copy({"site_id": self.site.id})
        own.with_user(director).line_ids[0].name = "Ceiling"
        foreign = self.template.copy({"site_id": self.other_site.id})
        for template in (self.template, foreign):
            with self.assertRaises(AccessError):
                template.with_user(director).line_ids[0].name = "Ceiling"
        self.assertEqual(len(self.template.with_user(director).line_ids), 4)

    def test_photo_is_seen_by_whoever_sees_the_item(self):
        taker, reader = self._user("engineer"), self._user("receptionist")
        line = self._start().line_ids[0].with_user(taker)
        photo = self.env["ir.attachment"].with_user(taker).create({"name": "a.png", "raw": b"x"})
        line.photo_ids = photo
        self.assertEqual(photo.with_user(reader).name, "a.png")
        stranger = self._user("receptionist", self.other_site)
        with self.assertRaises(AccessError):
            photo.with_user(stranger).read(["name"])
