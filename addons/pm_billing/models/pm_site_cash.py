from odoo import fields, models


class PmSite(models.Model):
    """How the counter of the office takes money and issues invoices."""

    _inherit = "pm.site"

    cash_journal_id = fields.Many2one(
        "account.journal",
        string="Journal for Cash",
        check_company=True,
        domain="[('type', '=', 'cash')]",
        help="Empty for the first cash journal of the company.",
    )
    bank_journal_id = fields.Many2one(
        "account.journal",
        string="Journal for Cheques, Transfers and Cards",
        check_company=True,
        domain="[('type', '=', 'bank')]",
        help="Empty for the first bank journal of the company.",
    )
    invoice_day = fields.Integer(
        string="Invoices Delivered By",
        default=10,
        required=True,
        help="By this day of the month the invoices of the bills paid are delivered.",
    )
    follows_invoices = fields.Boolean(
        string="Follow the Delivery of Invoices",
        default=True,
        help="Puts invoices to be issued and delivered on the due list.",
    )

    _invoice_day_range = models.Constraint(
        "CHECK (invoice_day BETWEEN 1 AND 28)", "Invoices are due between the 1st and the 28th."
    )

    def _get_counter_journal(self, method):
        """Return the journal on which the counter books a means of payment."""
        self.ensure_one()
        kind = "cash" if method == "cash" else "bank"
        own = self.cash_journal_id if kind == "cash" else self.bank_journal_id
        return own or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", kind),
            ],
            limit=1,
        )
