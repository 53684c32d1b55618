from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TenancyCommon


@tagged("post_install", "-at_install")
class TestPmBuilding(TenancyCommon):
    def test_building_keeps_the_facts_of_its_record(self):
        """TEN-001, TEN-003: figures, use per floor range, title owner and managing party."""
        manager = self._create_partner(name="Tower Care")
        building = self._create_building(
            code="A",
            usage="office",
            area_gross=64683.1,
            storey_height=3.8,
            units_per_floor=8,
            lift_count=10,
            floor_count=20,
            title_owner_id=self.owner.id,
            manager_id=manager.id,
            floor_ids=[
                Command.create({"floor_from": 4, "floor_to": 20, "name": "Offices"}),
                Command.create({"floor_from": 1, "floor_to": 3, "name": "Lobby, business rooms"}),
            ],
        )
        building.invalidate_recordset()
        self.assertRecordValues(
            building,
            [
                {
                    "code": "A",
                    "usage": "office",
                    "area_gross": 64683.1,
                    "floor_count": 20,
                    "storey_height": 3.8,
                    "units_per_floor": 8,
                    "lift_count": 10,
                    "title_owner_id": self.owner.id,
                    "manager_id": manager.id,
                }
            ],
        )
        self.assertEqual(building.floor_ids.mapped("name"), ["Lobby, business rooms", "Offices"])

    def test_office_names_the_master_manager_and_its_parking_places(self):
        """TEN-002, TEN-003"""
        self.site.write(
            {
                "master_manager_id": self.owner.id,
                "parking_underground": 790,
                "parking_surface": 28,
            }
        )
        self.assertEqual(self.building.master_manager_id, self.owner)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.site.parking_surface = -1
            self.env.flush_all()

    def test_code_is_unique_within_an_office_only(self):
        self._create_building(site_id=self.other_site.id)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_building()

    def test_figures_cannot_be_negative(self):
        for name in ("area_gross", "floor_count", "storey_height", "units_per_floor", "lift_count"):
            with (
                self.subTest(field=name),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
            ):
                self._create_building(code="N", **{name: -1})

    def test_range_of_floors_is_ordered(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.building.floor_ids = [
                Command.create({"floor_from": 3, "floor_to": 1, "name": "Lobby"})
            ]

    def test_occupancy_counts_floor_area(self):
        self._create_tenancy(state="active")
        self.assertRecordValues(self.building, [{"unit_count": 2, "vacant_count": 1}])
        self.assertEqual(self.building.occupancy_rate, 60.1)  # of 200.5 m²
        self.assertEqual(self._create_building(code="E").occupancy_rate, 0)

    def test_building_with_units_is_not_archived(self):
        with self.assertRaises(ValidationError):
            self.building.action_archive()
        self.building.unit_ids.action_archive()
        self.building.action_archive()
        self.assertFalse(self.building.active)

    def test_building_moves_to_another_office_only_without_tenancies(self):
        """A tenancy and its units never belong to two offices."""
        free = self._create_building(code="F")
        unit = self._create_unit(building_id=free.id)
        free.site_id = self.other_site
        self.assertEqual(unit.site_id, self.other_site)
        self._create_tenancy()
        with self.assertRaises(ValidationError):
            self.building.site_id = self.other_site
            self.env.flush_all()

    def test_view_units_opens_the_units_of_the_building(self):
        action = self.building.action_view_units()
        self.assertEqual(self.env["pm.unit"].search(action["domain"]), self.unit + self.unit_2)
