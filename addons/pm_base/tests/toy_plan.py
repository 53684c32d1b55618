from odoo import fields, models
from odoo.orm.model_classes import add_to_registry


class ToyPlan(models.Model):
    """A record that others approve and that is inspected: shows how an addon uses both."""

    _name = "toy.plan"
    _inherit = ["pm.approval.mixin", "pm.inspection.mixin", "pm.site.mixin"]
    _description = "Toy Plan"
    _module = None  # no model of the addon: it is registered by hand

    name = fields.Char()
    partner_id = fields.Many2one("res.partner")
    heard = fields.Char(default="")

    def action_ask(self):
        return self._ask_approval("toy", f"Plan {self.name}")

    def action_begin(self):
        self._check_approved("toy")
        self.heard = "begun"

    def _on_approval(self, approval):
        super()._on_approval(approval)
        # Who decides need not have the right to write on the record.
        self.sudo().heard += f"{approval.state} "

    def _on_inspection(self, inspection):
        super()._on_inspection(inspection)
        self.sudo().heard += f"{inspection.state}:{inspection.open_fault_count} "

    @classmethod
    def register(cls, test_class):
        """Make the model and its table for a test class; the rollback takes the table away."""
        registry, cr = test_class.registry, test_class.env.cr
        add_to_registry(registry, cls)
        registry._setup_models__(cr, [])
        registry.init_models(cr, [cls._name], {"module": "pm_base"})
        test_class.addClassCleanup(registry._setup_models__, cr, [])
        test_class.addClassCleanup(registry.__delitem__, cls._name)
        test_class.env["ir.model.access"].create(
            {
                "name": "toy",
                "model_id": test_class.env["ir.model"]._get(cls._name).id,
                "group_id": test_class.env.ref("pm_base.group_pm_base_user").id,
                "perm_read": True,
                "perm_write": True,
            }
        )
