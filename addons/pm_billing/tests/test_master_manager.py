from freezegun import freeze_time

from odoo.tests import tagged

from .metering_common import MeteringCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 04:00:00")
class TestMasterManager(MeteringCommon):
    """BIL-076: what the master manager charges to the parties of the buildings.

    Each building is one unit that its party occupies; costs in common are shared costs of the fee
    of the master manager.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.common = cls._create_fee("Master Manager", "MAS", basis="share", sequence=5)
        cls.parties = {}
        for number, area in enumerate((1000.0, 2000.0, 3000.0, 4000.0), 1):
            building = cls._create_building(code=f"M{number}", name=f"Building {number}")
            unit = cls._create_unit(building_id=building.id, floor=1, room="00", area=area)
            party = cls._create_partner(name=f"Party {number}")
            cls.parties[number] = cls._create_active(unit, partner_id=party.id)

    def _share(self, name, amount, numbers, **vals):
        buildings = [self.parties[number].unit_ids.building_id.id for number in numbers]
        share = self.env["pm.cost.share"].create(
            {
                "name": name,
                "site_id": self.site.id,
                "fee_id": self.common.id,
                "month": "2026-03-01",
                "amount": amount,
                "building_ids": buildings,
                **vals,
            }
        )
        share.action_share()
        return share

    def _charged(self, run, number, fee=None):
        charges = run.charge_ids.filtered(
            lambda charge: (
                charge.tenancy_id == self.parties[number] and charge.fee_id == (fee or self.common)
            )
        )
        return charges.sorted("id").mapped("amount")

    def test_charges_between_master_manager_and_parties(self):
        door = self._share("Door-front duties", 1000.01, (1, 2, 3, 4), key="equal")
        hygiene = self._share("Hygiene campaign", 900.0, (1, 2))
        event = self._share("Extra order staff", 350.0, (3,), key="equal")
        meter = self._create_meter(unit_id=self.parties[4].unit_ids.id, date_installed="2026-02-25")
        self._read(meter, "2026-03-25", 300)
        run = self._collect("2026-04-01")
        # Door-front duties: equally, and to the fen.
        shares = door.line_ids.mapped("amount")
        self.assertEqual(sorted(shares), [250.0, 250.0, 250.0, 250.01])
        self.assertAlmostEqual(sum(shares), 1000.01, 2)
        # The campaign: whom it benefits, by area. The event: its organiser alone.
        self.assertEqual(hygiene.line_ids.mapped("amount"), [300.0, 600.0])
        self.assertEqual(event.line_ids.tenancy_id, self.parties[3])
        charged = {number: round(sum(self._charged(run, number)), 2) for number in self.parties}
        self.assertEqual(sum(charged.values()), 2250.01)
        self.assertEqual(
            {number: len(self._charged(run, number)) for number in self.parties},
            {1: 2, 2: 2, 3: 2, 4: 1},
        )
        # Neon light: by the party's own meter, and on nobody else's bill.
        self.assertEqual(self._charged(run, 4, self.power), [240.0])
        self.assertFalse(self._charged(run, 1, self.power))
        # All of it is on the party's bill, each with its reckoning.
        run.action_check()
        run._invoice(run.month)
        bill = self.parties[2].bill_ids
        formulas = " ".join(bill.pm_charge_ids.mapped("formula"))
        self.assertIn("Door-front duties", formulas)
        self.assertIn("Hygiene campaign", formulas)
