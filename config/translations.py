"""The translations of our addons: renew the files, or check that they are complete.

The terms are those of an installed database without demo data, as Odoo exports them. A term
keeps its translation as long as its English text stays the same.
"""

import io
import sys

import database
import polib

LANGUAGE = "zh_CN"


def refresh(name):
    """Write i18n/<addon>.pot, and zh_CN.po with the same terms."""
    for addon, pot in _export(name):
        folder = database.ADDONS / addon / "i18n"
        folder.mkdir(exist_ok=True)
        pot_file, po_file = folder / f"{addon}.pot", folder / f"{LANGUAGE}.po"
        if _terms(_read(pot_file)) != _terms(pot) or _places(_read(pot_file)) != _places(pot):
            pot.save(pot_file)
        known = _terms(_read(po_file))
        for entry in pot:
            entry.msgstr = known.get((entry.msgctxt, entry.msgid), "")
        pot.metadata["Language"] = LANGUAGE
        pot.metadata["Plural-Forms"] = "nplurals=1; plural=0;"
        if _terms(_read(po_file)) != _terms(pot) or _places(_read(po_file)) != _places(pot):
            pot.save(po_file)
        missing = [entry for entry in pot if not entry.msgstr]
        print(f"  {addon}: {len(pot)} terms, {len(missing)} without a translation")
        for entry in missing:
            print(f"    {entry.msgid!r}")


def check(name):
    """Tell which files are behind, and which terms have no usable translation."""
    problems = 0
    for addon, pot in _export(name):
        folder = database.ADDONS / addon / "i18n"
        if set(_terms(_read(folder / f"{addon}.pot"))) != set(_terms(pot)):
            print(f"addons/{addon}/i18n/{addon}.pot is behind the code: ./pm translate")
            problems += 1
        usable = {
            (entry.msgctxt, entry.msgid)
            for entry in _read(folder / f"{LANGUAGE}.po")
            if entry.msgstr and not entry.fuzzy and not entry.obsolete
        }
        for entry in pot:
            if (entry.msgctxt, entry.msgid) not in usable:
                print(f"addons/{addon}/i18n/{LANGUAGE}.po: no translation of {entry.msgid!r}")
                problems += 1
    return problems


def _export(name):
    """Yield each of our addons with its terms, in the order of their English text."""
    from odoo.tools.translate import trans_export

    with database.odoo(name, "translations"), database.environment(name) as env:
        for addon in database.own_addons():
            buffer = io.BytesIO()
            trans_export(None, [addon], buffer, "po", env)
            pot = polib.pofile(buffer.getvalue().decode())
            pot.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
            yield addon, pot


def _read(path):
    return polib.pofile(path) if path.exists() else polib.POFile()


def _terms(po):
    return {(entry.msgctxt, entry.msgid): entry.msgstr for entry in po if not entry.obsolete}


def _places(po):
    return [(entry.comment, entry.occurrences) for entry in po if not entry.obsolete]


if __name__ == "__main__":
    action, target = sys.argv[1:]
    try:
        sys.exit(1 if {"refresh": refresh, "check": check}[action](target) else 0)
    except database.Failure as failure:
        database.say(f"✗ {failure}")
        sys.exit(1)
