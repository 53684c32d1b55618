"""The databases of this checkout: templates to clone from, and what is cloned.

    platform  every module from outside that our addons stand on, no demo data
    addons    the platform with our addons and their demo data (and only theirs)
    empty     the platform with our addons, no demo data

A template is named by a hash of all it was built from. It is built under another name and
renamed when complete, so that an interrupted build is never mistaken for a finished one.
"""

import argparse
import ast
import contextlib
import errno
import fcntl
import hashlib
import logging
import multiprocessing
import os
import shutil
import sys
import time
from pathlib import Path

import psycopg2
from psycopg2.extensions import quote_ident

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
STATE = ROOT / ".pm"
LOG = STATE / "log"
TEMPLATES_KEPT = 3  # of each layer: a test run in another window may still need the one before
# Databases of two checkouts on one server do not meet.
PREFIX = f"pm-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}"
LANGUAGES = "en_US,zh_CN"
# The bundles of the login page and the web client, compiled beforehand: each takes seconds.
ASSETS = (
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.assets_web",
    "web.assets_web_print",
)
# Raise it when create() or build_platform() changes: databases built before are then outdated.
RECIPE = "2"
CHECKSUM = "pm.checksum.%s"  # the parameter that remembers from which files an addon was installed


TERMINAL = sys.stderr


class Failure(Exception):
    """A cause and a remedy to show instead of a traceback."""


def say(text):
    print(text, file=TERMINAL, flush=True)


# --- what a database is built from ---------------------------------------------------------


def own_addons():
    """Our installable addons: name → manifest."""
    manifests = {}
    for path in sorted(ADDONS.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text())
        if manifest.get("installable", True):
            manifests[path.parent.name] = manifest
    return manifests


def module_choices():
    """The names of config/modules.txt: wanted besides, kept out."""
    lines = [line.partition("#")[0].strip() for line in _read("config/modules.txt").splitlines()]
    wanted = {line for line in lines if line and not line.startswith("-")}
    return wanted, {line[1:] for line in lines if line.startswith("-")}


def platform_modules():
    """What the platform installs: dependencies, what is wanted besides, what installs itself."""
    from odoo.modules import Manifest, initialize_sys_path

    initialize_sys_path()
    manifests = {m.name: m for m in Manifest.all_addon_manifests() if m["installable"]}
    own = own_addons()
    wanted, refused = module_choices()

    def with_dependencies(names):
        found, todo = set(), set(names)
        while todo:
            name = todo.pop()
            if name not in manifests:
                raise Failure(f"Something depends on “{name}”, but no addon here has that name.")
            found.add(name)
            todo |= set(manifests[name]["depends"]) - found
        return found

    def installs_itself(name):
        triggers, countries = (
            manifests[name]["auto_install"],
            manifests[name].raw_value("countries"),
        )
        return (
            triggers is not False
            and set(triggers) <= chosen
            and (not countries or "cn" in countries)
            and not with_dependencies([name]) & (refused | set(own))
        )

    asked_for = {name for manifest in own.values() for name in manifest["depends"]}
    chosen = with_dependencies((asked_for | wanted | {"base", "web"}) - set(own))
    while more := {name for name in set(manifests) - chosen if installs_itself(name)}:
        chosen |= with_dependencies(more)
    return sorted(chosen)


def platform_key():
    from odoo import release

    asked_for = {name for manifest in own_addons().values() for name in manifest["depends"]}
    return _digest(
        RECIPE,
        release.version,
        str(Path(release.__file__).stat().st_mtime_ns),
        *[_read(f"config/{name}") for name in ("requirements-odoo.txt", "requirements-oca.txt")],
        _read("config/modules.txt"),
        *sorted(asked_for),
    )


def addons_key():
    return _digest(platform_key(), *[addon_key(name) for name in own_addons()])


def addon_key(addon):
    """A hash of all that a database holds of an addon: not its tests, not its README."""
    parts = [addon]
    for path in sorted((ADDONS / addon).rglob("*")):
        relative = path.relative_to(ADDONS)
        if path.is_file() and path.suffix not in (".md", ".pyc") and "tests" not in relative.parts:
            parts += [str(relative), hashlib.sha256(path.read_bytes()).hexdigest()]
    return _digest(*parts)


