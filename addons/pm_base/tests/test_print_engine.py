from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_actions_report import IrActionsReport as CoreReport

from ..tools import print_engine
from .common import PmCommon, read_pages
from .toy_letter import TOY_TEMPLATE, ToyLetter


@tagged("post_install", "-at_install")
class TestReportFetcher(BaseCase):
    def test_report_never_leaves_the_process(self):
        """A report that points to a file, an inner address or the internet gets nothing."""
        fetcher = print_engine.ReportFetcher(lambda path, query: None)
        for url in (
            "file:///etc/passwd",
            "http://127.0.0.1:8069/web/image/1",
            "https://example.com/logo.png",
            print_engine.BASE_URL + "etc/passwd",
        ):
            with self.subTest(url=url), self.assertRaises(ValueError):
                fetcher.fetch(url)


@tagged("post_install", "-at_install")
class TestPrintEngine(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyLetter.register(cls)
        cls.form = cls.env.ref("pm_base.form_f_bil_04")
        cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "toy",
                "key": "pm_base.report_toy_letter",
                "arch": TOY_TEMPLATE,
            }
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Toy",
                "model": "toy.letter",
                "report_name": "pm_base.report_toy_letter",
                "report_type": "qweb-pdf",
                "pm_engine": "weasyprint",
                "pm_form_id": cls.form.id,
            }
        )
        cls.letters = cls.env["toy.letter"].create(
            [
                {"name": f"业户{number}", "site_id": cls.site.id, "partner_id": cls.partner.id}
                for number in range(3)
            ]
        )

    def _print_letters(self, letters, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.env.user)
        return report.with_context(force_report_rendering=True)._render_qweb_pdf(
            self.report.report_name, letters.ids
        )[0]

    def test_several_records_print_in_order_with_letterhead_and_title(self):
        pages = read_pages(self._print_letters(self.letters))
        self.assertEqual(len(pages), 3)
        for page, letter in zip(pages, self.letters, strict=True):
            self.assertIn(f"尊敬的{letter.name}：", page)
            self.assertIn("QuietLaneOffice", page)
            self.assertIn("收费通知单", page)
            self.assertIn("1/1", page)

    def test_page_numbers_count_within_a_record(self):
        self.letters[0].lines = 40
        pages = read_pages(self._print_letters(self.letters))
        self.assertEqual(len(pages), 4)
        for page, number in zip(pages, ("1/2", "2/2", "1/1", "1/1"), strict=True):
            self.assertTrue(page.endswith(number) or number in page, page)
        self.assertNotIn("QuietLaneOffice", pages[1])
        self.assertIn("收费通知单", pages[1])

    def test_copies_say_which_they_are(self):
        self.form.copies = 2
        pages = read_pages(self._print_letters(self.letters[:2]))
        self.assertEqual(len(pages), 4)
        self.assertIn("第1份，共2份", pages[0])
        self.assertIn("第2份，共2份", pages[1])
        self.assertIn("业户1", pages[2])

    @freeze_time("2026-03-01 02:00:00")
    def test_printing_files_a_paper_once_and_counts_reprints(self):
        user = self._user("receptionist")
        first = read_pages(self._print_letters(self.letters[0], user))
        paper = self.letters[0].paper_ids
        self.assertRecordValues(
            paper,
            [
                {
                    "form_id": self.form.id,
                    "site_id": self.site.id,
                    "partner_id": self.partner.id,
                    "print_count": 1,
                    "printed_by_id": user.id,
                    "state": "printed",
                }
            ],
        )
        self.assertIn(paper.name, first[0])
        self.assertNotIn("重印", first[0])
        second = read_pages(self._print_letters(self.letters[0], user))
        self.assertEqual(self.letters[0].paper_ids, paper)
        self.assertEqual(paper.print_count, 2)
        self.assertIn("重印", second[0])

    def test_looking_at_the_page_files_nothing(self):
        self.env["ir.actions.report"]._render_qweb_html(self.report, self.letters.ids)
        self.assertFalse(self.letters.paper_ids)

    def test_qr_code_carries_the_paper_number(self):
        values = []
        with patch.object(type(self.report), "_pm_qr", lambda report, value: values.append(value)):
            self._print_letters(self.letters[:1])
        self.assertEqual(values, [self.letters[0].paper_ids.name])

    def test_print_at_the_same_moment_begins_again(self):
        """Two clerks print one bill: the second try finds the paper of the first."""
        papers = self.env["pm.document"]
        papers._file_printed(self.form, self.letters[0])
        with (
            patch.object(type(papers), "_get_papers", lambda *args: {}),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
            self.cr.savepoint(),
        ):
            papers._file_printed(self.form, self.letters[0])

    def test_two_up_prints_twice_on_a_sheet(self):
        self.form.two_up = True
        pages = read_pages(self._print_letters(self.letters[0]))
        self.assertEqual(len(pages), 1)
        self.assertEqual(pages[0].count("尊敬的业户0"), 2)

    def test_record_may_choose_its_form(self):
        """One report prints each record on its own form: title, copies, paper and print again."""
        other_form = self.env.ref("pm_base.form_f_ten_03")
        other_form.copies = 2
        self.report.pm_form_path = "form_id"
        self.letters[1].form_id = other_form
        user = self._user("receptionist")
        pages = read_pages(self._print_letters(self.letters, user))
        self.assertEqual(len(pages), 4)
        self.assertIn("收费通知单", pages[0])
        self.assertIn("单元验收整改单", pages[1])
        self.assertNotIn("收费通知单", pages[1])
        self.assertIn("第2份，共2份", pages[2])
        self.assertIn("收费通知单", pages[3])
        self.assertIn(self.letters[1].paper_ids.name, pages[1])
        self.assertEqual(self.letters.mapped("paper_ids.form_id"), self.form + other_form)
        action = self.letters[1].paper_ids.action_print()
        self.assertEqual(action["report_name"], self.report.report_name)

    def test_path_must_lead_to_a_form(self):
        for path in ("name", "partner_id", "partner_id.form_id", "nothing"):
            with self.subTest(path=path), self.assertRaises(ValidationError):
                self.report.pm_form_path = path

    def test_report_that_keeps_its_papers_prints_the_kept_one_again(self):
        self.report.write({"attachment": "'letter.pdf'", "attachment_use": True})
        first = self._print_letters(self.letters)
        self.letters[0].name = "别人"
        self.assertEqual(len(read_pages(first)), 3)
        self.assertIn("业户0", read_pages(self._print_letters(self.letters))[0])

    def test_printing_nothing_is_refused(self):
        with self.assertRaises(UserError):
            self._print_letters(self.letters.browse())

    def test_core_report_prints_without_wkhtmltopdf(self):
        """Debian 13 has no wkhtmltopdf: core's reports print all the same."""
        report = self.env.ref("hr.hr_employee_print_badge", raise_if_not_found=False)
        model = self.env["ir.model"].search([("model", "=", "hr.employee")])
        self.assertTrue(report and model)
        employees = self.env["hr.employee"].create([{"name": "甲"}, {"name": "Ada Byron"}])
        with patch.object(CoreReport, "get_wkhtmltopdf_state", lambda report: "install"):
            self.assertEqual(self.env["ir.actions.report"].get_wkhtmltopdf_state(), "ok")
            pdf = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(report.report_name, employees.ids)[0]
            )
        text = "".join(read_pages(pdf))
        self.assertIn("AdaByron", text)
        self.assertIn("甲", text)
