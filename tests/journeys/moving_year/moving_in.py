"""Five occupants move in, each in the way of his building."""

from odoo.exceptions import AccessError

from .estate import Estate
from .office import on


class BusinessCentre(Estate):
    """云帆咨询 takes S-03-05 in the business centre: nothing to pay before the keys."""

    @on("2023-09-04 09:00")
    def centre_notice_comes(self):
        """The notice is in: Engineering and Security are asked in writing (TEN-020)."""
        party = self.meet("云帆咨询", company_type="company", phone="0571-8000 3001")
        tenancy = self.register(
            "S-03-05",
            party,
            "2023-09-11",
            "2024-04-30",
            contact_name="韩梅",
            contact_phone="190 0000 3001",
            monthly_rent=9000.0,
        )
        self.assert_no_keys(tenancy, "identity", "agreement", "acceptance")
        self.assert_not_in(tenancy, "identity", "agreement", "acceptance", "keys", "reading")
        self.tick(self.receptionist, tenancy, "notice")
        self.assert_due(tenancy, "request", "2023-09-05")
        with self.assert_refused(self.step(tenancy, "request").name):
            self.press(self.engineer, self.step(tenancy, "precheck"), "action_done")
        self.print_step(self.receptionist, tenancy, "request")
        self.tick(self.receptionist, tenancy, "request")
        self.assert_due(tenancy, "forms", "2023-09-08")

    @on("2023-09-08 15:00")
    def centre_is_prepared(self):
        """The unit was inspected in advance, the three forms lie ready (TEN-021)."""
        tenancy = self.tenancies["云帆咨询"]
        self.tick(self.engineer, tenancy, "precheck")
        self.tick(self.receptionist, tenancy, "forms")

    @on("2023-09-11 09:00")
    def centre_signs(self):
        """Identity by the original, agreement, handbook and guide (TEN-022 to TEN-024)."""
        tenancy = self.tenancies["云帆咨询"]
        identity = tenancy.file_paper_ids.filtered(lambda paper: paper.use == "verify")
        self.assertEqual(len(identity), 1)
        self.press(self.receptionist, identity, "action_receive")
        self.assert_no_button(self.receptionist, identity, "action_verify")
        with self.assert_refused(identity.name, error=AccessError):
            identity.with_user(self.receptionist).action_verify()
        with self.assert_refused(self.screen(self.area, identity).lacking):
            self.press(self.area, identity, "action_verify")
        self.fill(self.area, identity, original_seen=True, copy_kept=True)
        self.press(self.area, identity, "action_verify")
        self.assert_done(tenancy, "identity")
        self.tick(self.receptionist, tenancy, "charge")
        self.assert_no_keys(tenancy, "agreement", "acceptance")
        self.print_step(self.receptionist, tenancy, "agreement")
        self.press(self.receptionist, self.paper(tenancy, "agreement"), "action_deliver")
        self.assert_no_keys(tenancy, "agreement", "acceptance")
        self.press(self.receptionist, self.paper(tenancy, "agreement"), "action_return")
        self.hand_out(self.receptionist, tenancy, "handbook", "guide")
        self.assert_done(tenancy, "agreement", "handbook", "guide")

    @on("2023-09-11 10:30")
    def centre_takes_over(self):
        """Equipment, then keys, then the meter, each signed (TEN-025, TEN-026, TEN-085)."""
        tenancy = self.tenancies["云帆咨询"]
        self.assert_no_keys(tenancy, "acceptance")
        sheet = self.inspect(
            self.engineer,
            self.work(self.engineer, tenancy, "acceptance"),
            faults=[("门锁松动", 0)],
        )
        self.assert_no_keys(tenancy, "acceptance")
        self.sign(self.engineer, sheet, "韩梅")
        self.assert_open(tenancy, "faults")
        fault = sheet.line_ids.filtered(lambda line: line.verdict == "fault")
        self.assertEqual(fault.department_id, self.departments["engineering"])
        self.fill(self.engineer, fault, due_date="2023-09-14")
        self.assert_done(tenancy, "acceptance", "faults")
        self.assert_not_in(tenancy, "keys", "reading")
        # The receptionist registers, the shift leader hands out.
        dialogue = self.open(
            self.receptionist, self.press(self.receptionist, tenancy, "action_issue_keys")
        )
        self.assertFalse(dialogue.issued_by_id)
        dialogue.issued_by_id = self.area
        self.press(self.receptionist, dialogue.save(), "action_confirm")
        self.assertEqual(tenancy.key_out_count, 2)
        self.assertEqual(tenancy.loan_ids.issued_by_id, self.area)
        self.assert_not_in(tenancy, "reading")
        reading = self.read_meters(
            self.engineer,
            self.work(self.engineer, tenancy, "reading"),
            {self.meter("S-03-05"): 120.0},
        )
        self.assert_not_in(tenancy, "reading")
        self.fill(self.engineer, reading, is_signed=True, confirmed_by="韩梅")
        self.assert_done(tenancy, "keys", "reading")

    @on("2023-09-11 14:00")
    def centre_is_in(self):
        """Introduced, the removal noted, the file opened (TEN-027 to TEN-029, TEN-110)."""
        tenancy = self.tenancies["云帆咨询"]
        self.print_step(self.receptionist, tenancy, "introduction")
        self.tick(self.receptionist, tenancy, "introduction")
        removal = self.fill(
            self.receptionist,
            {
                "type": "ir.actions.act_window",
                "res_model": "pm.removal",
                "views": [[False, "form"]],
                "context": {"default_tenancy_id": tenancy.id, "default_direction": "in"},
            },
            planned_at=self.local("2023-09-11 18:30"),
            mover="顺达搬家",
        )
        self.assertEqual(removal.building_id.code, "S")
        self.tick(self.receptionist, tenancy, "moving")
        self.press(self.receptionist, tenancy, "action_open_file")
        self.move_in(tenancy)
        self.assertEqual(tenancy.procedure_progress, 100.0)
        with self.open(self.receptionist, tenancy) as form:
            with form.name_plate_ids.new() as plate:
                plate.unit_id = self.unit("S-03-05")
                plate.date_made = "2023-09-11"
            with form.staff_ids.new() as person:
                person.name = "韩梅"
                person.pass_no = "P-0301"
        with self.at("2023-09-11 18:40"):
            self.press(self.security, removal, "action_done")


