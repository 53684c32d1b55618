"""墨白设计 fits O-06-01 out before moving in, until the deposit is returned."""

from odoo.exceptions import AccessError, UserError

from .estate import Estate
from .office import on

APPLICATION = {
    "contractor_licence_no": "D-0451",
    "manager_name": "鲁工",
    "manager_phone": "190 0000 7001",
    "fire_officer_name": "安工",
    "fire_officer_phone": "190 0000 7002",
    "content": "隔断、吊顶、照明",
    "date_from": "2023-10-16",
    "date_to": "2023-12-31",
}


class StudioWorks(Estate):
    @property
    def fitout(self):
        return self.tenancies["墨白设计"].fitout_ids

    def assert_no_permit(self, *keys):
        self.assert_held_up(
            self.fitout, lambda: self.press(self.receptionist, self.fitout, "action_start"), *keys
        )
        self.assertFalse(self.fitout.permit_no)

    def assert_no_acceptance(self, *keys):
        self.assert_held_up(
            self.fitout,
            lambda: self.press(self.receptionist, self.fitout, "action_complete"),
            *keys,
        )

    def agree(self, user, stage, party):
        """A party signs its line of a stage."""
        self.press(user, self.opinion(stage, party), "action_agree")

    def opinion(self, stage, party):
        return self.fitout.opinion_ids.filtered(
            lambda one: one.stage == stage and one.party == party
        )

    def look_at_pass(self):
        """Return what the guard reads when he scans the pass of a worker."""
        return self.fitout.worker_ids._pm_verify_values()["status"]

    @on("2023-09-25 09:00")
    def works_are_applied_for(self):
        """Consultation, application set, qualification (TEN-090, TEN-091)."""
        tenancy = self.tenancies["墨白设计"]
        contractor = self.meet("直线装饰", company_type="company", phone="0571-8000 7001")
        action = self.press(self.receptionist, tenancy, "action_view_fitouts")
        fitout = self.fill(self.receptionist, action, contractor_id=contractor)
        self.assertEqual((fitout, fitout.area), (self.fitout, 200.0))
        with self.assert_refused(fitout.name):
            self.press(self.receptionist, fitout, "action_apply")
        self.fill(self.receptionist, fitout, **APPLICATION)
        self.tick(self.receptionist, fitout, "consultation")
        self.print_step(self.receptionist, fitout, "guide")
        self.tick(self.receptionist, fitout, "guide")
        self.press(self.receptionist, fitout, "action_apply")
        self.hand_out(self.receptionist, fitout, "application", "authorisation", "undertaking")
        self.assert_done(fitout, "application", "authorisation", "undertaking")
        self.assert_not_in(tenancy, "fitout")

    @on("2023-09-27 16:00")
    def drawings_go_to_engineering(self):
        """Handed over before the holidays: three working days end after them (TEN-092)."""
        fitout = self.fitout
        *others, last = fitout.drawing_ids.filtered("is_required")
        for drawing in others:
            self.press(self.receptionist, drawing, "action_receive")
        with self.assert_refused(last.name):
            self.press(self.receptionist, fitout, "action_review")
        self.press(self.receptionist, last, "action_receive")
        self.press(self.receptionist, fitout, "action_review")
        # 28 September, then the working weekend of 7 and 8 October.
        self.assertEqual(fitout.review_due_on.isoformat(), "2023-10-08")
        self.assert_due(fitout, "review", "2023-10-08")

    @on("2023-10-07 10:00")
    def drawings_fail(self):
        """One trade fails: all come back, and another round begins (TEN-092)."""
        fitout, review = self.fitout, self.fitout.review_id
        action = self.work(self.engineer, fitout, "review")
        self.assertEqual(action["res_id"], review.id)
        self.assert_no_button(self.receptionist, review, "action_conclude")
        with self.assert_refused(error=AccessError):
            review.with_user(self.receptionist).action_conclude()
        with self.open(self.engineer, review) as form, form.line_ids.edit(0) as line:
            line.amendments = "疏散通道净宽不足"
            line.verdict = "fail"
        with self.assert_refused(review.display_name):
            self.press(self.engineer, review, "action_conclude")
        self.press(self.engineer, review, "action_all_pass")
        self.press(self.engineer, review, "action_conclude")
        self.assertEqual((review.result, fitout.state), ("fail", "review"))
        with self.at("2023-10-08 09:00"):
            self.press(self.receptionist, fitout, "action_resubmit")
        self.assertEqual(fitout.review_id.round, 2)
        self.assertEqual(fitout.review_due_on.isoformat(), "2023-10-11")
        with self.at("2023-10-09 11:00"):
            self.press(self.engineer, fitout.review_id, "action_all_pass")
            self.press(self.engineer, fitout.review_id, "action_conclude")
        self.assertEqual(fitout.state, "approved")

    @on("2023-10-10 09:00")
    def permit_waits_for_everything(self):
        """Each gate before the works, one after the other (TEN-093, TEN-094, TEN-101, TEN-078)."""
        fitout = self.fitout
        left = [
            "licence",
            "consent",
            "fire_agreement",
            "fire_approval",
            "approval",
            "routing",
            "payment",
            "passes",
        ]

        def passed(key):
            left.remove(key)
            self.assert_done(fitout, key)
            self.assert_no_permit(*left)

        self.assert_no_permit(*left)
        self.fill(self.receptionist, fitout, has_licence_copy=True)
        passed("licence")
        self.fill(self.receptionist, fitout, consent_on="2023-10-08", consent_by="苏白")
        passed("consent")
        self.hand_out(self.receptionist, fitout, "fire_agreement")
        passed("fire_agreement")
        self.fill(
            self.receptionist,
            fitout,
            fire_approval_kind="filing",
            fire_approval_no="消备2023-117",
            fire_approval_on="2023-10-09",
        )
        passed("fire_approval")
        self.assert_no_button(
            self.receptionist, self.opinion("approval", "engineering"), "action_agree"
        )
        with self.assert_refused(error=AccessError):
            self.opinion("approval", "engineering").with_user(self.receptionist).action_agree()
        self.agree(self.receptionist, "approval", "service")
        self.agree(self.engineer, "approval", "engineering")
        self.assert_no_permit(*left)
        self.agree(self.security, "approval", "security")
        passed("approval")
        # The routing slip goes from hand to hand.
        with self.assert_refused(fitout.display_name):
            self.agree(self.engineer, "routing", "engineering")
        self.agree(self.receptionist, "routing", "service")
        self.agree(self.engineer, "routing", "engineering")
        self.agree(self.security, "routing", "security")
        self.agree(self.cashier, "routing", "finance")
        passed("routing")
        self.assert_no_button(self.receptionist, fitout, "action_note_payment")
        with self.assert_refused(error=AccessError):
            fitout.with_user(self.receptionist).action_note_payment()
        self.press(self.cashier, fitout, "action_note_payment")
        passed("payment")
        worker = self.register_worker("赵四", "电工")
        self.assert_no_permit("passes")
        self.press(self.security, worker, "action_issue")
        self.assert_done(fitout, "passes")
        self.assertEqual(self.look_at_pass(), "cancelled")

    def register_worker(self, name, trade):
        with self.open(self.receptionist, self.fitout) as form, form.worker_ids.new() as worker:
            worker.name, worker.trade = name, trade
        return self.fitout.worker_ids

    @on("2023-10-16 08:30")
    def works_begin(self):
        """The permit is out; the readings that waited are taken (TEN-094, TEN-056)."""
        fitout, tenancy = self.fitout, self.tenancies["墨白设计"]
        self.press(self.receptionist, fitout, "action_start")
        self.assertTrue(fitout.permit_no)
        pages = self.read_print(self.receptionist, fitout, "F-TEN-59")
        self.assertIn(fitout.permit_no, "".join(pages))
        self.assertEqual(self.unit("O-06-01").state, "fitout")
        self.assertEqual(self.look_at_pass(), "valid")
        action = self.press(self.engineer, tenancy, "action_view_readings")
        action["context"]["default_kind"] = "fit_out"
        reading = self.read_meters(
            self.engineer, action, {self.meter("O-06-01"): 50.0}, signed_by="叶知秋"
        )
        self.assertEqual((reading.tenancy_id, reading.is_start), (tenancy, True))
        self.assert_not_in(tenancy, "fitout")

    @on("2023-10-20 17:00")
    def weekend_works_are_registered(self):
        """A Saturday without registration is no day for works, a Sunday with it is (TEN-100)."""
        with self.open(self.receptionist, self.fitout) as form, form.holiday_ids.new() as day:
            day.date_from = "2023-10-22"
            day.content = "吊顶"
        for moment, status in (
            ("2023-10-21 10:00", "cancelled"),
            ("2023-10-22 10:00", "valid"),
            ("2023-10-23 10:00", "valid"),
        ):
            with self.at(moment):
                self.assertEqual(self.look_at_pass(), status, moment)

    @on("2023-11-15 10:00")
    def works_are_supervised(self):
        """Rounds of three departments; what breaks the rules stops the works (TEN-095)."""
        fitout = self.fitout
        gates = [
            "round_engineering",
            "concealed",
            "round_service",
            "round_security",
            "tests",
            "fire_acceptance",
            "as_built",
            "completion",
        ]
        self.assert_no_acceptance(*gates)
        self.inspect(self.engineer, self.press(self.engineer, fitout, "action_round"))
        self.assert_no_acceptance(*gates[1:])
        self.inspect(self.engineer, self.press(self.engineer, fitout, "action_concealed"))
        self.assert_no_acceptance(*gates[2:])
        self.inspect(self.receptionist, self.press(self.receptionist, fitout, "action_round"))
        self.assert_no_acceptance(*gates[3:])
        sheet = self.inspect(
            self.security,
            self.press(self.security, fitout, "action_round"),
            faults=[("灭火器压力不足", 0)],
        )
        self.assert_no_acceptance(*gates[3:])
        self.fill(self.security, sheet.line_ids[0], rectified_on="2023-11-15")
        self.assert_no_acceptance(*gates[4:])
        violation = self.fill(
            self.security,
            {
                "type": "ir.actions.act_window",
                "res_model": "pm.fitout.violation",
                "views": [[False, "form"]],
                "context": {"default_fitout_id": fitout.id},
            },
            name="动火未报",
            is_stop_work=True,
            rectify_by="2023-11-17",
        )
        self.assertEqual(self.look_at_pass(), "cancelled")
        with self.assertRaises(UserError):
            self.press(self.receptionist, fitout, "action_complete")
        with self.at("2023-11-17 09:00"):
            self.press(self.security, violation, "action_rectify")
            self.assertEqual(self.look_at_pass(), "valid")

    @on("2023-12-22 10:00")
    def works_are_tested(self):
        """The contractor's tests and the fire acceptance come first (TEN-096, TEN-097)."""
        fitout, tenancy = self.fitout, self.tenancies["墨白设计"]
        self.assert_no_acceptance("tests", "fire_acceptance", "as_built", "completion")
        self.fill(
            self.receptionist,
            fitout,
            fire_test_on="2023-12-18",
            electrical_test_on="2023-12-19",
            common_area_on="2023-12-20",
        )
        self.assert_no_acceptance("fire_acceptance", "as_built", "completion")
        for drawing in fitout.drawing_ids.filtered(lambda one: one.stage == "as_built"):
            self.press(self.receptionist, drawing, "action_receive")
        self.hand_out(self.receptionist, fitout, "completion")
        # Everything but the fire authority's word: no acceptance, and nobody moves in.
        self.assert_no_acceptance("fire_acceptance")
        self.assert_not_in(tenancy, "fitout")
        self.fill(
            self.receptionist,
            fitout,
            fire_acceptance_no="消验2023-88",
            fire_acceptance_on="2023-12-22",
        )
        self.press(self.receptionist, fitout, "action_complete")
        self.assertEqual(fitout.state, "acceptance")
        self.assert_not_in(tenancy, "fitout")

    @on("2023-12-29 10:00")
    def works_are_accepted(self):
        """Four parties sign, the meter is read; the deposit stays (TEN-097, TEN-098, TEN-099)."""
        fitout, tenancy = self.fitout, self.tenancies["墨白设计"]

        def refused(*keys):
            self.assert_held_up(
                fitout, lambda: self.press(self.receptionist, fitout, "action_accept"), *keys
            )

        refused("acceptance", "readings")
        self.read_meters(
            self.engineer,
            self.work(self.engineer, fitout, "readings"),
            {self.meter("O-06-01"): 480.0},
            signed_by="叶知秋",
        )
        refused("acceptance")
        self.agree(self.receptionist, "acceptance", "service")
        self.agree(self.engineer, "acceptance", "engineering")
        self.agree(self.security, "acceptance", "security")
        refused("acceptance")
        self.let_customer_agree("acceptance")
        self.assert_not_in(tenancy, "fitout")
        self.press(self.receptionist, fitout, "action_accept")
        self.assertEqual(fitout.hold_until.isoformat(), "2024-03-29")
        self.assertEqual(fitout.worker_ids.state, "withdrawn")
        self.assertEqual(self.unit("O-06-01").state, "reserved")
        self.assert_done(tenancy, "fitout")

    def let_customer_agree(self, stage):
        """Customer Service notes the customer's signature: the name first, then his word."""
        opinion = self.opinion(stage, "customer")
        self.assert_no_button(self.receptionist, opinion, "action_agree")
        place = list(self.fitout.opinion_ids).index(opinion)
        with (
            self.open(self.receptionist, self.fitout) as form,
            form.opinion_ids.edit(place) as line,
        ):
            line.signed_by = "叶知秋"
        self.agree(self.receptionist, stage, "customer")

    @on("2024-03-28 10:00")
    def deposit_is_not_released_yet(self):
        fitout = self.fitout
        self._run_cron("pm_tenancy.ir_cron_follow_fitouts")
        self.assertFalse(fitout.activity_ids)
        with self.assert_refused("2024-03-29"):
            self.press(self.receptionist, fitout, "action_ask_release")
        self.assert_no_button(self.receptionist, fitout, "action_close")

    @on("2024-04-01 09:00")
    def deposit_is_released(self):
        """Customer, departments and leader release it; the file is closed (TEN-099)."""
        fitout = self.fitout
        for _run in range(2):
            self._run_cron("pm_tenancy.ir_cron_follow_fitouts")
            self.assertEqual(fitout.activity_ids.user_id, self.area)
            self.assertEqual(len(fitout.activity_ids), 1)
        with self.assert_refused(fitout.display_name):
            self.press(self.receptionist, fitout, "action_ask_release")
        self.let_customer_agree("release")
        self.agree(self.receptionist, "release", "service")
        self.agree(self.engineer, "release", "engineering")
        self.agree(self.security, "release", "security")
        self.press(self.receptionist, fitout, "action_ask_release")
        self.assert_no_button(self.receptionist, fitout, "action_close")
        approval = fitout.approval_ids
        self.assert_no_button(self.supervisor, approval, "action_approve")
        self.press(self.leader, approval, "action_approve")
        self.press(self.receptionist, fitout, "action_close")
        self.assertEqual(fitout.state, "closed")
        with self.assert_refused(fitout.display_name):
            fitout.with_user(self.director).write({"note": "补记"})
