from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.pm_base.tools.calendar import month_start


class PmLeaseRequest(models.Model):
    """Earnest money and commission of a seeker, booked and paid (BIL-070 to BIL-073)."""

    _inherit = "pm.lease.request"

    deposit_ids = fields.One2many("pm.deposit", "request_id", string="Earnest Money Booked")
    commission_bill_ids = fields.One2many(
        "account.move",
        "pm_lease_request_id",
        string="Commission Bills",
        domain=[("state", "=", "posted")],
    )
    is_earnest_asked = fields.Boolean(compute="_compute_is_asked")
    is_commission_billed = fields.Boolean(compute="_compute_is_asked")

    @api.depends(
        "deposit_ids.state", "commission_bill_ids.state", "commission_bill_ids.payment_state"
    )
    def _compute_is_asked(self):
        for request in self:
            request.is_earnest_asked = bool(request._get_earnest())
            request.is_commission_billed = bool(request._get_commission_bill())

    def write(self, vals):
        result = super().write(vals)
        if vals.get("earnest_outcome") == "credited" or vals.get("state") == "signed":
            self.filtered(
                lambda request: request.state == "signed" and request.earnest_outcome == "credited"
            )._credit_earnest()
        return result

    def action_take_earnest(self):
        """Ask for the earnest money; once it is paid, the unit is reserved by itself."""
        self.check_access("write")
        for request in self.sudo():
            request.lock_for_update()
            if request.state != "searching" or not request.unit_id or not request.earnest_amount:
                raise UserError(
                    self.env._(
                        "Enter the unit chosen by %(request)s first.", request=request.display_name
                    )
                )
            if earnest := request._get_earnest():
                raise UserError(
                    self.env._("%(deposit)s is asked for already.", deposit=earnest.display_name)
                )
            request._check_unit_free()
            deposit = (
                self.env["pm.deposit"]
                .sudo()
                .create(
                    {
                        "kind_id": self.env.ref("pm_billing.deposit_kind_earnest").id,
                        "request_id": request.id,
                        "unit_id": request.unit_id.id,
                        "partner_id": request.partner_id.id,
                        "amount": request.earnest_amount,
                        "date_due": request.site_id._today(),
                    }
                )
            )
            deposit.action_ask()

    def action_bill_commission(self):
        """Bill the commission; its payment is noted here by itself."""
        self.check_access("write")
        for request in self.sudo():
            request.lock_for_update()
            if not request._get_commission_due() or request.is_commission_billed:
                raise UserError(
                    self.env._(
                        "%(request)s owes no commission, or it is billed already.",
                        request=request.display_name,
                    )
                )
            request._make_commission_bill()
            if request.earnest_outcome == "credited":
                request._credit_earnest()

    def action_pay_commission(self):
        for request in self:
            if request.is_commission_billed and not request.commission_paid_on:
                raise UserError(
                    self.env._(
                        "The commission of %(request)s is billed: take the payment on its bill.",
                        request=request.display_name,
                    )
                )
        return super().action_pay_commission()

    def action_release(self):
        """What becomes of the earnest money is booked with the release."""
        result = super().action_release()
        for request in self.sudo():
            held = request._get_earnest().filtered(lambda deposit: deposit.state == "held")
            if request.earnest_outcome == "kept":
                held._forfeit(self.env._("No lease was signed by %(day)s", day=request.held_until))
            elif held:
                held.action_claim()
        return result

    def _follow_earnest(self):
        """Reserve the unit once the earnest money is paid."""
        for request in self.sudo():
            deposit = request._get_earnest()
            if request.state == "searching" and deposit.state == "held":
                request.earnest_paid_on = deposit.received_on
                request.action_reserve()

    def _credit_earnest(self):
        """Set the earnest money off against the commission; what is left is refunded."""
        for request in self.sudo():
            deposit = request._get_earnest().filtered(lambda one: one.state == "held")
            bill = request._get_commission_bill()
            if deposit and bill:
                deposit.claimed_on = deposit.claimed_on or request.site_id._today()
                deposit._set_off(bill)
                if deposit.currency_id.is_zero(deposit.amount_refund):
                    deposit._book_refund([])
                deposit._refresh_clocks()

    def _follow_commission(self):
        for request in self.sudo():
            if request.state == "signed" and not request.commission_paid_on:
                request._pay_commission(request.site_id._today())

    def _make_commission_bill(self):
        self.ensure_one()
        site, today = self.site_id, self.site_id._today()
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
                    "invoice_date_due": max(self.commission_due_on or today, today),
                    "invoice_payment_term_id": False,
                    "invoice_user_id": False,
                    "ref": self.display_name,
                    "pm_site_id": site.id,
                    "pm_tenancy_id": self.tenancy_id.id,
                    "pm_month": month_start(today),
                    "pm_lease_request_id": self.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.env.ref("pm_billing.product_commission").id,
                                "quantity": 1.0,
                                "price_unit": self.commission_amount,
                                "tax_ids": [Command.set(self.company_id.pm_fee_tax_id.ids)],
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()

    def _get_earnest(self):
        return self.sudo().deposit_ids.filtered(
            lambda deposit: deposit.state in ("draft", "asked", "held")
        )

    def _get_commission_bill(self):
        return self.sudo().commission_bill_ids.filtered(
            lambda bill: bill.state == "posted" and bill.payment_state != "reversed"
        )


class PmDeposit(models.Model):
    _inherit = "pm.deposit"

    def _on_received(self):
        super()._on_received()
        self.sudo().request_id._follow_earnest()


class AccountMove(models.Model):
    _inherit = "account.move"

    pm_lease_request_id = fields.Many2one(
        "pm.lease.request",
        string="Search Mandate",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model
    def _pm_get_bill_domain(self):
        """A commission is no fee: who refuses it is not moved in (BIL-073), not dunned."""
        return super()._pm_get_bill_domain() & Domain("pm_lease_request_id", "=", False)

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self.sudo().pm_lease_request_id._follow_commission()
        return result
