from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    pm_tenancy_ids = fields.One2many("pm.tenancy", "partner_id", string="Tenancies")
    pm_ownership_ids = fields.One2many("pm.ownership", "partner_id", string="Ownerships")
    pm_tenancy_count = fields.Integer(string="Tenancies Held", compute="_compute_pm_counts")
    pm_owned_count = fields.Integer(string="Units Owned", compute="_compute_pm_counts")
    pm_unit_codes = fields.Char(string="Units Occupied", compute="_compute_pm_unit_codes")

    def _compute_pm_counts(self):
        tenancies = dict(
            self.env["pm.tenancy"]._read_group(
                Domain("partner_id", "in", self.ids), ["partner_id"], ["__count"]
            )
        )
        owned = dict(
            self.env["pm.ownership"]._read_group(
                Domain("partner_id", "in", self.ids) & Domain("date_end", "=", False),
                ["partner_id"],
                ["unit_id:count_distinct"],
            )
        )
        for partner in self:
            partner.pm_tenancy_count = tenancies.get(partner, 0)
            partner.pm_owned_count = owned.get(partner, 0)

    def _compute_pm_unit_codes(self):
        units = self.env["pm.unit"].search_fetch(
            Domain("partner_id", "in", self.ids), ["code", "partner_id"], order="code"
        )
        by_partner = units.grouped("partner_id")
        for partner in self:
            partner.pm_unit_codes = ", ".join(
                by_partner.get(partner, units.browse()).mapped("code")
            )

    def action_view_pm_tenancies(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_tenancy_action")
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_view_pm_units(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_unit_action")
        return {
            **action,
            "domain": [
                ("ownership_ids", "any", [("partner_id", "=", self.id), ("date_end", "=", False)])
            ],
            "context": {"create": False},
        }
