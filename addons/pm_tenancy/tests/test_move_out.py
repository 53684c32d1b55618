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
        """TEN-079, TEN-125, TEN-135, TEN-143: each gate, one after the other, names what is open
        and who owes it."""
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

    def test_owner_who_comes_along_consents(self):
        """TEN-079: together with the owner, or with the owner's written consent."""
        clearance = self._begin()
        self.assertIn("has not been asked", self._step("consent").message)
        clearance.write({"consent_by": "visit", "consent": "given", "consent_note": "Ms Han"})
        self.assertEqual(self._step("consent").state, "done")

    def test_dues_hold_the_goods(self):
        """TEN-079, TEN-123"""
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

    def test_step_that_opens_again_has_the_deadline_of_today(self):
        self._begin()
        self.assertEqual(self._step("plate").state, "done")
        self.env["pm.name.plate"].create({"tenancy_id": self.tenancy.id})
        self._plan("2026-06-17 18:00")
        self.assertEqual(self._due_day("plate"), date(2026, 6, 24))

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

    def _due_day(self, name):
        return self.site._to_local(self._step(name).due_at).date()

    def test_deadlines_count_back_from_the_removal(self):
        """TEN-125, TEN-127: one working day before, the slip is signed and the duty room hears."""
        self._begin()
        self.assertFalse(self._step("duty").due_at)
        self._plan("2026-10-06 10:00")  # National Day holidays
        self.assertEqual(self._due_day("duty"), date(2026, 9, 30))
        self.assertEqual(self._due_day("director"), date(2026, 9, 30))

    def test_working_days_before_the_removal_are_a_setting(self):
        """TEN-125, TEN-127"""
        self.site.move_out_notice_workdays = 3
        self._begin()
        self._plan("2026-10-06 10:00")
        self.assertEqual(self._due_day("duty"), date(2026, 9, 28))
        self.assertEqual(self._due_day("director"), date(2026, 9, 28))

    def test_officer_is_there_and_the_supply_is_cut_afterwards(self):
        """TEN-127: on the day of the removal, and the file stays open until it is cut."""
        clearance = self._begin()
        self._plan("2026-06-17 18:00")
        for name in ("officer", "services"):
            self.assertEqual(self._due_day(name), date(2026, 6, 17))
        self.assertEqual(self._step("services").gate, "closed")
        self.assertIn("area officer", self._step("officer").message)
        clearance.action_officer_present()
        self.assertEqual(self._step("officer").state, "done")
        self.assertEqual(clearance.officer_id, self.area)

    def test_name_plate_is_down_within_a_week(self):
        """TEN-133: a week after the removal; the plate that still hangs is named."""
        self.env["pm.name.plate"].create({"tenancy_id": self.tenancy.id})
        self._begin()
        self._plan("2026-06-17 18:00")
        self.assertEqual(self._due_day("plate"), date(2026, 6, 24))
        self.tenancy._refresh_procedure()
        self.assertIn("Blue Kite Trading", self._step("plate").message)
        self.tenancy.name_plate_ids.action_remove()
        self.tenancy._refresh_procedure()
        self.assertEqual(self._step("plate").state, "done")


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
        self.assertIn("telephone after the move-out", self._step("dates").message)
        clearance.forwarding_phone = "190 1111 0008"
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

    def test_days_ahead_are_a_setting(self):
        """TEN-129"""
        self.site.inspection_lead_days = 10
        clearance = self._begin()
        self._plan("2026-06-29 18:00")
        due = self.site._to_local(self._step("dates").due_at)
        self.assertEqual((due.date(), clearance.inspection_due_on), (date(2026, 6, 19),) * 2)

    def test_security_takes_the_keys_where_this_procedure_is_followed(self):
        """TEN-129, CON-31: proposed by the procedure, the building may say otherwise."""
        self.assertEqual(self.building.key_return_role, "security")
        self.building.key_return_role = "service"
        self.assertEqual(self.building.key_return_role, "service")
        self.building.move_out_template_id = self.env.ref("pm_tenancy.procedure_move_out_office")
        self.assertEqual(self.building.key_return_role, "service")

    def test_passes_of_the_tenant_hold_the_file_open(self):
        """TEN-128: passes are taken back with the keys."""
        person = self.env["pm.tenancy.staff"].create(
            {"tenancy_id": self.tenancy.id, "name": "Mei", "pass_no": "P-1"}
        )
        clearance = self._begin()
        self.assertIn("P-1 Mei", self._line(clearance, "passes").reason)
        self.assertIn("Access passes", self.tenancy._pm_check_clearance())
        person.date_left = "2026-06-15"
        self.assertNotIn("Access passes", self.tenancy._pm_check_clearance())

    def test_deposit_periods_are_settings(self):
        """TEN-077, TEN-131, CON-23"""
        self.site.write({"deposit_unclaimed_months": 2, "deposit_refund_workdays": 5})
        clearance = self._begin()
        clearance.with_user(self.cashier).action_refund_asked()
        self._plan("2026-06-24 18:00")
        self.assertEqual(clearance.refund_due_on, date(2026, 6, 23))  # the 19th is a holiday
        self.assertEqual(clearance.unclaimed_on, date(2026, 8, 25))

    def test_whether_to_reinstate_must_be_said(self):
        clearance = self._begin()
        self.assertEqual(self._step("reinstated").state, "open")
        clearance.reinstatement = "no"
        self.assertEqual(self._step("reinstated").state, "done")
