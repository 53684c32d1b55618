from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MARCH
from .common_suspension import SuspensionCommon


@tagged("post_install", "-at_install")
class TestGoodsHold(SuspensionCommon):
    """BIL-049: what an occupant has to pay before goods leave the building."""

    def _get_reason(self, is_move_out=False):
        # Security may ask, though it reads no bills.
        return self.tenancy.with_user(self.guard)._get_goods_hold_reason(is_move_out)

    @freeze_time("2026-02-03 04:00:00")
    def test_management_fee_of_this_month_holds_ordinary_goods(self):
        """BIL-049: current and earlier management fees, before they fall due too."""
        self.assertIn("1,506.00", self._get_reason())
        self._pay(self.bill, day="2026-02-03")
        self.assertFalse(self._get_reason())

    @freeze_time("2026-01-31 04:00:00")
    def test_management_fee_of_the_next_month_holds_nothing_yet(self):
        self.assertFalse(self._get_reason())
        self.assertTrue(self._get_reason(is_move_out=True))

    @freeze_time("2026-03-03 04:00:00")
    def test_other_fees_hold_goods_at_the_move_out_only(self):
        """BIL-049: at a move-out all fees."""
        self._pay(self.bill, day="2026-03-01")
        self.fee.is_standard = False
        bill = self._bill(MARCH).bill_ids
        self.assertEqual(bill.pm_charge_ids.fee_id, self.refuse)
        self.refuse.holds_goods = False
        self.assertFalse(self._get_reason())
        self.assertTrue(self._get_reason(is_move_out=True))
        self.refuse.holds_goods = True
        self.assertTrue(self._get_reason())

    def test_stopped_services_hold_goods(self):
        """BIL-043: Security lets no goods of the debtor out."""
        suspension = self._create_stopped()
        with freeze_time("2026-03-31 05:00:00"):
            self.assertIn(suspension.name, self._get_reason())
        suspension.sudo().service_ids.holds_goods = False
        with freeze_time("2026-03-31 05:00:00"):
            self.assertNotIn(suspension.name, self._get_reason())

    @freeze_time("2026-03-20 04:00:00")
    def test_goods_pass_of_the_move_out_waits_for_all_fees(self):
        """BIL-049, TEN-134."""
        self.tenancy.action_move_out()
        with self.assertRaises(UserError) as refused:
            self.tenancy._check_goods_pass_issuable()
        self.assertIn("are held", str(refused.exception))
        self._pay(self.bill, day="2026-03-20")
        self.tenancy._check_goods_pass_issuable()

    @freeze_time("2026-03-20 04:00:00")
    def test_removal_says_that_goods_are_held(self):
        """BIL-049: who plans the removal, and Security, read why."""
        removal = self.env["pm.removal"].create(
            {"tenancy_id": self.tenancy.id, "planned_at": datetime(2026, 3, 28, 2, 0)}
        )
        self.assertIn("1,506.00", removal.with_user(self.guard).goods_hold_reason)
        self.assertIn("1,506.00", removal.message_ids[:1].body)
        self._pay(self.bill, day="2026-03-20")
        removal.invalidate_recordset()
        self.assertFalse(removal.goods_hold_reason)

    def test_fee_that_holds_goods_is_the_management_fee(self):
        water = self.env.ref("pm_billing.product_management_fee").copy({"name": "Other"})
        self.assertTrue(self.fee.holds_goods)
        self.fee.product_id = water
        self.assertFalse(self.fee.holds_goods)
