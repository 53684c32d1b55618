from contextlib import contextmanager

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tools import mute_logger

from .common import FEBRUARY, MARCH, BillingCommon


class CashCommon(BillingCommon):
    """A tenant of Quiet Lane who owes February and March, and the cashier at the counter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant.is_company = True
        cls.tenancy = cls._create_active()
        cls.february = cls._bill(FEBRUARY).bill_ids
        cls.march = cls._bill(MARCH).bill_ids
        cls.cashier = cls._user("cashier")
        cls.director = cls._user("director")
        cls.receptionist = cls._user("receptionist")

    @classmethod
    def _counter(cls, day="2026-03-04", user=None, **vals):
        """Return the counter as the cashier has it open on a day."""
        amount = vals.pop("amount", None)
        with freeze_time(f"{day} 02:00:00"):
            counter = (
                cls.env["pm.payment.take"]
                .with_user(user or cls.cashier)
                .create({"site_id": cls.site.id, "tenancy_id": cls.tenancy.id, **vals})
            )
            counter.line_ids  # noqa: B018 - what is owed is proposed, then changed
            if amount is not None:
                counter.amount = amount
            return counter

    @classmethod
    def _take(cls, amount=None, day="2026-03-04", user=None, **vals):
        """Take a payment at the counter on a day; return its receipt."""
        if amount is not None:
            vals["amount"] = amount
        counter = cls._counter(day, user, **vals)
        with freeze_time(f"{day} 02:00:00"):
            return counter._take().sudo()

    @classmethod
    def _cheque(cls, **vals):
        return {
            "method": "cheque",
            "cheque_no": "0045 1827",
            "cheque_bank": "Bank of the Lane",
            "cheque_date": "2026-03-03",
            "is_payee_checked": True,
            **vals,
        }

    @classmethod
    def _provisional(cls, **vals):
        with freeze_time("2026-03-04 02:00:00"):
            return (
                cls.env["pm.receipt"]
                .with_user(cls.receptionist)
                .create(
                    {
                        "tenancy_id": cls.tenancy.id,
                        "amount": 500.0,
                        "special_reason": "Left for the airport before the fee office opened",
                        "site_id": cls.site.id,
                        "date": "2026-03-04",
                        **vals,
                    }
                )
            )

    @classmethod
    def _count(cls, day, **amounts):
        """Enter what was counted for each method."""
        for line in day.line_ids:
            if line.method in amounts:
                line.amount_counted = amounts[line.method]

    def _sheet(self, user=None):
        user = user or self.cashier
        return self.env["pm.cash.day"].search(
            [("user_id", "=", user.id), ("site_id", "=", self.site.id)]
        )

    @classmethod
    def _cancel(cls, receipt, reason="Cheque returned by the bank", user=None):
        with freeze_time("2026-03-06 02:00:00"):
            user = user or cls.director
            wizard = (
                cls.env["pm.receipt.cancel"]
                .with_user(user)
                .create({"receipt_ids": [Command.set(receipt.ids)], "reason": reason})
            )
            wizard.action_confirm()

    @contextmanager
    def _refused_by_database(self, error):
        with mute_logger("odoo.sql_db"), self.assertRaises(error), self.env.cr.savepoint():
            yield
