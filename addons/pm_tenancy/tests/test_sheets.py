from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pm_base.tests.common import read_pages

from .handover_common import HandoverCommon

# Form of each report, and what the catalogue wants to read on it.
_SHEETS = {
    "customer_notice": (
        "01",
        "Customer name|Unit|Floor area|Lease term|Planned move-in date|Contact|Telephone|"
        "Fit-out wanted|Yes|No|"
        "Issued by Administration|Date",
    ),
    "pre_inspection_request": (
        "02",
        "To departments|Engineering|Security|Customer name|Unit|Planned move-in date|"
        "Inspect by|Result|"
        "Inspector, date|Requested by Customer Service",
    ),
    "key_handover": (
        "04",
        "Customer name|Unit|Key name|Key No.|Quantity|Handed over by|Received by|Date|Remarks|"
        "Customer (signature)",
    ),
    "electricity_reading": (
        "05",
        "Customer name|Unit|Meter No.|Multiplier|Initial reading|Reading date|Reader|"
        "Customer (signature)",
    ),
    "move_in_receipt": (
        "20",
        "Unit|Occupant name|Date|Move-in notice|Documents issued|Handled by|Remarks|(signature)",
    ),
    "merchant_registration": (
        "23",
        "Occupant name|Unit|Owner or tenant|Business scope|Licence No.|Legal representative|ID No.|"
        "Contact|Telephone|Emergency contact|Date of taking over|Occupant (signature, date)|"
        "Checked by the move-in officer",
    ),
    "handover_registration": (
        "29",
        "Occupant name|Unit|Owner or tenant|ID or licence No.|Contact|Telephone|Handover date|"
        "Documents received|Documents issued|Handled by|Occupant (signature)|Notarial certificate",
    ),
    "telephone_application": (
        "30",
        "Occupant name|Unit|ID or licence No.|Kind of line|Number of lines|Place of installation|"
        "Date wanted|Contact|Telephone|Fee|Handled by|signature or seal|Date",
    ),
    "missed_defects": (
        "33",
        "Occupant name|Unit|Handover date and time|Item|Place in the unit|Defect missed|"
        "Returned date and time|"
        "Department responsible|Due date|Result of handling|Occupant (signature)|"
        "For the management office",
    ),
    "data_sheet": (
        "36",
        "Occupant name|Telephone|Legal address|Legal representative|ID card or passport No.|"
        "Nationality|Facilities|Emergency contacts|In office hours|Outside office hours|Full name|"
        "Mobile|Pager|Remarks|24-hour telephone",
    ),
    "emergency_contacts": (
        "45",
        "Customer name|Unit|In office hours|Outside office hours|Full name|Post|Telephone|Mobile|"
        "24-hour telephone|Filled in by|signature or seal|Date",
    ),
    "item_handover": (
        "47",
        "Customer name|Unit|Item handed over|Quantity|Condition found|Handed over by|"
        "Received by|Date|Remarks",
    ),
    "base_readings": (
        "50",
        "Customer name|Unit|Meter No.|Multiplier|Reading date|Reader|Customer (signature)|"
        "For the management office",
    ),
    "staff_registration": (
        "85",
        "24-hour contact telephone|Customer name|Unit|Full name|Post|ID No.|Mobile|Access pass No.|"
        "Registered on",
    ),
}


