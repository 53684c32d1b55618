from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import MARCH, BillingCommon

APRIL = date(2026, 4, 1)
MAY = date(2026, 5, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-01 04:00:00")
class TestLateFeeCharged(BillingCommon):
    """BIL-023, BIL-027: 0.5 ‰ of what is overdue for each day, once for each bill and day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._create_fee(
            "Late fee", "LAT", basis="late", sequence=90, late_from="2026-01-01"
        )
        cls.site.late_fee_rate = 0.5
        cls.tenancy = cls._create_active()
        cls.march = cls._bill(MARCH).bill_ids

    def _late(self, run):
        return run.charge_ids.filtered(lambda charge: charge.fee_id == self.late)

    def test_default_charges_nothing(self):
        """BIL-027: the rate is 0 unless the office sets another."""
        self.assertFalse(self.other_site.late_fee_rate)
        self.site.late_fee_rate = 0.0
        self.assertFalse(self._late(self._collect(APRIL)))

    def test_unpaid_bill(self):
        """BIL-027: 1,506.00 due on the 5th: 26 days of March, on the April statement."""
        charge = self._late(self._collect(APRIL))
        self.assertRecordValues(
            charge,
            [
                {
                    "amount": 19.58,
                    "date_from": date(2026, 3, 6),
                    "date_to": date(2026, 3, 31),
                    "quantity": 26,
                    "source_model": "account.move",
                    "source_id": self.march.id,
                }
            ],
        )
        self.assertIn("(1506.00 × 26", charge.formula)

    def test_each_day_once(self):
        """BIL-027: the next run charges the next days, also of a run that is not billed yet."""
        self._bill(APRIL)
        may = self._collect(MAY)
        june = self._collect(date(2026, 6, 1))
        for run, month, last in ((may, 4, 30), (june, 5, 31)):
            with self.subTest(month=month):
                charge = self._late(run).filtered(lambda charge: charge.source_id == self.march.id)
                self.assertRecordValues(
                    charge,
                    [{"date_from": date(2026, month, 1), "date_to": date(2026, month, last)}],
                )

    def test_grace_and_payment(self):
        """BIL-027: nothing within the days of grace; up to the day of the payment after it."""
        self.site.late_fee_grace_days = 10
        self._pay(self.march, 506.0, day="2026-03-17")
        self._pay(self.march, day="2026-03-20")
        charge = self._late(self._collect(APRIL))
        # The 16th and 17th over 1,506, the 18th to the 20th over 1,000.
        self.assertRecordValues(
            charge,
            [
                {
                    "date_from": date(2026, 3, 16),
                    "date_to": date(2026, 3, 20),
                    "amount": round((1506 * 2 + 1000 * 3) * 0.0005, 2),
                }
            ],
        )

    def test_paid_in_time(self):
        """BIL-023: on the due day, or within the days of grace, is in time."""
        self._pay(self.march, day="2026-03-05")
        self.assertFalse(self._late(self._collect(APRIL)))

    def test_paid_late_is_charged_once(self):
        """BIL-027: a bill that was paid late is asked for once, and no more."""
        self._pay(self.march, day="2026-03-20")
        self.assertEqual(self._late(self._bill(APRIL)).quantity, 15)
        self.assertFalse(
            self._late(self._collect(MAY)).filtered(
                lambda charge: charge.source_id == self.march.id
            )
        )

    def test_no_late_fee_on_a_late_fee(self):
        """BIL-027: simple leaves the late fee of the April bill out, compound does not."""
        april = self._bill(APRIL).bill_ids
        self.assertEqual(april.amount_total, 1506.0 + 19.58)
        run = self._create_run(MAY)
        for method, base in (("simple", "1506.00"), ("compound", "1525.58")):
            with self.subTest(method=method):
                self.site.late_fee_method = method
                run.action_collect()
                charge = self._late(run).filtered(lambda charge: charge.source_id == april.id)
                self.assertIn(f"({base} × 25", charge.formula)

    def test_limit(self):
        """BIL-027: at most so much of the amount, over all months together."""
        self.site.late_fee_cap = 2.0  # 30.12 of 1,506.00
        self._bill(APRIL)
        charge = self._late(self._bill(MAY)).filtered(
            lambda charge: charge.source_id == self.march.id
        )
        self.assertEqual(charge.amount, 10.54)
        june = self._late(self._collect(date(2026, 6, 1)))
        self.assertNotIn(self.march.id, june.mapped("source_id"))

    def test_days_before_the_fee_was_kept(self):
        """BIL-027: who begins to charge late fees does not charge those of the past."""
        self.late.late_from = "2026-03-30"
        self.assertEqual(self._late(self._collect(APRIL)).quantity, 2)

    def test_who_agreed_not_to_pay(self):
        """BIL-027: an agreement leaves the late fee out."""
        self.env["pm.tenancy.fee"].create(
            {"tenancy_id": self.tenancy.id, "fee_id": self.late.id, "terms": "excluded"}
        )
        self.assertFalse(self._late(self._collect(APRIL)))

    def test_occupant_who_left(self):
        """BIL-064: what he still owes goes on being late."""
        self.tenancy.date_moved_out = "2026-03-31"
        charges = self._late(self._collect(MAY))
        self.assertEqual(charges.date_to, date(2026, 4, 30))

    def test_statement_says_how_it_was_reckoned(self):
        """BIL-027: bill, days and rate are on the statement."""
        page = self._print(self._bill(APRIL).bill_ids._pm_print_statements())[0]
        for text in ("1506.00", "0.5‰", "19.58", self.march.name.replace(" ", "")):
            with self.subTest(text=text):
                self.assertIn(text, page)
