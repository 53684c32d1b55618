from pathlib import Path

from freezegun import freeze_time

from odoo.tests import tagged

from .common import TenancyCommon

WORKBOOK = Path(__file__).parents[1] / "demo" / "yunhe_unit_list.xlsx"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 04:00:00")
class TestDemo(TenancyCommon):
    """The unit list of the demo office, imported once more into an office of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._create_site("Second Plaza Office", "SP")
        cls.run_ = cls._create_import(WORKBOOK.read_bytes(), site_id=cls.office.id)
        cls.run_.action_import()

    def test_two_towers_with_their_facts(self):
        """TEN-001"""
        self.assertEqual(self.run_.state, "done", self.run_.line_ids.mapped("message"))
        self.assertRecordValues(
            self.office.building_ids,
            [
                {
                    "code": "A",
                    "area_gross": 64683.1,
                    "floor_count": 20,
                    "storey_height": 3.8,
                    "units_per_floor": 8,
                    "lift_count": 10,
                    "unit_count": 17 * 8,
                },
                {
                    "code": "B",
                    "area_gross": 41803.1,
                    "floor_count": 18,
                    "storey_height": 3.6,
                    "units_per_floor": 6,
                    "lift_count": 10,
                    "unit_count": 15 * 6,
                },
            ],
        )
        for building in self.office.building_ids:
            self.assertEqual(
                building.floor_ids.mapped(lambda floor: (floor.floor_from, floor.floor_to)),
                [(1, 3), (4, building.floor_count)],
            )
            # The floors below the offices are larger, so the units make up most but not all.
            share = sum(building.unit_ids.mapped("area")) / building.area_gross
            self.assertTrue(0.7 < share < 0.8, share)

    def test_register_is_plausible(self):
        units = self.office.building_ids.unit_ids
        self.assertTrue(all(unit.owner_id for unit in units))
        self.assertTrue(50 <= len(units.owner_id) <= 70)
        occupied = units.filtered(lambda unit: unit.state == "occupied")
        self.assertTrue(0.75 <= len(occupied) / len(units) <= 0.80)
        tenancies = self.env["pm.tenancy"].search([("site_id", "=", self.office.id)])
        self.assertTrue(any(len(tenancy.unit_ids) >= 8 for tenancy in tenancies))
        self.assertEqual(set(tenancies.mapped("kind")), {"lease", "owner"})
        self.assertEqual(set(tenancies.mapped("state")), {"draft", "active", "closed"})
        for tenancy in tenancies.filtered(lambda tenancy: tenancy.kind == "owner"):
            self.assertEqual(tenancy.partner_id, tenancy.owner_id)

    def test_importing_it_twice_is_refused(self):
        again = self._create_import(WORKBOOK.read_bytes(), site_id=self.office.id)
        again.action_check()
        self.assertEqual(again.state, "refused")
        self.assertIn("already", again.line_ids[0].message)
