from io import BytesIO

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.pm_base.tests.common import read_pages

from .common import TenancyCommon

# What each print must say; for the labels of the catalogue see every_paper.csv.
FACTS = {
    "management_agreement": [
        *("甲方", "乙方", "120.50平方米", "第九百四十四条", "2026年1月1日", "一式两份"),
        "本协议文本由QuietLaneOffice与发展商置地房地产公司共同拟定",
    ],
    "handbook": [
        "业户手册",
        "0000-1234567",
        "工作日18:00以后",
        "8:00–18:00",
        "版本：第1版",
        "份数：1",
    ],
    "fit_out_guide": ["200平方米及以下3个工作日，以上5个工作日", "3个月后退还", "业主书面同意"],
    "contact_card": ["工程部", "石立群", "0000-1811"],
    "move_in_notice": [
        "HanMeimei、BlueKiteTrading（公司/女士/先生）",
        "2018年6月",
        "云和市住房和城乡建设局",
        "置地房地产公司",
        "建筑工程公司",
        "附表",
        "委托书、公（私）章和身份证",
        "《入伙手续书》《收楼须知》《缴款通知书》",
        "回执",
    ],
    "procedure_sheet": ["意见", "盖章", "开发商财务部", "领钥匙"],
    "handover_instructions": ["48小时"],
    "payment_notice": ["合计", "缴款期限"],
    "move_in_bulletin": ["各位业主、业户", "0000-1234567"],
    "occupancy_instructions": ["身份证", "《商户登记表》", "购/租房合同正本", "《管理协议》"],
    "covenant": ["连带责任", "生效日期", "不以停止供水"],
    "move_in_instructions": [
        "一、请仔细阅读我公司为您准备的《商户手册》入住流程表、《装修审批流程表》",
        "二、请携带《购/租房合同》《进住通知单》、身份证、户口本及复印件各一份",
        "三、请详细、如实填写各种表格，并按时交回",
        "四、自入住之日起，每月按时缴纳各项费用",
        "五、请签订《商户公约》，自签订之日起",
        "六、由责任区客服人员陪同您验收房屋",
        "《住房验收交接表》并交回存档",
        "七、搬迁时请遵守管理处的规定，服从指挥，不损坏公共财物，不乱倒乱扔杂物；违者",
        "八、装修请严格遵守国家规定，填写《装修申请表》，施工队提交施工执照复印件，经我公司审批",
        "预交装修押金后方可施工",
        "九、请到我公司办理用电、用水申请手续",
        "十、入住时还应缴纳：住房装修押金3,000.00元/户；装修施工队装修押金2,000.00元/户",
        "装修垃圾清运费500.00元/户",
        "全额退还",
    ],
    "procedure_guide": ["收费室", "48小时"],
    "fit_out_flow": ["200平方米及以下：3个工作日", "验收合格后3个月"],
    "handover_agreement": ["48小时", "大门K-1", "123.40度"],
    "handover_certificate": [
        "☑写字楼/☐商场",
        "1.大门K-1",
        "6.",
        "电表底数：123.40度",
        "合法拥有人/使用人",
        "正本由物业管理公司留存",
        "备注",
    ],
    "security_fire": ["119", "110", "安全出口", "易燃"],
    "tenant_agreement": [
        "清洁、绿化、保安及上门维修",
        "24小时联系电话",
        "8:00–18:00",
        "地下负二层",
        "权益同时受租赁合同约束",
        "停止向该单元提供水、电及其他服务",
        "第九百四十四条",
        "连带责任",
        "超过20日的，一并缴纳下月管理费",
        "1个月内未办理退款",
        "征得业主书面同意",
        "不予办理搬出放行手续",
        "十一、租赁双方应到城东区房屋租赁所",
        "业主（签章）：HanMeimei",
    ],
    "service_card": ["0000-1818", "0000-1819", "物品出入", "费用缴纳"],
    "power_of_attorney": ["委托事项", "公（私）章"],
    "check_in_slip": ["费用结清", "HT-88"],
    "move_in_order": ["总经理审批", "签收人"],
    "lease_contract": ["HT-88", "5,000.00", "恢复原状", "违约责任"],
    "handbook_undertaking": ["第1版", "承诺内容"],
    "fit_out_manual": ["退押金", "3个工作日"],
    "owner_consent": ["同意内容", "HanMeimei"],
    "termination_notice": ["是否恢复装修原状", "2026年12月31日"],
    "inspection_notice": ["验房事项", "安保部接收钥匙"],
}


