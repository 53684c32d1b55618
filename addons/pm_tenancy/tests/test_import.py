from datetime import date
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PARTIES, UNITS
from .import_common import GOOD, ImportCommon, change

SHEETS_ZH = [
    "业主与业户",
    "联系人",
    "楼栋",
    "单元",
    "入住登记",
    "业户人员",
    "建筑图",
    "钥匙",
    "表计",
    "抄表记录",
    "车位",
    "车辆",
    "可租赁物业",
]


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestImport(ImportCommon):
    """A workbook as a whole: all of it is taken, or nothing."""

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
                    [*PARTIES, "Reference No.", "E-mail", "Contact Person", "Registration No.",
                     "English Name", "Mobile", "24-hour Telephone", "Legal Address",
                     "Business Scope"],
                    ["A Ltd", "Organisation", "1", "R1", "a@example.com", "Mr A", "9133",
                     "A Limited", "190 1", "0000-24", "Hill Road 1", "Trade"],
                    ["B Ltd", "Organisation", "2"],
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
            owner,
            [
                {
                    "ref": "R1",
                    "email": "a@example.com",
                    "company_registry": "9133",
                    "pm_name_en": "A Limited",
                    "pm_mobile": "1901",
                    "pm_phone_24h": "0000-24",
                    "pm_legal_address": "Hill Road 1",
                    "pm_business_scope": "Trade",
                }
            ],
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

    def test_row_that_depends_on_a_bad_row_is_not_blamed(self):
        workbook = change("Units", 2, "N", 3, "01", "large", "Green Door Holding")
        self.assert_refused(workbook, ("Units", 2, "Floor Area (m²)", "not a number"))
        workbook = change("Owners and Occupants", 2, "Green Door Holding", "", "")
        self.assert_refused(
            workbook, ("Owners and Occupants", 2, "Organisation or Person", "missing")
        )
        workbook = change("Buildings", 1, "Building Code")
        self.assert_refused(workbook, ("Buildings", 1, "Name", "column is missing"))

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
            ("", 0, "", "Owners and Occupants, Contacts, Buildings"),
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
        self.assertEqual(workbook.sheetnames[: len(SHEETS_ZH)], SHEETS_ZH)
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
            "联系人": {
                "业主或业户": "白鹭贸易有限公司",
                "联系身份": "紧急联系人（办公时间）",
                "姓名": "祝余年",
                "手机": "190 4444 0002",
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
        self.assertEqual(unit.partner_id._pm_get_contacts("emergency_in").name, "祝余年")

    def test_choices_of_the_sheets_are_those_of_the_fields(self):
        for sheet, column, model, field in (
            ("pm.import.building", "usage", "pm.building", "usage"),
            ("pm.import.unit", "usage", "pm.unit", "usage"),
            ("pm.import.unit", "orientation", "pm.unit", "orientation"),
            ("pm.import.tenancy", "kind", "pm.tenancy", "kind"),
            ("pm.import.contact", "role", "res.partner", "pm_contact_role"),
            ("pm.import.contact", "identity_kind", "res.partner", "pm_identity_kind"),
            ("pm.import.drawing", "discipline", "pm.building.drawing", "discipline"),
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
