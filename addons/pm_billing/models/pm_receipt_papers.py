from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.capitals import to_capitals
from .wording import word_amount, word_list


class PmReceipt(models.Model):
    """What a receipt says on paper."""

    _inherit = "pm.receipt"

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        receipts_sudo = self.sudo()
        receipts_sudo._note_lines()
        proof = self.env.ref("pm_base.form_f_bil_20")
        for receipt in receipts_sudo:
            if form == proof and (receipt.kind != "official" or receipt.state == "cancelled"):
                raise UserError(
                    self.env._(
                        "%(receipt)s proves no payment: it is provisional or cancelled.",
                        receipt=receipt.name,
                    )
                )
            paper = receipt.paper_ids.filtered(lambda paper: paper.form_id == form)
            if paper.print_count:
                receipt.message_post(
                    body=self.env._(
                        "%(form)s printed again by %(user)s: copy %(number)s.",
                        form=form.name,
                        user=self.env.user.name,
                        number=paper.print_count,
                    )
                )

    def _pm_get_words(self):
        """Return what the receipt says, in the language of the environment (F-BIL-09)."""
        self.ensure_one()
        env = self.env
        methods = dict(self._fields["method"]._description_selection(env))
        rows = [item for line in self.line_ids for item in line._get_items()]
        if not rows:  # a provisional receipt
            rows = [{"name": self.note or "", "period": "", "amount": self.amount}]
        payment_sudo = self.sudo().payment_id
        means = [methods[self.method]]
        if self.cheque_no:
            means += [self.cheque_bank, self.cheque_no, format_date(env, self.cheque_date)]
        elif payment_sudo.payment_reference:
            means.append(payment_sudo.payment_reference)
        bills_sudo = self.sudo().line_ids.move_id
        fapiaos = [self.fapiao, *bills_sudo.mapped("fapiao")]
        return {
            "title": env._("Provisional Receipt")
            if self.kind == "provisional"
            else env._("Official Receipt"),
            "rows": [{**row, "amount": word_amount(env, row["amount"])} for row in rows],
            "total": word_amount(env, self.amount),
            "total_yuan": env._("%(amount)s yuan", amount=word_amount(env, self.amount)),
            "in_capitals": self.amount_capitals,
            "means": " ".join(filter(None, means)),
            "payee": self.company_id.name,
            "fapiao": word_list(env, dict.fromkeys(filter(None, fapiaos))),
            "collector": self.sudo().collector_id.name,
        }


class PmTenancy(models.Model):
    """The voucher for the developer or his agent of what was paid (F-BIL-19)."""

    _inherit = "pm.tenancy"

    def action_print_voucher(self):
        """Print what was paid until the customer moved in."""
        return self.env.ref("pm_billing.action_report_pm_voucher").report_action(self)

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        if form != self.env.ref("pm_base.form_f_bil_19"):
            return
        for tenancy in self:
            reason = tenancy._get_arrears_reason()
            if not reason and not tenancy._get_voucher_receipts():
                reason = self.env._("Nothing was paid for %(tenancy)s.", tenancy=tenancy.name)
            if reason:
                raise UserError(self.env._("There is no voucher yet. %(reason)s", reason=reason))

    def _get_voucher_receipts(self):
        self.ensure_one()
        until = self.date_moved_in or self.site_id._today()
        return self.env["pm.receipt"].search(
            Domain("tenancy_id", "=", self.id)
            & Domain("kind", "=", "official")
            & Domain("state", "=", "issued")
            & Domain("date", "<=", until),
            order="date, id",
        )

    def _pm_get_voucher_words(self):
        """Return what the voucher says, in the language of the environment."""
        self.ensure_one()
        env = self.env
        receipts = self._get_voucher_receipts().with_env(env)
        receipts.sudo()._note_lines()
        rows = [
            {
                **item,
                "amount": word_amount(env, item["amount"]),
                "receipt": receipt.name,
                "date": format_date(env, receipt.date),
                "collector": receipt.sudo().collector_id.name,
            }
            for receipt in receipts
            for line in receipt.line_ids
            for item in line._get_items()
        ]
        total = sum(receipts.mapped("amount"))
        return {
            "rows": rows,
            "total": word_amount(env, total),
            "in_capitals": to_capitals(total),
        }
