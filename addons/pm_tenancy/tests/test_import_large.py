import os
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.pm_base.models.pm_progress_mixin import PmProgressMixin

from .common import BUILDINGS, PARTIES, UNITS, TenancyCommon

ROWS = 20_000
MEGABYTE = 2**20


def read_memory():
    """Return the bytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@tagged("post_install", "-at_install")
class TestImportLarge(TenancyCommon):
    def test_20000_units_are_taken_in_the_background_in_bounded_memory(self):
        run = self._create_import(
            {
                "Owners and Occupants": [PARTIES, ["Landlord of Many", "Person", ""]],
                "Buildings": [BUILDINGS, *([f"G{number}", "Garden"] for number in range(20))],
                "Units": [
                    UNITS,
                    *(
                        [
                            f"G{number // 1000}",
                            number % 1000 // 20 + 1,
                            f"{number % 20:02d}",
                            80 + number % 50,
                            "Landlord of Many",
                        ]
                        for number in range(ROWS)
                    ),
                ],
            }
        )
        original, shown, memory = PmProgressMixin._write_progress, [], []

        def write_progress(record, done, total):
            shown.append(done)
            memory.append(read_memory())
            return original(record, done, total)

        with (
            self.enter_registry_test_mode(),
            patch.object(PmProgressMixin, "_write_progress", write_progress),
        ):
            run.action_check()
            self.assertRecordValues(run, [{"state": "checked", "row_count": ROWS + 21}])
            self.assertFalse(self.env["pm.unit"].search_count([("code", "like", "G%")]))
            run.action_import()
            self.assertEqual(run.state, "queued")
            shown.clear()
            self.env.ref("pm_base.ir_cron_run_imports").method_direct_trigger()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.env["pm.unit"].search_count([("code", "like", "G%")]), ROWS)
        self.assertEqual(shown, sorted(shown))
        self.assertGreater(len(shown), ROWS / 1000)
        self.assertLess(max(memory) - memory[0], 300 * MEGABYTE)
