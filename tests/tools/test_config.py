"""The scripts of config/: what a database is built from, what production must not have."""

import importlib.util
import sys
from pathlib import Path

import polib
import pytest

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def config(monkeypatch):
    """Return an importer of config/<name>.py."""
    monkeypatch.syspath_prepend(str(CONFIG))

    def load(name):
        spec = importlib.util.spec_from_file_location(name, CONFIG / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def addons(tmp_path):
    addon = tmp_path / "pm_toy"
    for folder in ("data", "tests", "i18n"):
        (addon / folder).mkdir(parents=True)
    (addon / "__manifest__.py").write_text("{'depends': ['mail']}")
    (addon / "data" / "toy.xml").write_text("<odoo/>")
    return tmp_path


def test_template_is_outdated_by_data_but_not_by_tests_or_readme(config, addons, monkeypatch):
    database = config("database")
    monkeypatch.setattr(database, "ADDONS", addons)
    key = database.addons_key()

    (addons / "pm_toy/tests/test_toy.py").write_text("assert True")
    (addons / "pm_toy/README.md").write_text("# Toy")
    assert database.addons_key() == key

    (addons / "pm_toy/data/toy.xml").write_text("<odoo noupdate='1'/>")
    assert database.addons_key() != key


def test_platform_is_outdated_by_a_new_dependency_only(config, addons, monkeypatch):
    database = config("database")
    monkeypatch.setattr(database, "ADDONS", addons)
    key = database.platform_key()

    (addons / "pm_toy/data/toy.xml").write_text("<odoo noupdate='1'/>")
    assert database.platform_key() == key

    (addons / "pm_toy/__manifest__.py").write_text("{'depends': ['mail', 'event']}")
    assert database.platform_key() != key


def test_addon_that_cannot_be_installed_is_left_out(config, addons, monkeypatch):
    database = config("database")
    monkeypatch.setattr(database, "ADDONS", addons)
    (addons / "pm_toy/__manifest__.py").write_text("{'depends': [], 'installable': False}")
    assert database.own_addons() == {}


def test_shipped_production_settings_are_refused_until_a_master_password_is_set(config):
    check = config("check_production")
    settings = {
        "admin_passwd": "",
        "list_db": False,
        "proxy_mode": True,
        "workers": 4,
        "db_name": ["pm"],
        "data_dir": "/",
        "addons_path": ["/"],
    }
    assert [p.split()[0] for p in check.settings_problems(settings)] == ["admin_passwd"]
    settings["admin_passwd"] = "correct horse battery"
    assert list(check.settings_problems(settings)) == []


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        ({"msgstr": "账单"}, 0),
        ({"msgstr": ""}, 1),
        ({"msgstr": "账单", "flags": ["fuzzy"]}, 1),
    ],
)
def test_missing_and_fuzzy_translations_are_found(config, addons, monkeypatch, entry, problems):
    config("database")
    translations = config("translations")
    monkeypatch.setattr(translations.database, "ADDONS", addons)
    pot, po = polib.POFile(), polib.POFile()
    pot.append(polib.POEntry(msgid="Bill"))
    po.append(polib.POEntry(msgid="Bill", **entry))
    pot.save(addons / "pm_toy/i18n/pm_toy.pot")
    po.save(addons / "pm_toy/i18n/zh_CN.po")
    monkeypatch.setattr(translations, "_export", lambda name: [("pm_toy", pot)])
    assert translations.check("any") == problems
