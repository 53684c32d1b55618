"""Says what is unsafe in a production set-up, and fails if anything is.

check_production.py /etc/pm.conf
"""

import os
import sys
from pathlib import Path

import psycopg2
from passlib.context import CryptContext

MASTER_PASSWORD_LENGTH = 16


def settings_problems(config):
    master = config["admin_passwd"] or ""
    if len(master) < MASTER_PASSWORD_LENGTH or master.lower().startswith("change"):
        yield f"admin_passwd is empty or shorter than {MASTER_PASSWORD_LENGTH} characters"
    if config["list_db"]:
        yield "list_db is on: anybody may try to list, copy or drop databases"
    if not config["proxy_mode"]:
        yield "proxy_mode is off: behind nginx every visitor would have the same address"
    if not config["workers"]:
        yield "workers is 0: one slow print makes everybody wait"
    if len(config["db_name"]) != 1:
        yield "db_name must name one database"
    for path in [config["data_dir"], *config["addons_path"]]:
        if not Path(path).is_dir():
            yield f"the folder {path} does not exist"


def database_problems(cursor, check_password):
    cursor.execute("SELECT name FROM ir_module_module WHERE demo AND name LIKE 'pm\\_%'")
    if demo := [name for (name,) in cursor.fetchall()]:
        yield f"the database was made with demo data ({', '.join(sorted(demo))})"
    # Those whose names a stranger can guess: they come with the addons.
    cursor.execute(
        """
        SELECT DISTINCT u.login, u.password
          FROM res_users u
          JOIN ir_model_data d ON d.model = 'res.users' AND d.res_id = u.id
         WHERE u.active AND u.password IS NOT NULL
        """
    )
    for login, password in cursor.fetchall():
        if check_password(login, password):
            yield f"the password of the user “{login}” is “{login}”"


def main():
    from odoo.sql_db import db_connect
    from odoo.tools import config

    path = sys.argv[1] if len(sys.argv) > 1 else "config/production.conf"
    # The file alone counts, not what ./pm sets for its own use.
    for name in [name for name in os.environ if name.startswith("ODOO_")]:
        del os.environ[name]
    if not Path(path).is_file():
        sys.exit(f"✗ There is no file {path}")
    config.parse_config(["--config", path])
    problems = list(settings_problems(config))
    try:
        with db_connect(config["db_name"][0]).cursor() as cursor:
            context = CryptContext(["pbkdf2_sha512", "plaintext"])
            problems += database_problems(cursor, context.verify)
    except (psycopg2.Error, IndexError) as error:
        problems.append(f"the database cannot be read: {error}".strip())
    for problem in problems:
        print(f"✗ {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"✓ {path} is fit for production", file=sys.stderr)


if __name__ == "__main__":
    main()
