"""A step of dunning over 10,000 overdue bills of 2,000 debtors: ours, and OCA credit control where
pip has it.

Both work on the same ledger, each in a process of its own, from the search to the commit. Ours
freezes what is owed and makes one call or letter for each debtor; OCA makes a line for each bill,
and in another step one communication for each debtor. The ratio is that of the time for a debtor.
"""

import json
import os
import subprocess
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path

from odoo import sql_db
from odoo.fields import Command

from odoo.addons.pm_base.models.pm_import import IMPORTING

PART = os.environ.get("PM_BENCH_PART")
SCRIPT = Path("tests/bench/dunning.py")
CREDIT_CONTROL = "odoo-addon-account-credit-control==19.0.1.0.0.13"
LIBRARY = Path(".pm/cache/bench-credit-control").resolve()
DEBTORS, MONTHS, PER_BUILDING = 2_000, 5, 1_000
# OCA's time a bill grows with the bills: it takes the steps for these debtors only.
SAMPLE = 400
DATABASE = env.cr.dbname
# Beyond what the demo office has billed.
FIRST, THE_18TH, THE_23RD = date(2028, 1, 1), date(2028, 5, 18), date(2028, 5, 23)
# By then all bills have come to OCA's second level.
MONTHS_AFTER = date(2028, 8, 23)


def find_site():
    return env["pm.site"].search([("code", "=", "BENCH")])


