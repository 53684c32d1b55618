from odoo import models
from odoo.tools import format_date

from ..tools.plan import Plan
from ..tools.proration import Period, split_months
from .pm_fee import MONTHLY


class PmTenancy(models.Model):
    """What the agreements and notices of a tenancy say of its fees."""

    _inherit = "pm.tenancy"

    def _get_fee_schedule_rows(self):
        """The agreed price or the tariff of each fee, of today or of the first day to come."""
        day = max(self._get_occupation()[0], self.site_id._today())
        when = self.env._("monthly, by day %(day)s", day=self.site_id.due_day)
        prices = {}
        for charge in self._reckon_fees(Period(day, day)):
            prices.setdefault(charge["fee_id"], []).append(charge["price"])
        fees = self.env["pm.fee"].browse(prices)
        return [
            (fee.name, " / ".join(map(fee._word_price, dict.fromkeys(prices[fee.id]))), when)
            for fee in fees
        ]

    def _get_payment_rows(self):
        """The fees from the first day to the end of its month; of the next one too if it is late
        in the month; what is paid once; the deposits that the fees ask for."""
        rows = []
        for stay in split_months(self._get_move_in_days()):
            for charge in self._reckon_fees(stay):
                days = (charge["date_from"], charge["date_to"])
                rows.append(
                    (
                        self.env["pm.fee"].browse(charge["fee_id"]).name,
                        charge["formula"],
                        " – ".join(format_date(self.env, day) for day in days),
                        charge["amount"],
                    )
                )
        rows += [
            (
                self.env["pm.fee"].browse(charge["fee_id"]).name,
                charge["formula"],
                self.env._("once"),
                charge["amount"],
            )
            for charge in self._reckon_once()
        ]
        rows += [
            (fee.deposit_kind_id.name, formula, self.env._("refunded on leaving"), amount)
            for fee, amount, formula in self._get_move_in_deposits()
        ]
        return rows

    def _get_fee_facts(self):
        site = self.site_id
        account = site.payee_bank_id
        deposits = {}
        for fee, amount, _formula in self._get_move_in_deposits():
            kind = fee.deposit_kind_id
            deposits[kind] = deposits.get(kind, 0.0) + amount
        management = self.env.ref("pm_billing.deposit_kind_management", raise_if_not_found=False)
        utilities = self.env.ref("pm_billing.deposit_kind_utilities", raise_if_not_found=False)
        return {
            **super()._get_fee_facts(),
            "fee_deposit": deposits.get(management, False),
            "utilities_deposit": deposits.get(utilities, False),
            "fee_due_day": site.due_day,
            "late_fee": site.with_env(self.env)._word_late_fee(),
            "payee": account.acc_holder_name or self.company_id.name,
            "payee_account": " ".join(filter(None, (account.bank_id.name, account.acc_number))),
            "payment_place": site.payment_place,
            "pay_by": self.date_start,
        }

    def _reckon_fees(self, stay):
        """Return the values of the charges of a part of a month; what has no price is left out."""
        if not stay or not self.line_ids:
            return []
        plan = Plan.of_days(stay.start, stay.end)
        fees = self.env["pm.fee"].search([("site_id", "=", self.site_id.id)])
        for fee in fees.filtered(lambda fee: fee.basis in MONTHLY):
            self._plan_fee(fee, plan)
        return plan.charges
