from odoo import api, fields, models
from odoo.orm.model_classes import add_to_registry


class ToyCase(models.Model):
    """A record that goes through procedures: shows how an addon runs one."""

    _name = "toy.case"
    # pm.state.mixin may stand before or after: gates hold in either order.
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.printable.mixin",
        "pm.procedure.mixin",
        "pm.site.mixin",
        "pm.state.mixin",
    ]
    _description = "Toy Case"
    _module = None  # no model of the addon: it is registered by hand

    _TRANSITIONS = {"draft": {"open"}, "open": {"draft", "done"}, "done": {"open"}}

    name = fields.Char(required=True)
    date_visit = fields.Date()
    has_gas = fields.Boolean()
    is_paid = fields.Boolean()
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Open"), ("done", "Done")],
        default="draft",
        required=True,
        readonly=True,
    )

    def action_open(self):
        self.write({"state": "open"})
        self._start_procedure("toy_case")

    def _pm_check_toy_paid(self, step):
        return False if self.is_paid else f"{self.name} has not paid."

    def _pm_open_step(self, step):
        if step.kind == "payment":
            return {"type": "ir.actions.act_window", "res_model": "account.payment"}
        return super()._pm_open_step(step)


class ToyProcedureTemplate(models.Model):
    _inherit = "pm.procedure.template"
    _module = None

    occasion = fields.Selection(
        selection_add=[("toy_case", "Toy Case"), ("toy_other", "Other Toy")],
        ondelete={"toy_case": "cascade", "toy_other": "cascade"},
    )

    @api.model
    def _get_occasion_models(self):
        return {
            **super()._get_occasion_models(),
            "toy_case": "toy.case",
            "toy_other": "res.partner",
        }

    @api.model
    def _get_gate_points(self):
        return {
            **super()._get_gate_points(),
            "toy_case": [("open", "Open"), ("keys", "Keys Out"), ("done", "Done")],
            "toy_other": [("other", "Other")],
        }


class ToyProcedureTemplateStep(models.Model):
    _inherit = "pm.procedure.template.step"
    _module = None

    check = fields.Selection(
        selection_add=[("toy_paid", "Toy Paid")], ondelete={"toy_paid": "cascade"}
    )


def register(test_class):
    """Make the model, its table and its occasion for a test class; the rollback takes all away."""
    registry, env = test_class.registry, test_class.env
    extended = {
        model._inherit[0]: registry[model._inherit[0]]._base_classes__
        for model in (ToyProcedureTemplate, ToyProcedureTemplateStep)
    }

    def unregister():
        del registry["toy.case"]
        for name, bases in extended.items():
            registry[name]._base_classes__ = bases
        registry._setup_models__(env.cr, list(extended))

    for model in (ToyCase, ToyProcedureTemplate, ToyProcedureTemplateStep):
        add_to_registry(registry, model)
    test_class.addClassCleanup(unregister)
    registry._setup_models__(env.cr, [])
    registry.init_models(env.cr, ["toy.case"], {"module": "pm_base"})
    env["ir.model.access"].create(
        {
            "name": "toy",
            "model_id": env["ir.model"]._get("toy.case").id,
            "group_id": env.ref("pm_base.group_pm_base_user").id,
            "perm_read": True,
            "perm_write": True,
            "perm_create": True,
            "perm_unlink": True,
        }
    )
