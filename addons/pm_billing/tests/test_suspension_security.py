"""Who may do what about suspensions; each break-in is a way that is closed."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_base.tests.common import POSTS
from odoo.addons.pm_tenancy.tests.test_break_in import BreakIn

from .common_suspension import SuspensionCommon

_KEEPERS = {"area", "supervisor", "cashier", "leader", "director"}


@tagged("post_install", "-at_install")
class TestSuspensionSecurity(BreakIn, SuspensionCommon):
    def test_every_post_reads_and_few_keep_suspensions(self):
        """BIL-043: Security and the counter see what is stopped, Customer Service keeps it."""
        suspension = self._create_eased()
        for post in POSTS:
            user = self._user(post)
            for record in (
                suspension,
                suspension.undertaking_id,
                suspension.undertaking_id.line_ids,
                suspension.log_ids,
            ):
                own = record.with_user(user)
                with self.subTest(post=post, model=record._name):
                    self.assertTrue(own.has_access("read"))
                    keeps = post in _KEEPERS and record._name != "pm.suspension.log"
                    self.assertEqual(own.has_access("write"), keeps)
                    self.assertEqual(own.has_access("create"), keeps)
            self.assertFalse(suspension.with_user(user).has_access("unlink"))

    def test_another_office_sees_and_does_nothing(self):
        suspension = self._create_eased()
        stranger = self._user("director", self.other_site)
        for model in (
            "pm.suspension",
            "pm.suspension.log",
            "pm.undertaking",
            "pm.undertaking.line",
        ):
            with self.subTest(model=model):
                found = self.env[model].with_user(stranger).search([])
                self.assertFalse(found.sudo().site_id - self.other_site)
        for method in ("action_stop", "action_end", "action_note_security", "action_cancel"):
            with self.subTest(method=method):
                self._assert_denied(stranger, "pm.suspension", method, suspension.ids)
        with self.assertRaises(AccessError):
            self.env["pm.suspension"].with_user(stranger).create({"tenancy_id": self.tenancy.id})

    def test_nobody_writes_what_is_noted(self):
        suspension = self._create_owners()
        for vals in (
            {"ground_recorded_by_id": self.leader.id},
            {"stopped_on": "2026-03-01"},
            {"security_noted_at": "2026-03-01 00:00:00"},
            {"has_protected": False},
            {"amount_asked": 1},
            {"name": "X"},
        ):
            with self.subTest(vals=vals):
                self._assert_denied(self.director, "pm.suspension", "write", suspension.ids, vals)
        self._assert_denied(
            self.director,
            "pm.suspension",
            "create",
            [{"tenancy_id": self.tenancy.id, "ground_recorded_by_id": self.leader.id}],
        )
        self._assert_denied(
            self.director,
            "pm.suspension.log",
            "create",
            [{"suspension_id": suspension.id, "event": "approved"}],
        )

    def test_state_written_by_rpc_meets_the_same_rules(self):
        """BIL-043: a client that writes the state stops nothing that a button would not."""
        suspension = self._create_suspension()
        with freeze_time("2026-03-31 04:00:00"):
            for state in ("approved", "stopped", "eased", "ended"):
                with self.subTest(state=state), self.assertRaises(UserError):
                    self._rpc(
                        self.director, "pm.suspension", "write", suspension.ids, {"state": state}
                    )
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self._rpc(
                    self.director,
                    "pm.suspension",
                    "create",
                    [{"tenancy_id": self.tenancy.id, "ground": "legal", "state": "stopped"}],
                )

    def test_stop_by_rpc_notes_and_tells(self):
        suspension = self._create_suspension()
        self._approve(suspension)
        self._give_notice(suspension)
        with freeze_time("2026-03-31 04:00:00"):
            self._rpc(self.area, "pm.suspension", "write", suspension.ids, {"state": "stopped"})
        self.assertTrue(suspension.stopped_on and suspension.security_told_at)
        self.assertEqual(suspension.log_ids[-1:].event, "stopped")

    def test_units_of_somebody_else_cannot_be_stopped(self):
        for vals in (
            {"unit_ids": [Command.set(self.unit_2.ids)]},
            {"unit_ids": [Command.clear()]},
            {"unit_ids": [Command.set(self.other_unit.ids)]},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.cr.savepoint():
                self._create_suspension(**vals)

    def test_undertaking_is_not_signed_in_the_past(self):
        suspension = self._create_stopped()
        for vals in (
            {"signed_on": "2026-03-01"},
            {"amount_signed": 1},
            {"bill_ids": [Command.set(self.bill.ids)]},
        ):
            undertaking = self._create_undertaking(suspension)
            with self.subTest(vals=vals):
                self._assert_denied(self.director, "pm.undertaking", "write", undertaking.ids, vals)
