from odoo import fields, models

from .toys import register_model


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
        register_model(test_class, cls, perm_write=True)
