from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import FEBRUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestStatement(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bank = cls.env["res.bank"].create({"name": "云溪银行"})
        cls.site.write(
            {
                "payment_place": "一层收费室",
                "payee_bank_id": cls.env["res.partner.bank"]
                .create(
                    {
                        "acc_number": "6200123412341234",
                        "partner_id": cls.company.partner_id.id,
                        "bank_id": bank.id,
                        "acc_holder_name": "静巷物业公司",
                    }
                )
                .id,
            }
        )
        cls.tenant.name = "蓝鸢贸易"

    @freeze_time("2026-03-01 01:00:00")
    def test_statement_says_all_it_must(self):
        """BIL-021, BIL-027: deadline, late fee, enquiry telephone, lines, total, payee."""
        self._create_active(moved_in="2026-03-12")
        page = self._print(self._bill().action_deliver())
        self.assertEqual(len(page), 1)
        for text in (
            "收费通知单",
            "QuietLaneOffice",
            self.unit.code,
            "蓝鸢贸易",
            "2026年3月",
            "03-12至03-31",
            "120.50m²",
            "12.00",
            "120.50m²×12.00元/m²·月×20/31天",
            "932.90",
            "60.00元/月×20/31天",
            "38.71",
            "971.61",
            "大写：玖佰柒拾壹元陆角壹分",
            "交款期限2026年3月5日",
            "不收取滞纳金",
            "0000-1234567",
            "静巷物业公司",
            "云溪银行",
            "6200123412341234",
            "一层收费室",
            "2026年3月1日",
            "签收人",
            "1/1",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page[0])

    def test_earlier_arrears_stand_on_the_statement(self):
        tenancy = self._create_active()
        self._bill(FEBRUARY)
        bill = self._bill(MARCH).bill_ids
        self._pay(tenancy.bill_ids.filtered(lambda each: each.pm_month == FEBRUARY), 500.0)
        page = self._print(bill._pm_print_statements())[0]
        for text in ("前欠", "2026年2月", "1,006.00", "2,512.00"):
            self.assertIn(text, page)
        # The statement of the older month does not ask for the younger.
        older = tenancy.bill_ids.filtered(lambda each: each.pm_month == FEBRUARY)
        page = self._print(older._pm_print_statements())[0]
        self.assertNotIn("2026年3月5日", page)
        self.assertIn("已缴或已抵扣", page)
        self.assertIn("1,006.00", page)

    def test_late_fee_rate_is_stated(self):
        """BIL-027: the rate is a setting; nothing is hidden."""
        self.site.late_fee_rate = 0.5
        self._create_active()
        page = self._print(self._bill().bill_ids._pm_print_statements())[0]
        self.assertIn("按逾期金额每日0.5‰计收", page)

    def test_eight_lines_fit_one_page(self):
        for number in range(4):
            self._create_fee(f"费用{number}", f"F{number}", price=0.5 + number)
        self._create_active(self.unit + self.unit_2)
        bill = self._bill().bill_ids
        self.assertEqual(len(bill.pm_charge_ids), 11)
        self.assertEqual(len(self._print(bill._pm_print_statements())), 1)

    def test_statement_in_english(self):
        self.site.print_lang = "en_US"
        self._create_active()
        page = self._print(self._bill().bill_ids._pm_print_statements())[0]
        for text in ("Payby", "120.50m²×12.00yuan/m²·month", "nolatefeeischarged"):
            self.assertIn(text, page)

    def test_printing_files_the_paper_and_a_reprint_says_so(self):
        """BIL-022: each statement is a paper whose delivery and signature are noted."""
        self._create_active()
        run = self._bill()
        self._print(run.action_deliver())
        paper = run.bill_ids.paper_ids
        self.assertEqual(paper.form_id, self.env.ref("pm_base.form_f_bil_04"))
        self.assertEqual(paper.site_id, self.site)
        self.assertIn("2026-03", paper.subject)
        self.assertNotIn("重印", self._print(run.bill_ids.action_pm_print_statement())[0][:0])
        self.assertEqual(paper.print_count, 2)
        run.invalidate_recordset()
        self.assertEqual(run.printed_count, 1)

    def test_only_issued_fee_bills_have_a_statement(self):
        self._create_active()
        bill = self._bill().bill_ids
        bill.button_draft()
        plain = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.tenant.id}
        )
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        for move in (bill, plain):
            with self.assertRaisesRegex(UserError, "no statement"):
                report._render_qweb_pdf("pm_billing.report_pm_statement", move.ids)


