"""1,000 demand letters in one PDF, against wkhtmltopdf one by one where it is installed.

The letters of three sizes are printed one after another: memory must not grow with their number.
"""

import resource
import shutil
import time
from datetime import date
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.fields import Command

from odoo.addons.pm_base.models.pm_import import IMPORTING
from odoo.addons.pm_base.tools import print_engine

LETTERS, SAMPLE = 1_000, 10
MONTH = date(2027, 3, 1)
site = env.ref("pm_base.site_yunhe")


def build():
    """Bill a month of as many occupants as letters, and let nobody pay."""
    parties = env["res.partner"].create(
        [{"name": f"商户{number:05d}"} for number in range(LETTERS)]
    )
    building = env["pm.building"].create({"site_id": site.id, "code": "L", "name": "L栋"})
    env.ref("pm_billing.fee_yunhe_management").price_ids = [
        Command.create({"date_start": "2020-01-01", "price": 12.37, "building_id": building.id})
    ]
    units = env["pm.unit"].create(
        [
            {
                "building_id": building.id,
                "floor": number // 20 + 1,
                "room": f"{number % 20 + 1:02d}",
                "area": 80 + number % 60,
            }
            for number in range(LETTERS)
        ]
    )
    tenancies = env["pm.tenancy"].create(
        [
            {
                "site_id": site.id,
                "partner_id": party.id,
                "date_start": "2026-01-01",
                "date_end": "2027-12-31",
                "line_ids": [Command.create({"unit_id": unit.id})],
            }
            for party, unit in zip(parties, units, strict=True)
        ]
    )
    tenancies.with_context(pm_import=IMPORTING).write({"state": "move_in"})
    tenancies.write({"state": "active", "date_moved_in": "2026-01-01"})
    run = env["pm.bill.run"].create(
        {"site_id": site.id, "month": MONTH, "building_ids": [Command.set(building.ids)]}
    )
    run.action_collect()
    run.action_check()
    run._invoice(MONTH)
    site._run_dunning(date(2027, 3, 23))
    letters = env["pm.dunning.action"].search(
        [
            ("action", "=", "letter"),
            ("state", "=", "draft"),
            ("tenancy_id", "in", tenancies.ids),
            ("period", "=", MONTH),
        ]
    )
    letters._approve(date(2027, 3, 23))
    env.cr.commit()
    return letters


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(letters):
    """Print letters; return seconds for each."""
    env.invalidate_all()
    report = letters.step_id.report_id
    start = time.monotonic()
    content, kind = report._render_qweb_pdf(report.report_name, letters.ids)
    seconds = time.monotonic() - start
    assert kind == "pdf"
    print(
        f"{len(letters):5} letters: {seconds:6.1f} s, {1000 * seconds / len(letters):5.0f} ms "
        f"each, {len(content) / 1e6:.1f} MB, memory at most {memory():.0f} MB"
    )
    return seconds / len(letters)


def show_wkhtmltopdf(letters):
    """Print some letters one by one, laid out as Odoo does; return seconds for each."""
    report = letters.step_id.report_id

    def lay_out(sheets, _fetcher, styles=()):
        parsed = [report._pm_load_address(urlsplit(style).path, "")[0] for style in styles]
        css = "".join(f"<style>{sheet.decode()}</style>" for sheet in parsed)
        # Each letter with its copies; the wkhtmltopdf of distributions takes one document a call.
        [[page, labels]] = sheets
        head, _body, rest = page.replace("</head>", f"{css}</head>").partition("<body>")
        body = rest.rpartition("</body>")[0]
        copies = "".join(body.replace(labels[0], label) for label in labels)
        html = f"{head}<body>{copies}</body></html>"
        return report._run_wkhtmltopdf([html], report_ref=report.report_name)

    times = []
    with patch.object(print_engine, "render_pdf", lay_out):
        for letter in letters:
            env.invalidate_all()
            start = time.monotonic()
            content = report._render_qweb_pdf(report.report_name, letter.ids)[0]
            times.append(time.monotonic() - start)
            assert content.startswith(b"%PDF")
    print(
        f"{len(letters):5} letters by wkhtmltopdf, one by one: {sum(times):6.1f} s, "
        f"{1000 * sum(times) / len(times):5.0f} ms each"
    )
    return sum(times) / len(times)


letters = build()
assert len(letters) == LETTERS, len(letters)
show(letters[:50])
show(letters[:250])
each = show(letters)
if shutil.which("wkhtmltopdf"):
    print(f"wkhtmltopdf takes {show_wkhtmltopdf(letters[:SAMPLE]) / each:.1f} × as long")
else:
    print("wkhtmltopdf is not installed: nothing to compare with")
