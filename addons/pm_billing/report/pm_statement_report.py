from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

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
            day = bill.pm_month or bill.invoice_date
            earlier = (known - bill).filtered(
                lambda move, day=day: (move.pm_month or move.invoice_date) < day
            )
            statements[bill.id] = self._prepare_statement(local, earlier, papers.get(bill.id))
        return statements

    def _prepare_statement(self, bill, earlier, paper):
        env, site = bill.env, bill.pm_site_id
        arrears = sum(earlier.mapped("amount_residual"))
        # A credit note is owed to the occupant.
        sign = -1 if bill.move_type == "out_refund" else 1
        billed, open_amount = sign * bill.amount_total, sign * bill.amount_residual
        total = open_amount + arrears
        is_refund = bill.currency_id.compare_amounts(total, 0.0) < 0
        total = abs(total)
        account = site.payee_bank_id
        return {
            "month": word_month(env, bill.pm_month),
            "lines": self._prepare_lines(bill, sign),
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
            "amount": word_amount(env, billed),
            "settled": bill.currency_id.compare_amounts(billed, open_amount)
            and word_amount(env, open_amount - billed),
            "is_credit_note": bill.move_type == "out_refund",
            "arrears": word_amount(env, arrears),
            "is_refund": is_refund,
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

    @api.model
    def _prepare_lines(self, bill, sign):
        """Return the charges of a bill, or its own lines where it was made without charges."""
        env = bill.env
        if bill.pm_charge_ids:
            return [
                {
                    "charge_id": charge.id,
                    "name": charge.fee_id.name,
                    "unit": charge.unit_id.code,
                    "period": charge._get_period_text("MM-dd"),
                    "quantity": charge._get_quantity_text(),
                    "price": charge._get_price_text(),
                    "formula": charge.formula,
                    "amount": word_amount(env, charge.amount),
                }
                for charge in bill.pm_charge_ids._sorted_for_bill()
            ]
        day = bill.invoice_date
        return [
            {
                "name": line.product_id.name or line.name,
                "unit": False,
                "period": format_date(env, day, date_format="MM-dd") if day else "",
                "quantity": f"{line.quantity:g}",
                "price": "" if line.quantity == 1 else word_amount(env, sign * line.price_unit),
                "formula": line.name if line.product_id else "",
                "amount": word_amount(env, sign * line.price_total),
            }
            for line in bill.invoice_line_ids
            if line.display_type == "product"
        ]
