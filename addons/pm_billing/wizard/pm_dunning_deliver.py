from odoo import api, fields, models
from odoo.exceptions import UserError


class PmDunningDeliver(models.TransientModel):
    _name = "pm.dunning.deliver"
    _description = "Note the Delivery of Letters"

    action_ids = fields.Many2many(
        "pm.dunning.action", "pm_dunning_deliver_action_rel", string="Letters", required=True
    )
    way = fields.Selection(
        [
            ("hand", "By Hand"),
            ("signed", "Signed For, Receipt Is Back"),
            ("refused", "Refused, Sent by Express Mail"),
            ("fax", "By Fax, Nobody in the Building"),
        ],
        string="How",
        required=True,
        default="signed",
    )
    date = fields.Date(
        required=True, compute="_compute_date", store=True, readonly=False, precompute=True
    )
    signed_by = fields.Char()
    reference = fields.Char(
        string="Courier No. or Fax Report", help="What proves that the letter was sent."
    )

    @api.depends("action_ids")
    def _compute_date(self):
        for delivery in self:
            site = delivery.action_ids.site_id[:1]
            delivery.date = site._today() if site else fields.Date.context_today(delivery)

    def action_confirm(self):
        """Note the delivery on the papers of the letters (BIL-042)."""
        self.ensure_one()
        letters = self.action_ids
        letters.check_access("write")
        self._check_evidence(letters)
        # Whoever brings a letter need not have rights on the archive; the letter is his to write.
        papers_sudo = letters.sudo().mapped("paper_id")
        papers_sudo.write(self._prepare_paper_vals())
        if self.way == "signed":
            papers_sudo.action_return()
        else:
            papers_sudo.action_deliver()
        return {"type": "ir.actions.act_window_close"}

    def _check_evidence(self, letters):
        for letter in letters:
            if letter.state != "issued" or letter.paper_state != "printed":
                if not (self.way == "signed" and letter.paper_state == "delivered"):
                    raise UserError(
                        self.env._(
                            "%(letter)s is not a printed letter that is still to be delivered.",
                            letter=letter.display_name,
                        )
                    )
        if self.date > min(letter.site_id._today() for letter in letters):
            raise UserError(self.env._("A letter is delivered today or earlier."))
        if self.way == "signed" and not self.signed_by:
            raise UserError(self.env._("Enter who signed the receipt."))
        if self.way in ("refused", "fax") and not self.reference:
            raise UserError(
                self.env._(
                    "Enter the courier number or the number of the fax report: without a "
                    "signature it is the only proof."
                )
            )
        if self.way == "refused" and len(letters) > 1:
            raise UserError(
                self.env._("Each letter has its own courier number: note them one by one.")
            )

    def _prepare_paper_vals(self):
        methods = {"hand": "hand", "signed": "hand", "refused": "courier", "fax": "fax"}
        vals = {
            "delivery_method": methods[self.way],
            "delivered_on": self.date,
            "delivered_by_id": self.env.uid,
        }
        if self.reference:
            vals["delivery_ref"] = self.reference
        if self.way == "signed":
            vals.update(outcome="signed", signed_by=self.signed_by, returned_on=self.date)
        if self.way == "refused":
            vals["outcome"] = "refused"
        return vals
