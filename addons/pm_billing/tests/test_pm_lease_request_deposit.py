from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.pm_tenancy.tests.leasing_common import LeasingCommon

from .common import BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-10 04:00:00")
class TestPmLeaseRequestDeposit(LeasingCommon, BillingCommon):
    """BIL-070 to BIL-073: earnest money and commission."""

    def _reserve(self):
        request = self._create_request("searching", unit_id=self.unit.id)
        request.with_user(self._user("leasing")).action_take_earnest()
        deposit = request.deposit_ids
        self._pay(deposit.move_id, day="2026-06-10")
        return request, deposit

    def _sign_lease(self, request):
        tenancy = self._create_tenancy(
            self.unit, partner_id=request.partner_id.id, date_start="2026-07-01"
        )
        tenancy.monthly_rent = 6000.0
        request._sign(tenancy, self.site._today())

    def test_paid_earnest_money_reserves_the_unit_for_two_weeks(self):
        """BIL-072: 200 yuan for each m², withheld for two weeks from the day of payment."""
        request, deposit = self._reserve()
        self.assertEqual(deposit.amount, 120.5 * 200)
        self.assertRecordValues(request, [{"state": "reserved"}])
        self.assertEqual(str(request.held_until), "2026-06-24")

    def test_earnest_money_is_asked_for_once(self):
        request = self._create_request("searching", unit_id=self.unit.id)
        request.action_take_earnest()
        self.assertEqual(request.state, "searching")
        with self.assertRaises(UserError):
            request.action_take_earnest()

    def test_earnest_money_is_kept_only_after_two_weeks(self):
        """BIL-072: not returned beyond two weeks, as compensation."""
        request, deposit = self._reserve()
        request.earnest_outcome = "kept"
        with freeze_time("2026-06-24 04:00:00"), self.assertRaises(UserError):
            request.action_release()
        self.assertEqual(deposit.state, "held")
        with freeze_time("2026-06-25 04:00:00"):
            request.invalidate_recordset(["is_hold_over"])
            request.with_user(self._user("leasing")).action_release()
        self.assertEqual(deposit.state, "forfeited")

    def test_earnest_money_returned_waits_for_its_refund(self):
        request, deposit = self._reserve()
        request.earnest_outcome = "returned"
        request.action_release()
        self.assertEqual((deposit.state, str(deposit.claimed_on)), ("held", "2026-06-10"))
        self.assertFalse(deposit.keep_reason)

    def test_commission_is_half_a_rent_and_its_payment_noted(self):
        """BIL-070, BIL-071."""
        request = self._create_request("searching", unit_id=self.unit.id)
        self._sign_lease(request)
        request.with_user(self._user("leasing")).action_bill_commission()
        bill = request.commission_bill_ids
        self.assertEqual(bill.amount_total, 3000.0)
        with self.assertRaises(UserError):
            request.action_pay_commission()
        with self.assertRaises(UserError):
            request.action_bill_commission()
        self.assertFalse(request.tenancy_id._get_unpaid_bills())
        self._pay(bill, day="2026-06-10")
        self.assertEqual(str(request.commission_paid_on), "2026-06-10")

    def test_owner_pays_nothing_for_the_agency(self):
        """BIL-075: letting is free for the owner; the search is paid by who seeks."""
        self._create_listing()
        request = self._create_request("searching", unit_id=self.unit.id)
        self._sign_lease(request)
        request.action_bill_commission()
        bill = request.commission_bill_ids
        self.assertEqual(bill.partner_id, request.partner_id)
        self.assertEqual(
            bill.invoice_line_ids.product_id, self.env.ref("pm_billing.product_commission")
        )
        self.assertFalse(self.env["account.move"].search([("partner_id", "=", self.owner.id)]))

    def test_earnest_money_pays_the_commission(self):
        request, deposit = self._reserve()
        self._sign_lease(request)
        request.action_bill_commission()
        request.earnest_outcome = "credited"
        self.assertEqual(request.commission_bill_ids.payment_state, "paid")
        self.assertTrue(request.commission_paid_on)
        self.assertEqual(deposit.amount_refund, 120.5 * 200 - 3000.0)
        self.assertEqual(deposit.state, "held")

    def test_other_posts_do_not_bill(self):
        request = self._create_request("searching", unit_id=self.unit.id)
        for post in ("receptionist", "engineer", "security"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                request.with_user(self._user(post)).action_take_earnest()