def build():
    """Create an office whose 2,000 tenants have not paid one fee for five months."""
    site = env["pm.site"].create(
        {
            "name": "Bench Office",
            "code": "BENCH",
            "property_name": "Bench Plaza",
            "phone": "0000-0000000",
        }
    )
    env["pm.fee"].create(
        {
            "name": "Management",
            "code": "BENCH",
            "site_id": site.id,
            "product_id": env.ref("pm_billing.product_management_fee").id,
            "price_ids": [Command.create({"date_start": "2020-01-01", "price": 12.37})],
        }
    )
    parties = env["res.partner"].create(
        [{"name": f"商户{number:05d}"} for number in range(DEBTORS)]
    )
    buildings = env["pm.building"].create(
        [
            {"site_id": site.id, "code": f"D{number}", "name": f"{number}栋"}
            for number in range(DEBTORS // PER_BUILDING)
        ]
    )
    units = env["pm.unit"].create(
        [
            {
                "building_id": buildings[number // PER_BUILDING].id,
                "floor": number % PER_BUILDING // 20 + 1,
                "room": f"{number % 20 + 1:02d}",
                "area": 80 + number % 637 * 0.13,
            }
            for number in range(DEBTORS)
        ]
    )
    tenancies = env["pm.tenancy"].create(
        [
            {
                "site_id": site.id,
                "partner_id": parties[number].id,
                "date_start": "2028-01-01",
                "date_end": "2028-12-31",
                "user_id": env.ref("pm_base.user_area").id,
                "line_ids": [Command.create({"unit_id": units[number].id})],
            }
            for number in range(DEBTORS)
        ]
    )
    tenancies.with_context(pm_import=IMPORTING).write({"state": "move_in"})
    tenancies.write({"state": "active", "date_moved_in": "2028-01-01"})
    env.flush_all()
    env.cr.commit()
    for number in range(MONTHS):
        run = env["pm.bill.run"].create(
            {"site_id": site.id, "month": FIRST.replace(month=number + 1)}
        )
        run.action_collect()
        run.action_check()
        run._invoice(run.month)
        env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def watch(work):
    """Do work and commit it; return how long it took, and with how many queries."""
    env.flush_all()
    env.invalidate_all()
    start, queries = time.monotonic(), env.cr.sql_log_count
    work()
    env.flush_all()
    queries = env.cr.sql_log_count - queries
    env.cr.commit()
    return {"seconds": time.monotonic() - start, "queries": queries}


def ours():
    """Take the steps of the calls and of the letters, and repeat each."""
    site = find_site()
    # One step a day: the letters to owners and the lawyer are no matter of 2,000 debtors at once.
    profile = env.ref("pm_billing.dunning_profile_calendar").copy()
    profile.step_ids.filtered(lambda step: step.action not in ("call", "letter")).unlink()
    site.dunning_profile_id = profile
    env.cr.commit()
    answers = {}
    for name, day in (("call", THE_18TH), ("letter", THE_23RD)):
        answers[name] = watch(partial(site._dun, day))
        answers[f"{name}, repeated"] = watch(partial(site._dun, day))
    domain = [("site_id", "=", site.id)]
    actions = env["pm.dunning.action"].search(domain)
    assert len(actions) == 2 * DEBTORS, len(actions)
    assert env["pm.dunning.action.line"].search_count(domain) == 2 * DEBTORS * MONTHS
    return answers


def credit_control():
    """Take the first level over the same bills, the next one, and group its lines."""
    bills = env["account.move"].search([("pm_site_id", "=", find_site().id)], order="id")
    debtors = bills.partner_id[:SAMPLE]
    bills = bills.filtered(lambda bill: bill.partner_id in debtors)
    policy = env.ref("account_credit_control.credit_control_3_time")
    accounts = bills.line_ids.filtered(
        lambda line: line.account_type == "asset_receivable"
    ).account_id
    policy.account_ids = [Command.link(account.id) for account in accounts]
    debtors.write({"credit_policy_id": policy.id})
    env.cr.commit()
    Run = env["credit.control.run"]
    answers = {}
    for name, day in (("call", THE_18TH), ("letter", MONTHS_AFTER)):
        run = Run.create({"date": day, "policy_ids": [Command.set(policy.ids)]})
        env.cr.commit()
        answers[name] = watch(run.generate_credit_lines)
        assert len(run.line_ids) >= len(bills), len(run.line_ids)
        if name == "call":
            again = Run.create({"date": day, "policy_ids": [Command.set(policy.ids)]})
            env.cr.commit()
            answers["call, repeated"] = watch(again.generate_credit_lines)
            run.line_ids.write({"state": "to_be_sent"})
            letters = env["credit.control.communication"]
            answers["grouped into letters"] = watch(
                partial(letters._generate_comm_from_credit_lines, run.line_ids)
            )
            run.line_ids.write({"state": "sent"})
            env.cr.commit()
    return answers


def run_part(name, database=None, addons=None):
    variables = {**os.environ, "PM_BENCH_PART": name}
    if addons:
        variables["ODOO_ADDONS_PATH"] = f"{os.environ['ODOO_ADDONS_PATH']},{addons}"
    process = subprocess.run(
        ["odoo", "shell", "-d", database or DATABASE, "--no-http", "--log-level=warn"],
        stdin=SCRIPT.open(),
        stdout=subprocess.PIPE,
        text=True,
        env=variables,
        check=False,
    )
    answers = [line for line in process.stdout.splitlines() if line.startswith("RESULT ")]
    if not answers:
        sys.exit(f"A part of the bench failed:\n{process.stdout}")
    return json.loads(answers[-1].removeprefix("RESULT "))


def make_other_database():
    """Return the name of a copy with OCA credit control, or None where pip does not have it."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(LIBRARY)]
    wanted = LIBRARY / "odoo/addons/account_credit_control"
    if not wanted.exists() and subprocess.run([*pip, CREDIT_CONTROL], check=False).returncode:
        print(f"{CREDIT_CONTROL} is not to be had: it is left out")
        return None
    name = f"{DATABASE}-credit"
    subprocess.run([sys.executable, "config/database.py", "clone", DATABASE, name], check=True)
    install = ["-i", "account_credit_control", "--stop-after-init", "--no-http"]
    subprocess.run(
        ["odoo", "-d", name, *install, "--log-level=error"],
        env={
            **os.environ,
            "ODOO_ADDONS_PATH": f"{os.environ['ODOO_ADDONS_PATH']},{LIBRARY / 'odoo/addons'}",
        },
        check=True,
    )
    return name


def main():
    start = time.monotonic()
    build()
    print(f"{DEBTORS * MONTHS} overdue bills built in {time.monotonic() - start:.0f} s")
    env.cr.close()
    sql_db.close_all()
    other = make_other_database()
    try:
        mine = run_part("ours")
        theirs = run_part("credit_control", other, LIBRARY / "odoo/addons") if other else {}
    finally:
        if other:
            subprocess.run([sys.executable, "config/database.py", "drop", other], check=False)
    theirs_of = f"credit control, {SAMPLE}"
    print(f"{'':24}{f'ours, {DEBTORS}':>20}{theirs_of:>24}{'ratio':>10}")
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        cells = [
            f"{answer['seconds']:.1f} s, {answer['queries']} queries" if answer else ""
            for answer in (mine.get(name), theirs.get(name))
        ]
        ratio = ""
        if mine.get(name) and theirs.get(name):
            seconds = theirs[name]["seconds"] * DEBTORS / SAMPLE
            ratio = f"{seconds / mine[name]['seconds']:.1f} ×"
        print(f"  {name:22}{cells[0]:>20}{cells[1]:>24}{ratio:>10}")
    for name, most in (("call", 200), ("letter", 200), ("call, repeated", 10)):
        verdict = "kept" if mine[name]["queries"] <= most else "MISSED"
        print(f"  at most {most} queries, {name}: {verdict}")
    sys.stdout.flush()
    os._exit(0)  # the cursor that the shell would roll back is closed


if PART:
    print("RESULT " + json.dumps({"ours": ours, "credit_control": credit_control}[PART]()))
else:
    main()
