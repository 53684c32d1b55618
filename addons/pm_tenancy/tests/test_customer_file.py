from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .move_in_common import MoveInCommon

ANYBODY = {"notice_individual", "title_individual"}


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestCustomerFile(MoveInCommon):
    def _paper(self, tenancy, kind):
        kind = self.env.ref(f"pm_tenancy.file_kind_{kind}")
        return tenancy.file_paper_ids.filtered(lambda paper: paper.kind_id == kind)

    def _asked(self, tenancy, use="verify"):
        papers = tenancy.file_paper_ids.filtered(
            lambda paper: paper.use == use and paper.is_needed and paper.kind_id
        )
        ids = papers.kind_id.get_external_id()
        return {name.removeprefix("pm_tenancy.file_kind_") for name in ids.values()}

    def test_papers_by_party_and_who_comes(self):
        """TEN-051"""
        for is_company, presence, asked in (
            (False, "self", {"identity_individual"}),
            (
                False,
                "agent",
                {"identity_individual", "agent_individual", "proxy_individual"},
            ),
            (
                True,
                "legal_representative",
                {"licence_individual", "representative_individual"},
            ),
            (True, "agent", {"licence_individual", "agent_individual", "proxy_individual"}),
        ):
            with self.subTest(is_company=is_company, presence=presence):
                self.tenant.is_company = is_company
                tenancy = self._begin("individual", presence=presence)
                self.assertEqual(self._asked(tenancy), ANYBODY | asked)
                tenancy.action_cancel()

    def test_papers_of_a_shop(self):
        """TEN-034"""
        tenancy = self._begin("mall")
        self.assertEqual(
            self._asked(tenancy),
            {"identity_shop", "registration_shop", "contract_shop", "notice_shop"},
        )

    def test_seven_papers_of_a_household(self):
        """TEN-040"""
        self.tenant.is_company = True
        tenancy = self._begin("residential", presence="agent")
        self.assertEqual(
            self._asked(tenancy),
            {
                "contract_home",
                "notice_home",
                "notarial_home",
                "receipts_home",
                "identity_home",
                "licence_home",
                "proxy_home",
                "agent_home",
            },
        )
        self.assertIn("slip_home", self._asked(tenancy, "file"))  # TEN-046(2)

    def test_checklist_changes_with_who_comes_and_keeps_what_is_there(self):
        self.tenant.is_company = True
        tenancy = self._begin("individual", presence="agent")
        proxy = self._paper(tenancy, "proxy_individual")
        proxy.with_user(self.receptionist).action_receive()
        tenancy.with_user(self.receptionist).presence = "legal_representative"
        self.assertFalse(self._paper(tenancy, "agent_individual"))
        self.assertTrue(self._paper(tenancy, "representative_individual"))
        self.assertRecordValues(proxy, [{"state": "received", "is_needed": False}])
        self.assertNotIn(proxy.name, tenancy.file_missing)
        tenancy.presence = "agent"
        self.assertRecordValues(proxy, [{"state": "received", "is_needed": True}])

    def test_of_another_occupant_everything_is_verified_anew(self):
        tenancy = self._begin("individual")
        self._verify_papers(tenancy)
        title = self._paper(tenancy, "title_individual")
        self.assertEqual(title.state, "verified")
        tenancy.partner_id = self.other_tenant
        self.assertEqual(title.state, "received")
        self.assertEqual(self._step(tenancy, "documents").state, "open")

    def test_verification_names_what_lacks(self):
        """TEN-051"""
        self.tenant.is_company = True
        licence = self._paper(self._begin("individual"), "licence_individual").with_user(self.area)
        with self.assertRaisesRegex(UserError, "Copy Kept, Copy Sealed"):
            licence.action_verify()
        licence.copy_kept = True
        with self.assertRaisesRegex(UserError, "lacks: Copy Sealed"):
            licence.action_verify()
        licence.seal_seen = True
        licence.action_verify()
        self.assertRecordValues(licence, [{"state": "verified", "verified_by_id": self.area.id}])

    def test_receptionist_takes_in_but_does_not_verify(self):
        paper = self._paper(self._begin("individual"), "notice_individual")
        paper = paper.with_user(self.receptionist)
        paper.original_kept = True
        paper.action_receive()
        for write in (
            paper.action_verify,
            lambda: paper.write({"state": "verified"}),
            lambda: paper.write({"state": "waived", "waive_reason": "known"}),
        ):
            with self.assertRaises(AccessError):
                write()
        with self.assertRaises(UserError):
            paper.write({"verified_by_id": self.area.id})

    def test_what_was_verified_stays_as_it_was_found(self):
        tenancy = self._begin("individual")
        self._verify_papers(tenancy)
        paper = self._paper(tenancy, "notice_individual").with_user(self.area)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            paper.original_kept = False
        paper.action_undo()
        self.assertRecordValues(paper, [{"state": "received", "verified_by_id": False}])

    def test_waiving_needs_a_reason_and_a_supervisor(self):
        paper = self._paper(self._begin("individual"), "notice_individual")
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            paper.with_user(self.leader).action_waive()
            self.env.flush_all()
        paper.with_user(self.leader).write({"waive_reason": "handed in with the other unit"})
        paper.with_user(self.leader).action_waive()
        self.assertEqual(paper.state, "waived")

    def test_step_says_what_is_missing_and_what_is_to_be_verified(self):
        tenancy = self._begin("mall")
        self._paper(tenancy, "identity_shop").action_receive()
        message = self._step(tenancy, "documents").message
        self.assertIn("To be verified: Identity card", message)
        self.assertIn("Missing: Registration form", message)
        self._verify_papers(tenancy)
        self.assertEqual(self._step(tenancy, "documents").state, "done")

    def test_completeness_counts_what_is_needed(self):
        tenancy = self._begin("business_centre", kind="lease")
        needed = len(tenancy._get_needed_papers())
        self.assertEqual((tenancy.file_completeness, tenancy.file_missing_count), (0.0, needed))
        self._paper(tenancy, "key_receipt").action_receive()
        self.assertAlmostEqual(tenancy.file_completeness, 100.0 / needed)
        self._paper(tenancy, "parking").action_receive()  # if there is one
        self.assertEqual(tenancy.file_missing_count, needed - 1)
        found = self.env["pm.tenancy"].search([("file_missing_count", ">", 0)])
        self.assertIn(tenancy, found)

    def test_signed_paper_of_the_office_is_taken_into_the_file(self):
        tenancy = self._begin("business_centre")
        self._file_paper(tenancy, self.env.ref("pm_base.form_f_ten_06"))
        self.assertEqual(self._paper(tenancy, "agreement").state, "received")

    def test_sealed_after_the_move_out_only(self):
        """TEN-115"""
        tenancy = self._create_tenancy(self.new_unit, state="active", date_moved_in="2026-01-01")
        with self.assertRaisesRegex(UserError, "after the move-out"), self.env.cr.savepoint():
            tenancy.action_seal_file()
            self.env.flush_all()

    def test_sealed_file_takes_nothing_more(self):
        """TEN-115"""
        tenancy = self._begin("business_centre")
        paper = self._paper(tenancy, "key_receipt")
        self._close_file(tenancy)
        self._paper(tenancy, "parking").action_receive()  # sorted after the move-out
        tenancy.with_user(self.area).action_seal_file()
        papers = self.env["pm.file.paper"]
        with self.assertRaisesRegex(UserError, "sealed"):
            paper.action_receive()
        with self.assertRaisesRegex(UserError, "sealed"), self.env.cr.savepoint():
            papers.with_user(self.area).create({"tenancy_id": tenancy.id, "name": "Letter"})
        with self.assertRaisesRegex(UserError, "sealed"):
            paper.with_user(self.area).unlink()
        with self.assertRaisesRegex(UserError, "sealed"), self.env.cr.savepoint():
            self._file_paper(tenancy, self.env.ref("pm_base.form_f_ten_22"))
        with self.assertRaisesRegex(UserError, "sealed"):
            tenancy.with_user(self.area).write({"file_sealed_on": False})
        with self.assertRaises(AccessError):
            tenancy.with_user(self.area)._unseal_file("forgotten letter")

    def test_leader_breaks_the_seal_with_a_reason(self):
        tenancy = self._begin("business_centre")
        self._close_file(tenancy)
        tenancy.action_seal_file()
        wizard = self.env["pm.file.unseal"].with_user(self.chief)
        wizard.create({"tenancy_id": tenancy.id, "reason": "court asks"}).action_confirm()
        self.assertFalse(tenancy.file_sealed_on)
        self.assertIn("court asks", tenancy.message_ids[0].body)
        self._paper(tenancy, "key_receipt").action_receive()

    def test_index_lists_papers_of_occupant_and_office(self):
        """TEN-113, F-TEN-76"""
        tenancy = self._begin("business_centre")
        tenancy.with_user(self.receptionist).action_open_file()
        self._paper(tenancy, "identity_centre").with_user(self.receptionist).action_receive()
        self._sign_inspection(tenancy, self._step(tenancy, "acceptance"))
        self._file_paper(tenancy, self.env.ref("pm_base.form_f_ten_06"))
        self.site.print_lang = "zh_CN"
        report = self.env.ref("pm_tenancy.action_report_pm_tenancy_file")
        text = "".join(self._print(report.report_action(tenancy)))
        for words in (
            tenancy.name,
            self.receptionist.name.replace(" ", ""),
            "Identity",  # worded when the checklist was made
            *("序号", "文件名称", "日期", "页数", "归档人", "备注"),
        ):
            self.assertIn(words, text)
        names = [row["name"] for _title, rows in tenancy._get_file_sections() for row in rows]
        self.assertEqual(len(names), 3, names)

    def test_spot_check_is_noted(self):
        """TEN-116"""
        tenancy = self._begin("business_centre")
        with self.assertRaises(AccessError):
            tenancy.with_user(self.receptionist).action_spot_check()
        tenancy.with_user(self.leader).action_spot_check()
        self.assertIn("Key receipts", tenancy.message_ids[0].body)
        self.assertEqual(str(tenancy.file_checked_on), "2026-06-15")

    def test_spot_check_picks_whom_nobody_checked(self):
        """TEN-116"""
        picked = self.env["pm.tenancy"].with_user(self.leader).action_pick_spot_check()
        self.assertEqual(picked["res_id"], self.tenancy.id)  # the only occupant of the office
        self.tenancy.with_user(self.leader).action_spot_check()
        with self.assertRaisesRegex(UserError, "checked today"):
            self.env["pm.tenancy"].with_user(self.leader).action_pick_spot_check()

    def test_contents_of_a_file_of_the_business_centre(self):
        """TEN-110: identity, title, agreement, contact data, and what else there is."""
        anybody = {"agreement", "sheet", "key_receipt"}
        for is_company, kind, asked, title in (
            (False, "owner", anybody, "title_owner"),
            (True, "owner", anybody | {"licence"}, "title_owner"),
            (True, "lease", anybody | {"licence"}, "title_lease"),
        ):
            with self.subTest(is_company=is_company, kind=kind):
                self.tenant.is_company = is_company
                tenancy = self._begin("business_centre", kind=kind)
                self.assertEqual(self._asked(tenancy), {"identity_centre"})
                self.assertEqual(self._asked(tenancy, "file"), asked | {title})
                optional = self._asked(tenancy, "optional")
                self.assertLessEqual({"parking", "line"}, optional)
                self.assertEqual("title_landlord" in optional, kind == "lease")
                tenancy.action_cancel()

    def test_every_file_has_a_place_for_what_comes_up(self):
        """TEN-111: payments, fit-out, staff, letters, violations and arrears, repairs."""
        for variant in ("business_centre", "mall", "residential", "individual", "marketing"):
            tenancy = self._begin(variant)
            with self.subTest(variant=variant):
                self.assertLessEqual(
                    {"payments", "fitout", "staff", "letters", "violations", "repairs"},
                    self._asked(tenancy, "optional"),
                )
                categories = set(tenancy.file_paper_ids.mapped("category"))
                self.assertLessEqual({"identity", "form", "certificate", "contact"}, categories)
            tenancy.action_cancel()

    def test_papers_deposits_and_violations_of_the_fit_out_are_on_the_index(self):
        """TEN-111"""
        tenancy = self._begin("business_centre")
        fitout = self.env["pm.fitout"].create({"tenancy_id": tenancy.id, "amount_deposit": 5000})
        fitout.sudo().write({"deposit_paid_on": "2026-06-12", "deposit_receipt_no": "R-7"})
        self.env["pm.fitout.violation"].create(
            {"fitout_id": fitout.id, "name": "No extinguisher", "found_on": "2026-06-14"}
        )
        self.env["pm.document"]._file_printed(self.env.ref("pm_base.form_f_ten_51"), fitout)
        rows = [
            (row["name"], str(row["date"]), row["note"])
            for _title, section in tenancy.with_context(lang="en_US")._get_file_sections()
            for row in section
        ]
        self.assertIn((f"{fitout.name} No extinguisher", "2026-06-14", "To Put Right"), rows)
        (deposit,) = (row for row in rows if row[2] == "R-7")
        self.assertIn("5,000.00", deposit[0])
        self.assertEqual(deposit[1], "2026-06-12")
        self.assertIn("Application for fit-out", " ".join(row[0] for row in rows))

    def test_papers_of_the_vehicles_are_on_the_index(self):
        """TEN-111"""
        tenancy = self._begin("business_centre")
        vehicle = self.env["pm.vehicle"].create(
            {"site_id": self.site.id, "tenancy_id": tenancy.id, "plate": "A 1"}
        )
        form = self.env.ref("pm_base.form_f_ten_46")
        paper = self.env["pm.document"]._file_printed(form, vehicle)[vehicle.id]
        self.assertIn(paper, tenancy._get_file_documents())

    def test_paper_is_collected_sorted_filed_and_used(self):
        """TEN-112"""
        tenancy = self._begin("business_centre").with_user(self.receptionist)
        key_receipt = self._paper(tenancy, "key_receipt")
        identity = self._paper(tenancy, "identity_centre")
        (key_receipt + identity).action_receive()
        self.assertRecordValues(
            identity,
            [{"received_by_id": self.receptionist.id, "received_on": date(2026, 6, 15)}],
        )
        _title, rows = tenancy._get_file_sections()[0]
        self.assertEqual([row["name"] for row in rows], [identity.name, key_receipt.name])
        found = (
            self.env["pm.file.paper"]
            .with_user(self.area)
            .search([("partner_id", "=", self.tenant.id), ("category", "=", "identity")])
        )
        self.assertIn(identity, found)

    def test_letter_to_the_customer_is_registered_and_followed_up(self):
        """TEN-112: delivered when, by whom, signed by whom; on the due list until then."""
        tenancy = self._begin("business_centre")
        form = self.env.ref("pm_base.form_f_ten_06")
        paper = self.env["pm.document"]._file_printed(form, tenancy)[tenancy.id]
        paper.with_user(self.receptionist).action_deliver()
        self.assertRecordValues(
            paper, [{"delivered_on": date(2026, 6, 15), "delivered_by_id": self.receptionist.id}]
        )
        dues = self.env["pm.due"].search(
            [("res_model", "=", "pm.document"), ("res_id", "=", paper.id)]
        )
        self.assertTrue(dues)
        self.assertIn(paper, tenancy._get_file_documents())
        paper.with_user(self.receptionist).action_return()
        dues.invalidate_model()
        self.assertFalse(
            dues.search([("res_model", "=", "pm.document"), ("res_id", "=", paper.id)])
        )

    def test_file_is_kept_for_good_and_filed_as_papers_come(self):
        """TEN-114: the file and its signed papers are permanent."""
        forms = self.env["pm.file.kind"].search([]).form_id
        index_form = self.env.ref("pm_base.form_f_ten_76")
        self.assertTrue(forms)
        for form in forms + index_form:
            with self.subTest(form=form.code):
                self.assertEqual((form.retention, form.rhythm), ("permanent", "occurrence"))
        tenancy = self._begin("business_centre")
        paper = self.env["pm.document"]._file_printed(index_form, tenancy)[tenancy.id]
        self.assertFalse(paper.retention_date)

    def test_changed_facts_reach_the_file(self):
        """TEN-114: what changed, from what, and when, stays on the file."""
        tenancy = self._begin("business_centre", contact_name="Li Lei")
        self.cr.flush()
        # Tests track nothing unless they ask for it.
        tracked = tenancy.with_user(self.receptionist).with_context(
            tracking_disable=False, mail_notrack=False
        )
        tracked.contact_name = "Han Mei"
        self.cr.flush()
        values = tenancy.message_ids.sudo().tracking_value_ids
        self.assertIn(
            ("Li Lei", "Han Mei"),
            [(value.old_value_char, value.new_value_char) for value in values],
        )

    def test_other_posts_and_offices_do_not_see_the_papers(self):
        tenancy = self._begin("individual")
        for user in (self.engineer, self._user("receptionist", self.other_site)):
            with self.assertRaises(AccessError):
                tenancy.file_paper_ids.with_user(user).read(["name"])

    def test_scan_is_seen_by_whoever_sees_the_paper(self):
        paper = self._paper(self._begin("individual"), "notice_individual")
        scan = self.env["ir.attachment"].with_user(self.receptionist)
        scan = scan.create({"name": "notice.pdf", "raw": b"x"})
        paper.with_user(self.receptionist).scan_ids = [Command.link(scan.id)]
        self.assertEqual(scan.with_user(self.area).raw, b"x")

    def _close_file(self, tenancy):
        for step in tenancy.procedure_step_ids.sorted("sequence"):
            if step.state == "open":
                self._work(tenancy, step)
        tenancy.action_activate()
        tenancy.action_move_out()
        tenancy.action_close()
