from datetime import date
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_tenancy.models.pm_import_tenancy import PmImportTenancy

from .common import BUILDINGS, PARTIES, TENANCIES, UNITS, TenancyCommon

# A workbook that is taken; each test of a bad one changes a row of it.
GOOD = {
    "Owners and Occupants": [
        PARTIES,
        ["Green Door Holding", "Organisation", "190 2222 0001"],
        ["Wang Fang", "Person", "190 2222 0002"],
    ],
    "Buildings": [BUILDINGS, ["N", "North Tower"]],
    "Units": [
        UNITS,
        ["N", 3, "01", 90, "Green Door Holding"],
        ["N", 3, "02", 60.5, "Wang Fang"],
        ["N", "B1", "K", 12, ""],
    ],
    "Tenancies": [
        TENANCIES,
        ["N-03-01", "Wang Fang", "2026-01-01", "2026-12-31", ""],
        ["N-03-02, N-B1-K", "Green Door Holding", "2026/9/1", "", ""],
    ],
}


def change(sheet, row, *cells):
    """Return the good workbook with a row of a sheet (as Excel counts) replaced or added."""
    rows = [*GOOD[sheet][: row - 1], list(cells), *GOOD[sheet][row:]]
    return {**GOOD, sheet: rows}


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImport(TenancyCommon):
    """TEN-001, TEN-004, TEN-012: buildings, units, owners and occupants from a workbook."""

    def _count(self):
        """Return how many records there are of what an import creates."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = ("res.partner", "pm.building", "pm.unit", "pm.ownership", "pm.tenancy")
        return {name: self.env[name].search_count([]) for name in names}

    def assert_refused(self, sheets, *errors):
        """Check and import report exactly these errors (sheet, row, column, part of the reason)
        and write nothing."""
        before = self._count()
        run = self._create_import(sheets)
        for work in (run.action_check, run.action_import):
            work()
            self.assertEqual(run.state, "refused")
            found = [
                (line.sheet or "", line.row, line.column or "", line.message)
                for line in run.line_ids
            ]
            self.assertEqual([line[:3] for line in found], [error[:3] for error in errors], found)
            for line, error in zip(found, errors, strict=True):
                self.assertIn(error[3], line[3])
            self.assertEqual(self._count(), before)

    def assert_taken(self, sheets, **vals):
        run = self._create_import(sheets, **vals)
        run.action_import()
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        return run

    def _find_units(self, *codes):
        units = self.env["pm.unit"].search([("site_id", "=", self.site.id)])
        return units.filtered(lambda unit: unit.code in codes).sorted("code")

    def test_check_writes_nothing(self):
        before = self._count()
        run = self._create_import(GOOD)
        run.action_check()
        self.assertRecordValues(run, [{"state": "checked", "row_count": 8}])
        self.assertEqual(self._count(), before)

    def test_good_workbook_is_taken(self):
        self.assert_taken(GOOD)
        units = self._find_units("N-03-01", "N-03-02", "N-B1-K")
        self.assertRecordValues(
            units,
            [
                {"floor": 3, "area": 90.0, "usage": "office", "state": "occupied"},
                {"floor": 3, "area": 60.5, "usage": "office", "state": "vacant"},
                {"floor": -1, "area": 12.0, "usage": "office", "state": "vacant"},
            ],
        )
        self.assertEqual(units[0].owner_id.name, "Green Door Holding")
        self.assertTrue(units[0].owner_id.is_company)
        self.assertEqual(units[0].partner_id.name, "Wang Fang")
        self.assertFalse(units[0].partner_id.is_company)
        tenancies = units.tenancy_unit_ids.tenancy_id.sorted("date_start")
        self.assertRecordValues(
            tenancies,
            [
                {"state": "active", "date_moved_in": date(2026, 1, 1), "area": 90.0},
                {"state": "draft", "date_moved_in": False, "area": 72.5},
            ],
        )

    def test_every_column_is_kept(self):
        user = self._user("area")
        self.assert_taken(
            {
                "Owners and Occupants": [
                    [*PARTIES, "Reference No.", "E-mail", "Contact Person", "Registration No."],
                    ["A Ltd", "Organisation", "1", "R1", "a@example.com", "Mr A", "9133"],
                    ["B Ltd", "Organisation", "2", "", "", "", ""],
                ],
                "Buildings": [
                    [
                        "Building Code", "Name", "Usage", "Gross Floor Area (m²)",
                        "Floors Above Ground", "Standard Floor Height (m)", "Units per Floor",
                        "Lifts", "Use of the Floors", "Title Owner", "Managing Party",
                    ],
                    ["N", "North", "Shop", "1,000.5", 4, 3.6, 8, 2, "1-3 lobby；4 至 5 层：offices",
                     "R1", "B Ltd"],
                ],
                "Units": [
                    [
                        *UNITS, "Unit No.", "Common Name", "Inner Area (m²)", "Usage",
                        "Orientation", "Rough Shell", "Condition",
                    ],
                    ["N", "4层", "05", 50, "R1", "North 5", "Corner", 40, "Office", "Southeast",
                     "Yes", "Painted"],
                ],
                "Tenancies": [
                    [
                        "Unit Nos.", "Occupant", "Kind", "From", "Until", "Contract No.",
                        "Contact Person", "Contact Telephone", "Monthly Rent", "Payer",
                        "Area Administrator",
                    ],
                    ["North 5", "A Ltd", "Owner-occupied", date(2026, 1, 1), "2026年12月31日",
                     "C 1", "Ms C", 12345678, 1234.5, "B Ltd", user.login],
                ],
            }
        )  # fmt: skip
        unit = self._find_units("North 5")
        building = unit.building_id
        owner = unit.owner_id
        self.assertRecordValues(
            owner, [{"ref": "R1", "email": "a@example.com", "company_registry": "9133"}]
        )
        self.assertEqual(owner.child_ids.mapped("name"), ["Mr A"])
        self.assertRecordValues(
            building,
            [
                {
                    "usage": "mall",
                    "area_gross": 1000.5,
                    "floor_count": 4,
                    "storey_height": 3.6,
                    "units_per_floor": 8,
                    "lift_count": 2,
                    "title_owner_id": owner.id,
                }
            ],
        )
        self.assertEqual(building.manager_id.name, "B Ltd")
        self.assertRecordValues(
            building.floor_ids,
            [
                {"floor_from": 1, "floor_to": 3, "name": "lobby"},
                {"floor_from": 4, "floor_to": 5, "name": "offices"},
            ],
        )
        self.assertRecordValues(
            unit,
            [
                {
                    "name": "Corner",
                    "floor": 4,
                    "room": "05",
                    "area_inner": 40.0,
                    "usage": "office",
                    "orientation": "se",
                    "is_rough": True,
                    "condition": "Painted",
                }
            ],
        )
        self.assertRecordValues(
            unit.tenancy_id,
            [
                {
                    "kind": "owner",
                    "date_end": date(2026, 12, 31),
                    "contract_no": "C 1",
                    "contact_name": "Ms C",
                    "contact_phone": "12345678",
                    "monthly_rent": 1234.5,
                    "payer_id": building.manager_id.id,
                    "user_id": user.id,
                    "state": "active",
                }
            ],
        )

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

    def test_row_that_depends_on_a_bad_row_is_not_blamed(self):
        workbook = change("Units", 2, "N", 3, "01", "large", "Green Door Holding")
        self.assert_refused(workbook, ("Units", 2, "Floor Area (m²)", "not a number"))
        workbook = change("Owners and Occupants", 2, "Green Door Holding", "", "")
        self.assert_refused(
            workbook, ("Owners and Occupants", 2, "Organisation or Person", "missing")
        )
        workbook = change("Buildings", 1, "Building Code")
        self.assert_refused(workbook, ("Buildings", 1, "Name", "column is missing"))

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

    def test_one_bad_row_refuses_the_whole_file(self):
        self.assert_refused(
            change("Tenancies", 4, "N-03-01", "Wang Fang", "2026-12-31", "", ""),
            ("Tenancies", 4, "Unit Nos.", "row 2"),
        )

    def test_missing_and_unknown_columns(self):
        self.assert_refused(
            {"Units": [["Building Code", "Floor", "Room", "Colour"], ["T", 1, "01", "red"]]},
            ("Units", 1, "Floor Area (m²)", "missing"),
            ("Units", 1, "Colour", "not known"),
        )

    def test_missing_and_unknown_sheets(self):
        self.assert_refused(
            {"Rooms": [["Room"], ["01"]]},
            ("Rooms", 0, "", "not known"),
            ("", 0, "", "Owners and Occupants, Buildings, Units, Tenancies"),
        )
        without_buildings = {name: rows for name, rows in GOOD.items() if name != "Buildings"}
        self.assert_refused(
            without_buildings,
            *(("Units", row, "Building Code", "no building N") for row in (2, 3, 4)),
        )

    def test_file_that_is_no_workbook(self):
        self.assert_refused(b"Building;Floor\nT;1\n", ("", 0, "", "not an Excel workbook"))

    def test_template_in_chinese_is_filled_and_read_back(self):
        content = self.env["pm.import"].with_context(lang="zh_CN")._prepare_template()
        workbook = load_workbook(BytesIO(content))
        self.assertEqual(workbook.sheetnames[:4], ["业主与业户", "楼栋", "单元", "入住登记"])
        rows = {
            "业主与业户": {"名称": "白鹭贸易有限公司", "类别": "单位", "电话": "190 4444 0001"},
            "楼栋": {"楼栋编号": "N", "名称": "北楼", "用途": "写字楼", "电梯数（台）": 2},
            "单元": {
                "楼栋编号": "N",
                "楼层": 3,
                "房号": "01",
                "建筑面积（㎡）": 88.8,
                "朝向": "东南",
                "业主": "白鹭贸易有限公司",
                "毛坯房": "否",
            },
            "入住登记": {
                "单元号": "N-03-01",
                "业户": "白鹭贸易有限公司",
                "类别": "业主自用",
                "起始日": "2026年1月1日",
            },
        }
        for title, row in rows.items():
            sheet = workbook[title]
            heading = [cell.value for cell in sheet[1]]
            self.assertLessEqual(set(row), set(heading))
            for label, value in row.items():
                sheet.cell(2, heading.index(label) + 1, value)
        output = BytesIO()
        workbook.save(output)
        self.assert_taken(output.getvalue())
        unit = self._find_units("N-03-01")
        self.assertRecordValues(unit, [{"orientation": "se", "state": "occupied"}])
        self.assertEqual(unit.tenancy_id.kind, "owner")

    def test_choices_of_the_sheets_are_those_of_the_fields(self):
        for sheet, column, model, field in (
            ("pm.import.building", "usage", "pm.building", "usage"),
            ("pm.import.unit", "usage", "pm.unit", "usage"),
            ("pm.import.unit", "orientation", "pm.unit", "orientation"),
            ("pm.import.tenancy", "kind", "pm.tenancy", "kind"),
        ):
            for lang in ("en_US", "zh_CN"):
                env = self.env(context={"lang": lang})
                columns = {column.name: column for column in env[sheet]._get_columns()}
                labels = env[model]._fields[field]._description_selection(env)
                self.assertEqual(list(columns[column].options), labels)

    def test_cost_of_a_row_is_bounded(self):
        """Rows go to the database in batches: no query, and no message, for each of them."""

        def count_queries(rows):
            heading = {name: GOOD[name][0] for name in GOOD}
            code = f"Q{rows}"
            name = f"Batch Owner {rows}"
            run = self._create_import(
                {
                    "Owners and Occupants": [heading["Owners and Occupants"], [name, "Person", ""]],
                    "Buildings": [heading["Buildings"], [code, "Batch"]],
                    "Units": [
                        heading["Units"],
                        *([code, 1, f"{room:03d}", 50, name] for room in range(rows)),
                    ],
                    "Tenancies": [
                        heading["Tenancies"],
                        *(
                            [f"{code}-01-{room:03d}", name, "2026-01-01", "", ""]
                            for room in range(rows)
                        ),
                    ],
                }
            )
            before = self.cr.sql_log_count
            run.action_import()
            self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
            return self.cr.sql_log_count - before

        count_queries(10)  # fills the caches
        messages = self.env["mail.message"].search_count([])
        few, many = count_queries(20), count_queries(320)
        # Two queries draw the number of the tenancy; nothing else is done row by row.
        self.assertLess((many - few) / 300, 2.2)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_only_administrators_import(self):
        user = self._user("supervisor")
        run = self._create_import(GOOD)
        with self.assertRaises(AccessError):
            run.with_user(user).action_import()
        run.with_user(self._user("director")).action_import()
        self.assertEqual(run.state, "done")
