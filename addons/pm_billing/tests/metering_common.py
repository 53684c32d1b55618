from datetime import date

from odoo.fields import Command

from .common import BillingCommon

APRIL = date(2026, 4, 1)


class MeteringCommon(BillingCommon):
    """The office charges electricity at 0.80 yuan; the meter of T-12-03 multiplies by 10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.power = cls._create_fee(
            "Electricity",
            "ELE",
            price=0.8,
            basis="meter",
            meter_kind="electricity",
            metered_from="2026-03-01",
            sequence=50,
        )
        cls.meter = cls._create_meter(multiplier=10, date_installed="2025-01-01", base_value=100)
        cls.tenancy = cls._create_active()
        cls._read(cls.meter, "2026-01-01", 150, kind="base", tenancy_id=cls.tenancy.id)
        cls._read(cls.meter, "2026-02-25", 200)

    @classmethod
    def _create_meter(cls, **vals):
        number = cls.env["pm.meter"].search_count([]) + 1
        return cls.env["pm.meter"].create(
            {"unit_id": cls.unit.id, "meter_no": f"E-{number}", "digits": 5, **vals}
        )

    @classmethod
    def _read(cls, meter, day, value, **vals):
        return cls.env["pm.meter.reading"].create(
            {"meter_id": meter.id, "date": day, "value": value, **vals}
        )

    @classmethod
    def _set_tiers(cls, *tiers, price=None):
        price = price or cls.power.price_ids
        price.tier_ids = [
            Command.clear(),
            *(Command.create({"above": above, "price": each}) for above, each in tiers),
        ]

    def _metered(self, run, fee=None):
        """Return the charges of a fee by meter, as a run has them, in order."""
        fee = fee or self.power
        return run.charge_ids.filtered(lambda charge: charge.fee_id == fee).sorted(
            lambda charge: (charge.date_from, charge.id)
        )

    def _amounts(self, run, fee=None):
        return [
            (charge.date_from, charge.date_to, charge.quantity, charge.amount)
            for charge in self._metered(run, fee)
        ]

    def _found(self, run, *kinds):
        return run.exception_ids.filtered(lambda found: found.kind in kinds)
