from odoo import models

from odoo.addons.pm_base.models.wording import word_day

from ..tools.capitals import to_capitals
from .wording import word_amount, word_month

_ENERGY_PRODUCTS = ("common_energy", "electricity", "water")


class AccountMove(models.Model):
    """The payment slip that Finance issues to customer service for a customer (BIL-025)."""

    _inherit = "account.move"

    def action_pm_print_slip(self):
        """Print the payment slips of the bills (F-BIL-17)."""
        bills = self.sorted(lambda bill: (bill.pm_unit_codes or "", bill.pm_month, bill.id))
        return self.env.ref("pm_billing.action_report_pm_payment_slip").report_action(bills)

    def _pm_get_slip_words(self):
        """Return what the payment slip says, in the language of the environment."""
        self.ensure_one()
        env, tenancy, site = self.env, self.pm_tenancy_id, self.pm_site_id
        charges = self.pm_charge_ids._sorted_for_bill()
        by_group = charges.grouped(lambda charge: charge.fee_id._get_slip_group())
        names = {
            "management": env._("Management fee"),
            "energy": env._("Energy fee"),
            "service": env._("Paid services"),
            "other": env._("Other fees"),
        }
        return {
            "customer": tenancy.partner_id.name,
            "unit": tenancy.unit_codes,
            "contract": tenancy.contract_no or tenancy.name,
            "month": word_month(env, self.pm_month),
            "due": word_day(env, self.invoice_date_due),
            "groups": [
                {
                    "name": name,
                    "is_metered": group == "energy",
                    "lines": [charge._prepare_slip_row() for charge in found],
                    "amount": word_amount(env, sum(found.mapped("amount"))),
                }
                for group, name in names.items()
                if (found := by_group.get(group))
            ],
            "total": word_amount(env, self.amount_total),
            "in_capitals": env._(
                "(in capitals: %(capitals)s)", capitals=to_capitals(self.amount_total)
            ),
            "place": site.payment_place or site.name,
        }


class PmFee(models.Model):
    _inherit = "pm.fee"

    def _get_slip_group(self):
        """Return under which heading of the payment slip the fee stands. It has three, for
        management, energy and paid services; rent, parking or a late fee are none of these."""
        self.ensure_one()
        energy = [self.env.ref(f"pm_billing.product_{name}") for name in _ENERGY_PRODUCTS]
        if self.basis in ("meter", "share") or self.product_id in energy:
            return "energy"
        if self.basis == "quantity":
            return "service"
        management = self.env.ref("pm_billing.product_management_fee")
        if self.basis == "area" or (self.basis == "fixed" and self.product_id == management):
            return "management"
        return "other"


class PmCharge(models.Model):
    _inherit = "pm.charge"

    def _prepare_slip_row(self):
        self.ensure_one()
        return {
            "name": " ".join(filter(None, (self.fee_id.name, self.unit_id.code))),
            "period": self._get_period_text("MM-dd"),
            "formula": self.formula,
            "amount": word_amount(self.env, self.amount),
        }


class PmBillRun(models.Model):
    _inherit = "pm.bill.run"

    def action_print_slips(self):
        """Print the payment slips of the month, which Finance issues to customer service in place
        of the statements."""
        self.ensure_one()
        if self.state == "invoiced":
            self._note_delivered()
        bills = self.bill_ids.filtered(lambda bill: bill.state == "posted")
        return bills.action_pm_print_slip()
