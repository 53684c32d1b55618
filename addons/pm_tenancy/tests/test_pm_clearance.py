from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .move_out_common import MoveOutCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmClearance(MoveOutCommon):
    """The board of a move-out."""

    def test_board_is_judged_on_live_data(self):
        clearance = self._begin()
        line = self._line(clearance, "keys")
        self.assertEqual(line.state, "blocked")
        self.assertIn(self.key.code, line.reason)
        self.assertEqual(line.since, date(2026, 6, 15))
        self.assertEqual(line.owed_by, "Blue Kite Trading")
        self.tenancy.loan_ids.with_user(self.leader).action_return()
        self.assertEqual(self._line(clearance, "keys").state, "clear")

    def test_departments_that_have_not_cleared(self):
        clearance = self._begin()
        self.assertEqual(clearance.board_text, "2 of 5 departments have not cleared")
        clearance.write({"consent": "given", "consent_note": "Letter"})
        self.tenancy.loan_ids.with_user(self.leader).action_return()
        clearance.line_ids.invalidate_recordset()
        clearance.invalidate_recordset()
        self.assertEqual(clearance.board_text, "1 of 5 departments have not cleared")
        self._inspect()
        self._read_finally()
        clearance.line_ids.invalidate_recordset()
        clearance.invalidate_recordset()
        self.assertEqual(clearance.board_text, "All departments have cleared")

    def test_keys_are_security_matter_where_the_building_says_so(self):
        """CON-31"""
        self.building.key_return_role = "security"
        self.env["pm.tenancy.staff"].create(
            {"tenancy_id": self.tenancy.id, "name": "Mei", "pass_no": "P-1"}
        )
        clearance = self._begin()
        self.assertEqual(self._line(clearance, "keys").department_role, "security")
        line = self._line(clearance, "passes")
        self.assertEqual((line.department_role, line.state), ("security", "blocked"))
        self.assertIn("P-1 Mei", line.reason)

    def test_each_matter_says_what_it_waits_for(self):
        self.site.manages_parking = True
        space = self.env["pm.parking.space"].create({"site_id": self.site.id, "name": "B2-1"})
        contract = self.env["pm.parking.contract"].create(
            {
                "site_id": self.site.id,
                "tenancy_id": self.tenancy.id,
                "space_id": space.id,
                "date_start": "2026-02-01",
            }
        )
        contract.with_user(self.director).action_approve()
        self.env["pm.vehicle"].create(
            {"site_id": self.site.id, "tenancy_id": self.tenancy.id, "plate": "A 1"}
        )
        clearance = self._begin()
        cases = {
            "dues": ("clear", False),
            "compensation": ("none", False),
            "consent": ("blocked", "not been asked"),
            "passes": ("clear", False),
            "loans": ("clear", False),
            "orders": ("none", False),
            "vehicles": ("warning", "A1"),
            "parking": ("warning", "B2-1"),
            "readings": ("blocked", "E-"),
            "inspection": ("blocked", "not been inspected"),
            "reinstatement": ("warning", "Nobody has said"),
            "services": ("warning", "after the removal"),
            "letting": ("warning", "T-12-03"),
            "commission": ("none", False),
            "cleaning": ("warning", "not cleaned"),
        }
        for matter, (state, words) in cases.items():
            line = self._line(clearance, matter)
            with self.subTest(matter=matter):
                self.assertEqual(line.state, state)
                self.assertIn(words or "", line.reason or "")

    def test_hooks_of_other_addons_reach_the_board(self):
        clearance = self._begin()
        hooks = {
            "_get_open_orders_reason": ("orders", "Repair R-1 is open"),
            "_get_loans_reason": ("loans", "Umbrella 3"),
            "_get_reinstatement_reason": ("reinstatement", "Ceiling"),
            "_get_arrears_reason": ("dues", "May is unpaid"),
        }
        for hook, (matter, reason) in hooks.items():
            with (
                self.subTest(hook=hook),
                patch.object(type(self.tenancy), hook, lambda self, reason=reason: reason),
            ):
                line = self._line(clearance, matter)
                self.assertEqual((line.state, line.reason), ("blocked", reason))

    def test_every_matter_opens_where_it_is_settled(self):
        clearance = self._begin()
        for line in clearance.line_ids.with_user(self.area):
            with self.subTest(matter=line.matter):
                self.assertTrue(line.action_open()["res_model"])

    def test_board_is_frozen_when_the_move_out_ends(self):
        clearance = self._begin()
        self.tenancy.with_user(self.area).action_stay()
        self.tenancy.loan_ids.with_user(self.leader).action_return()
        self.assertEqual(self._line(clearance, "keys").state, "blocked")

    def test_board_is_kept_as_it_stood_before_the_closing(self):
        """A pass that nobody gave back is not cleared by the end of the registration."""
        self.env["pm.tenancy.staff"].create(
            {"tenancy_id": self.tenancy.id, "name": "Mei", "pass_no": "P-1"}
        )
        clearance = self._begin()
        self.building.move_out_template_id = False
        self.tenancy._cancel_procedure("move_out")
        self.tenancy.action_close()
        self.assertEqual(self._line(clearance, "passes").state, "warning")

    def test_owner_answer_closes_its_step(self):
        """TEN-132"""
        self._begin()
        step = self._step("letting")
        self.assertEqual(step.state, "open")
        self.unit.with_user(self._user("leasing")).action_wants_to_let()
        self.assertEqual(step.state, "done")

    def test_everybody_of_the_office_reads_the_whole_board(self):
        clearance = self._begin()
        for post in ("area", "cashier", "engineer", "security", "receptionist", "director"):
            board = clearance.with_user(self._user(post))
            self.env.invalidate_all()
            with self.subTest(post=post):
                self.assertTrue(board.board_text)
                self.assertIn(self.key.code, self._line(board, "keys").reason)
                self.assertTrue(board.settlement_html)

    def test_board_is_cheap(self):
        """What one board asks of the database is bounded, and a list of boards shares most."""
        tenancies = self.tenancy
        for number in range(4):
            tenancies |= self._create_tenancy(
                self._create_unit(room=f"3{number}"), state="active", contact_name="Han"
            )
        for tenancy in tenancies:
            self._begin(tenancy)
        boards = self.env["pm.clearance"].with_user(self.engineer)
        boards = boards.search([("tenancy_id", "in", tenancies.ids)])
        counts = []
        for records in (boards, boards[0], boards):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("board_text")
            counts.append(self.env.cr.sql_log_count - before)
        _warm_up, one, five = counts
        self.assertLess(one, 35)
        self.assertLess(five - one, 4 * 8)

    def test_one_move_out_at_a_time(self):
        clearance = self._begin()
        with self.assertRaises(UniqueViolation) as caught, mute_logger("odoo.sql_db"):
            self.env["pm.clearance"].create({"tenancy_id": self.tenancy.id})
        message = self.env["pm.clearance"]._sql_error_to_message(caught.exception)
        self.assertIn("T-12-03", message)
        with self.assertRaises(UserError):
            self.tenancy.with_user(self.area).action_move_out()
        self.assertEqual(self.tenancy.clearance_ids, clearance)

    def test_move_out_is_not_begun_by_hand(self):
        with self.assertRaisesRegex(UserError, "not moving out"):
            self.env["pm.clearance"].with_user(self.area).create({"tenancy_id": self.tenancy.id})

    def test_each_post_notes_its_own(self):
        clearance = self._begin()
        clearance.with_user(self.engineer).write({"services_cut_on": "2026-06-15"})
        clearance.with_user(self.guard).write({"duty_told_on": "2026-06-15"})
        clearance.with_user(self.cashier).write({"compensation_paid_on": "2026-06-15"})
        for user, vals in (
            (self.engineer, {"compensation_paid_on": "2026-06-15"}),
            (self.guard, {"consent": "given", "consent_note": "Letter"}),
            (self.cashier, {"services_cut_on": False}),
            (self._user("training"), {"note": "Hello"}),
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                clearance.with_user(user).write(vals)

    def test_nobody_ends_or_rewrites_the_board_by_hand(self):
        clearance = self._begin()
        with self.assertRaises(AccessError):
            clearance.with_user(self.director).write({"state": "closed"})
        for vals in ({"snapshot": {"state": "clear"}}, {"department_role": "leasing"}):
            with self.assertRaises(AccessError):
                clearance.line_ids.with_user(self.director).write(vals)
        with self.assertRaises(UserError):
            clearance.sudo().unlink()

    def test_other_office_sees_nothing(self):
        clearance = self._begin()
        stranger = self._user("supervisor", self.other_site)
        for records in (clearance, clearance.line_ids):
            self.assertFalse(self.env[records._name].with_user(stranger).search([]))
            with self.assertRaises(AccessError):
                records.with_user(stranger).read(["display_name"])
        with self.assertRaises(AccessError):
            clearance.with_user(stranger).action_cleaned()

    def test_form_dates_the_answer_of_the_owner(self):
        clearance = self._begin()
        with Form(clearance.with_user(self.area)) as form:
            form.consent = "given"
            form.consent_note = "Sealed letter"
            form.consent_on = "2026-06-14"
        self.assertEqual(clearance.consent_on, date(2026, 6, 14))

    def test_settlement_adds_up(self):
        clearance = self._begin()
        self._read(self.meter, "2026-06-01", 1000)
        self._read_finally()
        self._inspect(compensation=120.5)
        rows = [
            {"kind": "fee", "name": "June", "amount": 1446.0},
            {"kind": "deposit", "name": "Deposit", "amount": -2000.0},
        ]
        Tenancy = type(self.tenancy)
        original = Tenancy._prepare_settlement_lines
        with (
            patch.object(Tenancy, "_prepare_settlement_lines", lambda self: rows + original(self)),
            patch.object(Tenancy, "_get_meter_price", lambda self, meter: 0.85),
        ):
            self.assertEqual(clearance.amount_due, 1779.0)  # 1446 + 250 × 0.85 + 120.5
            self.assertEqual(clearance.amount_refund, 2000.0)
            self.assertEqual(clearance.amount_balance, -221.0)
            self.assertIn("1250 − 1000 = 250 kWh × 0.85", clearance.settlement_html)

    def test_price_that_is_not_known_is_said(self):
        clearance = self._begin()
        self._read_finally()
        self.assertEqual(clearance.amount_due, 0.0)
        self.assertIn("not known yet", clearance.settlement_html)

    def test_closed_settlement_is_kept(self):
        clearance = self._begin()
        self._read_finally()
        self.tenancy.with_user(self.area).action_stay()
        self.meter.reading_ids.write({"is_signed": False})
        self.meter.reading_ids.unlink()
        clearance.invalidate_recordset()
        self.assertIn("1250", clearance.settlement_html)