class Mall(Estate):
    """春和茶行 takes the shop M-01-08: pays first, has the keys before the acceptance."""

    @on("2023-09-26 09:00")
    def mall_is_planned(self):
        """A month before, in time for the holidays: plan and notice (TEN-030, TEN-031)."""
        party = self.meet("春和茶行", company_type="company", phone="0571-8000 1008")
        tenancy = self.register(
            "M-01-08",
            party,
            "2023-10-31",
            "2024-03-31",
            contact_name="许茗",
            contact_phone="190 0000 1008",
            monthly_rent=12000.0,
            contract_no="ZC-M-17",
        )
        gates = ("documents", "covenant", "agreement", "fees", "arrears", "check")
        self.assertEqual(self.step(tenancy, "arrears").state, "done")
        open_gates = [key for key in gates if key != "arrears"]
        self.assert_no_keys(tenancy, *open_gates)
        self.assert_not_in(tenancy, *open_gates, "keys", "reading", "acceptance")
        # September has no 31st, and its last day is in the National Day holidays.
        for key in ("plan", "notice"):
            self.assert_due(tenancy, key, "2023-09-30")
        form = self.open(self.supervisor, self.work(self.supervisor, tenancy, "plan"))
        form.name = "商场入伙"
        form.date_start, form.date_end = "2023-10-31", "2023-11-10"
        form.place = "商场首层大厅"
        form.enquiry_name = "周静"
        plan = form.save().with_env(self.env)
        with self.assert_refused(plan.name):
            self.press(self.supervisor, plan, "action_ask")
        with self.open(self.supervisor, plan) as form, form.duty_ids.new() as duty:
            duty.employee_id = self.area.employee_id
            duty.name = "收件与核对"
        self.press(self.supervisor, plan, "action_ask")
        approval = plan.approval_ids
        for user in (self.receptionist, self.supervisor, self.leader):
            self.assert_no_button(user, approval, "action_approve")
        with self.assert_refused(error=AccessError):
            approval.with_user(self.receptionist).action_approve()
        self.assert_open(tenancy, "plan")

    @on("2023-09-27 10:00")
    def mall_plan_is_approved(self):
        tenancy = self.tenancies["春和茶行"]
        plan = tenancy._get_move_in_plan()
        self.press(self.director, plan.approval_ids, "action_approve")
        self.assertEqual(plan.state, "approved")
        self.assert_done(tenancy, "plan")
        self.print_step(self.receptionist, tenancy, "notice")
        notice = self.paper(tenancy, "notice")
        self.fill(self.receptionist, notice, delivery_method="courier")
        with self.assert_refused(notice.name):
            self.press(self.receptionist, notice, "action_deliver")
        self.fill(self.receptionist, notice, delivery_ref="EX20230927")
        self.press(self.receptionist, notice, "action_deliver")
        self.assert_done(tenancy, "notice")

    @on("2023-10-30 16:00")
    def mall_signs_are_posted(self):
        """Bulletin and direction signs stand the working day before (TEN-032)."""
        tenancy = self.tenancies["春和茶行"]
        self.assert_due(tenancy, "bulletin", "2023-10-30")
        self.print_step(self.receptionist, tenancy, "bulletin")
        self.press(self.supervisor, tenancy._get_move_in_plan(), "action_announce")
        self.tick(self.receptionist, tenancy, "bulletin")

    @on("2023-10-31 09:00")
    def mall_pays_first(self):
        """Papers checked, fees paid, then the keys (TEN-033 to TEN-037, TEN-039)."""
        tenancy = self.tenancies["春和茶行"]
        self.print_step(self.receptionist, tenancy, "register")
        self.tick(self.receptionist, tenancy, "register")
        fees = self.step(tenancy, "fees")
        with self.assert_refused(self.step(tenancy, "documents").name):
            self.press(self.cashier, fees, "action_done")
        self.verify_papers(tenancy)
        self.assert_done(tenancy, "documents")
        self.assert_no_keys(tenancy, "covenant", "agreement", "fees", "check")
        self.hand_out(self.receptionist, tenancy, "covenant")
        self.assert_no_keys(tenancy, "agreement", "fees", "check")
        self.hand_out(self.receptionist, tenancy, "agreement")
        self.assert_no_keys(tenancy, "fees", "check")
        for user in (self.receptionist, self.supervisor, self.leader, self.director):
            with self.assert_refused(fees.name, error=AccessError):
                self.press(user, fees, "action_done")
        with self.assert_refused(fees.name):
            self.press(self.receptionist, self.step(tenancy, "check"), "action_done")
        self.tick(self.cashier, tenancy, "fees")
        self.assertEqual(fees.done_by_id, self.cashier)
        self.assert_no_keys(tenancy, "check")
        self.tick(self.receptionist, tenancy, "check")
        self.issue_keys(
            self.area,
            tenancy,
            acceptance_at=self.local("2023-11-01 10:00"),
            acceptance_method="工程部陪同，逐项核对",
        )
        self.assert_done(tenancy, "keys")
        self.assertEqual(tenancy.key_out_count, 2)
        self.assert_not_in(tenancy, "reading", "acceptance")

    @on("2023-11-01 10:00")
    def mall_is_accepted(self):
        """Joint acceptance with all three meters, after the keys (TEN-037, TEN-038)."""
        tenancy = self.tenancies["春和茶行"]
        action = self.work(self.engineer, tenancy, "reading")
        self.read_meters(self.engineer, action, {self.meter("M-01-08"): 35.0}, "许茗")
        self.assert_not_in(tenancy, "reading", "acceptance")
        self.assertIn(self.meter("M-01-08", "gas").meter_no, self.step(tenancy, "reading").message)
        self.read_meters(
            self.engineer,
            action,
            {self.meter("M-01-08", "water"): 4.0, self.meter("M-01-08", "gas"): 0.0},
            "许茗",
        )
        self.assert_not_in(tenancy, "acceptance")
        self.inspect(
            self.engineer, self.work(self.engineer, tenancy, "acceptance"), signed_by="许茗"
        )
        self.assert_done(tenancy, "reading", "acceptance", "faults")
        self.press(self.receptionist, tenancy, "action_open_file")
        self.move_in(tenancy)

    @on("2023-11-08 09:00")
    def mall_owes_and_gets_no_key(self):
        """Noted as moved in too soon and billed: no further key while he owes (TEN-037, BIL-010)."""
        tenancy = self.tenancies["春和茶行"]
        with self.at("2023-11-02 09:00"):
            [bill] = self.bill_month("2023-11-01", tenancy)
        self.assertEqual(bill.amount_total, round(85.5 * 12, 2))
        self.press(self.receptionist, tenancy, "action_move_in")
        self.assertEqual((tenancy.state, tenancy.date_moved_in), ("move_in", False))
        self.assertIn("1,026.00", self.step(tenancy, "arrears").message)
        self.assert_no_keys(tenancy, "arrears")
        self.assert_not_in(tenancy, "arrears")
        self.take_payment(bill)
        spare = self.unit("M-01-08").key_ids.filtered("is_spare")
        self.issue_keys(self.area, tenancy, spare)
        self.assertEqual(tenancy.key_out_count, 3)
        self.move_in(tenancy)


