from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .fitout_common import FitoutCommon

# Each gate before the works, and what opens it again when it is taken away.
_WORKS_GATES = {
    "guide": lambda test, fitout: test._step(fitout, "guide").action_reopen(),
    "application": lambda test, fitout: test._lose_paper(fitout, "51"),
    "authorisation": lambda test, fitout: test._lose_paper(fitout, "53"),
    "undertaking": lambda test, fitout: test._lose_paper(fitout, "54"),
    "drawings": lambda test, fitout: fitout.drawing_ids[:1].write({"received_on": False}),
    "licence": lambda test, fitout: fitout.write({"has_licence_copy": False}),
    "consent": lambda test, fitout: fitout.write({"consent_on": False}),
    "fire_agreement": lambda test, fitout: test._lose_paper(fitout, "56"),
    "fire_approval": lambda test, fitout: fitout.write({"fire_approval_no": False}),
    "approval": lambda test, fitout: test._take_opinion_back(fitout, "approval"),
    "routing": lambda test, fitout: test._take_opinion_back(fitout, "routing"),
    "payment": lambda test, fitout: fitout.action_take_payment_back(),
    "passes": lambda test, fitout: fitout.worker_ids.action_withdraw(),
}
_ACCEPTANCE_GATES = [
    ("tests", {"fire_test_on": False}),
    ("tests", {"electrical_test_on": False}),
    ("tests", {"common_area_on": False}),
    ("fire_acceptance", {"fire_acceptance_no": False}),
]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestPmFitout(FitoutCommon):
    def _lose_paper(self, fitout, code):
        form = self.env.ref(f"pm_base.form_f_ten_{code}")
        self.env["pm.document"]._get_papers(form, "pm.fitout", fitout.ids)[fitout.id].action_undo()

    def _take_opinion_back(self, fitout, stage):
        fitout.opinion_ids.filtered(lambda one: one.stage == stage)[:1].write({"verdict": False})

    def test_takes_units_area_and_fees_from_tenancy_and_office(self):
        """TEN-046 (8), BIL-012"""
        self.site.write({"fit_out_owner_deposit": 5000, "fit_out_debris_fee": 600})
        fitout = self._create_fitout()
        self.assertRecordValues(
            fitout,
            [
                {
                    "unit_codes": "T-12-03",
                    "area": 120.5,
                    "partner_id": self.tenant.id,
                    "owner_id": self.owner.id,
                    "amount_deposit": 5000,
                    "amount_debris": 600,
                }
            ],
        )
        self.assertEqual(len(fitout.drawing_ids), 9)

    def test_units_of_others_are_refused(self):
        with self.assertRaisesRegex(ValidationError, self.unit_2.code):
            self._create_fitout(unit_ids=[(6, 0, self.unit_2.ids)])

    def test_application_must_be_complete(self):
        fitout = self._create_fitout(fire_officer_name=False)
        with self.assertRaisesRegex(UserError, "Still missing: Fire-safety Officer"):
            fitout.action_apply()

    def test_drawings_go_to_engineering_once_they_are_there(self):
        fitout = self._create_fitout("applied")
        with self.assertRaisesRegex(UserError, "Not received yet: .*Ceiling plan"):
            fitout.action_review()

    def test_works_begin_with_the_permit_when_every_gate_is_open(self):
        """TEN-094"""
        fitout = self._create_fitout("works")
        self.assertTrue(fitout.permit_no)
        self.assertEqual(str(fitout.permit_on), "2026-03-02")
        self.assertEqual(self.unit.state, "fitout")
        self.assertIn("as_built", fitout.drawing_ids.mapped("stage"))

    def test_each_gate_before_the_works_holds_them_up(self):
        """TEN-090, TEN-091, TEN-093, TEN-094, TEN-101: also for one who writes the state"""
        for key, take_away in _WORKS_GATES.items():
            with self.subTest(gate=key), self.env.cr.savepoint() as savepoint:
                fitout = self._create_fitout("approved")
                self._open_works_gates(fitout)
                take_away(self, fitout)
                with self.assertRaisesRegex(UserError, self._step(fitout, key).name):
                    fitout.with_user(self.desk).write({"state": "works"})
                self.assertFalse(fitout.permit_no)
                savepoint.rollback()

    def test_consultation_comes_first_and_guide_and_manual_are_printed(self):
        """TEN-090: Customer Service consults, hands guide and technical data over, explains."""
        fitout = self._create_fitout()
        consultation, guide = fitout.procedure_step_ids.sorted("sequence")[:2]
        self.assertEqual(consultation, self._step(fitout, "consultation"))
        self.assertIn("coordination meeting", consultation.name)
        self.assertEqual(guide, self._step(fitout, "guide"))
        self.assertEqual((consultation + guide).mapped("department_role"), ["service"] * 2)
        printed = guide.with_user(self.desk).action_work()
        self.assertEqual(printed["report_name"], "pm_tenancy.text_fit_out_guide")
        self.assertEqual(printed["context"]["active_ids"], self.tenancy.ids)
        reports = self.env["ir.actions.report"].search([("model", "=", "pm.tenancy")])
        offered = reports.get_valid_action_reports("pm.tenancy", self.tenancy.ids)
        self.assertIn("F-TEN-62", reports.browse(offered).pm_form_id.mapped("code"))

    def test_fire_safety_is_the_matter_of_security(self):
        """TEN-093: it signs the agreement and assists the authority's review."""
        fitout = self._create_fitout()
        steps = self._step(fitout, "fire_agreement") + self._step(fitout, "fire_review")
        self.assertEqual(steps.mapped("department_role"), ["security", "security"])
        steps[1].with_user(self.security).action_done()
        self.assertEqual(steps[1].done_by_id, self.security)

    def test_owner_consents_to_works_of_tenants_only(self):
        """TEN-078"""
        fitout = self._create_fitout()
        self.assertTrue(self._step(fitout, "consent"))
        own = self._create_tenancy(self.unit_2, partner_id=self.owner.id, kind="owner")
        self.assertFalse(self._step(self._create_fitout(tenancy_id=own.id), "consent"))

    def test_each_gate_before_the_acceptance_holds_it_up(self):
        """TEN-095, TEN-096"""
        for key, vals in _ACCEPTANCE_GATES:
            with self.subTest(gate=key, **vals), self.env.cr.savepoint() as savepoint:
                fitout = self._create_fitout("works")
                self._open_acceptance_gates(fitout)
                fitout.write(vals)
                with self.assertRaisesRegex(UserError, self._step(fitout, key).name):
                    fitout.action_complete()
                savepoint.rollback()
        fitout = self._create_fitout("works")
        with self.assertRaises(UserError) as refusal:
            fitout.with_user(self.desk).write({"state": "acceptance"})
        for key in ("round_engineering", "concealed", "round_service", "round_security"):
            self.assertIn(self._step(fitout, key).name, str(refusal.exception))
        self.assertIn(self._step(fitout, "as_built").name, str(refusal.exception))
        self.assertIn(self._step(fitout, "completion").name, str(refusal.exception))

    def test_round_with_a_fault_holds_the_acceptance_up_until_it_is_put_right(self):
        """TEN-095"""
        fitout = self._create_fitout("works")
        self._open_acceptance_gates(fitout)
        found = self.env["pm.inspection"]._start(
            fitout._get_round_template("security"), fitout, partner_id=False
        )
        found.line_ids[0].write({"verdict": "fault", "finding": "Extinguisher empty"})
        found.action_all_in_order()
        found.action_judge()
        with self.assertRaisesRegex(UserError, found.name):
            fitout.action_complete()
        found.line_ids[0].rectified_on = "2026-03-02"
        fitout.action_complete()
        self.assertEqual(fitout.state, "acceptance")

    def test_four_parties_accept(self):
        """TEN-097"""
        fitout = self._create_fitout("acceptance")
        self._read_meter(fitout)
        opinions = fitout.opinion_ids.filtered(lambda one: one.stage == "acceptance")
        self.assertEqual(
            opinions.sorted("sequence").mapped("party"),
            ["service", "engineering", "security", "customer"],
        )
        for number, opinion in enumerate(opinions):
            with self.subTest(signed=number), self.assertRaisesRegex(UserError, "Not agreed yet"):
                fitout.action_accept()
            opinion.write({"verdict": "agree", "signed_by": "Somebody"})
        fitout.action_accept()
        self.assertEqual(fitout.state, "accepted")
        self.assertEqual(fitout.worker_ids.mapped("state"), ["withdrawn"])
        self.assertEqual(self.unit.state, "reserved")

    def test_objection_is_no_agreement(self):
        fitout = self._create_fitout("acceptance")
        self._read_meter(fitout)
        self._sign(fitout, "acceptance")
        last = fitout.opinion_ids.filtered(lambda one: one.party == "customer")[:1]
        last.write({"verdict": "object", "opinion": "The door sticks"})
        with self.assertRaisesRegex(UserError, "Not agreed yet: Customer"):
            fitout.action_accept()

    def test_meters_are_read_and_signed_at_completion(self):
        """TEN-098: offices electricity only, others water and gas too"""
        fitout = self._create_fitout("acceptance")
        self._sign(fitout, "acceptance")
        water = self.env["pm.meter"].create(
            {"unit_id": self.unit.id, "meter_no": "W-1", "kind": "water"}
        )
        with self.assertRaisesRegex(UserError, "E-1"):
            fitout.action_accept()
        reading = self._read_meter(fitout, is_signed=False)
        self.assertEqual(reading.tenancy_id, self.tenancy)
        with self.assertRaisesRegex(UserError, "E-1"):
            fitout.action_accept()
        reading.is_signed = True
        self.unit.usage = "mall"
        with self.assertRaisesRegex(UserError, "W-1"):
            fitout.action_accept()
        self._read_meter(fitout, meter_id=water.id)
        gas = self.env["pm.meter"].create(
            {"unit_id": self.unit.id, "meter_no": "G-1", "kind": "gas"}
        )
        with self.assertRaisesRegex(UserError, "G-1"):
            fitout.action_accept()
        self._read_meter(fitout, meter_id=gas.id)
        fitout.action_accept()

    def test_open_violation_holds_the_acceptance_up(self):
        """TEN-095"""
        fitout = self._create_fitout("acceptance")
        violation = self._create_violation(fitout)
        self._sign(fitout, "acceptance")
        self._read_meter(fitout)
        with self.assertRaisesRegex(UserError, "No extinguisher"):
            fitout.action_accept()
        # Not even a skipped step lets it pass.
        step = self._step(fitout, "violations").with_user(self.leader)
        step.write({"state": "skipped", "skip_reason": "Minor"})
        with self.assertRaisesRegex(UserError, "No extinguisher"):
            fitout.action_accept()
        violation.action_rectify()
        fitout.action_accept()

    def test_stop_work_holds_the_application_for_acceptance_up(self):
        """TEN-095"""
        fitout = self._create_fitout("works")
        self._open_acceptance_gates(fitout)
        violation = self._create_violation(fitout, is_stop_work=True)
        self.assertTrue(fitout.is_stopped)
        with self.assertRaisesRegex(UserError, "stopped"):
            fitout.action_complete()
        violation.action_rectify()
        fitout.action_complete()

    def test_nobody_moves_in_before_the_works_are_accepted(self):
        """TEN-097"""
        fitout = self._create_fitout("acceptance")
        self.assertIn(fitout.name, self.tenancy._get_fitout_reason())
        self._bring_to_accepted(fitout)
        self.assertFalse(self.tenancy._get_fitout_reason())

    def test_works_under_way_hold_the_move_out_up(self):
        fitout = self._create_fitout("works")
        self.assertIn(fitout.name, self.tenancy._get_reinstatement_reason())
        self._bring_to_acceptance(fitout)
        self._bring_to_accepted(fitout)
        self.assertFalse(self.tenancy._get_reinstatement_reason())

    def test_unit_in_occupation_stays_occupied_during_works(self):
        fitout = self._create_fitout("works")
        self.assertEqual((self.unit.state, self.unit.color), ("fitout", 3))
        self.tenancy.write({"state": "active"})
        self.assertEqual(self.unit.state, "occupied")
        self.assertEqual(fitout.state, "works")

    def test_permit_taken_back_returns_to_the_passed_drawings(self):
        fitout = self._create_fitout("works")
        number = fitout.permit_no
        fitout.action_back()
        self.assertEqual(fitout.state, "approved")
        fitout.action_start()
        self.assertEqual(fitout.permit_no, number)

    def test_every_other_move_is_refused(self):
        fitout = self._create_fitout()
        states = list(fitout._TRANSITIONS)
        self.env.flush_all()
        for state, targets in fitout._TRANSITIONS.items():
            self.env.cr.execute("UPDATE pm_fitout SET state = %s WHERE id = %s", (state, fitout.id))
            fitout.invalidate_recordset()
            for target in set(states) - targets:
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    fitout.write({"state": target})

    def test_closed_file_stays_as_it_is(self):
        fitout = self._create_fitout("applied")
        self.env.flush_all()
        self.env.cr.execute("UPDATE pm_fitout SET state = 'closed' WHERE id = %s", fitout.ids)
        fitout.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "closed"):
            fitout.note = "Late thought"
        with self.assertRaisesRegex(UserError, "closed"):
            self._create_worker(fitout)
        with self.assertRaisesRegex(UserError, "closed"):
            fitout.drawing_ids[:1].copies = 5

    def test_cancelled_fit_out_withdraws_passes_and_breaks_the_procedure_off(self):
        fitout = self._create_fitout("approved")
        worker = self._create_worker(fitout)
        worker.action_issue()
        fitout.action_cancel()
        self.assertEqual(worker.state, "withdrawn")
        self.assertFalse(fitout.procedure_step_ids)
        fitout.action_back()
        self.assertTrue(fitout.procedure_step_ids)

    def test_days_off_need_a_registration_in_time(self):
        """TEN-100"""
        fitout = self._create_fitout("works")
        saturday = fitout._fields["date_from"].to_date("2026-03-07")
        self.assertFalse(fitout._may_work_on(saturday))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            fitout.holiday_ids = [self._holiday(fitout, register_by="2026-03-01")]
            self.env.flush_all()
        fitout.holiday_ids = [self._holiday(fitout, register_by="2026-03-02")]
        self.assertTrue(fitout._may_work_on(saturday))
        self.assertTrue(fitout._may_work_on(fitout._fields["date_from"].to_date("2026-03-06")))
