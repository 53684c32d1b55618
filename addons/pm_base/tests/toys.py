from odoo.orm.model_classes import add_to_registry


def register_model(test_class, model, **permissions):
    """Make a toy model and its table for a test class; the rollback takes the table away.

    Whoever works at an office may read it, and do what `permissions` such as `perm_write` add.
    """
    registry, env = test_class.registry, test_class.env
    add_to_registry(registry, model)
    registry._setup_models__(env.cr, [])
    registry.init_models(env.cr, [model._name], {"module": "pm_base"})
    test_class.addClassCleanup(registry._setup_models__, env.cr, [])
    test_class.addClassCleanup(registry.__delitem__, model._name)
    env["ir.model.access"].create(
        {
            "name": "toy",
            "model_id": env["ir.model"]._get(model._name).id,
            "group_id": env.ref("pm_base.group_pm_base_user").id,
            "perm_read": True,
            **permissions,
        }
    )