class Residential(Estate):
    """林晓 moves into her own flat H-08-02 before the Spring Festival; her brother comes for her."""

    @on("2024-01-29 10:00")
    def flat_papers_go_out(self):
        """Notice in, seven papers out (TEN-040, TEN-041)."""
        owner = self.env["res.partner"].search([("name", "=", "林晓")])
        agent = self.meet("林朗", phone="190 0000 8022")
        tenancy = self.register(
            "H-08-02", owner, "2024-02-08", kind="owner", contact_phone="190 0000 8021"
        )
        self.assertEqual(tenancy.presence, "self")
        self.assertEqual(self.flat_proofs(tenancy), 5)
        self.fill(self.receptionist, tenancy, presence="agent", agent_id=agent)
        self.assertEqual(self.flat_proofs(tenancy), 7)
        gates = ("documents", "acceptance", "reading", "agreement")
        self.assert_no_keys(tenancy, *gates)
        self.assert_not_in(tenancy, *gates, "keys")
        self.assertNotIn("payment", tenancy.procedure_step_ids.mapped("kind"))
        self.tick(self.receptionist, tenancy, "notice")
        papers = ("registration", "handbook", "procedure", "telephone")
        self.print_step(self.receptionist, tenancy, *papers)
        self.tick(self.receptionist, tenancy, *papers, "charges", "bank", "parking")

    def flat_proofs(self, tenancy):
        """Return how many documents are to be verified."""
        return len(tenancy.file_paper_ids.filtered(lambda one: one.use == "verify" and one.is_needed))

    @on("2024-02-08 15:00")
    def flat_is_handed_over(self):
        """Documents, acceptance, readings, agreement, keys, in this order (TEN-042, TEN-047)."""
        tenancy = self.tenancies["林晓"]
        proof = tenancy.file_paper_ids.filtered(
            lambda paper: paper.kind_id == self.env.ref("pm_tenancy.file_kind_notarial_home")
        )
        self.assert_no_button(self.area, proof, "action_waive")
        self.fill(self.supervisor, proof, waive_reason="房产证已能证明")
        self.press_in_form(self.supervisor, proof, "action_waive")
        self.verify_papers(tenancy)
        self.assert_no_keys(tenancy, "acceptance", "reading", "agreement")
        self.read_meters(
            self.engineer,
            self.work(self.engineer, tenancy, "reading"),
            {self.meter("H-08-02"): 12.0, self.meter("H-08-02", "water"): 3.0},
            "林朗",
        )
        # Signed too early: the agreement counts only after the acceptance (TEN-044).
        self.hand_out(self.receptionist, tenancy, "agreement")
        self.assert_no_keys(tenancy, "acceptance", "agreement")
        sheet = self.inspect(self.engineer, self.work(self.engineer, tenancy, "acceptance"))
        self.assert_no_keys(tenancy, "acceptance", "agreement")
        with self.at("2024-02-08 16:30"):
            self.sign(self.engineer, sheet, "林朗")
        self.assert_done(tenancy, "acceptance", "agreement")
        self.assert_not_in(tenancy, "keys")
        with self.at("2024-02-08 17:00"):
            self.issue_keys(self.area, tenancy)
            self.tick(self.receptionist, tenancy, "back")
            self.press(self.receptionist, tenancy, "action_open_file")
            self.move_in(tenancy)
        # 48 hours are 48 hours, whatever is celebrated.
        self.assertEqual(self.step(tenancy, "missed").due_at, self.local("2024-02-10 16:30"))

    @on("2024-02-10 16:30")
    def flat_reports_in_time(self):
        """On New Year's Day, in the last minute: valid, and Engineering's work (TEN-043)."""
        tenancy = self.tenancies["林晓"]
        form = self.bring_form(tenancy, "浴室", "地漏", "排水慢")
        self.assertEqual(form.state, "valid")
        self.assert_done(tenancy, "missed")
        fault = form.inspection_id.line_ids
        self.assertEqual((fault.section, fault.name, fault.finding), ("浴室", "地漏", "排水慢"))
        self.assertEqual(fault.department_id, self.departments["engineering"])

    @on("2024-02-10 16:31")
    def flat_reports_too_late(self):
        """A minute later: kept, not valid, and nobody's work (TEN-043)."""
        tenancy = self.tenancies["林晓"]
        form = self.bring_form(tenancy, "阳台", "推拉门", "关不严")
        self.assertEqual(form.state, "late")
        self.assertFalse(form.inspection_id)
        for user in (self.receptionist, self.supervisor):
            self.assert_no_button(user, form, "action_accept")
        with self.assert_refused(form.display_name, error=AccessError):
            form.with_user(self.receptionist).action_accept()
        self.assertEqual(form.state, "late")
        with self.at("2024-02-18 09:00"):
            self.fill(self.leader, form, accept_reason="春节假期无人受理")
            self.press(self.leader, form, "action_accept")
        self.assertEqual(form.accepted_by_id, self.leader)
        self.assertEqual(form.inspection_id.open_fault_count, 1)

    def bring_form(self, tenancy, place, item, finding):
        """The occupant brings the missed-defects form, the receptionist records it."""
        form = self.open(
            self.receptionist,
            self.press(self.receptionist, tenancy, "action_record_missed_defects"),
        )
        with form.line_ids.new() as line:
            line.place, line.name, line.finding = place, item, finding
        defects = form.save().with_env(self.env)
        self.press(self.receptionist, defects, "action_record")
        return defects


