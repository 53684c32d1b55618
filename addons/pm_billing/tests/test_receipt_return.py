from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .cash_common import CashCommon


@tagged("post_install", "-at_install")
class TestReceiptReturn(CashCommon):
    """BIL-026: Customer Service pays for the customer and returns the receipt promptly."""

    def _dues(self):
        dues = self.env["pm.due"].search([("kind", "=", "receipt_return")])
        return dues.filtered(lambda due: due.site_id == self.site)

    def test_receipt_is_on_the_list_of_who_paid_until_the_customer_has_it(self):
        receipt = self._take(carrier_id=self.receptionist.id)
        self.assertRecordValues(
            self._dues(),
            [
                {
                    "res_id": receipt.id,
                    "user_id": self.receptionist.id,
                    "due_date": receipt.date,
                    "partner_id": self.tenant.id,
                }
            ],
        )
        with freeze_time("2026-03-05 02:00:00"):
            receipt.with_user(self.receptionist).action_note_returned()
        self.assertEqual(str(receipt.returned_on), "2026-03-05")
        self.assertFalse(self._dues())
        with self.assertRaises(UserError):
            receipt.with_user(self.receptionist).action_note_returned()

    def test_who_pays_himself_takes_his_receipt_along(self):
        receipt = self._take()
        self.assertFalse(self._dues())
        with self.assertRaises(UserError):
            receipt.with_user(self.receptionist).action_note_returned()

    def test_money_of_a_special_case_was_brought_by_who_took_it(self):
        provisional = (
            self.env["pm.receipt"]
            .with_user(self.receptionist)
            .create(
                {
                    "site_id": self.site.id,
                    "tenancy_id": self.tenancy.id,
                    "amount": 100,
                    "special_reason": "Could not walk",
                }
            )
        )
        receipt = self._take(provisional_id=provisional.id)
        self.assertEqual(receipt.carrier_id, self.receptionist)

    def test_cancelled_receipt_goes_to_nobody(self):
        receipt = self._take(carrier_id=self.receptionist.id)
        receipt.with_user(self.director)._cancel("Wrong payer")
        self.assertFalse(self._dues())

    def test_day_is_noted_and_not_entered(self):
        receipt = self._take(carrier_id=self.receptionist.id)
        with self.assertRaises(AccessError):
            receipt.with_user(self.receptionist).write({"returned_on": "2026-03-04"})
        with self.assertRaises(AccessError):
            receipt.with_user(self._user("engineer")).action_note_returned()
