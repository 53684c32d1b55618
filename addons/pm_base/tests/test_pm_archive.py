import contextlib
from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PmCommon


class ArchiveCommon(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.register_form = cls.env.ref("pm_base.form_f_ten_77")  # monthly, kept by no rule
        cls.letter_form = cls.env.ref("pm_base.form_f_bil_11")
        cls.letter_form.write({"rhythm": "monthly", "retention": "years", "retention_years": 1})
        cls.quarter_form = cls.env.ref("pm_base.form_f_ten_79")
        cls.area = cls._user("area")
        cls.leader = cls._user("leader")

    @classmethod
    def _create_paper(cls, form=None, day="2026-03-10", **vals):
        form = form or cls.register_form
        return cls.env["pm.document"].create(
            {"form_id": form.id, "site_id": cls.site.id, "date": day, **vals}
        )

    @classmethod
    def _create_run(cls, day="2026-03-01", **vals):
        return cls.env["pm.archive.run"].create(
            {"site_id": cls.site.id, "rhythm": "monthly", "period_start": day, **vals}
        )


@tagged("post_install", "-at_install")
class TestPmArchiveRun(ArchiveCommon):
    def test_papers_of_the_period_that_are_back(self):
        """The month's papers are collected; what is out signed stays out (SVC-031, SVC-032)."""
        register = self._create_paper()
        back = self._create_paper(self.letter_form, state="returned")
        refused = self._create_paper(
            self.letter_form, state="delivered", outcome="refused", witness="Bo"
        )
        out = self._create_paper(self.letter_form, state="delivered")
        late = self._create_paper(day="2026-02-03")
        self._create_paper(day="2026-04-01")
        self._create_paper(self.quarter_form)
        self._create_paper(site_id=self.other_site.id)
        run = self._create_run("2026-03-15")
        self.assertEqual((run.period_start, run.period_end), (date(2026, 3, 1), date(2026, 3, 31)))
        self.assertEqual(set(run.document_ids), set(register + back + refused + late))
        self.assertEqual(run.outstanding_ids, out)
        out.action_return()
        run.action_collect()
        self.assertIn(out, run.document_ids)

    @freeze_time("2026-03-31 02:00:00")
    def test_filing_numbers_the_volumes_of_the_year(self):
        """Collected, numbered, bound, boxed; the index lies in the box (SVC-032)."""
        papers = self._create_paper() + self._create_paper(self.letter_form, state="returned")
        run = self._create_run().with_user(self.area)
        run.action_file()
        self.assertEqual(papers.mapped("state"), ["archived"] * 2)
        self.assertEqual(papers.mapped("archived_on"), [date(2026, 3, 31)] * 2)
        self.assertEqual(run.volume_ids.mapped("number"), [1, 2])
        page = "".join(self._print(run.action_print()))
        for paper in papers:
            self.assertIn(paper.name, page)
        self._create_paper(self.quarter_form)
        later = self._create_run("2026-01-01", rhythm="quarterly")
        later.action_file()
        self.assertEqual((later.number, later.volume_ids.mapped("number")), (2, [3]))
        with self.assertRaises(UserError):
            run.sudo().unlink()
        with self.assertRaises(UserError):
            self._create_paper().archive_run_id = run.sudo()

    def test_paper_taken_back_is_filed_again_with_another_month(self):
        paper = self._create_paper()
        run = self._create_run()
        run.action_file()
        paper.action_undo()
        self.assertFalse(paper.archive_run_id | paper.archive_volume_id.run_id)
        self.assertIn(paper, self._create_run("2026-04-01").document_ids)

    def test_a_period_is_filed_once(self):
        self._create_run()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self._create_run("2026-03-31")

    def _run_cron(self, now):
        with freeze_time(f"{now} 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("pm_base.ir_cron_collect_papers").method_direct_trigger()
        return self.env["pm.archive.run"].search([("site_id", "=", self.site.id)], order="id")

    def test_collected_on_the_last_day_of_month_and_quarter(self):
        self._create_paper()
        self._create_paper(self.quarter_form)
        self.assertFalse(self._run_cron("2026-03-30"))
        runs = self._run_cron("2026-03-31")
        self.assertEqual(runs.mapped("rhythm"), ["monthly", "quarterly"])
        self.assertEqual(runs[1].period_start, date(2026, 1, 1))
        self.assertEqual(self._run_cron("2026-04-01"), runs)

    def test_late_server_collects_the_month_it_missed(self):
        paper = self._create_paper()
        run = self._run_cron("2026-04-04")
        self.assertEqual((run.period_start, run.document_ids), (date(2026, 3, 1), paper))

    def test_other_office_and_other_posts(self):
        run = self._create_run()
        with self.assertRaises(AccessError):
            run.with_user(self._user("area", self.other_site)).read(["name"])
        with self.assertRaises(AccessError):
            run.with_user(self._user("receptionist")).action_file()
        foreign = self._create_paper(site_id=self.other_site.id)
        with self.assertRaises(UserError):
            foreign.archive_run_id = run


@tagged("post_install", "-at_install")
@freeze_time("2026-06-01 02:00:00")
class TestPmDestruction(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scan = cls.env["ir.attachment"].create({"name": "scan.pdf", "raw": b"x"})
        cls.paper = cls._create_paper(
            cls.letter_form, "2025-05-31", state="archived", scan_ids=[Command.set(cls.scan.ids)]
        )

    def _propose(self, user=None):
        destruction = (
            self.env["pm.destruction"]
            .with_user(user or self.area)
            .create({"site_id": self.site.id})
        )
        destruction.action_collect()
        return destruction

    def test_only_filed_papers_beyond_their_retention_are_listed(self):
        """Operational papers one year, base papers for good (SVC-033)."""
        self._create_paper(self.letter_form, "2025-06-01", state="archived")  # last day
        self._create_paper(self.letter_form, "2025-01-01")  # not filed
        foreign = {"state": "archived", "site_id": self.other_site.id}
        self._create_paper(self.letter_form, "2025-01-01", **foreign)
        self.letter_form.copy({"code": "X", "retention": "permanent"})
        kept = self._create_paper(
            self.env["pm.form"].search([("code", "=", "X")]), "2001-01-01", state="archived"
        )
        destruction = self._propose()
        self.assertEqual(destruction.document_ids, self.paper)
        with self.assertRaises(UserError):
            kept.destruction_id = destruction
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                "UPDATE pm_document SET destruction_id = %s WHERE id = %s",
                (destruction.id, kept.id),
            )

    def test_destroyed_after_approval_and_the_row_stays(self):
        destruction = self._propose()
        destruction.with_user(self.leader).action_approve()
        destruction.action_destroy()
        self.assertRecordValues(
            destruction,
            [
                {
                    "state": "destroyed",
                    "proposed_by_id": self.area.id,
                    "approved_by_id": self.leader.id,
                    "destroyed_on": date(2026, 6, 1),
                }
            ],
        )
        self.assertEqual(self.paper.state, "destroyed")
        self.assertFalse(self.scan.exists())
        self.assertTrue(self.paper.name)
        self.letter_form.retention = "permanent"
        self.assertTrue(self.paper.retention_date)
        for action in ("action_undo", "action_file"):
            with self.subTest(action=action):
                with contextlib.suppress(UserError):
                    getattr(self.paper, action)()
                self.assertEqual(self.paper.state, "destroyed")

    def test_four_eyes(self):
        destruction = self._propose(self.leader)
        with self.assertRaises(UserError):
            destruction.with_user(self.leader).action_approve()
        with self.assertRaises(AccessError):
            destruction.with_user(self.area).action_approve()
        with self.assertRaises(AccessError):
            destruction.with_user(self.leader).approved_by_id = self.area
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.cr.savepoint(),
        ):
            destruction.sudo().write({"state": "approved", "approved_by_id": self.leader.id})
            destruction.flush_recordset()

    def test_proposer_is_who_creates(self):
        Destruction = self.env["pm.destruction"].with_user(self.area)
        with self.assertRaises(AccessError):
            Destruction.create({"site_id": self.site.id, "proposed_by_id": self.leader.id})
        pretended = Destruction.with_context(default_proposed_by_id=self.leader.id)
        self.assertEqual(pretended.create({"site_id": self.site.id}).proposed_by_id, self.area)

    def test_nothing_is_destroyed_without_approval(self):
        destruction = self._propose()
        with self.assertRaises(UserError):
            destruction.action_destroy()
        with self.assertRaises(UserError):
            self.paper.write({"state": "destroyed"})
        self.assertTrue(self.scan.exists())

    def test_approved_list_is_closed(self):
        destruction = self._propose()
        destruction.with_user(self.leader).action_approve()
        other = self._create_paper(self.letter_form, "2025-01-01", state="archived")
        with self.assertRaises(UserError):
            other.destruction_id = destruction
        with self.assertRaises(UserError):
            self.paper.destruction_id = False
        with self.assertRaises(UserError):
            self.paper.action_undo()

    def test_cancelled_list_gives_its_papers_free(self):
        destruction = self._propose()
        destruction.action_cancel()
        self.assertIn(self.paper.name, destruction.message_ids[0].body)
        self.assertEqual(self._propose().document_ids, self.paper)

    def test_forbidden_moves_are_refused(self):
        destruction = self._propose()
        for source, allowed in destruction._TRANSITIONS.items():
            for target in set(destruction._TRANSITIONS) - allowed - {source}:
                record = self.env["pm.destruction"].create(
                    {
                        "site_id": self.site.id,
                        "state": source,
                        "proposed_by_id": self.area.id,
                        "approved_by_id": self.leader.id,
                    }
                )
                with self.subTest(source=source, target=target), self.assertRaises(UserError):
                    record.write({"state": target})

    def test_list_prints_for_the_signatures(self):
        page = "".join(self._print(self._propose().action_print()))
        self.assertIn(self.paper.name, page)

    def test_other_office_sees_nothing(self):
        with self.assertRaises(AccessError):
            self._propose().with_user(self._user("leader", self.other_site)).read(["name"])


@tagged("post_install", "-at_install")
class TestPmDocumentReceived(ArchiveCommon):
    def test_paper_from_outside_is_received_and_filed(self):
        """What an occupant hands in is kept with its scan (TEN-110)."""
        papers = self.env["pm.document"].with_user(self.area)
        with Form(
            papers.with_context(default_is_received=True), "pm_base.pm_document_view_form_received"
        ) as screen:
            screen.form_id = self.letter_form
            screen.site_id = self.site
            screen.subject = "Copy of identity card"
        paper = screen.record
        self.assertEqual(paper.state, "received")
        with self.assertRaises(UserError):
            paper.action_deliver()
        paper.action_file()
        paper.action_undo()
        self.assertEqual(paper.state, "received")
        with self.assertRaises(UserError):
            self._create_paper().write({"state": "received"})

    def test_refusal_needs_evidence(self):
        """Nobody's word alone: a witness, a note or the courier's number (BIL-042)."""
        paper = self._create_paper(self.letter_form, outcome="refused")
        paper.action_deliver()
        with self.assertRaisesRegex(UserError, paper.name):
            paper.action_file()
        paper.witness = "Bo Wang"
        paper.action_file()
        self.assertEqual(paper.state, "archived")