class Individual(Estate):
    """墨白设计 takes O-06-01 from its owner, to fit it out; readings wait for the fit-out."""

    @on("2023-09-18 09:00")
    def studio_is_told(self):
        """Notice, inspection in advance, what to bring, service card (TEN-050 to TEN-053)."""
        party = self.meet("墨白设计", company_type="company", phone="0571-8000 6001")
        tenancy = self.register(
            "O-06-01",
            party,
            "2023-09-20",
            "2025-09-19",
            contact_name="叶知秋",
            contact_phone="190 0000 6001",
        )
        self.fill(self.receptionist, tenancy, wants_fitout=True)
        self.assert_no_keys(tenancy, *self.STUDIO_GATES)
        self.assert_not_in(tenancy, *self.STUDIO_GATES, "keys", "fitout")
        self.tick(self.receptionist, tenancy, "notice")
        self.tick(self.engineer, tenancy, "precheck")
        self.print_step(self.receptionist, tenancy, "told", "card")
        self.tick(self.receptionist, tenancy, "told", "card")

    STUDIO_GATES = (
        "documents",
        "fees",
        "handbook",
        "rules",
        "covenant",
        "safety",
        "tenant",
        "sheet",
        "inspection",
        "reading",
        "certificate",
    )

    @on("2023-09-20 09:00")
    def studio_takes_over(self):
        """Each of the gates, one after the other, and then the keys (TEN-054, TEN-056, TEN-011)."""
        tenancy = self.tenancies["墨白设计"]
        left = list(self.STUDIO_GATES)

        def passed(*keys):
            for key in keys:
                left.remove(key)
            self.assert_done(tenancy, *keys)
            self.assert_no_keys(tenancy, *left)

        self.verify_papers(tenancy)
        passed("documents")
        with self.assert_refused(error=AccessError):
            self.press(self.receptionist, self.step(tenancy, "fees"), "action_done")
        self.tick(self.cashier, tenancy, "fees")
        passed("fees")
        for key in ("handbook", "rules", "covenant", "safety", "tenant"):
            self.hand_out(self.receptionist, tenancy, key)
            passed(key)
        self.fill_data_sheet(tenancy.partner_id)
        passed("sheet")
        self.assertIn(self.meter("O-06-01").meter_no, self.step(tenancy, "reading").message)
        with self.open(self.receptionist, tenancy) as form:
            form.readings_deferred = True
            form.readings_deferred_note = "叶知秋，2023-09-20 书面同意"
        passed("reading")
        self.inspect(
            self.engineer,
            self.work(self.engineer, tenancy, "inspection"),
            signed_by="叶知秋",
        )
        passed("inspection")
        self.hand_out(self.receptionist, tenancy, "certificate")
        self.assert_done(tenancy, "certificate")
        self.assert_not_in(tenancy, "keys", "fitout")
        self.issue_keys(self.area, tenancy)
        self.assert_not_in(tenancy, "fitout")
        # Asked whether a new sign-board is wanted (TEN-057).
        self.tick(self.receptionist, tenancy, "plate")
        self.press(self.receptionist, tenancy, "action_open_file")

    def fill_data_sheet(self, partner):
        """The data sheet asks for a 24-hour telephone and two contacts for each time (TEN-011)."""
        with self.open(self.receptionist, partner) as form:
            form.pm_phone_24h = "190 0000 6000"
            for number, role in enumerate(
                ("emergency_in", "emergency_in", "emergency_out", "emergency_out")
            ):
                with form.pm_contact_ids.new() as contact:
                    contact.pm_contact_role = role
                    contact.name = f"联系人{number}"
                    contact.phone = f"190 0000 60{number:02}"

    @on("2024-01-02 09:00")
    def studio_is_in(self):
        """The fit-out is accepted: moved in and briefed on the first working day (TEN-055)."""
        tenancy = self.tenancies["墨白设计"]
        self.tick(self.receptionist, tenancy, "briefing")
        self.move_in(tenancy)


