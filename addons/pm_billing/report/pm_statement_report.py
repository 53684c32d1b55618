from odoo import api, models
from odoo.fields import Domain

from odoo.addons.pm_base.models.wording import word_day

from ..models.wording import word_amount, word_month
from ..tools.capitals import to_capitals


class ReportPmStatement(models.AbstractModel):
    _name = "report.pm_billing.report_pm_statement"
    _description = "Statement of Fees"

    @api.model
    def _get_report_values(self, docids, data=None):
        bills = self.env["account.move"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "account.move",
            "docs": bills,
            "statements": self._prepare_statements(bills),
        }

    @api.model
    def _prepare_statements(self, bills):
        """Return {bill id: what its statement says}, worded in the language of its office."""
        Move = self.env["account.move"]
        unpaid = Move.search(
            Domain("pm_tenancy_id", "in", bills.pm_tenancy_id.ids) & Move._pm_get_unpaid_domain(),
            order="pm_month, id",
        ).grouped(lambda move: (move.pm_tenancy_id, move.commercial_partner_id))
        papers = self.env["pm.document"]._get_papers(
            self.env.ref("pm_base.form_f_bil_04"), bills._name, bills.ids
        )
        statements = {}
        for bill in bills:
            local = bill.with_context(lang=bill._pm_get_print_site().print_lang)
            known = unpaid.get((bill.pm_tenancy_id, bill.commercial_partner_id), Move)
            earlier = known.filtered(lambda move, bill=bill: move.pm_month < bill.pm_month)
            statements[bill.id] = self._prepare_statement(local, earlier, papers.get(bill.id))
        return statements

    def _prepare_statement(self, bill, earlier, paper):
        env, site = bill.env, bill.pm_site_id
        arrears = sum(earlier.mapped("amount_residual"))
        total = bill.amount_residual + arrears
        account = site.payee_bank_id
        return {
            "month": word_month(env, bill.pm_month),
            "lines": [
                {
                    "name": charge.fee_id.name,
                    "unit": charge.unit_id.code,
                    "period": charge._get_period_text("MM-dd"),
                    "quantity": charge._get_quantity_text(),
                    "price": charge._get_price_text(),
                    "formula": charge.formula,
                    "amount": word_amount(env, charge.amount),
                }
                for charge in bill.pm_charge_ids._sorted_for_bill()
            ],
            "arrears_lines": [
                {
                    "text": env._(
                        "%(month)s, bill %(number)s, due on %(due)s",
                        month=word_month(env, move.pm_month),
                        number=move.name,
                        due=word_day(env, move.invoice_date_due),
                    ),
                    "amount": word_amount(env, move.amount_residual),
                }
                for move in earlier
            ],
            "amount": word_amount(env, bill.amount_total),
            "paid": word_amount(env, bill.amount_total - bill.amount_residual),
            "is_paid_in_part": bool(
                bill.currency_id.compare_amounts(bill.amount_total, bill.amount_residual)
            ),
            "arrears": word_amount(env, arrears),
            "total": word_amount(env, total),
            "total_yuan": env._("%(amount)s yuan", amount=word_amount(env, total)),
            "in_capitals": env._("(in capitals: %(capitals)s)", capitals=to_capitals(total)),
            "due": word_day(env, bill.invoice_date_due),
            "late_fee": site.with_context(lang=env.lang)._word_late_fee(),
            "payee": account.acc_holder_name or site.company_id.name,
            "bank": account.bank_id.name,
            "account": account.acc_number,
            "issued": env._(
                "Issued by %(office)s, %(date)s",
                office=site.name,
                date=word_day(env, paper.date if paper else site._today()),
            ),
        }
