from odoo import fields, models
from odoo.orm.model_classes import add_to_registry


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
        registry, cr = test_class.registry, test_class.env.cr
        add_to_registry(registry, cls)
        registry._setup_models__(cr, [])
        registry.init_models(cr, [cls._name], {"module": "pm_base"})
        test_class.addClassCleanup(registry._setup_models__, cr, [])
        test_class.addClassCleanup(registry.__delitem__, cls._name)
        model = test_class.env["ir.model"]._get(cls._name)
        test_class.env["ir.model.access"].create(
            {
                "name": "toy",
                "model_id": model.id,
                "group_id": test_class.env.ref("pm_base.group_pm_base_user").id,
                "perm_read": True,
            }
        )