class Marketing(Estate):
    """青禾剧社 takes the theatre T-02-01 from the developer's marketing department."""

    @on("2024-02-19 10:00")
    def theatre_order_comes(self):
        """The director approves before anything is charged (TEN-060, TEN-061, TEN-062)."""
        party = self.meet("青禾剧社", company_type="company", phone="0571-8000 2001")
        tenancy = self.register(
            "T-02-01", party, "2024-03-01", "2026-02-28", contact_name="陆鸣"
        )
        self.assert_no_keys(tenancy, *self.THEATRE_GATES)
        self.assert_not_in(tenancy, *self.THEATRE_GATES, "keys")
        approval = self.step(tenancy, "approval")
        with self.assert_refused(self.step(tenancy, "order").name):
            self.press(self.director, approval, "action_done")
        self.print_step(self.receptionist, tenancy, "order")
        self.tick(self.receptionist, tenancy, "order")
        for user in (self.receptionist, self.leader):
            with self.assert_refused(approval.name, error=AccessError):
                self.press(user, approval, "action_done")
        with self.assert_refused(approval.name):
            self.press(self.cashier, self.step(tenancy, "charging"), "action_done")
        self.tick(self.director, tenancy, "approval")
        self.tick(self.director, tenancy, "meeting")

    THEATRE_GATES = (
        "approval",
        "fees",
        "safety",
        "undertaking",
        "contacts",
        "vehicles",
        "items",
        "fixtures",
        "inspection",
        "reading",
    )

    @on("2024-02-26 09:00")
    def theatre_pays_and_signs(self):
        """Fees before vouchers and inspection; what is to be signed (TEN-063, TEN-064)."""
        tenancy = self.tenancies["青禾剧社"]
        left = [key for key in self.THEATRE_GATES if key != "approval"]

        def passed(*keys):
            for key in keys:
                left.remove(key)
            self.assert_done(tenancy, *keys)
            self.assert_no_keys(tenancy, *left)

        with self.assert_refused(self.step(tenancy, "charging").name):
            self.press(self.cashier, self.step(tenancy, "fees"), "action_done")
        self.tick(self.cashier, tenancy, "charging")
        with self.assert_refused(error=AccessError):
            self.press(self.director, self.step(tenancy, "fees"), "action_done")
        self.tick(self.cashier, tenancy, "fees")
        passed("fees")
        self.tick(self.cashier, tenancy, "vouchers")
        for key in ("safety", "undertaking", "contacts", "items"):
            self.hand_out(self.receptionist, tenancy, key)
            passed(key)
        action = self.work(self.receptionist, tenancy, "vehicles")
        vehicles = self.env["pm.vehicle"]
        for plate in ("浙A·12345", "浙A·67890"):
            with self.open_new(self.receptionist, action) as form:
                form.plate = plate
            vehicles |= form.record.with_env(self.env)
        for vehicle in vehicles:
            self.assert_no_keys(tenancy, *left)
            self.print_from_menu(self.receptionist, vehicle, "F-TEN-46")
            self.press(self.receptionist, vehicle.paper_ids, "action_deliver")
            self.press(self.receptionist, vehicle.paper_ids, "action_return")
        passed("vehicles")

    @on("2024-02-29 10:00")
    def theatre_is_inspected(self):
        """Counted, inspected by trade, read, keys: in on the leap day (TEN-065 to TEN-068)."""
        tenancy = self.tenancies["青禾剧社"]
        self.assert_no_keys(tenancy, "fixtures", "inspection", "reading")
        self.inspect(
            self.engineer, self.work(self.engineer, tenancy, "fixtures"), signed_by="陆鸣"
        )
        self.assert_no_keys(tenancy, "inspection", "reading")
        self.inspect(
            self.engineer, self.work(self.engineer, tenancy, "inspection"), signed_by="陆鸣"
        )
        self.assert_no_keys(tenancy, "reading")
        meters = {
            self.meter("T-02-01", kind): value
            for kind, value in (("electricity", 900.0), ("water", 15.0), ("gas", 2.0))
        }
        self.read_meters(
            self.engineer, self.work(self.engineer, tenancy, "reading"), meters, "陆鸣"
        )
        self.assert_not_in(tenancy, "keys")
        self.issue_keys(self.area, tenancy)
        self.press(self.receptionist, tenancy, "action_open_file")
        self.move_in(tenancy)
        self.assertEqual(tenancy.date_moved_in.isoformat(), "2024-02-29")


class MovingIn(BusinessCentre, Mall, Residential, Individual, Marketing):
    """All five."""
