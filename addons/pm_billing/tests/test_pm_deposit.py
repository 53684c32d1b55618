from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_deposit import DepositCommon


@tagged("post_install", "-at_install")
class TestPmDeposit(DepositCommon):
    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return -sum(lines.mapped("balance"))

    def test_deposit_paid_is_a_liability_without_tax(self):
        """BIL-013: what is taken as a deposit is no income of the office."""
        account = self.company.pm_deposit_account_id
        before = self._balance(account)
        deposit = self._create_held()
        self.assertRecordValues(
            deposit, [{"state": "held", "amount_held": 3000.0, "partner_id": self.tenant.id}]
        )
        self.assertEqual(str(deposit.received_on), "2026-01-02")
        self.assertEqual(self._balance(account) - before, 3000.0)
        self.assertFalse(deposit.move_id.line_ids.tax_ids)
        self.assertFalse(deposit.move_id.amount_tax)

    def test_deposit_is_to_be_paid_until_it_is_paid_in_full(self):
        deposit = self._create_deposit()
        deposit.action_ask()
        self._pay(deposit.move_id, 1000.0, "2026-01-02")
        self.assertEqual(deposit.state, "asked")
        self._pay(deposit.move_id, 2000.0, "2026-01-03")
        self.assertEqual((deposit.state, str(deposit.received_on)), ("held", "2026-01-03"))

    def test_deposit_unpaid_is_no_arrears(self):
        """A deposit is asked for, not dunned as a fee."""
        self._create_deposit().action_ask()
        self.assertFalse(self.tenancy._get_unpaid_bills())
        self.assertFalse(self.tenancy.amount_unpaid)

    def test_payment_taken_back_leaves_the_deposit_to_be_paid(self):
        deposit = self._create_held()
        deposit.move_id.line_ids.remove_move_reconcile()
        self.assertRecordValues(deposit, [{"state": "asked", "received_on": False}])

    def test_payment_of_a_refunded_deposit_cannot_be_taken_back(self):
        deposit = self._create_held(kind_id=self.umbrella_kind.id)
        with freeze_time("2026-01-05 02:00:00"):
            deposit.action_claim()
            deposit.action_refund()
        with self.assertRaises(UserError):
            deposit.move_id.line_ids.remove_move_reconcile()

    def test_payment_is_asked_for_once(self):
        deposit = self._create_deposit()
        deposit.action_ask()
        with self.assertRaises(UserError):
            deposit.action_ask()

    def test_cancelled_deposit_leaves_no_debt(self):
        deposit = self._create_deposit()
        deposit.action_ask()
        move = deposit.move_id
        deposit.with_user(self.cashier).action_cancel()
        self.assertEqual((deposit.state, move.state), ("cancelled", "cancel"))

    def test_deposit_paid_in_part_cannot_be_cancelled(self):
        deposit = self._create_deposit()
        deposit.action_ask()
        self._pay(deposit.move_id, 1000.0, "2026-01-02")
        with self.assertRaises(UserError):
            deposit.action_cancel()

    def test_entry_of_a_deposit_cannot_be_reset_behind_its_back(self):
        deposit = self._create_deposit()
        deposit.action_ask()
        with self.assertRaises(UserError):
            deposit.move_id.with_user(self.cashier).button_draft()

    def test_entry_of_a_deposit_cannot_be_reversed(self):
        """Neither the unpaid one nor the one that is held, nor the refund: no second payout."""
        asked, held = self._create_deposit(), self._create_held(kind_id=self.umbrella_kind.id)
        asked.action_ask()
        refunded = self._create_held(kind_id=self.umbrella_kind.id)
        with freeze_time("2026-01-05 02:00:00"):
            refunded.action_claim()
            refunded.action_refund()
        for move in asked.move_id | held.move_id | refunded.refund_move_id:
            reversal = (
                self.env["account.move.reversal"]
                .with_user(self.cashier)
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"journal_id": move.journal_id.id})
            )
            deposit = move.pm_deposit_id.name
            for action in ("reverse_moves", "refund_moves"):
                if not hasattr(reversal, action):
                    continue
                with self.subTest(move=move.name), self.assertRaisesRegex(UserError, deposit):
                    getattr(reversal, action)()
        for move in asked.move_id | held.move_id:
            with self.subTest(move=move.name), self.assertRaises(UserError):
                move.with_user(self.cashier).write({"state": "cancel"})

    def test_facts_stay_once_payment_was_asked_for(self):
        deposit = self._create_deposit()
        deposit.action_ask()
        for name, value in (("amount", 1.0), ("partner_id", self.owner.id)):
            with self.subTest(name=name), self.assertRaises(UserError):
                deposit.with_user(self.cashier).write({name: value})

    def test_refund_in_full(self):
        """BIL-060, BIL-012: refunded in full where nothing is deducted."""
        account = self.company.pm_deposit_account_id
        before = self._balance(account)
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-15")
        self._refund(deposit, "2026-09-20")
        self.assertEqual((deposit.state, str(deposit.refunded_on)), ("refunded", "2026-09-20"))
        self.assertEqual(deposit.refund_move_id.amount_total, 3000.0)
        self.assertEqual(self._balance(account), before)

    def test_deductions_are_kept_as_income(self):
        """BIL-063: damage is charged against the deposit."""
        kept = self.company.pm_kept_account_id
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-15")
        deposit.with_user(self.cashier).deduction_ids = [
            Command.create({"name": "Door lock", "amount": 250.5})
        ]
        self._refund(deposit, "2026-09-20")
        self.assertEqual(deposit.refund_move_id.amount_total, 2749.5)
        lines = deposit.refund_move_id.line_ids.filtered(lambda line: line.account_id == kept)
        self.assertEqual(sum(lines.mapped("balance")), -250.5)

    def test_deposit_deducted_in_full_ends_without_payment(self):
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-15")
        deposit.deduction_ids = [Command.create({"name": "Wall", "amount": 3000.0})]
        self._refund(deposit, "2026-09-20")
        self.assertEqual(deposit.state, "refunded")

    def test_more_than_the_deposit_cannot_be_deducted(self):
        deposit = self._create_held()
        deposit.deduction_ids = [Command.create({"name": "Wall", "amount": 2999.0})]
        with self.assertRaises(UserError):
            deposit.deduction_ids = [Command.create({"name": "Door", "amount": 1.01})]

    def test_refund_needs_the_approval_of_somebody_else(self):
        """F-BIL-22: the cashier asks, the director decides."""
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-15")
        own = deposit.with_user(self.cashier)
        with self.assertRaises(UserError):
            own.action_refund()
        own.action_ask_approval()
        with self.assertRaises(UserError):
            own.action_refund()
        with self.assertRaises(AccessError):
            own.approval_ids.action_approve()
        deposit.approval_ids.with_user(self.director).action_approve()
        own.action_refund()
        self.assertEqual(deposit.state, "refund")

    def test_deductions_and_payee_stay_once_approval_was_asked_for(self):
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-15")
        own = deposit.with_user(self.cashier)
        own.action_ask_approval()
        for vals in ({"payee_id": self.owner.id}, {"payee_account": "6200999900001111"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                own.write(vals)
        with self.assertRaises(UserError):
            own.deduction_ids = [Command.create({"name": "Late thought", "amount": 10.0})]
        own.approval_ids.action_withdraw()
        own.write({"payee_id": self.owner.id, "payee_account": "6200999900001111"})
        self.assertEqual(deposit.payee_id, self.owner)
        self._approve(deposit)
        own.action_refund()
        with self.assertRaises(UserError):
            own.payee_account = "6200000000000000"

    def test_refund_is_booked_once(self):
        deposit = self._create_held()
        self._leave("2026-09-15", signed_on="2026-09-15")
        self._approve(deposit)
        deposit.action_refund()
        with self.assertRaises(UserError):
            deposit.action_refund()

    def test_umbrella_is_refunded_on_the_spot(self):
        """BIL-063: no approval for the deposit of an umbrella."""
        deposit = self._create_held(kind_id=self.umbrella_kind.id, amount=20.0)
        with freeze_time("2026-01-05 02:00:00"):
            own = deposit.with_user(self.cashier)
            with self.assertRaises(UserError):
                own.action_refund()
            own.action_claim()
            own.action_refund()
        self.assertEqual(str(deposit.refund_due_on), "2026-01-05")

    def test_only_the_director_keeps_a_deposit_and_says_why(self):
        deposit = self._create_held()
        with self.assertRaises(UserError):
            deposit.with_user(self.director).action_forfeit()
        deposit.forfeit_reason = "Left without a trace"
        with self.assertRaises(AccessError):
            deposit.with_user(self.cashier).action_forfeit()
        deposit.with_user(self.director).action_forfeit()
        self.assertRecordValues(deposit, [{"state": "forfeited", "amount_held": 0.0}])
        kept = deposit.refund_move_id.line_ids.filtered(
            lambda line: line.account_id == self.company.pm_kept_account_id
        )
        self.assertEqual(sum(kept.mapped("balance")), -3000.0)

    def test_every_forbidden_move_is_refused(self):
        deposit = self._create_held()
        self.env.flush_all()  # else the pending state would overwrite the one set below
        states = dict(deposit._fields["state"].selection)
        for state in sorted(states):
            for target in sorted(set(states) - deposit._TRANSITIONS[state]):
                self.env.cr.execute(
                    "UPDATE pm_deposit SET state = %s WHERE id = %s", (state, deposit.id)
                )
                deposit.invalidate_recordset(["state"])
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    deposit.write({"state": target})


@tagged("post_install", "-at_install")
class TestPmDepositSecurity(DepositCommon):
    def test_what_follows_from_payment_cannot_be_entered(self):
        """Not even by the cashier: by RPC, import or otherwise."""
        deposit = self._create_deposit().with_user(self.cashier)
        for vals in (
            {"state": "asked"},
            {"received_on": "2026-01-01"},
            {"refund_due_on": "2026-01-01"},
            {"move_id": 1},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                deposit.write(vals)
        with self.assertRaises(AccessError):
            self.env["pm.deposit"].with_user(self.cashier).create(
                {
                    "kind_id": self.lease_kind.id,
                    "tenancy_id": self.tenancy.id,
                    "amount": 1.0,
                    "state": "held",
                }
            )

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_model")
    def test_other_posts_look_but_do_not_touch(self):
        deposit = self._create_held()
        for post in ("receptionist", "area", "engineer", "security", "leasing", "leader"):
            own = deposit.with_user(self._user(post))
            with self.subTest(post=post):
                self.assertEqual(own.amount_held, 3000.0)
                for action in ("action_ask", "action_claim", "action_refund", "action_cancel"):
                    with self.assertRaises(AccessError):
                        getattr(own, action)()
                with self.assertRaises(AccessError):
                    own.write({"note": "x"})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_other_office_sees_nothing(self):
        deposit = self._create_held()
        deposit.deduction_ids = [Command.create({"name": "Wall", "amount": 1.0})]
        strangers = self.other_site
        for post in ("cashier", "director", "receptionist"):
            own = deposit.with_user(self._user(post, strangers))
            with self.subTest(post=post):
                self.assertFalse(own.search([("id", "=", deposit.id)]))
                for record in (own, deposit.deduction_ids.with_user(own.env.user)):
                    with self.assertRaises(AccessError):
                        record.read(["amount"])
                with self.assertRaises(AccessError):
                    own.action_claim()

    def test_kinds_are_the_head_office_s(self):
        """They hold for every office: no single one changes them."""
        for user in (self.cashier, self.director):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.lease_kind.with_user(user).name = "Mine"
        self.director.group_ids |= self.env.ref("pm_base.group_pm_all_sites")
        self.lease_kind.with_user(self.director).name = "Rental deposit"
