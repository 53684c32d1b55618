from odoo import api, fields, models
from odoo.exceptions import UserError


class PmInspectionMixin(models.AbstractModel):
    """A record that is inspected: shows its inspections and hears of them."""

    _name = "pm.inspection.mixin"
    _description = "Is Inspected"

    inspection_ids = fields.One2many(
        "pm.inspection",
        "res_id",
        string="Inspections",
        domain=lambda self: [("res_model", "=", self._name)],
        copy=False,
    )
    inspection_count = fields.Integer(compute="_compute_inspection_count")

    @api.depends("inspection_ids")
    def _compute_inspection_count(self):
        for record in self:
            record.inspection_count = len(record.inspection_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_inspected(self):
        for record in self:
            if record.sudo().inspection_ids:
                raise UserError(
                    self.env._(
                        "%(record)s has inspections, which belong to the file: it cannot be "
                        "deleted.",
                        record=record.display_name,
                    )
                )

    def action_view_inspections(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_base.pm_inspection_action")
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {},
        }

    def _on_inspection(self, inspection):
        """Called when an inspection of this record was judged or signed, or a fault of it put
        right or reopened; to be extended. `inspection.state` and `is_in_order` say how it stands.
        """
