from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MARCH, BillingCommon
from .metering_common import APRIL


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 04:00:00")
class TestFeeOnce(BillingCommon):
    """BIL-010, BIL-011: fees that an occupant pays once, on moving in."""

    def setUp(self):
        super().setUp()
        self.site.print_lang = "en_US"
        self.tenancy = self._create_tenancy(date_start="2026-03-12", state="move_in")

    def _open(self):
        return self.env["pm.bill.run"]._open_occasion(self.tenancy, "move_in")

    def _create_fund(self, **vals):
        product = self.env.ref("pm_billing.product_management_fund")
        return self._create_fee(
            "Management Fund", "FND", price=2000, basis="once", product_id=product.id, **vals
        )

    def test_fee_paid_once_is_on_the_move_in_bill_alone(self):
        """BIL-010, BIL-011: the management fund, whatever else is billed before and after."""
        fund = self._create_fund()
        run = self._open()
        self.assertEqual(run.amount_charged, 2971.61)
        run.action_invoice()
        self.assertEqual(run.bill_ids.amount_total, 2971.61)
        label = run.bill_ids.invoice_line_ids.filtered(
            lambda line: line.product_id == fund.product_id
        ).name
        self.assertEqual(label, "Management Fund once 2000.00 yuan, once")
        self.tenancy.date_moved_in = "2026-03-12"
        self.tenancy.action_activate()
        for month in (MARCH, APRIL):
            self.assertNotIn(fund, self._collect(month).charge_ids.fee_id)
        self.tenancy.write({"state": "move_out", "date_moved_out": "2026-03-31"})
        self.assertNotIn(fund, self.tenancy._reckon_final().fee_id)

    def test_fee_paid_once_is_not_charged_for_another_day_of_moving_in(self):
        """BIL-011: once for each tenancy; a bill that is cancelled gives it back."""
        fund = self._create_fund()
        run = self._open()
        run.action_invoice()
        self.tenancy.date_start = "2026-04-02"
        again = self._open()
        self.assertNotEqual(again, run)
        self.assertNotIn(fund, again.charge_ids.fee_id)
        charge = run.charge_ids.filtered(lambda charge: charge.fee_id == fund)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            charge.copy({"state": "open", "date_from": "2026-04-02", "date_to": "2026-04-02"})
            self.env.flush_all()
        run.bill_ids.button_draft()
        run.bill_ids.button_cancel()
        again.action_collect()
        self.assertIn(fund, again.charge_ids.fee_id)

    def test_fee_paid_once_follows_what_was_agreed(self):
        """BIL-011: another price, or none."""
        fund = self._create_fund()
        line = self.env["pm.tenancy.fee"].create(
            {"tenancy_id": self.tenancy.id, "fee_id": fund.id, "terms": "agreed", "price": 500}
        )
        self.assertEqual(self._open().amount_charged, 1471.61)
        line.terms = "excluded"
        self.assertEqual(self._open().amount_charged, 971.61)
        line.unlink()
        fund.is_standard = False
        self.assertEqual(self._open().amount_charged, 971.61)

    def test_papers_name_what_is_paid_once_and_for_a_fit_out(self):
        """BIL-002, BIL-010, BIL-012: fund, fit-out deposits and debris fee of the office."""
        self._create_fund()
        self.site.write(
            {
                "fit_out_owner_deposit": 3000,
                "fit_out_contractor_deposit": 4000,
                "fit_out_debris_fee": 350,
            }
        )
        tenancy = self.tenancy.with_context(lang="en_US")
        rows = tenancy._pm_get_schedule_rows()
        facts = [(row["name"], row["standard"], row["period"]) for row in rows]
        before, refunded = "before a fit-out", "before a fit-out, refunded after it"
        for fact in (
            ("Management Fund", "2000.00 yuan, once", "once, on moving in"),
            ("Fit-out deposit", "3,000.00 yuan", refunded),
            ("Contractor's fit-out deposit", "4,000.00 yuan", refunded),
            ("Debris removal fee", "350.00 yuan", before),
        ):
            self.assertIn(fact, facts)
        words = tenancy._pm_get_notice_words()
        self.assertEqual(words["total"], "2,971.61")  # what the move-in bill asks for
        amounts = {row["name"]: row["amount"] for row in words["rows"]}
        self.assertEqual((amounts["Management Fund"], amounts["Fit-out deposit"]), ("2,000.00", ""))
