from datetime import timedelta
from fractions import Fraction
from itertools import chain

from odoo import models

from odoo.addons.pm_base.tools.calendar import month_day

from ..tools.proration import Period, price_segments
from ..tools.sharing import share_exactly
from ..tools.tiers import price_parts, split_tiers
from .pm_fee_meter import Use


class PmTenancy(models.Model):
    """What a tenancy owes for what its meters counted."""

    _inherit = "pm.tenancy"

    def _plan_meter(self, fee, plan):
        """Charge each reading that is not billed; report and estimate what was not read."""
        uses = plan.look_up(("uses", fee.id), lambda: fee._get_uses(plan.until))
        for use in uses.get(self.id, ()):
            if plan.includes(use.unit or self._get_main_unit()):
                self._plan_use(fee, plan, use, self._word_reading(use.source))
                self._find_odd_use(fee, plan, use.source)
        self._plan_returns(fee, plan)
        self._plan_unread(fee, plan)

    def _prepare_reading_row(self, reading):
        """The settlement draft says what a final reading comes to, unless a bill asks for it."""
        row = {**super()._prepare_reading_row(reading), "reading_id": reading.id}
        if reading._is_billed():
            formula = self.env._("%(use)s, billed", use=row["formula"])
            return {**row, "formula": formula, "amount": 0.0}
        if reading.charge_text:
            return {**row, "formula": reading.charge_text, "amount": reading.amount_charged}
        return row

    def _plan_use(self, fee, plan, use, text):
        """Charge a use, in parts where the price changed within its days.

        Nobody knows what was used before the change: the use is shared by the days.
        """
        segments = self._get_use_segments(fee, use.unit, use.days)
        charged = sum(segment.period.days for segment in segments)
        weights = [*(segment.period.days for segment in segments), use.days.days - charged]
        # Readings and multipliers have two decimals each.
        parts = share_exactly(use.quantity, weights, Fraction(1, 10000))
        for segment, quantity in zip(segments, parts, strict=False):
            facts = {
                "tenancy_id": self.id,
                "unit_id": use.unit.id,
                "fee_id": fee.id,
                "date_from": segment.period.start,
                "date_to": segment.period.end,
            }
            if segment.price is None:
                plan.findings.append({"kind": "tariff", **facts})
                continue
            part = Fraction(segment.period.days, use.days.days)
            tiers = split_tiers(
                quantity, segment.price, segment.steps, use.used * part, use.months * part
            )
            plan.charges.append(
                {
                    **facts,
                    "site_id": self.site_id.id,
                    "partner_id": self.payer_id.id,
                    "month": plan.month,
                    "source_model": use.source._name,
                    "source_id": use.source.id,
                    "quantity": quantity,
                    # Several tiers have several prices: the formula names them.
                    "price": tiers[0][1] if len(tiers) == 1 else 0.0,
                    "amount": price_parts(tiers, self.currency_id.round),
                    "formula": self._word_use(fee, use, segment, quantity, tiers, text),
                }
            )

    def _get_use_segments(self, fee, unit, days):
        """Return the days for which a use is charged, each part at one price."""
        agreed = self.fee_ids.filtered(lambda line: line.fee_id == fee)
        agreements = [
            [line._to_agreement() for line in agreed if unit and line.unit_id == unit],
            [line._to_agreement() for line in agreed if not line.unit_id],
        ]
        tariffs = fee._get_tariffs(unit or self._get_main_unit())
        return price_segments(days, agreements, tariffs, fee.is_standard)

    def _find_odd_use(self, fee, plan, reading):
        """Report what is worth a second look before it is billed."""
        kind = None
        if reading.is_rollover:
            kind = "rollover"
        elif reading.is_unusual:
            kind = "steep"
        if kind:
            plan.findings.append(
                {
                    "kind": kind,
                    "tenancy_id": self.id,
                    "unit_id": reading.unit_id.id,
                    "fee_id": fee.id,
                    "date_from": reading.date_previous,
                    "date_to": reading.date,
                    "meter_id": reading.meter_id.id,
                    "reading_id": reading.id,
                }
            )

    def _plan_unread(self, fee, plan):
        """Report each meter that was not read in the month; estimate its use if the fee says so."""
        unread = plan.look_up(("unread", fee.id), lambda: fee._get_unread_meters(plan.until))
        until = plan.until
        day = min(month_day(until.year, until.month, self.site_id.read_cutoff_day), until)
        start, end = self._get_occupation()
        if day < start or (end and end < day):
            return
        for unit in self.unit_ids.sorted("code"):
            for meter in unread.get(unit.id, ()) if plan.includes(unit) else ():
                if not self._get_use_segments(fee, unit, Period(day, day)):
                    continue
                plan.findings.append(
                    {
                        "kind": "reading",
                        "tenancy_id": self.id,
                        "unit_id": unit.id,
                        "fee_id": fee.id,
                        "meter_id": meter.id,
                        "date_from": meter.date_last,
                        "date_to": day,
                    }
                )
                if fee.estimates_missing:
                    self._plan_estimate(fee, plan, meter, day)

    def _plan_estimate(self, fee, plan, meter, day):
        """Charge a meter that was not read by the use of each day up to its last reading."""
        last = meter.last_reading_id
        if last.tenancy_id != self or last.is_start:
            return
        earlier = self.env["pm.charge"].search(
            [
                ("source_model", "=", meter._name),
                ("source_id", "=", meter.id),
                ("fee_id", "=", fee.id),
                ("tenancy_id", "=", self.id),
                ("state", "=", "invoiced"),
                ("month", "<", plan.month),
            ]
        )
        days = Period(max([last.date, *earlier.mapped("date_to")]) + timedelta(days=1), day)
        if days.days < 1:
            return
        known = last._get_days()
        quantity = round(Fraction(str(last.consumption)) * days.days / known.days, 2)
        text = self.env._(
            "estimated, the meter was not read: %(use)s %(uom)s in %(known)s days, for %(days)s "
            "days %(quantity)s %(uom)s",
            use=meter._format_value(last.consumption),
            uom=meter.uom,
            known=known.days,
            days=days.days,
            quantity=meter._format_value(float(quantity)),
        )
        use = Use(meter, meter.unit_id, days, float(quantity), months=days.months)
        self._plan_use(fee, plan, use, text)

    def _plan_returns(self, fee, plan):
        """Give back each estimate whose meter has been read: the reading is charged in full."""
        estimates = plan.look_up(("estimates", fee.id), lambda: fee._get_estimates(plan.until))
        reversed_ = plan.look_up(
            ("reversed", fee.id),
            lambda: self.env["pm.charge"].concat(*chain(*estimates.values()))._get_reversed(),
        )
        for charge in estimates.get(self.id, ()):
            amount = self.currency_id.round(float(charge.amount - reversed_.get(charge, 0)))
            if amount <= 0 or not plan.includes(charge.unit_id):
                continue
            plan.charges.append(
                {
                    "tenancy_id": self.id,
                    "unit_id": charge.unit_id.id,
                    "fee_id": fee.id,
                    "date_from": charge.date_from,
                    "date_to": charge.date_to,
                    "site_id": self.site_id.id,
                    "partner_id": charge.partner_id.id,
                    "month": plan.month,
                    "source_model": charge._name,
                    "source_id": charge.id,
                    "quantity": -charge.quantity,
                    "price": charge.price,
                    "amount": -amount,
                    "formula": self.env._(
                        "estimate of bill %(bill)s given back, the meter has been read",
                        bill=charge.move_id.name,
                    ),
                }
            )

    def _word_reading(self, reading):
        """Return readings, multiplier and use, to follow with a pencil."""
        meter = reading.meter_id
        text = self.env._(
            "previous %(previous)s, present %(present)s, multiplier %(multiplier)s, use %(use)s "
            "%(uom)s",
            previous=meter._format_value(reading.previous_value),
            present=meter._format_value(reading.value),
            multiplier=meter._format_value(meter.multiplier),
            use=meter._format_value(reading.consumption),
            uom=meter.uom,
        )
        return self.env._("%(use)s (rolled over)", use=text) if reading.is_rollover else text

    def _word_use(self, fee, use, segment, quantity, tiers, text):
        """Return how a use was reckoned: what was counted, the part of it, and each tier."""
        meter = self.env["pm.meter"]  # for the wording alone
        if segment.period.days < use.days.days:
            text = self.env._(
                "%(use)s, of it %(part)s %(uom)s for %(days)s/%(whole)s days",
                use=text,
                part=meter._format_value(quantity),
                uom=meter._get_uom_of(fee.meter_kind),
                days=segment.period.days,
                whole=use.days.days,
            )
        words = " + ".join(
            f"{meter._format_value(float(part))} × {fee._word_price(price)}"
            for part, price in tiers
        )
        return self.env._("%(use)s: %(tiers)s", use=text, tiers=words)
