"""The register at 10,000 units and 8,000 tenancies against Odoo's own contacts at the same count.

Each screen is read as the web client reads it: the fields of the view, one page, the count. The
time is the median of several readings with cold caches; the promise is a ratio of at most 1.5.
"""

import statistics
import time

from odoo.fields import Command

from odoo.addons.pm_base.models.pm_import import IMPORTING
from odoo.addons.pm_base.tests.screens import read_form, read_page

UNITS, PER_BUILDING, PER_FLOOR, TENANTED = 10_000, 500, 10, 8_000
ROUNDS = 15

site = env.ref("pm_base.site_yunhe")
clerk = env["res.users"].search([("login", "=", "receptionist")])


def build():
    """Create the register: every unit with an owner, four of five with an occupant."""
    parties = env["res.partner"].create(
        [
            {
                "name": f"商户{number:05d}",
                "phone": f"190 {number:08d}",
                "company_id": site.company_id.id,
            }
            for number in range(UNITS)
        ]
    )
    buildings = env["pm.building"].create(
        [
            {"site_id": site.id, "code": f"T{number}", "name": f"{number}栋"}
            for number in range(UNITS // PER_BUILDING)
        ]
    )
    units = env["pm.unit"].create(
        [
            {
                "building_id": buildings[number // PER_BUILDING].id,
                "floor": number % PER_BUILDING // PER_FLOOR + 1,
                "room": f"{number % PER_FLOOR + 1:02d}",
                "area": 80 + number % 60,
                "ownership_ids": [Command.create({"partner_id": parties[number * 7 % UNITS].id})],
            }
            for number in range(UNITS)
        ]
    )
    tenancies = env["pm.tenancy"].create(
        [
            {
                "site_id": site.id,
                "partner_id": parties[number].id,
                "date_start": "2026-01-01",
                "date_end": "2027-12-31",
                "line_ids": [Command.create({"unit_id": units[number].id})],
            }
            for number in range(TENANTED)
        ]
    )
    # As after an import: nobody goes through a procedure.
    tenancies.with_context(pm_import=IMPORTING).write({"state": "move_in"})
    tenancies.write({"state": "active", "date_moved_in": "2026-01-01"})
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return units, tenancies, parties


def measure(work):
    """Return (median milliseconds, queries) of reading a screen with cold caches."""
    times = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        queries, start = env.cr.sql_log_count, time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
        queries = env.cr.sql_log_count - queries
    return 1000 * statistics.median(times), queries


def page(model, domain, view=False):
    model = model.with_user(clerk).with_context(lang="zh_CN")
    return measure(lambda: read_page(model, domain, view))


def form(model, record):
    record = model.with_user(clerk).with_context(lang="zh_CN").browse(record.id)
    return measure(lambda: read_form(record))


units, tenancies, parties = build()
unit, partner = units[TENANTED // 2], parties[TENANTED // 2]
Unit, Tenancy, Partner = env["pm.unit"], env["pm.tenancy"], env["res.partner"]
contact_search = [
    *"|||",
    *((name, "ilike", partner.name) for name in ("complete_name", "ref", "email", "vat")),
]
baselines = {
    "contact list": page(Partner, []),
    "contact search": page(Partner, contact_search),
    "contact form": form(Partner, partner),
}
by_number = [("display_name", "ilike", unit.code)]
by_name = [("display_name", "ilike", partner.name)]
overview = env.ref("pm_tenancy.pm_tenancy_view_list_overview").id
overview_domain = [("state", "in", ("active", "move_out"))]
screens = [
    ("unit list", "contact list", page(Unit, [])),
    ("occupant overview", "contact list", page(Tenancy, overview_domain, overview)),
    ("unit by number", "contact search", page(Unit, by_number)),
    ("unit by tenant", "contact search", page(Unit, by_name)),
    ("tenancy by tenant", "contact search", page(Tenancy, by_name)),
    ("unit form", "contact form", form(Unit, unit)),
]
print(f"{UNITS} units, {TENANTED} tenancies, {Partner.search_count([])} contacts")
for name, (milliseconds, queries) in baselines.items():
    print(f"{name:20} {milliseconds:7.1f} ms {queries:4} queries")
for name, yardstick, (milliseconds, queries) in screens:
    ratio = milliseconds / baselines[yardstick][0]
    print(f"{name:20} {milliseconds:7.1f} ms {queries:4} queries  {ratio:5.2f} × {yardstick}")
