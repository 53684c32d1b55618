"""Import 20,000 units with their owners, and a tenancy of each but every fifth.

Prints seconds, rows a second and memory for the check (a dry run) and for the import.
"""

import base64
import io
import os
import resource
import time
from pathlib import Path

import xlsxwriter

UNITS, PER_BUILDING, PER_FLOOR, OWNERS = 20_000, 1_000, 20, 1_000

site = env["pm.site"].create(
    {"name": "Bench", "code": "BENCH", "property_name": "Bench", "phone": "1"}
)


def memory_now():
    """Megabytes held at present."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def memory_peak():
    """Megabytes held at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_workbook():
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"constant_memory": True, "in_memory": True})

    def write(title, heading, rows):
        sheet = workbook.add_worksheet(title)
        for number, row in enumerate([heading, *rows]):
            sheet.write_row(number, 0, row)

    write(
        "Owners and Occupants",
        ["Name", "Organisation or Person", "Telephone"],
        ([f"Bench Party {number}", "Person", f"190 {number:08d}"] for number in range(OWNERS)),
    )
    write(
        "Buildings",
        ["Building Code", "Name", "Usage"],
        (
            [f"T{number}", f"Tower {number}", "Residential"]
            for number in range(UNITS // PER_BUILDING)
        ),
    )

    def place(number):
        building, rest = divmod(number, PER_BUILDING)
        floor, room = divmod(rest, PER_FLOOR)
        return f"T{building}", floor + 1, f"{room + 1:02d}"

    write(
        "Units",
        ["Building Code", "Floor", "Room", "Floor Area (m²)", "Inner Area (m²)", "Owner"],
        (
            [*place(number), 80 + number % 60, 60 + number % 20, f"Bench Party {number % OWNERS}"]
            for number in range(UNITS)
        ),
    )
    write(
        "Tenancies",
        ["Unit Nos.", "Occupant", "Kind", "From", "Until", "Contract No."],
        (
            [
                "{}-{:02d}-{}".format(*place(number)),
                f"Bench Party {(number * 7) % OWNERS}",
                "Tenant",
                "2026-01-01",
                "2027-12-31",
                f"C-{number}",
            ]
            for number in range(UNITS)
            if number % 5
        ),
    )
    workbook.close()
    return output.getvalue()


content = make_workbook()
run = env["pm.import"].create(
    {"site_id": site.id, "filename": "bench.xlsx", "file": base64.b64encode(content)}
)
env.cr.commit()
env.invalidate_all()
print(f"workbook: {len(content) / 1e6:.1f} MB, memory before: {memory_now():.0f} MB")


def measure(name, work):
    before, start = memory_now(), time.monotonic()
    work()
    seconds = time.monotonic() - start
    print(
        f"{name}: {run.state}, {run.row_count} rows in {seconds:.0f} s "
        f"({run.row_count / seconds:.0f} a second), peak of memory +{memory_peak() - before:.0f} MB"
    )
    for line in run.line_ids[:5]:
        print(" ", line.sheet, line.row, line.column, line.message)


measure("check", run.action_check)
env.cr.commit()
measure("import", lambda: run._run(dry=False))
env.cr.commit()
