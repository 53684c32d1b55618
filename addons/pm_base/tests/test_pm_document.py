from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PmCommon


@tagged("post_install", "-at_install")
class TestPmDocument(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.form = cls.env.ref("pm_base.form_f_bil_11")

    def _create_paper(self, **vals):
        return self.env["pm.document"].create(
            {"form_id": self.form.id, "site_id": self.site.id, "date": "2026-03-23", **vals}
        )

    def test_forbidden_moves_are_refused(self):
        paper = self._create_paper()
        for source, allowed in paper._TRANSITIONS.items():
            for target in set(paper._TRANSITIONS) - allowed - {source}:
                with self.subTest(source=source, target=target):
                    paper = self._create_paper(state=source)
                    with self.assertRaises(UserError):
                        paper.write({"state": target})

    def test_paper_begins_at_the_beginning(self):
        """Nobody files a paper that was never delivered by creating it so."""
        papers = self.env["pm.document"].with_user(self._user("receptionist"))
        vals = {"form_id": self.form.id, "site_id": self.site.id}
        with self.assertRaises(UserError):
            papers.create({**vals, "state": "archived"})
        with self.assertRaises(UserError):
            papers.with_context(default_state="archived").create(vals)
        self.assertEqual(papers.create(vals).state, "printed")

    @freeze_time("2026-03-24 02:00:00")
    def test_delivery_and_receipt_are_noted_with_their_day(self):
        """The signed receipt comes back and is filed (BIL-042, SVC-021)."""
        paper = self._create_paper()
        paper.action_deliver()
        self.assertRecordValues(
            paper,
            [{"state": "delivered", "delivery_method": "hand", "delivered_on": date(2026, 3, 24)}],
        )
        paper.action_return()
        self.assertRecordValues(
            paper,
            [{"state": "returned", "outcome": "signed", "returned_on": date(2026, 3, 24)}],
        )
        paper.action_file()
        self.assertEqual(paper.state, "archived")

    @freeze_time("2026-03-24 02:00:00")
    def test_a_step_can_be_taken_back(self):
        paper = self._create_paper()
        paper.action_deliver()
        paper.action_return()
        paper.action_file()
        for expected in ("returned", "delivered", "printed"):
            paper.action_undo()
            self.assertEqual(paper.state, expected)

    def test_express_mail_needs_its_number(self):
        """Who refuses to sign gets the letter by express mail, with evidence (BIL-042)."""
        paper = self._create_paper(delivery_method="courier")
        with self.assertRaisesRegex(UserError, paper.name):
            paper.action_deliver()
        paper.delivery_ref = "SF100200300"
        paper.action_deliver()
        self.assertEqual(paper.state, "delivered")

    def test_printed_paper_cannot_be_deleted(self):
        paper = self._create_paper(print_count=1)
        with self.assertRaises(UserError):
            paper.unlink()
        self._create_paper().unlink()

    def test_retention_follows_the_form(self):
        self.form.write({"retention": "years", "retention_years": 1})
        paper = self._create_paper()
        self.assertEqual(paper.retention_date, date(2027, 3, 23))
        self.form.retention = "permanent"
        self.assertFalse(paper.retention_date)
