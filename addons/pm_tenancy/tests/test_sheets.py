from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pm_base.tests.common import read_pages

from .handover_common import HandoverCommon

# The forms printed from a tenancy.
_SHEETS = (
    "customer_notice",
    "pre_inspection_request",
    "key_handover",
    "electricity_reading",
    "move_in_receipt",
    "merchant_registration",
    "handover_registration",
    "telephone_application",
    "missed_defects",
    "data_sheet",
    "emergency_contacts",
    "item_handover",
    "base_readings",
    "staff_registration",
)


@tagged("post_install", "-at_install")
class TestSheets(HandoverCommon):
    """What the office knows already stands on the forms of the move-in."""

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

    def test_missed_defects_until_when_the_form_is_valid(self):
        """Two days from the handover, on the office's clock (TEN-043)."""
        self._assert_reads(self._sheet("missed_defects"), "hours of the handover: 48")
        self.tenancy.handed_over_at = "2026-03-02 02:30:00"
        text = self._sheet("missed_defects")
        self._assert_reads(text, "2026-03-02 10:30|by: 2026-03-04 10:30|later is not valid")
        self.site.missed_defect_hours = 24
        self._assert_reads(self._sheet("missed_defects"), "by: 2026-03-03 10:30")

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
        self._assert_reads(text, "Blue Kite Trading|BLUE KITE|300 × 120 mm|T-12-03")
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
            "☑ Rent|□ Buy|A12345|Sedan White|Driver Feng|03/01/2026",
        )
        self._assert_reads(
            self._sheet("vehicle_registration", vehicle),
            "Blue Kite Trading|A12345|Driver Feng",
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
            "2 Loud Street|☑ Kept|Temporary Residence Permit|☑ No unlawful activity|"
            "□ Only lived in",
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

    def test_sheet_is_worded_for_its_form(self):
        for number, vals, labels in (
            (
                "03",
                {"office_signer": "Handed over by", "party_signer": "Customer (signature)"},
                "Handed over by|Customer (signature)",
            ),
            (
                "32",
                {"section_label": "Category", "finding_label": "Damage found"},
                "Tower / floor / unit: Tower 1 / 12 / T-12-03|Telephone: 190 1111 0002|"
                "Category: Lighting|Damage found",
            ),
            (
                "48",
                {"has_spot": True, "has_brand": True, "has_remarks": True},
                "Place|Hall|Lamps|Brand and Model|Sun 3|Quantity|Remarks",
            ),
        ):
            with self.subTest(form=number):
                self._assert_reads(self._inspect(number, **vals), labels)

    def test_base_readings_below_the_items(self):
        meter = self._create_meter(meter_no="E-77")
        self._read(meter, "2026-01-01", 1234.5, kind="base")
        self._assert_reads(self._inspect("24", has_meters=True), "E-77|1234.5kWh|01/01/2026")

    def test_office_itself_is_inspected_without_a_tenancy(self):
        inspection = self._inspect("49", has_meters=True)
        other = inspection._start(inspection.template_id, self.site, place="Lobby")
        self.assertNotIn("Tower", self._assert_reads(other, "Lobby|Lamps"))
