from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import errors

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmLoan(HandoverCommon):
    """TEN-025, TEN-037, TEN-086, TEN-088, TEN-128, TEN-129: handing out and taking back."""

    def setUp(self):
        super().setUp()
        self.key = self._create_key()

    def _remind(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_tenancy.ir_cron_remind_overdue_loans").method_direct_trigger()

    def test_key_is_out_once(self):
        self._issue(self.key)
        with self.assertRaises(errors.UniqueViolation) as caught, mute_logger("odoo.sql_db"):
            self._lend(self.key)
        message = self.env["pm.loan"]._sql_error_to_message(caught.exception)
        self.assertIn("T-12-03 Front door", message)
        self.assertIn("is with Li Lei since 2026-06-15", message)

    def test_shift_leader_hands_out(self):
        """TEN-086: the receptionist registers, the leader on duty hands out."""
        with self.assert_refused("Choose the shift leader on duty"):
            self._lend(self.key, user=self.receptionist, issued_by_id=self.receptionist.id)
        loan = self._lend(self.key, user=self.receptionist)
        self.assertEqual(loan.create_uid, self.receptionist)
        self.assertEqual(loan.issued_by_id, self.leader)
        for post, proposed in (("receptionist", False), ("area", True), ("leader", True)):
            user = self._user(post)
            form = Form(self.env["pm.loan"].with_user(user))
            self.assertEqual(form.issued_by_id.id, user.id if proposed else False)

    def test_loan_is_due_after_the_hours_of_the_office(self):
        self.site.key_loan_hours = 3
        loan = self._lend(self.key)
        self.assertEqual(loan.due_at, datetime(2026, 6, 15, 7))
        self.assertFalse(self._issue(self._create_key()).due_at)
        with self.assertRaises(errors.CheckViolation), mute_logger("odoo.sql_db"):
            self._lend(self._create_key(), due_at="2026-06-15 03:59:59")

    def test_borrower_from_the_office_brings_his_department(self):
        department = self.env["hr.department"].create({"name": "Engineering"})
        employee = self.env["hr.employee"].create(
            {"name": "Shi Liqun", "department_id": department.id}
        )
        form = Form(self.env["pm.loan"].with_user(self.leader))
        form.key_id = self.key
        form.employee_id = employee
        loan = form.save()
        self.assertRecordValues(
            loan, [{"borrower_name": "Shi Liqun", "department": "Engineering", "state": "out"}]
        )

    def test_overdue_loan_is_reminded_once(self):
        overdue = self._lend(self.key, due_at="2026-06-15 04:00:00")
        due_now = self._lend(self._create_key(), due_at="2026-06-15 04:00:01")
        self._issue(self._create_key())
        with freeze_time("2026-06-15 04:00:01"):
            self.assertTrue(overdue.is_overdue)
            self.assertFalse(due_now.is_overdue)
            self._remind()
            self._remind()
        self.assertEqual(overdue.activity_ids.user_id, self.leader)
        self.assertEqual(len(overdue.activity_ids), 1)
        self.assertFalse(due_now.activity_ids)
        overdue.action_return()
        self.assertFalse(overdue.activity_ids)

    def test_extended_loan_is_reminded_anew(self):
        loan = self._lend(self.key, due_at="2026-06-15 05:00:00")
        with freeze_time("2026-06-15 06:00:00"):
            self._remind()
            loan.due_at = "2026-06-15 08:00:00"
            self._remind()
            self.assertEqual(len(loan.activity_ids), 1)
        with freeze_time("2026-06-15 09:00:00"):
            self._remind()
        self.assertEqual(len(loan.activity_ids), 2)

    def test_keys_are_issued_from_the_move_in_on(self):
        for state in ("draft", "cancelled", "closed"):
            unit = self._create_unit(room=f"9{state[:2]}")
            tenancy = self._create_tenancy(unit, state=state)
            key = self._create_key(unit_id=unit.id)
            with self.subTest(state=state):
                with self.assert_refused("keys are issued from the beginning"):
                    self._issue(key, tenancy=tenancy)
                with self.assertRaises(UserError):
                    tenancy.action_issue_keys()
        unit = self._create_unit(room="77")
        tenancy = self._create_tenancy(unit, state="move_in")
        self.assertTrue(self._issue(self._create_key(unit_id=unit.id), tenancy=tenancy))

    def test_what_must_come_first_is_asked(self):
        """TEN-037: fees, papers and the like are gates that others add."""
        tenancy_class = self.env.registry["pm.tenancy"]

        def refuse(self):
            raise UserError("Fees first")

        with patch.object(tenancy_class, "_check_keys_issuable", refuse):
            with self.assert_refused("Fees first"):
                self._issue(self.key)
            self._lend(self._create_key())  # a loan is no handover

    def test_key_of_another_unit_is_not_issued(self):
        key = self._create_key(unit_id=self.unit_2.id)
        with self.assert_refused("opens no unit of"):
            self._issue(key)
        gate = self._create_key(unit_id=False, place="Gate", site_id=self.site.id)
        self.assertTrue(self._issue(gate))

    def test_issue_wizard_proposes_the_keys_in_the_cabinet(self):
        """TEN-025, TEN-037: with the keys the day of the acceptance is agreed."""
        self._create_key(is_spare=True)
        gone = self._create_key()
        gone.action_lost()
        self._create_key(unit_id=self.unit_2.id)
        card = self._create_key(unit_id=False, place="Gate", kind="card", site_id=self.site.id)
        wizard = self.env["pm.key.issue"].with_user(self.leader)
        form = Form(wizard.with_context(default_tenancy_id=self.tenancy.id))
        self.assertEqual(form.key_ids[:], self.key)
        self.assertEqual(form.borrower_name, "Li Lei")
        self.assertEqual(form.issued_by_id, self.leader)
        form.key_ids.add(card)
        form.acceptance_at = "2026-06-18 01:00:00"
        form.acceptance_method = "with Engineering"
        form.save().action_confirm()
        self.assertEqual(self.tenancy.key_out_count, 2)
        self.assertEqual(self.tenancy._get_keys_out(), self.key + card)
        self.assertEqual(self.tenancy.acceptance_method, "with Engineering")

    def test_take_back_wizard_knows_the_condition_of_each(self):
        """TEN-128, TEN-129"""
        keys = self.key + self._create_key() + self._create_key() + self._create_key()
        self._issue(keys)
        wizard = self.env["pm.key.return"].with_user(self.guard)
        form = Form(wizard.with_context(default_tenancy_id=self.tenancy.id))
        self.assertEqual(len(form.line_ids), 4)
        for index, condition in enumerate(("good", "damaged", "lost", False)):
            with form.line_ids.edit(index) as line:
                line.condition = condition
        form.returned_by = "Han Mei"
        form.save().action_confirm()
        self.assertEqual(keys.mapped("state"), ["in_cabinet", "withdrawn", "lost", "with_occupant"])
        self.assertEqual(self.tenancy.key_out_count, 1)
        loan = self.key.loan_ids
        self.assertRecordValues(
            loan, [{"state": "returned", "received_by_id": self.guard.id, "returned_by": "Han Mei"}]
        )

    def test_security_takes_keys_back_where_the_building_says_so(self):
        """CON-31"""
        self._issue(self.key)
        wizard = self.env["pm.key.return"].new({"tenancy_id": self.tenancy.id})
        self.assertFalse(wizard.role_note)
        self.building.key_return_role = "security"
        wizard = self.env["pm.key.return"].new({"tenancy_id": self.tenancy.id})
        self.assertIn("Security", wizard.role_note)

    def test_security_is_told_of_a_spare_key_for_a_customer(self):
        """TEN-088"""
        spare, own = self._create_key(is_spare=True), self._create_key(is_spare=True)
        self._lend(spare, user=self.receptionist, partner_id=self.tenant.id)
        self.assertEqual(self._get_told(spare), self.guard)
        employee = self.env["hr.employee"].create({"name": "Shi Liqun"})
        self._lend(own, employee_id=employee.id)
        self.assertFalse(self._get_told(own))

    def test_register_is_not_rewritten(self):
        loan = self._lend(self.key)
        for vals in (
            {"key_id": self._create_key().id},
            {"kind": "issue"},
            {"site_id": self.other_site.id},
        ):
            with self.subTest(vals=vals), self.assert_refused("in the register"):
                loan.write(vals)
        with self.assertRaises(UserError):
            loan.unlink()

    def test_every_other_move_is_refused(self):
        loan = self._lend(self.key)
        states = list(loan._TRANSITIONS)
        for state in states:
            self.env.cr.execute("UPDATE pm_loan SET state = %s WHERE id = %s", [state, loan.id])
            for target in states:
                loan.invalidate_recordset()
                if target not in loan._TRANSITIONS[state]:
                    with self.subTest(state=state, target=target), self.assertRaises(UserError):
                        loan.write({"state": target})
