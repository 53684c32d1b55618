from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import POSTS, PmCommon
from .toy_plan import ToyPlan


class ApprovalCommon(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyPlan.register(cls)
        cls.kind = cls._create_kind("director")
        cls.asker = cls._user("supervisor")
        cls.director = cls._user("director")
        cls.plan = cls.env["toy.plan"].create({"name": "A", "site_id": cls.site.id})

    @classmethod
    def _create_kind(cls, post, **vals):
        return cls.env["pm.approval.kind"].create(
            {"name": "Work plan", "code": "toy", "group_id": cls.env.ref(POSTS[post]).id, **vals}
        )

    def _ask(self, user=None):
        return self.plan.with_user(user or self.asker).action_ask()


@tagged("post_install", "-at_install")
class TestPmApproval(ApprovalCommon):
    def test_states_are_worded_in_chinese_on_the_models_of_any_addon(self):
        plans = self.env["toy.plan"].with_context(lang="zh_CN")
        states = dict(plans.fields_get(["approval_state"])["approval_state"]["selection"])
        self.assertEqual(states["approved"], "已批准")

    @freeze_time("2026-03-02 01:00:00")
    def test_question_goes_to_those_who_decide_at_the_office(self):
        """The director of the office decides, nobody at the neighbour's (TEN-030)."""
        elsewhere = self._user("director", self.other_site)
        approval = self._ask()
        self.assertRecordValues(
            approval,
            [
                {
                    "name": "Plan A",
                    "state": "asked",
                    "asked_by_id": self.asker.id,
                    "asked_at": fields.Datetime.now(),
                    "site_id": self.site.id,
                    "decided_by_id": False,
                }
            ],
        )
        self.assertEqual(approval.sudo().activity_ids.user_id, self.director)
        for user, expected in (
            (self.director, approval),
            (self.asker, approval.browse()),
            (elsewhere, approval.browse()),
        ):
            to_decide = self.env["pm.approval"].with_user(user)
            self.assertEqual(to_decide.search([("can_decide", "=", True)]), expected)
        self.assertEqual(self.plan.approval_state, "asked")

    @freeze_time("2026-03-02 01:00:00")
    def test_decision_is_noted_told_and_heard(self):
        approval = self._ask()
        approval.with_user(self.director).action_approve()
        self.assertRecordValues(
            approval,
            [
                {
                    "state": "approved",
                    "decided_by_id": self.director.id,
                    "decided_at": fields.Datetime.now(),
                }
            ],
        )
        self.assertFalse(approval.sudo().activity_ids)
        message = approval.sudo().message_ids.filtered("notified_partner_ids")
        self.assertEqual(message.notified_partner_ids, self.asker.partner_id)
        self.assertEqual(self.plan.heard, "approved ")
        self.assertTrue(self.plan._is_approved("toy"))
        self.plan.with_user(self.asker).action_begin()
        self.assertEqual(self.plan.heard, "begun")

    def test_gate_says_what_is_missing(self):
        plan = self.plan.with_user(self.asker)
        with self.assertRaisesRegex(UserError, "Work plan.*Director"):
            plan.action_begin()
        approval = self._ask()
        with self.assertRaisesRegex(UserError, "waits.*Work plan.*Director"):
            plan.action_begin()
        approval.with_user(self.director)._refuse("Too late in the year")
        with self.assertRaisesRegex(UserError, "rejected.*Too late in the year"):
            plan.action_begin()

    def test_who_asks_never_decides(self):
        """Four eyes, even where the asker holds the post."""
        second = self.director.copy({"login": "second_director", "site_ids": self.site.ids})
        approval = self._ask(second).with_user(second)
        self.assertFalse(approval.can_decide)
        for vals in ({"state": "approved"}, {"state": "refused", "reason": "No"}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "somebody else"):
                approval.write(vals)
        self.assertEqual(approval.sudo().activity_ids.user_id, self.director)

    def test_database_refuses_four_closed_eyes(self):
        """Not even SQL makes one pair of eyes, or none, a decision."""
        approval = self._ask()
        for decider in (self.asker.id, None):
            with (
                self.subTest(decider=decider),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(
                    "UPDATE pm_approval SET state = 'approved', decided_by_id = %s WHERE id = %s",
                    (decider, approval.id),
                )

    def test_only_holder_of_the_post_needs_another(self):
        with self.assertRaisesRegex(UserError, "only Director of Quiet Lane Office"):
            self._ask(self.director)

    def test_nobody_holds_the_post(self):
        self.director.site_ids = self.other_site
        with self.assertRaisesRegex(UserError, "Nobody at Quiet Lane Office.*Director"):
            self._ask()

    def test_head_office_is_asked_where_the_office_has_nobody(self):
        self.director.site_ids = self.other_site
        self.director.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        approval = self._ask()
        self.assertEqual(approval.sudo().activity_ids.user_id, self.director)
        approval.with_user(self.director).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_one_office_decides_differently(self):
        """The approver is a setting of the office (CON-12)."""
        own = self._create_kind("leader", site_id=self.site.id)
        kinds = self.env["pm.approval.kind"]
        self.assertEqual(kinds._find("toy", self.site), own)
        self.assertEqual(kinds._find("toy", self.other_site), self.kind)
        leader = self._user("leader")
        self._ask().with_user(leader).action_approve()
        self.assertTrue(self.plan._is_approved("toy"))

    def test_kind_is_unique_for_an_office_and_for_all(self):
        own = {"site_id": self.site.id}
        self._create_kind("leader", **own)
        for vals in ({}, own):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._create_kind("leader", **vals)

    def test_unknown_kind_is_named(self):
        with self.assertRaisesRegex(UserError, "nothing"):
            self.plan._ask_approval("nothing", "Plan")

    def test_question_waits_only_once(self):
        self._ask()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._ask()

    def test_refusal_needs_a_reason(self):
        approval = self._ask().with_user(self.director)
        for reason in (False, "  "):
            with self.assertRaisesRegex(UserError, "why"):
                approval._refuse(reason)
        action = approval.action_refuse()
        wizard = Form(
            self.env[action["res_model"]].with_user(self.director).with_context(action["context"])
        )
        wizard.reason = "Not now"
        wizard.save().action_confirm()
        self.assertRecordValues(approval, [{"state": "refused", "reason": "Not now"}])
        self.assertEqual(self.plan.approval_state, "refused")

    def test_forbidden_moves_are_refused(self):
        moves = {
            "approved": {"state": "approved"},
            "refused": {"state": "refused", "reason": "No"},
            "withdrawn": {"state": "withdrawn"},
            "asked": {"state": "asked"},
        }
        for source, allowed in self.env["pm.approval"]._TRANSITIONS.items():
            for target in set(moves) - allowed - {source}:
                with self.subTest(source=source, target=target):
                    approval = self._ask().with_user(self.director)
                    if source != "asked":
                        approval.write(moves[source])
                    with self.assertRaises(UserError):
                        approval.write(moves[target])
                    if approval.state in ("asked", "approved"):
                        approval.action_withdraw()

    def test_withdrawal_closes_the_gate_and_can_be_asked_again(self):
        approval = self._ask()
        approval.with_user(self.director).action_approve()
        approval.with_user(self.asker).action_withdraw()
        self.assertFalse(self.plan._is_approved("toy"))
        self.assertEqual(approval.decided_by_id, self.director)
        self._ask().with_user(self.director).action_approve()
        self.assertTrue(self.plan._is_approved("toy"))
        self.assertEqual(len(self.plan.approval_ids), 2)

    def test_question_taken_back_leaves_the_last_word(self):
        self._ask().with_user(self.director).action_approve()
        again = self._ask()
        self.assertFalse(self.plan._is_approved("toy"))
        again.with_user(self.asker).action_withdraw()
        self.assertTrue(self.plan._is_approved("toy"))
        self.assertFalse(again.sudo().activity_ids)

    def test_history_stays(self):
        """Nobody deletes or rewrites an approval, nor the record under it."""
        approval = self._ask()
        approval.with_user(self.director).action_approve()
        for records in (approval.sudo(), self.plan):
            with self.subTest(records=records), self.assertRaises(UserError):
                records.unlink()
        for vals in (
            {"name": "Something else"},
            {"asked_by_id": self.director.id},
            {"res_id": 1},
            {"decided_by_id": self.env.uid},
            {"reason": "Other"},
            {"state": "withdrawn", "decided_by_id": self.env.uid},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                approval.sudo().write(vals)
        self.env["toy.plan"].create({"name": "B", "site_id": self.site.id}).unlink()

    def test_record_shows_its_history(self):
        """The list of a record is the engine's, by one line in its form."""
        self.env["ir.ui.view"].create(
            {
                "name": "toy",
                "model": "toy.plan",
                "type": "form",
                "arch": """<form><field name="approval_ids" context="{
                    'list_view_ref': 'pm_base.pm_approval_view_list_embedded'}"/></form>""",
            }
        )
        arch = self.env["toy.plan"].get_view(view_type="form")["arch"]
        self.assertIn("decided_at", arch)
        self.assertNotIn("action_approve", arch)


@tagged("post_install", "-at_install")
class TestPmApprovalSecurity(ApprovalCommon):
    def test_other_posts_do_not_decide(self):
        approval = self._ask()
        for post in ("receptionist", "leader", "cashier"):
            user = self._user(post)
            for vals in ({"state": "approved"}, {"state": "refused", "reason": "No"}):
                with self.subTest(post=post, vals=vals), self.assertRaises(AccessError):
                    approval.with_user(user).write(vals)
            with self.subTest(post=post), self.assertRaises(AccessError):
                approval.with_user(user).action_withdraw()

    def test_rights_of_the_program_do_not_decide(self):
        """Code that writes with all rights still acts for its user."""
        with self.assertRaises(AccessError):
            self._ask().with_user(self._user("leader")).sudo().action_approve()

    def test_other_office_neither_sees_nor_decides(self):
        approval = self._ask()
        director = self._user("director", self.other_site)
        with self.assertRaises(AccessError):
            approval.with_user(director).read(["name"])
        with self.assertRaises(AccessError):
            approval.with_user(director).action_approve()

    def test_nobody_enters_an_approval_by_hand(self):
        vals = {
            "name": "Plan",
            "kind_id": self.kind.id,
            "res_model": "toy.plan",
            "res_id": self.plan.id,
            "site_id": self.site.id,
        }
        for user in (self.asker, self.director):
            with self.assertRaises(AccessError):
                self.env["pm.approval"].with_user(user).create(vals)

    def test_director_sets_the_rule_of_his_office_only(self):
        leader = self.env.ref(POSTS["leader"])
        own = self._create_kind("leader", site_id=self.site.id)
        own.with_user(self.director).group_id = leader
        foreign = self._create_kind("leader", site_id=self.other_site.id)
        for kind in (self.kind, foreign):
            with self.assertRaises(AccessError):
                kind.with_user(self.director).group_id = leader
        self.assertEqual(self.kind.with_user(self.director).name, "Work plan")
        with self.assertRaises(AccessError):
            foreign.with_user(self.director).read(["name"])
        with self.assertRaises(AccessError):
            own.with_user(self.asker).group_id = leader
