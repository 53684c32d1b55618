from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import TENANCIES
from .import_common import ImportCommon

SHEET = "People of Occupants"
PEOPLE = ["Unit No.", "Full Name", "Access Pass No.", "Identity No.", "Mobile"]


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImportStaff(ImportCommon):
    """TEN-071, F-TEN-85: the people of the occupants from a workbook."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_tenancy(state="active")

    def test_people_join_who_is_there(self):
        self._create_tenancy(
            partner_id=self.other_tenant.id, date_start="2027-01-01", date_end=False
        )
        self.assert_taken(
            {
                "Tenancies": [TENANCIES, ["T-12-04", "Red Sail Travel", "2026-09-01", "", ""]],
                SHEET: [
                    [*PEOPLE, "Post", "Registered On"],
                    ["T-12-03", "Li Lei", "P-1", "11010519491231002X", "190 5", "Head", ""],
                    ["T-12-04", "Ms Xu", "", "", "", "", "2026-06-01"],
                ],
            }
        )
        self.assertRecordValues(
            self.tenancy.staff_ids,
            [
                {
                    "name": "Li Lei",
                    "post": "Head",
                    "pass_no": "P-1",
                    "pm_mobile": "1905",
                    "pm_identity_no": "110***********002X",
                    "date_registered": date(2026, 6, 15),
                }
            ],
        )
        newcomer = self.unit_2.tenancy_unit_ids.tenancy_id.staff_ids
        self.assertRecordValues(newcomer, [{"name": "Ms Xu", "date_registered": date(2026, 6, 1)}])

    def test_bad_people(self):
        self.env["pm.tenancy.staff"].create(
            {"tenancy_id": self.tenancy.id, "name": "Known", "pass_no": "P-9"}
        )
        self.assert_refused(
            {
                SHEET: [
                    PEOPLE,
                    ["T-12-04", "Li Lei", "", "", ""],
                    ["T-12-03", "Li Lei", "P-1", "", ""],
                    ["T-12-03", "Han Mei", "P-1", "", ""],
                    ["T-12-03", "Wei Hua", "P-9", "", ""],
                    ["T-12-03", "Known", "P-9", "", ""],
                    ["T-12-03", "Ms Xu", "", "110105194912310021", ""],
                ]
            },
            (SHEET, 2, "Unit No.", "Nobody occupies unit T-12-04"),
            (SHEET, 4, "Access Pass No.", "held by Li Lei"),
            (SHEET, 5, "Access Pass No.", "held by Known"),
            (SHEET, 6, "Full Name", "registered with this occupant already"),
            (SHEET, 7, "Identity No.", "check digit"),
        )

    def test_person_of_a_refused_tenancy_is_not_blamed(self):
        self.assert_refused(
            {
                "Tenancies": [TENANCIES, ["T-12-04", "Nobody", "2026-09-01", "", ""]],
                SHEET: [PEOPLE, ["T-12-04", "Ms Xu", "", "", ""]],
            },
            ("Tenancies", 2, "Occupant", "Nobody is not known"),
        )
