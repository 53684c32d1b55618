from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_suspension import SuspensionCommon


@tagged("post_install", "-at_install")
class TestPmSuspension(SuspensionCommon):
    def test_services_are_stopped_on_the_last_day_of_the_month_of_the_visit(self):
        """BIL-043, CON-37: proposed on the visit, approved, told, stopped on the last day."""
        suspension = self._create_suspension()
        self.assertRecordValues(
            suspension,
            [{"date_planned": date(2026, 3, 31), "state": "draft", "unit_codes": "T-12-03"}],
        )
        self.assertIn(self.goods, suspension.service_ids)
        self._approve(suspension)
        self.assertEqual(suspension.state, "approved")
        self._give_notice(suspension)
        with self.assertRaises(UserError):
            self._stop(suspension, "2026-03-30")
        self._stop(suspension)
        self.assertRecordValues(
            suspension,
            [{"state": "stopped", "stopped_on": date(2026, 3, 31), "stopped_by_id": self.area.id}],
        )
        self.assertIn(self.cleaning.name, self.tenancy.stopped_services)

    def test_day_follows_the_rule_of_the_office(self):
        """CON-37: after the date given in the letter, where the office says so."""
        for rule, number, visited_on, day in (
            ("last_day", 31, "2026-02-28", date(2026, 2, 28)),
            ("last_day", 31, "2026-03-01", date(2026, 3, 31)),
            ("last_day", 28, "2026-03-28", date(2026, 3, 28)),
            ("last_day", 28, "2026-03-29", date(2026, 4, 28)),
            ("last_day", 30, "2026-01-31", date(2026, 2, 28)),
            ("letter_date", 31, "2026-03-10", date(2026, 3, 9)),
        ):
            with self.subTest(rule=rule, number=number, visited_on=visited_on):
                self.site.write({"suspend_rule": rule, "suspend_day": number})
                suspension = self.env["pm.suspension"].new(
                    {
                        "tenancy_id": self.tenancy.id,
                        "visited_on": visited_on,
                        "letter_until": "2026-03-08",
                    }
                )
                self.assertEqual(suspension.date_planned, day)

    def test_protected_services_are_never_stopped_for_arrears(self):
        """BIL-043 and Civil Code art. 944: not even the director, not even by the back door."""
        for code in ("water", "electricity", "heating", "gas"):
            service = self.env.ref(f"pm_billing.service_{code}")
            with self.subTest(code=code), self.assertRaises(ValidationError):
                self._create_suspension(service_ids=service.ids)
        suspension = self._create_suspension()
        with self.assertRaises(ValidationError):
            suspension.with_user(self.director).service_ids |= self.water
        owners = self._create_owners()
        with self.assertRaises(ValidationError):
            owners.with_user(self.director).ground = "arrears"

    @mute_logger("odoo.sql_db")
    def test_database_refuses_what_the_law_forbids(self):
        suspension = self._create_suspension()
        suspension.flush_recordset()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE pm_suspension SET has_protected = true WHERE id = %s", [suspension.id]
            )
        owners = self._create_owners()
        owners.flush_recordset()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE pm_suspension SET state = 'approved' WHERE id = %s", [owners.id]
            )

    @mute_logger("odoo.sql_db")
    def test_protection_of_a_service_cannot_be_taken_off(self):
        with self.assertRaises(AccessError):
            self.water.with_user(self.director).note = "Of one office"
        self.director.group_ids |= self.env.ref("pm_base.group_pm_all_sites")
        service = self.water.with_user(self.director)
        for vals in ({"is_protected": False}, {"is_default": True}):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError), self.cr.savepoint():
                service.write(vals)
                service.flush_recordset()
        with self.assertRaises(AccessError):
            service.code = "tap"

    def test_service_that_becomes_protected_cannot_stay_stopped_for_arrears(self):
        self._create_stopped()
        self.cleaning.is_default = False
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.cleaning.is_protected = True
            self.env.flush_all()

    def test_owner_asks_for_water_and_electricity_to_be_stopped(self):
        """BIL-051, TEN-074: on his written request, which a leader records."""
        suspension = self._create_owners()
        self.assertEqual(suspension.date_planned, date(2026, 3, 31))
        with self.assertRaises(UserError):
            suspension.action_ask()
        with self.assertRaises(AccessError):
            suspension.action_record_ground()
        with freeze_time("2026-03-20 04:00:00"):
            suspension.with_user(self.leader).action_record_ground()
        self.assertEqual(suspension.ground_recorded_by_id, self.leader)
        self._approve(suspension)
        self._give_notice(suspension)
        self._stop(suspension)
        self.assertEqual(suspension.state, "stopped")

    def test_only_the_owner_of_the_unit_may_ask(self):
        """TEN-074."""
        for vals in (
            {"ground_partner_id": self.other_tenant.id},
            {"ground_partner_id": False},
            {"ground_on": False},
            {"ground_on": "2026-03-25"},
            {"ground_reference": False},
        ):
            suspension = self._create_owners(**vals)
            with (
                self.subTest(vals=vals),
                freeze_time("2026-03-20 04:00:00"),
                self.assertRaises(UserError),
            ):
                suspension.with_user(self.leader).action_record_ground()
            suspension.action_cancel()

    def test_legal_ground_names_its_law(self):
        """BIL-051: another legal ground is named and recorded by a leader."""
        suspension = self._create_owners(ground="legal", ground_reference="  ")
        with freeze_time("2026-03-20 04:00:00"):
            with self.assertRaises(UserError):
                suspension.with_user(self.leader).action_record_ground()
            suspension.ground_reference = "Court order 12"
            suspension.with_user(self.leader).action_record_ground()
        self._approve(suspension)
        self.assertEqual(suspension.state, "approved")

    def test_changed_ground_is_recorded_anew(self):
        suspension = self._create_owners()
        with freeze_time("2026-03-20 04:00:00"):
            suspension.with_user(self.leader).action_record_ground()
        suspension.service_ids = [Command.link(self.env.ref("pm_billing.service_gas").id)]
        self.assertFalse(suspension.ground_recorded_by_id)

    def test_breach_of_the_letting_rules_needs_a_legal_ground(self):
        """TEN-150: water and electricity only on a ground that a leader vouches for."""
        flat = self._create_unit(room="09", usage="residential")
        lodger = self._create_active(flat, partner_id=self.other_tenant.id)
        letting = self.env["pm.letting.registration"].create(
            {"site_id": self.site.id, "unit_id": flat.id, "tenancy_id": lodger.id}
        )
        with freeze_time("2026-01-08 04:00:00"), self.assertRaises(UserError):
            letting.with_user(self.area).action_propose_suspension()
        with freeze_time("2026-01-09 04:00:00"):
            letting.invalidate_recordset()
            action = letting.with_user(self.area).action_propose_suspension()
            suspension = self.env["pm.suspension"].browse(action["res_id"])
            self.assertEqual(suspension.service_ids.mapped("code"), ["water", "electricity"])
            with self.assertRaises(UserError):
                suspension.with_user(self.area).action_ask()
            again = letting.with_user(self.area).action_propose_suspension()
        self.assertEqual(again["res_id"], suspension.id)

    def test_nothing_is_asked_before_the_visit(self):
        """BIL-043: the deadline of the letter, then the visit, then the signature."""
        suspension = self._create_suspension(visited_on=False, date_planned="2026-03-31")
        with freeze_time("2026-03-20 04:00:00"):
            with self.assertRaises(UserError):
                suspension.action_ask()
            suspension.write({"visited_on": "2026-03-20", "letter_until": "2026-03-20"})
            self._vouch(suspension)
            with self.assertRaises(UserError):
                suspension.action_ask()
            suspension.write({"letter_until": "2026-03-19"})
            suspension.action_ask()
        self.assertEqual(suspension.approval_state, "asked")

    def test_who_owes_nothing_is_not_stopped(self):
        """BIL-043: unpaid after the visit, and still unpaid on the day."""
        suspension = self._create_suspension()
        self._approve(suspension)
        self._give_notice(suspension)
        self._pay(self.bill, day="2026-03-30")
        with self.assertRaises(UserError):
            self._stop(suspension)
        suspension.action_cancel()
        other = self._create_owners(ground="arrears", service_ids=self.cleaning.ids)
        with freeze_time("2026-03-20 04:00:00"), self.assertRaises(UserError):
            other.action_ask()

    def test_who_asks_does_not_approve(self):
        """F-BIL-21: the head of the company signs."""
        suspension = self._create_suspension()
        with freeze_time("2026-03-21 04:00:00"):
            with self.assertRaises(UserError):
                suspension.with_user(self.director).action_ask()
            suspension.with_user(self.area).action_ask()
            with self.assertRaises(AccessError):
                self._get_asked(suspension).with_user(self.leader).action_approve()

    def test_nothing_is_stopped_without_notice_and_proof(self):
        suspension = self._create_suspension()
        self._approve(suspension)
        for vals in (
            {"notice_on": "2026-03-22", "notice_way": "hand"},
            {"notice_on": "2026-03-22", "notice_way": False, "notice_proof": "Wang"},
            {"notice_on": False, "notice_way": "hand", "notice_proof": "Wang"},
            {"notice_on": "2026-04-01", "notice_way": "hand", "notice_proof": "Wang"},
        ):
            suspension.write(vals)
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._stop(suspension)

    def test_what_was_decided_on_stays(self):
        """F-BIL-21: what the head signed is what is stopped."""
        suspension = self._create_suspension()
        with freeze_time("2026-03-21 04:00:00"):
            suspension.action_ask()
        for vals in (
            {"service_ids": [Command.clear()]},
            {"date_planned": "2026-03-22"},
            {"visited_on": "2026-03-01"},
            {"ground": "legal"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                suspension.with_user(self.area).write(vals)

    def test_proof_of_notice_stays_once_services_are_stopped(self):
        suspension = self._create_stopped()
        with self.assertRaises(UserError):
            suspension.with_user(self.area).notice_proof = "somebody else"

    def test_approval_withdrawn_leads_back(self):
        suspension = self._create_suspension()
        self._approve(suspension)
        suspension.sudo().approval_ids.with_user(self.director).action_withdraw()
        self.assertEqual(suspension.state, "draft")
        self._give_notice(suspension)
        with self.assertRaises(UserError):
            self._stop(suspension)

    def test_approval_of_what_is_stopped_cannot_be_withdrawn(self):
        suspension = self._create_stopped()
        with self.assertRaises(UserError):
            suspension.sudo().approval_ids.with_user(self.director).action_withdraw()

    def test_dropped_suspension_is_approved_anew(self):
        suspension = self._create_suspension()
        self._approve(suspension)
        suspension.with_user(self.area).action_cancel()
        self.assertEqual(suspension.sudo().approval_ids.state, "withdrawn")
        suspension.with_user(self.area).action_draft()
        with self.assertRaises(UserError):
            suspension.with_user(self.area).write({"state": "approved"})
        self._approve(suspension, "2026-03-23")
        self.assertEqual(suspension.state, "approved")

    @mute_logger("odoo.sql_db")
    def test_tenancy_is_suspended_once_on_a_ground(self):
        self._create_suspension()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._create_suspension()
        self._create_owners()

    def test_paid_in_full_is_restored_at_once(self):
        """BIL-043: who has paid need not ask a leader."""
        suspension = self._create_stopped()
        with self.assertRaises(AccessError):
            suspension.with_user(self.area).action_end()
        self._pay(self.bill, day="2026-04-02")
        with freeze_time("2026-04-02 04:00:00"):
            suspension.with_user(self.area).action_end()
        self.assertRecordValues(suspension, [{"state": "ended", "ended_on": date(2026, 4, 2)}])
        self.assertFalse(self.tenancy.stopped_services)

    def test_leader_restores_before_all_is_paid_and_says_why(self):
        suspension = self._create_stopped()
        with self.assertRaises(UserError):
            suspension.with_user(self.leader).action_end()
        suspension.with_user(self.leader).end_reason = "Agreed with the owner"
        suspension.with_user(self.leader).action_end()
        self.assertEqual(suspension.log_ids[-1:].note, "Agreed with the owner")

    def test_every_step_is_logged_for_good(self):
        """BIL-043, BIL-044: who did what, when; nobody rewrites it."""
        suspension = self._create_eased()
        self.assertEqual(
            suspension.log_ids.mapped("event"),
            [
                "proposed",
                "visited",
                "exception",
                "asked",
                "approved",
                "notice",
                "stopped",
                "signed",
                "eased",
            ],
        )
        approved = suspension.log_ids.filtered(lambda log: log.event == "approved")
        self.assertEqual(approved.user_id, self.director)
        for user in (self.director, self.env.user):
            log = suspension.log_ids[:1].with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    log.note = "x"
                with self.assertRaises(UserError):
                    log.unlink()
        with self.assertRaises(UserError):
            suspension.unlink()

    def test_security_is_told_and_takes_note(self):
        """BIL-043: at the same time Security controls goods in and out."""
        suspension = self._create_stopped()
        self.assertIn(self.guard.partner_id, suspension.message_ids.partner_ids)
        due = self._dues("suspension")
        self.assertRecordValues(
            due,
            [
                {
                    "name": "Services stopped: control goods in and out",
                    "res_id": suspension.id,
                    "due_date": date(2026, 3, 31),
                    "place": "T-12-03",
                }
            ],
        )
        with self.assertRaises(AccessError):
            suspension.with_user(self.area).action_note_security()
        suspension.with_user(self.guard).action_note_security()
        self.assertFalse(self._dues("suspension"))
        self.assertEqual(suspension.security_noted_by_id, self.guard)
        with self.assertRaises(UserError):
            suspension.with_user(self.guard).action_note_security()

    def test_register_for_security(self):
        """BIL-043: the register of suspended services, which Security signs for."""
        suspension = self._create_stopped()
        register = self.env.ref("pm_billing.register_suspensions")
        issue = register._issue(self.site, date(2026, 3, 31))
        self.assertEqual(issue.row_count, 1)
        self.assertIn(suspension.name, str(issue.content["rows"]))

    def test_what_is_to_be_done_is_on_the_due_list(self):
        """BIL-043: to be prepared, to be decided, to be stopped on the last day."""
        suspension = self._create_suspension()
        self.assertEqual(self._dues("suspension").name, "Suspension of services to prepare")
        with freeze_time("2026-03-21 04:00:00"):
            suspension.action_ask()
            self.assertFalse(self._dues("suspension"))
            self.assertTrue(self._dues("approval"))
            self._get_asked(suspension).with_user(self.director).action_approve()
        self.assertRecordValues(
            self._dues("suspension"),
            [{"name": "Stop the services", "due_date": date(2026, 3, 31)}],
        )

    def test_full_payment_proposes_to_restore(self):
        """BIL-043: the day it is paid, the due list says so."""
        suspension = self._create_stopped()
        with freeze_time("2026-04-02 04:00:00"):
            self.assertFalse(self._dues("suspension_paid"))
            self._pay(self.bill, 100, day="2026-04-02")
            self.assertFalse(self._dues("suspension_paid"))
            self._pay(self.bill, day="2026-04-02")
            self.assertRecordValues(
                self._dues("suspension_paid"),
                [{"res_id": suspension.id, "due_date": date(2026, 4, 2)}],
            )

    def test_dunning_proposes_a_suspension_once(self):
        """BIL-043: the ladder proposes, people decide."""
        self.site._run_dunning(date(2026, 3, 23))
        case = self.env["pm.dunning.case"].search([("tenancy_id", "=", self.tenancy.id)])
        letter = case.action_ids.filtered(lambda action: action.action == "letter")
        letter._write_noted({"state": "approved"})
        letter.state = "issued"
        suspension = case._propose_suspension(letter)
        self.assertRecordValues(
            suspension,
            [
                {
                    "state": "draft",
                    "ground": "arrears",
                    "case_id": case.id,
                    "letter_until": date(2026, 3, 26),
                    "visited_on": False,
                    "has_protected": False,
                    "user_id": self.area.id,
                }
            ],
        )
        self.assertEqual(case._propose_suspension(letter), suspension)

    def test_proposal_falls_with_the_debt(self):
        """BIL-043: who has paid is not cut off; what is stopped already is restored by hand."""
        for state, expected in (
            ("draft", "cancelled"),
            ("approved", "cancelled"),
            ("stopped", "stopped"),
        ):
            with self.subTest(state=state), self.env.cr.savepoint() as savepoint:
                self.site._run_dunning(date(2026, 3, 23))
                case = self.env["pm.dunning.case"].search([("tenancy_id", "=", self.tenancy.id)])
                suspension = case._propose_suspension()
                suspension.sudo().visited_on = "2026-03-20"
                self._vouch(suspension)
                if state != "draft":
                    self._approve(suspension)
                if state == "stopped":
                    self._give_notice(suspension)
                    self._stop(suspension)
                self._pay(self.bill, 100, day="2026-04-01")
                case._refresh(today=date(2026, 4, 1))
                self.assertEqual(suspension.state, state)
                self._pay(self.bill, day="2026-04-02")
                case._refresh(today=date(2026, 4, 2))
                self.assertEqual((case.state, suspension.state), ("paid", expected))
                savepoint.rollback()

    def test_visit_of_the_ladder_is_that_of_the_suspension(self):
        """BIL-043: what was noted on the call sheet is not entered again."""
        self.site._run_dunning(date(2026, 3, 23))
        case = self.env["pm.dunning.case"].search([("tenancy_id", "=", self.tenancy.id)])
        letter = case.action_ids.filtered(lambda action: action.action == "letter")
        letter._write_noted({"state": "approved"})
        letter.state = "issued"
        suspension = case._propose_suspension(letter)
        self.site._run_dunning(date(2026, 3, 27))
        visit = case.action_ids.filtered(lambda action: action.action == "visit")
        self.assertFalse(suspension.visited_on)
        # The evening of the 27th in UTC is the 28th at the office.
        with freeze_time("2026-03-27 17:00:00"):
            visit._note_result("nobody")
        self.assertEqual(suspension.visited_on, date(2026, 3, 28))
        self.assertEqual(case._get_visited_on(), date(2026, 3, 28))

    def test_every_forbidden_move_is_refused(self):
        states = self.env["pm.suspension"]._TRANSITIONS
        for start, targets in states.items():
            suspension = self._create_suspension()
            self.env.cr.execute(
                "UPDATE pm_suspension SET state = %s, stopped_on = '2026-03-31',"
                " notice_on = '2026-03-22', notice_way = 'hand', notice_proof = 'x' WHERE id = %s",
                [start, suspension.id],
            )
            suspension.invalidate_recordset()
            for target in sorted(states.keys() - targets):
                with self.subTest(start=start, target=target), self.assertRaises(UserError):
                    suspension.sudo().write({"state": target})
            self.env.cr.execute(
                "UPDATE pm_suspension SET state = 'cancelled' WHERE id = %s", [suspension.id]
            )
            suspension.invalidate_recordset()
