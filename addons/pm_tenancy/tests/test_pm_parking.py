from datetime import date

from freezegun import freeze_time
from psycopg2 import errors

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmParking(HandoverCommon):
    """TEN-002, TEN-064: spaces, their contracts, and the vehicles of the occupants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.manages_parking = True
        cls.space = cls._create_space("B1-001")
        cls.vehicle = cls._create_vehicle()

    @classmethod
    def _create_space(cls, name, **vals):
        return cls.env["pm.parking.space"].create({"site_id": cls.site.id, "name": name, **vals})

    @classmethod
    def _create_vehicle(cls, **vals):
        return cls.env["pm.vehicle"].create(
            {
                "site_id": cls.site.id,
                "plate": "沪A·12345",
                "tenancy_id": cls.tenancy.id,
                **vals,
            }
        )

    def _create_contract(self, *actions, **vals):
        contract = self.env["pm.parking.contract"].create(
            {
                "site_id": self.site.id,
                "tenancy_id": self.tenancy.id,
                "vehicle_id": self.vehicle.id,
                "space_id": self.space.id,
                "date_start": "2026-06-01",
                "date_end": "2027-05-31",
                "fee": 600,
                **vals,
            }
        )
        for action in actions:
            getattr(contract.with_user(self.leader), action)()
        return contract

    def test_office_without_parking_rights_lets_nothing(self):
        """TEN-002"""
        self.site.manages_parking = False
        with self.assert_refused("does not manage the parking places"):
            self._create_contract()
        self._create_vehicle(plate="B1")  # vehicles are known all the same

    def test_from_application_to_end(self):
        """F-TEN-31"""
        contract = self._create_contract()
        self.assertEqual(self.space.state, "free")
        contract.with_user(self.leader).action_approve()
        self.assertRecordValues(
            contract,
            [{"approved_by_id": self.leader.id, "date_approved": date(2026, 6, 15)}],
        )
        self.assertEqual(self.space.state, "reserved")
        contract.with_user(self.receptionist).action_start()
        self.assertRecordValues(
            self.space, [{"state": "leased", "plate": "沪A12345", "contract_id": contract.id}]
        )
        self.assertEqual(self.vehicle.space_id, self.space)
        contract.with_user(self.receptionist).action_end()
        self.assertEqual(contract.date_end, date(2026, 6, 15))
        self.assertRecordValues(self.space, [{"state": "free", "contract_id": False}])

    def test_sold_space(self):
        self._create_contract("action_approve", "action_start", kind="sale", date_end=False)
        self.assertEqual(self.space.state, "sold")
        with self.assertRaises(errors.CheckViolation), mute_logger("odoo.sql_db"):
            self._create_contract(kind="sale", space_id=False)

    def test_supervisor_decides(self):
        contract = self._create_contract()
        for action in ("action_approve", "action_refuse"):
            with self.assert_refused("Supervisor or leader decide"):
                getattr(contract.with_user(self.receptionist), action)()
        with self.assert_refused("Supervisor or leader decide"):
            contract.with_user(self.receptionist).write({"state": "approved"})

    def test_space_is_let_once(self):
        self._create_contract("action_approve", "action_start")
        for start, end in (("2027-05-31", False), ("2026-01-01", "2026-06-01")):
            second = self._create_contract(date_start=start, date_end=end)
            with (
                self.subTest(start=start),
                self.assertRaises(errors.ExclusionViolation) as caught,
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                second.action_approve()
            message = self.env["pm.parking.contract"]._sql_error_to_message(caught.exception)
            self.assertIn("B1-001 is taken by Blue Kite Trading", message)
        after = self._create_contract("action_approve", date_start="2027-06-01", date_end=False)
        self.assertEqual(after.state, "approved")

    def test_no_approval_without_a_space(self):
        contract = self._create_contract(space_id=False)
        with self.assertRaises(errors.CheckViolation), mute_logger("odoo.sql_db"):
            contract.action_approve()

    def test_contracts_end_with_their_last_day(self):
        past = self._create_contract("action_approve", "action_start", date_end="2026-06-14")
        last_day = self._create_contract(
            "action_approve",
            "action_start",
            space_id=self._create_space("B1-002").id,
            date_end="2026-06-15",
        )
        for _unused in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "pm_tenancy.ir_cron_end_expired_parking_contracts"
                ).method_direct_trigger()
        self.assertRecordValues(
            past + last_day,
            [
                {"state": "ended", "date_end": date(2026, 6, 14)},
                {"state": "running", "date_end": date(2026, 6, 15)},
            ],
        )

    def test_every_other_move_is_refused(self):
        contract = self._create_contract()
        states = list(contract._TRANSITIONS)
        for state in states:
            self.env.cr.execute(
                "UPDATE pm_parking_contract SET state = %s WHERE id = %s", [state, contract.id]
            )
            for target in states:
                contract.invalidate_recordset()
                if target not in contract._TRANSITIONS[state]:
                    with self.subTest(state=state, target=target), self.assertRaises(UserError):
                        contract.write({"state": target})

    def test_spaces_are_counted_against_the_estate(self):
        """TEN-002: 790 underground and 28 on the surface, say."""
        self.site.write({"parking_underground": 1, "parking_surface": 1})
        different = self.env["pm.site"].search([("is_parking_different", "=", True)])
        self.assertIn(self.site, different)
        self._create_space("D-01", kind="surface")
        self.assertRecordValues(
            self.site,
            [
                {
                    "parking_underground_count": 1,
                    "parking_surface_count": 1,
                    "is_parking_different": False,
                }
            ],
        )
        different = self.env["pm.site"].search([("is_parking_different", "=", True)])
        self.assertNotIn(self.site, different)

    def test_plate_is_registered_once_however_it_is_written(self):
        self.assertEqual(self.vehicle.partner_id, self.tenant)
        with self.assertRaises(errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self._create_vehicle(plate="沪a 12345")
        self.vehicle.active = False
        self._create_vehicle(plate="沪A12345")

    def test_vehicle_is_found_by_plate_or_telephone(self):
        """Who is to be called when a car stands in the way."""
        self.vehicle.phone = "190 1111 2222"
        for text in ("沪A·123", "a12345", "1111 2222", "Blue Kite"):
            with self.subTest(text=text):
                found = self.env["pm.vehicle"].search([("display_name", "ilike", text)])
                self.assertIn(self.vehicle, found)
