from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import FEBRUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestBill(BillingCommon):
    def test_cashier_takes_the_money(self):
        """BIL-030: the cashier registers a payment on the bill; the payment is booked."""
        self._create_active()
        cashier = self._user("cashier")
        bill = self._bill().bill_ids.with_user(cashier)
        wizard = Form.from_action(self.env(user=cashier), bill.action_register_payment())
        wizard.journal_id = self.cash.with_user(cashier)
        wizard.amount = 506.0
        wizard.save().action_create_payments()
        self.assertEqual((bill.payment_state, bill.amount_residual), ("partial", 1000.0))
        Form.from_action(
            self.env(user=cashier), bill.action_register_payment()
        ).save().action_create_payments()
        self.assertEqual((bill.payment_state, bill.amount_residual), ("paid", 0.0))
        self.assertTrue(bill.sudo().matched_payment_ids.move_id)

    def test_issued_bill_is_not_taken_out_of_the_arrears_by_hand(self):
        """BIL-040: by RPC, import or an action of Odoo's, not even by who may post bills."""
        tenancy = self._create_active()
        bill = self._bill().bill_ids
        deposit = self.env["pm.deposit"].create(
            {
                "kind_id": self.env.ref("pm_billing.deposit_kind_umbrella").id,
                "tenancy_id": tenancy.id,
                "amount": 20.0,
            }
        )
        own = bill.with_user(self._user("cashier"))
        for vals in (
            {"pm_deposit_id": deposit.id},
            {"pm_site_id": False},
            {"pm_tenancy_id": False},
            {"pm_month": FEBRUARY},
            {"pm_run_id": False},
            {"payment_state": "paid"},
            {"invoice_date_due": "2027-03-05"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                own.write(vals)
        with self.assertRaises(UserError):
            own.action_toggle_block_payment()
        own.button_draft()
        with self.assertRaises(UserError):
            own.pm_deposit_id = deposit
        self.assertEqual(tenancy._get_unpaid_bills(), self.env["account.move"])
        own.action_post()
        self.assertEqual(tenancy._get_unpaid_bills(), bill)

    @freeze_time("2026-03-10 01:00:00")
    def test_arrears_of_a_tenancy_and_its_unit(self):
        tenancy = self._create_active()
        other = self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        february, march = self._bill(FEBRUARY).bill_ids, self._bill(MARCH).bill_ids
        self._bill(date(2026, 4, 1))
        self._pay(february.filtered(lambda bill: bill.pm_tenancy_id == tenancy), 506.0)
        self._pay(march.filtered(lambda bill: bill.pm_tenancy_id == other))
        self.env.invalidate_all()
        self.assertRecordValues(
            tenancy + other,
            [
                {
                    "bill_count": 3,
                    "amount_arrears": 2506.0,
                    "amount_unpaid": 4012.0,
                    "arrears_month_count": 2,
                },
                {
                    "bill_count": 3,
                    "amount_arrears": 1020.0,
                    "amount_unpaid": 2040.0,
                    "arrears_month_count": 1,
                },
            ],
        )
        self.assertEqual(self.unit.amount_arrears, 2506.0)
        found = self.env["account.move"].search(tenancy.action_view_arrears()["domain"])
        self.assertEqual(found, (february + march).filtered(lambda b: b.pm_tenancy_id == tenancy))

    def test_arrears_of_a_list_take_few_queries(self):
        tenancies = self.env["pm.tenancy"]
        for number in range(8):
            tenancies |= self._create_active(self._create_unit(room=f"2{number}"))
        self._bill()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            tenancies.mapped("amount_arrears")

    def test_cancelled_bill_frees_its_charges(self):
        """What a cancelled bill asked for is charged anew by the run, and only then."""
        self._create_active()
        run = self._bill()
        bill = run.bill_ids
        bill.button_cancel()
        self.assertEqual(set(bill.pm_charge_ids.mapped("state")), {"cancelled"})
        run.action_collect()
        run.action_check()
        run._invoice(MARCH)
        self.assertEqual(run.bill_count, 1)
        bill.button_draft()
        with self.assertRaisesRegex(UserError, "billed anew"):
            bill.action_post()

    def test_deleted_draft_frees_its_charges(self):
        self._create_active()
        run = self._bill()
        bill = run.bill_ids
        bill.button_draft()
        bill.with_context(force_delete=True).unlink()
        run.action_collect()
        self.assertEqual(run.open_count, 2)

    def test_bill_can_go_back_to_draft_and_be_posted_again(self):
        self._create_active()
        bill = self._bill().bill_ids
        bill.button_draft()
        bill.action_post()
        self.assertEqual(bill.amount_total, 1506.0)
        self.assertEqual(bill.invoice_date_due, date(2026, 3, 5))

    def test_named_filters_find_the_unpaid(self):
        self._create_active()
        self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        bills = self._bill().bill_ids
        self._pay(bills[0])
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_unpaid_action")
        domain = [*eval(action["domain"]), ("pm_site_id", "=", self.site.id)]
        self.assertEqual(self.env["account.move"].search(domain), bills[1])
