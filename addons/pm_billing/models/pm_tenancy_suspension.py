from odoo import api, fields, models

from odoo.addons.pm_base.models.wording import word_enumeration
from odoo.addons.pm_base.tools.calendar import month_start


class PmTenancy(models.Model):
    """Services that are stopped, and goods that are held until fees are paid (BIL-049)."""

    _inherit = "pm.tenancy"

    suspension_ids = fields.One2many("pm.suspension", "tenancy_id", string="Suspensions")
    suspension_count = fields.Integer(compute="_compute_suspension_count")
    stopped_services = fields.Char(
        string="Services Stopped", compute="_compute_stopped_services", compute_sudo=True
    )

    @api.depends("suspension_ids")
    def _compute_suspension_count(self):
        for tenancy in self:
            tenancy.suspension_count = len(tenancy.suspension_ids)

    @api.depends("suspension_ids.state", "suspension_ids.service_ids")
    def _compute_stopped_services(self):
        for tenancy in self:
            stopped = tenancy.suspension_ids.filtered(lambda each: each.state == "stopped")
            tenancy.stopped_services = word_enumeration(
                self.env, stopped.service_ids.sorted().mapped("name")
            )

    def action_view_suspensions(self):
        """Open the suspensions of the tenancy, to see or to propose one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_suspension_action")
        return {
            **action,
            "domain": [("tenancy_id", "=", self.id)],
            "context": {"default_tenancy_id": self.id},
        }

    def action_suspend(self):
        """Begin a suspension of services, such as the one the owner asks for (TEN-074)."""
        return {**self.action_view_suspensions(), "view_mode": "form", "views": [(False, "form")]}

    def _get_goods_hold_reason(self, is_move_out=False):
        reason = super()._get_goods_hold_reason(is_move_out)
        if reason:
            return reason
        # Whoever signs a goods pass need not be able to read bills.
        tenancy_sudo = self.sudo()
        stopped_sudo = tenancy_sudo.suspension_ids.filtered(
            lambda each: each.state == "stopped" and any(each.service_ids.mapped("holds_goods"))
        )[:1]
        if stopped_sudo:
            return self.env._(
                "Services to %(units)s are stopped since %(day)s (%(suspension)s).",
                units=stopped_sudo.unit_codes,
                day=stopped_sudo.stopped_on,
                suspension=stopped_sudo.name,
            )
        if is_move_out:
            return tenancy_sudo._pm_check_dues_settled()
        return tenancy_sudo._get_management_dues_reason()

    def _get_management_dues_reason(self):
        """Return which management fees of this month and before are unpaid, or False."""
        self.ensure_one()
        month = month_start(self.site_id._today())
        bills = self._get_unpaid_bills().filtered(
            lambda bill: (
                (not bill.pm_month or bill.pm_month <= month)
                # An opening debt, which no charge explains, is a fee of before.
                and (not bill.pm_charge_ids or any(bill.pm_charge_ids.fee_id.mapped("holds_goods")))
            )
        )
        if not bills:
            return False
        return self.env._(
            "Management fees are not paid: %(months)s, %(amount)s.",
            months=word_enumeration(
                self.env, dict.fromkeys(bill.pm_month_text or bill.name for bill in bills)
            ),
            amount=self.currency_id.format(sum(bills.mapped("amount_residual"))),
        )

    def _get_file_records(self):
        suspensions_sudo = self.sudo().suspension_ids  # the file is one, whoever reads it
        return [*super()._get_file_records(), suspensions_sudo, suspensions_sudo.undertaking_ids]
