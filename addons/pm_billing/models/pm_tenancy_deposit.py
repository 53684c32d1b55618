from odoo import fields, models
from odoo.fields import Domain


class PmTenancy(models.Model):
    """The deposits of an occupant, and what becomes of them when he leaves."""

    _inherit = "pm.tenancy"

    bill_ids = fields.One2many(
        domain=[
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("pm_deposit_id", "=", False),
            ("pm_lease_request_id", "=", False),
        ]
    )
    deposit_ids = fields.One2many("pm.deposit", "tenancy_id", string="Deposits")
    amount_deposits = fields.Monetary(string="Deposits Held", compute="_compute_amount_deposits")

    def _compute_amount_deposits(self):
        held = dict(
            self.env["pm.deposit"]._read_group(
                Domain("tenancy_id", "in", self.ids) & Domain("state", "=", "held"),
                ["tenancy_id"],
                ["amount_held:sum"],
            )
        )
        for tenancy in self:
            tenancy.amount_deposits = held.get(tenancy, 0.0)

    def action_view_deposits(self):
        """Open the deposits of the occupant."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_deposit_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
        }

    def _prepare_settlement_lines(self):
        """Add what is held and given back; what an inspection found stands there already."""
        deposits_sudo = self.sudo().deposit_ids.filtered(lambda deposit: deposit.state == "held")
        rows = [
            {
                "kind": "deposit",
                "name": f"{deposit.kind_id.name} {deposit.receipt_no or deposit.name}",
                "date": deposit.received_on,
                "amount": -deposit.amount,
            }
            for deposit in deposits_sudo
            if deposit.clock == "leaving"
        ]
        rows += [
            {
                "kind": "damage",
                "name": self.env._(
                    "Deducted from deposit %(name)s", name=deduction.deposit_id.name
                ),
                "formula": deduction.name,
                "amount": deduction.amount,
            }
            for deduction in deposits_sudo.deduction_ids
            if not deduction.inspection_id and deduction.deposit_id.clock == "leaving"
        ]
        return super()._prepare_settlement_lines() + rows


class PmClearance(models.Model):
    _inherit = "pm.clearance"

    def action_refund_asked(self):
        result = super().action_refund_asked()
        # The desk takes the claim in; the deposits are Finance's.
        deposits_sudo = self.sudo().tenancy_id.deposit_ids.filtered(
            lambda deposit: deposit.state == "held" and deposit.clock == "leaving"
        )
        deposits_sudo.action_claim()
        return result
