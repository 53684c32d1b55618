from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_suspension import SuspensionCommon


@tagged("post_install", "-at_install")
class TestPmUndertaking(SuspensionCommon):
    def test_cancelled_bill_is_no_missed_payment(self):
        """BIL-044: what is no longer owed was not promised in vain."""
        suspension = self._create_eased()
        undertaking = suspension.undertaking_id
        self.bill.button_draft()
        self.bill.button_cancel()
        with freeze_time("2026-04-11 04:00:00"):
            self.assertEqual(undertaking.amount_paid, undertaking.amount_signed)
            self.assertFalse(undertaking._is_broken_now())
            self.assertEqual(self._dues("undertaking").due_date, undertaking.date_to)

    def test_services_are_restored_for_now_on_a_signed_undertaking(self):
        """BIL-044, F-BIL-13: signed by the occupant, decided by a leader."""
        suspension = self._create_stopped()
        with freeze_time("2026-04-02 04:00:00"):
            with self.assertRaises(UserError):
                suspension.with_user(self.leader).action_ease()
            undertaking = self._create_undertaking(suspension)
            with self.assertRaises(UserError):
                suspension.with_user(self.leader).action_ease()
            undertaking.action_sign()
            with self.assertRaises(AccessError):
                suspension.with_user(self.area).action_ease()
            suspension.with_user(self.leader).action_ease()
        self.assertRecordValues(
            undertaking,
            [
                {
                    "state": "signed",
                    "signed_on": date(2026, 4, 2),
                    "amount_signed": self.bill.amount_residual,
                    "date_to": date(2026, 4, 20),
                }
            ],
        )
        self.assertRecordValues(suspension, [{"state": "eased", "eased_on": date(2026, 4, 2)}])
        self.assertFalse(self.tenancy.stopped_services)

    def test_what_is_promised_is_what_is_owed(self):
        suspension = self._create_stopped()
        owed = self.bill.amount_residual
        for lines, signed_by in (
            ([("2026-04-10", owed - 0.01)], "Li Lei"),
            ([("2026-04-10", owed + 0.01)], "Li Lei"),
            ([("2026-04-01", 1), ("2026-04-10", owed - 1)], "Li Lei"),
            ([("2026-04-10", owed)], " "),
            ([], "Li Lei"),
        ):
            undertaking = self._create_undertaking(suspension, lines)
            undertaking.signed_by = signed_by
            with (
                self.subTest(lines=lines, signed_by=signed_by),
                freeze_time("2026-04-02 04:00:00"),
                self.assertRaises(UserError),
            ):
                undertaking.action_sign()

    def test_no_undertaking_restores_what_the_owner_stopped(self):
        suspension = self._create_owners()
        with freeze_time("2026-03-20 04:00:00"):
            suspension.with_user(self.leader).action_record_ground()
        self._approve(suspension)
        self._give_notice(suspension)
        self._stop(suspension)
        with freeze_time("2026-04-02 04:00:00"), self.assertRaises(UserError):
            self._create_undertaking(suspension).action_sign()

    def test_signed_undertaking_stays(self):
        suspension = self._create_eased()
        undertaking = suspension.undertaking_id.with_user(self.area)
        for vals in (
            {"date_to": "2026-12-31"},
            {"line_ids": [Command.clear()]},
            {"signed_by": "Wu"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                undertaking.write(vals)
        with self.assertRaises(UserError):
            undertaking.line_ids[:1].date = "2026-12-31"
        with self.assertRaises(UserError):
            undertaking.line_ids[:1].unlink()
        with self.assertRaises(UserError):
            undertaking.unlink()

    def test_missed_payment_is_on_the_due_list_and_stops_nothing(self):
        """BIL-044: whether services are stopped again is somebody's decision."""
        suspension = self._create_eased()
        with freeze_time("2026-04-10 04:00:00"):
            self.assertRecordValues(
                self._dues("undertaking"),
                [
                    {
                        "due_date": date(2026, 4, 10),
                        "is_late": False,
                        "res_model": "pm.suspension",
                        "res_id": suspension.id,
                    }
                ],
            )
            with self.assertRaises(UserError):
                suspension.with_user(self.leader).action_stop()
        with freeze_time("2026-04-11 04:00:00"):
            self.env.invalidate_all()
            self.assertTrue(self._dues("undertaking").is_late)
            self.assertTrue(suspension.is_undertaking_broken)
            self.assertEqual(suspension.state, "eased")
            with self.assertRaises(AccessError):
                suspension.with_user(self.area).action_stop()
            undertaking = suspension.undertaking_id
            suspension.with_user(self.leader).action_stop()
        self.assertEqual((suspension.state, undertaking.state), ("stopped", "broken"))
        self.assertEqual(suspension.log_ids[-1:].event, "resumed")
        self.assertEqual(suspension.stopped_on, date(2026, 3, 31))

    def test_payment_on_its_day_keeps_the_undertaking(self):
        suspension = self._create_eased()
        undertaking = suspension.undertaking_id
        self._pay(self.bill, 499.99, day="2026-04-10")
        with freeze_time("2026-04-11 04:00:00"):
            self.env.invalidate_all()
            self.assertTrue(undertaking.is_broken)
            self._pay(self.bill, 0.01, day="2026-04-11")
            self.env.invalidate_all()
            self.assertFalse(undertaking.is_broken)
            self.assertEqual(undertaking.line_ids.mapped("status"), ["paid", "open"])
            self.assertEqual(self._dues("undertaking").due_date, date(2026, 4, 20))
            with self.assertRaises(UserError):
                suspension.with_user(self.leader).action_stop()

    def test_paid_in_full_ends_it(self):
        """BIL-044: kept, and restored for good."""
        suspension = self._create_eased()
        undertaking = suspension.undertaking_id
        self._pay(self.bill, day="2026-04-08")
        with freeze_time("2026-04-08 04:00:00"):
            self.assertTrue(self._dues("suspension_paid"))
            suspension.with_user(self.area).action_end()
        self.assertEqual((suspension.state, undertaking.state), ("ended", "kept"))
        self.assertFalse(self._dues("undertaking"))

    def test_new_undertaking_takes_the_place_of_the_old(self):
        suspension = self._create_eased()
        first = suspension.undertaking_id
        with freeze_time("2026-04-12 04:00:00"):
            second = self._create_undertaking(suspension, [("2026-04-30", None)])
            second.action_sign()
        self.assertEqual((first.state, second.state), ("replaced", "signed"))
        self.assertEqual(suspension.undertaking_id, second)

    def test_what_becomes_of_it_is_decided_with_the_suspension(self):
        suspension = self._create_eased()
        for state in ("kept", "broken", "replaced"):
            with self.subTest(state=state), self.assertRaises(AccessError):
                suspension.undertaking_id.with_user(self.director).write({"state": state})

    def test_button_prepares_one_undertaking_over_the_debt(self):
        suspension = self._create_stopped()
        with freeze_time("2026-04-02 04:00:00"):
            action = suspension.with_user(self.area).action_new_undertaking()
            again = suspension.with_user(self.area).action_new_undertaking()
        undertaking = self.env["pm.undertaking"].browse(action["res_id"])
        self.assertEqual(again["res_id"], undertaking.id)
        self.assertEqual(undertaking.amount_promised, self.bill.amount_residual)
        self.assertEqual(undertaking.date_to, date(2026, 4, 30))
