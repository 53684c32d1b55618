from odoo import models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_end

from ..tools.plan import Plan
from ..tools.proration import Period, subtract
from .insert_like import create_alike
from .pm_bill_exception import BLOCKING


class PmBillRun(models.Model):
    """What a run collects, and what it finds in its way."""

    _inherit = "pm.bill.run"

    def _collect(self):
        """Bring the open charges up to date; return the values of the exceptions found."""
        plan = self._plan()
        self._write_charges(plan)
        return plan.findings

    def _plan(self):
        """Return what the run would charge, and what it finds in its way; writes nothing."""
        self.ensure_one()
        plan = self._prepare_plan()
        getattr(self, f"_plan_{self.occasion}")(plan)
        return plan

    def _plan_month(self, plan):
        """Plan the fees of a month for all who are there, and what others left open."""
        Tenancy = self.env["pm.tenancy"]
        domain = Domain("site_id", "=", self.site_id.id)
        if self.building_ids:
            domain &= Domain("line_ids.unit_id.building_id", "in", self.building_ids.ids)
        # Who left last month still owes what he used in it.
        days = Period(plan.periods["previous"][0].start, month_end(self.month))
        tenancies = Tenancy.search(domain & Tenancy._get_occupied_domain(days))
        plan.missed = self._find_missed(tenancies)
        tenancies._plan_charges(plan)
        self._report_missed(plan)
        self._plan_late(plan, tenancies)
        late = Tenancy.search(
            domain & Domain("state", "=", "move_in") & Domain("date_start", "<=", days.end)
        )
        plan.findings += [
            {"kind": "move_in", "tenancy_id": tenancy.id, "date_from": tenancy.date_start}
            for tenancy in late
        ]

    def _plan_late(self, plan, planned):
        """Charge readings, shares, slips and late payment of occupants who are gone since, or have
        not moved in."""
        fees = self.env["pm.fee"].search(
            Domain("site_id", "=", self.site_id.id)
            & Domain("basis", "in", ("meter", "share", "quantity", "late"))
        )
        lang = self.site_id.print_lang
        for fee in fees.with_context(lang=lang):
            late = self.env["pm.tenancy"].browse(fee._get_pending(plan)) - planned
            for tenancy in late.filtered(lambda late: late.state not in ("draft", "cancelled")):
                tenancy.with_context(lang=lang)._plan_fee(fee, plan)

    def _prepare_plan(self):
        """Return the empty plan of the run: the months and buildings it charges."""
        self.ensure_one()
        return Plan.of_month(self.month, self.building_ids)

    def _write_charges(self, plan):
        """Let the open charges of the run be those planned, less what is charged elsewhere."""
        # Charges are made by the run alone: no user may create or delete them by hand.
        Charge = self.env["pm.charge"].sudo()
        ours, others = self._get_known_charges(plan)
        wanted = self._leave_out_charged(plan.charges, others)
        kept = {}
        for charge in ours:
            vals = wanted.get(charge._get_key())
            if vals and charge._is_like(vals):
                kept[charge._get_key()] = charge.id
        (ours - Charge.browse(kept.values())).unlink()
        missing = [{**vals, "run_id": self.id} for key, vals in wanted.items() if key not in kept]
        create_alike(Charge, missing, kind=("fee_id",))

    def _get_known_charges(self, plan):
        """Return the open charges of the run, and all others for which days may be taken."""
        # The few that are charged for earlier months do not make the rest look so far back.
        domain = Domain("run_id", "=", self.id)
        for is_missed in (False, True):
            group = [v for v in plan.charges if (v["tenancy_id"] in plan.missed) == is_missed]
            first = min((vals["date_from"] for vals in group), default=self.month)
            tenancies = {vals["tenancy_id"] for vals in group}
            domain |= Domain("tenancy_id", "in", tenancies) & Domain("date_to", ">=", first)
        charges_sudo = self.env["pm.charge"].sudo()  # also those the user may not see count
        known = charges_sudo.search(
            Domain("site_id", "=", self.site_id.id) & Domain("state", "!=", "cancelled") & domain
        )
        ours = known.filtered(lambda charge: charge.run_id == self and charge.state == "open")
        return ours, known - ours

    def _leave_out_charged(self, planned, charged):
        """Return {key: values} of what is planned, without the days that `charged` holds."""
        taken = {}
        for charge in charged:
            key = charge._get_key()
            taken.setdefault(key[:5], []).append(Period(*key[5:]))
        wanted = {}
        for vals in planned:
            key = (
                vals["tenancy_id"],
                vals["fee_id"],
                vals["unit_id"],
                vals.get("source_model", False),
                vals.get("source_id", False),
            )
            days = Period(vals["date_from"], vals["date_to"])
            for part in subtract(days, taken.get(key, ())):
                if part != days:
                    if vals.get("source_id"):
                        continue  # what is charged as a whole has been charged
                    vals = self._cut_charge(vals, part)
                wanted[(*key, part.start, part.end)] = vals
        return wanted

    def _cut_charge(self, vals, days):
        """Return the values of a charge for some of its days only."""
        tenancy = self.env["pm.tenancy"].browse(vals["tenancy_id"])
        local = self.with_context(lang=tenancy.site_id.print_lang)
        tenancy = tenancy.with_env(local.env)
        fee = local.env["pm.fee"].browse(vals["fee_id"])
        return {
            **vals,
            "date_from": days.start,
            "date_to": days.end,
            **tenancy._prepare_amount_vals(fee, vals["quantity"], vals["price"], days),
        }

    def _write_exceptions(self, findings):
        """Replace the exceptions by `findings` and by what is wrong with the open charges."""
        charges = self._get_open_charges()
        findings = [*findings, *self._find_faults(charges.fee_id, charges.tenancy_id, charges)]
        # Like charges, exceptions are found by the run and not written by hand.
        exceptions = self.exception_ids.sudo()
        exceptions.unlink()
        exceptions.create(
            [
                {**vals, "run_id": self.id, "is_blocking": vals["kind"] in BLOCKING}
                for vals in findings
            ]
        )

    def _find_faults(self, fees, tenancies, charges):
        """Yield what keeps charges of these fees and tenancies from the bills, or is odd."""
        yield from self._find_office_faults()
        yield from self._find_fee_faults(fees)
        yield from self._find_payer_faults(tenancies)
        yield from self._find_zero_charges(charges)

    def _find_office_faults(self):
        if not self.site_id._get_fee_journal():
            yield {"kind": "journal"}

    def _find_fee_faults(self, fees):
        company = self.company_id
        for fee in fees:
            product = fee.product_id.with_company(company)
            taxes = product.taxes_id._filter_taxes_by_company(company)
            if taxes.filtered(lambda tax: not tax.price_include):
                yield {"kind": "tax", "fee_id": fee.id}
            if not product.product_tmpl_id.get_product_accounts()["income"]:
                yield {"kind": "income", "fee_id": fee.id}

    def _find_payer_faults(self, tenancies):
        company = self.company_id
        for tenancy in tenancies:
            account = tenancy.payer_id.with_company(company).property_account_receivable_id
            foreign = account.currency_id and account.currency_id != company.currency_id
            if not account or foreign or not account.active:
                yield {"kind": "receivable", "tenancy_id": tenancy.id}

    def _find_zero_charges(self, charges):
        for charge in charges:
            # Nothing was used: the statement says so, and no price is wrong.
            if charge.quantity and charge.currency_id.is_zero(charge.amount):
                yield {
                    "kind": "zero",
                    "tenancy_id": charge.tenancy_id.id,
                    "unit_id": charge.unit_id.id,
                    "fee_id": charge.fee_id.id,
                    "date_from": charge.date_from,
                    "date_to": charge.date_to,
                }

    def _get_open_charges(self):
        self.ensure_one()
        return self.env["pm.charge"].search(
            Domain("run_id", "=", self.id) & Domain("state", "=", "open")
        )

    def _get_held_charges(self):
        """Return the open charges that a blocking exception keeps out of the bills."""
        charges = self._get_open_charges()
        blocking = self.exception_ids.filtered("is_blocking")
        held = get_held_tenancies(
            [(found.kind, found.tenancy_id.id, found.fee_id.id) for found in blocking],
            [(charge.tenancy_id.id, charge.fee_id.id) for charge in charges],
        )
        return charges.filtered(lambda charge: charge.tenancy_id.id in held)


def get_held_tenancies(blocking, charged):
    """Return the ids of the tenancies that are not billed: whole or not at all, so that no
    statement is half.

    `blocking` are (kind, tenancy, fee) of exceptions, `charged` are (tenancy, fee) of charges.
    """
    if any(kind == "journal" for kind, _tenancy, _fee in blocking):
        return {tenancy for tenancy, _fee in charged}
    fees = {fee for _kind, tenancy, fee in blocking if not tenancy}
    held = {tenancy for _kind, tenancy, _fee in blocking if tenancy}
    return held | {tenancy for tenancy, fee in charged if fee in fees}
