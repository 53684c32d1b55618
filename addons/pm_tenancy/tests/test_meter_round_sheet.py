import base64
from datetime import date
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.tests import tagged

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-25 04:00:00")
class TestMeterRoundSheet(HandoverCommon):
    """BIL-020: the sheet goes round on paper or in Excel, and comes back filled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"
        cls.second = cls._create_meter(sequence=20, base_value=100, date_installed="2026-01-01")
        cls.first = cls._create_meter(sequence=10, unit_id=cls.unit_2.id)
        cls.engineer = cls._user("engineer")

    def _open_round(self, user=None):
        return self.env["pm.meter.round"].with_user(user or self.engineer).create({})

    def _fill(self, content, readings):
        """Return the workbook with readings entered: {meter no.: {heading: value}}."""
        workbook = load_workbook(BytesIO(content))
        sheet = workbook.active
        headings = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            for label, value in readings.get(row[headings.index("Meter No.")].value, {}).items():
                row[headings.index(label)].value = value
        output = BytesIO()
        workbook.save(output)
        return base64.b64encode(output.getvalue())

    def test_workbook_follows_the_route_with_room_for_the_reading(self):
        sheet = load_workbook(BytesIO(self._open_round()._prepare_workbook())).active
        heading, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        column = heading.index
        self.assertEqual(
            [row[column("Meter No.")] for row in rows], [self.first.meter_no, self.second.meter_no]
        )
        last = rows[1]
        self.assertEqual(
            (last[column("Last Reading")], last[column("Last Read On")].date()),
            (100, date(2026, 1, 1)),
        )
        self.assertIsNone(last[column("Reading")])

    def test_paper_has_a_page_for_each_building(self):
        sheet = self._open_round()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "pm_tenancy.report_pm_meter_round", sheet.ids
        )[0]
        text = html.decode()
        self.assertLess(text.index(self.first.meter_no), text.index(self.second.meter_no))
        self.assertIn("Signature", text)
        self.assertTrue(sheet.action_print_sheet())

    def test_filled_sheet_is_taken_on_the_round(self):
        """What was not read stays on the sheet, and who read is kept."""
        sheet = self._open_round()
        sheet.file = self._fill(
            sheet._prepare_workbook(), {self.second.meter_no: {"Reading": 130, "Note": "seen"}}
        )
        sheet.action_load_sheet()
        self.assertRecordValues(
            self.second.reading_ids,
            [
                {
                    "date": date(2026, 6, 25),
                    "value": 130,
                    "consumption": 30,
                    "note": "seen",
                    "kind": "periodic",
                    "reader_id": self.engineer.employee_id.id,
                }
            ],
        )
        self.assertEqual(sheet.line_ids.meter_id, self.first)

    def test_filled_sheet_goes_through_the_import_too(self):
        content = self._fill(
            self._open_round()._prepare_workbook(), {self.second.meter_no: {"Reading": 0.0}}
        )
        run = self.env["pm.import"].create({"site_id": self.site.id, "file": content})
        run.action_import()
        self.assertIn("lower than the last reading", run.line_ids.message)
        run.file = self._fill(base64.b64decode(content), {self.second.meter_no: {"Reading": 130}})
        run.action_import()
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        self.assertEqual((self.first.last_value, self.second.last_value), (0, 130))

    def test_one_bad_row_takes_nothing_and_is_named(self):
        sheet = self._open_round()
        sheet.file = self._fill(
            sheet._prepare_workbook(),
            {self.first.meter_no: {"Reading": 5}, self.second.meter_no: {"Reading": 99}},
        )
        with self.assert_refused("Row 3"):
            sheet.action_load_sheet()
        self.assertFalse((self.first | self.second).reading_ids)
        sheet.file = base64.b64encode(b"no workbook")
        with self.assert_refused("Choose the filled sheet"):
            sheet.action_load_sheet()
