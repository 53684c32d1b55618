from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pm_billing.models import pm_bill_run_fast

from .common import FEBRUARY, JANUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestManyBills(BillingCommon):
    """What a run asks of the database does not grow with the number of occupants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.towers = {}
        for code, count in (("W", 3), ("X", 8), ("Y", 24)):
            tower = cls._create_building(code=code)
            parties = cls.env["res.partner"].create(
                [{"name": f"Party {code}{number}"} for number in range(count)]
            )
            for number, party in enumerate(parties):
                unit = cls._create_unit(
                    building_id=tower.id, floor=number + 1, area=50 + number * 1.37
                )
                cls._create_active(unit, partner_id=party.id)
            cls.towers[code] = tower

    def _count(self, code, step, month=MARCH):
        """Return the queries of one step of the run of a tower."""
        run = self._create_run(month, building_ids=[Command.set(self.towers[code].ids)])
        steps = [run.action_collect, run.action_check, lambda: run._invoice(run.month)]
        for number, action in enumerate(steps):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            action()
            self.env.flush_all()
            if number == step:
                return self.env.cr.sql_log_count - before
        return None

    def _assert_flat(self, step, most):
        self._count("W", step)  # what is asked once for the whole office
        few, many = self._count("X", step, FEBRUARY), self._count("Y", step, FEBRUARY)
        self.assertLessEqual(many, few + 5)  # 16 bills more; what is cached differs a little
        self.assertLessEqual(many, most)

    def test_collecting(self):
        self._assert_flat(0, 80)

    def test_checking(self):
        self._assert_flat(1, 60)

    def test_billing(self):
        self._assert_flat(2, 200)

    def test_run_in_batches(self):
        """A run longer than a batch makes each bill once, in the order of the units."""
        self.patch(pm_bill_run_fast, "BATCH", 5)
        run = self._bill(JANUARY, building_ids=[Command.set(self.towers["Y"].ids)])
        bills = run.bill_ids.sorted("sequence_number")
        self.assertEqual(len(bills.pm_tenancy_id), 24)
        codes = bills.mapped("pm_unit_codes")
        self.assertEqual(codes, sorted(codes))
        self.assertEqual(run.open_count, 0)
