from datetime import date

from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FEBRUARY, BillingCommon


@tagged("post_install", "-at_install")
class TestPmTenancyCharges(BillingCommon):
    """Which months a fee is charged for, and what a month of rent is."""

    def _charges(self, run, fee):
        charges = run.charge_ids.filtered(lambda charge: charge.fee_id == fee)
        return [
            (charge.date_from, charge.date_to, charge.amount)
            for charge in charges.sorted("date_from")
        ]

    def test_fee_of_the_last_month(self):
        """BIL-023: a statement asks for this month's management fee and last month's other fees."""
        last = self._create_fee("Water", "WAT", price=31.0, basis="fixed", timing="previous")
        self._create_active(date_start="2026-02-15")
        run = self._collect()
        self.assertEqual(self._charges(run, last), [(date(2026, 2, 15), date(2026, 2, 28), 15.5)])
        self.assertEqual(
            self._charges(run, self.refuse), [(date(2026, 3, 1), date(2026, 3, 31), 60.0)]
        )
        self.assertEqual(set(run.charge_ids.mapped("month")), {date(2026, 3, 1)})

    def test_who_left_last_month_owes_its_fees_only(self):
        """BIL-064: what was used in the last month is charged, and nothing of the month after."""
        last = self._create_fee("Water", "WAT", price=28.0, basis="fixed", timing="previous")
        tenancy = self._create_active()
        tenancy.action_move_out()
        tenancy.date_moved_out = "2026-02-10"
        run = self._collect()
        self.assertEqual(run.charge_ids.fee_id, last)
        self.assertEqual(run.charge_ids.amount, 10.0)
        run.action_check()
        self.assertFalse(run.exception_ids)

    def test_stay_that_ended_is_reported_beside_last_months_fees(self):
        """The occupant whose lease is over and who is still there is not overlooked."""
        self._create_fee("Water", "WAT", price=28.0, basis="fixed", timing="previous")
        self._create_active(date_end="2026-02-10")
        run = self._collect()
        run.action_check()
        self.assertEqual(run.charge_ids.amount, 10.0)
        self.assertEqual(run.exception_ids.mapped("kind"), ["ended"])

    def test_rent_follows_the_terms(self):
        """BIL-013: a renewal at a new rent is charged from its first day on."""
        rent = self._create_fee("Rent", "RENT", basis="rent")
        tenancy = self._create_active(
            date_start="2025-03-16", date_end="2026-03-15", monthly_rent=31000.0
        )
        tenancy._renew(date(2027, 3, 15), 34100.0)
        self.assertEqual(
            self._charges(self._collect(), rent),
            [
                (date(2026, 3, 1), date(2026, 3, 15), 15000.0),
                (date(2026, 3, 16), date(2026, 3, 31), 17600.0),
            ],
        )

    def test_rent_steps_and_free_months(self):
        """BIL-013: agreed lines are the steps of the rent, or months free of it."""
        rent = self._create_fee("Rent", "RENT", basis="rent")
        tenancy = self._create_active(monthly_rent=2800.0)
        tenancy.fee_ids = [
            Command.create(
                {"fee_id": rent.id, "terms": "excluded", "date_end": "2026-02-14"},
            ),
            Command.create(
                {"fee_id": rent.id, "terms": "agreed", "price": 3100.0, "date_start": "2026-03-01"},
            ),
        ]
        self.assertEqual(
            self._charges(self._collect(FEBRUARY), rent),
            [(date(2026, 2, 15), date(2026, 2, 28), 1400.0)],
        )
        self.assertEqual(
            self._charges(self._collect(), rent),
            [(date(2026, 3, 1), date(2026, 3, 31), 3100.0)],
        )

    def test_no_rent_where_the_office_takes_none(self):
        """A tenancy without a rent, such as an owner's own, is neither charged nor reported."""
        rent = self._create_fee("Rent", "RENT", basis="rent")
        self._create_active()
        run = self._collect()
        run.action_check()
        self.assertNotIn(rent, run.charge_ids.fee_id)
        self.assertFalse(run.exception_ids)

    @mute_logger("odoo.sql_db")
    def test_two_sources_of_one_day_but_each_once(self):
        """BIL-025: two meters of a unit are both charged, one reading never twice."""
        self._create_active()
        charge = self._collect().charge_ids[0]
        one, other = (
            charge.copy({"source_model": "res.partner", "source_id": self.tenant.id}),
            charge.copy({"source_model": "res.partner", "source_id": self.other_tenant.id}),
        )
        self.assertEqual(one.date_from, other.date_from)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            one.copy({"source_model": one.source_model, "source_id": one.source_id})
