from freezegun import freeze_time

from odoo.tests import tagged

from .common import BUILDINGS
from .import_common import ImportCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImportBuilding(ImportCommon):
    """TEN-001: buildings from a workbook."""

    def test_bad_buildings(self):
        heading = [*BUILDINGS, "Lifts", "Use of the Floors", "Managing Party"]
        self.assert_refused(
            {
                "Buildings": [
                    heading,
                    ["T", "Tower again", "", "", ""],
                    ["N", "North", 2, "", ""],
                    ["N", "North again", 2, "", ""],
                    ["P", "Port", -1, "", ""],
                    ["Q", "Quay", 1.5, "", ""],
                    ["R", "Rock", "", "5-3 offices", ""],
                    ["S", "Sand", "", "", "Nobody Ltd"],
                ]
            },
            ("Buildings", 2, "Building Code", "in the register already"),
            ("Buildings", 4, "Building Code", "Row 3 holds building N too"),
            ("Buildings", 5, "Lifts", "0 or more"),
            ("Buildings", 6, "Lifts", "whole number"),
            ("Buildings", 7, "Use of the Floors", "not a range of floors"),
            ("Buildings", 8, "Managing Party", "Nobody Ltd is not known"),
        )
