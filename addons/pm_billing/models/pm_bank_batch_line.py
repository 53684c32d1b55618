from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_tenancy.tools.privacy import mask_number


class PmBankBatchLine(models.Model):
    """One bill in a collection, as the bank was asked for it, and what became of it."""

    _name = "pm.bank.batch.line"
    _description = "Line of a Bank Collection"
    _order = "batch_id desc, number, id"
    _rec_names_search = ["move_id.name", "tenancy_id.unit_codes", "partner_id.name"]
    # Everything: lines are listed, frozen and answered, never entered.
    _NOTED = frozenset(
        {
            "batch_id",
            "number",
            "move_id",
            "mandate_id",
            "account_no",
            "holder_name",
            "amount",
            "result_code",
            "reason",
            "amount_paid",
            "paid_on",
            "payment_id",
            "state",
        }
    )

    batch_id = fields.Many2one("pm.bank.batch", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="batch_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="batch_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(related="batch_id.month", store=True, precompute=True)
    number = fields.Integer(string="No.", required=True, readonly=True)
    ref = fields.Char(string="Reference", compute="_compute_ref")
    move_id = fields.Many2one(
        "account.move", string="Bill", required=True, readonly=True, ondelete="restrict", index=True
    )
    mandate_id = fields.Many2one(
        "pm.bank.mandate", required=True, readonly=True, ondelete="restrict", index=True
    )
    tenancy_id = fields.Many2one(related="mandate_id.tenancy_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        related="mandate_id.partner_id", string="Occupant", store=True, precompute=True
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes", string="Unit Nos.")
    account_no = fields.Char(
        string="Account No.",
        required=True,
        readonly=True,
        groups="pm_billing.group_pm_billing_user",
    )
    account_hint = fields.Char(string="Account", compute="_compute_account_hint", compute_sudo=True)
    holder_name = fields.Char(string="Account Holder", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    result_code = fields.Char(readonly=True)
    reason = fields.Char(readonly=True, help="Why the bank did not collect it.")
    amount_paid = fields.Monetary(string="Debited", readonly=True)
    paid_on = fields.Date(string="Collected On", readonly=True)
    payment_id = fields.Many2one(
        "account.payment", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("waiting", "Open"),
            ("paid", "Debited"),
            ("part", "Collected in Part"),
            ("refused", "Not Debited"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )

    _one_open = models.UniqueIndex(
        "(move_id) WHERE state = 'waiting'",
        "This bill is being collected by the bank already.",
    )
    _one_number = models.UniqueIndex("(batch_id, number)", "A line has a number of its own.")
    _amount_positive = models.Constraint("CHECK (amount > 0)", "Only what is owed is collected.")
    _outcome = models.Constraint(
        "CHECK (COALESCE(amount_paid, 0) = 0 OR (state IN ('paid', 'part')"
        " AND payment_id IS NOT NULL AND amount_paid <= amount))",
        "What the bank collected is booked as a payment of the line, and is no more than asked.",
    )

    @api.depends("batch_id.name", "number")
    def _compute_ref(self):
        for line in self:
            line.ref = f"{line.batch_id.name}-{line.number:05}"

    @api.depends("account_no")
    def _compute_account_hint(self):
        for line in self:
            line.account_hint = mask_number(line.account_no)

    @api.depends("move_id.name", "unit_codes")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " ".join(filter(None, (line.unit_codes, line.move_id.name)))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for line in self:
            if line.batch_id.state not in ("draft", "cancelled") or line.batch_id.sent_on:
                raise UserError(
                    self.env._(
                        "%(line)s was sent to the bank and is kept as evidence.",
                        line=line.display_name,
                    )
                )

    def action_open_bill(self):
        self.ensure_one()
        return self.move_id._pm_get_form_action()

    def _prepare_cells(self):
        """Return what the file for the bank may say of the line; amounts in fen."""
        self.ensure_one()
        return {
            "number": self.number,
            "ref": self.ref,
            "mandate": self.mandate_id.name,
            "account": self.account_no,
            "holder": self.holder_name.strip(),
            "id_no": (self.mandate_id.holder_id_no or "").strip(),
            "unit": self.unit_codes or "",
            "occupant": self.partner_id.name.strip(),
            "bill": self.move_id.name,
            "month": f"{self.move_id.pm_month:%Y%m}" if self.move_id.pm_month else "",
            "amount": to_fen(self.amount),
        }

    def _prepare_payment_vals(self, amount, day):
        """Return the payment of what the bank collected."""
        self.ensure_one()
        bill, batch = self.move_id, self.batch_id
        journal = batch.journal_id
        receivable = bill.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": bill.commercial_partner_id.id,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "date": day,
            "journal_id": journal.id,
            "payment_method_line_id": journal.inbound_payment_method_line_ids[:1].id,
            "destination_account_id": receivable.account_id[:1].id,
            "memo": f"{bill.name} {self.ref}",
            "pm_site_id": self.site_id.id,
            "pm_tenancy_id": self.tenancy_id.id,
            "pm_method": "debit",
        }


def to_fen(amount):
    return round(amount * 100)
