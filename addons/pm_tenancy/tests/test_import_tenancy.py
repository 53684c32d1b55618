from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_tenancy.models.pm_import_tenancy import PmImportTenancy

from .common import TENANCIES
from .import_common import ImportCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImportTenancy(ImportCommon):
    """TEN-012: who occupies which unit, from a workbook."""

    def test_history_makes_room_for_the_present(self):
        """A tenancy with the day of moving out goes into the file closed."""
        tenancies = [
            TENANCIES,
            ["T-12-03", "Blue Kite Trading", "2026-04-01", "", ""],
            ["T-12-03", "Red Sail Travel", "2024-01-01", "2027-12-31", "2026-03-31"],
            ["T-12-03", "Han Meimei", "2023-01-01", "2023-12-31", "2023-12-31"],
        ]
        self.assert_taken({"Tenancies": tenancies})
        self.assertRecordValues(
            self.unit.tenancy_unit_ids,
            [
                {"state": "active", "date_end": False},
                {"state": "closed", "date_end": date(2026, 3, 31)},
                {"state": "closed", "date_end": date(2023, 12, 31)},
            ],
        )
        self.assertEqual(self.unit.partner_id, self.tenant)

    def test_bad_tenancies(self):
        """Unknown unit, another office's unit, unknown occupant, dates out of order."""
        self._create_unit(building_id=self.other_building.id, room="88")
        who = "Blue Kite Trading"
        self.assert_refused(
            {
                "Tenancies": [
                    [*TENANCIES, "Monthly Rent", "Area Administrator"],
                    ["T-99-99", who, "2026-01-01", "", "", "", ""],
                    ["T-12-03, X-12-88", who, "2026-01-01", "", "", "", ""],
                    ["T-12-03", "Nobody", "2026-01-01", "", "", "", ""],
                    ["T-12-03", who, "2026-02-01", "2026-01-31", "", "", ""],
                    ["T-12-03", who, "2026-02-01", "", "2026-01-31", "", ""],
                    ["T-12-03", who, "2026-02-01", "", "2026-06-16", "", ""],
                    ["T-12-03", who, "soon", "", "", "", ""],
                    ["T-12-03", who, "2026-01-01", "", "", -1, ""],
                    ["T-12-03", who, "2026-01-01", "", "", "", "nobody"],
                    ["、", who, "2026-01-01", "", "", "", ""],
                ]
            },
            ("Tenancies", 2, "Unit Nos.", "There is no unit T-99-99"),
            ("Tenancies", 3, "Unit Nos.", "Unit X-12-88 belongs to Loud Street Office"),
            ("Tenancies", 4, "Occupant", "Nobody is not known"),
            ("Tenancies", 5, "Until", "ends before it begins"),
            ("Tenancies", 6, "Moved Out On", "before the tenancy begins"),
            ("Tenancies", 7, "Moved Out On", "still to come"),
            ("Tenancies", 8, "From", "is not a date"),
            ("Tenancies", 9, "Monthly Rent", "0 or more"),
            ("Tenancies", 10, "Area Administrator", "nobody is not a user of Quiet Lane Office"),
            ("Tenancies", 11, "Unit Nos.", "No unit is named"),
        )

    def test_overlapping_tenancies_name_the_other_one(self):
        known = self._create_tenancy(self.unit_2, date_start="2026-03-01", date_end="2026-05-31")
        who = "Red Sail Travel"
        self.assert_refused(
            {
                "Tenancies": [
                    TENANCIES,
                    ["T-12-03", who, "2026-01-01", "2026-06-30", ""],
                    ["T-12-03", who, "2026-06-30", "", ""],
                    ["T-12-04", who, "2026-05-31", "", ""],
                    ["T-12-04", who, "2026-06-01", "", ""],
                    ["T-12-03、T-12-04", who, "2026-07-01", "", ""],
                    ["T-12-03", who, "2026-07-01", "", ""],
                ]
            },
            ("Tenancies", 3, "Unit Nos.", "in that period: row 2."),
            ("Tenancies", 4, "Unit Nos.", f"in that period: {known.name} Blue Kite Trading."),
            ("Tenancies", 6, "Unit Nos.", "in that period: row 5."),
        )

    def test_boundary_days_and_cancelled_tenancies_are_free(self):
        self._create_tenancy(state="cancelled")
        self._create_tenancy(self.unit_2, date_start="2026-03-01", date_end="2026-05-31")
        who = "Red Sail Travel"
        self.assert_taken(
            {
                "Tenancies": [
                    TENANCIES,
                    ["T-12-03", who, "2026-01-01", "2026-06-30", ""],
                    ["T-12-03", who, "2026-07-01", "", ""],
                    ["T-12-04", who, "2026-06-01", "", ""],
                ]
            }
        )

    def test_two_occupants_at_once_are_refused(self):
        """The former one has not moved out: his day of moving out is missing."""
        self._create_tenancy(self.unit_2, date_end="2026-03-31", state="active")
        who = "Red Sail Travel"
        self.assert_refused(
            {
                "Tenancies": [
                    TENANCIES,
                    ["T-12-03", who, "2025-01-01", "2025-12-31", ""],
                    ["T-12-03", who, "2026-01-01", "", ""],
                    ["T-12-04", who, "2026-04-01", "", ""],
                ]
            },
            ("Tenancies", 3, "Unit Nos.", "two occupants at once, the other one in row 2"),
            ("Tenancies", 4, "Unit Nos.", "two occupants at once"),
        )

    def test_database_is_the_last_line_of_defence(self):
        """What slips through the check, as when a colleague was quicker, is refused by row."""
        rows = [
            ["T-12-03", "Red Sail Travel", "2026-01-01", "", ""],
            ["T-12-04", "Red Sail Travel", "2026-01-01", "", ""],
            ["T-12-03", "Blue Kite Trading", "2026-05-01", "", ""],
        ]
        with patch.object(PmImportTenancy, "_check_free"), mute_logger("odoo.sql_db"):
            self.assert_refused(
                {"Tenancies": [TENANCIES, *rows]},
                ("Tenancies", 4, "", "Unit T-12-03 already has tenancy"),
            )
