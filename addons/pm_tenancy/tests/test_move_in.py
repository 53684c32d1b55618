from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .move_in_common import MoveInCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveIn(MoveInCommon):
    def test_buildings_follow_the_procedure_of_their_usage(self):
        """Setting move_in_variant per building."""
        for usage, variant in (
            ("business_centre", "business_centre"),
            ("mall", "mall"),
            ("residential", "residential"),
            ("office", "individual"),
        ):
            building = self.env["pm.building"].create(
                {"site_id": self.site.id, "name": usage, "code": usage[:3], "usage": usage}
            )
            self.assertEqual(building.move_in_template_id, self._template(variant), usage)
        hotel = self.env["pm.building"].create(
            {"site_id": self.site.id, "name": "Hotel", "code": "H", "usage": "hotel"}
        )
        self.assertFalse(hotel.move_in_template_id)

    def test_settings_are_on_the_screens(self):
        """Settings move_in_variant, move_in_plan_lead_months, missed_defect_hours, directory_day
        and others that belong to TEN-001 to TEN-069."""
        values = {
            "move_in_plan_lead_months": 3,
            "missed_defect_hours": 24,
            "directory_day": 18,
            "directory_confirm_days": 4,
            "long_vacant_months": 6,
            "manages_parking": True,
        }
        with Form(self.site.with_user(self.director)) as form:
            for name, value in values.items():
                setattr(form, name, value)
        self.assertRecordValues(self.site, [values])
        with Form(self.new_building.with_user(self.leader)) as form:
            form.move_in_template_id = self._template("marketing")
        tenancy = self._create_tenancy(self.new_unit)
        tenancy.with_user(self.receptionist).action_move_in()
        self.assertEqual(tenancy.procedure_ids.template_id, self._template("marketing"))

    def test_without_a_procedure_nothing_holds_up(self):
        tenancy = self._begin(False)
        self.assertFalse(tenancy.procedure_ids)
        tenancy.with_user(self.receptionist).action_activate()
        self.assertEqual(tenancy.state, "active")

    def test_writing_the_state_begins_the_procedure_too(self):
        self.new_building.move_in_template_id = self._template("mall")
        tenancy = self._create_tenancy(self.new_unit)
        tenancy.with_user(self.receptionist).write({"state": "move_in"})
        with self.assert_refused("Documents handed in"):
            tenancy.with_user(self.receptionist).write({"state": "active"})

    def test_pretended_import_begins_the_procedure_all_the_same(self):
        self.new_building.move_in_template_id = self._template("mall")
        tenancy = self._create_tenancy(self.new_unit)
        pretended = tenancy.with_user(self.receptionist).with_context(pm_import=True)
        pretended.action_move_in()
        self.assertTrue(tenancy.procedure_ids)

    def test_pretended_import_gets_no_keys_too_early(self):
        """TEN-037: who may not import meets the gate of the keys, whatever the call pretends."""
        tenancy = self._begin("mall")
        pretended = tenancy.with_user(self.area).with_context(pm_import=True)
        with self.assert_refused("held up by"):
            pretended._issue_keys(self.key, borrower_name="Han")
        self.assertFalse(tenancy.loan_ids)

    def test_unit_taken_over_later_brings_its_procedure(self):
        """Nobody slips past the gates by choosing the unit after the beginning."""
        self.new_building.move_in_template_id = self._template("mall")
        tenancy = self._create_tenancy(self.unit_2, state="move_in")
        self.assertFalse(tenancy.procedure_ids)
        tenancy.with_user(self.receptionist).write({"unit_ids": [Command.set(self.new_unit.ids)]})
        self.assertEqual(tenancy.procedure_ids.template_id, self._template("mall"))

    def test_back_to_draft_breaks_the_procedure_off(self):
        tenancy = self._begin("mall")
        procedure = tenancy.procedure_ids
        tenancy.with_user(self.receptionist).action_draft()
        self.assertTrue(procedure.is_cancelled)
        self.assertFalse(tenancy.procedure_ids)
        tenancy.with_user(self.receptionist).action_move_in()
        self.assertEqual(len(tenancy.procedure_ids), 1)

    def test_cancelled_move_in_breaks_the_procedure_off(self):
        tenancy = self._begin("mall")
        procedure = tenancy.procedure_ids
        tenancy.with_user(self.receptionist).action_cancel()
        self.assertTrue(procedure.is_cancelled)

    def test_not_moved_in_yet_goes_on_where_it_was(self):
        tenancy = self._begin("business_centre")
        for step in tenancy.procedure_step_ids.sorted("sequence"):
            if step.state == "open":
                self._work(tenancy, step)
        tenancy.action_activate()
        tenancy.with_user(self.receptionist).action_move_in()
        self.assertEqual(len(tenancy.procedure_ids), 1)
        self.assertEqual(tenancy.procedure_progress, 100.0)

    def test_what_was_settled_stays_settled_once_the_occupant_is_in(self):
        """Keys that come back years later do not open the move-in again."""
        tenancy = self._begin("business_centre")
        for step in tenancy.procedure_step_ids.sorted("sequence"):
            if step.state == "open":
                self._work(tenancy, step)
        tenancy.action_activate()
        tenancy.loan_ids.sudo().action_return()
        tenancy._refresh_procedure()
        self.assertEqual(self._step(tenancy, "keys").state, "done")
        tenancy.action_move_out()
        tenancy.action_stay()
        self.assertEqual(tenancy.state, "active")

    def test_office_copies_a_procedure_and_takes_a_gate_out(self):
        copied = self._template("mall").copy({"site_id": self.site.id, "name": "Ours"})
        self.assertEqual(copied.file_kind_ids, self._template("mall").file_kind_ids)
        fees = copied.step_ids.filtered(lambda step: step.kind == "payment" and step.group_id)
        fees.gate = False
        self.new_building.move_in_template_id = copied
        tenancy = self._create_tenancy(self.new_unit, date_start="2026-07-01", date_end=False)
        tenancy.with_user(self.receptionist).action_move_in()
        self.assertIn("Identity card", tenancy.file_missing)
        with self.assertRaises(UserError) as refusal:
            tenancy.with_user(self.receptionist)._check_keys_issuable()
        self.assertNotIn(fees.name, str(refusal.exception).splitlines())
        self.assertNotIn(f"• {fees.name} ", str(refusal.exception))
        self.assertIn("Documents handed in", str(refusal.exception))

    def test_key_wizard_is_refused_before_the_gates(self):
        tenancy = self._begin("mall")
        with self.assert_refused("Covenant signed"):
            tenancy.with_user(self.receptionist).action_issue_keys()
        with self.assert_refused("Covenant signed"):
            self._issue(self.key, tenancy=tenancy)

    def test_gate_is_skipped_by_a_leader_only(self):
        tenancy = self._begin("business_centre")
        step = self._step(tenancy, "agreement")
        with self.assertRaises(AccessError):
            step.with_user(self.leader).write({"state": "skipped", "skip_reason": "urgent"})
        step.with_user(self.chief).write({"state": "skipped", "skip_reason": "signed elsewhere"})
        self.assertEqual(step.state, "skipped")

    def test_button_of_a_step_opens_the_right_place(self):
        tenancy = self._begin("business_centre").with_user(self.area)
        for key, model in (
            ("identity", "pm.file.paper"),
            ("acceptance", "pm.inspection"),
            ("reading", "pm.meter.reading"),
            ("file", "pm.file.paper"),
            ("faults", "pm.inspection.line"),
        ):
            action = self._step(tenancy, key).with_user(self.area).action_work()
            self.assertEqual(action["res_model"], model, key)
        # Opened twice, it is the same inspection.
        first = self._step(tenancy, "acceptance").with_user(self.area).action_work()
        again = self._step(tenancy, "acceptance").with_user(self.area).action_work()
        self.assertEqual(first["res_id"], again["res_id"])
        self.assertEqual(
            tenancy.action_next_step(), tenancy.next_step_id.with_user(self.area).action_work()
        )

    def test_faults_get_a_department_and_a_day(self):
        """TEN-026, TEN-038"""
        tenancy = self._begin("business_centre")
        faults = self._step(tenancy, "faults")
        self._sign_inspection(tenancy, self._step(tenancy, "acceptance"), faults=["broken"])
        self.assertEqual(faults.state, "open")
        line = tenancy._get_open_faults()
        self.assertIn(line.name, faults.message)
        self.assertEqual(line.department_id.name, "Works")
        line.due_date = "2026-06-30"
        self.assertEqual(faults.state, "done")

    def test_signed_acceptance_notes_the_handover(self):
        tenancy = self._begin("residential")
        self.assertFalse(tenancy.handed_over_at)
        self._sign_inspection(tenancy, self._step(tenancy, "acceptance"))
        self.assertEqual(str(tenancy.handed_over_at), "2026-06-15 04:00:00")

    def test_unmetered_unit_does_not_pass_in_silence(self):
        bare = self._create_unit(building_id=self.new_building.id, room="09")
        tenancy = self._begin("business_centre", units=bare)
        self.assertIn("No meter", tenancy._pm_check_base_readings(False))

    def test_presence_follows_the_party(self):
        self.tenant.is_company = False
        tenancy = self._create_tenancy(self.new_unit)
        self.assertEqual(tenancy.presence, "self")
        self.tenant.is_company = True
        self.assertEqual(tenancy.presence, "legal_representative")
        tenancy.presence = "agent"
        self.tenant.is_company = False
        self.assertEqual(tenancy.presence, "agent")

    def test_form_opens_for_every_post(self):
        tenancy = self._begin("individual")
        for post in ("receptionist", "area", "engineer", "security", "cashier", "director"):
            Form(tenancy.with_user(self._user(post)))

    def test_bulk_write_searches_procedures_once(self):
        units = self.env["pm.unit"].union(
            *(self._create_unit(room=f"{room:02d}", floor=3) for room in range(1, 21))
        )
        tenancies = self.env["pm.tenancy"].union(
            *(self._create_tenancy(unit, state="move_in") for unit in units)
        )
        many, few = self._count_queries(tenancies[:18]), self._count_queries(tenancies[18:])
        self.assertLess(many - few, 16 * 4, "a query for each record and more")

    def _count_queries(self, tenancies):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        tenancies.with_context(tracking_disable=True).write({"state": "active"})
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
