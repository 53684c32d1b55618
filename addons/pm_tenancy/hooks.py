from .demo.play import play


def pre_init_hook(env):
    """Let an exclusion constraint compare ids, so that the database refuses overlaps itself."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")


def post_init_hook(env):
    if env.ref("pm_tenancy.import_unit_list", raise_if_not_found=False):  # demo data
        play(env)
