from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .move_in_common import MoveInCommon, MoveInOrder


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInBusinessCentre(MoveInOrder, MoveInCommon):
    """TEN-020..TEN-029: no payment gate."""

    VARIANT = "business_centre"
    GATES = {
        "keys": ["identity", "agreement", "acceptance"],
        "active": ["keys", "reading", "fitout"],
    }

    def test_nobody_pays_before_the_keys(self):
        self.assertNotIn("payment", self._template(self.VARIANT).step_ids.mapped("kind"))

    def test_order_of_acceptance_keys_and_reading(self):
        """TEN-025"""
        tenancy = self._begin(self.VARIANT)
        keys, reading = self._step(tenancy, "keys"), self._step(tenancy, "reading")
        self.assertEqual(keys.after_ids, self._step(tenancy, "acceptance"))
        self.assertEqual(reading.after_ids, keys)

    def test_fitout_wanted_decides_who_is_met(self):
        """TEN-028"""
        tenancy = self._begin(self.VARIANT)
        self.assertTrue(self._step(tenancy, "moving"))
        self.assertFalse(self._step(tenancy, "meeting"))
        tenancy.wants_fitout = True
        self.assertFalse(self._step(tenancy, "moving"))
        self.assertTrue(self._step(tenancy, "meeting"))
        self.assertEqual(self._step(tenancy, "fitout").state, "open")
        tenancy.wants_fitout = False
        self.assertTrue(self._step(tenancy, "moving"))
        self.assertEqual(self._step(tenancy, "fitout").state, "done")

    def test_pre_inspection_is_asked_for_within_a_working_day(self):
        """TEN-020"""
        tenancy = self._begin(self.VARIANT)
        self._step(tenancy, "notice").with_user(self.receptionist).action_done()
        due_at = self._step(tenancy, "request").due_at
        self.assertEqual(self.site._to_local(due_at).date().isoformat(), "2026-06-16")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInMall(MoveInOrder, MoveInCommon):
    """TEN-030..TEN-039: fees before keys, keys before the acceptance."""

    VARIANT = "mall"
    GATES = {
        "keys": ["documents", "covenant", "agreement", "fees", "arrears", "check"],
        "active": ["keys", "reading", "acceptance", "fitout"],
    }

    def test_keys_come_before_the_acceptance(self):
        """TEN-037"""
        tenancy = self._begin(self.VARIANT)
        self.assertEqual(self._step(tenancy, "acceptance").after_ids, self._step(tenancy, "keys"))

    def test_only_the_cashier_notes_the_fees(self):
        tenancy = self._begin(self.VARIANT)
        self._work(tenancy, self._step(tenancy, "documents"))
        fees = self._step(tenancy, "fees")
        for user in (self.receptionist, self.chief, self.director):
            with self.assertRaises(AccessError):
                fees.with_user(user).action_done()
        fees.with_user(self.cashier).action_done()
        self.assertEqual(fees.done_by_id, self.cashier)

    def test_plan_and_notice_are_due_a_month_before(self):
        """TEN-030, TEN-031"""
        tenancy = self._begin(self.VARIANT, date_start="2026-08-31")
        for key in ("plan", "notice"):
            due_at = self._step(tenancy, key).due_at
            self.assertEqual(self.site._to_local(due_at).date().isoformat(), "2026-07-31", key)
        self.site.move_in_plan_lead_months = 2
        tenancy._refresh_procedure()
        due_at = self._step(tenancy, "plan").due_at
        self.assertEqual(self.site._to_local(due_at).date().isoformat(), "2026-06-30")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInResidential(MoveInOrder, MoveInCommon):
    """TEN-040..TEN-047: keys after the acceptance and the agreement, no payment gate."""

    VARIANT = "residential"
    GATES = {
        "keys": ["documents", "acceptance", "reading", "agreement"],
        "active": ["keys", "fitout"],
    }
    TENANCY = {"presence": "agent"}

    def test_nobody_pays_before_the_keys(self):
        self.assertNotIn("payment", self._template(self.VARIANT).step_ids.mapped("kind"))

    def test_agreement_comes_after_the_acceptance(self):
        """TEN-047"""
        tenancy = self._begin(self.VARIANT)
        agreement = self._step(tenancy, "agreement")
        self._file_paper(tenancy, agreement.form_id)
        self.assertEqual(agreement.state, "open")
        self._sign_inspection(tenancy, self._step(tenancy, "acceptance"))
        self.assertEqual(agreement.state, "done")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInIndividual(MoveInOrder, MoveInCommon):
    """TEN-050..TEN-057"""

    VARIANT = "individual"
    GATES = {
        "keys": [
            "documents",
            "fees",
            "arrears",
            "handbook",
            "rules",
            "covenant",
            "safety",
            "tenant",
            "sheet",
            "inspection",
            "reading",
            "certificate",
        ],
        "active": ["keys", "fitout"],
    }

    def test_owner_signs_no_tenant_agreement(self):
        """TEN-050"""
        tenancy = self._begin(self.VARIANT, kind="owner")
        self.assertFalse(self._step(tenancy, "tenant"))
        tenancy.kind = "lease"
        self.assertEqual(self._step(tenancy, "tenant").gate, "keys")

    def test_readings_may_be_deferred_with_consent(self):
        """TEN-056"""
        tenancy = self._begin(self.VARIANT)
        self.assertIn(self.meter.display_name, self._step(tenancy, "reading").message)
        tenancy.write({"readings_deferred": True, "readings_deferred_note": "Li Lei, letter"})
        self.assertEqual(self._step(tenancy, "reading").state, "done")

    def test_readings_are_signed_by_the_occupant(self):
        """TEN-056"""
        tenancy = self._begin(self.VARIANT)
        reading = self._read(
            self.meter, "2026-06-15", 5.0, kind="base", tenancy_id=tenancy.id, is_signed=False
        )
        self.assertIn("signed", self._step(tenancy, "reading").message)
        reading.is_signed = True
        self.assertEqual(self._step(tenancy, "reading").state, "done")

    def test_data_sheet_closes_its_step_at_once(self):
        """TEN-054"""
        tenancy = self._begin(self.VARIANT)
        self.assertIn("24-hour", self._step(tenancy, "sheet").message)
        self._fill_sheet(tenancy)
        self.assertEqual(self._step(tenancy, "sheet").state, "done")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInMarketing(MoveInOrder, MoveInCommon):
    """TEN-060..TEN-068: payment before inspection and keys."""

    VARIANT = "marketing"
    GATES = {
        "keys": [
            "approval",
            "fees",
            "arrears",
            "safety",
            "undertaking",
            "contacts",
            "vehicles",
            "items",
            "fixtures",
            "inspection",
            "reading",
        ],
        "active": ["keys", "fitout"],
    }

    def test_who_began_does_not_approve(self):
        """TEN-061"""
        tenancy = self._begin(self.VARIANT, user=self.director)
        self._step(tenancy, "order").with_user(self.receptionist).action_done()
        approval = self._step(tenancy, "approval")
        for user in (self.director, self.receptionist):
            with self.assertRaises(AccessError):
                approval.with_user(user).action_done()

    def test_payment_comes_before_the_inspection(self):
        """TEN-068"""
        tenancy = self._begin(self.VARIANT)
        inspection = self._step(tenancy, "inspection")
        self._sign_inspection(tenancy, inspection)
        self.assertEqual(inspection.state, "open")
        for key in ("order", "approval", "charging", "fees"):
            self._work(tenancy, self._step(tenancy, key))
        self.assertEqual(inspection.state, "done")

    def test_vehicles_only_where_the_office_manages_the_parking(self):
        """TEN-064"""
        self.assertFalse(self._step(self._begin(self.VARIANT), "vehicles"))

    def test_each_vehicle_is_signed_for(self):
        """TEN-064"""
        self.site.manages_parking = True
        tenancy = self._begin(self.VARIANT)
        step = self._step(tenancy, "vehicles")
        action = step.with_user(self.receptionist).action_work()
        vehicles = self.env["pm.vehicle"].with_context(action["context"])
        for vehicle in vehicles.create([{"plate": "ZC12345"}, {"plate": "ZC67890"}]):
            self.assertEqual(step.state, "open")
            paper = self.env["pm.document"]._file_printed(step.form_id, vehicle)[vehicle.id]
            paper.action_return()
        self.assertEqual(step.state, "done")

    def test_no_keys_to_hand_over_where_there_are_none(self):
        """TEN-065: keys, if any."""
        bare = self._create_unit(building_id=self.new_building.id, room="09")
        tenancy = self._begin(self.VARIANT, units=bare)
        self.assertFalse(self._step(tenancy, "keys"))
