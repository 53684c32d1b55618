from freezegun import freeze_time

from odoo.tests import tagged

from .common import PARTIES, TENANCIES, UNITS
from .import_common import ImportCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImportParty(ImportCommon):
    """TEN-012: owners and occupants from a workbook."""

    def test_known_party_is_used_again(self):
        row = ["Blue Kite Trading", "Organisation", "19011110002"]
        tenancy = ["T-12-03", "Blue Kite Trading", "2026-01-01", "", ""]
        self.assert_taken(
            {"Owners and Occupants": [PARTIES, row], "Tenancies": [TENANCIES, tenancy]}
        )
        self.assertEqual(self.unit.partner_id, self.tenant)

    def test_namesakes_are_told_apart_by_reference(self):
        twin = self._create_partner(name="Han Meimei", phone="190 3333 0001")
        self.assert_refused(
            {"Units": [UNITS, ["T", 1, "01", 10, "Han Meimei"]]},
            ("Units", 2, "Owner", "2 parties are called Han Meimei"),
        )
        twin.ref = "HM-2"
        self.assert_taken({"Units": [UNITS, ["T", 1, "01", 10, "HM-2"]]})
        self.assertEqual(self._find_units("T-01-01").owner_id, twin)

    def test_bad_parties(self):
        heading = [*PARTIES, "Reference No."]
        self.assert_refused(
            {
                "Owners and Occupants": [
                    heading,
                    ["Han Meimei", "Person", "000", ""],
                    ["New One", "Person", "", ""],
                    ["New One", "Person", "", ""],
                    ["Nobody", "Ghost", "", ""],
                    ["", "Person", "", ""],
                    ["Same No. 1", "Person", "", "R7"],
                    ["Same No. 2", "Person", "", "R7"],
                ]
            },
            ("Owners and Occupants", 2, "Name", "known with another telephone"),
            ("Owners and Occupants", 4, "Name", "Row 3 holds the same"),
            ("Owners and Occupants", 5, "Organisation or Person", "Organisation, Person"),
            ("Owners and Occupants", 6, "Name", "missing"),
            ("Owners and Occupants", 8, "Reference No.", "Row 7 holds the same"),
        )
