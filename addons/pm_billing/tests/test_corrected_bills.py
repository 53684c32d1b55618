from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.pm_tenancy.tests.test_break_in import BreakIn

from .common import MARCH, BillingCommon
from .metering_common import APRIL, MeteringCommon


class CorrectionCommon(BillingCommon):
    """Management 120.5 m² × 12.00 = 1,446.00 and refuse 60.00 a month."""

    def _reverse(self, bill, post=True, **vals):
        """Return the credit note of Odoo's own wizard; `vals` are written on its first line."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard = wizard.create({"journal_id": bill.journal_id.id, "date": bill.invoice_date})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if vals:
            note.invoice_line_ids[1:].unlink()
            note.invoice_line_ids.write(vals)
        if post:
            note.action_post()
        return note

    def _leave(self, day="2026-03-31"):
        if self.tenancy.state != "move_out":
            self.tenancy.action_move_out()
        self.tenancy.date_moved_out = day
        return self.env["pm.bill.run"]._open_occasion(self.tenancy, "final")

    def _waive(self, **vals):
        director = self._user("director")
        waiver = self.env["pm.waiver"].create(
            {
                "tenancy_id": self.tenancy.id,
                "fee_id": self.fee.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "rate": 50,
                "reason": "Water damage",
                **vals,
            }
        )
        waiver.with_user(self._user("cashier")).action_ask()
        waiver.approval_ids.with_user(director).action_approve()
        return waiver

    def _amount(self, run, fee=None):
        charges = run.charge_ids.filtered(lambda charge: charge.fee_id == (fee or self.fee))
        return charges.filtered(lambda charge: charge.state != "cancelled").mapped("amount")


@tagged("post_install", "-at_install")
@freeze_time("2026-04-02 04:00:00")
class TestReversedBill(CorrectionCommon):
    """BIL-064: what was reversed is not given back once more; what is reversed in full is free."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.building.move_out_template_id = cls.env.ref(
            "pm_tenancy.procedure_move_out_business_centre"
        )
        cls.tenancy = cls._create_active()
        cls.march = cls._bill(MARCH)
        cls.april = cls._bill(APRIL)
        cls.bill = cls.april.bill_ids

    def test_reversed_bill_is_not_given_back(self):
        """BIL-064: who left on 31 March owes nothing for April, and gets nothing for it."""
        self._reverse(self.bill)
        self.assertEqual(self.bill.payment_state, "reversed")
        self.assertFalse(self._leave().charge_ids)

    def test_paid_bill_reversed_is_not_given_back(self):
        """BIL-064: the credit note is what he gets."""
        self._pay(self.bill)
        note = self._reverse(self.bill)
        self.assertEqual(note.amount_residual, 1506.0)
        self.assertFalse(self._leave().charge_ids)

    def test_reversed_bill_is_billed_anew_once(self):
        """As a bill that was cancelled is."""
        note = self._reverse(self.bill)
        self.april.action_collect()
        self.assertEqual((self.april.state, self.april.open_count), ("collected", 2))
        with self.assertRaisesRegex(UserError, "billed anew"):
            note.button_draft()

    def test_reversed_in_two_parts(self):
        self._reverse(self.bill, price_unit=1000.0)
        self.assertEqual(self._amount(self.april), [1446.0])
        self._reverse(self.bill, price_unit=506.0)
        self.assertEqual(self._amount(self.april), [])

    def test_part_reversed_comes_off_what_is_given_back(self):
        """BIL-064: 1,000.00 of the 1,446.00 of April were credited by hand."""
        self._reverse(self.bill, price_unit=1000.0)
        run = self._leave()
        self.assertEqual(self._amount(run), [-446.0])
        self.assertEqual(self._amount(run, self.refuse), [-60.0])
        formula = run.charge_ids.filtered(lambda charge: charge.fee_id == self.fee).formula
        self.assertIn("1000.00", formula)

    def test_part_that_names_no_charge_is_shared(self):
        """BIL-064: 753.00 are half of the bill."""
        self._reverse(self.bill, price_unit=753.0, name="Goodwill")
        run = self._leave()
        self.assertEqual((self._amount(run), self._amount(run, self.refuse)), ([-723.0], [-30.0]))

    def test_what_was_given_back_is_not_reversed_or_cancelled(self):
        """BIL-064: neither with a credit note that waited in draft."""
        note = self._reverse(self.bill, post=False)
        final = self._leave()
        final.action_invoice()
        for action in (note.action_post, self.bill.button_cancel):
            with (
                self.subTest(action=action),
                self.assertRaisesRegex(UserError, "has given back"),
                self.cr.savepoint(),
            ):
                action()
        final.bill_ids.button_cancel()
        note.action_post()
        self.assertFalse(self._amount(self.april))

    def test_reversal_reopens_a_checked_final_bill(self):
        final = self._leave()
        self.assertEqual(self._amount(final), [-1446.0])
        self._reverse(self.bill)
        self.assertEqual(final.state, "collected")
        final.action_check()
        self.assertFalse(final.charge_ids)

    def test_replacement_is_made_by_the_run(self):
        """Odoo's own copy of the bill would have no charges."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.bill.ids
        )
        with self.assertRaisesRegex(UserError, "bill run again"):
            wizard.create({"journal_id": self.bill.journal_id.id}).modify_moves()

    def test_reversed_in_part_is_waived_for_the_rest(self):
        """BIL-074: half of the 446.00 that are left."""
        self._reverse(self.bill, price_unit=1000.0)
        waiver = self._waive(date_from="2026-04-01", date_to="2026-04-30")
        self.assertEqual(waiver.amount_waived, 223.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestWaivedBillBilledAgain(BreakIn, CorrectionCommon):
    """BIL-074: a bill that was waived in part and is made again is waived once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active()
        cls.bill_run = cls._bill()
        cls.bill = cls.bill_run.bill_ids

    def _bill_again(self):
        self.bill_run.action_collect()
        self.bill_run.action_check()
        self.bill_run._invoice(MARCH)
        return self.bill_run.bill_ids.filtered(
            lambda bill: bill.state == "posted" and "invoiced" in bill.pm_charge_ids.mapped("state")
        )

    def test_cancelled(self):
        for vals in ({"rate": 50}, {"mode": "amount", "amount": 723, "rate": 0}):
            with self.subTest(vals=vals), self.cr.savepoint() as savepoint:
                waiver = self._waive(**vals)
                note = waiver.line_ids.move_id
                self.bill.button_cancel()
                self.assertEqual(note.state, "cancel")
                again = self._bill_again()
                self.assertEqual((again.amount_total, again.amount_residual), (783.0, 783.0))
                self.assertEqual(waiver.amount_waived, 723.0)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_reversed(self):
        waiver = self._waive()
        note = self._reverse(self.bill)
        self.assertEqual((self.bill.amount_residual, note.amount_residual), (0.0, 0.0))
        again = self._bill_again()
        self.assertEqual((again.amount_total, again.amount_residual), (783.0, 783.0))
        self.assertEqual(waiver.amount_waived, 723.0)

    def test_waived_altogether_is_not_reversed(self):
        """The credit note of a waiver frees nothing, although Odoo calls the bill reversed."""
        self._waive(rate=100)
        self._waive(rate=100, fee_id=self.refuse.id)
        self.assertEqual(self.bill.payment_state, "reversed")
        self.bill_run.action_collect()
        self.assertFalse(self.bill_run.open_count)
        with self.assertRaisesRegex(UserError, "still asks"):
            self.bill_run.charge_ids.action_cancel()


