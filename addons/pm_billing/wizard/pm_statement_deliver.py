from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.account_move_delivery import STATEMENTS


class PmStatementDeliver(models.TransientModel):
    _name = "pm.statement.deliver"
    _description = "Note the Delivery of Statements"

    move_ids = fields.Many2many("account.move", string="Bills", required=True)
    date = fields.Date(
        string="Delivered On",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    way = fields.Selection(
        [
            ("signed", "By Hand, Signed For"),
            ("hand", "By Hand, Not Signed For"),
            ("courier", "Express Mail"),
            ("post", "Post"),
            ("email", "E-mail"),
        ],
        string="How",
        required=True,
        default="signed",
    )
    signed_by = fields.Char(help="Empty where each recipient signed on the delivery sheet.")
    evidence = fields.Char(
        string="Proof of Delivery", help="Courier number, e-mail address, or who saw it."
    )

    @api.depends("move_ids")
    def _compute_date(self):
        for delivery in self:
            site = delivery.move_ids.pm_site_id[:1]
            delivery.date = site._today() if site else fields.Date.context_today(delivery)

    def action_confirm(self):
        """Note on the statements of the bills how they were delivered (BIL-022)."""
        self.ensure_one()
        bills = self.move_ids
        bills.check_access("read")
        if self.date > min(site._today() for site in bills.pm_site_id):
            raise UserError(self.env._("A statement is delivered today or earlier."))
        if self.way in ("courier", "email") and not self.evidence:
            raise UserError(self.env._("Enter the proof of delivery."))
        # Whoever brings a statement need not have rights on the archive.
        papers_sudo = bills.sudo().paper_ids.filtered(
            lambda paper: paper.form_id.code in STATEMENTS
        )
        unprinted = bills.filtered(lambda bill: bill.id not in papers_sudo.mapped("res_id"))
        if unprinted:
            raise UserError(
                self.env._(
                    "The statement of %(bill)s is not printed yet.", bill=unprinted[0].display_name
                )
            )
        todo_sudo = papers_sudo.filtered(lambda paper: paper.state == "printed")
        if not todo_sudo:
            raise UserError(self.env._("These statements are delivered already."))
        todo_sudo.write(self._prepare_paper_vals())
        return {"type": "ir.actions.act_window_close"}

    def _prepare_paper_vals(self):
        is_signed = self.way == "signed"
        vals = {
            "state": "returned" if is_signed else "delivered",
            "delivery_method": "hand" if self.way in ("signed", "hand") else self.way,
            "delivered_on": self.date,
            "delivered_by_id": self.env.uid,
        }
        if self.evidence:
            vals["delivery_ref"] = self.evidence
        if is_signed:
            vals.update(
                outcome="signed",
                returned_on=self.date,
                signed_by=self.signed_by or self.env._("Signed on the delivery sheet"),
            )
        return vals