def _read(name):
    return (ROOT / name).read_text()


def _digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


# --- PostgreSQL ----------------------------------------------------------------------------


@contextlib.contextmanager
def server():
    """A cursor on the server's maintenance database, outside any transaction."""
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def query(database, sql):
    """Run one statement in its own transaction; return its rows, if it has any."""
    connection = psycopg2.connect(dbname=database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def administer(statement, *names, values=None):
    """Run a statement about databases; each {} is the next of their names."""
    with server() as cursor:
        cursor.execute(statement.format(*[quote_ident(name, cursor) for name in names]), values)


def exists(name):
    with server() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cursor.fetchone())


def filestore(name):
    return STATE / "data" / "filestore" / name


def is_usable(name):
    """Whether the template is there together with its files."""
    return exists(name) and filestore(name).is_dir()


def create(name):
    administer("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'", name)
    # As Odoo does in the databases it creates: without it, names are searched row by row.
    query(name, "CREATE EXTENSION pg_trgm")
    filestore(name).mkdir(parents=True, exist_ok=True)


def clone(source, name):
    """`name` becomes a copy of `source`; the files, which never change, are linked."""
    drop(name)
    shutil.copytree(filestore(source), filestore(name), copy_function=_link)
    administer("CREATE DATABASE {} TEMPLATE {}", name, source)


def rename(source, name):
    drop(name)
    filestore(source).rename(filestore(name))
    administer("ALTER DATABASE {} RENAME TO {}", source, name)


def drop(name):
    # Not WITH (FORCE), which fails on a worker of autovacuum; a plain DROP sends that away.
    administer(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'",
        values=[name],
    )
    administer("DROP DATABASE IF EXISTS {}", name)
    shutil.rmtree(filestore(name), ignore_errors=True)


def claim(name):
    """Note whose the database is, for the day when the checkout is gone; and do not wait for
    the disk: what a crash would lose is built again.
    """
    administer("COMMENT ON DATABASE {} IS %s", name, values=[str(ROOT)])
    administer("ALTER DATABASE {} SET synchronous_commit = off", name)


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def drop_outdated():
    """Drop our older templates, and what runs that were killed and deleted checkouts left."""
    with server() as cursor:
        cursor.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname ~ '^pm-[0-9a-f]{6}-' AND pg_has_role(datdba, 'MEMBER')"
            " ORDER BY oid DESC"
        )
        rows = cursor.fetchall()
    seen = {"platform": 0, "addons": 0, "empty": 0}
    for name, checkout in rows:
        layer, _, process = name[len(PREFIX) + 1 :].partition("-")
        if not name.startswith(PREFIX):
            outdated = checkout and not Path(checkout).is_dir()
        elif layer in seen:
            seen[layer] += 1
            outdated = seen[layer] > TEMPLATES_KEPT
        else:
            outdated = process.isdigit() and not Path("/proc", process).exists()
        if outdated:
            drop(name)


# --- building ------------------------------------------------------------------------------


