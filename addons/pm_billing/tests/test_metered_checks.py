from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .metering_common import APRIL, MeteringCommon

MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMeteredChecks(MeteringCommon):
    """BIL-020: what the fee office sees before it bills, and what then stays as it was."""

    def test_missing_reading_is_reported_and_keeps_nobody_out(self):
        run = self._collect(APRIL)
        run.action_check()
        found = self._found(run, "reading")
        self.assertRecordValues(
            found,
            [{"meter_id": self.meter.id, "tenancy_id": self.tenancy.id, "is_blocking": False}],
        )
        self.assertIn("was last read on 2026-02-25", found.message)
        self.assertEqual(found.action_open()["res_id"], self.meter.id)
        self._read(self.meter, "2026-03-25", 210)
        run.action_check()
        self.assertFalse(self._found(run, "reading"))

    def test_empty_unit_need_not_be_read(self):
        self._create_meter(unit_id=self.unit_2.id, date_installed="2025-01-01")
        run = self._collect(APRIL)
        run.action_check()
        self.assertEqual(self._found(run, "reading").meter_id, self.meter)

    def test_use_half_above_the_last_is_reported(self):
        self._read(self.meter, "2026-03-25", 230)
        run = self._collect(APRIL)
        run.action_check()
        # 500 kWh in 55 days before, 300 kWh in 28 days now: 18 % a day more.
        self.assertFalse(self._found(run, "steep"))
        self.meter.last_reading_id.value = 239
        run.action_check()
        found = self._found(run, "steep")
        self.assertEqual(found.reading_id, self.meter.last_reading_id)
        self.assertIn("counted 390, after 500", found.message)
        self.site.use_alert_percent = 0
        run.action_check()
        self.assertFalse(self._found(run, "steep"))

    def test_first_use_of_a_new_occupant_is_not_passed_by(self):
        """A meter that stood still and begins to count is to be looked at."""
        other = self._create_meter(date_installed="2025-01-01")
        self._read(other, "2026-01-01", 0, kind="base", tenancy_id=self.tenancy.id)
        self._read(other, "2026-02-25", 0)
        self._read(other, "2026-03-25", 7)
        run = self._collect(APRIL)
        run.action_check()
        found = self._found(run, "steep").filtered(lambda each: each.meter_id == other)
        self.assertFalse(found.is_blocking)
        self.assertIn("counted 7, and there is no use before", found.message)

    def test_roll_over_is_reported(self):
        self._read(self.meter, "2026-03-25", 5, is_rollover=True)
        run = self._collect(APRIL)
        run.action_check()
        self.assertIn("counted 998050", self._found(run, "rollover").message)

    def test_billed_reading_is_locked(self):
        """What is on a bill is changed by nobody; a cancelled bill frees it."""
        reading = self._read(self.meter, "2026-03-25", 210)
        engineer = self._user("engineer")
        run = self._bill(APRIL)
        with self.assertRaisesRegex(UserError, "has been billed"):
            reading.with_user(engineer).value = 211
        with self.assertRaisesRegex(UserError, "has been billed"):
            reading.with_user(engineer).unlink()
        with self.assertRaisesRegex(UserError, "has been billed"):
            self.meter.multiplier = 20
        with self.assertRaises(UserError):  # which also takes back what was created
            self._read(self.meter, "2026-03-20", 205, kind="check")
        run.bill_ids.button_draft()
        run.bill_ids.button_cancel()
        reading.with_user(engineer).value = 211
        self.assertEqual(reading.consumption, 110)

    def test_reading_corrected_after_the_check_is_checked_again(self):
        """No bill is made of a value that was changed since."""
        reading = self._read(self.meter, "2026-03-25", 210)
        run = self._collect(APRIL)
        run.action_check()
        reading.with_user(self._user("engineer")).value = 205
        self.assertEqual(run.state, "collected")
        with self.assertRaises(UserError):
            run._invoice(run.month)
        run.action_check()
        self.assertEqual(self._metered(run).amount, 40.0)

    def test_estimate_and_true_up(self):
        """The estimate is billed, the reading that follows in full, the estimate given back."""
        self.power.estimates_missing = True
        self._read(self.meter, "2026-03-25", 214)  # 140 kWh in 28 days
        self._bill(APRIL)
        run = self._bill(MAY)
        estimate = self._metered(run)
        self.assertRecordValues(
            estimate,
            [
                {
                    "date_from": date(2026, 3, 26),
                    "date_to": date(2026, 4, 25),
                    "quantity": 155.0,
                    "amount": 124.0,
                    "source_model": "pm.meter",
                    "state": "invoiced",
                }
            ],
        )
        self.assertIn("上次28天用140 kWh，31天计155 kWh", estimate.formula)
        self._read(self.meter, "2026-05-25", 234)  # 200 kWh in two months
        run = self._bill(JUNE)
        self.assertEqual(sorted(self._metered(run).mapped("amount")), [-124.0, 160.0])
        self.assertIn(estimate.move_id.name, self._metered(run).sorted("amount")[0].formula)
        run.action_collect()
        self.assertEqual(len(self._metered(run)), 2)
        self.assertFalse(
            self._metered(self._collect(date(2026, 7, 1))).filtered(
                lambda charge: charge.source_model == "pm.charge"
            )
        )

    def test_estimates_follow_each_other(self):
        self.power.estimates_missing = True
        self._read(self.meter, "2026-03-25", 214)
        self._bill(APRIL)
        self._bill(MAY)
        run = self._bill(JUNE)
        self.assertEqual(self._amounts(run), [(date(2026, 4, 26), date(2026, 5, 25), 150.0, 120.0)])
        self._read(self.meter, "2026-06-14", 240)
        run = self._collect(date(2026, 7, 1))
        self.assertEqual(sorted(self._metered(run).mapped("amount")), [-124.0, -120.0, 208.0])

    def test_estimate_gives_way_to_a_reading_before_it_is_billed(self):
        self.power.estimates_missing = True
        self._read(self.meter, "2026-03-25", 214)
        self._bill(APRIL)
        run = self._collect(MAY)
        self.assertEqual(self._metered(run).source_model, "pm.meter")
        self._read(self.meter, "2026-04-25", 220)
        run.action_collect()
        self.assertEqual(self._metered(run).source_model, "pm.meter.reading")

    def test_only_the_director_changes_tiers(self):
        self._set_tiers((100, 1.0))
        tier = self.power.price_ids.tier_ids
        for post in ("cashier", "engineer", "receptionist"):
            with self.subTest(post=post):
                self.assertEqual(tier.with_user(self._user(post)).price, 1.0)
                with self.assertRaises(AccessError):
                    tier.with_user(self._user(post)).price = 2.0
        tier.with_user(self._user("director")).price = 2.0

    def test_tiers_of_another_office_are_out_of_sight(self):
        other = self._create_fee(
            "Other",
            "OTH",
            price=1.0,
            site_id=self.other_site.id,
            basis="meter",
            meter_kind="water",
        )
        self._set_tiers((100, 1.0), price=other.price_ids)
        user = self._user("director")
        self.assertFalse(
            self.env["pm.fee.tier"].with_user(user).search([("fee_id", "=", other.id)])
        )
        with self.assertRaises(AccessError):
            other.price_ids.tier_ids.with_user(user).read(["price"])
