from odoo import fields, models

from .toys import register_model


class ToyItem(models.Model):
    """A record with a field of every kind, for registers; its partner's tags are the list."""

    _name = "toy.item"
    _inherit = ["pm.site.mixin"]
    _description = "Toy Item"
    _order = "id"
    _module = None  # no model of the addon: it is registered by hand

    code = fields.Char()
    date = fields.Date()
    moment = fields.Datetime()
    amount = fields.Monetary()
    count = fields.Integer()
    is_open = fields.Boolean()
    kind = fields.Selection([("a", "Apple"), ("b", "Pear")])
    partner_id = fields.Many2one("res.partner")
    secret = fields.Char(groups="pm_base.group_pm_leader")
    file = fields.Binary()

    @classmethod
    def register(cls, test_class):
        """Make the model and its tables for a test class; the rollback takes them away."""
        register_model(test_class, cls)