class Progress(logging.Handler):
    """Shows which module is being installed and remembers what went wrong."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.problems = []
        self.announced = 0

    def emit(self, record):
        message = record.getMessage()
        if record.levelno >= logging.WARNING:
            self.problems.append(record)
        elif message.startswith("Loading module "):
            _, _, name, position = message.split()
            count, total = position.strip("()").split("/")
            if TERMINAL.isatty():
                print(f"\r  {count}/{total} {name:40}", end="", file=TERMINAL, flush=True)
            elif not 0 <= int(count) - self.announced < 20:
                self.announced = int(count)
                say(f"  {count}/{total} {name}")

    def check(self, logfile):
        """Show the warnings that our own addons caused; fail on any error."""
        if TERMINAL.isatty():
            print("\r" + " " * 60 + "\r", end="", file=TERMINAL)
        own = tuple(own_addons())
        for record in self.problems:
            text = f"{record.levelname} {record.name}: {record.getMessage()}"
            if record in self.errors or any(name in text for name in own):
                say(f"  {text}")
        if self.errors:
            raise Failure(f"Odoo logged {len(self.errors)} errors\n  → the whole log is {logfile}")

    @property
    def errors(self):
        return [record for record in self.problems if record.levelno >= logging.ERROR]


@contextlib.contextmanager
def odoo(database, log, *options):
    """Odoo set up for work on one database, its log in a file; errors logged are raised."""
    from odoo import sql_db
    from odoo.tools import config

    LOG.mkdir(parents=True, exist_ok=True)
    logfile = LOG / f"{log}.log"
    logfile.unlink(missing_ok=True)
    config.parse_config(
        [
            f"--database={database}",
            f"--logfile={logfile}",
            "--log-handler=py.warnings:WARNING",  # of our own addons, see Progress.check()
            "--skip-auto-install",
            *options,
        ],
        setup_logging=True,
    )
    progress = Progress()
    logging.getLogger().addHandler(progress)
    try:
        # Some of Odoo's libraries print instead of logging.
        with logfile.open("a") as output, contextlib.redirect_stderr(output):
            yield progress
    except Failure:
        raise
    except Exception as error:
        logging.getLogger("pm").exception("Working on %s failed", database)
        raise Failure(f"{_cause(error)}\n  → the whole log is {logfile}") from error
    finally:
        logging.getLogger().removeHandler(progress)
        sql_db.close_all()
    progress.check(logfile)


def _cause(error):
    """The error that started the chain, and what can be done about the common one."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    if isinstance(error, psycopg2.errors.DiskFull) or getattr(error, "errno", 0) == errno.ENOSPC:
        return f"The disk is full: {error}"
    return f"{type(error).__name__}: {error}"


def build_platform(database):
    """Fill an empty database with the modules from outside."""
    with odoo(database, "platform", "--load-language", LANGUAGES):
        modules = platform_modules()
        load(database, install=["base"])
        with environment(database) as env:
            # Before the chart of accounts loads: it follows the company's country.
            env.company.country_id = env.ref("base.cn")
        load(database, install=modules)


