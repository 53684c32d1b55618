from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FEBRUARY, JANUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestPmCharge(BillingCommon):
    def _charges(self, tenancy, month=MARCH, fee=None):
        run = self._collect(month)
        charges = run.charge_ids.filtered(lambda charge: charge.tenancy_id == tenancy)
        return charges.filtered(lambda charge: charge.fee_id == (fee or self.fee))

    def test_whole_month(self):
        """BIL-014: area by price, with the formula in the language of the office."""
        charge = self._charges(self._create_active())
        self.assertRecordValues(
            charge,
            [
                {
                    "unit_id": self.unit.id,
                    "partner_id": self.tenant.id,
                    "date_from": date(2026, 3, 1),
                    "date_to": date(2026, 3, 31),
                    "quantity": 120.5,
                    "price": 12.0,
                    "amount": 1446.0,
                    "formula": "120.50 m² × 12.00 元/m²·月",
                    "state": "open",
                }
            ],
        )

    def test_days_at_the_edges_of_the_month(self):
        for moved_in, moved_out, month, start, end, amount in (
            ("2026-03-01", False, MARCH, 1, 31, 1446.0),
            ("2026-03-31", False, MARCH, 31, 31, 46.65),
            ("2026-01-31", False, JANUARY, 31, 31, 46.65),
            ("2026-02-28", False, FEBRUARY, 28, 28, 51.64),
            ("2026-01-15", "2026-03-10", MARCH, 1, 10, 466.45),
            ("2026-03-11", "2026-03-11", MARCH, 11, 11, 46.65),
        ):
            with self.subTest(moved_in=moved_in, moved_out=moved_out):
                unit = self._create_unit(room=f"{moved_in}{moved_out}")
                tenancy = self._create_active(unit, moved_in=moved_in)
                if moved_out:
                    tenancy.action_move_out()
                    tenancy.date_moved_out = moved_out
                run = self._collect(month)
                charge = run.charge_ids.filtered(lambda each, unit=unit: each.unit_id == unit)
                self.assertEqual((charge.date_from.day, charge.date_to.day), (start, end))
                self.assertEqual(charge.amount, amount)
                run.unlink()

    def test_leap_day_counts(self):
        tenancy = self._create_active(date_start="2028-02-29", date_end=False)
        charge = self._charges(tenancy, date(2028, 2, 1))
        self.assertEqual(charge.amount, 49.86)
        self.assertEqual(charge.formula, "120.50 m² × 12.00 元/m²·月 × 1/29 天")

    def test_lease_that_ends_within_the_month(self):
        charge = self._charges(self._create_active(date_end="2026-03-15"))
        self.assertEqual(charge.date_to, date(2026, 3, 15))
        self.assertEqual(charge.amount, 699.68)

    def test_closed_file_is_still_charged_for_its_last_days(self):
        tenancy = self._create_active()
        tenancy.action_move_out()
        tenancy.date_moved_out = "2026-03-20"
        tenancy.action_close()
        self.assertEqual(self._charges(tenancy).date_to, date(2026, 3, 20))

    def test_who_is_not_there_is_not_charged(self):
        self._create_tenancy(state="move_in")
        self.assertFalse(self._collect().charge_ids)

    def test_each_unit_is_charged_and_the_fixed_fee_once(self):
        tenancy = self._create_active(self.unit + self.unit_2)
        run = self._collect()
        self.assertEqual(run.charge_ids.tenancy_id, tenancy)
        by_unit = {charge.unit_id: charge.amount for charge in run.charge_ids}
        empty = self.env["pm.unit"]
        self.assertEqual(by_unit, {self.unit: 1446.0, self.unit_2: 960.0, empty: 60.0})

    def test_price_that_changes_within_the_month(self):
        self.fee.price_ids.date_end = "2026-03-14"
        self._create_price(date_start="2026-03-15", price=13.0)
        charges = self._charges(self._create_active()).sorted("date_from")
        self.assertEqual(charges.mapped("amount"), [653.03, 859.05])
        self.assertEqual(charges[1].formula, "120.50 m² × 13.00 元/m²·月 × 17/31 天")

    def test_agreed_price_for_one_unit(self):
        tenancy = self._create_active(self.unit + self.unit_2)
        self.env["pm.tenancy.fee"].create(
            [
                {"tenancy_id": tenancy.id, "fee_id": self.fee.id, "price": 11.0},
                {
                    "tenancy_id": tenancy.id,
                    "fee_id": self.fee.id,
                    "unit_id": self.unit_2.id,
                    "price": 10.0,
                },
                {"tenancy_id": tenancy.id, "fee_id": self.refuse.id, "terms": "excluded"},
            ]
        )
        charges = self._collect().charge_ids
        self.assertEqual(
            {charge.unit_id: charge.price for charge in charges},
            {self.unit: 11.0, self.unit_2: 10.0},
        )

    def test_fee_that_is_not_standard_needs_an_agreement(self):
        parking = self._create_fee("Parking", "PRK", price=300.0, basis="fixed", is_standard=False)
        payer = self._create_active()
        other = self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        self.env["pm.tenancy.fee"].create(
            {"tenancy_id": payer.id, "fee_id": parking.id, "terms": "tariff"}
        )
        run = self._collect()
        charged = run.charge_ids.filtered(lambda charge: charge.fee_id == parking)
        self.assertEqual(charged.tenancy_id, payer)
        self.assertIn(other, run.charge_ids.tenancy_id)

    @mute_logger("odoo.sql_db")
    def test_no_day_is_charged_twice(self):
        """The database refuses a second charge of one fee for one day, whoever writes."""
        charge = self._charges(self._create_active())
        for vals in (
            {},
            {"date_from": "2026-03-31", "date_to": "2026-04-30"},
            {"date_from": "2026-03-10", "date_to": "2026-03-10"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                charge.copy(vals)
        charge.action_cancel()
        self.assertTrue(charge.copy())

    def test_forbidden_moves(self):
        Charge = self.env["pm.charge"]
        charge = self._charges(self._create_active())
        for state, targets in Charge._TRANSITIONS.items():
            for target in set(Charge._TRANSITIONS) - targets:
                self.env.cr.execute(
                    "UPDATE pm_charge SET state = %s WHERE id = %s", (state, charge.id)
                )
                charge.invalidate_recordset()
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    charge.state = target

    def test_billed_charge_is_neither_deleted_nor_given_up(self):
        self._create_active()
        run = self._bill()
        with self.assertRaisesRegex(UserError, "Cancel the bill"):
            run.charge_ids.unlink()
        with self.assertRaisesRegex(UserError, "still asks"):
            run.charge_ids.action_cancel()

    def test_charge_of_a_reversed_bill_is_charged_anew(self):
        self._create_active()
        run = self._bill()
        reversal = self.env["account.move.reversal"].create(
            {
                "move_ids": [Command.set(run.bill_ids.ids)],
                "journal_id": run.bill_ids.journal_id.id,
                "date": "2026-03-02",
            }
        )
        reversal.refund_moves()
        refund = run.bill_ids.reversal_move_ids
        refund.action_post()
        self.assertEqual(run.bill_ids.payment_state, "reversed")
        run.charge_ids.action_cancel()
        run.action_collect()
        self.assertEqual(run.state, "collected")
        self.assertEqual(run.open_count, 2)
