"""墨白设计 in O-06-01 of the office building, let by its owner."""

from odoo.exceptions import AccessError

from .leaving import Leaving
from .office import on

# What holds the keys up, in the order of the procedure.
GATES = (
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


class Studio(Leaving):
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
        self.assert_no_keys(tenancy, *GATES)
        self.assert_not_in(tenancy, *GATES, "keys", "fitout")
        self.tick(self.receptionist, tenancy, "notice")
        self.tick(self.engineer, tenancy, "precheck")
        self.print_step(self.receptionist, tenancy, "told", "card")
        self.tick(self.receptionist, tenancy, "told", "card")

    @on("2023-09-20 09:00")
    def studio_takes_over(self):
        """Each of the gates, one after the other, and then the keys (TEN-054, TEN-056, TEN-011)."""
        tenancy = self.tenancies["墨白设计"]
        left = list(GATES)

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

    @on("2024-09-09 09:00")
    def studio_applies(self):
        """Application; the owner is asked, also whether to let again (TEN-123, TEN-132)."""
        tenancy = self.tenancies["墨白设计"]
        with self.at("2024-09-02 10:00"):
            [bill] = self.bill_month("2024-09-01", tenancy)
        clearance = self.begin_move_out(
            tenancy, notice_on="2024-09-06", notice_reason="搬入自有房产", reinstatement="no"
        )
        self.assertTrue(clearance.consent_required)
        self.print_step(self.receptionist, tenancy, "application")
        self.tick(self.receptionist, tenancy, "application")
        goods = ("consent", "readings", "dues", "leader", "director")
        self.assert_goods_stay(tenancy, *goods)
        self.assert_file_stays_open(tenancy, *goods, "services", "keys", "clearance")
        # April was never paid either.
        self.assertEqual(self.line(tenancy, "dues").amount, 2 * bill.amount_total)
        wish = self.unit("O-06-01").activity_ids
        self.assertEqual(wish.user_id, self.leasing)
        self.assert_open(tenancy, "letting")
        self.press(self.leasing, self.unit("O-06-01"), "action_wants_to_let")
        self.assert_done(tenancy, "letting")

    @on("2024-09-12 09:00")
    def studio_owner_refuses(self):
        """While the owner refuses nothing is released, not even by a skip (TEN-123, TEN-134)."""
        tenancy = self.tenancies["墨白设计"]
        clearance = tenancy.clearance_id
        self.print_form(self.receptionist, tenancy, "F-TEN-64")
        self.press(self.receptionist, clearance, "action_consent_asked")
        self.fill(
            self.receptionist,
            clearance,
            consent="refused",
            consent_on="2024-09-12",
            consent_note="电话：租金未清",
        )
        self.assertIn("苏白", self.step(tenancy, "consent").message)
        self.press(self.receptionist, clearance, "action_refusal_told")
        step = self.step(tenancy, "consent")
        self.assert_no_button(self.receptionist, step, "action_skip")
        skip = self.press(self.leader, step, "action_skip")
        self.fill(self.leader, {**skip, "views": [[False, "form"]]}, reason="客户催促")
        with self.assert_refused("苏白"):
            self.assert_goods_leave(tenancy)
        with self.assert_refused("苏白"):
            self.press(self.leader, tenancy, "action_close")
        self.assertEqual(tenancy.state, "move_out")

    @on("2024-09-20 09:00")
    def studio_settles(self):
        """Consent by letter, meter signed, everything paid, two signatures (TEN-135, TEN-143)."""
        tenancy = self.tenancies["墨白设计"]
        leader, director = self.step(tenancy, "leader"), self.step(tenancy, "director")
        self.fill(
            self.receptionist,
            tenancy.clearance_id,
            consent="given",
            consent_note="2024-09-19 签章同意函",
            consent_on="2024-09-19",
        )
        self.assert_goods_stay(tenancy, "readings", "dues", "leader", "director")
        self.read_meters(
            self.engineer,
            self.work(self.engineer, tenancy, "readings"),
            {self.meter("O-06-01"): 3900.0},
            signed_by="叶知秋",
        )
        with self.assert_refused(self.step(tenancy, "dues").name):
            self.press(self.leader, leader, "action_done")
        self.pay_everything(tenancy)
        self.assert_goods_stay(tenancy, "leader", "director")
        for user in (self.receptionist, self.area, self.cashier):
            with self.assert_refused(leader.name, error=AccessError):
                self.press(user, leader, "action_done")
        with self.assert_refused(leader.name):
            self.press(self.director, director, "action_done")
        self.tick(self.leader, tenancy, "leader")
        self.assert_goods_stay(tenancy, "director")
        with self.assert_refused(director.name, error=AccessError):
            self.press(self.leader, director, "action_done")
        self.tick(self.director, tenancy, "director")
        self.assert_goods_leave(tenancy)

    @on("2024-09-26 10:00")
    def studio_registers_its_removal(self):
        """A working Sunday is no day off, 1 October is; the duty room hears before (TEN-127)."""
        tenancy = self.tenancies["墨白设计"]
        self.assert_no_removal(tenancy, "2024-09-29 10:00", "2024-09-29 18:00")
        self.plan_removal(tenancy, "2024-10-01 10:00")
        self.assertEqual(tenancy.date_moved_out.isoformat(), "2024-10-01")
        self.assert_goods_stay(tenancy, "dues")  # one day of October
        self.pay_everything(tenancy)
        self.assert_due(tenancy, "duty", "2024-09-30")
        self.assert_due(tenancy, "services", "2024-10-01")
        with self.at("2024-09-30 16:00"):
            self.press(self.security, tenancy.clearance_id, "action_duty_told")
        self.assert_done(tenancy, "duty")

    @on("2024-10-01 10:00")
    def studio_leaves(self):
        """The officer is there; power off, keys back, cleared, closed (TEN-127, TEN-135)."""
        tenancy = self.tenancies["墨白设计"]
        clearance = tenancy.clearance_id
        self.press(self.area, clearance, "action_officer_present")
        self.assert_file_stays_open(tenancy, "services", "keys", "clearance")
        self.assert_no_button(self.leasing, self.step(tenancy, "services"), "action_done")
        self.press(self.engineer, clearance, "action_services_cut")
        self.assert_file_stays_open(tenancy, "keys", "clearance")
        self.take_keys_back(self.area, tenancy)
        # The keys are back, but nobody has inspected the unit together.
        self.assert_file_stays_open(tenancy, "clearance")
        self.inspect(
            self.engineer,
            self.work(self.engineer, tenancy, "inspection"),
            counts=3900,
            signed_by="叶知秋",
        )
        self.press(
            self.security,
            tenancy.removal_ids.filtered(lambda one: one.direction == "out"),
            "action_done",
        )
        self.close(tenancy)
        with self.at("2024-10-08 10:00"):
            self.seal(tenancy)

    @on("2024-10-21 10:00")
    def studio_unit_tells_its_year(self):
        """The timeline has it all in order; the dossier prints it (TEN-113)."""
        unit = self.unit("O-06-01")
        action = self.press(self.receptionist, unit, "action_view_events")
        events = self.screen(self.receptionist, self.env["pm.unit.event"]).search(
            action["domain"], order="date, id"
        )
        days = events.mapped("date")
        self.assertEqual(days, sorted(days))
        told = [(event.date.isoformat(), event.kind) for event in events]
        story = [
            ("2023-09-20", "tenancy"),
            ("2023-09-20", "key"),
            ("2023-10-16", "reading"),
            ("2023-10-16", "fitout"),
            ("2023-12-22", "fitout"),
            ("2023-12-29", "reading"),
            ("2023-12-29", "fitout"),
            ("2024-01-02", "tenancy"),
            ("2024-09-20", "step"),
            ("2024-10-01", "key"),
            ("2024-10-01", "inspection"),
            ("2024-10-01", "tenancy"),
        ]
        places = [told.index(event) for event in story]
        self.assertEqual(len(set(places)), len(story))
        self.assertEqual(
            [told[place][0] for place in sorted(places)], [event[0] for event in story]
        )
        pages = "".join(self.read_print(self.receptionist, unit, "pm_tenancy.report_unit_dossier"))
        for words in ("墨白设计", "2023", "2024"):
            self.assertIn(words, pages)
