from odoo import fields, models


class PmSite(models.Model):
    _inherit = "pm.site"

    bank_feedback_day = fields.Integer(
        string="Bank Result Reported By",
        default=10,
        required=True,
        help="By this day of the month the service centre knows what the bank collected.",
    )
    bank_format_id = fields.Many2one(
        "pm.bank.format",
        string="Format of the Bank",
        help="How the bank that collects for this office wants its files; empty for the first.",
    )
    collecting_journal_id = fields.Many2one(
        "account.journal",
        string="Bank That Collects",
        check_company=True,
        domain="[('type', '=', 'bank')]",
        help="Empty for the first bank of the company.",
    )
    bank_contract_no = fields.Char(
        string="Agreement No. with the Bank", help="By which the bank knows the office."
    )

    _bank_day = models.Constraint(
        "CHECK (bank_feedback_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31; 31 is the last day of every month.",
    )

    def _get_bank_journal(self):
        """Return the journal on which the bank's collections are booked."""
        if not self:
            return self.env["account.journal"]
        self.ensure_one()
        return self.collecting_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "bank"),
            ],
            limit=1,
        )
