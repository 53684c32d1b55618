from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .handover_common import HandoverCommon

KEYS = ["Key No.", "Name", "Kind", "Unit No.", "Place", "Quantity", "Spare", "With the Occupant"]
METERS = ["Meter No.", "Counts", "Unit No.", "Building Code", "Place", "Digits", "Multiplier"]
READINGS = ["Meter No.", "Counts", "Read On", "Reading", "Type of Reading", "Rolled Over"]
SPACES = ["Space No.", "Kind", "Zone"]
VEHICLES = ["Plate No.", "Unit No.", "Driver", "From", "Until"]
GOOD = {
    "Keys": [
        KEYS,
        ["K1", "Front door", "", "T-12-03", "", 2, "", "Yes"],
        ["K2", "Front door", "Room Key", "T-12-03", "", "", "Yes", ""],
        ["GATE", "Gate", "Access Card", "", "South gate", "", "", ""],
    ],
    "Meters": [
        METERS,
        ["E1", "Electricity", "T-12-03", "", "", 5, 30],
        ["W1", "Water", "", "T", "Pump room", "", ""],
    ],
    "Meter Readings": [
        READINGS,
        ["E1", "", "2026-01-02", 99990, "Base at Move-in", ""],
        ["E1", "Electricity", "2026-02-25", 10, "", "Yes"],
        ["W1", "", "2026-02-25", 3.5, "", ""],
    ],
    "Parking Spaces": [SPACES, ["B1-1", "Underground", "East"], ["D-1", "Surface", ""]],
    "Vehicles": [VEHICLES, ["沪A·123", "T-12-03", "Li Lei", "2026-01-01", ""]],
}


