"""Bills of a month, made and posted: ours, plain `account.move`, and OCA contract where pip has it.

Each measurement is a process of its own on the register built here, so that memory is its own.
Every bill has four taxed lines. Rates are bills a second from the checked run, the drafts or the
contracts to the commit; ours counts linking the charges, and once more collecting and checking.
Each process makes a few bills before it is watched, as a server has that was not started just now.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from odoo import sql_db
from odoo.fields import Command
from odoo.tools import split_every

from odoo.addons.pm_base.models.pm_import import IMPORTING
from odoo.addons.pm_billing.models.pm_bill_run_fast import JOB

PART = os.environ.get("PM_BENCH_PART")
SCRIPT = Path("tests/bench/billing.py")
CONTRACT = "odoo-addon-contract==19.0.1.2.1.2"
LIBRARY = Path(".pm/cache/bench-contract").resolve()
BUILDINGS, PER_BUILDING = 10, 1_000
ROUNDS, PLAIN, WARM = 3, 300, 5
# Nobody is charged for the months that the demo office has billed.
MOVED_IN = "2027-01-01"
DATABASE = env.cr.dbname
site = env.ref("pm_base.site_yunhe")


def build(count):
    """Create buildings of 1,000 tenancies of one unit each, who owe four fees a month."""
    product = env.ref("pm_billing.product_management_fee")
    fees = env["pm.fee"].search([("site_id", "=", site.id)])
    fees.write({"active": False})
    env["pm.fee"].create(
        [
            {
                "name": f"Bench Fee {number}",
                "code": f"B{number}",
                "site_id": site.id,
                "sequence": number,
                "product_id": product.id,
                "basis": "area" if number < 3 else "fixed",
                "price_ids": [Command.create({"date_start": "2020-01-01", "price": price})],
            }
            for number, price in enumerate([12.37, 1.13, 0.35, 61.5])
        ]
    )
    parties = env["res.partner"].create(
        [{"name": f"商户{number:05d}"} for number in range(count * PER_BUILDING)]
    )
    buildings = env["pm.building"].create(
        [
            {"site_id": site.id, "code": f"B{number}", "name": f"{number}栋"}
            for number in range(count)
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
            for number in range(count * PER_BUILDING)
        ]
    )
    tenancies = env["pm.tenancy"].create(
        [
            {
                "site_id": site.id,
                "partner_id": parties[number].id,
                "date_start": MOVED_IN,
                "date_end": "2027-12-31",
                "line_ids": [Command.create({"unit_id": units[number].id})],
            }
            for number in range(count * PER_BUILDING)
        ]
    )
    tenancies.with_context(pm_import=IMPORTING).write({"state": "move_in"})
    tenancies.write({"state": "active", "date_moved_in": MOVED_IN})
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def measure_memory():
    """Megabytes held at the most so far by this process, not by the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def prepare(month, first, last):
    """Collect and check the run of some buildings."""
    codes = [f"B{number}" for number in range(int(first), int(last))]
    buildings = env["pm.building"].search([("site_id", "=", site.id), ("code", "in", codes)])
    run = env["pm.bill.run"].create(
        {"site_id": site.id, "month": month, "building_ids": [Command.set(buildings.ids)]}
    )
    env.cr.commit()
    run._plan()
    env.invalidate_all()
    start = time.monotonic()
    run.action_collect()
    env.cr.commit()
    run.action_check()
    env.cr.commit()
    return {"run": run.id, "seconds": time.monotonic() - start}


def ours(number, worker, workers):
    """Make the bills of a run, or every second or third batch of them."""
    run = env["pm.bill.run"].browse(int(number))
    worker, workers = int(worker), int(workers)
    groups = [group.ids for group in run._get_bills_to_make()]
    run._invoice_batch(groups[worker * WARM :][:WARM], run.month)
    env.cr.commit()
    if workers > 1:
        # They start together.
        time.sleep(max(0.0, float(os.environ["PM_BENCH_START"]) - time.time()))

    def work():
        if workers == 1:
            run._invoice(run.month)
        else:
            jobs = list(split_every(JOB, groups[workers * WARM :], list))
            for job in jobs[worker::workers]:
                run._invoice_batch(job, run.month)
                env.cr.commit()
        return len(run.bill_ids) - workers * WARM

    return watch(work)


