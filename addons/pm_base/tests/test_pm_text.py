import psycopg2
from freezegun import freeze_time
from markupsafe import Markup

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PmCommon, read_pages
from .toy_letter import ToyLetter


class TextCommon(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyLetter.register(cls)
        cls.model = cls.env["ir.model"]._get("toy.letter")
        cls.form = cls.env.ref("pm_base.form_f_ten_15")
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Toy",
                "model": "toy.letter",
                "report_name": "pm_base.text_toy",
                "report_type": "qweb-pdf",
                "pm_engine": "weasyprint",
                "pm_form_id": cls.form.id,
                "pm_text": True,
            }
        )
        cls.letters = cls.env["toy.letter"].create(
            [
                {"name": name, "site_id": site.id}
                for name, site in (
                    ("Ada", cls.site),
                    ("<b>Tom & Co</b>", cls.site),
                    ("Eve", cls.other_site),
                )
            ]
        )

    def _create_text(self, body="<p>Dear {name}:</p><p>come to {office}.</p>", **vals):
        return self.env["pm.text"].create(
            {"form_id": self.form.id, "model_id": self.model.id, "body": body, **vals}
        )

    def _print_letters(self, letters, user=None):
        return self._print(self.report.with_user(user or self.env.user).report_action(letters))


@tagged("post_install", "-at_install")
class TestPmText(TextCommon):
    @freeze_time("2026-03-01 02:00:00")
    def test_many_records_print_and_are_filed(self):
        """Printing many letters at once files a paper for each, with the version it carries."""
        text = self._create_text(receipt="Received the letter {paper_no} of {date}.")
        user = self._user("receptionist")
        pages = self._print_letters(self.letters[:2], user)
        self.assertEqual(len(pages), 2)
        self.assertIn("DearAda:cometoQuietLaneOffice.", pages[0])
        self.assertIn("Dear<b>Tom&Co</b>:", pages[1])
        paper = self.letters[0].paper_ids
        self.assertIn(f"Receivedtheletter{paper.name}of2026年3月1日.", pages[0])
        self.assertIn("2026年3月1日", pages[0])
        self.assertEqual(paper.text_version, text.version)
        self.assertEqual(paper.form_id, self.form)
        self.assertIn("重印", self._print_letters(self.letters[0], user)[0])

    def test_office_without_text_is_told_the_remedy(self):
        with self.assertRaisesRegex(UserError, "Quiet Lane Office.*F-TEN-15"):
            self._print_letters(self.letters[0])

    def test_text_of_the_office_wins(self):
        self._create_text(body="<p>Common</p>")
        self._create_text(body="<p>Special</p>", site_id=self.site.id)
        pages = self._print_letters(self.letters)
        self.assertEqual(["Special" in page for page in pages], [True, True, False])
        self.assertIn("Common", pages[2])

    def test_one_active_text_for_an_office(self):
        text = self._create_text()
        self._create_text(site_id=self.site.id)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self._create_text()
        text.active = False
        text.flush_recordset()
        self.assertTrue(self._create_text())

    def test_unknown_blank_is_refused_with_the_known_ones(self):
        for vals in (
            {"body": "<p>{<b>shoe</b>_size}</p>"},
            {"signers": "Party {shoe_size}"},
            {"receipt": "{?shoe_size}"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, r"(?s)shoe_size.*\{office\}"),
                self.cr.savepoint(),
            ):
                self._create_text(**vals)

    def test_text_is_written_for_records_that_are_printed(self):
        with self.assertRaises(ValidationError):
            self._create_text(model_id=self.env["ir.model"]._get("res.partner").id)

    def test_blocks_and_script(self):
        """Only markup that an addon gives goes in as it is; a text cannot bring scripts."""
        text = self._create_text(body="<p>{table}</p><p>{name}</p><script>alert(1)</script>")
        words = text._prepare_print(self.letters[1])
        self.assertIn("<td>1</td>", words["body"])
        self.assertIn("&lt;b&gt;Tom", words["body"])
        self.assertNotIn("script", words["body"])

    def test_printed_in_the_language_of_the_office(self):
        text = self._create_text(body="<p>Hello</p>", signers="Party A")
        text.update_field_translations("body", {"zh_CN": {"Hello": "您好"}})
        text.with_context(lang="zh_CN").signers = "甲方"
        self.assertEqual(text.with_context(lang="en_US").body, Markup("<p>Hello</p>"))
        page = self._print_letters(self.letters[0])[0]
        self.assertIn("您好", page)
        self.assertIn("甲方", page)
        self.site.print_lang = "en_US"
        self.assertIn("Hello", self._print_letters(self.letters[0])[0])

    def test_letter_ends_with_the_office_unless_parties_sign(self):
        text = self._create_text(body="<p>Hi</p>")
        self.assertEqual(self._print_letters(self.letters[0])[0].count("QuietLaneOffice"), 2)
        text.signers = "Party A (seal)\nParty B"
        page = self._print_letters(self.letters[0])[0]
        self.assertEqual(page.count("QuietLaneOffice"), 1)
        self.assertIn("PartyA(seal)", page)

    def test_style_follows_the_form(self):
        self.assertEqual(self._create_text().style, "letter")
        form = self.env.ref("pm_base.form_f_ten_16")
        self.assertEqual(self._create_text(form_id=form.id).style, "notice")

    def test_paper_handed_over_is_printed_again_as_it_was(self):
        """Whoever lost his copy gets what he signed; the record of its version never changes."""
        text = self._create_text(body="<p>Old words, version {version}</p>")
        letter = self.letters[0]
        self._print_letters(letter)
        text.body = "<p>New words</p>"
        self.assertIn("Newwords", self._print_letters(letter)[0])
        text.body = "<p>Newest words</p>"
        paper = letter.paper_ids
        for step in ("action_deliver", "action_return", "action_file"):
            getattr(paper, step)()
            page = self._print_letters(letter)[0]
            self.assertIn("Newwords", page)
            self.assertIn("重印", page)
            self.assertIn("版本2", page)
            self.assertEqual((paper.text_id, paper.text_version), (text, 2))
        self.assertIn("Newestwords", self._print_letters(self.letters[1])[0])

    def test_text_of_the_office_does_not_replace_what_was_signed(self):
        common = self._create_text(body="<p>Common words</p>")
        self._print_letters(self.letters[0])
        self.letters[0].paper_ids.action_return()
        common.copy({"site_id": self.site.id, "body": "<p>Own words</p>"})
        self.assertIn("Commonwords", self._print_letters(self.letters[0])[0])
        self.assertIn("Ownwords", self._print_letters(self.letters[1])[0])

    def test_changed_translation_is_another_version_once_it_is_printed(self):
        text = self._create_text(body="<p>Hello</p>")
        self._print_letters(self.letters[0])
        self.letters[0].paper_ids.action_return()
        text.update_field_translations("body", {"zh_CN": {"Hello": "您好"}})
        self.assertIn("您好", self._print_letters(self.letters[1])[0])
        self.assertEqual(self.letters[1].paper_ids.text_version, 2)
        self.assertIn("Hello", self._print_letters(self.letters[0])[0])

    def test_paper_of_others_carries_no_letterhead(self):
        """A slip that the developer issues does not look as if the office had issued it."""
        self.site.letterhead_note = "1 Quiet Lane"
        text = self._create_text(body="<p>Please let him in.</p>", signers="Developer")
        self.assertIn("1QuietLane", self._print_letters(self.letters[0])[0])
        text.is_of_others = True
        page = self._print_letters(self.letters[0])[0]
        self.assertNotIn("QuietLane", page)
        self.assertIn(self.letters[0].paper_ids.name, page)

    def test_each_wording_is_a_version_and_kept(self):
        """What somebody signed can be read again after the text was changed."""
        text = self._create_text(body="<p>Old words</p>")
        text.sequence = 3
        self.assertEqual(text.version, 1)
        text.body = "<p>New words</p>"
        self.assertEqual(text.version, 2)
        self.assertIn("Old words", text.message_ids[0].body)

    def test_report_prints_each_record_on_its_own_form(self):
        other = self.env.ref("pm_base.form_f_ten_16")
        self._create_text(body="<p>One</p>")
        self._create_text(body="<p>Two</p>", form_id=other.id)
        self.report.pm_form_path = "form_id"
        self.letters[1].form_id = other
        pages = self._print_letters(self.letters[:2])
        self.assertIn("One", pages[0])
        self.assertIn("Two", pages[1])

    def test_preview_files_nothing(self):
        text = self._create_text(site_id=self.site.id)
        page = read_pages(text.with_user(self._user("director"))._render_preview())[0]
        self.assertIn("Dear<b>Tom&Co</b>:", page)
        self.assertFalse(self.letters.paper_ids)
        self.letters.unlink()
        with self.assertRaises(UserError):
            text._render_preview()

    def test_office_takes_its_own_copy(self):
        text = self._create_text()
        user = self._user("director")
        action = text.with_user(user).action_copy_for_site()
        own = self.env["pm.text"].browse(action["res_id"])
        self.assertEqual((own.site_id, own.body), (self.site, text.body))
        self.assertEqual(text.with_user(user).action_copy_for_site()["res_id"], own.id)

    def test_screen_lists_the_blanks(self):
        text = self._create_text()
        blanks = text.with_user(self._user("receptionist")).with_context(lang="zh_CN").blank_list
        self.assertIn("{phone_24h}", blanks)
        self.assertIn("{table}", blanks)


@tagged("post_install", "-at_install")
class TestPmTextSecurity(TextCommon):
    def test_posts_read_and_directors_change_their_own(self):
        common = self._create_text()
        own = self._create_text(site_id=self.site.id)
        letter = self._create_text(
            site_id=self.site.id, form_id=self.env.ref("pm_base.form_f_ten_16").id
        )
        foreign = self._create_text(site_id=self.other_site.id)
        receptionist, director = self._user("receptionist"), self._user("director")
        every = common + own + foreign
        texts = self.env["pm.text"].with_user(receptionist).search([("id", "in", every.ids)])
        self.assertEqual(texts, common + own)
        with self.assertRaises(AccessError):
            own.with_user(receptionist).body = "<p>x</p>"
        own.with_user(director).body = "<p>x</p>"
        for text in (common, foreign):
            with self.assertRaises(AccessError):
                text.with_user(director).body = "<p>x</p>"
        with self.assertRaises(AccessError):
            letter.with_user(director).site_id = False

    def test_other_company_is_out_of_sight(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        site = self._create_site("Far Office", "FA", company_id=company.id)
        text = self._create_text(site_id=site.id)
        user = self._user("director")
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        self.assertNotIn(text, self.env["pm.text"].with_user(user).search([]))