def build_addons(database, demo):
    """Add our addons to a clone of the platform."""
    if demo:
        # A module's demo data loads only where the modules it depends on have theirs; Odoo's
        # own, which they seem to have now, would bring in its fictitious companies.
        query(database, "UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
    with odoo(database, "addons"):
        load(database, install=list(own_addons()))
        with environment(database) as env:
            remember_addons(env)
            # Odoo goes on without the demo data of a module in which one record fails.
            for failed in env["ir.demo_failure"].search([]):
                raise Failure(f"The demo data of {failed.module_id.name} failed:\n{failed.error}")
            for bundle in ASSETS:
                assets = env["ir.qweb"]._get_asset_bundle(bundle)
                assets.js()
                assets.css()


def update_addons(database):
    """Upgrade the addons whose files changed, install those that are new."""
    changed, new = changed_addons(database)
    if not changed and not new:
        say("Nothing changed.")
        return
    say(f"Upgrading {', '.join(changed) or 'nothing'}; installing {', '.join(new) or 'nothing'}")
    with odoo(database, "update") as progress:
        load(database, install=new, upgrade=changed)
        if not progress.errors:
            with environment(database) as env:
                remember_addons(env)


def changed_addons(database):
    """The names of our installed addons whose files changed, and of those not installed."""
    known = dict(query(database, "SELECT key, value FROM ir_config_parameter"))
    installed = query(database, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    installed = {name for (name,) in installed}
    own = own_addons()
    changed = [name for name in own if known.get(CHECKSUM % name) != addon_key(name)]
    return [name for name in changed if name in installed], sorted(set(own) - installed)


def remember_addons(env):
    for name in own_addons():
        env["ir.config_parameter"].set_param(CHECKSUM % name, addon_key(name))


def load(database, install=(), upgrade=()):
    from odoo.modules.registry import Registry

    Registry.new(database, update_module=True, install_modules=install, upgrade_modules=upgrade)


@contextlib.contextmanager
def environment(database):
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {})


# --- commands ------------------------------------------------------------------------------


@contextlib.contextmanager
def lock():
    """One builder at a time in this checkout."""
    with (STATE / "database.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another ./pm that is building a database")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build(name, title, source, function, *args):
    """Build a database under another name, and give it its own when it is complete."""
    say(f"• {title}")
    started = time.monotonic()
    building = f"{PREFIX}-building"
    if source:
        clone(source, building)
    else:
        drop(building)
        create(building)
    claim(building)
    # In a process of its own, because Odoo keeps a registry per database name.
    child = multiprocessing.get_context("fork").Process(
        target=_guarded(function), args=(building, *args)
    )
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(1)
    administer("ALTER DATABASE {} RESET synchronous_commit", building)
    rename(building, name)
    drop_outdated()
    say(f"  done in {time.monotonic() - started:.0f} s")


def platform_template(rebuild=False):
    name = f"{PREFIX}-platform-{platform_key()}"
    if rebuild or not is_usable(name):
        build(name, "Installing Odoo and the modules we stand on", None, build_platform)
    return name


def addons_template(rebuild=False, demo=True):
    name = f"{PREFIX}-{'addons' if demo else 'empty'}-{addons_key()}"
    if rebuild or not is_usable(name):
        title = f"Installing {', '.join(own_addons())} {'with' if demo else 'without'} demo data"
        build(name, title, platform_template(rebuild), build_addons, demo)
    return name


def command_create(options):
    """Create the database NAME with our addons."""
    kind = "without" if options.empty else "with"
    title = f"Creating the database “{options.name}” {kind} demo data"
    build(options.name, title, platform_template(), build_addons, not options.empty)


def command_fresh(options):
    """Clone the addons template for one run; print the names of template and clone."""
    source = addons_template(options.rebuild, demo=not options.empty)
    name = f"{PREFIX}-{options.name}"
    clone(source, name)
    claim(name)
    print(source, name)


def command_clone(options):
    """Make the database NAME a copy of SOURCE."""
    clone(options.source, options.name)
    claim(options.name)


def command_drop(options):
    """Drop the database NAME and its files."""
    drop(options.name)


def command_exists(options):
    """Tell by the exit code whether the database NAME is there."""
    sys.exit(0 if exists(options.name) else 1)


def command_update(options):
    """Upgrade the changed addons of the database NAME."""
    update_addons(options.name)


def command_changed(options):
    """Print our addons that differ from those in the database NAME."""
    changed, new = changed_addons(options.name)
    print(" ".join(changed + new))


def command_logins(options):
    """Print who can log in: the people of our demo data, each with the password like the login."""
    people = query(
        options.name,
        """
        SELECT u.login, p.name, string_agg(g.name->>'en_US', ', ' ORDER BY g.id)
          FROM ir_model_data d
          JOIN res_users u ON u.id = d.res_id AND u.active AND NOT u.share
          JOIN res_partner p ON p.id = u.partner_id
          LEFT JOIN res_groups_users_rel r ON r.uid = u.id
          LEFT JOIN ir_model_data gd
            ON gd.model = 'res.groups' AND gd.res_id = r.gid AND gd.module LIKE 'pm\\_%'
          LEFT JOIN res_groups g ON g.id = gd.res_id
         WHERE d.model = 'res.users' AND d.module LIKE 'pm\\_%'
         GROUP BY u.id, p.name
         ORDER BY u.id
        """,
    )
    for login, name, groups in people:
        print(f"  {login:20} {name}  {groups or ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for function in (
        command_create,
        command_fresh,
        command_clone,
        command_drop,
        command_exists,
        command_update,
        command_changed,
        command_logins,
    ):
        name = function.__name__.removeprefix("command_")
        command = commands.add_parser(name, help=function.__doc__)
        if function is command_clone:
            command.add_argument("source")
        command.add_argument("name")
        command.set_defaults(function=function)
        if function in (command_create, command_fresh):
            command.add_argument("--empty", action="store_true")
        if function is command_fresh:
            command.add_argument("--rebuild", action="store_true")
    options = parser.parse_args()
    if options.function in (command_create, command_fresh, command_update):
        with lock():
            options.function(options)
    else:
        options.function(options)


def _guarded(function):
    """`function`, ending the process with a cause and a remedy instead of a traceback."""

    def guarded(*args):
        try:
            function(*args)
        except Failure as failure:
            say(f"✗ {failure}")
            sys.exit(1)
        except psycopg2.OperationalError as error:
            say(f"✗ PostgreSQL: {error}".strip())
            sys.exit(1)

    return guarded


if __name__ == "__main__":
    try:
        _guarded(main)()
    except KeyboardInterrupt:
        sys.exit(130)
