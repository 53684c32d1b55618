from datetime import date

from freezegun import freeze_time
from psycopg2 import errors

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmKey(HandoverCommon):
    """TEN-085, TEN-087: the key cabinet."""

    def test_state_follows_from_the_loans(self):
        issued, lent, resting = (self._create_key() for _unused in range(3))
        self._issue(issued)
        loan = self._lend(lent)
        self.assertEqual(
            (issued + lent + resting).mapped("state"), ["with_occupant", "on_loan", "in_cabinet"]
        )
        self.assertEqual(lent.holder, "Plumber Zhao")
        loan.action_return()
        self.assertRecordValues(lent, [{"state": "in_cabinet", "holder": False}])

    def test_number_is_unique_in_the_office(self):
        self._create_key(code="A1")
        self._create_key(code="A1", unit_id=self.other_unit.id)
        with self.assertRaises(errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self._create_key(code="A1")

    def test_key_is_of_a_unit_or_of_a_place(self):
        key = self._create_key(unit_id=False, place="Plant room", site_id=self.site.id)
        self.assertEqual(key.location, "Plant room")
        with self.assertRaises(ValidationError):
            self._create_key(unit_id=False, site_id=self.site.id)
        with self.assertRaises(ValidationError):
            self._create_key(site_id=self.other_site.id)

    def test_several_keys_are_registered_in_one_go(self):
        """One record for each physical key: three keys for T-12-03, one of them spare."""
        self._create_key(code="T-12-03-K-2")
        form = Form(self.env["pm.key.add"].with_user(self.leader))
        form.unit_id = self.unit
        form.count = 3
        form.save().action_confirm()
        keys = self.unit.key_ids.sorted("code")
        self.assertEqual(
            keys.mapped("code"), ["T-12-03-K-1", "T-12-03-K-2", "T-12-03-K-3", "T-12-03-K-4"]
        )
        self.assertEqual(keys.filtered("is_spare").mapped("code"), ["T-12-03-K-4"])

    def test_damaged_key_is_withdrawn_at_once(self):
        """TEN-087"""
        key = self._create_key()
        self._lend(key).action_return_damaged()
        self.assertRecordValues(key, [{"state": "withdrawn", "date_withdrawn": date(2026, 6, 15)}])
        with self.assert_refused("withdrawn on 2026-06-15"):
            self._lend(key)

    def test_lost_key_is_reported_at_once(self):
        """TEN-087: shift leader and Security hear of it, the lock is to change."""
        key = self._create_key()
        loan = self._issue(key)
        loan.with_user(self.receptionist).action_lost()
        self.assertEqual(loan.state, "lost")
        self.assertRecordValues(
            key, [{"state": "lost", "date_lost": date(2026, 6, 15), "lock_change_needed": True}]
        )
        self.assertTrue(self.unit.lock_change_needed)
        self.assertIn(self.unit, self.env["pm.unit"].search([("lock_change_needed", "=", True)]))
        self.assertEqual(self._get_told(key), self.leader + self.guard)
        with self.assert_refused("lost on 2026-06-15"):
            self._lend(key)

    def test_key_lost_from_the_cabinet(self):
        key = self._create_key()
        key.with_user(self.guard).action_lost()
        self.assertEqual(key.state, "lost")
        key.with_user(self.guard).action_lost()  # once is enough
        self.assertEqual(len(self._get_told(key)), 2)

    def test_changed_lock_ends_the_alarm(self):
        key, twin = self._create_key(), self._create_key()
        (key + twin).action_lost()
        key.with_user(self.receptionist).action_lock_changed()
        self.assertFalse(self.unit.lock_change_needed)
        self.assertEqual(self.unit.lock_changed_on, date(2026, 6, 15))
        self.assertFalse(self._get_told(key + twin))
        with self.assert_refused("lock of .* was changed"):
            key.action_restore()

    def test_found_key_goes_back_into_the_cabinet(self):
        key = self._create_key()
        loan = self._lend(key)
        loan.action_lost()
        key.with_user(self.receptionist).action_restore()
        self.assertRecordValues(key, [{"state": "in_cabinet", "lock_change_needed": False}])
        self.assertRecordValues(loan, [{"state": "returned", "condition": "good"}])
        self.assertFalse(self._get_told(key))

    def test_lost_pass_has_no_lock(self):
        key = self._create_key(kind="document")
        key.action_lost()
        self.assertFalse(key.lock_change_needed)

    def test_receptionist_makes_no_keys(self):
        """Nobody copies keys on his own."""
        with self.assertRaises(AccessError):
            self.env["pm.key"].with_user(self.receptionist).create(
                {"unit_id": self.unit.id, "code": "Copy", "name": "Front door"}
            )
        with self.assertRaises(AccessError):
            self._create_key().with_user(self._user("cashier")).action_lost()

    def test_key_with_a_history_is_kept(self):
        key = self._create_key()
        self._lend(key).action_return()
        with self.assertRaises(UserError):
            key.unlink()
        self._create_key().unlink()
