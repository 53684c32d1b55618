from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .move_in_common import MoveInCommon, MoveInOrder


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInBusinessCentre(MoveInOrder, MoveInCommon):
    """TEN-020..TEN-029: no payment gate."""

    VARIANT = "business_centre"
    GATES = {
        "keys": ["identity", "agreement", "acceptance"],
        "active": ["keys", "reading", "fitout"],
    }

    def test_nobody_pays_before_the_keys(self):
        self.assertNotIn("payment", self._template(self.VARIANT).step_ids.mapped("kind"))

    def test_order_of_acceptance_keys_and_reading(self):
        """TEN-025"""
        tenancy = self._begin(self.VARIANT)
        keys, reading = self._step(tenancy, "keys"), self._step(tenancy, "reading")
        self.assertEqual(keys.after_ids, self._step(tenancy, "acceptance"))
        self.assertEqual(reading.after_ids, keys)

    def test_fitout_wanted_decides_who_is_met(self):
        """TEN-028"""
        tenancy = self._begin(self.VARIANT)
        self.assertTrue(self._step(tenancy, "moving"))
        self.assertFalse(self._step(tenancy, "meeting"))
        tenancy.wants_fitout = True
        self.assertFalse(self._step(tenancy, "moving"))
        self.assertTrue(self._step(tenancy, "meeting"))
        self.assertEqual(self._step(tenancy, "fitout").state, "open")
        tenancy.wants_fitout = False
        self.assertTrue(self._step(tenancy, "moving"))
        self.assertEqual(self._step(tenancy, "fitout").state, "done")

    def test_pre_inspection_is_asked_for_within_a_working_day(self):
        """TEN-020"""
        tenancy = self._begin(self.VARIANT)
        self._step(tenancy, "notice").with_user(self.receptionist).action_done()
        self.assertEqual(self._due_on(tenancy, "request"), "2026-06-16")

    def test_pre_inspection_is_asked_for_in_writing(self):
        """TEN-020: of Engineering and Security, on one paper, before anybody inspects."""
        tenancy = self._begin(self.VARIANT)
        precheck = self._step(tenancy, "precheck")
        self.assertEqual(precheck.after_ids, self._step(tenancy, "request"))
        self.assertEqual(precheck.department_role, "engineering")
        text = self._print_step(tenancy, "request")
        for word in ("工程部", "保安部", self.new_unit.code, "预检"):
            self.assertIn(word, text)

    def test_three_forms_are_prepared_before_the_customer_comes(self):
        """TEN-021: acceptance, keys, meter; ready the working day before, nothing filled in yet."""
        tenancy = self._begin(self.VARIANT, date_start="2026-07-06")  # a Monday
        self.assertEqual(self._due_on(tenancy, "forms"), "2026-07-03")
        self.site.print_lang = "zh_CN"
        inspection = self._open_inspection(self._step(tenancy, "acceptance"))
        report = self.env.ref("pm_base.action_report_pm_inspection")
        for text, title in (
            ("".join(self._print(report.report_action(inspection))), "单元验收整改单"),
            (self._print_step(tenancy, "keys"), "单元钥匙交接单"),
            (self._print_step(tenancy, "reading"), "电表读数确认单"),
        ):
            self.assertIn(title, text)
            self.assertIn(self.new_unit.code, text)

    def test_identity_is_checked_against_the_original(self):
        """TEN-022: a copy is not enough, and no charge notice goes out before."""
        tenancy = self._begin(self.VARIANT)
        paper = tenancy.file_paper_ids.filtered(
            lambda paper: paper.kind_id == self.env.ref("pm_tenancy.file_kind_identity_centre")
        ).with_user(self.area)
        charge = self._step(tenancy, "charge").with_user(self.receptionist)
        self.assertEqual(charge.form_id.code, "F-BIL-01")
        paper.copy_kept = True
        with self.assertRaisesRegex(UserError, "lacks: Original Seen"):
            paper.action_verify()
        with self.assertRaisesRegex(UserError, "comes only after: “Identity checked"):
            charge.action_done()
        paper.original_seen = True
        paper.action_verify()
        charge.action_done()
        self.assertEqual(charge.state, "done")

    def test_handbook_and_guide_are_signed_for(self):
        """TEN-024: handed over is not enough; the slip on the paper comes back signed."""
        tenancy = self._begin(self.VARIANT)
        for key, title in (("handbook", "业户手册"), ("guide", "装修须知")):
            step = self._step(tenancy, key)
            text = self._print_step(tenancy, key)
            slip = text[text.rindex("回执") :]
            for word in (title, "签收人", "日期"):
                self.assertIn(word, slip)
            self._file_paper(tenancy, step.form_id, "delivered")
            self.assertEqual(step.state, "open")
            self._file_paper(tenancy, step.form_id)
            self.assertEqual(step.state, "done")

    def test_customer_signs_acceptance_keys_and_reading(self):
        """TEN-025: and Engineering keeps the reading."""
        tenancy = self._begin(self.VARIANT)
        acceptance = self._step(tenancy, "acceptance")
        inspection = self._judge_inspection(acceptance)
        self.assertEqual(acceptance.state, "open")
        inspection.signed_by = "Li Lei"
        inspection.action_sign()
        self.assertEqual(acceptance.state, "done")
        for key in ("identity", "agreement"):
            self._work(tenancy, self._step(tenancy, key))
        self._issue(self.key, tenancy=tenancy)
        self.assertIn("Key receipts", tenancy.file_missing)
        self._file_paper(tenancy, self._step(tenancy, "keys").form_id)
        self.assertNotIn("Key receipts", tenancy.file_missing)
        reading = self._read_base(tenancy)
        reading.is_signed = False
        self.assertIn("signed", self._step(tenancy, "reading").message)
        self.assertEqual(self._step(tenancy, "reading").department_role, "engineering")

    def test_introduction_lists_what_the_customer_is_told(self):
        """TEN-027: heads of departments on the card, services, surroundings, questions."""
        head = self.env["hr.employee"].create({"name": "石立群", "work_phone": "0000-1811"})
        self.site.department_ids[:1].manager_id = head
        tenancy = self._begin(self.VARIANT)
        step = self._step(tenancy, "introduction")
        card = self._print_step(tenancy, "introduction")
        for word in ("联系卡", "石立群", "0000-1811"):
            self.assertIn(word, card)
        words = step.with_context(lang="zh_CN").description
        for word in (
            *("负责人", "电话", "联系卡", "商务中心服务", "交通", "医院", "公安", "消防"),
            *("垃圾", "空调", "电梯", "问题"),
        ):
            self.assertIn(word, words)

    def test_moving_in_is_noted_in_the_removal_register(self):
        """TEN-028: moving time and goods lift; one row, opened again by the same button."""
        tenancy = self._begin(self.VARIANT)
        step = self._step(tenancy, "moving").with_user(self.receptionist)
        action = step.action_work()
        removal = self.env["pm.removal"].with_user(self.receptionist)
        with Form(removal.with_context(**action["context"])) as form:
            form.planned_at = "2026-07-01 11:00:00"
        self.assertRecordValues(
            form.record, [{"tenancy_id": tenancy.id, "direction": "in", "needs_lift": True}]
        )
        self.assertEqual(step.action_work()["res_id"], form.record.id)

    def test_office_may_make_payment_a_condition_of_the_keys(self):
        """TEN-029: setting keys_require_payment, here none by itself."""
        own = self._template(self.VARIANT).copy({"site_id": self.site.id, "name": "Ours"})
        steps = self.env["pm.procedure.template.step"].with_user(self.director)
        with Form(steps.with_context(default_template_id=own.id)) as step:
            step.name = "First month paid"
            step.kind = "payment"
            step.gate = "keys"
        self.new_building.move_in_template_id = own
        tenancy = self._create_tenancy(self.new_unit, date_start="2026-07-01", date_end=False)
        tenancy.with_user(self.receptionist).action_move_in()
        with self.assertRaisesRegex(UserError, "First month paid"):
            tenancy._check_keys_issuable()


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInMall(MoveInOrder, MoveInCommon):
    """TEN-030..TEN-039: fees before keys, keys before the acceptance."""

    VARIANT = "mall"
    GATES = {
        "keys": ["documents", "covenant", "agreement", "fees", "arrears", "check"],
        "active": ["keys", "reading", "acceptance", "fitout"],
    }

    def test_keys_come_before_the_acceptance(self):
        """TEN-037"""
        tenancy = self._begin(self.VARIANT)
        self.assertEqual(self._step(tenancy, "acceptance").after_ids, self._step(tenancy, "keys"))

    def test_only_the_cashier_notes_the_fees(self):
        tenancy = self._begin(self.VARIANT)
        self._work(tenancy, self._step(tenancy, "documents"))
        fees = self._step(tenancy, "fees")
        for user in (self.receptionist, self.chief, self.director):
            with self.assertRaises(AccessError):
                fees.with_user(user).action_done()
        fees.with_user(self.cashier).action_done()
        self.assertEqual(fees.done_by_id, self.cashier)

    def test_plan_and_notice_are_due_a_month_before(self):
        """TEN-030, TEN-031"""
        tenancy = self._begin(self.VARIANT, date_start="2026-08-31")
        for key in ("plan", "notice"):
            self.assertEqual(self._due_on(tenancy, key), "2026-07-31", key)
        self.site.move_in_plan_lead_months = 2
        tenancy._refresh_procedure()
        for key in ("plan", "notice"):
            self.assertEqual(self._due_on(tenancy, key), "2026-06-30", key)

    def test_fitout_notes_are_among_the_nine_items(self):
        """TEN-033, TEN-039: so that everybody knows the rules of fit-out from the first day."""
        tenancy = self._begin(self.VARIANT)
        issued = tenancy.papers_issued.split("  ")
        self.assertEqual(len(issued), 9)
        guide = self.env.ref("pm_base.form_f_ten_08")
        self.assertIn(f"□ {guide.short_name}", issued)

    def test_verification_says_what_to_look_at(self):
        """TEN-035: complete, correct, legible, and agreeing with each other; both papers signed."""
        tenancy = self._begin(self.VARIANT).with_context(lang="zh_CN")
        papers = tenancy.file_paper_ids.filtered(lambda paper: paper.use == "verify")
        words = {paper.kind_id: paper.instruction for paper in papers}
        for kind, wanted in (
            ("registration_shop", ("完整", "正确", "清楚", "与身份证、合同一致")),
            ("identity_shop", ("与合同、登记表一致",)),
            ("contract_shop", ("与登记表一致",)),
        ):
            for word in wanted:
                self.assertIn(word, words[self.env.ref(f"pm_tenancy.file_kind_{kind}")])
        check = self._step(tenancy, "check")
        signed = self._step(tenancy, "covenant") | self._step(tenancy, "agreement")
        self.assertLessEqual(signed, check.after_ids)

    def test_what_the_office_keeps(self):
        """TEN-036: copy of the contract, registration form, covenant, management agreement; and
        the receipt is noted on the move-in notice."""
        tenancy = self._begin(self.VARIANT, kind="lease")

        def missing():
            return tenancy.file_missing.split(", ")

        self._verify_papers(tenancy)
        contract = tenancy.file_paper_ids.filtered(
            lambda paper: paper.kind_id == self.env.ref("pm_tenancy.file_kind_contract_shop")
        )
        self.assertTrue(contract.copy_kept)
        contract.sudo().write({"state": "received", "copy_kept": False})
        with self.assertRaisesRegex(UserError, "lacks: Copy Kept"):
            contract.with_user(self.area).action_verify()
        for name, key in (("Signed covenant", "covenant"), ("Management agreement", "agreement")):
            self.assertIn(name, missing())
            self._file_paper(tenancy, self._step(tenancy, key).form_id)
            self.assertNotIn(name, missing())
        notice = self._print_step(tenancy, "notice")
        self.assertIn("同时收取的资料及备注", notice[notice.rindex("回执") :])


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInResidential(MoveInOrder, MoveInCommon):
    """TEN-040..TEN-047: keys after the acceptance and the agreement, no payment gate."""

    VARIANT = "residential"
    GATES = {
        "keys": ["documents", "acceptance", "reading", "agreement"],
        "active": ["keys", "fitout"],
    }
    TENANCY = {"presence": "agent"}

    def test_nobody_pays_before_the_keys(self):
        self.assertNotIn("payment", self._template(self.VARIANT).step_ids.mapped("kind"))

    def test_seven_papers_go_out_and_three_come_back(self):
        """TEN-041, TEN-043"""
        self.site.manages_parking = True
        tenancy = self._begin(self.VARIANT)
        steps = tenancy.procedure_step_ids
        issued = steps.filtered(lambda step: step.kind == "hand_out" and step.form_id)
        self.assertEqual(
            set(issued.form_id.mapped("code")),
            {
                *("F-TEN-29", "F-TEN-07", "F-TEN-27", "F-BIL-02", "F-BIL-07"),
                *("F-TEN-30", "F-TEN-31"),
            },
        )
        back = self._step(tenancy, "back")
        self.assertEqual(
            set(back.after_ids.form_id.mapped("code")), {"F-BIL-07", "F-TEN-30", "F-TEN-31"}
        )

    def test_parking_is_applied_for_where_the_office_manages_it(self):
        """TEN-002, TEN-041: the application opens on the occupant; elsewhere there is none."""
        tenancy = self._begin(self.VARIANT)
        self.assertFalse(self._step(tenancy, "parking"))
        tenancy.action_cancel()
        self.site.manages_parking = True
        tenancy = self._begin(self.VARIANT)
        action = self._step(tenancy, "parking").with_user(self.receptionist).action_work()
        contracts = self.env["pm.parking.contract"].with_user(self.receptionist)
        vehicle = self.env["pm.vehicle"].create(
            {"plate": "B1", "site_id": self.site.id, "tenancy_id": tenancy.id}
        )
        with Form(contracts.with_context(**action["context"])) as form:
            form.vehicle_id = vehicle
            form.date_start = "2026-07-01"
        self.assertEqual(form.record.tenancy_id, tenancy)
        self.assertIn(form.record, contracts.search(action["domain"]))

    def test_unit_is_accepted_with_engineering(self):
        """TEN-042: inspection form, base readings, and the form for what was missed."""
        tenancy = self._begin(self.VARIANT)
        for key in ("acceptance", "reading"):
            self.assertEqual(self._step(tenancy, key).department_role, "engineering")
        sheet = self._open_inspection(self._step(tenancy, "acceptance"))
        self.assertEqual(sheet.template_id.form_id.code, "F-TEN-32")
        text = self._print_step(tenancy, "missed")
        self.assertIn("遗漏", text)
        self.assertIn(self.new_unit.code, text)

    def test_keys_are_transferred_once_the_handover_agreement_is_signed(self):
        """TEN-044"""
        tenancy = self._begin(self.VARIANT)
        agreement = self._step(tenancy, "agreement")
        for key in ("documents", "acceptance", "reading"):
            self._work(tenancy, self._step(tenancy, key))
        self._file_paper(tenancy, agreement.form_id, "delivered")
        with self.assert_refused(agreement.name):
            self._issue(self.key, tenancy=tenancy)
        self._file_paper(tenancy, agreement.form_id)
        self._issue(self.key, tenancy=tenancy)
        self.assertEqual(self._step(tenancy, "keys").state, "done")

    def test_agreement_comes_after_the_acceptance(self):
        """TEN-047"""
        tenancy = self._begin(self.VARIANT)
        agreement = self._step(tenancy, "agreement")
        self._file_paper(tenancy, agreement.form_id)
        self.assertEqual(agreement.state, "open")
        self._sign_inspection(tenancy, self._step(tenancy, "acceptance"))
        self.assertEqual(agreement.state, "done")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInIndividual(MoveInOrder, MoveInCommon):
    """TEN-050..TEN-057"""

    VARIANT = "individual"
    GATES = {
        "keys": [
            "documents",
            "fees",
            "arrears",
            "handbook",
            "rules",
            "covenant",
            "safety",
            "tenant",
            "sheet",
            "inspection",
            "reading",
            "certificate",
        ],
        "active": ["keys", "fitout"],
    }

    def test_owner_signs_no_tenant_agreement(self):
        """TEN-050"""
        tenancy = self._begin(self.VARIANT, kind="owner")
        self.assertFalse(self._step(tenancy, "tenant"))
        tenancy.kind = "lease"
        self.assertEqual(self._step(tenancy, "tenant").gate, "keys")

    def test_nine_papers_are_prepared(self):
        """TEN-050: for an owner eight, without the tenant agreement."""
        nine = {f"F-TEN-{number}" for number in ("18", "36", "22", "07", "37", "08", "38", "32")}
        nine.add("F-TEN-35")
        for kind, papers in (("lease", nine), ("owner", nine - {"F-TEN-38"})):
            tenancy = self._begin(self.VARIANT, kind=kind)
            forms = set(tenancy.procedure_step_ids.form_id.mapped("code"))
            self.assertEqual(forms & nine, papers, kind)
            tenancy.action_cancel()

    def test_duty_officer_notes_the_photocopy_of_the_notice(self):
        """TEN-052: who was on duty, when, and the copy itself."""
        tenancy = self._begin(self.VARIANT)
        notice = self._step(tenancy, "notice").with_user(self.receptionist)
        self.assertEqual((notice.department_role, notice.form_id.code), ("service", "F-TEN-15"))
        scan = self.env["ir.attachment"].with_user(self.receptionist)
        scan = scan.create({"name": "notice.pdf", "raw": b"x"})
        notice.write({"evidence_ids": [Command.link(scan.id)], "note": "by fax"})
        notice.action_done()
        self.assertRecordValues(
            notice, [{"done_by_id": self.receptionist.id, "evidence_ids": scan.ids}]
        )
        self.assertEqual(notice.done_at.isoformat(), "2026-06-15T04:00:00")

    def test_room_is_prepared_with_works_electricians_and_cleaners(self):
        """TEN-053: and the service card is printed beforehand."""
        tenancy = self._begin(self.VARIANT)
        step = self._step(tenancy, "precheck").with_context(lang="zh_CN")
        words = f"{step.template_step_id.name}{step.description}"
        for word in ("工程", "机电", "环境", "遗漏", "清洁"):
            self.assertIn(word, words)
        card = self._print_step(tenancy, "card")
        for word in ("服务卡片", "服务电话", "投诉电话", "传真", "费用缴纳", "物品出入"):
            self.assertIn(word, card)

    def test_room_that_is_not_accepted_is_not_handed_over(self):
        """TEN-054: neither certificate nor keys."""
        tenancy = self._begin(self.VARIANT)
        for key in ("documents", "fees", "handbook", "rules", "covenant", "safety", "sheet"):
            self._work(tenancy, self._step(tenancy, key))
        certificate = self._step(tenancy, "certificate")
        self._file_paper(tenancy, certificate.form_id)
        self.assertEqual(certificate.state, "open")
        with self.assert_refused(certificate.name):
            self._issue(self.key, tenancy=tenancy)
        self._sign_inspection(tenancy, self._step(tenancy, "inspection"))
        self.assertEqual(certificate.state, "done")

    def test_briefing_is_given_on_the_day_of_moving_in(self):
        """TEN-055: services, facilities, escape routes."""
        tenancy = self._begin(self.VARIANT)
        self.assertEqual(self._due_on(tenancy, "briefing"), "2026-07-01")
        tenancy.date_start = "2026-07-04"
        self.assertEqual(self._due_on(tenancy, "briefing"), "2026-07-04")
        name = self._step(tenancy, "briefing").template_step_id.with_context(lang="zh_CN").name
        for word in ("服务", "设施", "逃生"):
            self.assertIn(word, name)

    def test_new_sign_board_is_asked_about(self):
        """TEN-057: and the answer is noted."""
        tenancy = self._begin(self.VARIANT)
        plate = self._step(tenancy, "plate").with_user(self.receptionist)
        plate.note = "No, a blank one"
        plate.action_done()
        self.assertRecordValues(plate, [{"state": "done", "note": "No, a blank one"}])

    def test_readings_may_be_deferred_with_consent(self):
        """TEN-056"""
        tenancy = self._begin(self.VARIANT)
        self.assertIn(self.meter.display_name, self._step(tenancy, "reading").message)
        tenancy.write({"readings_deferred": True, "readings_deferred_note": "Li Lei, letter"})
        self.assertEqual(self._step(tenancy, "reading").state, "done")

    def test_readings_are_signed_by_the_occupant(self):
        """TEN-056"""
        tenancy = self._begin(self.VARIANT)
        reading = self._read(
            self.meter, "2026-06-15", 5.0, kind="base", tenancy_id=tenancy.id, is_signed=False
        )
        self.assertIn("signed", self._step(tenancy, "reading").message)
        reading.is_signed = True
        self.assertEqual(self._step(tenancy, "reading").state, "done")

    def test_data_sheet_closes_its_step_at_once(self):
        """TEN-054"""
        tenancy = self._begin(self.VARIANT)
        self.assertIn("24-hour", self._step(tenancy, "sheet").message)
        self._fill_sheet(tenancy)
        self.assertEqual(self._step(tenancy, "sheet").state, "done")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestMoveInMarketing(MoveInOrder, MoveInCommon):
    """TEN-060..TEN-068: payment before inspection and keys."""

    VARIANT = "marketing"
    GATES = {
        "keys": [
            "approval",
            "fees",
            "arrears",
            "safety",
            "undertaking",
            "contacts",
            "vehicles",
            "items",
            "fixtures",
            "inspection",
            "reading",
        ],
        "active": ["keys", "fitout"],
    }

    def test_who_began_does_not_approve(self):
        """TEN-061"""
        tenancy = self._begin(self.VARIANT, user=self.director)
        self._step(tenancy, "order").with_user(self.receptionist).action_done()
        approval = self._step(tenancy, "approval")
        for user in (self.director, self.receptionist):
            with self.assertRaises(AccessError):
                approval.with_user(user).action_done()

    def test_order_is_signed_for_before_it_is_approved(self):
        """TEN-060: with the copy of the lease, which stays in the file."""
        tenancy = self._begin(self.VARIANT)
        with self.assertRaisesRegex(UserError, "comes only after"):
            self._step(tenancy, "approval").with_user(self.director).action_done()
        order = self._step(tenancy, "order").with_user(self.receptionist)
        order.action_done()
        self.assertEqual(order.done_by_id, self.receptionist)
        self.assertIn("Copy of the lease", tenancy.file_missing)

    def test_finance_prepares_the_charging_once_it_is_approved(self):
        """TEN-061"""
        tenancy = self._begin(self.VARIANT)
        charging = self._step(tenancy, "charging")
        self.assertEqual(charging.department_id.name, "Cash Office")
        self._work(tenancy, self._step(tenancy, "order"))
        with self.assertRaisesRegex(UserError, "General manager approves"):
            charging.with_user(self.cashier).action_done()
        self._work(tenancy, self._step(tenancy, "approval"))
        charging.with_user(self.cashier).action_done()
        self.assertEqual(charging.state, "done")

    def test_departments_meet_and_the_customer_is_told(self):
        """TEN-062: the general manager's meeting; procedure and documents told in advance."""
        tenancy = self._begin(self.VARIANT)
        meeting, told = self._step(tenancy, "meeting"), self._step(tenancy, "told")
        self.assertEqual(meeting.department_role, "management")
        self.assertEqual(told.department_role, "service")
        for step in meeting | told:
            self.assertEqual(step.after_ids, self._step(tenancy, "approval"))
        self.assertLess(told.sequence, self._step(tenancy, "fees").sequence)
        guide = self._print_step(tenancy, "told")
        for word in ("步骤", "资料", "身份证"):
            self.assertIn(word, guide)

    def test_vouchers_go_out_once_everything_is_paid(self):
        """TEN-063: contract fees and whatever else is due."""
        tenancy = self._begin(self.VARIANT)
        vouchers = self._step(tenancy, "vouchers").with_user(self.cashier)
        owing = patch.object(type(tenancy), "_get_arrears_reason", lambda tenancy: "owes 5 yuan")
        with owing:
            for key in ("order", "approval", "charging"):
                self._work(tenancy, self._step(tenancy, key))
            tenancy._refresh_procedure()
            with self.assertRaisesRegex(UserError, "Contract fees paid.*Nothing due is unpaid"):
                vouchers.action_done()
            self._work(tenancy, self._step(tenancy, "fees"))
            with self.assertRaisesRegex(UserError, "Nothing due is unpaid"):
                vouchers.action_done()
        tenancy._refresh_procedure()
        vouchers.action_done()
        self.assertEqual(vouchers.form_id.code, "F-BIL-19")

    def test_everybody_takes_part_in_the_inspection(self):
        """TEN-065: named on the step; each trade of Engineering has its items on the sheet."""
        tenancy = self._begin(self.VARIANT)
        step = self._step(tenancy, "inspection")
        words = step.with_context(lang="zh_CN").description
        for word in ("客户服务", "工程", "安保", "市场", "代理", "客户共同"):
            self.assertIn(word, words)
        sheet = self._open_inspection(step)
        self.assertEqual(sheet.line_ids.department_id.name, "Works")
        self.assertEqual(len(set(sheet.line_ids.mapped("section"))), 6)

    def test_parking_places_are_handed_over_where_there_are_any(self):
        """TEN-065"""
        tenancy = self._begin(self.VARIANT)
        self.assertFalse(self._step(tenancy, "parking"))
        tenancy.action_cancel()
        self.site.manages_parking = True
        tenancy = self._begin(self.VARIANT)
        action = self._step(tenancy, "parking").with_user(self.receptionist).action_work()
        self.assertEqual(action["res_model"], "pm.parking.contract")

    def test_both_sides_sign_what_was_found(self):
        """TEN-066: items, fixtures, inspection, readings; each holds up the keys."""
        tenancy = self._begin(self.VARIANT)
        steps = [self._step(tenancy, key) for key in ("items", "fixtures", "inspection", "reading")]
        self.assertEqual(
            [step.form_id.code for step in steps],
            ["F-TEN-47", "F-TEN-48", "F-TEN-49", "F-TEN-50"],
        )
        self._file_paper(tenancy, steps[0].form_id, "delivered")
        for step in steps[1:3]:
            self._judge_inspection(step)
        self._read_base(tenancy).is_signed = False
        self.assertEqual({step.state for step in steps}, {"open"})
        self.assertEqual({step.gate for step in steps}, {"keys"})

    def test_fitout_comes_before_moving_in(self):
        """TEN-067: approved by the departments and the owner's side, and accepted; without one
        the customer goes straight on."""
        tenancy = self._begin(self.VARIANT, wants_fitout=True)
        fitout = self.env["pm.fitout"].create({"tenancy_id": tenancy.id})
        fitout._start_procedure("fitout")
        gates = fitout.procedure_step_ids.filtered(lambda step: step.gate == "works")
        self.assertLessEqual({"fitout_consent", "fitout_approval"}, set(gates.mapped("check")))
        with self.assert_refused(f"The fit-out {fitout.name} is not accepted yet"):
            tenancy.with_user(self.receptionist).write({"state": "active"})
        fitout.action_cancel()
        tenancy.wants_fitout = False
        self.assertEqual(self._step(tenancy, "fitout").state, "done")
        file = self._step(tenancy, "file")
        self.assertEqual(file.state, "open")
        tenancy.with_user(self.receptionist).action_open_file()
        self.assertEqual(file.state, "done")

    def test_payment_comes_before_the_inspection(self):
        """TEN-068"""
        tenancy = self._begin(self.VARIANT)
        inspection = self._step(tenancy, "inspection")
        self._sign_inspection(tenancy, inspection)
        self.assertEqual(inspection.state, "open")
        for key in ("order", "approval", "charging", "fees"):
            self._work(tenancy, self._step(tenancy, key))
        self.assertEqual(inspection.state, "done")

    def test_vehicles_only_where_the_office_manages_the_parking(self):
        """TEN-064"""
        self.assertFalse(self._step(self._begin(self.VARIANT), "vehicles"))

    def test_each_vehicle_is_signed_for(self):
        """TEN-064"""
        self.site.manages_parking = True
        tenancy = self._begin(self.VARIANT)
        step = self._step(tenancy, "vehicles")
        action = step.with_user(self.receptionist).action_work()
        vehicles = self.env["pm.vehicle"].with_context(action["context"])
        for vehicle in vehicles.create([{"plate": "ZC12345"}, {"plate": "ZC67890"}]):
            self.assertEqual(step.state, "open")
            paper = self.env["pm.document"]._file_printed(step.form_id, vehicle)[vehicle.id]
            paper.action_return()
        self.assertEqual(step.state, "done")

    def test_no_keys_to_hand_over_where_there_are_none(self):
        """TEN-065: keys, if any."""
        bare = self._create_unit(building_id=self.new_building.id, room="09")
        tenancy = self._begin(self.VARIANT, units=bare)
        self.assertFalse(self._step(tenancy, "keys"))
