"""Billing is killed at random moments, and started twice at once: nothing is lost or doubled."""

import pytest

ROUNDS = 20

PREPARE = """
import os, random, signal, sys, time
from odoo import SUPERUSER_ID, api, sql_db
from odoo.addons.pm_base.models.pm_import import IMPORTING
from odoo.addons.pm_billing.models import pm_bill_run_fast
from odoo.exceptions import UserError
from odoo.fields import Command

pm_bill_run_fast.BATCH = 4
site = env.ref("pm_base.site_yunhe")
database = env.cr.dbname
building = env["pm.building"].create({"site_id": site.id, "code": "F", "name": "Fault"})
management_fee = env.ref("pm_billing.fee_yunhe_management")
management_fee.price_ids = [
    Command.create({"building_id": building.id, "date_start": "2026-01-01", "price": 10})
]
parties = env["res.partner"].create([{"name": f"Fault {n}"} for n in range(16)])
units = env["pm.unit"].create(
    [{"building_id": building.id, "floor": n + 1, "room": "01", "area": 50} for n in range(16)]
)
tenancies = env["pm.tenancy"].create(
    [
        {
            "site_id": site.id, "partner_id": party.id, "date_start": "2026-01-01",
            "date_end": "2030-12-31", "line_ids": [Command.create({"unit_id": unit.id})],
        }
        for party, unit in zip(parties, units)
    ]
)
tenancies.with_context(pm_import=IMPORTING).write({"state": "move_in"})
tenancies.write({"state": "active", "date_moved_in": "2026-01-01"})
env.cr.commit()


def prepare(number):
    run = env["pm.bill.run"].create(
        {
            "site_id": site.id,
            "month": f"{2027 + number // 12}-{number % 12 + 1:02d}-01",
            "building_ids": [Command.set(building.ids)],
        }
    )
    run.action_collect()
    run.action_check()
    hindered = run.exception_ids.filtered("is_blocking")
    assert not hindered, hindered.mapped("message")
    env.cr.commit()
    return run


def start(run):
    \"\"\"Bill in a process of its own, as a clerk does whom nobody else knows of.\"\"\"
    pid = os.fork()
    if pid:
        return pid
    # The connections of the parent are not ours.
    sql_db._Pool = None
    env.registry._db = sql_db.db_connect(database)
    status = 1
    try:
        with env.registry.cursor() as cr:
            own = api.Environment(cr, SUPERUSER_ID, {})[run._name].browse(run.id)
            own._invoice(own.month)
        status = 0
    except Exception as error:
        print(type(error).__name__, str(error)[:80], flush=True)
    os._exit(status)


def check(run, whole):
    env.cr.commit()
    env.invalidate_all()
    bills = run.bill_ids
    assert set(bills.mapped("state")) <= {"posted"}, "a bill was left half made"
    assert len(bills.pm_tenancy_id) == len(bills), "a tenancy was billed twice"
    billed = run.charge_ids.filtered(lambda charge: charge.state == "invoiced")
    assert billed == run.charge_ids.filtered("move_id")
    assert abs(sum(billed.mapped("amount")) - sum(bills.mapped("amount_total"))) < 0.005
    assert len(bills) % pm_bill_run_fast.BATCH == 0, "a batch was kept in part"
    if whole:
        assert bills.pm_tenancy_id == tenancies and run.state == "invoiced" and not run.open_count
    every = env["account.move"].search([("journal_id", "=", bills.journal_id.id or 0)])
    for year, moves in every.grouped(lambda move: move.sequence_prefix).items():
        numbers = sorted(moves.mapped("sequence_number"))
        assert numbers == list(range(1, len(numbers) + 1)), f"{year} has a gap"
    return len(bills)


def finish(run):
    for _try in range(100):
        env.cr.commit()
        env.invalidate_all()
        if run.state == "checked":
            try:
                run._invoice(run.month)
            except UserError:  # the database has not noticed yet that the clerk is dead
                env.cr.rollback()
                time.sleep(0.1)
                continue
            env.cr.commit()
        return check(run, whole=True)
    raise AssertionError("the run stays locked")
"""

KILL = """
def wait_for(run, count):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        env.cr.rollback()
        env.cr.execute("SELECT count(*) FROM account_move WHERE pm_run_id = %s", [run.id])
        if env.cr.fetchone()[0] >= count:
            return
        time.sleep(0.005)


first = prepare(0)
begin = time.monotonic()
os.waitpid(start(first), 0)
length = time.monotonic() - begin
check(first, whole=True)
random.seed(11)
left = []
for number in range(1, ROUNDS + 1):
    run = prepare(number)
    pid = start(run)
    # Somewhere after a batch that was kept: at a moment of the next one, or between the two.
    wait_for(run, random.choice([0, 4, 8, 12]))
    time.sleep(length / 4 * random.random())
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    left.append(check(run, whole=False))
    finish(run)
print("BILLS", *left)
"""

TWICE = """
for number in range(3):
    run = prepare(number)
    processes = [start(run), start(run)]
    statuses = [os.waitpid(pid, 0)[1] for pid in processes]
    check(run, whole=0 in statuses)
    finish(run)
    print("STATUS", *statuses)
"""


@pytest.fixture
def office(make_odoo_server):
    return make_odoo_server()


def test_killed_at_any_moment(office):
    """BIL-023: what was billed stays, what was not is billed by repeating the step."""
    output = office.shell(PREPARE + KILL.replace("ROUNDS", str(ROUNDS)))
    left = [int(word) for word in output.split("BILLS")[1].split()]
    assert len(left) == ROUNDS
    # Some were killed in the middle, or nothing was tried.
    assert sum(0 < count < 16 for count in left) >= 5, left


def test_two_clerks_at_once(office):
    """BIL-023: the second is told that somebody is at it; no occupant is billed twice."""
    output = office.shell(PREPARE + TWICE)
    assert output.count("STATUS") == 3
    assert "Somebody else is working" in output or "SerializationFailure" in output
