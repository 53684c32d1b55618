from odoo import fields, models
from odoo.fields import Domain

# Users who are handed electricity only; everybody else also water and gas (TEN-098).
_ELECTRICITY_ONLY = ("office", "business_centre")


class PmUnit(models.Model):
    _inherit = "pm.unit"

    key_ids = fields.One2many("pm.key", "unit_id", string="Keys")
    meter_ids = fields.One2many("pm.meter", "unit_id", string="Meters")
    key_count = fields.Integer(compute="_compute_handover_counts")
    meter_count = fields.Integer(compute="_compute_handover_counts")
    lock_change_needed = fields.Boolean(
        string="Lock to Be Changed",
        compute="_compute_lock_change_needed",
        search="_search_lock_change_needed",
    )
    lock_changed_on = fields.Date(compute="_compute_lock_change_needed")

    def _compute_handover_counts(self):
        domain = Domain("unit_id", "in", self.ids)
        keys = dict(self.env["pm.key"]._read_group(domain, ["unit_id"], ["__count"]))
        meters = dict(self.env["pm.meter"]._read_group(domain, ["unit_id"], ["__count"]))
        for unit in self:
            unit.key_count = keys.get(unit, 0)
            unit.meter_count = meters.get(unit, 0)

    def _compute_lock_change_needed(self):
        for unit in self:
            unit.lock_change_needed = any(unit.key_ids.mapped("lock_change_needed"))
            unit.lock_changed_on = max(
                filter(None, unit.key_ids.mapped("lock_changed_on")), default=False
            )

    def _search_lock_change_needed(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("key_ids", "any", [("lock_change_needed", "=", True)])
        return domain if True in value else ~domain

    def action_view_keys(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_key_action")
        return {
            **action,
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }

    def action_view_meters(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_meter_action")
        return {
            **action,
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }

    def _get_handover_meters(self):
        """Return the meters read when these units change hands, as their buildings prescribe."""
        return self.meter_ids.filtered(
            lambda meter: (
                meter.kind == "electricity"
                or meter.building_id.handover_meters == "all"
                or (
                    meter.building_id.handover_meters == "usage"
                    and meter.unit_id.usage not in _ELECTRICITY_ONLY
                )
            )
        )
