from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import MARCH
from .metering_common import APRIL, MeteringCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMetered(MeteringCommon):
    """BIL-015, BIL-023: what the meters counted, charged once, when the month is over."""

    def test_use_between_two_readings(self):
        reading = self._read(self.meter, "2026-03-25", 212.5)
        charge = self._metered(self._collect(APRIL))
        self.assertRecordValues(
            charge,
            [
                {
                    "date_from": date(2026, 2, 26),
                    "date_to": date(2026, 3, 25),
                    "quantity": 125.0,
                    "price": 0.8,
                    "amount": 100.0,
                    "source_model": "pm.meter.reading",
                    "source_id": reading.id,
                    "unit_id": self.unit.id,
                }
            ],
        )
        self.assertEqual(
            charge.formula,
            "上期200，本期212.5，倍率10，用量125 kWh：125 × 0.80 元/kWh",
        )

    def test_reading_after_the_month_waits(self):
        self._read(self.meter, "2026-04-01", 212.5)
        self.assertFalse(self._metered(self._collect(APRIL)))

    def test_readings_before_the_beginning_and_base_readings_are_not_charged(self):
        """TEN-065: what was used up to the move-in is not this occupant's."""
        self._read(self.meter, "2026-03-25", 210)
        charges = self._metered(self._collect(APRIL))
        self.assertEqual(charges.mapped("amount"), [80.0])

    def test_tiers_of_a_month(self):
        self._set_tiers((100, 1.0), (150, 2.0))
        self._read(self.meter, "2026-03-25", 220)
        charge = self._metered(self._collect(APRIL))
        self.assertEqual(charge.amount, 80 + 50 + 100)
        self.assertIn("100 × 0.80 元/kWh + 50 × 1.00 元/kWh + 50 × 2.00 元/kWh", charge.formula)
        self.assertEqual(charge._get_price_text(), "by tier")

    def test_late_reading_is_charged_by_the_next_run(self):
        """A reading entered after the bills were made is not lost, nor charged twice."""
        self._read(self.meter, "2026-03-25", 210)
        self._bill(APRIL)
        self._read(self.meter, "2026-03-31", 212, kind="check")
        run = self._collect(date(2026, 5, 1))
        self.assertEqual(self._amounts(run), [(date(2026, 3, 26), date(2026, 3, 31), 20.0, 16.0)])

    def test_tiers_of_a_month_not_read_are_stretched(self):
        self._set_tiers((100, 1.0))
        self._read(self.meter, "2026-04-25", 225)
        charge = self._metered(self._collect(date(2026, 5, 1)))
        self.assertEqual(charge.amount, 200 * 0.8 + 50)

    def test_two_readings_in_a_month_share_its_tiers(self):
        self._set_tiers((100, 1.0))
        self._read(self.meter, "2026-03-10", 208, kind="check")
        self._read(self.meter, "2026-03-25", 213)
        charges = self._metered(self._collect(APRIL))
        self.assertEqual(charges.mapped("amount"), [64.0, 20 * 0.8 + 30])

    def test_replacement_within_the_month(self):
        """TEN-098: the last of the old meter and the first of the new are both charged."""
        self._set_tiers((100, 1.0))
        new = self.meter._replace("2026-03-10", 208, meter_no="NEW", base_value=5, multiplier=1.0)
        self._read(new, "2026-03-25", 35)
        run = self._collect(APRIL)
        self.assertEqual(
            self._amounts(run),
            [
                (date(2026, 2, 26), date(2026, 3, 10), 80.0, 64.0),
                (date(2026, 3, 11), date(2026, 3, 25), 30.0, 20 * 0.8 + 10),
            ],
        )

    def test_roll_over_within_the_month(self):
        self._read(self.meter, "2026-03-10", 99990, kind="check")
        self._read(self.meter, "2026-03-25", 5, is_rollover=True)
        charge = self._metered(self._collect(APRIL))[-1]
        self.assertEqual((charge.quantity, charge.amount), (150.0, 120.0))
        self.assertIn("用量150 kWh（归零）", charge.formula)

    def test_tenancy_changes_in_the_month(self):
        """TEN-122: each owes what was counted in his days."""
        self._read(self.meter, "2026-03-10", 205, kind="move_out")
        self.tenancy.action_move_out()
        self.tenancy.date_moved_out = "2026-03-10"
        self.tenancy.action_close()
        following = self._create_active(date_start="2026-03-15", partner_id=self.other_tenant.id)
        self._read(self.meter, "2026-03-15", 206, kind="base", tenancy_id=following.id)
        self._read(self.meter, "2026-03-25", 216)
        charges = self._metered(self._collect(APRIL))
        self.assertEqual(
            [(charge.tenancy_id, charge.amount) for charge in charges],
            [(self.tenancy, 40.0), (following, 80.0)],
        )

    def test_late_reading_of_who_is_gone(self):
        """BIL-064: the last use is charged though nothing else is any more."""
        self.tenancy.action_move_out()
        self.tenancy.date_moved_out = "2026-03-10"
        self.tenancy.action_close()
        self._collect(APRIL)
        self._read(self.meter, "2026-03-10", 205, kind="move_out", tenancy_id=self.tenancy.id)
        run = self._collect(date(2026, 6, 1))
        self.assertEqual(run.charge_ids, self._metered(run))
        self.assertEqual(run.charge_ids.amount, 40.0)

    def test_final_reading_in_the_settlement(self):
        """TEN-122: what the last reading comes to, until a bill asks for it."""
        self._set_tiers((100, 1.0))
        reading = self._read(self.meter, "2026-03-10", 215, kind="move_out")
        row = self.tenancy._prepare_reading_row(reading)
        self.assertEqual(row["amount"], 130.0)
        self.assertIn("100 × 0.80 yuan/kWh + 50 × 1.00 yuan/kWh", row["formula"])
        self._bill(APRIL)
        reading.invalidate_recordset()
        row = self.tenancy._prepare_reading_row(reading)
        self.assertEqual(row["amount"], 0.0)
        self.assertIn("billed", row["formula"])

    def test_tariff_changes_in_the_month(self):
        """The use is shared by the days, to the last unit."""
        self.power.price_ids.date_end = "2026-03-04"
        self.env["pm.fee.price"].create(
            {"fee_id": self.power.id, "date_start": "2026-03-05", "price": 1.0}
        )
        self._read(self.meter, "2026-03-25", 214)
        charges = self._metered(self._collect(APRIL))
        self.assertEqual(charges.mapped("quantity"), [35.0, 105.0])
        self.assertEqual(charges.mapped("amount"), [28.0, 105.0])
        self.assertIn("用量140 kWh，其中7/28天计35 kWh", charges[0].formula)

    def test_agreed_price_wins_over_the_tiers(self):
        self._set_tiers((100, 1.0))
        self.env["pm.tenancy.fee"].create(
            {"tenancy_id": self.tenancy.id, "fee_id": self.power.id, "price": 0.5}
        )
        self._read(self.meter, "2026-03-25", 220)
        self.assertEqual(self._metered(self._collect(APRIL)).amount, 100.0)

    def test_nothing_used_is_stated_and_no_exception(self):
        self._read(self.meter, "2026-03-25", 200)
        run = self._collect(APRIL)
        run.action_check()
        self.assertEqual(self._metered(run).mapped("amount"), [0.0])
        self.assertFalse(self._found(run, "zero"))

    def test_no_price_is_reported(self):
        self.power.price_ids.unlink()
        self._read(self.meter, "2026-03-25", 220)
        run = self._collect(APRIL)
        run.action_check()
        self.assertEqual(self._found(run, "tariff").fee_id, self.power)

    def test_run_repeated_charges_nothing_twice(self):
        self._read(self.meter, "2026-03-25", 220)
        run = self._bill(APRIL)
        run.action_collect()
        self.assertEqual(len(self._metered(run)), 1)

    def test_other_meters_are_not_charged(self):
        water = self._create_meter(kind="water", date_installed="2025-01-01")
        self._read(water, "2026-03-25", 20)
        run = self._collect(MARCH)
        self.assertFalse(self._metered(run))
