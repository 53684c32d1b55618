from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_deposit import DepositCommon

DEPOSITS = ["Unit No.", "Kind of Deposit", "Amount", "Received On", "Receipt No."]
BALANCES = ["Unit No.", "Month", "Amount Owed"]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestImportDeposit(DepositCommon):
    def _import(self, sheets):
        run = self._create_import(sheets)
        run.action_import()
        return run

    def test_opening_deposits_are_held_without_money_moving(self):
        code = self.unit.code
        run = self._import(
            {
                "Deposits Held": [
                    DEPOSITS,
                    [code, "Lease Deposit", 3000, "2025-01-02", "R-1"],
                    [code, "Utilities Deposit", 500.5, "2025-01-02", "R-2"],
                ]
            }
        )
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        deposits = self.tenancy.deposit_ids.sorted("amount")
        self.assertRecordValues(
            deposits,
            [
                {"state": "held", "amount_held": 500.5, "receipt_no": "R-2"},
                {"state": "held", "amount_held": 3000.0, "receipt_no": "R-1"},
            ],
        )
        self.assertEqual(str(deposits[0].received_on), "2025-01-02")
        opening = deposits.move_id.line_ids.filtered(
            lambda line: line.account_id == self.company.pm_opening_account_id
        )
        self.assertEqual(sum(opening.mapped("balance")), 3500.5)

    def test_opening_deposit_is_refunded_as_any_other(self):
        self._import(
            {"Deposits Held": [DEPOSITS, [self.unit.code, "Lease Deposit", 3000, "2025-01-02", ""]]}
        )
        deposit = self.tenancy.deposit_ids
        self._leave("2026-03-10", signed_on="2026-03-10")
        self._refund(deposit, "2026-03-11")
        self.assertEqual(deposit.state, "refunded")

    def test_bad_rows_are_refused_and_nothing_is_taken(self):
        code = self.unit.code
        rows = {
            "kind": [code, "Nonsense", 1, "2025-01-02", ""],
            "amount": [code, "Lease Deposit", 0, "2025-01-02", ""],
            "day": [code, "Lease Deposit", 1, "2026-03-11", ""],
            "vacant": [self.unit_2.code, "Lease Deposit", 1, "2025-01-02", ""],
            "unit": ["Z-99", "Lease Deposit", 1, "2025-01-02", ""],
        }
        for reason, row in rows.items():
            with self.subTest(reason=reason):
                run = self._import({"Deposits Held": [DEPOSITS, row]})
                self.assertEqual((run.state, len(run.line_ids)), ("refused", 1))
        self.assertFalse(self.tenancy.deposit_ids)

    def test_same_rows_twice_are_refused(self):
        row = [self.unit.code, "Lease Deposit", 3000, "2025-01-02", "R-1"]
        self.assertEqual(self._import({"Deposits Held": [DEPOSITS, row, row]}).state, "refused")
        self.assertEqual(self._import({"Deposits Held": [DEPOSITS, row]}).state, "done")
        self.assertEqual(self._import({"Deposits Held": [DEPOSITS, row]}).state, "refused")

    def test_opening_balance_is_owed_and_in_arrears(self):
        row = [self.unit.code, "2026-01-15", 1446.0]
        run = self._import({"Opening Balances": [BALANCES, row]})
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        bill = self.tenancy._get_unpaid_bills()
        self.assertEqual((bill.amount_total, str(bill.invoice_date_due)), (1446.0, "2026-01-05"))
        self.assertEqual(self.tenancy.amount_arrears, 1446.0)
        self.assertEqual(self._import({"Opening Balances": [BALANCES, row]}).state, "refused")

    def test_who_may_not_keep_deposits_cannot_import_them(self):
        row = [self.unit.code, "Lease Deposit", 3000, "2025-01-02", "R-1"]
        run = self._create_import({"Deposits Held": [DEPOSITS, row]})
        with self.assertRaises(AccessError):
            run.with_user(self._user("receptionist")).action_import()
