from freezegun import freeze_time

from odoo.tests import tagged

from .move_out_common import MoveOutCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveOutPapers(MoveOutCommon):
    """What the move-out prints of its facts, in Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "zh_CN"
        cls.clearance = cls._begin()
        cls.clearance.write(
            {
                "notice_reason": "Lease over",
                "forwarding_address": "North Gate 1",
                "goods": "Twelve desks",
            }
        )
        cls.removal = cls._plan("2026-06-17 18:00", mover="Swift Movers", vehicles="A12345")

    def _print_record(self, xml_id, record):
        action = self.env.ref(f"pm_tenancy.{xml_id}").report_action(record)
        return "".join(self._print(action))

    def assert_says(self, text, *words):
        for word in words:
            with self.subTest(word=word):
                self.assertIn("".join(word.split()), text)

    def test_removal_slip(self):
        """F-TEN-10"""
        text = self._print_record("action_report_pm_removal", self.removal)
        self.assert_says(text, "2026-06-17 18:00", "Swift Movers", "A12345", "T-12-03")

    def test_removal_register(self):
        register = self.env.ref("pm_tenancy.register_removals")
        issue = register._issue(self.site, self.site._today())
        text = "".join(self._print(issue.action_print()))
        self.assert_says(text, "Swift Movers", "T-12-03")

    def test_application(self):
        """F-TEN-63"""
        text = self._print_record("action_report_removal_application", self.tenancy)
        self.assert_says(text, "2026-06-17 18:00", "Lease over", "North Gate 1", "Twelve desks")

    def test_final_readings(self):
        """F-TEN-82: blank before, filled after."""
        blank = self._print_record("action_report_final_readings", self.tenancy)
        self.assert_says(blank, self.meter.meter_no)
        self._read(self.meter, "2026-06-01", 1000)
        self._read_finally()
        text = self._print_record("action_report_final_readings", self.tenancy)
        self.assert_says(text, "1000", "1250", "250kWh", "Li Lei")

    def test_keys_returned(self):
        """F-TEN-83"""
        self.env["pm.tenancy.staff"].create(
            {"tenancy_id": self.tenancy.id, "name": "Mei", "pass_no": "P-1"}
        )
        self.tenancy.loan_ids.with_user(self.leader).action_return_damaged()
        text = self._print_record("action_report_keys_returned", self.tenancy)
        self.assert_says(text, self.key.code, "P-1", "Mei")

    def test_unit_acceptance_slip(self):
        """F-TEN-11"""
        template = self.env.ref("pm_tenancy.inspection_template_unit_acceptance")
        inspection = self.env["pm.inspection"]._start(template, self.tenancy, place="T-12-03")
        text = self._print_record_inspection(inspection)
        self.assert_says(text, self.meter.meter_no, "T-12-03")

    def test_room_acceptance_sheet(self):
        """F-TEN-66"""
        self._inspect(compensation=120.5)
        self._read_finally()
        text = self._print_record_inspection(self.tenancy._get_move_out_inspection())
        self.assert_says(text, "120.50", "1250", "Li Lei")

    def test_other_inspections_print_as_before(self):
        template = self.env["pm.inspection.template"].create(
            {"name": "Round", "line_ids": [(0, 0, {"name": "Door"})]}
        )
        inspection = self.env["pm.inspection"]._start(template, self.tenancy)
        self.assert_says(self._print_record_inspection(inspection), "Round", "Door")

    def test_clearance_sheet(self):
        self.clearance.action_print()
        text = self._print_record("action_report_pm_clearance", self.clearance)
        self.assert_says(text, "未结清", "钥匙", self.key.code, "T-12-03", "North Gate 1")
        self.assertIn("5", self.clearance.message_ids[0].body)

    def test_settlement(self):
        """F-BIL-23"""
        self._read_finally()
        self._inspect(compensation=120.5)
        text = self._print_record("action_report_pm_settlement", self.clearance)
        self.assert_says(
            text,
            *("客户名称", "单元", "读数/用量", "押金", "赔偿", "合计", "缴清日期", "业户签字"),
            "120.50",
        )

    def test_prints_are_filed(self):
        self._print_record("action_report_removal_application", self.tenancy)
        paper = self.tenancy.paper_ids
        self.assertEqual(paper.form_id, self.env.ref("pm_base.form_f_ten_63"))

    def test_blanks_of_letters(self):
        """F-TEN-64, 65, 67: what the texts about a tenancy may say of the move-out."""
        self.clearance.write(
            {"inspection_at": "2026-06-16 02:00:00", "reinstatement": "yes", "notice_from": "owner"}
        )
        blanks = self.tenancy.with_context(lang="en_US")._pm_get_blanks()
        values = {name: value for name, (_label, value) in blanks.items()}
        self.assertEqual(str(values["removal_date"]), "2026-06-17")
        self.assertEqual(values["removal_time"], "18:00")
        self.assertEqual(values["inspection_time"], "2026-06-16 10:00")
        self.assertEqual(values["notice_from"], "Owner's Side")
        self.assertEqual(values["reinstatement"](), "Yes")
        self.assertTrue(self.env["pm.tenancy"]._pm_get_blanks())

    def test_removal_slip_protects_the_common_equipment(self):
        """TEN-126"""
        text = self._print_record("action_report_pm_removal", self.removal)
        self.assert_says(text, "不得损坏喷淋头、探测器等公共设备")

    def test_common_equipment_is_looked_at_in_the_joint_inspection(self):
        """TEN-126: damage to it is found and compensated."""
        sheet = self.env.ref("pm_tenancy.inspection_template_room_acceptance")
        self.assertIn("Sprinkler heads", sheet.with_context(lang="en_US").line_ids.mapped("name"))

    def test_unit_acceptance_slip_has_two_copies(self):
        """TEN-122: one for Engineering, one for Customer Service; both sign it."""
        template = self.env.ref("pm_tenancy.inspection_template_unit_acceptance")
        inspection = self.env["pm.inspection"]._start(template, self.tenancy, place="T-12-03")
        action = self.env.ref("pm_base.action_report_pm_inspection").report_action(inspection)
        pages = self._print(action)
        self.assertEqual(len(pages), 2)
        for number, page in enumerate(pages, 1):
            self.assert_says(page, f"第{number}份，共2份", "客户服务中心", "工程部")

    def _print_record_inspection(self, inspection):
        action = self.env.ref("pm_base.action_report_pm_inspection").report_action(inspection)
        return "".join(self._print(action))
