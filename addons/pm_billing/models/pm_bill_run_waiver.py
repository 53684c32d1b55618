from fractions import Fraction

from odoo import models
from odoo.fields import Command, Domain

from ..tools.proration import Period


class PmBillRun(models.Model):
    """What was waived is charged less, in every repeat of a run (BIL-074)."""

    _inherit = "pm.bill.run"

    def _leave_out_charged(self, planned, charged):
        self._apply_waivers(planned, charged)
        return super()._leave_out_charged(planned, charged)

    def _apply_waivers(self, planned, charged):
        """Take off the planned charges what is waived, and say so in their formula.

        What is `charged` already stays as it is, and uses up nothing once more.
        """
        waivers = self._find_waivers(planned)
        if not waivers:
            return
        known = {charge._get_key() for charge in charged}
        for waiver in waivers.with_context(lang=self.site_id.print_lang):
            met = [
                vals
                for vals in planned
                if self._is_met(vals, waiver) and self._get_charged_key(vals) not in known
            ]
            pieces = [
                (
                    vals["amount"] + vals.get("amount_waived", 0.0),
                    Period(vals["date_from"], vals["date_to"]),
                )
                for vals in met
            ]
            shares = waiver._share_out(pieces, waiver._get_used())
            for vals, share in zip(met, shares, strict=True):
                share = min(share, vals["amount"])
                if self.currency_id.compare_amounts(share, 0.0) > 0:
                    self._waive(vals, waiver, share)

    def _find_waivers(self, planned):
        """Return the approved waivers that meet a planned charge, whoever reads waivers."""
        if not planned:
            return self.env["pm.waiver"]
        return (
            self.env["pm.waiver"]
            .sudo()
            .search(
                Domain("site_id", "=", self.site_id.id)
                & Domain("state", "=", "approved")
                & Domain("date_from", "<=", max(vals["date_to"] for vals in planned))
                & Domain("date_to", ">=", min(vals["date_from"] for vals in planned))
                & Domain("tenancy_id", "in", {vals["tenancy_id"] for vals in planned}),
                order="id",
            )
        )

    def _is_met(self, vals, waiver):
        """Tell whether a planned charge is to be waived, and was not yet."""
        waived = {line["waiver_id"] for _command, _id, line in vals.get("waiver_line_ids", ())}
        return waiver.id not in waived and (
            vals["amount"] > 0
            and vals["tenancy_id"] == waiver.tenancy_id.id
            and vals["fee_id"] == waiver.fee_id.id
            and (not waiver.unit_id or vals["unit_id"] == waiver.unit_id.id)
            and vals["date_from"] <= waiver.date_to
            and vals["date_to"] >= waiver.date_from
        )

    def _get_charged_key(self, vals):
        return (
            vals["tenancy_id"],
            vals["fee_id"],
            vals["unit_id"],
            vals.get("source_model", False),
            vals.get("source_id", False),
            vals["date_from"],
            vals["date_to"],
        )

    def _waive(self, vals, waiver, amount):
        """Charge `amount` less; a charge may meet several waivers, for other days each."""
        vals["amount"] = self.currency_id.round(vals["amount"] - amount)
        vals["amount_waived"] = self.currency_id.round(vals.get("amount_waived", 0.0) + amount)
        vals["formula"] = f"{vals['formula']} {waiver._word_waived(amount)}"
        line = Command.create({"waiver_id": waiver.id, "amount": amount})
        vals["waiver_line_ids"] = [*vals.get("waiver_line_ids", ()), line]

    def _cut_charge(self, vals, days):
        """What is left of a charge is waived for the days that are left."""
        cut = super()._cut_charge(vals, days)
        lines = cut.pop("waiver_line_ids", ())
        cut.pop("amount_waived", None)
        share = Fraction(days.days, Period(vals["date_from"], vals["date_to"]).days)
        for _command, _id, line in lines:
            waiver = self.env["pm.waiver"].sudo().browse(line["waiver_id"])
            local = waiver.with_context(lang=self.site_id.print_lang)
            amount = self.currency_id.round(float(Fraction(str(line["amount"])) * share))
            if amount > 0:
                self._waive(cut, local, min(amount, cut["amount"]))
        return cut

    def _find_zero_charges(self, charges):
        """What is waived altogether comes to nothing on purpose."""
        return super()._find_zero_charges(charges.filtered(lambda charge: not charge.amount_waived))
