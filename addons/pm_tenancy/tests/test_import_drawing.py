from datetime import date

from odoo.tests import tagged

from .import_common import ImportCommon

SHEET = "Building Drawings"
DRAWINGS = ["Drawing No.", "Name", "Discipline", "Building Code", "Version", "Copies"]


@tagged("post_install", "-at_install")
class TestImportDrawing(ImportCommon):
    """TEN-005, F-TEN-81: the drawings of the base archive from a workbook."""

    def test_drawings_are_kept(self):
        self.assert_taken(
            {
                SHEET: [
                    [*DRAWINGS, "Version Date", "Storage Place"],
                    ["E-1", "Lighting", "Electrical", "T", "2", 0, "2012-06-18", "Cabinet 3"],
                    ["S-1", "Pipes", "Grounds and Pipes", "", "", "", "", ""],
                ]
            }
        )
        drawings = self.env["pm.building.drawing"].search([("site_id", "=", self.site.id)])
        self.assertRecordValues(
            drawings.sorted("drawing_no"),
            [
                {
                    "building_id": self.building.id,
                    "version": "2",
                    "copy_count": 0,
                    "date": date(2012, 6, 18),
                    "storage_place": "Cabinet 3",
                },
                {
                    "building_id": False,
                    "version": "1",
                    "copy_count": 1,
                    "date": False,
                    "storage_place": False,
                },
            ],
        )

    def test_bad_drawings(self):
        self.env["pm.building.drawing"].create(
            {"site_id": self.site.id, "drawing_no": "E-1", "name": "Lighting", "active": False}
        )
        self.assert_refused(
            {
                SHEET: [
                    DRAWINGS,
                    ["E-1", "Lighting", "Electrical", "T", "1", 1],
                    ["E-2", "Lighting", "Painting", "T", "1", 1],
                    ["E-3", "Lighting", "Electrical", "Z", "1", 1],
                    ["E-4", "Lighting", "Electrical", "T", "1", -1],
                    ["E-5", "Lighting", "Electrical", "T", "2", 1],
                    ["E-5", "Lighting", "Electrical", "T", "2", 1],
                ]
            },
            (SHEET, 2, "Drawing No.", "in the archive already"),
            (SHEET, 3, "Discipline", "is not one of"),
            (SHEET, 4, "Building Code", "no building Z"),
            (SHEET, 5, "Copies", "0 or more"),
            (SHEET, 7, "Drawing No.", "in the archive already"),
        )
