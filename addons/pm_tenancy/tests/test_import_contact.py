from freezegun import freeze_time

from odoo.tests import tagged

from .common import PARTIES
from .import_common import ImportCommon

CONTACTS = [
    "Owner or Occupant",
    "Contact Role",
    "Full Name",
    "Mobile",
    "Identity Document",
    "Identity No.",
]
TENANT = "Blue Kite Trading"
INSIDE = "Emergency, Office Hours"


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImportContact(ImportCommon):
    """TEN-011: emergency contacts from a workbook."""

    def test_contacts_join_their_party(self):
        self.assert_taken(
            {
                "Owners and Occupants": [PARTIES, ["New Door", "Organisation", "190 2"]],
                "Contacts": [
                    [*CONTACTS, "Post", "Telephone", "Second Mobile"],
                    [TENANT, INSIDE, "Li Lei", "190 5", "", "11010519491231002x", "Head", "7", "8"],
                    ["New Door", "Legal Representative", "Ms Xu", "", "Passport", "E 123", "", ""],
                ],
            }
        )
        contact = self.tenant._pm_get_contacts("emergency_in")
        self.assertRecordValues(
            contact,
            [
                {
                    "name": "Li Lei",
                    "function": "Head",
                    "phone": "7",
                    "pm_mobile": "1905",
                    "pm_mobile2": "8",
                    "pm_identity_kind": "id_card",
                }
            ],
        )
        self.assertEqual(contact.sudo().pm_identity_no_full, "11010519491231002X")
        newcomer = self.env["res.partner"].search([("name", "=", "New Door")])
        self.assertEqual(newcomer._pm_get_contacts("legal_rep").pm_identity_kind, "passport")

    def test_known_contact_is_left_out(self):
        sheet = {"Contacts": [CONTACTS, [TENANT, INSIDE, "Li Lei", "190 5"]]}
        self.assert_taken(sheet)
        self.assert_taken(sheet)
        self.assertEqual(len(self.tenant.pm_contact_ids), 1)

    def test_bad_contacts(self):
        self.assert_refused(
            {
                "Contacts": [
                    CONTACTS,
                    ["Nobody", INSIDE, "Li Lei", "", "", ""],
                    [TENANT, "Friend", "Li Lei", "", "", ""],
                    [TENANT, INSIDE, "", "", "", ""],
                    [TENANT, INSIDE, "Li Lei", "", "", "110105194912310021"],
                    [TENANT, INSIDE, "Han Mei", "", "Passport", "110105194912310021"],
                ]
            },
            ("Contacts", 2, "Owner or Occupant", "Nobody is not known"),
            ("Contacts", 3, "Contact Role", "is not one of"),
            ("Contacts", 4, "Full Name", "missing"),
            ("Contacts", 5, "Identity No.", "check digit"),
        )
