"""春和茶行 in the shop M-01-08: it pays first and has the keys before the acceptance."""

from odoo.exceptions import AccessError

from .estate import Estate
from .office import on


class TeaHouse(Estate):
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
        """Noted as moved in too soon and billed: no key while he owes (TEN-037, BIL-010)."""
        tenancy = self.tenancies["春和茶行"]
        with self.at("2023-11-02 09:00"):
            others = self.tenancies["云帆咨询"]
            bill, paid = self.bill_month("2023-11-01", tenancy, others)
            self.take_payment(paid)
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
