from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AccountMove(models.Model):
    """A bill that is reversed in full frees its charges, as one that is cancelled does."""

    _inherit = "account.move"

    def _post(self, soft=True):
        # What a waiver credits is reckoned by the days that were not given back.
        by_hand = self._pm_get_reversals_by_hand()
        by_hand.reversed_entry_id.sudo().pm_charge_ids._check_not_given_back()
        posted = super()._post(soft=soft)
        (posted & by_hand)._pm_free_reversed()
        return posted

    def button_draft(self):
        for note in self._pm_get_reversals_by_hand():
            bill_sudo = note.reversed_entry_id.sudo()  # also charges the user may not see count
            freed = "cancelled" in bill_sudo.pm_charge_ids.mapped("state")
            if note.state == bill_sudo.state == "posted" and freed:
                raise UserError(
                    self.env._(
                        "The fees on %(bill)s may have been billed anew since it was reversed by "
                        "%(note)s: it stays reversed.",
                        bill=bill_sudo.display_name,
                        note=note.display_name,
                    )
                )
        return super().button_draft()

    def _pm_free_reversed(self):
        """Free the charges of the bills that these credit notes take back altogether."""
        if not self:
            return
        # Charges are written by the run and by the fate of its bills alone.
        bills_sudo = self.reversed_entry_id.sudo()
        charges_sudo = bills_sudo.pm_charge_ids
        charges_sudo._reopen_runs(charges_sudo._name, charges_sudo.ids)
        bills_sudo.filtered(lambda bill: bill._pm_is_reversed())._pm_cancel_charges()
        for note in self.filtered(lambda note: note.reversed_entry_id.state == "posted"):
            # A waiver that was taken back has left the bill open by its amount.
            note.reversed_entry_id._reconcile_reversed_moves(note, False)

    def _pm_is_reversed(self):
        """Tell whether the whole bill was taken back by credit notes made by hand."""
        self.ensure_one()
        notes = self._pm_get_posted_reversals()
        credited = sum(notes.mapped("amount_total"))
        return bool(notes) and self.currency_id.compare_amounts(credited, self.amount_total) >= 0

    def _pm_get_posted_reversals(self):
        """Return the posted credit notes of these bills, without those of waivers."""
        notes = self.reversal_move_ids.filtered(lambda note: note.state == "posted")
        return notes._pm_get_reversals_by_hand()

    def _pm_get_reversals_by_hand(self):
        """Return those that reverse a bill of charges and were not made by a waiver."""
        notes = self.filtered(lambda move: move.reversed_entry_id.sudo().pm_charge_ids)
        if not notes:
            return notes
        lines_sudo = self.env["pm.waiver.line"].sudo()  # whoever reads waivers
        return notes - lines_sudo.search(Domain("move_id", "in", notes.ids)).move_id
