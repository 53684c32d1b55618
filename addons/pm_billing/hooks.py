from .demo.play import play


def post_init_hook(env):
    """Set accounting up for the companies that have a chart of accounts already."""
    env["res.company"].search([])._pm_setup_accounting()
    if env.ref("pm_billing.fee_yunhe_management", raise_if_not_found=False):  # demo data
        play(env)