@tagged("post_install", "-at_install")
class TestDunningPapers(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant.name = "蓝鸢贸易"
        cls.other_tenant.name = "红帆旅行"
        cls.site.payment_place = "一层收费室"
        cls.tenancy = cls._create_active(contact_phone="190 1111 2222")
        cls._create_active(cls.unit_2, partner_id=cls.other_tenant.id)
        cls._bill(FEBRUARY)
        cls._bill(MARCH)
        cls.site._run_dunning(date(2026, 3, 23))

    def _of(self, pages, name):
        return [page for page in pages if name in page]

    def test_list_of_the_unpaid(self):
        """BIL-041, F-BIL-25: unit, occupant, months, amount, result of the call, follow-up."""
        calls = self._rounds(self.call_step)
        call = calls.action_ids.filtered(lambda each: each.tenancy_id == self.tenancy)
        call.user_id = self._user("area")
        call.action_reached()
        page = "".join(self._print(calls.action_print_list()))
        for text in (
            "未交款商户统计",
            "2026年3月18日",
            self.unit.code,
            "蓝鸢贸易",
            "红帆旅行",
            "19011112222",
            "2026年2月和2026年3月",
            "3,012.00",
            "5,052.00",
            "已通知",
            self._user("area").name.replace(" ", ""),
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)

    @freeze_time("2026-03-23 01:00:00")
    def test_reminders_are_printed_in_one_batch(self):
        """F-BIL-10: one page for each debtor, with months, amounts and the day to pay by."""
        pages = self._print(self._rounds(self.reminder_step).action_print_papers())
        self.assertEqual(len(pages), 2)
        page = self._of(pages, "蓝鸢贸易")[0]
        for text in (
            "催费通知单",
            self.unit.code,
            "Management和Refuse",
            "1,506.00",
            "3,012.00",
            "叁仟零壹拾贰元整",
            "2026年3月26日",
            "2026年3月18日",
            "一层收费室",
            "0000-1234567",
            "滞纳金",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)

    @freeze_time("2026-03-23 01:00:00")
    def test_letter_with_its_slip_in_two_copies(self):
        """BIL-042, F-BIL-11: what App. 2 holds, two copies, a receipt slip, no illegal threat."""
        found = self._rounds(self.letter_step)
        found.action_approve()
        pages = self._print(found.action_print_papers())
        self.assertEqual(len(pages), 4)
        copies = self._of(pages, "蓝鸢贸易")
        self.assertEqual(len(copies), 2)
        number = found.action_ids.filtered(
            lambda each: each.tenancy_id == self.tenancy
        ).paper_id.name
        for index, page in enumerate(copies, start=1):
            for text in (
                "关于催缴物业管理费用的函",
                f"第{index}份，共2份",
                self.unit.code,
                "2026年2月和2026年3月",
                "3,012.00",
                "叁仟零壹拾贰元整",
                "当月5日前",
                "2026年3月26日",
                "2026年3月23日",
                "QuietLaneOffice",
                "盖章",
                "回执",
                "签收人",
                f"编号{number}",
            ):
                with self.subTest(text=text, copy=index):
                    self.assertIn(text, page)
            # A property company may not cut these off to collect its fees.
            self.assertIn("供电、供水、供热、供燃气不因本函而受影响", page)
        self.assertEqual(set(found.action_ids.mapped("state")), {"issued"})

    def test_batch_prints_what_is_new_first(self):
        found = self._rounds(self.letter_step)
        first, second = found.action_ids
        first.action_approve()
        self.assertEqual(len(self._print(found.action_print_papers())), 2)
        second.action_approve()
        action = found.action_print_papers()
        self.assertEqual(action["context"]["active_ids"], second.ids)
        self._print(action)
        self.assertEqual(len(found.action_print_papers()["context"]["active_ids"]), 2)

    def test_text_is_the_office_s_to_change(self):
        self.letter_step.with_context(lang="zh_CN").text = "请 {occupant} 缴 {amount} 元"
        found = self._rounds(self.letter_step)
        found.action_approve()
        pages = self._print(found.action_print_papers())
        self.assertIn("请蓝鸢贸易缴3,012.00元", self._of(pages, "蓝鸢贸易")[0])

    def test_nobody_owes_anything(self):
        empty = self.env["pm.dunning.round"].create(
            {
                "site_id": self.site.id,
                "step_id": self.call_step.id,
                "period": "2026-07-01",
                "date": "2026-07-18",
                "date_pay_by": "2026-07-23",
                "action_ids": [Command.clear()],
            }
        )
        self.assertIn("全部缴清", "".join(self._print(empty.action_print_list())))
        with self.assertRaises(UserError):
            empty.action_print_papers()
