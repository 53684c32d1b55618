from datetime import timedelta
from fractions import Fraction

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.proration import Period, intersect
from ..tools.sharing import share_exactly
from ..tools.waiving import part_waived

_DAY = timedelta(days=1)


class PmCharge(models.Model):
    """What of a charge on a bill was taken back: by waivers, by hand, or as the occupant left."""

    _inherit = "pm.charge"

    def _get_days(self):
        self.ensure_one()
        return Period(self.date_from, self.date_to)

    def _get_credited(self, days):
        """Return what waivers have credited of the charge for some of its days, exactly."""
        credited = Fraction(0)
        for line in self.waiver_line_ids.filtered(lambda line: line.move_id.state == "posted"):
            waiver = line.waiver_id
            waived = intersect(self._get_days(), waiver.date_from, waiver.date_to)
            credited += part_waived(line.amount, waived, days)
        return credited

    def _get_days_kept(self):
        """Return the days that no other charge has given back, or None: it is the last ones."""
        given_back = self._get_given_back(["open", "invoiced"])
        last = min([self.date_to + _DAY, *given_back.mapped("date_from")]) - _DAY
        return intersect(self._get_days(), None, last)

    def _get_given_back(self, states):
        charges_sudo = self.env["pm.charge"].sudo()  # also those the user may not see count
        return charges_sudo.search(
            Domain("source_model", "=", self._name)
            & Domain("source_id", "in", self.ids)
            & Domain("state", "in", states)
        )

    def _get_reversed(self):
        """Return {charge: amount} of what credit notes made by hand took back of charges on bills.

        A line of such a note belongs to the charge whose label on the bill it repeats; what
        repeats none is shared among the charges of the bill.
        """
        taken = {}
        notes = self.move_id._pm_get_posted_reversals()
        for bill, reversals in notes.grouped("reversed_entry_id").items():
            charges = bill.pm_charge_ids.filtered(
                lambda charge: charge.state == "invoiced" and charge.amount > 0
            )
            local = charges.with_context(lang=bill._pm_get_print_site().print_lang)
            known = {charge._get_invoice_label(): charge for charge in local}
            rest = Fraction(0)
            for line in reversals.invoice_line_ids:
                amount = Fraction(str(line.price_total))
                if charge := known.get(line.name):
                    taken[charge] = taken.get(charge, 0) + amount
                else:
                    rest += amount
            shares = share_exactly(rest, [Fraction(str(charge.amount)) for charge in charges])
            for charge, share in zip(charges, shares, strict=True):
                taken[charge] = taken.get(charge, 0) + Fraction(str(share))
        return taken

    def _check_not_given_back(self):
        """Refuse to take back once more what another bill has given back."""
        given_back = self._get_given_back(["invoiced"])
        given_back = given_back.filtered(lambda back: back.move_id not in self.move_id)
        for back in given_back[:1]:
            charge = self.browse(back.source_id)
            raise UserError(
                self.env._(
                    "%(other)s has given back what is on %(bill)s in part. Cancel %(other)s first.",
                    other=back.move_id.display_name,
                    bill=charge.move_id.display_name,
                )
            )

    def _take_back_waivers(self):
        """Give up what was waived of charges that are given up: who is charged anew gets it anew.

        The credit notes go with the bill that they lessened.
        """
        lines = self.waiver_line_ids
        if notes := lines.move_id.filtered(lambda note: note.state == "posted"):
            notes.button_cancel()
        lines.unlink()