def watch(work):
    """Do work and commit it; return how many bills it made, when it began and ended, and what this
    process computed."""
    start, cpu = time.time(), time.process_time()
    bills = work()
    env.cr.commit()
    cpu = time.process_time() - cpu
    return {"start": start, "end": time.time(), "bills": bills, "cpu": cpu}


def watch_posting(make):
    """Watch invoices being made and posted, after the first few; `make` takes a slice of them."""

    def post(part):
        moves = make(part)
        moves.action_post()
        return len(moves)

    post(slice(WARM))
    env.cr.commit()
    return watch(lambda: post(slice(WARM, None)))


def prepare_lines(count):
    taxes = site.company_id.pm_fee_tax_id
    product = env.ref("pm_billing.product_management_fee")
    parties = env["res.partner"].create([{"name": f"Party {number}"} for number in range(count)])
    env.cr.commit()
    prices = [1446.37, 135.13, 41.95, 61.5]
    return parties, [
        [
            {
                "product_id": product.id,
                "name": f"Fee {number} {party.name}",
                "quantity": 1.0,
                "price_unit": price + number,
                "tax_ids": [Command.set(taxes.ids)],
            }
            for price in prices
        ]
        for number, party in enumerate(parties)
    ]


def plain():
    """Make invoices as a person does it, but all at once."""
    parties, lines = prepare_lines(WARM + PLAIN)
    journal = site._get_fee_journal()
    vals_list = [
        {
            "move_type": "out_invoice",
            "partner_id": party.id,
            "journal_id": journal.id,
            "invoice_date": "2027-03-01",
            "ref": party.name,
            "invoice_line_ids": [Command.create(vals) for vals in own],
        }
        for party, own in zip(parties, lines, strict=True)
    ]

    return watch_posting(lambda part: env["account.move"].create(vals_list[part]))


def contract():
    """Make the invoices of as many OCA contracts."""
    parties, lines = prepare_lines(WARM + PLAIN)
    journal = site._get_fee_journal()
    contracts = env["contract.contract"].create(
        [
            {
                "name": party.name,
                "partner_id": party.id,
                "journal_id": journal.id,
                "line_recurrence": False,
                "recurring_rule_type": "monthly",
                "recurring_interval": 1,
                "date_start": "2027-03-01",
                "recurring_next_date": "2027-03-01",
                "contract_line_ids": [
                    Command.create(
                        {
                            "product_id": vals["product_id"],
                            "name": vals["name"],
                            "quantity": 1.0,
                            "price_unit": vals["price_unit"],
                            "recurring_next_date": "2027-03-01",
                            "date_start": "2027-03-01",
                        }
                    )
                    for vals in own
                ],
            }
            for party, own in zip(parties, lines, strict=True)
        ]
    )
    env.flush_all()
    env.cr.commit()

    def make(part):
        moves = contracts[part]._recurring_create_invoice(date(2027, 3, 1))
        assert len(moves.invoice_line_ids) == len(contracts[part]) * len(lines[0])
        return moves

    return watch_posting(make)


def start_part(*words, database=None, addons=None):
    variables = {**os.environ, "PM_BENCH_PART": " ".join(map(str, words))}
    if addons:
        variables["ODOO_ADDONS_PATH"] = f"{os.environ['ODOO_ADDONS_PATH']},{addons}"
    return subprocess.Popen(
        ["odoo", "shell", "-d", database or DATABASE, "--no-http", "--log-level=warn"],
        stdin=SCRIPT.open(),
        stdout=subprocess.PIPE,
        text=True,
        env=variables,
    )


def read_part(process):
    output = process.communicate()[0]
    answers = [line for line in output.splitlines() if line.startswith("RESULT ")]
    if not answers:
        sys.exit(f"A part of the bench failed:\n{output}")
    return json.loads(answers[-1].removeprefix("RESULT "))


def run_part(*words, **options):
    return read_part(start_part(*words, **options))


def rate(*answers):
    seconds = max(answer["end"] for answer in answers) - min(answer["start"] for answer in answers)
    return max(answer["bills"] for answer in answers) / seconds


def work_each(answer):
    """Milliseconds that Python computed for a bill, whatever else the machine is doing."""
    return 1000 * answer["cpu"] / answer["bills"]


