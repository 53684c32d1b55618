from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .fitout_common import FitoutCommon

# The labels of forms.csv, by report.
_LABELS = {
    "application": "客户名称 单元 装修面积 施工单位/资质号 负责人/电话 装修内容 起止日期 施工人数"
    " 附图 业主意见 签章 日期",
    "approval": "客户名称 单元 施工单位 装修内容 资料审核 各部门意见 押金/费用 审批意见 有效期"
    " 日期",
    "drawings": "客户名称 单元 专业 图纸名称/编号 份数 收讫 提交人 接收人 日期",
    "routing": "客户名称 单元 施工单位 部门 办理事项 意见 签字/日期 费用 证件发放",
    "permit": "编号 客户名称 单元 施工内容 有效期 施工时间 负责人/电话 防火责任人 签发/盖章/日期",
    "completion": "客户名称 单元 施工单位 完工日期 申请验收日期 附件 申请人/日期",
    "acceptance": "客户名称 单元 施工单位 验收日期 项目 问题 消防验收文号 结论 签字/日期 验收意见",
}
_PASS = "证号 照片 姓名 身份证号 施工单位 单元 工种 有效期 发证"
_REVIEW = (
    "修改意见或建议 合格/不合格 客户名称 单元 图纸名称 面积 收图日期 审核期限 审核人/专业 日期"
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestFitoutPapers(FitoutCommon):
    """F-TEN-51, 52, 55, 57 to 61 and 84, read back from the print."""

    def _print_report(self, key, records):
        report = self.env.ref(f"pm_tenancy.action_report_{key}").report_action(records)
        return self._print(report)

    def test_forms_say_what_the_catalogue_lists(self):
        self.site.print_lang = "zh_CN"
        fitout = self._create_fitout("works")
        for key, labels in _LABELS.items():
            [*pages] = self._print_report(f"pm_fitout_{key}", fitout)
            text = "".join(pages)
            for label in labels.split():
                with self.subTest(form=key, label=label):
                    self.assertIn(label, text)
            for words in ("BlueKiteTrading", "T-12-03"):
                with self.subTest(form=key, words=words):
                    self.assertIn(words, text)

    def test_passes_stand_several_on_a_sheet_and_are_papers_of_their_own(self):
        self.site.print_lang = "zh_CN"
        fitout = self._create_fitout("works")
        fitout.worker_ids.write({"pm_identity_kind": "passport", "pm_identity_no": "E1234567890"})
        for number in range(8):
            self._create_worker(fitout, name=f"Worker {number}").action_issue()
        pages = self._print(fitout.action_print_passes())
        self.assertEqual(len(pages), 2)
        text = "".join(pages)
        for label in _PASS.split():
            with self.subTest(label=label):
                self.assertIn(label, text)
        for worker in fitout.worker_ids:
            self.assertIn(worker.pass_no, text)
            self.assertEqual(worker.paper_count, 1)
        self.assertIn("E12****7890", text)
        self.assertNotIn("E1234567890", text)

    def test_review_opinion(self):
        """F-TEN-84"""
        self.site.print_lang = "zh_CN"
        fitout = self._create_fitout("review")
        fitout.review_id.line_ids[0].write({"verdict": "fail", "amendments": "Door opens outward"})
        fitout.review_id.action_all_pass()
        fitout.review_id.action_conclude()
        text = "".join(self._print_report("pm_fitout_review", fitout.review_id))
        for label in [*_REVIEW.split(), "Dooropensoutward", "2026/03/05"]:
            with self.subTest(label=label):
                self.assertIn(label, text)

    def test_permit_is_printed_once_it_is_issued(self):
        """F-TEN-59"""
        with self.assertRaisesRegex(UserError, "no permit"):
            self._print_report("pm_fitout_permit", self._create_fitout("approved"))

    def test_pass_is_printed_once_it_is_issued(self):
        worker = self._create_worker(self._create_fitout("approved"))
        with self.assertRaisesRegex(UserError, "not issued"):
            self._print(worker.action_print_pass())

    def test_texts_find_their_blanks(self):
        """F-TEN-53, 54, 56"""
        blanks = self._create_fitout()._pm_get_blanks()
        for name, value in {
            "occupant": "Blue Kite Trading",
            "units": "T-12-03",
            "building": "Tower 1",
            "contractor": "Straight Line Builders",
            "contractor_representative": "Li Lei",
            "contractor_phone": "190 2222 0001",
            "fire_officer": "Wang Gang",
            "fire_officer_phone": "190 2222 0002",
            "contact": "Ms Chen",
        }.items():
            with self.subTest(name=name):
                self.assertEqual(blanks[name][1], value)
        self.assertTrue(self.env["pm.fitout"]._pm_get_blanks())

    def test_fire_safety_agreement_binds_three_parties(self):
        """F-TEN-56, TEN-093: Security, customer and contractor sign, in triplicate."""
        self.site.print_lang = "zh_CN"
        text = "".join(self._print_report("pm_fitout_fire_safety", self._create_fitout()))
        for fact in (
            "甲方（管理处安保部）：QuietLaneOffice",
            "乙方（客户）：BlueKiteTrading",
            "丙方（装修公司）：StraightLineBuilders",
            "一式三份",
            "WangGang",
        ):
            with self.subTest(fact=fact):
                self.assertIn(fact, text)

    def test_signed_application_closes_its_step(self):
        """TEN-091"""
        fitout = self._create_fitout()
        self._print_report("pm_fitout_application", fitout)
        step = self._step(fitout, "application")
        self.assertEqual(step.state, "open")
        fitout.paper_ids.action_return()
        self.assertEqual(step.state, "done")
