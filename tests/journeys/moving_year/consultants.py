"""云帆咨询 in S-03-05 of the business centre, from the notice to the sealed file."""

from odoo.exceptions import AccessError

from .leaving import Leaving
from .office import on


class Consultants(Leaving):
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

    @on("2024-04-15 10:00")
    def centre_gives_notice(self):
        """Goods and file are held up by count, reading, dues and keys (TEN-122, TEN-135)."""
        tenancy = self.tenancies["云帆咨询"]
        clearance = self.begin_move_out(
            tenancy, notice_on="2024-04-12", notice_reason="租约到期", reinstatement="no"
        )
        self.assertFalse(clearance.consent_required)
        self.assert_goods_stay(tenancy, "inspection", "readings", "dues")
        self.assert_file_stays_open(tenancy, "inspection", "readings", "dues", "keys", "clearance")
        self.assertIn("720.00", self.step(tenancy, "dues").message)
        self.assertEqual(
            {matter for matter, state in self.board(tenancy).items() if state == "blocked"},
            {"dues", "keys", "readings", "inspection"},
        )
        self.assertEqual(self.line(tenancy, "dues").amount, 720.0)

    @on("2024-04-26 10:00")
    def centre_registers_its_removal(self):
        """Evenings of working days only, also of a working Sunday (TEN-124, TEN-125)."""
        tenancy = self.tenancies["云帆咨询"]
        self.assert_no_removal(tenancy, "2024-04-28 10:00", "2024-04-28 18:00")
        self.assert_no_removal(tenancy, "2024-04-30 17:59", "2024-04-30 18:00")
        with self.at("2024-04-30 09:00"):
            self.assert_no_removal(tenancy, "2024-04-30 18:00", "2024-05-01")
        removal = self.plan_removal(tenancy, "2024-04-30 18:00")
        self.assert_done(tenancy, "removal")
        with self.assert_refused(removal.display_name):
            self.press(self.security, removal, "action_done")

    @on("2024-04-30 10:00")
    def centre_is_counted(self):
        """Damage compensated, meter copied, bill paid; then the goods leave (TEN-122)."""
        tenancy = self.tenancies["云帆咨询"]
        clearance = tenancy.clearance_id
        inspection = self.inspect(
            self.engineer,
            self.work(self.engineer, tenancy, "inspection"),
            faults=[("门板破损", 300.0)],
            counts=1480,
        )
        self.assert_goods_stay(tenancy, "inspection", "readings", "dues")
        self.sign(self.engineer, inspection, "韩梅")
        self.assert_goods_stay(tenancy, "readings", "dues")
        action = self.work(self.engineer, tenancy, "readings")
        reading = self.read_meters(self.engineer, action, {self.meter("S-03-05"): 1480.0})
        self.assert_goods_stay(tenancy, "readings", "dues")
        self.fill(self.engineer, reading, is_signed=True, confirmed_by="韩梅")
        self.assert_goods_stay(tenancy, "dues")
        self.assertEqual(self.board(tenancy)["compensation"], "blocked")
        self.assertEqual(clearance.amount_due, 1020.0)
        self.pay_everything(tenancy)
        self.assert_goods_stay(tenancy, "dues")
        with self.assert_refused(error=AccessError):
            clearance.with_user(self.security).write({"compensation_paid_on": "2024-04-30"})
        self.fill(
            self.cashier,
            clearance,
            compensation_paid_on="2024-04-30",
            compensation_note="收据 0417",
        )
        self.assert_goods_leave(tenancy)
        self.assert_file_stays_open(tenancy, "keys", "clearance")

    @on("2024-04-30 18:30")
    def centre_leaves(self):
        tenancy = self.tenancies["云帆咨询"]
        self.press(
            self.security,
            tenancy.removal_ids.filtered(lambda removal: removal.direction == "out"),
            "action_done",
        )
        self.take_keys_back(self.receptionist, tenancy)
        self.assertNotIn("blocked", self.board(tenancy).values())
        self.close(tenancy)
        with self.at("2024-05-06 10:00"):
            self.seal(tenancy)
