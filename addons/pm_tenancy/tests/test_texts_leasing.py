from odoo.tests import tagged

from odoo.addons.pm_base.tests.common import read_pages

from .common import TenancyCommon


@tagged("post_install", "-at_install")
class TestTextsLeasing(TenancyCommon):
    def _print_text(self, name, record):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        return read_pages(
            report.with_user(self._user("leasing"))._render_qweb_pdf(
                f"pm_tenancy.text_{name}", record.ids
            )[0]
        )

    def test_agency_agreement(self):
        """F-TEN-72, TEN-144: eight clauses, in two copies."""
        self._create_ownership()
        listing = self.env["pm.listing"].create(
            {
                "site_id": self.site.id,
                "unit_id": self.unit.id,
                "owner_id": self.owner.id,
                "asked_unit_rent": 82.5,
                "lease_term": "一至三年",
                "valid_from": "2026-03-01",
                "valid_to": "2026-08-31",
            }
        )
        pages = self._print_text("letting_agreement", listing)
        self.assertEqual(len(pages), 2)
        for fact in (
            "一、甲方自愿",
            "委托方（以下简称甲方）：HanMeimei",
            "受托方（以下简称乙方）：QuietLaneOffice",
            "Tower1（座）12（层）03（单元）",
            "建筑面积120.50平方米",
            "租赁期限：一至三年",
            "单位租金：82.50元",
            "其他费用：",
            "本项服务免费",
            "房产证、房屋租赁许可证",
            "2026年3月1日起至2026年8月31日",
            "协助乙方向承租人收取服务费",
            "费用缴纳、装修、使用等承担连带责任",
            "甲方自行考察租户",
            "一式二份",
            "签订之日起",
            "八、备注",
        ):
            self.assertIn(fact, pages[0])

    def test_search_agreement(self):
        """F-TEN-73, TEN-145: nine clauses, in two copies."""
        request = self.env["pm.lease.request"].create(
            {
                "site_id": self.site.id,
                "partner_id": self.tenant.id,
                "contact_name": "Li Lei",
                "usage": "office",
                "area_from": 100.0,
                "area_to": 200.0,
                "equipment": "独立空调",
                "rent_max": 9000.0,
                "need_until": "2026-06-30",
                "valid_from": "2026-03-01",
                "valid_to": "2026-08-31",
            }
        )
        pages = self._print_text("search_agreement", request)
        self.assertEqual(len(pages), 2)
        for fact in (
            "BlueKiteTrading",
            "联系人：LiLei",
            "物业地段：QuietLanePlaza",
            "物业类别：写字楼",
            "建筑面积：100–200平方米",
            "设备要求：独立空调",
            "需求有效期：2026年6月30日",
            "月租金：9,000.00元以内",
            "有偿服务",
            "1天内",
            "一个月租金的50%",
            "200.00元/平方米",
            "2周内",
            "不予返还",
            "有权不予办理入伙手续",
            "一式二份",
            "签订之日起",
            "九、备注",
        ):
            self.assertIn(fact, pages[0])