@tagged("post_install", "-at_install")
class TestTextsTenancy(TenancyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write(
            {
                "complaint_phone": "0000-1818",
                "fax": "0000-1819",
                "goods_entrance": "地下负二层",
                "lease_registry": "城东区房屋租赁所",
                "fit_out_owner_deposit": 3000,
                "fit_out_contractor_deposit": 2000,
                "fit_out_debris_fee": 500,
            }
        )
        cls.building.write(
            {
                "developer_id": cls._create_partner(name="置地房地产公司").id,
                "constructor_id": cls._create_partner(name="建筑工程公司").id,
                "accepted_by": "云和市住房和城乡建设局",
                "accepted_on": "2018-06-28",
            }
        )
        head = cls.env["hr.employee"].create({"name": "石立群", "work_phone": "0000-1811"})
        cls.env["hr.department"].create(
            {"name": "工程部", "site_id": cls.site.id, "manager_id": head.id}
        )
        cls._create_ownership()
        cls.tenancy = cls._create_tenancy(
            contract_no="HT-88", monthly_rent=5000.0, contact_name="Li Lei"
        )
        cls.env["pm.key"].create(
            {"site_id": cls.site.id, "unit_id": cls.unit.id, "code": "K-1", "name": "大门"}
        )
        meter = cls.env["pm.meter"].create(
            {"site_id": cls.site.id, "unit_id": cls.unit.id, "meter_no": "E-1"}
        )
        cls.env["pm.meter.reading"].create(
            {
                "meter_id": meter.id,
                "date": "2026-01-01",
                "value": 123.4,
                "kind": "base",
                "tenancy_id": cls.tenancy.id,
            }
        )

    def _print_text(self, name, tenancy=None, user=None):
        return "".join(read_pages(self._render_text(name, tenancy, user)))

    def _render_text(self, name, tenancy=None, user=None):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        return report.with_user(user or self._user("receptionist"))._render_qweb_pdf(
            f"pm_tenancy.text_{name}", (tenancy or self.tenancy).ids
        )[0]

    @freeze_time("2026-02-01 02:00:00")
    def test_each_text_states_its_facts(self):
        """F-TEN-06..09, 15..19, 21, 22, 26..28, 34, 35, 37..44, 62, 64, 65, 67; TEN-023, TEN-031,
        TEN-039, TEN-045, TEN-046, TEN-070..081: the facts of the clauses are on the paper."""
        for name, facts in FACTS.items():
            form = self.env.ref(f"pm_tenancy.action_report_{name}").pm_form_id
            page = self._print_text(name)
            with self.subTest(form=form.code):
                self.assertFalse([fact for fact in facts if fact not in page], page)
                self.assertNotIn("{", page)
                self.assertNotIn("False", page)

    @freeze_time("2025-12-01 02:00:00")
    def test_notice_tells_time_and_place_of_the_plan(self):
        """TEN-031, TEN-045: schedule, place, one visit, proxy, latecomers, what to read, who signs;
        TEN-032: the bulletin names who answers enquiries."""
        self.building.manager_id = self._create_partner(name="安居物业公司")
        self.site.address = "静巷8号"
        self._create_plan()
        notice = self._print_text("move_in_notice")
        for fact in (
            "附表：日期时间单元2026年1月5日9:00–10:30T-12-03",
            "按附表规定的时间前来办理入伙手续。地点：一楼大堂",
            "财务部、地产部与经营管理公司现场联合办公，一次办完",
            "可委托他人代办。代办人除携带规定的资料外，还应带上您的委托书、公（私）章和身份证",
            "请于2026年2月1日后，先到房地产公司置地房地产公司（地点：售楼处）办理财务及收楼手续",
            "再到经营管理公司安居物业公司（地点：静巷8号）办理入伙手续",
            "云和市住房和城乡建设局（省/市验收部门）和房地产公司置地房地产公司、建筑工程公司",
            "验收合格，准予入住",
            "需准备的证明材料",
            "需填写的表格",
            "办理程序",
            "房地产开发公司：置地房地产公司",
            "经营管理公司：安居物业公司",
        ):
            with self.subTest(fact=fact):
                self.assertIn(fact, notice)
        bulletin = self._print_text("move_in_bulletin")
        self.assertIn("咨询人：周宁，电话：0000-1850", bulletin)

    def _create_plan(self):
        keeper = self.env["hr.employee"].create({"name": "周宁"})
        return self.env["pm.move.in.plan"].create(
            {
                "site_id": self.site.id,
                "name": "Winter",
                "building_ids": [Command.set(self.building.ids)],
                "date_start": "2026-01-04",
                "date_end": "2026-01-20",
                "place": "一楼大堂",
                "enquiry_name": "周宁",
                "enquiry_phone": "0000-1850",
                "fallback_date": "2026-02-01",
                "developer_place": "售楼处",
                "duty_ids": [Command.create({"employee_id": keeper.id, "name": "Papers"})],
                "slot_ids": [
                    Command.create(
                        {
                            "unit_id": self.unit.id,
                            "date": "2026-01-05",
                            "time_from": 9.0,
                            "time_to": 10.5,
                        }
                    )
                ],
            }
        )

    @freeze_time("2026-02-01 02:00:00")
    def test_papers_state_the_hours_of_the_office(self):
        """TEN-043: setting missed_defect_hours."""
        self.site.missed_defect_hours = 72
        for name in ("handover_instructions", "procedure_guide", "handover_agreement"):
            with self.subTest(text=name):
                self.assertIn("72小时", self._print_text(name))

    @freeze_time("2026-02-01 02:00:00")
    def test_every_text_has_a_print(self):
        """Each shipped text for tenancies is printed by a report of the print menu."""
        texts = self.env["pm.text"].search(
            [("model_id.model", "=", "pm.tenancy"), ("site_id", "=", False)]
        )
        reports = self.env["ir.actions.report"].search(
            [("model", "=", "pm.tenancy"), ("pm_text", "=", True)]
        )
        self.assertEqual(texts.form_id, reports.pm_form_id)
        self.assertEqual(len(FACTS), len(texts))

    def test_unknown_values_are_lines_to_write_on(self):
        """What nobody knows yet prints as a line, never as a wrong word."""
        text = self.env.ref("pm_tenancy.text_handover_certificate")
        body = text._prepare_print(self._create_tenancy(self.unit_2))["body"]
        self.assertIn('水表底数：<span class="pm-blank"></span>', body)
        self.assertIn("5. ", body)

    def test_many_units_are_listed(self):
        tenancy = self._create_tenancy(
            self.unit + self.unit_2, date_start="2027-01-01", date_end=False
        )
        page = self._print_text("handover_agreement", tenancy)
        self.assertIn("T-12-03,T-12-04", page)
        self.assertIn("200.50平方米", page)

    def test_texts_fit_their_pages(self):
        """A text fits the pages a clerk expects, an agreement one a party; cards are small."""
        for name, most in (("handover_certificate", 1), ("tenant_agreement", 3), ("handbook", 3)):
            self.assertLessEqual(len(read_pages(self._render_text(name))), most, name)
        for name in ("service_card", "contact_card"):
            pages = PdfFileReader(BytesIO(self._render_text(name)), strict=False).pages
            self.assertEqual(len(pages), 1)
            self.assertLess(pages[0].mediabox.width * pages[0].mediabox.height, 595 * 842 / 3)

    def test_menu_offers_what_fits_the_stage(self):
        """Nobody is offered the papers of moving out before the occupant is there."""

        def get_offered(state):
            tenancy = self._create_tenancy(self.unit_2, state=state)
            reports = self.env["ir.actions.report"].search(
                [("binding_model_id.model", "=", "pm.tenancy")]
            )
            offered = reports.get_valid_action_reports("pm.tenancy", tenancy.ids)
            return reports.browse(offered).pm_form_id.mapped("code")

        moving_in = get_offered("move_in")
        self.assertIn("F-TEN-15", moving_in)
        self.assertNotIn("F-TEN-67", moving_in)
        self.env["pm.tenancy"].search([("state", "=", "move_in")]).action_cancel()
        moving_out = get_offered("move_out")
        self.assertIn("F-TEN-67", moving_out)
        self.assertNotIn("F-TEN-15", moving_out)

    def test_owner_signs_no_tenant_agreement(self):
        """TEN-050: the tenant agreement is for tenants only."""
        tenancy = self._create_tenancy(self.unit_2, kind="owner")
        report = self.env.ref("pm_tenancy.action_report_tenant_agreement")
        self.assertFalse(report.get_valid_action_reports("pm.tenancy", tenancy.ids))
        tenancy.kind = "lease"
        self.assertTrue(report.get_valid_action_reports("pm.tenancy", tenancy.ids))

    def test_other_office_cannot_print(self):
        stranger = self._user("receptionist", self.other_site)
        with self.assertRaises(AccessError):
            self._print_text("covenant", user=stranger)
