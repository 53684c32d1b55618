from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestDunningAction(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active(user_id=cls._user("area").id)
        cls.bill = cls._bill().bill_ids
        cls.site._run_dunning(date(2026, 3, 23))
        actions = cls.env["pm.dunning.action"].search([("tenancy_id", "=", cls.tenancy.id)])
        cls.call = actions.filtered(lambda action: action.action == "call")
        cls.letter = actions.filtered(lambda action: action.action == "letter")

    @freeze_time("2026-03-23 02:00:00")
    def test_result_of_a_call(self):
        """BIL-041: who was reached, who promised, who did not answer."""
        call = self.call.with_user(self._user("area"))
        call.action_no_answer()
        self.assertEqual((call.result, call.state), ("no_answer", "draft"))
        opened = call.action_promise()
        Promise = self.env["pm.promise"].with_user(call.env.user)
        promise = Form(Promise.with_context(opened["context"]))
        promise.date = "2026-03-25"
        promise.save()
        call.note = "after the holiday"
        self.assertEqual((call.result, call.state), ("promise", "done"))
        self.assertEqual(call.called_by_id, self._user("area"))
        self.assertEqual(call.with_context(lang="zh_CN")._word_result(), "承诺缴费 3月25日")

    def test_letter_is_no_call_and_a_call_no_letter(self):
        with self.assertRaises(UserError):
            self.letter.action_reached()
        with self.assertRaises(UserError):
            self.call.action_approve()

    def test_only_the_leader_approves(self):
        """BIL-042: the leader in charge reviews the letter."""
        for post in ("receptionist", "area", "supervisor", "cashier"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                self.letter.with_user(self._user(post)).action_approve()
            with self.subTest(post=post, by="rpc"), self.assertRaises(AccessError):
                self.letter.with_user(self._user(post)).write({"state": "approved"})
        leader = self._user("leader")
        self.letter.with_user(leader).action_approve()
        self.assertEqual((self.letter.state, self.letter.approved_by_id), ("approved", leader))

    def test_letter_is_printed_only_when_approved(self):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        name = self.letter_step.report_id.report_name
        with self.assertRaisesRegex(UserError, "approved first"):
            self.letter.action_print()
        with self.assertRaisesRegex(UserError, "waits for the approval"):
            report._render_qweb_pdf(name, self.letter.ids)
        self.assertFalse(self.letter.paper_ids)
        self.letter.action_approve()
        self._print(self.letter.action_print())
        self.assertEqual(self.letter.state, "issued")
        self.assertEqual(self.letter.paper_id.print_count, 1)

    def test_letter_that_needs_no_review_is_printed_at_once(self):
        self.letter_step.needs_review = False
        self._print(self.letter.action_print())
        self.assertEqual(self.letter.state, "issued")

    def test_paid_letter_is_not_printed(self):
        self.letter.action_approve()
        self._pay(self.bill)
        self.assertEqual(self.letter.state, "settled")
        with self.assertRaises(UserError):
            self.letter.action_print()
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        with self.assertRaisesRegex(UserError, "no longer to be printed"):
            report._render_qweb_pdf(self.letter_step.report_id.report_name, self.letter.ids)

    def test_cancelled_bill_is_not_demanded(self):
        """BIL-042: Odoo keeps a cancelled bill as not paid, with all that was open."""
        self.letter.action_approve()
        self.bill.button_draft()
        self.assertEqual(self.letter._is_printable(), True)
        self.letter._refresh()
        self.assertEqual(self.letter.state, "settled")
        self.call.action_reached()
        with self.assertRaises(UserError):
            self.call.action_print()

    def test_letter_printed_late_still_leaves_time_to_pay(self):
        """BIL-042: three days at least, and not a whole month because the 26th is just past."""
        self.assertEqual(self.letter.date_pay_by, date(2026, 3, 26))
        for day, expected in (
            ("2026-03-23", date(2026, 3, 26)),
            ("2026-03-26", date(2026, 3, 29)),
            ("2026-03-27", date(2026, 3, 30)),
            ("2026-04-02", date(2026, 4, 5)),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 01:00:00"):
                self.letter.action_approve()
                self.assertEqual(self.letter.date_pay_by, expected)
                self.letter.action_draft()

    def test_letter_never_printed_is_replaced_by_the_next(self):
        """One letter waits for each debtor, not one for each month he owes."""
        self.site._run_dunning(date(2026, 4, 23))
        self.assertEqual((self.letter.state, self.call.state), ("replaced", "replaced"))
        waiting = self.env["pm.dunning.action"].search(
            [("tenancy_id", "=", self.tenancy.id), ("state", "=", "draft")]
        )
        self.assertEqual(sorted(waiting.mapped("action")), ["call", "letter", "reminder"])

    def test_delivery_and_receipt_are_noted_on_the_paper(self):
        """BIL-042: signed for, or refused and sent by express mail with its number."""
        self.letter.action_approve()
        self._print(self.letter.action_print())
        paper = self.letter.paper_id
        self.assertRecordValues(
            paper,
            [
                {
                    "form_id": self.env.ref("pm_base.form_f_bil_11").id,
                    "partner_id": self.tenant.id,
                    "date": date(2026, 3, 23),
                    "site_id": self.site.id,
                }
            ],
        )
        paper.write({"delivery_method": "courier", "outcome": "refused"})
        with self.assertRaisesRegex(UserError, "courier number"):
            paper.action_deliver()
        paper.delivery_ref = "EX-1"
        paper.action_deliver()
        self.assertEqual(self.letter.paper_state, "delivered")
        found = self.env["pm.dunning.action"].search([("paper_ids.state", "=", "delivered")])
        self.assertIn(self.letter, found)

    def test_approval_can_be_taken_back_until_printing(self):
        self.letter.action_approve()
        self.letter.action_draft()
        self.assertEqual(self.letter.state, "draft")
        self.assertFalse(self.letter.approved_by_id)

    def test_what_was_asked_for_is_frozen(self):
        area = self._user("area")
        for vals in ({"case_id": False}, {"line_ids": [(5, 0, 0)]}, {"round_id": False}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "evidence"):
                self.call.with_user(area).write(vals)
        with self.assertRaises(AccessError):
            self.call.line_ids.with_user(area).write({"amount": 1.0})

    def test_forbidden_moves(self):
        Action = self.env["pm.dunning.action"]
        for action in self.call + self.letter:
            for state, targets in Action._TRANSITIONS.items():
                for target in set(Action._TRANSITIONS) - targets:
                    self.env.cr.execute(
                        "UPDATE pm_dunning_action SET state = %s WHERE id = %s", (state, action.id)
                    )
                    action.invalidate_recordset()
                    with self.subTest(state=state, target=target), self.assertRaises(UserError):
                        action.state = target

    def test_forbidden_moves_of_a_case(self):
        Case = self.env["pm.dunning.case"]
        case = self.call.case_id
        for state, targets in Case._TRANSITIONS.items():
            for target in set(Case._TRANSITIONS) - targets:
                self.env.cr.execute(
                    "UPDATE pm_dunning_case SET state = %s WHERE id = %s", (state, case.id)
                )
                case.invalidate_recordset()
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    case.state = target

    def test_text_with_an_unknown_blank_is_refused(self):
        self.letter_step.text = "Dear {occupant}, pay {amount}."
        with self.assertRaisesRegex(ValidationError, "amonut"):
            self.letter_step.text = "Dear {occupant}, pay {amonut}."

    def test_papers_of_two_steps_are_not_mixed(self):
        self.letter.action_approve()
        with self.assertRaisesRegex(UserError, "one step"):
            self.call.case_id.action_ids.action_print()