@tagged("post_install", "-at_install")
class TestSheets(HandoverCommon):
    """Forms of the move-in: every label of the catalogue, and what the office knows already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"
        cls.tenant.write(
            {
                "pm_phone_24h": "400-000-1111",
                "pm_business_scope": "Kites and strings",
                "pm_legal_address": "1 Quiet Lane",
                "child_ids": [
                    Command.create({"name": name, "pm_contact_role": role, "phone": phone})
                    for name, role, phone in (
                        ("Zhou In", "emergency_in", "0000-1"),
                        ("Wu Out", "emergency_out", "0000-2"),
                    )
                ],
            }
        )
        cls.legal = cls.env["res.partner"].create(
            {
                "name": "Kong Boss",
                "parent_id": cls.tenant.id,
                "pm_contact_role": "legal_rep",
                "pm_identity_kind": "passport",
                "pm_identity_no": "P12345678",
            }
        )

    def _sheet(self, name, record=None, user=None):
        """Return the text of the form, without white space."""
        reports = self.env["ir.actions.report"].with_user(user or self.leader)
        reports = reports.with_context(force_report_rendering=True)
        ids = (record or self.tenancy).ids
        return "".join(read_pages(reports._render_qweb_pdf(f"pm_tenancy.report_{name}", ids)[0]))

    def _assert_reads(self, text, *words):
        for word in "|".join(words).split("|"):
            self.assertIn("".join(word.split()), text)

    def test_every_label_of_the_catalogue(self):
        for name, (number, labels) in _SHEETS.items():
            with self.subTest(sheet=name):
                report = self.env.ref(f"pm_tenancy.action_report_{name}")
                self.assertEqual(report.pm_form_id.code, f"F-TEN-{number}")
                text = self._sheet(name)
                self._assert_reads(text, labels, "Blue Kite Trading", "T-12-03")

    def test_print_files_one_paper_of_the_form(self):
        self._sheet("key_handover")
        self._sheet("key_handover")
        paper = self.tenancy.paper_ids
        self.assertEqual(paper.form_id.code, "F-TEN-04")
        self.assertEqual((paper.print_count, paper.partner_id), (2, self.tenant))

    def test_blank_without_facts(self):
        """A tenancy of which nothing is known yet prints forms to be filled in by hand."""
        bare = self._create_tenancy(self.unit_2, partner_id=self.other_tenant.id, date_end=False)
        for name in _SHEETS:
            with self.subTest(sheet=name):
                self._assert_reads(self._sheet(name, bare), "Red Sail Travel", "T-12-04")

    @freeze_time("2026-01-02 04:00:00")
    def test_keys_of_a_kind_are_one_line(self):
        """The slip names each key; three alike stand in one line (TEN-025)."""
        keys = [self._create_key(code=f"F-{number}") for number in (1, 2, 3)]
        self._issue(*keys)
        self._issue(self._create_key(name="Mailbox", code="M-1"))
        self._lend(self._create_key(code="S-9"))
        text = self._sheet("key_handover")
        self._assert_reads(text, "Front door F-1, F-2, F-3 3", "Mailbox M-1 1", "01/02/2026")
        self.assertNotIn("S-9", text)
        self._assert_reads(self._sheet("item_handover"), "Front door F-1, F-2, F-3 3")

    @freeze_time("2026-01-02 04:00:00")
    def test_base_readings(self):
        """Offices are handed over by electricity, shops by all meters (TEN-025, TEN-066)."""
        self.unit.usage = "mall"
        meter = self._create_meter(meter_no="E-77", multiplier=30)
        self._create_meter(meter_no="W-88", kind="water")
        self._read(meter, "2026-01-01", 1234.5, kind="base", confirmed_by="Li Lei")
        self._read(meter, "2026-01-02", 1300)
        text = self._sheet("electricity_reading")
        self._assert_reads(text, "Electricity E-77 30 1234.5 kWh 01/01/2026", "Li Lei")
        self.assertNotIn("W-88", text)
        self.assertNotIn("1300", text)
        self._assert_reads(self._sheet("base_readings"), "E-77 30 1234.5", "Water W-88 1 m³")

    def test_contacts_and_identity(self):
        """The full number goes on the form, and who printed it into the log (TEN-010)."""
        logs = self.env["pm.reveal.log"]
        before = logs.search_count([])
        text = self._sheet("data_sheet")
        self._assert_reads(text, "400-000-1111", "Zhou In 0000-1", "Wu Out 0000-2", "P12345678")
        self.assertEqual(logs.search_count([]), before + 1)
        self.assertNotIn("P12345678", self._sheet("data_sheet", user=self.guard))
        self.assertEqual(logs.search_count([]), before + 1)
        self._assert_reads(
            self._sheet("merchant_registration"), "Kites and strings", "Kong Boss", "P12345678"
        )

    def test_people(self):
        self.tenancy.staff_ids = [
            Command.create({"name": "Wang Wu", "post": "Driver", "pass_no": "77"}),
            Command.create({"name": "Gone", "date_left": "2099-01-01"}),
        ]
        text = self._sheet("staff_registration")
        self._assert_reads(text, "Wang Wu Driver", "77", "400-000-1111")
        self.assertNotIn("Gone", text)

    def test_name_plate_card(self):
        plate = self.env["pm.name.plate"].create(
            {"tenancy_id": self.tenancy.id, "name_en": "BLUE KITE", "size": "300 × 120 mm"}
        )
        text = self._sheet("name_plate", plate)
        self._assert_reads(
            text,
            "Customer name (Chinese)|Customer name (English)|Unit|Size|Place|Made on|Removed on"
            "|Blue Kite Trading|BLUE KITE|300 × 120 mm|T-12-03",
        )
        self.assertEqual(plate.paper_ids.form_id.code, "F-TEN-13")

    def test_parking_and_vehicle(self):
        self.site.manages_parking = True
        vehicle = self.env["pm.vehicle"].create(
            {
                "plate": "A12345",
                "make": "Sedan",
                "colour": "White",
                "driver_name": "Driver Feng",
                "phone": "190",
                "site_id": self.site.id,
                "tenancy_id": self.tenancy.id,
            }
        )
        contract = self.env["pm.parking.contract"].create(
            {
                "site_id": self.site.id,
                "tenancy_id": self.tenancy.id,
                "vehicle_id": vehicle.id,
                "date_start": "2026-03-01",
                "wanted_count": 2,
                "fee": 400,
            }
        )
        self._assert_reads(
            self._sheet("parking_application", contract),
            "Occupant name|Unit|Plate No.|Make and colour|Driver|Telephone|Rent or buy|"
            "☑ Rent|□ Buy|"
            "Number of spaces|Space No. allotted|Period of validity|Fee|Approval|"
            "signature or seal|Date|"
            "A12345|Sedan White|Driver Feng|03/01/2026",
        )
        self._assert_reads(
            self._sheet("vehicle_registration", vehicle),
            "Customer name|Unit|Plate No.|Make and colour|Driver|Telephone|Space No.|"
            "Pass No.|Period of validity|"
            "Customer (signature)|Date|A12345",
        )

    def test_letting_registration(self):
        """TEN-150 to TEN-152: what the owner registers, and the rules both acknowledge."""
        flat = self._create_unit(room="09", usage="residential")
        letting = self.env["pm.letting.registration"].create(
            {
                "site_id": self.site.id,
                "unit_id": flat.id,
                "partner_id": self.tenant.id,
                "owner_id": self.owner.id,
                "owner_address": "2 Loud Street",
                "is_owner_id_kept": True,
                "residence": "temporary",
                "occupant_count": 3,
                "rule_lawful": True,
            }
        )
        self._assert_reads(
            self._sheet("letting_registration", letting),
            "Owner's address|Owner's ID copy|Owner's telephone|Tenant's identity paper|"
            "Household or temporary residence|Unit|Number of occupants|Lease term|"
            "Tenant's telephone|Registered on|Household papers done on|Handled by|"
            "Owner (signature)|2 Loud Street|☑ Kept|Temporary Residence Permit|"
            "☑ No unlawful activity|□ Only lived in",
        )

    def test_other_office_prints_nothing(self):
        stranger = self._user("supervisor", self.other_site)
        with self.assertRaises(AccessError):
            self._sheet("key_handover", user=stranger)


@tagged("post_install", "-at_install")
class TestInspectionSheets(HandoverCommon):
    """The inspections of a move-in print on their forms, each with what its form asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"

    def _inspect(self, number, **vals):
        template = self.env["pm.inspection.template"].create(
            {
                "name": "Sheet",
                "form_id": self.env.ref(f"pm_base.form_f_ten_{number}").id,
                "line_ids": [
                    Command.create(
                        {
                            "section": "Lighting",
                            "name": "Lamps",
                            "spot": "Hall",
                            "brand": "Sun 3",
                            "kind": "count",
                            "quantity": 4,
                        }
                    )
                ],
                **vals,
            }
        )
        return self.env["pm.inspection"]._start(template, self.tenancy, place="T-12-03")

    def _assert_reads(self, inspection, labels):
        report = self.env.ref("pm_base.action_report_pm_inspection")
        text = "".join(self._print(report.report_action(inspection)))
        for label in labels.split("|"):
            self.assertIn("".join(label.split()), text)
        return text

    def test_every_label_of_the_catalogue(self):
        common = "Blue Kite Trading|T-12-03|Item|Condition and Finding|Department|Date|"
        for number, vals, labels in (
            (
                "03",
                {"office_signer": "Handed over by", "party_signer": "Customer (signature)"},
                "Quantity|To Be Done By|Recheck|Handed over by|Customer (signature)",
            ),
            (
                "24",
                {"has_meters": True},
                "Base readings of water, electricity and gas|Meter No.|To Be Done By|"
                "Signature of the party|Signature of the management office",
            ),
            (
                "32",
                {"section_label": "Category"},
                "Tower: Tower 1|Floor: 12|Unit: T-12-03|Telephone: 190 1111 0002|"
                "Category: Lighting",
            ),
            ("33", {"has_spot": True}, "Place|Hall|To Be Done By|Recheck"),
            (
                "48",
                {"has_spot": True, "has_brand": True, "has_remarks": True},
                "Place|Hall|Lamps|Brand and Model|Sun 3|Quantity|Remarks",
            ),
            (
                "49",
                {"section_label": "Trade"},
                "Trade: Lighting|To Be Done By|Inspectors and participants",
            ),
        ):
            with self.subTest(form=number):
                self._assert_reads(self._inspect(number, **vals), common + labels)

    def test_base_readings_below_the_items(self):
        meter = self._create_meter(meter_no="E-77")
        self._read(meter, "2026-01-01", 1234.5, kind="base")
        self._assert_reads(self._inspect("24", has_meters=True), "E-77|1234.5kWh|01/01/2026")

    def test_office_itself_is_inspected_without_a_tenancy(self):
        inspection = self._inspect("49", has_meters=True)
        other = inspection._start(inspection.template_id, self.site, place="Lobby")
        self.assertNotIn("Tower", self._assert_reads(other, "Lobby|Lamps"))
