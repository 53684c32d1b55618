from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.pm_base.tests.common import read_pages

from .common import TenancyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-01 02:00:00")
class TestTenantAgreement(TenancyCommon):
    """F-TEN-38: what the tenant agreement states, clause by clause, as it is printed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"goods_entrance": "地下负二层", "lease_registry": "城东区房屋租赁所"})
        cls.tenant.pm_phone_24h = "190 1111 9999"
        cls._create_ownership()
        cls.tenancy = cls._create_tenancy()
        cls.page = cls._read_agreement()

    @classmethod
    def _read_agreement(cls):
        report = cls.env["ir.actions.report"].with_context(force_report_rendering=True)
        return "".join(
            read_pages(
                report.with_user(cls._user("receptionist"))._render_qweb_pdf(
                    "pm_tenancy.text_tenant_agreement", cls.tenancy.ids
                )[0]
            )
        )

    def _assert_states(self, *facts):
        for fact in facts:
            with self.subTest(fact=fact):
                self.assertIn(fact, self.page)

    def test_services_of_the_office(self):
        """TEN-070"""
        self._assert_states("一、管理处为租户提供公共区域的清洁、绿化、保安及上门维修服务")

    def test_building_closed_outside_working_hours(self):
        """TEN-071"""
        self._assert_states(
            "二、本大厦非工作时间实行封闭管理",
            "租户应在入驻前到管理处办理人员登记",
            "24小时联系电话（19011119999）",
            "因电话变更未告知或无人接听造成延误的，管理处不承担责任",
        )

    def test_way_for_goods(self):
        """TEN-072"""
        self._assert_states(
            "三、物资出入（随身携带物品除外），应事先到客户服务中心办理手续",
            "工作时间（8:00–18:00）内物资不得经大堂出入，须经地下负二层",
        )

    def test_way_for_goods_is_a_setting(self):
        """TEN-072: hours and way of another office."""
        self.site.write(
            {"lobby_closed_from": 7.5, "lobby_closed_to": 19.0, "goods_entrance": "西侧卸货口"}
        )
        self.assertIn("（7:30–19:00）内物资不得经大堂出入，须经西侧卸货口", self._read_agreement())

    def test_rights_and_duties_of_the_tenant(self):
        """TEN-073"""
        self._assert_states(
            "四、租户在租赁期内应遵守《管理公约》及有关部门的规定",
            "在此前提下享有业主的权益并承担业主的义务和责任",
            "仅由业主行使的权利除外",
            "权益同时受租赁合同约束",
        )

    def test_owner_may_have_the_services_stopped(self):
        """TEN-074"""
        self._assert_states(
            "五、业主作为物业所有权人，可书面要求管理处停止向该单元提供水、电及其他服务",
            "一切后果和责任由业主承担",
        )

    def test_unpaid_fees(self):
        """TEN-075"""
        self._assert_states(
            "六、当月管理费应于",
            "超出当月仍未缴清各项费用的，管理处可中止向该单元提供",
            "并通知业主，保留进一步追讨的权利",
        )

    def test_owner_is_jointly_liable(self):
        """TEN-076"""
        self._assert_states(
            "七、租户违反各项管理规定（包括拖欠费用）的，业主依《管理公约》承担连带责任",
            "影响严重的，管理处还可要求业主终止租赁合同",
        )

    def test_payment_on_registration(self):
        """TEN-077"""
        self._assert_states(
            "八、租户办理登记时，除缴清当月管理费外（当月超过20日的，一并缴纳下月管理费）",
            "应预缴一个月的管理费及水电押金，租赁期满退还",
            "租户退租后1个月内未办理退款手续的，业主有权处置该押金",
        )

    def test_payment_on_registration_is_a_setting(self):
        """TEN-077: day and months of another office."""
        self.site.write({"registration_next_month_day": 15, "deposit_unclaimed_months": 2})
        page = self._read_agreement()
        self.assertIn("当月超过15日的", page)
        self.assertIn("租户退租后2个月内", page)

    def test_fit_out_needs_the_owner(self):
        """TEN-078"""
        self._assert_states(
            "九、租户进行室内装饰或改动，应遵守QuietLanePlaza的装修管理规定，并须征得业主书面同意"
        )

    def test_removal_needs_owner_and_payment(self):
        """TEN-079"""
        self._assert_states(
            "十、租户搬迁，应与业主一同办理手续或持有业主书面同意",
            "并缴清当月管理费、水电费及其他费用",
            "费用未清或未获业主同意的，管理处不予办理搬出放行手续",
        )

    def test_lease_is_registered_in_the_district(self):
        """TEN-080"""
        self._assert_states("十一、租赁双方应到城东区房屋租赁所办理房屋租赁登记备案，否则自行承担")

    def test_preamble_and_signatures_name_property_and_office_of_the_data(self):
        """TEN-081"""
        self._assert_states(
            "租户协议书",
            "为规范QuietLanePlaza的物业出租行为，保障各方权益，维护良好的办公与生活环境",
            "平等互利",
            "业主（签章）：HanMeimei",
            "租户（签章）：BlueKiteTrading",
            "管理处：QuietLaneOffice",
        )
        self.assertEqual(self.page.count("日期："), 9)  # three parties, a copy for each
        self.assertNotIn("十二、", self.page)  # eleven clauses
