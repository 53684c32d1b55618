"""A user with a valid login who speaks RPC: each test is a way in that is closed."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .move_in_common import MoveInCommon
from .move_out_common import MoveOutCommon

CARD = "11010519491231002X"
CARD_MASK = "110***********002X"
MOBILE = "19055556666"
MOBILE_MASK = "190****6666"


class BreakIn:
    def _rpc(self, user, model, method, *args, **kwargs):
        """Call a method as a client does, and let the database have its say."""
        self.env.invalidate_all()
        result = call_kw(self.env[model].with_user(user), method, list(args), kwargs)
        self.env.flush_all()
        return result

    def _assert_denied(self, user, model, method, *args, **kwargs):
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._rpc(user, model, method, *args, **kwargs)


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestBreakIntoPersonalNumbers(BreakIn, MoveInCommon):
    """DESIGN §7: nobody learns a masked number but by the eye, which is logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant.write({"is_company": False, "pm_identity_no": CARD, "pm_mobile": MOBILE})
        cls.owner.write({"phone": False, "pm_mobile": MOBILE})
        cls._create_ownership()
        cls.person = cls.env["pm.tenancy.staff"].create(
            {"tenancy_id": cls.tenancy.id, "name": "Wei Hua", "pm_identity_no": CARD}
        )

    def _read(self, user, record, name):
        return self._rpc(user, record._name, "read", record.ids, [name])[0][name]

    def test_number_is_not_bared_by_calling_it_a_licence(self):
        """Licences are public; an identity card does not become one."""
        for record in (self.tenant, self.person):
            with self.subTest(model=record._name), self.assertRaises(UserError):
                self._rpc(
                    self.receptionist,
                    record._name,
                    "write",
                    record.ids,
                    {"pm_identity_kind": "licence"},
                )
            self.assertEqual(self._read(self.receptionist, record, "pm_identity_no"), CARD_MASK)
        new = {"pm_identity_kind": "licence", "pm_identity_no": "91110000600037341L"}
        self._rpc(self.receptionist, "res.partner", "write", self.tenant.ids, new)
        self.assertEqual(
            self._read(self.receptionist, self.tenant, "pm_identity_no"), "91110000600037341L"
        )

    def test_form_that_is_being_filled_in_bares_nothing(self):
        """An onchange answers what a form would show: by the record as it is kept."""
        keeper = new_test_user(self.env, "keeps_contacts", "base.group_partner_manager")
        for user, values, name, mask in (
            (self.receptionist, {"pm_identity_kind": "licence"}, "pm_identity_no", CARD_MASK),
            (keeper, {"is_company": True}, "pm_mobile", MOBILE_MASK),
        ):
            with self.subTest(values=values):
                shown = self._rpc(
                    user,
                    "res.partner",
                    "onchange",
                    self.tenant.ids,
                    values,
                    list(values),
                    {**{key: {} for key in values}, name: {}},
                )
                self.assertIn(shown["value"].get(name, mask), (mask, False))

    def test_stored_number_is_out_of_reach_of_every_question(self):
        for model in ("res.partner", "pm.tenancy.staff"):
            for method, args in (
                ("search", [[("pm_identity_no_full", "=like", "110%")]]),
                ("search_count", [[("pm_mobile_full", "!=", False)]]),
                ("search", [[], 0, None, "pm_identity_no_full"]),
                ("search_read", [[], ["pm_identity_no_full"]]),
                ("formatted_read_group", [[], ["pm_identity_no_full"], ["__count"]]),
                ("formatted_read_group", [[], [], ["pm_identity_no_full:max"]]),
            ):
                with self.subTest(model=model, method=method, args=args):
                    self._assert_denied(self.chief, model, method, *args)
        for domain in (
            [("partner_id.pm_identity_no_full", "=like", "110%")],
            [("partner_id", "any", [("pm_identity_no_full", "=like", "110%")])],
            [("staff_ids.pm_identity_no_full", "=like", "110%")],
        ):
            with self.subTest(domain=domain):
                self._assert_denied(self.chief, "pm.tenancy", "search", domain)
        for model, domain in (
            ("pm.tenancy", [("partner_id", "any!", [("pm_identity_no_full", "=like", "110%")])]),
            ("res.partner", [("pm_identity_no", "=like", "110%")]),
            ("res.partner", [("pm_identity_no", "=", CARD)]),
        ):
            with self.subTest(domain=domain), self.assertRaises(ValueError):
                self._rpc(self.chief, model, "search", domain)

    def test_export_and_history_show_the_mask(self):
        self.chief.group_ids += self.env.ref("base.group_allow_export")
        rows = self._rpc(
            self.chief, "res.partner", "export_data", self.tenant.ids, ["name", "pm_identity_no"]
        )
        self.assertEqual(rows["datas"], [[self.tenant.name, CARD_MASK]])
        self.tenant.pm_identity_no = "110105194912310038"
        history = self.env["mail.message"].search([("model", "=", "res.partner")])
        words = str(history.mapped("body")) + str(history.tracking_value_ids.read())
        self.assertNotIn("1949", words)

    def test_guard_finds_a_mobile_only_by_the_whole_number(self):
        for operator, value, found in (
            ("ilike", "1905555", []),
            ("ilike", "%", []),
            ("ilike", "1905555____", []),
            ("in", ["19000000000", MOBILE], []),
            ("ilike", "190 5555 6666", self.tenant.ids),
        ):
            with self.subTest(value=value):
                domain = [("pm_mobile", operator, value), ("id", "=", self.tenant.id)]
                self.assertEqual(self._rpc(self.guard, "res.partner", "search", domain), found)

    def test_number_worked_out_elevated_is_masked_all_the_same(self):
        clearance = self.env["pm.clearance"].browse(
            self.tenancy.with_user(self.area).action_move_out()["res_id"]
        )
        self.assertEqual(self._read(self.guard, clearance, "owner_phone"), MOBILE_MASK)
        self.assertEqual(self._read(self.area, clearance, "owner_phone"), MOBILE)

    def test_paper_printed_by_a_guard_bears_the_mask(self):
        for user, number in ((self.guard, CARD_MASK), (self.receptionist, CARD)):
            logs = self.env["pm.reveal.log"].search_count([])
            blanks = self.tenancy.with_user(user)._pm_get_blanks()
            self.assertEqual(blanks["occupant_id_no"][1](), number)
            shown = self.env["pm.reveal.log"].search_count([]) - logs
            self.assertEqual(shown, int(number == CARD))


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestBreakThroughGates(BreakIn, MoveInCommon):
    """Nobody moves in, gets keys, or is in occupation, past a gate."""

    def test_occupant_without_units_meets_no_gate_and_so_does_not_move_in(self):
        tenancy = self._create_tenancy([])
        with self.assertRaisesRegex(UserError, "Choose the units"):
            self._rpc(self.receptionist, "pm.tenancy", "write", tenancy.ids, {"state": "move_in"})

    def test_unit_is_not_slipped_to_an_occupant_who_is_in(self):
        self.new_building.move_in_template_id = self._template("mall")
        commands = [Command.create({"unit_id": self.new_unit.id})]
        for vals in ({"line_ids": commands}, {"unit_ids": [Command.link(self.new_unit.id)]}):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.cr.savepoint():
                self._rpc(self.receptionist, "pm.tenancy", "write", self.tenancy.ids, vals)
        draft = self._create_tenancy(self.new_unit, date_start="2026-07-01")
        with self.assertRaises(UserError), self.cr.savepoint():
            self._rpc(
                self.receptionist,
                "pm.tenancy.unit",
                "write",
                draft.line_ids.ids,
                {"tenancy_id": self.tenancy.id},
            )

    def test_director_cannot_pretend_an_import(self):
        """TEN-037: an import meets no gate; only its own code can say that it is one."""
        tenancy = self._begin("mall")
        vals = {
            "site_id": self.site.id,
            "kind": "issue",
            "key_id": self.key.id,
            "tenancy_id": tenancy.id,
            "borrower_name": "Han",
        }
        with self.assertRaisesRegex(UserError, "held up by"):
            self._rpc(self.director, "pm.loan", "create", vals, context={"pm_import": True})

    def test_issued_key_is_not_passed_on_to_who_waits_at_the_gate(self):
        gate_key = self._create_key(unit_id=False, building_id=self.building.id, place="Lobby")
        loan = self._issue(gate_key)
        tenancy = self._begin("mall")
        with self.assertRaisesRegex(UserError, "stands in the register"):
            self._rpc(self.receptionist, "pm.loan", "write", loan.ids, {"tenancy_id": tenancy.id})

    def test_paper_of_another_tenancy_opens_no_gate(self):
        tenancy = self._begin("mall")
        step = tenancy.procedure_step_ids.filtered(lambda one: one.check == "paper_returned")[:1]
        self._file_paper(self.tenancy, step.form_id)
        paper = self.tenancy.paper_ids.filtered(lambda one: one.form_id == step.form_id)
        command = {"paper_ids": [Command.link(paper.id)]}
        self._assert_denied(self.receptionist, "pm.tenancy", "write", tenancy.ids, command)
        vals = {
            "form_id": step.form_id.id,
            "site_id": self.site.id,
            "res_model": "pm.tenancy",
            "res_id": tenancy.id,
        }
        self._assert_denied(self.receptionist, "pm.document", "create", vals)
        self.assertEqual(step.state, "open")

    def test_paper_that_is_asked_for_does_not_vanish_from_the_checklist(self):
        """TEN-110: the gate asks for the papers on the list; a supervisor waives one."""
        tenancy, other = self._begin("mall"), self._create_tenancy(self.unit_2)
        papers = tenancy.file_paper_ids.filtered(lambda paper: paper.use == "verify")
        self._assert_denied(self.area, "pm.file.paper", "unlink", papers[:1].ids)
        for vals in ({"tenancy_id": other.id}, {"use": "optional"}, {"is_needed": False}):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.cr.savepoint():
                self._rpc(self.area, "pm.file.paper", "write", papers[:1].ids, vals)

    def test_plan_that_was_changed_is_not_approved_by_the_former_decision(self):
        """TEN-030: a change needs the approval again."""
        supervisor = self._user("supervisor")
        plan = self._create_plan(template_id=self._template("mall").id)
        self._approve_plan(plan)
        plan.with_user(supervisor).action_draft()
        for vals in ({"date_end": "2026-12-31"}, {"state": "asked"}):
            self._rpc(supervisor, "pm.move.in.plan", "write", plan.ids, vals)
        approve = {"state": "approved"}
        self._assert_denied(supervisor, "pm.move.in.plan", "write", plan.ids, approve)

    def test_two_tenancies_of_a_unit_cannot_be_smuggled_past_the_database(self):
        """The constraint reads what the line repeats of its tenancy: nobody writes that."""
        for vals in ({"state": "cancelled"}, {"date_start": "2030-01-01"}, {"site_id": 1}):
            with self.subTest(vals=vals):
                line = self.tenancy.line_ids
                self._assert_denied(self.receptionist, "pm.tenancy.unit", "write", line.ids, vals)

    def test_consumption_is_reckoned_never_entered(self):
        """TEN-056: what is billed follows from the counter."""
        reading = self._read(self.meter, "2026-06-01", 100)
        vals = {"consumption": 1.0}
        self._assert_denied(self.engineer, "pm.meter.reading", "write", reading.ids, vals)
        new = {"meter_id": self.meter.id, "date": "2026-06-02", "value": 120, **vals}
        self._assert_denied(self.engineer, "pm.meter.reading", "create", new)

    def test_payment_of_a_fit_out_is_not_noted_by_a_default(self):
        """TEN-093: only the cashier notes it, whatever the context says."""
        context = {
            "default_deposit_paid_on": "2026-06-01",
            "default_deposit_receipt_no": "R-1",
            "default_permit_no": "KG-1",
        }
        vals = {"tenancy_id": self.tenancy.id}
        fitout = self.env["pm.fitout"].browse(
            self._rpc(self.receptionist, "pm.fitout", "create", vals, context=context)
        )
        self.assertFalse(fitout.deposit_paid_on or fitout.deposit_receipt_no or fitout.permit_no)

    def test_pass_of_a_worker_is_numbered_when_it_is_issued(self):
        fitout = self.env["pm.fitout"].create({"tenancy_id": self.tenancy.id})
        vals = {"fitout_id": fitout.id, "name": "Zhao Si", "pass_no": "W-1"}
        self._assert_denied(self.guard, "pm.fitout.worker", "create", vals)

    def test_lease_is_not_called_signed_without_a_tenancy(self):
        """TEN-144: the commission falls due with the lease."""
        request = self.env["pm.lease.request"].create(
            {"site_id": self.site.id, "partner_id": self.other_tenant.id}
        )
        request.action_search()
        leasing = self._user("leasing")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._rpc(leasing, "pm.lease.request", "write", request.ids, {"state": "signed"})
        for vals in ({"commission_paid_on": "2026-06-01"}, {"tenancy_id": self.tenancy.id}):
            with self.subTest(vals=vals):
                self._assert_denied(leasing, "pm.lease.request", "write", request.ids, vals)


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestBreakOutOfGates(BreakIn, MoveOutCommon):
    """Nobody leaves, and no file is closed, past the board of the move-out."""

    def test_file_is_not_closed_by_writing_its_states(self):
        """TEN-131: the board begins with the move-out, not with its button."""
        tenancies = ("pm.tenancy", "write", self.tenancy.ids)
        self._rpc(self.area, *tenancies, {"state": "move_out"})
        self.assertEqual(self.tenancy.clearance_id.state, "running")
        self.assertTrue(self.tenancy.procedure_ids)
        with self.assertRaisesRegex(UserError, "held up by"):
            self._rpc(self.area, *tenancies, {"state": "closed"})
        self._rpc(self.area, *tenancies, {"state": "active"})
        self.assertEqual(self.tenancy.clearance_ids.state, "cancelled")
        self.assertFalse(self.tenancy.procedure_ids)

    def test_settlement_is_not_made_up(self):
        self._begin()
        self.tenancy.with_user(self.area).action_stay()
        self.tenancy.state = "move_out"
        self.tenancy.clearance_id._end("cancelled")
        vals = {"tenancy_id": self.tenancy.id, "settlement": {"rows": [], "due": 0, "refund": 9}}
        self._assert_denied(self.area, "pm.clearance", "create", vals)

    def test_return_of_a_key_is_noted_by_who_takes_it_back(self):
        """TEN-086"""
        loan = self.tenancy.loan_ids
        vals = {"state": "returned", "received_by_id": self.director.id}
        self._assert_denied(self.area, "pm.loan", "write", loan.ids, vals)
        loan.with_user(self.area).action_return()
        self.assertEqual(loan.received_by_id, self.area)

    def test_seal_and_spot_check_bear_their_own_day(self):
        """TEN-116"""
        for name in ("file_checked_on", "file_sealed_on", "file_opened_on", "phone_confirmed_on"):
            with self.subTest(name=name):
                vals = {name: "2026-01-01"}
                self._assert_denied(self.area, "pm.tenancy", "write", self.tenancy.ids, vals)


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestBreakIntoOtherOffice(BreakIn, MoveInCommon):
    """What belongs to the neighbour office is neither seen, nor pointed to, nor held up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._create_tenancy(
            cls.other_unit, site_id=cls.other_site.id, partner_id=cls.other_tenant.id
        )
        cls.upload = cls.env["ir.attachment"].create(
            {
                "name": "contract.pdf",
                "raw": b"secret",
                "res_model": "pm.tenancy",
                "res_id": cls.foreign.id,
            }
        )

    def test_link_to_a_record_of_another_office_is_refused(self):
        """A link shows the name of what it leads to, and more through related fields."""
        supervisor = self._user("supervisor")
        foreign = {"tenancy_id": self.foreign.id}
        vehicle = self.env["pm.vehicle"].create(
            {"site_id": self.site.id, "plate": "A1", "tenancy_id": self.tenancy.id}
        )
        for user, model, vals in (
            (self.receptionist, "pm.vehicle", {"plate": "B2", **foreign}),
            (self.receptionist, "pm.tenancy.staff", {"name": "Wei", **foreign}),
            (self.receptionist, "pm.key.issue", foreign),
            (self.receptionist, "pm.tenancy.renew", {**foreign, "date_end": "2030-01-01"}),
            (self.receptionist, "pm.removal", {**foreign, "planned_at": "2026-06-20 12:00:00"}),
            (supervisor, "pm.key", {"unit_id": self.other_unit.id, "code": "K", "name": "K"}),
        ):
            with self.subTest(model=model, method="create"):
                self._assert_denied(user, model, "create", vals)
        self._assert_denied(self.receptionist, "pm.vehicle", "write", vehicle.ids, foreign)
        fields_spec = {"tenancy_id": {}, "unit_codes": {}, "partner_id": {}}
        self._assert_denied(
            self.receptionist, "pm.vehicle", "onchange", [], foreign, ["tenancy_id"], fields_spec
        )

    def test_default_of_a_context_leads_to_no_other_office(self):
        context = {"default_tenancy_id": self.foreign.id}
        with self.assertRaises(UserError), self.cr.savepoint():
            self._rpc(self.receptionist, "pm.vehicle", "create", {"plate": "B2"}, context=context)

    def test_goods_lift_of_another_office_is_not_taken(self):
        """TEN-125: the lift is promised once, so nobody may promise the neighbour's."""
        vals = {
            "tenancy_id": self.tenancy.id,
            "direction": "in",
            "planned_at": "2026-06-20 12:00:00",
            "building_id": self.other_building.id,
        }
        self._assert_denied(self.receptionist, "pm.removal", "create", vals)

    def test_who_sees_both_offices_mixes_them_no_more(self):
        both = self._user("supervisor", self.site + self.other_site)
        plan = {
            "tenancy_id": self.tenancy.id,
            "direction": "in",
            "planned_at": "2026-06-20 12:00:00",
            "building_id": self.other_building.id,
        }
        with self.assertRaisesRegex(UserError, "another management office"), self.cr.savepoint():
            self._rpc(both, "pm.removal", "create", plan)

    def test_own_record_is_not_pushed_into_another_office(self):
        person = self.env["pm.tenancy.staff"].create(
            {"tenancy_id": self.tenancy.id, "name": "Wei Hua"}
        )
        for record, vals in (
            (person, {"tenancy_id": self.foreign.id}),
            (self.tenancy, {"site_id": self.other_site.id}),
        ):
            with self.subTest(model=record._name):
                self._assert_denied(self.receptionist, record._name, "write", record.ids, vals)
        self.assertEqual((person.site_id, self.tenancy.site_id), (self.site, self.site))

    def test_attachments_messages_and_work_of_another_office_are_out_of_sight(self):
        self.foreign.message_post(body="Secret remark")
        self.foreign.activity_schedule("mail.mail_activity_data_todo", summary="Secret work")
        of_foreign = [("res_model", "=", "pm.tenancy"), ("res_id", "=", self.foreign.id)]
        stranger = self.receptionist
        self._assert_denied(stranger, "ir.attachment", "read", self.upload.ids, ["raw"])
        self.assertFalse(self._rpc(stranger, "ir.attachment", "search", of_foreign))
        self.assertFalse(self._rpc(stranger, "mail.activity", "search", of_foreign))
        messages = [("model", "=", "pm.tenancy"), ("res_id", "=", self.foreign.id)]
        self.assertFalse(self._rpc(stranger, "mail.message", "search", messages))
        self.assertFalse(self._rpc(stranger, "pm.due", "search", of_foreign))
        self.assertFalse(
            self._rpc(stranger, "pm.unit.event", "search", [("unit_id", "=", self.other_unit.id)])
        )
        self._assert_denied(stranger, "pm.tenancy", "message_post", self.foreign.ids, body="Hi")

    def test_paper_of_another_office_is_not_printed(self):
        reports = self.env["ir.actions.report"].search(
            [("model", "=", "pm.tenancy"), ("pm_engine", "=", "weasyprint")]
        )
        self.assertGreater(len(reports), 10)
        renderer = self.env["ir.actions.report"].with_user(self.receptionist)
        for report in reports:
            with (
                self.subTest(report=report.report_name),
                self.assertRaises(AccessError),
                self.cr.savepoint(),
            ):
                self.env.invalidate_all()
                renderer._render_qweb_pdf_prepare_streams(report, {}, self.foreign.ids)
        self.assertFalse(self.foreign.paper_ids)

    def test_due_list_tells_nobody_of_what_he_may_not_read(self):
        """Earnest money and mandates are the business of those who keep tenancies."""
        request = self.env["pm.lease.request"].create(
            {"site_id": self.site.id, "partner_id": self.other_tenant.id}
        )
        request.action_search()
        request.write({"unit_id": self.unit_2.id, "earnest_paid_on": "2026-06-10"})
        request.action_reserve()
        due = [("res_model", "=", "pm.lease.request"), ("res_id", "=", request.id)]
        self.assertFalse(self._rpc(self.guard, "pm.due", "search", due))
        self.assertTrue(self._rpc(self.receptionist, "pm.due", "search", due))
        board = self._rpc(self.guard, "pm.due", "get_today_board", self.site.id, "all")
        self.assertNotIn(self.other_tenant.name, str(board))
