def pre_init_hook(env):
    """Let an exclusion constraint compare ids, so that the database refuses overlaps itself."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
