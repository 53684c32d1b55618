from freezegun import freeze_time

from odoo.tests import tagged

from .common import UNITS
from .import_common import ImportCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImportUnit(ImportCommon):
    """TEN-004: units from a workbook."""

    def test_bad_units(self):
        """Unknown building and owner, negative area, text in a number, duplicate unit."""
        self.assert_refused(
            {
                "Units": [
                    [*UNITS, "Inner Area (m²)", "Unit No."],
                    ["Z", 1, "01", 50, "", "", ""],
                    ["T", 1, "01", 50, "Nobody", "", ""],
                    ["T", 1, "01", -50, "", "", ""],
                    ["T", 1, "01", 0, "", "", ""],
                    ["T", 1, "01", "large", "", "", ""],
                    ["T", "roof", "01", 50, "", "", ""],
                    ["T", 12, "03", 50, "", "", ""],
                    ["T", 1, "02", 50, "", "", ""],
                    ["T", 1, "02", 50, "", "", ""],
                    ["T", 1, "03", 50, "", 51, ""],
                    ["T", 1, "", 50, "", "", ""],
                    ["T", 9, "99", 50, "", "", "T-01-02"],
                ]
            },
            ("Units", 2, "Building Code", "no building Z"),
            ("Units", 3, "Owner", "Nobody is not known"),
            ("Units", 4, "Floor Area (m²)", "more than 0"),
            ("Units", 5, "Floor Area (m²)", "more than 0"),
            ("Units", 6, "Floor Area (m²)", "“large” is not a number"),
            ("Units", 7, "Floor", "“roof” is not a floor"),
            ("Units", 8, "Room", "Unit T-12-03 is in the register already"),
            ("Units", 10, "Room", "Row 9 holds unit T-01-02 too"),
            ("Units", 11, "Inner Area (m²)", "larger than the floor area"),
            ("Units", 12, "Room", "missing"),
            ("Units", 13, "Unit No.", "Row 9 holds unit T-01-02 too"),
        )
