from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import FEBRUARY, JANUARY, MARCH, BillingCommon

APRIL = date(2026, 4, 1)
MAY = date(2026, 5, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-04-02 04:00:00")
class TestMissedMonths(BillingCommon):
    """BIL-020: who was entered after the bills of a month is billed for it by the next run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active()
        for month in (JANUARY, FEBRUARY, MARCH):
            cls._bill(month)
        cls.late = cls._create_active(
            cls.unit_2, partner_id=cls.other_tenant.id, date_start="2026-02-15"
        )

    def _refuse(self, run, tenancy=None):
        charges = run.charge_ids.filtered(
            lambda charge: (
                charge.tenancy_id == (tenancy or self.late)
                and charge.fee_id == self.refuse
                and charge.state != "cancelled"
            )
        )
        return [(c.date_from, c.amount) for c in charges.sorted("date_from")]

    def test_months_that_were_billed_without_him(self):
        run = self._collect(APRIL)
        expected = [(date(2026, 2, 15), 30.0), (MARCH, 60.0), (APRIL, 60.0)]
        self.assertEqual(self._refuse(run), expected)
        self.assertEqual(self._refuse(run, self.tenancy), [(APRIL, 60.0)])
        run.action_check()
        self.assertEqual(self._refuse(run), expected)
        self.assertRecordValues(
            run.exception_ids,
            [
                {
                    "kind": "missed",
                    "is_blocking": False,
                    "tenancy_id": self.late.id,
                    "date_from": date(2026, 2, 15),
                    "date_to": date(2026, 3, 31),
                }
            ],
        )
        run.action_invoice()
        run.action_collect()
        self.assertEqual(self._refuse(run), expected)
        self.assertFalse(run.open_count)
        self.assertFalse(run.exception_ids)
        self.assertEqual(self._refuse(self._collect(MAY)), [(MAY, 60.0)])

    def test_bill_of_earlier_months_that_is_cancelled(self):
        run = self._bill(APRIL)
        run.bill_ids.filtered(lambda bill: bill.pm_tenancy_id == self.late).button_cancel()
        run.action_collect()
        self.assertEqual(len(self._refuse(run)), 3)

    def test_paid_on_moving_in_and_entered_late(self):
        """BIL-014: what the move-in bill asked for is not charged again."""
        unit = self._create_unit(room="08", area=10.0)
        tenancy = self._create_tenancy(unit, date_start="2026-02-15", state="move_in")
        self.env["pm.bill.run"]._open_occasion(tenancy, "move_in").action_invoice()
        tenancy.date_moved_in = "2026-02-15"
        tenancy.action_activate()
        self.assertEqual(
            self._refuse(self._collect(APRIL), tenancy), [(MARCH, 60.0), (APRIL, 60.0)]
        )

    def test_what_was_given_up_stays_so(self):
        """A charge that was cancelled is for its own run to charge anew."""
        march = self.env["pm.bill.run"].search(
            [("site_id", "=", self.site.id), ("month", "=", MARCH)]
        )
        march.bill_ids.button_cancel()
        self.assertEqual(self._refuse(self._collect(APRIL), self.tenancy), [(APRIL, 60.0)])

    def test_agreed_not_to_be_charged(self):
        self.env["pm.tenancy.fee"].create(
            [
                {
                    "tenancy_id": self.late.id,
                    "fee_id": fee.id,
                    "terms": "excluded",
                    "date_end": "2026-03-31",
                }
                for fee in self.fee + self.refuse
            ]
        )
        run = self._collect(APRIL)
        run.action_check()
        self.assertEqual(self._refuse(run), [(APRIL, 60.0)])
        self.assertFalse(run.exception_ids)

    def test_what_the_office_billed_to_nobody(self):
        """An occupant since 2025: nothing is charged before the first run, nor of an open month."""
        unit = self._create_unit(room="08", area=10.0)
        since = self._create_active(unit, date_start="2025-11-01")
        self.assertEqual(self._refuse(self._collect(APRIL), since)[0], (JANUARY, 60.0))
        self.assertEqual(self._refuse(self._collect(MAY), since), [(MAY, 60.0)])


@tagged("post_install", "-at_install")
class TestRunsOfBuildings(BillingCommon):
    """BIL-021: a run of one building is not the month of the office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tower = cls._create_building(code="U")
        cls._create_active()
        cls.second = cls._create_active(
            cls._create_unit(building_id=cls.tower.id), partner_id=cls.other_tenant.id
        )

    def _get_runs(self):
        return self.env["pm.bill.run"].search(
            [("site_id", "=", self.site.id), ("occasion", "=", "month")], order="id"
        )

    @freeze_time("2026-04-02 01:00:00")
    def test_rest_of_the_month_is_prepared(self):
        one = self._bill(APRIL, building_ids=[Command.set(self.building.ids)])
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        rest = self._get_runs() - one
        self.assertRecordValues(rest, [{"month": APRIL, "state": "checked"}])
        self.assertEqual(rest.charge_ids.tenancy_id, self.second)

    @freeze_time("2026-06-02 01:00:00")
    def test_rest_of_missed_months_is_made_up_for(self):
        self._bill(MARCH)
        self._bill(MAY, building_ids=[Command.set(self.building.ids)])
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        whole = self._get_runs().filtered(lambda run: not run.building_ids)
        self.assertEqual([run.month.month for run in whole], [3, 4, 5, 6])

    @freeze_time("2026-04-02 01:00:00")
    def test_runs_of_all_buildings_are_the_month(self):
        self._create_building(code="V")  # nobody is there
        for building in self.building + self.tower:
            self._collect(APRIL, building_ids=[Command.set(building.ids)])
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        self.assertEqual(len(self._get_runs()), 2)