@tagged("post_install", "-at_install")
@freeze_time("2026-04-28 04:00:00")
class TestReversedEstimate(CorrectionCommon, MeteringCommon):
    """BIL-064: an estimate that was reversed is not given back when the meter is read."""

    def test_estimate(self):
        self.power.estimates_missing = True
        bill = self._bill(APRIL).bill_ids
        estimate = bill.pm_charge_ids.filtered(lambda charge: charge.source_model == "pm.meter")
        self._read(self.meter, "2026-04-25", 260)
        run = self._collect("2026-05-01")
        self.assertIn(-estimate.amount, self._amount(run, self.power))
        line = bill.invoice_line_ids.filtered(lambda line: line.price_total == estimate.amount)
        self._reverse(bill, name=line.name, price_unit=100.0)
        run.action_collect()
        self.assertIn(round(100.0 - estimate.amount, 2), self._amount(run, self.power))
        self._reverse(bill)
        run.action_collect()
        self.assertTrue(all(amount > 0 for amount in self._amount(run, self.power)))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 04:00:00")
class TestDayOfLeaving(BreakIn, CorrectionCommon):
    """BIL-064, F-BIL-23: the final bill and its settlement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.building.move_out_template_id = cls.env.ref(
            "pm_tenancy.procedure_move_out_business_centre"
        )
        cls.tenancy = cls._create_active()

    def test_another_day_after_the_final_bill_is_refused(self):
        final = self._leave("2026-03-15")
        self.tenancy.date_moved_out = "2026-03-14"
        self.assertEqual(final.state, "collected")
        self.tenancy.date_moved_out = "2026-03-15"
        final.action_check()
        final.action_invoice()
        self.tenancy.date_moved_out = "2026-03-15"
        for day in ("2026-03-20", "2026-03-10", False):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, final.bill_ids.name):
                self.tenancy.date_moved_out = day
        final.bill_ids.button_cancel()
        self.tenancy.date_moved_out = "2026-03-20"
        final = self._leave("2026-03-20")
        final.action_collect()
        self.assertEqual(self._amount(final), [round(1446 * 20 / 31, 2)])

    def test_settlement_knows_the_waiver(self):
        """F-BIL-23, BIL-074: what is still to be billed is what will be billed."""
        self._waive()
        final = self._leave("2026-03-15")
        before = sum(self.tenancy._reckon_final().mapped("amount"))
        self.assertAlmostEqual(before, 378.87, 2)  # half of 699.68, and 29.03
        final.action_invoice()
        self.assertAlmostEqual(final.bill_ids.amount_total, before, 2)
