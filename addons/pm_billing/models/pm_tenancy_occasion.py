from datetime import timedelta
from fractions import Fraction

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_end, month_start

from ..tools.plan import Plan
from ..tools.proration import Period, split_months
from .pm_fee import MONTHLY

_DAY = timedelta(days=1)


class PmTenancy(models.Model):
    """What an occupant pays on moving in, and the final bill when he leaves."""

    _inherit = "pm.tenancy"

    def write(self, vals):
        if "date_moved_out" in vals:
            self._check_final_bill(fields.Date.to_date(vals["date_moved_out"]))
        return super().write(vals)

    def action_bill_move_in(self):
        """Open the bill of the move-in (BIL-014)."""
        self.ensure_one()
        return self.env["pm.bill.run"]._open_occasion(self, "move_in").get_formview_action()

    def action_bill_final(self):
        """Open the final bill (BIL-064)."""
        self.ensure_one()
        return self.env["pm.bill.run"]._open_occasion(self, "final").get_formview_action()

    def action_print_charge_notice(self):
        """Print the notice of fees to Administration (F-BIL-01)."""
        return self.env.ref("pm_billing.action_report_pm_charge_notice").report_action(self)

    def action_print_charge_schedule(self):
        """Print the schedule of prepayments and charges for the occupant (F-BIL-02)."""
        return self.env.ref("pm_billing.action_report_pm_charge_schedule").report_action(self)

    def _pm_open_step(self, step):
        """The fees of a move-in are paid on its bill."""
        opened = super()._pm_open_step(step)
        is_of_move_in = step.kind == "payment" and step.procedure_id.occasion == "move_in"
        if opened or not is_of_move_in or not self.env["pm.bill.run"].has_access("create"):
            return opened
        return self.action_bill_move_in()

    def _get_move_in_days(self):
        """Return the days paid for on moving in: the rest of the month, late in the month the
        next one too (TEN-077)."""
        self.ensure_one()
        start, end = self._get_occupation()
        last = month_end(start)
        if start.day > self.site_id.registration_next_month_day:
            last = month_end(last + _DAY)
        return Period(start, max(min(last, end or last), start))

    def _get_move_in_deposits(self):
        """Return (fee, amount, formula) of the deposits that the fees ask for on moving in."""
        self.ensure_one()
        fees = self.env["pm.fee"].search(
            Domain("site_id", "=", self.site_id.id) & Domain("deposit_kind_id", "!=", False)
        )
        if not fees or not self.line_ids:
            return []
        start = self._get_occupation()[0]
        monthly = {}
        for charge in self._reckon_fees(Period(start, start)):
            exact = Fraction(str(charge["quantity"])) * Fraction(str(charge["price"]))
            monthly[charge["fee_id"]] = monthly.get(charge["fee_id"], 0) + exact
        excluded = self.fee_ids.filtered(lambda line: line.terms == "excluded").fee_id
        rows = []
        for fee in fees - excluded:
            if not fee.is_standard and fee not in self.fee_ids.fee_id:
                continue
            amount, formula = fee.deposit_amount, self.env._("for each occupant")
            if fee.basis in MONTHLY and fee.deposit_months:
                month = self.currency_id.round(float(monthly.get(fee.id, 0)))
                exact = Fraction(str(month)) * Fraction(str(fee.deposit_months))
                amount = self.currency_id.round(float(exact))
                formula = self.env._(
                    "%(fee)s: %(amount)s yuan × %(months)s months",
                    fee=fee.name,
                    amount=f"{month:.2f}",
                    months=f"{fee.deposit_months:g}",
                )
            if amount > 0:
                rows.append((fee, amount, formula))
        return rows

    def _prepare_final_plan(self):
        """Return the empty plan of the final bill, up to the day of leaving.

        Charged are the months that the office billed, should they have been missed here, and those
        that it has not come to yet. What it never billed to anybody stays so.
        """
        self.ensure_one()
        start, leaving = self._get_occupation()
        runs_sudo = self.env["pm.bill.run"].sudo()  # also those the user may not see count
        runs_sudo = runs_sudo.search(
            Domain("site_id", "=", self.site_id.id)
            & Domain("occasion", "=", "month")
            & Domain("state", "!=", "draft")
            & Domain("month", "<=", leaving)
        )
        billed = {*runs_sudo.mapped("month"), month_start(leaving)}
        begin = min(max(start, min(billed)), leaving)
        last = max(runs_sudo.mapped("month"), default=leaving)
        months = [
            part
            for part in split_months(Period(begin, leaving))
            if month_start(part.start) in billed or part.start > last
        ]
        read = self._get_final_readings().mapped("date")
        return Plan.of_move_out(months, max([leaving, *read]))

    def _plan_final(self, plan):
        """Add to `plan` all that is open on the day of leaving (BIL-064)."""
        self.ensure_one()
        local = self.with_context(lang=self.site_id.print_lang)
        local._plan_charges(plan)
        local._plan_given_back(plan)
        found = {finding.get("meter_id") for finding in plan.findings}
        missing = self._get_missing_readings("move_out")
        for meter in missing.filtered(lambda meter: meter.id not in found):
            plan.findings.append(
                {
                    "kind": "reading",
                    "tenancy_id": self.id,
                    "unit_id": meter.unit_id.id,
                    "meter_id": meter.id,
                    "date_from": meter.date_last,
                }
            )

    def _plan_given_back(self, plan):
        """Give back the days that were billed after the day of leaving."""
        leaving = self._get_occupation()[1]
        charges_sudo = self.env["pm.charge"].sudo()  # also those the user may not see count
        charges_sudo = charges_sudo.search(
            Domain("tenancy_id", "=", self.id)
            & Domain("state", "=", "invoiced")
            & Domain("source_model", "=", False)
            & Domain("date_to", ">", leaving),
            order="date_from, id",
        )
        # What was reversed of a bill in part is taken to be for the days after leaving.
        reversed_ = charges_sudo._get_reversed()
        for charge in charges_sudo.with_env(self.env).sudo():
            charged = Period(charge.date_from, charge.date_to)
            days = Period(max(charge.date_from, leaving + _DAY), charge.date_to)
            credited = charge._get_credited(days) + reversed_.get(charge, 0)
            exact = Fraction(str(charge.amount)) * Fraction(days.days, charged.days) - credited
            amount = self.currency_id.round(float(exact))
            if amount <= 0:
                continue  # all of it was credited
            formula = self.env._(
                "bill %(bill)s, days after leaving: −%(amount)s × %(days)s/%(whole)s days",
                bill=charge.move_id.name,
                amount=f"{charge.amount:.2f}",
                days=days.days,
                whole=charged.days,
            )
            if credited:
                formula = self.env._(
                    "%(formula)s, less %(credited)s credited before",
                    formula=formula,
                    credited=f"{float(credited):.2f}",
                )
            plan.charges.append(
                {
                    "tenancy_id": self.id,
                    "unit_id": charge.unit_id.id,
                    "fee_id": charge.fee_id.id,
                    "date_from": days.start,
                    "date_to": days.end,
                    "site_id": self.site_id.id,
                    "partner_id": charge.partner_id.id,
                    "month": plan.month,
                    "source_model": charge._name,
                    "source_id": charge.id,
                    "quantity": -charge.quantity,
                    "price": charge.price,
                    "amount": -amount,
                    "formula": formula,
                }
            )

    def _check_final_bill(self, leaving):
        """Refuse another day of leaving than that for which the final bill was made."""
        moved = self.filtered(lambda tenancy: (tenancy.date_moved_out or None) != leaving)
        bills_sudo = self.env["account.move"].sudo()  # also those the user may not see count
        bills_sudo = moved and bills_sudo.search(
            Domain("pm_run_id.occasion", "=", "final")
            & Domain("pm_tenancy_id", "in", moved.ids)
            & Domain("state", "=", "posted")
        ).filtered(lambda bill: "invoiced" in bill.pm_charge_ids.mapped("state"))
        for bill in bills_sudo[:1]:
            raise UserError(
                self.env._(
                    "%(tenancy)s was billed up to %(day)s, the day of leaving, with the final "
                    "bill %(bill)s. Have the fee office cancel it first, then change the day and "
                    "make the final bill again.",
                    tenancy=bill.pm_tenancy_id.display_name,
                    day=bill.pm_tenancy_id.date_moved_out,
                    bill=bill.name,
                )
            )

    def _get_final_run(self):
        """Return the run of the final bill, with all rights; of several the last."""
        self.ensure_one()
        runs_sudo = self.env["pm.bill.run"].sudo()  # every post sees the sums of a move-out
        return runs_sudo.search(
            Domain("tenancy_id", "=", self.id) & Domain("occasion", "=", "final"),
            order="month desc, id desc",
            limit=1,
        )

    def _reckon_final(self):
        """Return the charges that the final bill is still to ask for, not saved."""
        self.ensure_one()
        if self.state != "move_out" or not self.date_moved_out or not self.line_ids:
            return self.env["pm.charge"]
        tenancy_sudo = self.sudo()  # every post sees the sums of a move-out
        plan = tenancy_sudo._prepare_final_plan()
        tenancy_sudo._plan_final(plan)
        # Not saved: waivers are looked up for the office and month of a run.
        run_sudo = tenancy_sudo.env["pm.bill.run"].new(
            {
                "site_id": self.site_id.id,
                "month": plan.month,
                "occasion": "final",
                "tenancy_id": self.id,
            }
        )
        billed_sudo = self.env["pm.charge"].sudo()
        billed_sudo = billed_sudo.search(
            Domain("tenancy_id", "=", self.id) & Domain("state", "=", "invoiced")
        )
        wanted = run_sudo._leave_out_charged(plan.charges, billed_sudo)
        return billed_sudo.browse().concat(*(billed_sudo.new(vals) for vals in wanted.values()))