def bill(month, first, last, workers=1):
    """Return (answer of preparing, answers of billing) of one run."""
    ready = run_part("prepare", month, first, last)
    os.environ["PM_BENCH_START"] = str(time.time() + 12)
    processes = [start_part("ours", ready["run"], worker, workers) for worker in range(workers)]
    return ready, [read_part(process) for process in processes]


def make_contract_database():
    """Return the name of a database with OCA contract, or None where pip does not have it."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(LIBRARY)]
    if not LIBRARY.exists() and subprocess.run([*pip, CONTRACT], check=False).returncode:
        print(f"{CONTRACT} is not to be had: it is left out")
        return None
    name = f"{DATABASE}-contract"
    subprocess.run([sys.executable, "config/database.py", "clone", DATABASE, name], check=True)
    install = ["-i", "contract", "--stop-after-init", "--no-http", "--log-level=warn"]
    subprocess.run(
        ["odoo", "-d", name, *install],
        env={
            **os.environ,
            "ODOO_ADDONS_PATH": f"{os.environ['ODOO_ADDONS_PATH']},{LIBRARY / 'odoo/addons'}",
        },
        check=True,
    )
    return name


def main():
    start = time.monotonic()
    build(BUILDINGS)
    print(f"{BUILDINGS * PER_BUILDING} tenancies built in {time.monotonic() - start:.0f} s")
    # A copy is made of a database that nobody uses; contract works on the same register as ours.
    env.cr.close()
    sql_db.close_all()
    other = make_contract_database()
    try:
        compare(other)
    finally:
        if other:
            subprocess.run([sys.executable, "config/database.py", "drop", other], check=False)
    grow()
    sys.stdout.flush()
    os._exit(0)  # the cursor that the shell would roll back is closed


def compare(other):
    rates, computed = {}, {}
    for number in range(ROUNDS):
        month = f"2027-0{number + 1}-01"
        ready, [one] = bill(month, 0, 1)
        rates.setdefault("ours", []).append(rate(one))
        rates.setdefault("ours, collecting too", []).append(
            one["bills"] / (one["end"] - one["start"] + ready["seconds"])
        )
        # More than a thousand bills are what workers are for.
        rates.setdefault("ours, two workers", []).append(rate(*bill(month, 1, 3, workers=2)[1]))
        answers = {"ours": one, "plain": run_part("plain")}
        if other:
            answers["OCA contract"] = run_part(
                "contract", database=other, addons=LIBRARY / "odoo/addons"
            )
        for name, answer in answers.items():
            computed.setdefault(name, []).append(work_each(answer))
            if name != "ours":
                rates.setdefault(name, []).append(rate(answer))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print("bills a second, median of the rounds:")
    for name, median in medians.items():
        ratios = [f"{median / medians['plain']:5.1f} × plain"]
        if other:
            ratios.append(f"{median / medians['OCA contract']:5.1f} × contract")
        rounds = " / ".join(f"{value:.1f}" for value in rates[name])
        print(f"  {name:22} {median:7.1f}  {'  '.join(ratios)}   ({rounds})")
    print("milliseconds of Python for a bill, the database aside:")
    for name, values in computed.items():
        print(f"  {name:22} {statistics.median(values):7.1f}")


def grow():
    results = {}
    for month, count in (("2027-06-01", 2), ("2027-07-01", 8), ("2027-08-01", 10)):
        ready, [billed] = bill(month, 0, count)
        results[count] = (ready["seconds"], billed["end"] - billed["start"])
        print(
            f"{count * PER_BUILDING:6} bills: collected and checked in {results[count][0]:.0f} s "
            f"({ready['memory']:.0f} MB), billed in {results[count][1]:.0f} s "
            f"({billed['memory']:.0f} MB)"
        )
    for name, part in (("collecting", 0), ("billing", 1)):
        print(f"8,000 against 2,000, {name}: {results[8][part] / results[2][part]:.2f} ×")


if PART:
    name, *words = PART.split()
    answer = {"prepare": prepare, "ours": ours, "plain": plain, "contract": contract}[name](*words)
    print("RESULT " + json.dumps({**answer, "memory": measure_memory()}))
else:
    main()
