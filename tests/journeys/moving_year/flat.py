"""林晓 in her own flat H-08-02, before the Spring Festival; an agent comes for her."""

from odoo.exceptions import AccessError

from .estate import Estate
from .office import on


class Flat(Estate):
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
        papers = tenancy.file_paper_ids
        return len(papers.filtered(lambda paper: paper.use == "verify" and paper.is_needed))

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
        self.assertEqual((fault.spot, fault.name, fault.finding), ("浴室", "地漏", "排水慢"))
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
