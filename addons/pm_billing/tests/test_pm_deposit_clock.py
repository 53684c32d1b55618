from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_deposit import DepositCommon


@tagged("post_install", "-at_install")
class TestPmDepositClock(DepositCommon):
    def _due(self, deposit, kind):
        return self.env["pm.due"].search(
            [("res_model", "=", "pm.deposit"), ("res_id", "=", deposit.id), ("kind", "=", kind)]
        )

    def test_fifteen_working_days_across_national_day(self):
        """BIL-060, CON-23: the holiday does not count, the adjusted weekends do.

        2026: 25 September and 1 to 7 October are off; Sunday 20 September and Saturday 10 October
        are worked.
        """
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-18")
        deposit._refresh_clocks()
        self.assertEqual(str(deposit.ready_on), "2026-09-18")
        self.assertEqual(str(deposit.refund_due_on), "2026-10-15")

    def test_refund_waits_for_the_inspection(self):
        """BIL-060: the count begins when the inspection is signed."""
        deposit = self._create_held()
        inspection = self._leave("2026-09-15")
        deposit._refresh_clocks()
        self.assertFalse(deposit.refund_due_on)
        with self.assertRaises(UserError):
            deposit.with_user(self.cashier).action_ask_approval()
        self._sign(inspection, "2026-09-16")
        deposit._refresh_clocks()
        self.assertEqual(str(deposit.ready_on), "2026-09-16")

    def test_refund_waits_for_the_debts(self):
        """BIL-060: the count begins on the day of the last payment, whenever it is noticed."""
        deposit = self._create_held()
        bill = self._bill().bill_ids
        self._leave("2026-09-15", signed_on="2026-09-16")
        deposit._refresh_clocks()
        self.assertFalse(deposit.ready_on)
        self.assertIn("not paid", deposit.keep_reason)
        self._pay(bill, day="2026-09-21")
        deposit._refresh_clocks()
        self.assertEqual(str(deposit.ready_on), "2026-09-21")

    def test_debts_are_set_off_where_agreed(self):
        """The deposit pays the oldest bills of the occupant; the rest is paid out."""
        deposit = self._create_held()
        bill = self._bill().bill_ids
        self._leave("2026-09-15", signed_on="2026-09-16")
        self.tenancy.clearance_id.deposit_handling = "set_off"
        self._approve(deposit)
        deposit.with_user(self.cashier).action_refund()
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(deposit.refund_move_id.amount_residual, 3000.0 - bill.amount_total)

    def test_debts_billed_to_the_employer_are_set_off_too(self):
        """The bills of the tenancy are paid, whoever is billed, before anything is refunded."""
        self.tenancy.payer_id = self.other_tenant
        account = self.other_tenant.property_account_receivable_id.copy({"code": "112299"})
        march = self._bill().bill_ids
        self.other_tenant.property_account_receivable_id = account
        april = self._bill(date(2026, 4, 1)).bill_ids
        deposit = self._create_held(amount=4000.0)
        self.assertEqual(deposit.partner_id, self.tenant)
        self._leave("2026-04-30", signed_on="2026-04-30")
        self.tenancy.clearance_id.deposit_handling = "set_off"
        self._approve(deposit)
        deposit.with_user(self.cashier).action_refund()
        self.assertEqual((march + april).mapped("payment_state"), ["paid", "paid"])
        self.assertRecordValues(deposit, [{"amount_set_off": 3012.0, "amount_refund": 988.0}])

    def test_deposit_smaller_than_the_debts_pays_the_oldest(self):
        deposit = self._create_held(amount=2000.0)
        march, april = self._bill().bill_ids, self._bill(date(2026, 4, 1)).bill_ids
        self._leave("2026-04-30", signed_on="2026-04-30")
        self.tenancy.clearance_id.deposit_handling = "set_off"
        self._approve(deposit)
        deposit.action_refund()
        self.assertEqual((march.payment_state, april.payment_state), ("paid", "partial"))
        self.assertEqual(march.amount_total + april.amount_total - 2000.0, april.amount_residual)
        self.assertRecordValues(deposit, [{"state": "refunded", "amount_refund": 0.0}])

    def test_refund_waits_for_the_final_bill(self):
        """BIL-064: what is not billed yet cannot be unpaid, also where debts are set off."""
        deposit = self._create_held()
        self._pay(self._bill().bill_ids)
        self._leave("2026-04-15", signed_on="2026-04-15", is_billed=False)
        for handling in ("refund", "set_off"):
            self.tenancy.clearance_id.deposit_handling = handling
            deposit.invalidate_recordset(["keep_reason"])
            with self.subTest(handling=handling):
                self.assertIn("final bill", deposit.keep_reason)
                with self.assertRaises(UserError):
                    deposit.with_user(self.cashier).action_ask_approval()
        deposit._refresh_clocks()
        self.assertFalse(deposit.refund_due_on)
        with freeze_time("2026-04-16 02:00:00"):
            run = self.env["pm.bill.run"]._open_occasion(self.tenancy, "final")
            run.action_invoice()
        self._pay(run.bill_ids, day="2026-04-17")
        deposit._refresh_clocks()
        self.assertEqual(str(deposit.ready_on), "2026-04-17")

    def test_refund_waits_for_the_day_of_leaving(self):
        """Without it nobody knows what is still to be billed."""
        deposit = self._create_held()
        self._leave("2026-04-15", signed_on="2026-04-15")
        self.tenancy.date_moved_out = False
        with self.assertRaisesRegex(UserError, "day on which"):
            deposit.action_ask_approval()

    def test_deposit_of_an_occupant_who_stays_is_kept(self):
        deposit = self._create_held()
        self.env["pm.deposit"]._follow_deposits(self.site, deposit.received_on)
        self.assertFalse(deposit.refund_due_on)
        with self.assertRaises(UserError):
            deposit.action_ask_approval()

    def test_deposit_of_a_tenancy_that_never_began_is_claimed(self):
        """Who never moved in gets the deposit back once it is asked for, approved."""
        tenancy = self._create_tenancy(self.unit_2, state="move_in")
        deposit = self._create_held(tenancy_id=tenancy.id)
        tenancy.action_cancel()
        with self.assertRaises(UserError):
            deposit.action_ask_approval()
        deposit.action_claim()
        self._refund(deposit, "2026-02-02")
        self.assertEqual(deposit.state, "refunded")

    def test_cron_sets_the_clock(self):
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-16")
        self._run_cron("pm_billing.ir_cron_follow_deposits")
        self.assertEqual(str(deposit.ready_on), "2026-09-16")

    def test_unclaimed_one_month_after_leaving(self):
        """BIL-062, TEN-077: on the day after the month, not before; a claim ends it."""
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-16")
        deposit._refresh_clocks()
        for day, expected in (("2026-10-15", False), ("2026-10-16", True)):
            with self.subTest(day=day), freeze_time(f"{day} 02:00:00"):
                deposit.invalidate_recordset(["is_unclaimed"])
                self.assertEqual(deposit.is_unclaimed, expected)
                self.assertEqual(
                    bool(deposit.search([("is_unclaimed", "=", True), ("id", "=", deposit.id)])),
                    expected,
                )
                self.assertEqual(bool(self._due(deposit, "deposit_unclaimed")), expected)
        with freeze_time("2026-10-16 03:00:00"):
            deposit.with_user(self.cashier).action_claim()
            self.assertFalse(deposit.is_unclaimed)
            self.assertFalse(self._due(deposit, "deposit_unclaimed"))

    def test_due_list_knows_what_is_to_be_paid_and_refunded(self):
        deposit = self._create_deposit()
        deposit.action_ask()
        self.assertTrue(self._due(deposit, "deposit_ask"))
        self._pay(deposit.move_id, day="2026-01-02")
        self.assertFalse(self._due(deposit, "deposit_ask"))
        self._leave("2026-09-15", signed_on="2026-09-18")
        deposit._refresh_clocks()
        self.assertEqual(str(self._due(deposit, "deposit_refund").due_date), "2026-10-15")

    def test_damage_found_is_deducted_once(self):
        """BIL-063: compensation of the joint inspection, neither twice nor on two deposits."""
        deposit = self._create_held()
        second = self._create_held()
        inspection = self._leave("2026-09-15")
        inspection.line_ids[0].write(
            {"verdict": "fault", "finding": "Broken", "compensation": 400.0}
        )
        self._sign(inspection, "2026-09-16")
        with self.assertRaises(UserError):
            deposit.action_ask_approval()
        deposit.with_user(self.cashier).action_deduct_damage()
        self.assertEqual(deposit.amount_refund, 2600.0)
        for other in (deposit, second):
            with self.subTest(other=other), self.assertRaises(UserError):
                other.action_deduct_damage()
        self.assertFalse(deposit.keep_reason)

    def test_settlement_shows_the_deposits_held(self):
        """F-BIL-23: held deposits are refunded, deductions taken off, damage not twice."""
        deposit = self._create_held()
        self._create_deposit(kind_id=self.umbrella_kind.id, amount=20.0)
        deposit.deduction_ids = [Command.create({"name": "Door lock", "amount": 100.0})]
        rows = self.tenancy._prepare_settlement_lines()
        self.assertEqual(
            [(row["kind"], row["amount"]) for row in rows if row["kind"] in ("deposit", "damage")],
            [("deposit", -3000.0), ("damage", 100.0)],
        )

    def test_claim_at_the_move_out_claims_the_deposits(self):
        deposit = self._create_held()
        self._leave("2026-09-15")
        with freeze_time("2026-09-17 02:00:00"):
            self.tenancy.clearance_id.with_user(self._user("supervisor")).action_refund_asked()
        self.assertEqual(str(deposit.claimed_on), "2026-09-17")
