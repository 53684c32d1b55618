from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FEBRUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-20 02:00:00")
class TestPmMonthReport(BillingCommon):
    """BIL-050: the month report for the owners' committee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tower = cls._create_building(code="U", name="Tower 2")
        cls.unit_3 = cls._create_unit(building_id=cls.tower.id, area=100.0)
        cls.tenancy = cls._create_active()
        cls.tenancy_2 = cls._create_active(cls.unit_3, partner_id=cls.other_tenant.id)
        cls._bill(FEBRUARY)
        cls._bill(MARCH)

    def _bill_of(self, tenancy, month):
        return tenancy.bill_ids.filtered(lambda bill: bill.pm_month == month)

    def _rows(self, month=MARCH):
        self.env.flush_all()
        rows = self.env["pm.month.report"]._prepare_month(self.site, month)
        return {building.name if building else building: row for building, row in rows}

    def test_receivable_received_and_rate_by_building(self):
        """1,506.00 in tower 1, 1,260.00 in tower 2, of which 500.00 are paid."""
        self._pay(self._bill_of(self.tenancy, MARCH), 500.0)
        rows = self._rows()
        for name, receivable, received, rate in (
            ("Tower 1", 1506.0, 500.0, 100 * 500 / 1506),
            ("Tower 2", 1260.0, 0.0, 0.0),
            (False, 2766.0, 500.0, 100 * 500 / 2766),
        ):
            with self.subTest(name=name):
                row = rows[name]
                self.assertAlmostEqual(row["amount_receivable"], receivable, 2)
                self.assertAlmostEqual(row["amount_received"], received, 2)
                self.assertAlmostEqual(row["amount_open"], receivable - received, 2)
                self.assertAlmostEqual(row["collection_rate"], rate, 4)

    def test_bill_of_two_buildings_is_spread_over_both(self):
        self.tenancy_2.action_move_out()
        both = self._create_active(
            self._create_unit(room="07", area=50.0)
            + self._create_unit(building_id=self.tower.id, room="07", area=150.0),
            partner_id=self.owner.id,
            date_start="2026-04-01",
        )
        self._bill(date(2026, 4, 1))
        self._pay(both.bill_ids, both.bill_ids.amount_total / 2, day=date(2026, 4, 5))
        self.env.flush_all()
        groups = self.env["pm.month.report"]._read_group(
            [("tenancy_id", "=", both.id), ("fee_id", "=", self.fee.id)],
            ["building_id"],
            ["amount_receivable:sum", "amount_received:sum", "collection_rate:sum"],
        )
        found = {building: [round(value, 2) for value in values] for building, *values in groups}
        self.assertEqual(
            found, {self.building: [600.0, 300.0, 50.0], self.tower: [1800.0, 900.0, 50.0]}
        )

    def test_credit_note_is_waived_and_not_received(self):
        bill = self._bill_of(self.tenancy, MARCH)
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard = reversal.create({"journal_id": bill.journal_id.id})
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.invoice_line_ids[1:].unlink()
        refund.invoice_line_ids.price_unit = 100.0
        refund.action_post()
        (bill + refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self._pay(bill, 703.0)
        row = self._rows()["Tower 1"]
        self.assertAlmostEqual(row["amount_waived"], 100.0, 2)
        self.assertAlmostEqual(row["amount_received"], 703.0, 2)
        self.assertAlmostEqual(row["amount_open"], 703.0, 2)
        self.assertAlmostEqual(row["collection_rate"], 50.0, 4)

    def test_credit_note_not_set_off_is_owed_until_paid_out(self):
        """Credited of a paid bill: waived, and to be paid out; a deposit given back is no fee."""
        bill = self._bill_of(self.tenancy, MARCH)
        self._pay(bill)
        note = bill._reverse_moves([{"invoice_date": date(2026, 4, 20)}])
        note.action_post()
        for paid_out in (0.0, 506.0, 1506.0):
            with self.subTest(paid_out=paid_out):
                if paid_out:
                    self._pay(note, paid_out - (1506.0 - note.amount_residual))
                row = self._rows()["Tower 1"]
                self.assertAlmostEqual(row["amount_receivable"], 1506.0, 2)
                self.assertAlmostEqual(row["amount_waived"], 1506.0, 2)
                self.assertAlmostEqual(row["amount_received"], 1506.0 - paid_out, 2)
                self.assertAlmostEqual(row["amount_open"], paid_out - 1506.0, 2)
        row = self.env["pm.month.report"].search([("move_id", "=", note.id)])
        self.assertEqual(row.action_open_source()["res_id"], note.id)

    def test_refund_of_a_deposit_is_no_fee_waived(self):
        deposit = self.env["pm.deposit"].create(
            {
                "kind_id": self.env.ref("pm_billing.deposit_kind_lease").id,
                "tenancy_id": self.tenancy.id,
                "amount": 3000.0,
            }
        )
        deposit.action_ask()
        self._pay(deposit.move_id)
        deposit.move_id._reverse_moves([{"pm_deposit_id": deposit.id}]).action_post()
        self.assertAlmostEqual(self._rows(date(2026, 4, 1))[False]["amount_waived"], 0.0, 2)

    def test_aged_arrears(self):
        """Due on 5 February: 74 days; on 5 March: 46 days; on 5 April: 15 days."""
        self._bill(date(2026, 4, 1))
        row = self._rows()["Tower 1"]
        self.assertAlmostEqual(row["amount_due_30"], 1506.0, 2)
        self.assertAlmostEqual(row["amount_due_90"], 3012.0, 2)
        with freeze_time("2026-05-05 02:00:00"):
            self.env.invalidate_all()
            row = self._rows()["Tower 1"]
        # On the thirtieth day, and on the ninetieth for February's less one.
        self.assertAlmostEqual(row["amount_due_30"], 1506.0, 2)
        self.assertAlmostEqual(row["amount_due_90"], 3012.0, 2)
        with freeze_time("2026-05-07 02:00:00"):
            self.env.invalidate_all()
            row = self._rows()["Tower 1"]
        self.assertAlmostEqual(row["amount_due_30"], 0.0, 2)
        self.assertAlmostEqual(row["amount_due_90"], 3012.0, 2)
        self.assertAlmostEqual(row["amount_due_365"], 1506.0, 2)

    def test_deposits_held_by_building(self):
        deposit = self.env["pm.deposit"].create(
            {
                "kind_id": self.env.ref("pm_billing.deposit_kind_lease").id,
                "tenancy_id": self.tenancy_2.id,
                "amount": 3000.0,
            }
        )
        deposit.action_ask()
        self.assertEqual(self._rows()[False]["amount_deposits"], 0.0)
        self._pay(deposit.move_id)
        rows = self._rows()
        self.assertEqual(rows["Tower 2"]["amount_deposits"], 3000.0)
        self.assertEqual(rows[False]["amount_deposits"], 3000.0)
        # A deposit is nothing that is receivable for fees.
        self.assertAlmostEqual(rows["Tower 2"]["amount_receivable"], 1260.0, 2)

    def test_figure_leads_to_its_bill(self):
        self.env.flush_all()
        row = self.env["pm.month.report"].search(
            [("tenancy_id", "=", self.tenancy.id), ("month", "=", MARCH)], limit=1
        )
        self.assertEqual(row.action_open_source()["res_id"], self._bill_of(self.tenancy, MARCH).id)

    def test_printed_report(self):
        self.site.collection_target = 30
        self._pay(self._bill_of(self.tenancy, MARCH), 1506.0)
        wizard = (
            self.env["pm.month.report.print"]
            .with_user(self._user("cashier"))
            .create({"site_id": self.site.id, "month": "2026-03-17"})
        )
        page = "".join(self._print(wizard.action_confirm()))
        for text in (
            "收费月报",
            "2026年3月",
            "Tower1",
            "Tower2",
            "应收",
            "减免",
            "实收",
            "2,766.00",
            "54.45%",
            "30.00%",
            "已达标",
            "押金",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)

    def test_other_offices_see_none_of_it(self):
        self.env.flush_all()
        Report = self.env["pm.month.report"]
        for post in ("cashier", "director", "receptionist"):
            ours = Report.with_user(self._user(post)).search([])
            self.assertEqual(ours.site_id, self.site)
            stranger = self._user(post, self.other_site)
            self.assertFalse(Report.with_user(stranger).search([]).sudo().site_id & self.site)
        wizard = self.env["pm.month.report.print"]
        stranger = self._user("cashier", self.other_site)
        with self.assertRaises(AccessError):
            # As the client does: by the address of the print, with a wizard of his own.
            printed = wizard.with_user(stranger).create({"site_id": self.site.id})
            report = printed.env["ir.actions.report"].with_context(force_report_rendering=True)
            report._render_qweb_pdf("pm_billing.report_pm_month", printed.ids)
        with self.assertRaises(AccessError):
            wizard.with_user(self._user("engineer")).create({"site_id": self.site.id})


@tagged("post_install", "-at_install")
class TestPaymentSlip(BillingCommon):
    def test_slip_lists_what_finance_collects(self):
        """F-BIL-17, BIL-025: management, energy, paid services, collection date, signature."""
        self.site.payment_place = "一层财务室"
        tenancy = self._create_active(contract_no="HT-2026-8")
        run = self._bill()
        self.assertEqual(run.bill_ids.pm_tenancy_id, tenancy)
        page = self._print(run.with_user(self._user("cashier")).action_print_slips())[0]
        for text in (
            "缴费单",
            self.tenant.name.replace(" ", ""),
            self.unit.code,
            "HT-2026-8",
            "2026年3月5日",
            "管理费",
            "120.50m²×12.00",
            "1,446.00",
            "1,506.00",
            "壹仟伍佰零陆元",
            "签收日期",
            "一层财务室",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)
        # An office that issues slips has printed what there is to print (F-BIL-17 for F-BIL-04).
        self.assertEqual(run.state, "delivered")
        dues = self.env["pm.due"].search([("site_id", "=", self.site.id), ("res_id", "=", run.id)])
        self.assertEqual(dues.mapped("name"), ["Hand the statements over to customer service"])
        run.invalidate_recordset()
        self.assertEqual(run.printed_count, 1)
        paper = run.bill_ids.paper_ids
        self.assertEqual(paper.form_id, self.env.ref("pm_base.form_f_bil_17"))
        paper.action_deliver()
        self.assertEqual(paper.state, "delivered")

    def test_fees_stand_under_their_own_heading(self):
        """F-BIL-17: rent and parking are no management fee, a late fee is no paid service."""
        ref = self.env.ref
        for code, product, basis, group in (
            ("AREA", "management_fee", "area", "management"),
            ("SIGN", "management_fee", "fixed", "management"),
            ("COMMON", "common_energy", "area", "energy"),
            ("WATER", "water", "meter", "energy"),
            ("LOBBY", "management_fee", "share", "energy"),
            ("REPAIR", "repair", "quantity", "service"),
            ("PARK", "parking", "fixed", "other"),
            ("REFUSE", "refuse", "fixed", "other"),
            ("RENT", "management_fee", "rent", "other"),
            ("LATE", "late_fee", "late", "other"),
        ):
            fee = self.env["pm.fee"].new(
                {"code": code, "product_id": ref(f"pm_billing.product_{product}"), "basis": basis}
            )
            with self.subTest(fee=code):
                self.assertEqual(fee._get_slip_group(), group)

    def test_slip_says_all_that_is_on_the_bill(self):
        self._create_fee(
            "Parking",
            "PRK",
            price=300.0,
            basis="fixed",
            product_id=self.env.ref("pm_billing.product_parking").id,
        )
        self._create_active()
        bill = self._bill().bill_ids
        groups = bill._pm_get_slip_words()["groups"]
        self.assertEqual(
            [(group["name"], group["amount"]) for group in groups],
            [("Management fee", "1,506.00"), ("Other fees", "300.00")],
        )
