from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.pm_base.tools.calendar import month_start

_AMOUNTS = {"amount_deposit", "amount_contractor_deposit", "amount_debris"}


class PmFitout(models.Model):
    """The deposits of a fit-out and its debris fee: billed, paid, released (BIL-012, BIL-061)."""

    _inherit = "pm.fitout"

    deposit_ids = fields.One2many("pm.deposit", "fitout_id", string="Deposits")
    deposit_bill_ids = fields.One2many("account.move", "pm_fitout_id", string="Debris Bills")
    is_billed = fields.Boolean(string="Deposits Billed", compute="_compute_is_billed")

    @api.depends("deposit_ids.state", "deposit_bill_ids.state", "deposit_bill_ids.payment_state")
    def _compute_is_billed(self):
        for fitout in self:
            fitout.is_billed = bool(fitout._get_live_deposits() or fitout._get_live_bills())

    def write(self, vals):
        if _AMOUNTS & vals.keys():
            for fitout in self.filtered("is_billed"):
                raise UserError(
                    self.env._(
                        "The deposits of %(fitout)s are billed: cancel them before the amounts "
                        "change.",
                        fitout=fitout.display_name,
                    )
                )
        return super().write(vals)

    def action_bill_deposits(self):
        """Ask for the deposits of customer and contractor and for the debris fee."""
        self._check_cashier()
        self.check_access("read")
        for fitout in self.sudo():
            fitout.lock_for_update()
            if fitout.is_billed or fitout.state in ("draft", "closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "The deposits of %(fitout)s are billed already, or nothing is due for it.",
                        fitout=fitout.display_name,
                    )
                )
            deposits = self.env["pm.deposit"].sudo().create(fitout._prepare_deposit_vals_list())
            deposits.action_ask()
            if fitout.amount_debris:
                fitout._make_debris_bill()
            if not deposits and not fitout.amount_debris:
                raise UserError(
                    self.env._(
                        "Enter the deposits and the debris fee of %(fitout)s first.",
                        fitout=fitout.display_name,
                    )
                )

    def action_note_payment(self):
        for fitout in self:
            if fitout.is_billed:
                raise UserError(
                    self.env._(
                        "The deposits of %(fitout)s are billed: take the payment on them.",
                        fitout=fitout.display_name,
                    )
                )
        return super().action_note_payment()

    def action_take_payment_back(self):
        for fitout in self:
            if fitout.is_billed:
                raise UserError(
                    self.env._(
                        "The deposits of %(fitout)s are billed: take the payment back there.",
                        fitout=fitout.display_name,
                    )
                )
        return super().action_take_payment_back()

    def action_view_deposits(self):
        """Open the deposits of the fit-out."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_deposit_action")
        return {**action, "domain": [("fitout_id", "=", self.id)], "context": {}}

    def _get_deposit_reason(self):
        """Return which deposits or bills are not paid: receipts know it better than a note."""
        self.ensure_one()
        if not self.is_billed:
            return super()._get_deposit_reason()
        unpaid = [
            *self._get_live_deposits()
            .filtered(lambda deposit: deposit.state == "asked")
            .mapped("display_name"),
            *self._get_live_bills()
            .filtered(lambda bill: bill.payment_state not in ("paid", "in_payment"))
            .mapped("name"),
        ]
        return bool(unpaid) and self.env._("Not paid: %(names)s.", names=", ".join(unpaid))

    def _on_approval(self, approval):
        """Once the release is approved, what violations cost is deducted."""
        result = super()._on_approval(approval)
        if approval.code == "fitout_deposit_release" and approval.state == "approved":
            self.sudo()._deduct_violations()
        return result

    def _follow_state(self):
        result = super()._follow_state()
        self.sudo().deposit_ids._refresh_clocks()
        return result

    def _follow_deposit_payment(self):
        """Note the day on which the last of deposits and bills was paid, or take it back."""
        for fitout in self.sudo().filtered("is_billed"):
            is_paid = not fitout._get_deposit_reason()
            if is_paid and not fitout.deposit_paid_on:
                fitout.write(
                    {
                        "deposit_paid_on": fitout.site_id._today(),
                        "deposit_paid_by_id": self.env.uid,
                        "deposit_receipt_no": ", ".join(
                            fitout._get_deposit_receipts().mapped("name")
                        ),
                    }
                )
            elif not is_paid and fitout.deposit_paid_on and fitout.state != "closed":
                fitout.write(
                    {
                        "deposit_paid_on": False,
                        "deposit_paid_by_id": False,
                        "deposit_receipt_no": False,
                    }
                )

    def _deduct_violations(self):
        """Deduct the violations once: from the contractor's deposit, the rest from the other."""
        contractor = self.env.ref("pm_billing.deposit_kind_contractor")
        for fitout in self:
            held = fitout.deposit_ids.filtered(lambda deposit: deposit.state == "held")
            if held.deduction_ids:
                continue
            left = fitout.amount_deduction
            for deposit in held.sorted(lambda deposit: deposit.kind_id != contractor):
                amount = min(left, deposit.amount)
                left -= amount
                if not fitout.currency_id.is_zero(amount):
                    deposit.deduction_ids = [
                        Command.create(
                            {
                                "name": self.env._("Violations at %(fitout)s", fitout=fitout.name),
                                "amount": amount,
                            }
                        )
                    ]

    def _prepare_deposit_vals_list(self):
        self.ensure_one()
        ref = self.env.ref
        rows = [
            (ref("pm_billing.deposit_kind_fitout"), self.partner_id, self.amount_deposit),
            (
                ref("pm_billing.deposit_kind_contractor"),
                self.contractor_id or self.partner_id,
                self.amount_contractor_deposit,
            ),
        ]
        return [
            {
                "kind_id": kind.id,
                "fitout_id": self.id,
                "tenancy_id": self.tenancy_id.id,
                "partner_id": partner.id,
                "amount": amount,
                "date_due": self.site_id._today(),
            }
            for kind, partner, amount in rows
            if amount
        ]

    def _make_debris_bill(self):
        """Bill the removal of debris: a fee, not refunded."""
        self.ensure_one()
        site, today = self.site_id, self.site_id._today()
        product = self.env.ref("pm_billing.product_refuse")
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .with_context(lang=site.print_lang)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_id.id,
                    "journal_id": site._get_fee_journal().id,
                    "currency_id": self.currency_id.id,
                    "invoice_date": today,
                    "invoice_date_due": today,
                    "invoice_payment_term_id": False,
                    "invoice_user_id": False,
                    "ref": self.display_name,
                    "pm_site_id": site.id,
                    "pm_tenancy_id": self.tenancy_id.id,
                    "pm_month": month_start(today),
                    "pm_fitout_id": self.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "name": self.env._("Debris removal, %(fitout)s", fitout=self.name),
                                "quantity": 1.0,
                                "price_unit": self.amount_debris,
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()

    def _get_deposit_receipts(self):
        """Return the receipts of what was paid for deposits and debris."""
        return (self._get_live_deposits().move_id | self._get_live_bills())._pm_get_receipts()

    def _get_live_deposits(self):
        return self.sudo().deposit_ids.filtered(lambda deposit: deposit.state != "cancelled")

    def _get_live_bills(self):
        return self.sudo().deposit_bill_ids.filtered(
            lambda bill: bill.state == "posted" and bill.payment_state != "reversed"
        )


class PmDeposit(models.Model):
    _inherit = "pm.deposit"

    def _follow_payment(self):
        result = super()._follow_payment()
        self.sudo().fitout_id._follow_deposit_payment()
        return result

    def _check_refund_approved(self):
        """The deposits of a fit-out are released on the fit-out, by all who are concerned."""
        of_fitout = self.filtered(lambda deposit: deposit._get_clock() == "fitout")
        for deposit in of_fitout:
            deposit.fitout_id._check_approved("fitout_deposit_release")
        return super(PmDeposit, self - of_fitout)._check_refund_approved()

    def _get_refund_approval(self):
        if self.sudo()._get_clock() == "fitout":
            return self.sudo().fitout_id._get_last_approval("fitout_deposit_release")
        return super()._get_refund_approval()


class AccountMove(models.Model):
    _inherit = "account.move"

    pm_fitout_id = fields.Many2one(
        "pm.fitout",
        string="Fit-out",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self.sudo().pm_fitout_id._follow_deposit_payment()
        return result
