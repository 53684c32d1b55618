from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_base.tools.calendar import add_months, month_start

from ..tools.late import first_late_day, late_fee, overdue_parts, to_fraction
from ..tools.proration import Period

# Bills that were paid longer ago are not looked at again.
_MONTHS_BACK = 12


class PmFee(models.Model):
    """What a late fee finds to charge: the bills that are or were overdue."""

    _inherit = "pm.fee"

    late_from = fields.Date(
        string="Days Since",
        default=lambda self: month_start(fields.Date.context_today(self)),
        help="Overdue days before this one are not charged.",
    )

    _late_known = models.Constraint(
        "CHECK (basis <> 'late' OR late_from IS NOT NULL)",
        "A late fee needs the day since which overdue days are charged.",
    )

    def _get_pending(self, plan):
        if self.basis == "late":
            return plan.look_up(("late", self.id), lambda: self._get_overdue(plan)).keys()
        return super()._get_pending(plan)

    def _get_overdue(self, plan):
        """Return {tenancy id: [(bill, days)]} that are or were overdue and not charged yet."""
        self.ensure_one()
        site = self.site_id
        if not site.late_fee_rate or plan.occasion == "move_in":
            return {}
        # Also bills and charges that the user may not see count.
        Move = self.env["account.move"].sudo()
        bills = Move.search(
            Move._pm_get_bill_domain()
            & Domain("pm_site_id", "=", site.id)
            & Domain("pm_tenancy_id", "!=", False)
            & Domain("invoice_date_due", "<", plan.until)
            & (
                Domain("payment_state", "in", ("not_paid", "partial"))
                | Domain("id", "in", self._get_paid_late_ids(plan.until))
            ),
            order="invoice_date_due, id",
        )
        charged = self._get_late_days(plan, bills)
        found = {}
        for bill in bills:
            first = max(
                first_late_day(bill.invoice_date_due, site.late_fee_grace_days),
                self.late_from,
                charged.get(bill.id, self.late_from),
            )
            if first <= plan.until:
                days = Period(first, plan.until)
                found.setdefault(bill.pm_tenancy_id.id, []).append((bill, days))
        return found

    def _get_paid_late_ids(self, until):
        """Return the ids of the bills that are paid, but were paid late and not charged so far."""
        self.env["account.move"].flush_model(["payment_state", "invoice_date_due", "pm_site_id"])
        self.env["account.partial.reconcile"].flush_model(["debit_move_id", "max_date"])
        self.env["pm.charge"].flush_model(["source_model", "source_id", "state", "date_to"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT bill.id
                  FROM account_move bill
                  JOIN account_move_line line ON line.move_id = bill.id
                  JOIN account_partial_reconcile paid ON paid.debit_move_id = line.id
                 WHERE bill.pm_site_id = %(site)s
                   AND bill.payment_state IN ('paid', 'in_payment')
                   AND bill.invoice_date_due >= %(oldest)s
                   AND paid.max_date > GREATEST(
                           bill.invoice_date_due,
                           COALESCE(
                               (SELECT max(charge.date_to) FROM pm_charge charge
                                 WHERE charge.source_model = 'account.move'
                                   AND charge.source_id = bill.id
                                   AND charge.fee_id = %(fee)s
                                   AND charge.state = 'invoiced'),
                               %(since)s
                           )
                       )
                """,
                site=self.site_id.id,
                fee=self.id,
                oldest=add_months(month_start(until), -_MONTHS_BACK),
                since=self.late_from - timedelta(days=1),
            )
        )
        return [bill_id for (bill_id,) in rows]

    def _get_late_days(self, plan, bills):
        """Return {bill id: first day that is not charged yet}."""
        charged = Domain("state", "=", "invoiced")
        if plan.occasion == "month":  # the final bill takes over what other runs did not bill
            charged |= Domain("state", "=", "open") & Domain("month", "<", plan.month)
        charges_sudo = self.env["pm.charge"].sudo()  # as above
        rows = charges_sudo._read_group(
            Domain("fee_id", "=", self.id)
            & Domain("source_model", "=", "account.move")
            & Domain("source_id", "in", bills.ids)
            & charged,
            ["source_id"],
            ["date_to:max"],
        )
        return {bill_id: last + timedelta(days=1) for bill_id, last in rows}


class PmTenancy(models.Model):
    """The late fees that an occupant owes."""

    _inherit = "pm.tenancy"

    def _plan_late(self, fee, plan):
        """Charge each bill for the days on which it was overdue, the last time apart (BIL-027)."""
        overdue = plan.look_up(("late", fee.id), lambda: fee._get_overdue(plan))
        if fee in self.fee_ids.filtered(lambda line: line.terms == "excluded").fee_id:
            return
        for bill, days in overdue.get(self.id, ()):
            unit = self._get_main_unit()
            if plan.includes(unit):
                self._plan_overdue(fee, plan, bill, days)

    def _plan_overdue(self, fee, plan, bill, days):
        site = self.site_id
        amount, principal = bill.amount_total, bill._pm_get_principal()
        if site.late_fee_method == "compound":
            principal = amount
        parts = overdue_parts(amount, bill._pm_get_payments(), days.start, days.end, principal)
        cap = None
        if site.late_fee_cap:
            charged = bill._pm_get_late_charged(fee)
            cap = to_fraction(principal) * to_fraction(site.late_fee_cap) / 100 - charged
        exact = late_fee(parts, site.late_fee_rate, cap)
        amount = self.currency_id.round(float(exact))
        if not parts or amount <= 0:
            return
        plan.charges.append(
            {
                "tenancy_id": self.id,
                "unit_id": False,
                "fee_id": fee.id,
                "date_from": parts[0].period.start,
                "date_to": parts[-1].period.end,
                "site_id": site.id,
                "partner_id": bill.partner_id.id,
                "month": plan.month,
                "source_model": bill._name,
                "source_id": bill.id,
                "quantity": sum(part.period.days for part in parts),
                "price": site.late_fee_rate,
                "amount": amount,
                "formula": self._word_overdue(bill, parts, exact, cap),
            }
        )

    def _word_overdue(self, bill, parts, exact, cap):
        rate = f"{self.site_id.late_fee_rate:g}"
        words = " + ".join(
            self.env._(
                "%(amount)s × %(days)s days",
                amount=f"{float(part.amount):.2f}",
                days=part.period.days,
            )
            for part in parts
        )
        text = self.env._(
            "bill %(bill)s: (%(overdue)s) × %(rate)s ‰", bill=bill.name, overdue=words, rate=rate
        )
        if cap is not None and exact == cap:
            limit = f"{float(cap):.2f}"
            text = self.env._("%(late_fee)s, at most %(cap)s", late_fee=text, cap=limit)
        return text


class AccountMove(models.Model):
    """What a bill tells of its late payment."""

    _inherit = "account.move"

    def _pm_get_principal(self):
        """Return what of the bill is no late fee."""
        self.ensure_one()
        late = self.pm_charge_ids.filtered(lambda charge: charge.basis == "late")
        return max(self.amount_total - sum(late.mapped("amount")), 0.0)

    def _pm_get_payments(self):
        """Return (day, amount) of what has settled the bill: payments and credit notes."""
        self.ensure_one()
        owed = self.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return [
            (partial.credit_move_id.date, partial.amount) for partial in owed.matched_credit_ids
        ]

    def _pm_get_late_charged(self, fee):
        """Return what was charged of late fees on this bill before."""
        self.ensure_one()
        charges_sudo = self.env["pm.charge"].sudo()  # also those the user may not see count
        known = charges_sudo.search(
            Domain("fee_id", "=", fee.id)
            & Domain("source_model", "=", self._name)
            & Domain("source_id", "=", self.id)
            & Domain("state", "=", "invoiced")
        )
        return sum((to_fraction(charge.amount) for charge in known), to_fraction(0))
