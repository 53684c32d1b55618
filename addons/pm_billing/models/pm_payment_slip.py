from odoo import models

from odoo.addons.pm_base.models.wording import word_day

from ..tools.capitals import to_capitals
from .wording import word_amount, word_month

# What a payment slip lists apart: everything else is a paid service.
_MANAGEMENT = {"area", "fixed", "rent"}
_ENERGY = {"meter", "share"}


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
        groups = (
            (env._("Management fee"), False, lambda basis: basis in _MANAGEMENT),
            (env._("Energy fee"), True, lambda basis: basis in _ENERGY),
            (env._("Paid services"), False, lambda basis: basis not in _MANAGEMENT | _ENERGY),
        )
        return {
            "customer": tenancy.partner_id.name,
            "unit": tenancy.unit_codes,
            "contract": tenancy.contract_no or tenancy.name,
            "month": word_month(env, self.pm_month),
            "due": word_day(env, self.invoice_date_due),
            "groups": [
                {
                    "name": name,
                    "is_metered": is_metered,
                    "lines": [charge._prepare_slip_row() for charge in found],
                    "amount": word_amount(env, sum(found.mapped("amount"))),
                }
                for name, is_metered, belongs in groups
                if (found := charges.filtered(lambda charge, f=belongs: f(charge.fee_id.basis)))
            ],
            "total": word_amount(env, self.amount_total),
            "in_capitals": env._(
                "(in capitals: %(capitals)s)", capitals=to_capitals(self.amount_total)
            ),
            "place": site.payment_place or site.name,
        }


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
        """Print the payment slips of the month, which Finance issues to customer service."""
        self.ensure_one()
        bills = self.bill_ids.filtered(lambda bill: bill.state == "posted")
        return bills.action_pm_print_slip()
