import base64
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import pm_import
from ..tools.workbook import open_workbook
from .common import PmCommon
from .test_workbook import make_workbook
from .toy_import import ToyPlaceSheet

HEADING = ["Name", "Phone", "Size", "Rooms", "Opened", "Public", "Kind"]
HALL = ["Hall", 1234567, "1,200.5", 3, "2026/1/31", "Yes", "Indoor"]


@tagged("post_install", "-at_install")
class TestPmImport(PmCommon):
    """The frame of imports, tried with a toy sheet of places that become partners."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyPlaceSheet.register(cls)

    def _create_import(self, content):
        if isinstance(content, dict):
            content = make_workbook(content)
        return self.env["pm.import"].create(
            {"site_id": self.site.id, "filename": "a.xlsx", "file": base64.b64encode(content)}
        )

    def _count_places(self):
        return self.env["res.partner"].search_count([("name", "like", "Hall%")])

    def assert_refused(self, content, sheet, row, column, message):
        """The check refuses the file with that error first, and nothing is written."""
        before = self._count_places()
        run = self._create_import(content)
        run.action_check()
        self.assertEqual(run.state, "refused")
        error = run.line_ids[:1]
        self.assertEqual((error.sheet or "", error.row, error.column or ""), (sheet, row, column))
        self.assertIn(message, error.message)
        run.action_import()
        self.assertEqual(run.state, "refused")
        self.assertEqual(self._count_places(), before)

    def test_good_file_is_checked_without_a_trace_then_taken(self):
        run = self._create_import({"Places": [HEADING, HALL]})
        run.action_check()
        self.assertRecordValues(run, [{"state": "checked", "row_count": 1, "line_ids": []}])
        self.assertEqual(self._count_places(), 0)
        run.action_import()
        self.assertEqual(run.state, "done")
        place = self.env["res.partner"].search([("name", "=", "Hall")])
        self.assertRecordValues(place, [{"phone": "1234567", "ref": "in", "company_registry": "3"}])
        self.assertIn("1200.5 2026-01-31 True", place.comment)

    def test_chinese_workbook_is_read_whatever_the_language_of_the_user(self):
        heading = ["名称", "电话", "面积", "类别"]
        run = self._create_import({"地点": [heading, ["Hall", "8100", 12, "室外"]]})
        run.action_import()
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        self.assertEqual(self.env["res.partner"].search([("name", "=", "Hall")]).ref, "out")

    def test_bad_cells_are_named_by_sheet_row_and_column(self):
        cases = [
            (2, "plenty", "Size", "“plenty” is not a number."),
            (2, -3, "Size", "more than 0"),
            (2, 0, "Size", "more than 0"),
            (3, 2.5, "Rooms", "“2.5” is not a whole number."),
            (3, -1, "Rooms", "0 or more"),
            (4, "2026-02-30", "Opened", "date"),
            (5, "perhaps", "Public", "yes, no"),
            (6, "Attic", "Kind", "Indoor, Outdoor"),
        ]
        for index, value, column, message in cases:
            with self.subTest(column=column, value=value):
                row = [*HALL[:index], value, *HALL[index + 1 :]]
                self.assert_refused(
                    {"Places": [HEADING, ["Hall 1"], row]}, "Places", 3, column, message
                )

    def test_missing_value(self):
        self.assert_refused(
            {"Places": [HEADING, ["", 1, 2]]}, "Places", 2, "Name", "Name is missing."
        )

    def test_every_bad_row_is_reported_not_only_the_first(self):
        rows = [[f"Hall {number}", "", "many"] for number in range(5)]
        run = self._create_import({"Places": [HEADING, *rows]})
        run.action_check()
        self.assertEqual(run.line_ids.mapped("row"), [2, 3, 4, 5, 6])

    def test_errors_of_a_hopeless_file_are_capped(self):
        rows = [[f"Hall {number}", "", "many"] for number in range(12)]
        with patch.object(pm_import, "_MAX_ERRORS", 10):
            run = self._create_import({"Places": [HEADING, *rows]})
            run.action_check()
        self.assertEqual(len(run.line_ids), 10)
        self.assertIn("first", run.result)

    def test_refusal_of_the_sheet_names_its_column(self):
        self.assert_refused(
            {"Places": [HEADING, ["Hall"], ["Hall"]]}, "Places", 3, "Name", "stands twice"
        )

    def test_refusal_of_the_database_is_found_by_its_row(self):
        """One row in a chunk breaks a rule of the model: only that row is reported."""
        rows = [["Hall 1"], ["Hall 2"], ["Hall 3"]]
        create = type(self.env["res.partner"]).create

        def refuse(partners, vals_list):
            if any(vals["name"] == "Hall 2" for vals in vals_list):
                raise UserError("Hall 2 is closed.")
            return create(partners, vals_list)

        with patch.object(type(self.env["res.partner"]), "create", refuse):
            self.assert_refused({"Places": [HEADING, *rows]}, "Places", 3, "", "closed")

    def test_missing_and_unknown_columns(self):
        self.assert_refused({"Places": [["Phone"], [1]]}, "Places", 1, "Name", "missing")
        self.assert_refused(
            {"Places": [["Name", "Colour"], ["Hall"]]}, "Places", 1, "Colour", "known"
        )

    def test_missing_and_unknown_sheets(self):
        run = self._create_import({"Tabelle1": [HEADING, HALL]})
        run.action_check()
        self.assertEqual(run.line_ids[0].sheet, "Tabelle1")
        self.assertIn("Places", run.line_ids[1].message)

    def test_files_that_are_no_workbook(self):
        self.assert_refused(b"name,phone\nHall,1\n", "", 0, "", ".xlsx")
        self.assert_refused(b"PK\x03\x04 cut off", "", 0, "", ".xlsx")

    def test_one_bad_row_keeps_the_good_ones_out(self):
        self.assert_refused(
            {"Places": [HEADING, HALL, ["Hall 2", "", "x"]]}, "Places", 3, "Size", "number"
        )

    def test_a_file_is_taken_once(self):
        run = self._create_import({"Places": [HEADING, HALL]})
        run.action_import()
        with self.assertRaises(UserError):
            run.action_import()
        with self.assertRaises(UserError):
            run.unlink()

    def test_a_new_file_is_to_be_checked_again(self):
        run = self._create_import({"Places": [HEADING, ["Hall", "", "x"]]})
        run.action_check()
        run.file = base64.b64encode(make_workbook({"Places": [HEADING, HALL]}))
        self.assertRecordValues(run, [{"state": "draft", "line_ids": [], "result": False}])

    def test_large_file_waits_for_the_background_and_is_taken_in_the_users_name(self):
        rows = [[f"Hall {number}"] for number in range(4)]
        director = self._user("director")
        director.group_ids += self.env.ref("base.group_partner_manager")
        run = self._create_import({"Places": [["Name"], *rows]}).with_user(director)
        run.action_check()
        with (
            patch.object(pm_import, "_BACKGROUND_ROWS", 3),
            self.enter_registry_test_mode(),
        ):
            run.action_import()
            self.assertEqual((run.state, self._count_places()), ("queued", 0))
            self.env.ref("pm_base.ir_cron_run_imports").method_direct_trigger()
            self.assertEqual((run.state, self._count_places()), ("done", 4))
            run.invalidate_recordset(["progress"])
            self.assertEqual(run.progress, 100.0)
            self.env.ref("pm_base.ir_cron_run_imports").method_direct_trigger()
        self.assertEqual(self._count_places(), 4)
        places = self.env["res.partner"].search([("name", "like", "Hall%")])
        self.assertEqual(places.create_uid, director)

    def test_template_can_be_filled_and_read_back(self):
        content = self.env["pm.import"].with_context(lang="zh_CN")._prepare_template()
        sheet = open_workbook(content)["地点"]
        heading = [cell.value for cell in next(sheet.iter_rows())]
        self.assertEqual(heading[:3], ["名称", "电话", "面积"])
