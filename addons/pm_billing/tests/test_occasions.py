from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import FEBRUARY, MARCH, BillingCommon
from .metering_common import APRIL, MeteringCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 04:00:00")
class TestMoveInBill(BillingCommon):
    """BIL-010, BIL-014, BIL-017, TEN-077: what is paid on moving in."""

    def setUp(self):
        super().setUp()
        self.tenancy = self._create_tenancy(date_start="2026-03-12", state="move_in")

    def _open(self, tenancy=None):
        return self.env["pm.bill.run"]._open_occasion(tenancy or self.tenancy, "move_in")

    def _ask_deposits(self):
        self.fee.write(
            {
                "deposit_kind_id": self.env.ref("pm_billing.deposit_kind_management").id,
                "deposit_months": 1,
                "ground": "Management agreement",
            }
        )
        self.refuse.write(
            {
                "deposit_kind_id": self.env.ref("pm_billing.deposit_kind_utilities").id,
                "deposit_amount": 500.0,
            }
        )

    def test_rest_of_the_month(self):
        """BIL-014: from the first day to the end of the month, by the days."""
        run = self._open()
        self.assertRecordValues(
            run,
            [{"state": "checked", "date": date(2026, 3, 12), "amount_charged": 971.61}],
        )
        run.action_invoice()
        self.assertRecordValues(
            run.bill_ids,
            [{"amount_total": 971.61, "invoice_date": date(2026, 3, 12), "state": "posted"}],
        )

    def test_after_the_20th_the_next_month_too(self):
        """BIL-014: the 20th is not after the 20th."""
        for day, last in ((20, date(2026, 3, 31)), (21, date(2026, 4, 30))):
            tenancy = self._create_tenancy(self.unit_2, date_start=f"2026-03-{day}", state="draft")
            with self.subTest(day=day):
                self.assertEqual(tenancy._get_move_in_days().end, last)
                tenancy.unlink()

    def test_next_month_is_not_charged_again(self):
        """BIL-014: the run of the month leaves out what was paid on moving in."""
        self.tenancy.date_start = "2026-03-25"
        self._open().action_invoice()
        self.tenancy.date_moved_in = "2026-03-25"
        self.tenancy.action_activate()
        self.assertFalse(self._collect(APRIL).charge_ids)
        self.assertTrue(self._collect(date(2026, 5, 1)).charge_ids)

    def test_deposits_are_asked_for_once(self):
        """TEN-077, BIL-014: one month's management fee and the utilities deposit, refundable."""
        self._ask_deposits()
        run = self._open().with_user(self._user("cashier"))
        run.action_invoice()
        self.assertEqual(
            sorted((d.kind_id.name, d.amount, d.state) for d in self.tenancy.deposit_ids),
            [
                ("Management Fee Deposit", 1446.0, "asked"),
                ("Utilities Deposit", 500.0, "asked"),
            ],
        )
        self.assertEqual(run.amount_deposits, 1946.0)
        run.action_collect()
        run._ask_deposits()
        self.assertEqual(len(self.tenancy.deposit_ids), 2)
        self.assertFalse(run.open_count)

    def test_payment_notice_names_the_deposits(self):
        """TEN-077: they stand on the payment notice with their amounts."""
        self._ask_deposits()
        rows = self.tenancy.with_context(lang="en_US")._get_payment_rows()
        self.assertEqual([row[3] for row in rows], [932.9, 38.71, 1446.0, 500.0])
        facts = self.tenancy._get_fee_facts()
        self.assertEqual((facts["fee_deposit"], facts["utilities_deposit"]), (1446.0, 500.0))

    def test_one_run_for_each_occupant(self):
        """BIL-010: pressed twice, the same run opens; a second one is refused."""
        run = self._open()
        self.assertEqual(self._open(), run)
        action = self.tenancy.with_user(self._user("cashier")).action_bill_move_in()
        self.assertEqual(action["res_id"], run.id)

    def test_only_the_fee_office_bills_a_move_in(self):
        """BIL-010: and nobody makes a run of a month one of an occupant."""
        for post in ("receptionist", "area", "leasing", "engineer"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                self.tenancy.with_user(self._user(post)).action_bill_move_in()
        director = self._user("director")
        with self.assertRaises(AccessError):
            self.env["pm.bill.run"].with_user(director).create(
                {
                    "site_id": self.site.id,
                    "month": MARCH,
                    "occasion": "move_in",
                    "tenancy_id": self.tenancy.id,
                }
            )
        run = self.env["pm.bill.run"].create({"site_id": self.site.id, "month": MARCH})
        for vals in ({"occasion": "final"}, {"tenancy_id": self.tenancy.id}, {"job_graph": "x"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                run.with_user(director).write(vals)
        stranger = self._user("director", self.other_site)
        with self.assertRaises(AccessError):
            self.tenancy.with_user(stranger).action_bill_move_in()

    def test_month_is_billed_beside_it(self):
        """BIL-020: the run of the month is proposed and prepared as if there were no others."""
        proposed = self.env["pm.bill.run"]._default_month()
        tenancy = self._create_tenancy(
            self.unit_2, date_start="2039-03-12", date_end=False, state="move_in"
        )
        run = self._open(tenancy)
        month = self._create_run(date(2039, 3, 1))
        self.assertEqual((run + month).mapped("occasion"), ["move_in", "month"])
        month.unlink()
        self.assertEqual(self.env["pm.bill.run"]._default_month(), proposed)

    def test_charge_notice(self):
        """F-BIL-01, BIL-016: item, standard, customer, unit, period, amount, pay-by, basis."""
        self._ask_deposits()
        self.tenant.name = "蓝鸢贸易"
        page = self._print(self.tenancy.action_print_charge_notice())[0]
        for text in (
            "书面收费通知",
            "Management",
            "12.00",
            "蓝鸢贸易",
            self.unit.code,
            "932.90",
            "1,446.00",
            "500.00",
            "Managementagreement",
            "2,917.61",
            "2026",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)

    def test_charge_schedule(self):
        """F-BIL-02, BIL-002, BIL-018: item, standard, unit, basis, period, effective from."""
        self._ask_deposits()
        page = self._print(self.tenancy.action_print_charge_schedule())[0]
        for text in (
            "预交费用标准",
            "Management",
            "12.00元/m²·月",
            "Refuse",
            "60.00元/月",
            "Managementagreement",
            "2020",
            "500.00",
            "2,917.61",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)

    def test_fee_register(self):
        """F-BIL-03: fees, deposits and amount; who has paid all of it is marked."""
        self._ask_deposits()
        run = self._open()
        run.action_invoice()
        self.assertRecordValues(
            run,
            [
                {
                    "amount_billed": 971.61,
                    "amount_deposits": 1946.0,
                    "amount_move_in": 2917.61,
                    "paid_in_full_mark": "",
                }
            ],
        )
        moves = run._get_move_in_moves()
        self._pay(moves[0], day="2026-03-12")
        receipts = self.env["pm.receipt"].search([("site_id", "=", self.site.id)])
        receipts._cancel("Written for the wrong month")
        for bill in moves:
            self._pay(bill, day="2026-03-13")
        good = self.env["pm.receipt"].search([("site_id", "=", self.site.id)]) - receipts
        cashier = self._user("cashier")
        good.payment_id.pm_cashier_id = cashier
        run.invalidate_recordset()
        numbers = ", ".join(good.sorted("name").mapped("name"))
        self.assertEqual(len(good), len(moves))
        self.assertRecordValues(
            run,
            [
                {
                    "paid_in_full_mark": "√",
                    "paid_on": date(2026, 3, 13),
                    "receipt_nos": numbers,
                    "collector_names": cashier.name,
                }
            ],
        )
        register = self.env.ref("pm_billing.register_move_in_fees")
        issue = register._issue(self.site, date(2026, 3, 31))
        cells = [row["cells"] for row in issue.content["rows"]]
        self.assertEqual(len(cells), 1)
        for value in (self.unit.code, 971.61, 1946.0, 2917.61, "√", numbers, cashier.name):
            self.assertIn(value, cells[0])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 04:00:00")
class TestFinalBill(MeteringCommon):
    """BIL-064, F-BIL-23: everything that is open on the day of leaving, on one bill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"
        cls.repair = cls._create_fee(
            "Repair", "REP", price=80.0, basis="quantity", sequence=60, uom_name="h"
        )
        cls.building.move_out_template_id = cls.env.ref(
            "pm_tenancy.procedure_move_out_business_centre"
        )
        cls.power.metered_from = "2026-02-01"
        cls._bill(FEBRUARY)
        cls.tenancy.action_move_out()
        cls.tenancy.date_moved_out = "2026-03-15"
        cls.cashier = cls._user("cashier")

    def _open(self):
        return self.env["pm.bill.run"].with_user(self.cashier)._open_occasion(self.tenancy, "final")

    def _bill_whole_march(self):
        """Bill March before anybody knew of the move-out."""
        self.tenancy.date_moved_out = False
        run = self._bill(MARCH)
        self.tenancy.date_moved_out = "2026-03-15"
        return run

    def _amounts(self, run):
        return [
            (charge.fee_id.name, charge.date_to, charge.amount)
            for charge in run.charge_ids._sorted_for_bill()
        ]

    def _slip(self, day="2026-03-14"):
        slip = self.env["pm.charge.slip"].create(
            {
                "tenancy_id": self.tenancy.id,
                "fee_id": self.repair.id,
                "date": day,
                "subject": "Lock",
                "line_ids": [Command.create({"name": "Labour"})],
            }
        )
        slip.action_confirm()
        return slip

    def test_all_that_is_open(self):
        """BIL-064: fees to the day of leaving, the signed reading, the slips after the cut-off."""
        self._read(self.meter, "2026-03-15", 210, kind="move_out")
        self._slip()
        run = self._open()
        self.assertEqual(
            self._amounts(run),
            [
                ("Management", date(2026, 3, 15), round(1446 * 15 / 31, 2)),
                ("Refuse", date(2026, 3, 15), 29.03),
                ("Electricity", date(2026, 2, 25), 400.0),
                ("Electricity", date(2026, 3, 15), 80.0),
                ("Repair", date(2026, 3, 14), 80.0),
            ],
        )
        run.action_invoice()
        self.assertEqual(run.bill_ids.amount_total, 1288.71)
        self.assertEqual(run.bill_ids.invoice_date, date(2026, 3, 16))

    def test_days_billed_after_leaving_are_given_back(self):
        """BIL-064: 16 of the 31 days of March, on the same bill."""
        self._bill_whole_march()
        self._slip()
        run = self._open()
        self.assertEqual(
            self._amounts(run),
            [
                ("Management", date(2026, 3, 31), -746.32),
                ("Refuse", date(2026, 3, 31), -30.97),
                ("Repair", date(2026, 3, 14), 80.0),
            ],
        )
        self.assertIn("16/31", run.charge_ids._sorted_for_bill()[0].formula)

    def test_below_zero_is_a_credit_note(self):
        """BIL-064: what is owed to the occupant is refunded to him."""
        self._bill_whole_march()
        run = self._open()
        run.action_invoice()
        self.assertRecordValues(
            run.bill_ids, [{"move_type": "out_refund", "amount_total": 777.29, "state": "posted"}]
        )
        run.action_collect()
        self.assertFalse(run._get_open_charges())

    def test_statement_of_a_credit_note(self):
        """F-BIL-04: a credit note says what is given back, with its sign."""
        self.site.print_lang = "zh_CN"
        self._bill_whole_march()
        for bill in self.tenancy._get_unpaid_bills():
            self._pay(bill)
        page = self._print_final_bill()
        for text in ("-777.29", "应退", "柒佰柒拾柒元贰角玖分"):
            self.assertIn(text, page)
        self.assertNotIn("应缴合计", page)

    def test_statement_of_a_credit_note_set_off(self):
        """F-BIL-04, BIL-064: what is given back came off an open bill; nothing is refunded."""
        self._bill_whole_march()
        page = self._print_final_bill()
        for text in ("-777.29", "已抵扣或退还777.29", "应缴合计"):
            self.assertIn(text, page)
        self.assertNotIn("应退", page)

    def _print_final_bill(self):
        self.site.print_lang = "zh_CN"
        run = self._open()
        run.action_invoice()
        return self._print(run.bill_ids._pm_print_statements())[0]

    def test_takes_over_what_waits_in_a_run(self):
        """BIL-064: what the run of the month has not billed comes on the final bill."""
        april = self._collect(APRIL)
        self.assertTrue(april.charge_ids)
        run = self._open()
        self.assertFalse(april.charge_ids)
        run.action_invoice()
        april.action_collect()
        self.assertFalse(april.charge_ids)

    def test_missed_month_is_caught_up(self):
        """BIL-064: a month that nobody billed is on the final bill."""
        self.tenancy.date_moved_out = "2026-04-10"
        days = self._open().charge_ids.filtered(lambda charge: charge.fee_id == self.refuse)
        self.assertEqual(sorted(days.mapped("date_to")), [date(2026, 3, 31), date(2026, 4, 10)])

    def test_month_that_nobody_was_billed_for(self):
        """BIL-064: what the office billed to nobody it does not bill to who leaves."""
        self.tenancy.date_moved_out = False
        self._bill(APRIL)
        self.tenancy.date_moved_out = "2026-05-10"
        days = self._open().charge_ids.filtered(lambda charge: charge.fee_id == self.refuse)
        self.assertEqual(days.date_to, date(2026, 5, 10))

    def test_late_fee_to_the_day_of_leaving(self):
        """BIL-064: with old debts comes their late fee."""
        self._create_fee("Late fee", "LAT", basis="late", sequence=90, late_from="2026-01-01")
        self.site.late_fee_rate = 1.0
        late = self._open().charge_ids.filtered(lambda charge: charge.basis == "late")
        self.assertRecordValues(
            late, [{"date_from": date(2026, 2, 6), "date_to": date(2026, 3, 15), "amount": 57.23}]
        )

    def test_missing_reading_is_an_exception(self):
        """BIL-064: the final reading is missing, and the run says so."""
        self.assertIn(self.meter, self._open().exception_ids.meter_id)

    def test_day_of_leaving_is_needed(self):
        """BIL-064: without it nobody knows what to bill."""
        self.tenancy.date_moved_out = False
        with self.assertRaisesRegex(UserError, "Enter the day"):
            self._open()

    def test_goods_wait_for_the_final_bill(self):
        """TEN-130, BIL-049: all fees, also those that are not billed yet."""
        self._pay(self.tenancy._get_unpaid_bills())
        self.assertIn("make the final bill", self.tenancy._get_dues()["reason"])
        run = self._open()
        run.action_invoice()
        self.assertIn("not paid", self.tenancy._get_dues()["reason"])
        self._pay(run.bill_ids)
        self.assertFalse(self.tenancy._get_dues())

    def test_settlement(self):
        """F-BIL-23: lines of the final bill before and after it is made; paid on."""
        self._read(self.meter, "2026-03-15", 210, kind="move_out", is_signed=True)
        clearance = self.tenancy.clearance_id
        open_bills = sum(self.tenancy._get_unpaid_bills().mapped("amount_residual"))
        expected = open_bills + 1208.71
        self.assertAlmostEqual(clearance.amount_due, expected, 2)
        self.assertEqual(clearance.settlement_html.count("× 15/31"), 2)
        run = self._open()
        run.action_invoice()
        clearance.invalidate_recordset()
        self.assertAlmostEqual(clearance.amount_due, expected, 2)
        self.assertEqual(clearance.settlement_html.count("× 15/31"), 2)
        self.assertFalse(clearance._get_paid_in_full_on())
        self._pay(self.tenancy._get_unpaid_bills(), day="2026-03-16")
        clearance.invalidate_recordset()
        self.assertAlmostEqual(clearance.amount_balance, 0.0, 2)
        self.assertEqual(clearance._get_paid_in_full_on(), date(2026, 3, 16))

    def test_settlement_printed(self):
        """F-BIL-23: customer, unit, fees, readings and use, slips, total, paid on, signature."""
        self.site.print_lang = "zh_CN"
        self.tenant.name = "蓝鸢贸易"
        self._read(self.meter, "2026-03-15", 210, kind="move_out", is_signed=True)
        self._slip()
        run = self._open()
        run.action_invoice()
        self._pay(self.tenancy._get_unpaid_bills(), day="2026-03-16")
        page = self._print(run.action_deliver())[0]
        self.assertEqual(run.state, "delivered")
        for text in (
            "迁出费用结算单",
            "蓝鸢贸易",
            self.unit.code,
            "699.68",
            "上期200",
            "本期210",
            "用量100kWh",
            "80.00",
            "Repair",
            "缴清",
            "2026",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestBillWithoutCharges(BillingCommon):
    """F-BIL-04, BIL-027: opening balances, debris and the like have a statement too."""

    def _create_bill(self, **vals):
        bill = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.tenant.id,
                "invoice_date": "2026-03-10",
                "invoice_date_due": "2026-03-10",
                "pm_site_id": self.site.id,
                "pm_tenancy_id": self.tenancy.id,
                "pm_month": MARCH,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.env.ref("pm_billing.product_refuse").id,
                            "name": "装修垃圾清运",
                            "quantity": 2,
                            "price_unit": 150.0,
                        }
                    )
                ],
                **vals,
            }
        )
        bill.action_post()
        return bill

    def test_lines_of_the_bill(self):
        """F-BIL-04: name, quantity, price and amount of its own lines."""
        self.tenancy = self._create_active()
        page = self._print(self._create_bill()._pm_print_statements())[0]
        for text in ("装修垃圾清运", "150.00", "300.00", "叁佰元"):
            with self.subTest(text=text):
                self.assertIn(text, page)

    def test_bill_without_a_month(self):
        """F-BIL-04: earlier arrears are told by the day where no month is known."""
        self.tenancy = self._create_active()
        earlier = self._create_bill(
            pm_month=False, invoice_date="2026-02-10", invoice_date_due="2026-02-10"
        )
        bill = self._create_bill()
        page = self._print(bill._pm_print_statements())[0]
        self.assertIn(earlier.name.replace(" ", ""), page)
        self.assertIn("600.00", page)