def change(sheet, *rows):
    """Return the good workbook with other rows in a sheet."""
    return {**GOOD, sheet: [GOOD[sheet][0], *(list(row) for row in rows)]}


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImportHandover(HandoverCommon):
    """Keys, meters, readings, parking spaces and vehicles from a workbook."""

    def assert_refused(self, sheets, *errors):
        """Check and import report exactly these errors (sheet, row, column, part of the reason)."""
        run = self._create_import(sheets)
        for work in (run.action_check, run.action_import):
            work()
            found = [(line.sheet, line.row, line.column or "") for line in run.line_ids]
            self.assertEqual(found, [error[:3] for error in errors], run.line_ids.mapped("message"))
            for line, error in zip(run.line_ids, errors, strict=True):
                self.assertIn(error[3], line.message)
        self.assertFalse(self.env["pm.key"].search([("site_id", "=", self.site.id)]))

    def test_good_workbook_is_taken(self):
        run = self._create_import(GOOD)
        run.with_user(self._user("director")).action_import()
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        keys = self.env["pm.key"].search([("site_id", "=", self.site.id)], order="code")
        self.assertRecordValues(
            keys,
            [
                {"code": "GATE", "state": "in_cabinet", "location": "South gate"},
                {"code": "K1-1", "state": "with_occupant", "location": "T-12-03"},
                {"code": "K1-2", "state": "with_occupant", "location": "T-12-03"},
                {"code": "K2", "state": "in_cabinet", "location": "T-12-03"},
            ],
        )
        self.assertEqual(self.tenancy.key_out_count, 2)
        meters = self.env["pm.meter"].search([("site_id", "=", self.site.id)], order="meter_no")
        self.assertRecordValues(
            meters,
            [
                {"meter_no": "E1", "digits": 5, "last_value": 10, "date_last": date(2026, 2, 25)},
                {"meter_no": "W1", "digits": 6, "last_value": 3.5, "date_last": date(2026, 2, 25)},
            ],
        )
        self.assertEqual(meters.building_id, self.building)
        self.assertEqual(meters[0].reading_ids._in_order()[-1:].consumption, 20 * 30)
        self.assertEqual(self.tenancy._get_missing_readings("base"), self.env["pm.meter"])
        self.assertEqual(len(self.site.parking_space_ids), 2)
        vehicle = self.env["pm.vehicle"].search([("site_id", "=", self.site.id)])
        self.assertRecordValues(vehicle, [{"plate": "沪A123", "tenancy_id": self.tenancy.id}])

    def test_bad_keys(self):
        self.assert_refused(
            change(
                "Keys",
                ["K1", "Door", "", "T-12-99", "", "", "", ""],
                ["K2", "Door", "", "", "", "", "", ""],
                ["K3", "Door", "", "T-12-04", "", "", "", "Yes"],
                ["K4", "Door", "Sword", "T-12-03", "", "", "", ""],
                ["K5", "Door", "", "T-12-03", "", 0, "", ""],
                ["K6", "Door", "", "T-12-03", "", 101, "", ""],
                ["K7", "", "", "T-12-03", "", "", "", ""],
                ["K8", "Door", "", "T-12-03", "", "", "", ""],
                ["K8", "Door", "", "T-12-03", "", "", "", ""],
            ),
            ("Keys", 2, "Unit No.", "There is no unit T-12-99"),
            ("Keys", 3, "Unit No.", "or the place"),
            ("Keys", 4, "With the Occupant", "Nobody occupies T-12-04"),
            ("Keys", 5, "Kind", "not one of"),
            ("Keys", 6, "Quantity", "too small"),
            ("Keys", 7, "Quantity", "At most 100"),
            ("Keys", 8, "Name", "missing"),
            ("Keys", 10, "Key No.", "Row 9 holds K8 too"),
        )

    def test_bad_meters(self):
        self.assert_refused(
            change(
                "Meters",
                ["E1", "Electricity", "T-12-99", "", "", "", ""],
                ["E2", "Steam", "T-12-03", "", "", "", ""],
                ["E3", "Gas", "", "Z", "Roof", "", ""],
                ["E4", "Gas", "T-12-03", "", "", 10, ""],
                ["E5", "Gas", "T-12-03", "", "", "", 0],
                ["W1", "Water", "T-12-03", "", "", "", ""],
                ["W1", "Water", "T-12-03", "", "", "", ""],
            ),
            ("Meters", 2, "Unit No.", "There is no unit T-12-99"),
            ("Meters", 3, "Counts", "not one of"),
            ("Meters", 4, "Building Code", "There is no building Z"),
            ("Meters", 5, "Digits", "one to nine"),
            ("Meters", 6, "Multiplier", "more than 0"),
            ("Meters", 8, "Meter No.", "Row 7 holds W1 too"),
        )

    def test_bad_readings(self):
        """A reading of a refused meter is not reported; one that is too low is, with its reason."""
        self.assert_refused(
            change(
                "Meter Readings",
                ["X9", "", "2026-02-25", 1, "", ""],
                ["E1", "Gas", "2026-02-25", 1, "", ""],
                ["E1", "", "2026-06-16", 1, "", ""],
                ["E1", "", "2026-02-25", 100000, "", ""],
                ["E1", "", "2026-02-25", -1, "", ""],
                ["E1", "", "2026-02-25", 50, "", ""],
                ["E1", "", "2026-02-25", 51, "", ""],
                ["E1", "", "2026-03-25", 49, "", ""],
            ),
            ("Meter Readings", 2, "Meter No.", "There is no meter X9"),
            ("Meter Readings", 3, "Counts", "counts otherwise"),
            ("Meter Readings", 4, "Read On", "still to come"),
            ("Meter Readings", 5, "Reading", "5 digits only"),
            ("Meter Readings", 6, "Reading", "too small"),
            ("Meter Readings", 8, "Read On", "Row 7 holds E1 2026-02-25 too"),
            ("Meter Readings", 9, "", "49 is lower than the last reading 50 of 2026-02-25"),
        )

    def test_bad_spaces_and_vehicles(self):
        self.assert_refused(
            {
                **change("Parking Spaces", ["B1", "Underground", ""], ["B1", "Surface", ""]),
                "Vehicles": [
                    VEHICLES,
                    ["A1", "T-12-04", "", "", ""],
                    ["A2", "T-12-03", "", "2026-02-01", "2026-01-01"],
                    ["A3", "T-12-03", "", "", ""],
                    ["a-3", "T-12-03", "", "", ""],
                ],
            },
            ("Parking Spaces", 3, "Space No.", "Row 2 holds B1 too"),
            ("Vehicles", 2, "Unit No.", "Nobody occupies T-12-04"),
            ("Vehicles", 3, "Until", "ends before it begins"),
            ("Vehicles", 5, "Plate No.", "Row 4 holds a-3 too"),
        )

    def test_importing_it_twice_is_refused(self):
        self._create_import(GOOD).action_import()
        again = self._create_import(GOOD)
        again.action_check()
        self.assertEqual(again.state, "refused")
        self.assertTrue(all("already" in text for text in again.line_ids.mapped("message")))
