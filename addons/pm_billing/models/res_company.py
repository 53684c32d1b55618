from odoo import fields, models
from odoo.fields import Command, Domain

# Value-added tax on property services, in per cent.
_FEE_TAX_RATE = 6.0


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_fee_tax_id = fields.Many2one(
        "account.tax",
        string="Tax on Property Fees",
        domain="[('type_tax_use', '=', 'sale'), ('price_include', '=', True)]",
        check_company=True,
        help="Must be included in the price: fees are agreed and published tax included.",
    )

    def _pm_setup_accounting(self):
        """Give each company with a chart of accounts what billing needs; safe to repeat.

        A tax of 6 % included in the price, linked to our fee products, and payment methods that
        book: without an account on the payment method a payment would leave the bill open.
        """
        for company in self.filtered("chart_template"):
            company = company.with_company(company)
            if not company.pm_fee_tax_id:
                company.pm_fee_tax_id = company._pm_get_fee_tax()
                company._pm_link_fee_products()
            company._pm_link_payment_accounts()

    def _pm_get_fee_tax(self):
        """Return the sale tax of 6 % included in the price, made from the chart's own if needed."""
        taxes = self.env["account.tax"].search(
            Domain("company_id", "=", self.id)
            & Domain("type_tax_use", "=", "sale")
            & Domain("amount_type", "=", "percent")
            & Domain("amount", "=", _FEE_TAX_RATE)
        )
        included = taxes.filtered("price_include")[:1]
        if included or self.account_fiscal_country_id.code != "CN":
            return included
        vals = {
            "name": self.env._("%(rate)g%% included", rate=_FEE_TAX_RATE),
            "price_include_override": "tax_included",
        }
        if taxes:
            return taxes[0].copy({**vals, "description": False})
        return self.env["account.tax"].create(
            {
                **vals,
                "company_id": self.id,
                "amount": _FEE_TAX_RATE,
                "amount_type": "percent",
                "type_tax_use": "sale",
            }
        )

    def _pm_link_fee_products(self):
        """Put the company's fee tax on the products of this addon, in place of the default tax."""
        if not self.pm_fee_tax_id:
            return
        for product in self.env["pm.fee"]._get_shipped_products():
            others = product.taxes_id.filtered(lambda tax: tax.company_id == self)
            product.taxes_id = [
                *(Command.unlink(tax.id) for tax in others - self.pm_fee_tax_id),
                Command.link(self.pm_fee_tax_id.id),
            ]

    def _pm_link_payment_accounts(self):
        """Let payments be booked on the journal's own account where nothing else was chosen."""
        journals = self.env["account.journal"].search(
            Domain("company_id", "=", self.id) & Domain("type", "in", ("bank", "cash"))
        )
        for line in journals.inbound_payment_method_line_ids:
            if not line.payment_account_id:
                line.payment_account_id = line.journal_id.default_account_id
