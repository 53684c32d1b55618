from fractions import Fraction

from odoo import models
from odoo.fields import Command, Domain

from odoo.addons.pm_base.tools.calendar import month_start

from ..tools.waiving import month_share, part_waived, split_waived


class PmWaiver(models.Model):
    """How much a waiver takes off, and the credit notes for what was billed before."""

    _inherit = "pm.waiver"

    def _share_out(self, pieces, used):
        """Return [amount waived] of `pieces`: (amount, days) of charges that the waiver meets.

        `used` is {month: amount} of what bills and credit notes have used of it already.
        """
        self.ensure_one()
        waived = self._get_period()
        parts = [max(part_waived(amount, days, waived), Fraction(0)) for amount, days in pieces]
        if self.mode == "rate":
            rate = Fraction(str(self.rate)) / 100
            return [self.currency_id.round(float(part * rate)) for part in parts]
        shares = [0.0] * len(pieces)
        by_month = {}
        for place, (_amount, days) in enumerate(pieces):
            by_month.setdefault(self._get_month(days.start), []).append(place)
        for month, places in by_month.items():
            left = month_share(self.amount, waived, month) - Fraction(str(used.get(month, 0)))
            split = split_waived(max(left, Fraction(0)), [parts[place] for place in places])
            for place, share in zip(places, split, strict=True):
                shares[place] = share
        return shares

    def _get_month(self, day):
        """Return the month of the waiver to which a charge that begins on `day` belongs."""
        return month_start(max(day, self.date_from))

    def _get_used(self):
        """Return {month: amount} of what is on bills and credit notes."""
        self.ensure_one()
        used = {}
        for line in self.line_ids.filtered("is_billed"):
            month = self._get_month(line.date_from)
            used[month] = used.get(month, 0) + Fraction(str(line.amount))
        return used

    def _credit_billed(self):
        """Credit what is waived of charges that are on a bill; safe to repeat."""
        for waiver in self:
            charges = self.env["pm.charge"].search(
                waiver._get_charge_domain()
                & Domain("state", "=", "invoiced")
                & Domain("amount", ">", 0)
                & Domain("move_id.state", "=", "posted"),
                order="date_from, unit_id, id",
            )
            charges -= waiver.line_ids.charge_id
            kept = {charge: days for charge in charges if (days := charge._get_days_kept())}
            reversed_ = charges._get_reversed()
            pieces = [
                (
                    max(
                        part_waived(charge.amount, charge._get_days(), days)
                        - reversed_.get(charge, 0),
                        Fraction(0),
                    ),
                    days,
                )
                for charge, days in kept.items()
            ]
            shares = waiver._share_out(pieces, waiver._get_used())
            waived = {
                charge: share for charge, share in zip(kept, shares, strict=True) if share > 0
            }
            for bill, group in self.env["pm.charge"].union(*waived).grouped("move_id").items():
                waiver._make_credit_note(bill, {charge: waived[charge] for charge in group})

    def _make_credit_note(self, bill, waived):
        """Credit {charge: amount} of a bill; it is set off against this one, then others."""
        self.ensure_one()
        today = self.site_id._today()
        local = self.with_context(lang=self.site_id.print_lang)
        note = (
            local.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": bill.partner_id.id,
                    "journal_id": bill.journal_id.id,
                    "currency_id": bill.currency_id.id,
                    "invoice_date": today,
                    "invoice_date_due": today,
                    "invoice_payment_term_id": False,
                    "invoice_user_id": False,
                    "reversed_entry_id": bill.id,
                    "ref": f"{self.name} {bill.name}",
                    "pm_tenancy_id": self.tenancy_id.id,
                    "pm_site_id": self.site_id.id,
                    "pm_month": bill.pm_month,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                **charge.with_env(local.env)._prepare_invoice_line_vals(),
                                "name": local._word_credit(charge, amount),
                                "price_unit": amount,
                                "sequence": number,
                            }
                        )
                        for number, (charge, amount) in enumerate(waived.items(), start=1)
                    ],
                }
            )
        )
        # Noted first: posting asks whether a credit note is a waiver's or was made by hand.
        self.env["pm.waiver.line"].create(
            [
                {
                    "waiver_id": self.id,
                    "charge_id": charge.id,
                    "amount": amount,
                    "move_id": note.id,
                }
                for charge, amount in waived.items()
            ]
        )
        note.action_post()
        lines = (bill | note).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        if len(lines.move_id) == 2:
            lines.reconcile()
        note._pm_set_off()
        return note

    def _word_credit(self, charge, amount):
        local = charge.with_env(self.env)
        parts = (
            local.fee_id.name,
            local.unit_id.code,
            local._get_period_text(),
            self._word_waived(amount),
        )
        return " ".join(part for part in parts if part)
