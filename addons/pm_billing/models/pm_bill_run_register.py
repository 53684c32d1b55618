from odoo import fields, models
from odoo.fields import Domain


class PmBillRun(models.Model):
    """A move-in as a row of the fee register (F-BIL-03)."""

    _inherit = "pm.bill.run"

    amount_fitout_deposits = fields.Monetary(
        string="Fit-out Deposit", compute="_compute_register_row", compute_sudo=True
    )
    amount_debris = fields.Monetary(
        string="Debris Removal Fee", compute="_compute_register_row", compute_sudo=True
    )
    amount_move_in = fields.Monetary(
        string="Due on Moving In", compute="_compute_register_row", compute_sudo=True
    )
    paid_in_full_mark = fields.Char(
        string="Paid in Full", compute="_compute_register_row", compute_sudo=True
    )
    receipt_nos = fields.Char(
        string="Receipt No.", compute="_compute_register_row", compute_sudo=True
    )
    paid_on = fields.Date(compute="_compute_register_row", compute_sudo=True)
    collector_names = fields.Char(
        string="Collector", compute="_compute_register_row", compute_sudo=True
    )

    def _compute_register_row(self):
        for run in self:
            fitouts = run._get_fitout_deposits()
            debris = run._get_debris_bills()
            moves = run._get_move_in_moves()
            payments = moves._get_reconciled_payments()
            days = [day for move in moves for day, _paid in move._pm_get_payments()]
            is_paid = moves and all(
                move.payment_state in ("paid", "in_payment", "reversed") for move in moves
            )
            run.amount_fitout_deposits = sum(fitouts.mapped("amount"))
            run.amount_debris = sum(debris.mapped("amount_total"))
            run.amount_move_in = sum(moves.mapped("amount_total_signed"))
            run.paid_in_full_mark = "√" if is_paid else ""
            run.receipt_nos = ", ".join(run._get_receipt_nos(moves))
            run.paid_on = max(days) if is_paid and days else False
            run.collector_names = ", ".join(dict.fromkeys(payments.mapped("pm_cashier_id.name")))

    def _get_move_in_moves(self):
        """Return the entries of what is paid on moving in: bills, deposits, debris."""
        self.ensure_one()
        bills = self.bill_ids.filtered(lambda bill: bill.state == "posted")
        deposits = self._get_deposits() | self._get_fitout_deposits()
        return bills | deposits.move_id | self._get_debris_bills()

    def _get_fitout_deposits(self):
        return self.tenancy_id.deposit_ids.filtered(
            lambda deposit: deposit.clock == "fitout" and deposit.state != "cancelled"
        )

    def _get_debris_bills(self):
        return self.env["account.move"].search(
            Domain("pm_tenancy_id", "in", self.tenancy_id.ids)
            & Domain("pm_fitout_id", "!=", False)
            & Domain("pm_deposit_id", "=", False)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
        )

    def _get_receipt_nos(self, moves):
        """Return the numbers of the receipts given for what was paid; of deposits taken over from
        before, those that were entered."""
        taken_over = moves.pm_deposit_id.filtered(
            lambda deposit: not deposit.move_id._get_reconciled_payments()
        )
        numbers = [*moves._pm_get_receipts().mapped("name"), *taken_over.mapped("receipt_no")]
        return list(dict.fromkeys(filter(None, numbers)))
