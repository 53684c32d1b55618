from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.capitals import to_capitals
from ..tools.proration import Period, first_covering
from .wording import word_amount


class PmTenancy(models.Model):
    """The notice of fees to Administration (F-BIL-01) and the schedule for the occupant
    (F-BIL-02)."""

    _inherit = "pm.tenancy"

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        ours = self.env.ref("pm_base.form_f_bil_01") | self.env.ref("pm_base.form_f_bil_02")
        if form not in ours:
            return
        for tenancy in self:
            if not tenancy.line_ids:
                raise UserError(
                    self.env._(
                        "Choose the units of %(tenancy)s first: without them no fee applies.",
                        tenancy=tenancy.display_name,
                    )
                )

    def _pm_get_notice_words(self):
        """Return what notice and schedule say, in the language of the environment."""
        self.ensure_one()
        env, site = self.env, self.site_id
        total = sum(row[3] for row in self._get_payment_rows())
        start = self._get_occupation()[0]
        head = site._get_department("administration")
        return {
            "to": env._(
                "To: %(department)s", department=head.name or env._("Administration Department")
            ),
            "text": env._(
                "The customer below is moving in. These fee items and standards apply to him; "
                "please collect the amounts by the day given."
            ),
            "rule": env._(
                "Fees of the month are paid by day %(day)s. Late payment: %(late_fee)s. Enquiries: "
                "%(phone)s.",
                day=site.due_day,
                late_fee=site.with_env(env)._word_late_fee(),
                phone=site.phone,
            ),
            "rows": self._pm_get_notice_rows(),
            "start": format_date(env, start),
            "pay_by": format_date(env, start),
            "total": word_amount(env, total),
            "in_capitals": env._("(in capitals: %(capitals)s)", capitals=to_capitals(total)),
            "today": format_date(env, site._today()),
        }

    def _pm_get_notice_rows(self):
        """Return what the notice says of each amount due on moving in (F-BIL-01)."""
        self.ensure_one()
        grounds = {fee.name: fee.ground for fee in self._get_schedule_fees()}
        kinds = {
            fee.deposit_kind_id.name: fee.ground
            for fee, _amount, _formula in self._get_move_in_deposits()
        }
        return [
            {
                "name": name,
                "standard": standard,
                "period": period,
                "amount": word_amount(self.env, amount),
                "ground": grounds.get(name) or kinds.get(name) or "",
            }
            for name, standard, period, amount in self._get_payment_rows()
        ] + [
            {"name": name, "standard": standard, "period": period, "amount": "", "ground": ""}
            for name, standard, period in self._get_fitout_rows()
        ]

    def _pm_get_schedule_rows(self):
        """Return what the schedule says of each fee that applies to the occupant (F-BIL-02)."""
        self.ensure_one()
        day = max(self._get_occupation()[0], self.site_id._today())
        agreed = {}
        for charge in [*self._reckon_fees(Period(day, day)), *self._reckon_once()]:
            agreed.setdefault(charge["fee_id"], []).append(charge["price"])
        rows = []
        for fee in self._get_schedule_fees():
            prices, since = fee._get_prices_on(self.unit_ids, day)
            if fee.id in agreed:
                prices = list(dict.fromkeys(agreed[fee.id]))
            if not prices and fee.basis not in ("share", "late"):
                continue
            rows.append(
                {
                    "name": fee.name,
                    "standard": " / ".join(map(fee._word_price, prices)) or fee._word_standard(),
                    "unit": fee._word_unit(),
                    "ground": fee.ground or "",
                    "period": self._word_rhythm(fee),
                    "since": format_date(self.env, since) if since else "",
                }
            )
        rows += [
            {
                "name": fee.deposit_kind_id.name,
                "standard": self.env._("%(amount)s yuan", amount=word_amount(self.env, amount)),
                "unit": self.env._("occupant"),
                "ground": fee.ground or "",
                "period": self.env._("once, refunded on leaving"),
                "since": "",
            }
            for fee, amount, _formula in self._get_move_in_deposits()
        ]
        return rows + [
            {
                "name": name,
                "standard": standard,
                "unit": self.env._("occupant"),
                "ground": "",
                "period": period,
                "since": "",
            }
            for name, standard, period in self._get_fitout_rows()
        ]

    def _get_schedule_fees(self):
        """Return the fees that apply to the occupant: those of all, and those agreed on."""
        fees = self.env["pm.fee"].search([("site_id", "=", self.site_id.id)])
        agreed = self.fee_ids.filtered(lambda line: line.terms != "excluded").fee_id
        excluded = self.fee_ids.fee_id - agreed
        charged = fees.filtered(lambda fee: fee.is_standard and fee._is_charged()) | (agreed & fees)
        return (charged - excluded).sorted("sequence")

    def _word_rhythm(self, fee):
        if fee.basis == "late":
            return self.env._("for each day overdue")
        if fee.basis == "quantity":
            return self.env._("for each order")
        if fee.basis == "once":
            return self.env._("once, on moving in")
        if fee.timing == "previous":
            return self.env._("monthly, for the month before")
        return self.env._("monthly, in advance")


class PmFee(models.Model):
    """How a fee is worded on schedules."""

    _inherit = "pm.fee"

    def _is_charged(self):
        """Tell whether the office charges the fee at present."""
        self.ensure_one()
        return self.basis != "late" or bool(self.site_id.late_fee_rate)

    def _get_prices_on(self, units, day):
        """Return the prices of the tariff on a day for some units, and since when they hold."""
        self.ensure_one()
        rates = []
        for unit in units:
            rate = first_covering(day, self._get_tariffs(unit))
            if rate:
                rates.append(rate)
        return list(dict.fromkeys(rate.price for rate in rates)), max(
            (rate.start for rate in rates if rate.start), default=None
        )

    def _word_standard(self):
        """Return the standard of a fee that has no price."""
        if self.basis == "late":
            return self.site_id.with_env(self.env)._word_late_fee()
        return self.env._("a part of the cost")

    def _word_unit(self):
        """Return what is counted: a square metre, a meter's unit, an hour, the occupant."""
        match self.basis:
            case "area":
                return self.env._("m² of floor area")
            case "meter":
                return self.env["pm.meter"]._get_uom_of(self.meter_kind)
            case "quantity":
                return self.uom_name or self.env._("order")
            case "share":
                return self.env._("share")
            case "late":
                return self.env._("day")
        return self.env._("occupant")
