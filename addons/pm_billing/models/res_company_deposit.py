from odoo import fields, models
from odoo.fields import Command, Domain


class ResCompany(models.Model):
    """The accounts of deposits: held, kept, and taken over when the office began."""

    _inherit = "res.company"

    pm_deposit_account_id = fields.Many2one(
        "account.account",
        string="Deposits Held",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', 'liability_non_current'))]",
        help="Unless a kind of deposit has an account of its own.",
    )
    pm_kept_account_id = fields.Many2one(
        "account.account",
        string="Deductions and Forfeited Deposits",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
    )
    pm_opening_account_id = fields.Many2one(
        "account.account",
        string="Opening Balances",
        check_company=True,
        help="Against it are booked the deposits and debts imported when the office begins.",
    )

    def _pm_setup_accounting(self):
        super()._pm_setup_accounting()
        for company in self.filtered("chart_template"):
            company = company.with_company(company)
            if not company.pm_deposit_account_id:
                company.pm_deposit_account_id = company._pm_make_account(
                    "224101", "liability_current", lambda env: env._("Deposits Held")
                )
            if not company.pm_kept_account_id:
                company.pm_kept_account_id = company._pm_make_account(
                    "530109",
                    "income_other",
                    lambda env: env._("Deductions and Forfeited Deposits"),
                )
            if not company.pm_opening_account_id:
                company.pm_opening_account_id = company._pm_make_account(
                    "310901", "equity", lambda env: env._("Opening Balances")
                )

    def _pm_make_account(self, code, account_type, word):
        """Return the account of that code and type, made if needed and named in every language."""
        Account = self.env["account.account"]
        known = Account.search([*Account._check_company_domain(self), ("code", "=", code)])
        if known.account_type == account_type:
            return known
        account = Account.create(
            {
                "code": Account._search_new_account_code(code) if known else code,
                "name": word(self.with_context(lang="en_US").env),
                "account_type": account_type,
                "company_ids": [Command.link(self.id)],
            }
        )
        for lang, _name in self.env["res.lang"].get_installed():
            local = account.with_context(lang=lang)
            local.name = word(local.env)
        return account

    def _pm_link_payment_accounts(self):
        """Refunds, too, are booked on the journal's own account."""
        super()._pm_link_payment_accounts()
        journals = self.env["account.journal"].search(
            Domain("company_id", "=", self.id) & Domain("type", "in", ("bank", "cash"))
        )
        for line in journals.outbound_payment_method_line_ids:
            if not line.payment_account_id:
                line.payment_account_id = line.journal_id.default_account_id
