from .common import BUILDINGS, PARTIES, TENANCIES, UNITS, TenancyCommon

# A workbook that is taken; each test of a bad one changes a row of it.
GOOD = {
    "Owners and Occupants": [
        PARTIES,
        ["Green Door Holding", "Organisation", "190 2222 0001"],
        ["Wang Fang", "Person", "190 2222 0002"],
    ],
    "Buildings": [BUILDINGS, ["N", "North Tower"]],
    "Units": [
        UNITS,
        ["N", 3, "01", 90, "Green Door Holding"],
        ["N", 3, "02", 60.5, "Wang Fang"],
        ["N", "B1", "K", 12, ""],
    ],
    "Tenancies": [
        TENANCIES,
        ["N-03-01", "Wang Fang", "2026-01-01", "2026-12-31", ""],
        ["N-03-02, N-B1-K", "Green Door Holding", "2026/9/1", "", ""],
    ],
}


def change(sheet, row, *cells):
    """Return the good workbook with a row of a sheet (as Excel counts) replaced or added."""
    rows = [*GOOD[sheet][: row - 1], list(cells), *GOOD[sheet][row:]]
    return {**GOOD, sheet: rows}


class ImportCommon(TenancyCommon):
    """What the tests of every import sheet say: a file is taken, or refused with these errors."""

    def _count(self):
        """Return how many records there are of what an import creates."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = (
            "res.partner",
            "pm.building",
            "pm.building.drawing",
            "pm.unit",
            "pm.ownership",
            "pm.tenancy",
            "pm.tenancy.staff",
        )
        return {name: self.env[name].search_count([]) for name in names}

    def assert_refused(self, sheets, *errors):
        """Check and import report exactly these errors (sheet, row, column, part of the reason)
        and write nothing."""
        before = self._count()
        run = self._create_import(sheets)
        for work in (run.action_check, run.action_import):
            work()
            self.assertEqual(run.state, "refused")
            found = [
                (line.sheet or "", line.row, line.column or "", line.message)
                for line in run.line_ids
            ]
            self.assertEqual([line[:3] for line in found], [error[:3] for error in errors], found)
            for line, error in zip(found, errors, strict=True):
                self.assertIn(error[3], line[3])
            self.assertEqual(self._count(), before)

    def assert_taken(self, sheets, **vals):
        run = self._create_import(sheets, **vals)
        run.action_import()
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        return run

    def _find_units(self, *codes):
        units = self.env["pm.unit"].search([("site_id", "=", self.site.id)])
        return units.filtered(lambda unit: unit.code in codes).sorted("code")
