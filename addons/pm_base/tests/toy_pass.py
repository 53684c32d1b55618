from odoo import fields, models
from odoo.exceptions import UserError

from .toys import register_model


class ToyPass(models.Model):
    """A pass that a guard checks by its QR code: shows how an addon makes a record verifiable."""

    _name = "toy.pass"
    _inherit = ["pm.verifiable.mixin", "pm.site.mixin"]
    _description = "Toy Pass"
    _module = None  # no model of the addon: it is registered by hand

    name = fields.Char()
    company_phone = fields.Char()
    valid_until = fields.Date()
    is_out = fields.Boolean()
    guard = fields.Char()
    is_blocked = fields.Boolean()

    def _pm_verify_values(self):
        status = "valid"
        if self.is_out:
            status = "used"
        elif self.valid_until and self.valid_until < self.site_id._today():
            status = "expired"
        return {
            "title": self.name,
            "status": status,
            "lines": [("Until", self.valid_until)],
            "items": ["2 tables", "1 safe"],
            "ticks": "Goods are out" if status == "valid" else False,
        }

    def _pm_verify_tick(self, guard):
        self.write({"is_out": True, "guard": guard})
        if self.is_blocked:
            raise UserError("The fee is not paid.")

    @classmethod
    def register(cls, test_class):
        """Make the model and its table for a test class; the rollback takes the table away."""
        register_model(test_class, cls)
