from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .move_out_common import MoveOutCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")  # a Monday, noon in Shanghai
class TestMoveOutOffice(MoveOutCommon):
    """TEN-123 to TEN-127, TEN-134, TEN-135, TEN-143: office building and mall."""

    def test_move_out_begins_procedure_and_board(self):
        clearance = self._begin()
        self.assertEqual(clearance.state, "running")
        self.assertTrue(clearance.consent_required)
        self.assertEqual(
            self.tenancy.procedure_ids.template_id,
            self.env.ref("pm_tenancy.procedure_move_out_office"),
        )

    def test_building_without_procedure_is_not_held_up(self):
        self.building.move_out_template_id = False
        self._begin()
        self.tenancy.action_close()
        self.assertEqual(self.tenancy.state, "closed")

    def test_usage_proposes_the_procedure(self):
        building = self.env["pm.building"].create(
            {"site_id": self.site.id, "name": "Mall", "code": "M", "usage": "mall"}
        )
        names = {
            "mall": "office",
            "business_centre": "business_centre",
            "culture": "leasing",
            "other": False,
        }
        for usage, name in names.items():
            building.usage = usage
            xml_id = name and f"pm_tenancy.procedure_move_out_{name}"
            expected = self.env.ref(xml_id) if name else self.env["pm.procedure.template"]
            self.assertEqual(building.move_out_template_id, expected, usage)

    def test_goods_leave_only_when_everything_is_cleared(self):
        """TEN-135: each gate, one after the other, names what is open and who owes it."""
        clearance = self._begin()
        check = self.tenancy._check_goods_pass_issuable
        with self.assert_held_up("has not been asked", "Not read yet", "signs", "Han Meimei"):
            check()
        clearance.write({"consent": "given", "consent_note": "Sealed letter of 14 June"})
        with self.assert_held_up("Not read yet"):
            check()
        reading = self._read_finally(is_signed=False)
        with self.assert_held_up("Not signed by the customer"):
            check()
        reading.is_signed = True
        with self.assert_held_up("Leader in charge signs the move-out"):
            check()
        self._step("leader", self.head).action_done()
        with self.assert_held_up("Director signs the goods slip"):
            check()
        self._step("director", self.director).action_done()
        check()

    def test_dues_hold_the_goods(self):
        self._begin()
        with (
            patch.object(
                type(self.tenancy), "_get_arrears_reason", lambda self: "May: 1,446.00 unpaid"
            ),
            self.assert_held_up("May: 1,446.00 unpaid"),
        ):
            self.tenancy._check_goods_pass_issuable()

    def test_signatures_come_after_owner_readings_and_payment(self):
        self._begin()
        with self.assertRaisesRegex(UserError, "comes only after"):
            self._step("leader", self.head).action_done()

    def test_only_leader_and_director_sign(self):
        clearance = self._begin()
        clearance.write({"consent": "given", "consent_note": "Letter"})
        self._read_finally()
        for user in (self.area, self.leader, self.cashier):  # the last two: supervisor, cashier
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._step("leader", user).action_done()
        self._step("leader", self.head).action_done()
        with self.assertRaises(AccessError):
            self._step("director", self.head).action_done()

    def test_who_began_does_not_sign(self):
        clearance = self._begin(user=self.head)
        clearance.write({"consent": "given", "consent_note": "Letter"})
        self._read_finally()
        with self.assertRaisesRegex(AccessError, "second pair of eyes"):
            self._step("leader", self.head).action_done()

    def test_owner_refuses(self):
        """TEN-123, TEN-134: nothing is released, whatever else is cleared or skipped."""
        clearance = self._begin()
        clearance.write({"consent": "refused", "consent_note": "Rent is owed"})
        self.assertEqual(clearance.consent_on, date(2026, 6, 15))
        self.assertIn("Explain it to the tenant", self._step("consent").message)
        clearance.action_refusal_told()
        self.assertIn("settles with the owner", self._step("consent").message)
        for step in self.tenancy.procedure_step_ids:
            if step.state == "open":
                step.with_user(self.head).write({"state": "skipped", "skip_reason": "Urgent"})
        with self.assertRaisesRegex(UserError, "does not consent"):
            self.tenancy._check_goods_pass_issuable()
        with self.assertRaisesRegex(UserError, "does not consent"):
            self.tenancy.with_user(self.head).action_close()
        clearance.write({"consent": "given", "consent_note": "Both have settled"})
        self.tenancy._check_goods_pass_issuable()

    def test_answer_needs_its_evidence(self):
        clearance = self._begin()
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            clearance.consent = "given"
            clearance.flush_recordset()

    def test_owner_occupier_needs_no_consent(self):
        self.tenancy.kind = "owner"
        clearance = self._begin()
        self.assertFalse(clearance.consent_required)
        self.assertFalse(self._step("consent"))

    def test_file_is_not_closed_too_early_by_any_way(self):
        self._begin()
        tenancy = self.tenancy.with_user(self.area)
        for work in (
            tenancy.action_close,
            lambda: tenancy.write({"state": "closed"}),
            lambda: call_kw(
                self.env["pm.tenancy"].with_user(self.area),
                "write",
                [tenancy.ids, {"state": "closed"}],
                {},
            ),
            lambda: call_kw(
                self.env["pm.tenancy"].with_user(self.area),
                "action_close",
                [tenancy.ids],
                {"context": {"pm_import": True}},
            ),
        ):
            with self.assertRaisesRegex(UserError, "held up by"):
                work()
        self.assertEqual(self.tenancy.state, "move_out")

    def test_import_context_does_not_spare_a_clerk_the_procedure(self):
        self.tenancy.with_user(self.area).with_context(pm_import=True).action_move_out()
        self.assertTrue(self.tenancy.procedure_ids)

    def _clear(self):
        """Do everything but the closing."""
        clearance = self._begin()
        clearance.write({"consent": "given", "consent_note": "Letter"})
        self._inspect()
        self._read_finally()
        self._step("leader", self.head).action_done()
        self._step("director", self.director).action_done()
        self._plan("2026-06-17 18:00")
        clearance.action_duty_told()
        return clearance

    def test_whole_move_out(self):
        clearance = self._clear()
        plate = self.env["pm.name.plate"].create({"tenancy_id": self.tenancy.id})
        person = self.env["pm.tenancy.staff"].create({"tenancy_id": self.tenancy.id, "name": "Mei"})
        with freeze_time("2026-06-17 12:00:00"):
            tenancy = self.tenancy.with_user(self.area)
            with self.assert_held_up("Water and electricity are not cut", "Keys still out"):
                tenancy.action_close()
            clearance.with_user(self.engineer).action_services_cut()
            clearance.action_officer_present()
            self.tenancy.loan_ids.with_user(self.leader).action_return()
            tenancy.action_close()
        self.assertEqual(self.tenancy.state, "closed")
        self.assertEqual(self.tenancy.date_end, date(2026, 6, 17))
        self.assertEqual(plate.date_removed, date(2026, 6, 17))
        self.assertEqual(person.date_left, date(2026, 6, 17))
        self.assertEqual(self.unit.state, "vacant")
        self.assertEqual(clearance.state, "closed")
        self.tenancy.action_seal_file()
        self.assertEqual(
            self.tenancy.procedure_step_ids.filtered(lambda step: step.state == "open").mapped(
                "template_step_id.name"
            ),
            [
                "Receive the removal application",
                "Ask the owner whether the office shall let the unit",
            ],
        )

    def test_keys_of_the_move_out_close_and_reopen_the_step(self):
        self._begin()
        step = self._step("keys")
        self.assertEqual(step.state, "open")
        self.tenancy.loan_ids.with_user(self.leader).action_return()
        self.assertEqual(step.state, "done")
        self._issue(self._create_key())
        self.tenancy._refresh_procedure()
        self.assertEqual(step.state, "open")

    def test_occupant_stays(self):
        clearance = self._begin()
        removal = self._plan("2026-06-17 18:00")
        self.tenancy.with_user(self.area).action_stay()
        self.assertEqual(self.tenancy.state, "active")
        self.assertFalse(self.tenancy.date_moved_out)
        self.assertEqual((clearance.state, removal.state), ("cancelled", "cancelled"))
        self.assertFalse(self.tenancy.procedure_ids)
        again = self._begin()
        self.assertNotEqual(again, clearance)
        self.assertEqual(self.tenancy.clearance_id, again)

    def test_closed_file_is_not_edited(self):
        clearance = self._clear()
        with freeze_time("2026-06-17 12:00:00"):
            clearance.action_services_cut()
            self.tenancy.loan_ids.with_user(self.leader).action_return()
            self.tenancy.with_user(self.area).action_close()
            with self.assertRaisesRegex(UserError, "has ended"):
                clearance.with_user(self.director).write({"notice_reason": "Other"})
            with self.assertRaisesRegex(UserError, "closed"):
                self.tenancy.with_user(self.director).write({"date_moved_out": "2026-06-16"})

    def test_deadlines_count_back_from_the_removal(self):
        """TEN-127: the duty room hears one working day before."""
        self._begin()
        self.assertFalse(self._step("duty").due_at)
        self._plan("2026-10-06 10:00")  # National Day holidays
        due = self.site._to_local(self._step("duty").due_at)
        self.assertEqual(due.date(), date(2026, 9, 30))


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveOutBusinessCentre(MoveOutCommon):
    """TEN-122"""

    template = "business_centre"

    def test_whole_move_out(self):
        clearance = self._begin()
        self.assertFalse(clearance.consent_required)
        with self.assert_held_up("nothing has been inspected yet", "Not read yet"):
            self.tenancy._check_goods_pass_issuable()
        inspection = self._inspect(compensation=300.0)
        self.assertEqual(inspection.template_id.form_id, self.env.ref("pm_base.form_f_ten_11"))
        self._read_finally()
        with self.assert_held_up("Compensation of", "300.00"):
            self.tenancy._check_goods_pass_issuable()
        clearance.with_user(self.cashier).write(
            {"compensation_paid_on": "2026-06-15", "compensation_note": "R-17"}
        )
        self.tenancy._check_goods_pass_issuable()
        with self.assert_held_up("Keys still out"):
            self.tenancy.with_user(self.area).action_close()
        self.tenancy.loan_ids.with_user(self.leader).action_return()
        self.tenancy.with_user(self.area).action_close()
        self.assertEqual(self.tenancy.state, "closed")

    def test_inspection_that_is_only_judged_is_not_enough(self):
        self._begin()
        self._inspect(sign=False)
        self.assertEqual(self._step("inspection").state, "open")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveOutLeasing(MoveOutCommon):
    """TEN-128 to TEN-131"""

    template = "leasing"

    def test_whole_move_out(self):
        self.building.key_return_role = "security"
        clearance = self._begin()
        self.assertEqual(self._step("notice").state, "open")
        clearance.write(
            {
                "notice_on": "2026-06-10",
                "notice_from": "leasing",
                "reinstatement": "yes",
                "reinstatement_note": "Partition of room 2",
            }
        )
        self.assertEqual(self._step("notice").state, "done")
        self._step("approval", self.director).action_done()
        self.assertIn("forwarding address", self._step("dates").message)
        clearance.write(
            {
                "forwarding_address": "North Gate 1",
                "inspection_at": "2026-06-16 02:00:00",
                "protection_required": True,
            }
        )
        self._plan("2026-06-24 18:00")
        self.assertEqual(self._step("dates").state, "done")
        self._inspect()
        self._read_finally()
        with self.assert_held_up("Partition of room 2"):
            self.tenancy._check_goods_pass_issuable()
        clearance.with_user(self.engineer).action_reinstated()
        self.tenancy._check_goods_pass_issuable()
        with freeze_time("2026-06-24 12:00:00"):
            with self.assert_held_up("Keys still out"):
                self.tenancy.with_user(self.area).action_close()
            self.tenancy.loan_ids.with_user(self.guard).action_return()
            clearance.with_user(self.cashier).action_refund_asked()
            self.tenancy.with_user(self.area).action_close()
        self.assertEqual(self.tenancy.state, "closed")
        # CON-23: fifteen working days, and unclaimed a month after the move-out
        self.assertEqual(clearance.refund_due_on, date(2026, 7, 15))
        self.assertEqual(clearance.unclaimed_on, date(2026, 7, 25))

    def test_dates_are_fixed_a_week_ahead(self):
        """TEN-129"""
        clearance = self._begin()
        self._plan("2026-06-24 18:00")
        due = self.site._to_local(self._step("dates").due_at)
        self.assertEqual(due.date(), date(2026, 6, 17))
        self.assertEqual(clearance.inspection_due_on, date(2026, 6, 17))

    def test_whether_to_reinstate_must_be_said(self):
        clearance = self._begin()
        self.assertEqual(self._step("reinstated").state, "open")
        clearance.reinstatement = "no"
        self.assertEqual(self._step("reinstated").state, "done")
