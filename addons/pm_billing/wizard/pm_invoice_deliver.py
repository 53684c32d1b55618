from odoo import fields, models
from odoo.exceptions import UserError


class PmInvoiceDeliver(models.TransientModel):
    _name = "pm.invoice.deliver"
    _description = "Note the Delivery of Invoices"

    move_ids = fields.Many2many("account.move", string="Bills", required=True)
    date = fields.Date(string="Delivered On", required=True, default=fields.Date.context_today)
    method = fields.Selection(
        [
            ("hand", "By Hand"),
            ("email", "E-mail"),
            ("courier", "Express Mail"),
            ("post", "Post"),
            ("fax", "Fax"),
        ],
        required=True,
        default="hand",
    )
    evidence = fields.Char(
        string="Proof of Delivery", help="Courier number, e-mail address, or who saw it."
    )
    signed_by = fields.Char()

    def action_confirm(self):
        """Note on the papers of the invoices how they were delivered, and who signed."""
        for move in self.move_ids:
            paper = move.pm_invoice_paper_id
            if not paper:
                raise UserError(
                    self.env._(
                        "The invoice of %(bill)s is not issued yet. Enter its fapiao number.",
                        bill=move.display_name,
                    )
                )
            if self.method != "hand" and not self.evidence:
                raise UserError(self.env._("Enter the proof of delivery."))
            if self.method == "hand" and not self.signed_by and not self.evidence:
                raise UserError(self.env._("Enter who signed for the invoice."))
            paper.write(
                {
                    "delivery_method": self.method,
                    "delivery_ref": self.evidence,
                    "delivered_on": self.date,
                    "signed_by": self.signed_by,
                }
            )
            if paper.state == "printed":
                paper.action_deliver()
            if self.signed_by and paper.state == "delivered":
                paper.action_return()
