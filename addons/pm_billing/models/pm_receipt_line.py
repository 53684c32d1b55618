from odoo import api, fields, models


class PmReceiptLine(models.Model):
    """What a receipt was paid for: a bill or a deposit, or money paid ahead."""

    _name = "pm.receipt.line"
    _description = "Receipt Line"
    _order = "id"
    _check_company_auto = True

    receipt_id = fields.Many2one(
        "pm.receipt", required=True, readonly=True, index=True, ondelete="restrict"
    )
    site_id = fields.Many2one(related="receipt_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="receipt_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty for what was paid ahead.",
    )
    name = fields.Char(string="Item", compute="_compute_name")
    amount = fields.Monetary(required=True, readonly=True)

    @api.depends_context("lang")
    @api.depends("move_id")
    def _compute_name(self):
        for line in self:
            line.name = ", ".join(item["name"] for item in line._get_items())

    def _get_items(self):
        """Return what was paid for, each with period and amount.

        A bill paid at once is told fee by fee, a part of it as a whole.
        """
        self.ensure_one()
        move_sudo = self.sudo().move_id  # what was paid is on the receipt for all to see
        if not move_sudo:
            return [
                {"name": self.env._("Paid ahead on account"), "period": "", "amount": self.amount}
            ]
        if move_sudo.pm_deposit_id:
            kind = move_sudo.pm_deposit_id.kind_id.name
            return [{"name": kind, "period": "", "amount": self.amount}]
        charges = move_sudo.pm_charge_ids
        period = move_sudo.pm_month_text
        is_whole = not self.currency_id.compare_amounts(self.amount, move_sudo.amount_total)
        if charges and is_whole:
            return [
                {"name": fee.name, "period": period, "amount": sum(group.mapped("amount"))}
                for fee, group in charges.grouped("fee_id").items()
            ]
        names = charges.fee_id.mapped("name") or move_sudo.invoice_line_ids.mapped("name")
        name = ", ".join(dict.fromkeys(filter(None, names))) or move_sudo.name
        if not is_whole:
            name = self.env._("Part of %(items)s (%(bill)s)", items=name, bill=move_sudo.name)
        return [{"name": name, "period": period, "amount": self.amount}]
