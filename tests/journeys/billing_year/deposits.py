"""A deposit is taken, and given back less a damage after its occupant has left."""

from decimal import Decimal

from odoo.fields import Command
from odoo.service.model import call_kw

from . import story
from .audit import to_decimal
from .clerks import at
from .pursuit import Pursuit
from .reckoning import Money


class Deposits(Pursuit):
    def _plan_acts(self, until):
        yield from super()._plan_acts(until)
        yield at(story.DEPOSIT_PAID_ON, 11), self.take_deposit
        if until > 1:
            yield at(story.DEPOSIT_BACK_ON, 11), self.give_deposit_back

    def take_deposit(self):
        occupant = self.get_occupant(story.DEPOSITOR, story.DEPOSIT_PAID_ON)
        deposit = self.fill(
            self.cashier,
            "pm.deposit",
            kind_id=self.env.ref("pm_billing.deposit_kind_lease"),
            tenancy_id=self.tenancies[occupant.name],
            amount=float(story.DEPOSIT),
        )
        self.press(self.cashier, deposit, "action_ask")
        day = story.DEPOSIT_PAID_ON
        self.reckoning.deposit(occupant, day, "租赁押金", story.DEPOSIT)
        self.take_payment(occupant, story.Payment(occupant.number, occupant.start, day))
        self.assertEqual(deposit.state, "held")

    def close_file(self, occupant):
        """The rooms of who gets a deposit back are looked at together first."""
        tenancy = self.tenancies[occupant.name]
        if occupant.number == story.DEPOSITOR:
            rows = tenancy.clearance_id.line_ids
            row = self.screen(self.area, rows.filtered(lambda row: row.matter == "inspection"))
            action = call_kw(row, "action_open", [row.ids], {"context": row.env.context})
            inspection = self.env["pm.inspection"].browse(action["res_id"])
            for line in self.screen(self.area, inspection).line_ids:
                if line.kind != "tick":
                    line.value = line.quantity or 3
            for button in ("action_all_in_order", "action_judge"):
                self.press(self.area, inspection, button)
            self.fill(self.area, inspection, signed_by="客户")
            self.press(self.area, inspection, "action_sign")
        super().close_file(occupant)

    def give_deposit_back(self):
        """The director approves; a damage is kept, the rest is paid out by the bank."""
        occupant = self.get_occupant(story.DEPOSITOR, story.DEPOSIT_PAID_ON)
        deposit = self.tenancies[occupant.name].deposit_ids
        left = story.DEPOSIT - story.DAMAGE
        self.screen(self.cashier, deposit).deduction_ids = [
            Command.create({"name": "门锁损坏", "amount": float(story.DAMAGE)})
        ]
        self.press(self.cashier, deposit, "action_ask_approval")
        deposit.approval_ids.with_user(self.director).action_approve()
        self.press(self.cashier, deposit, "action_refund")
        self.assertEqual(to_decimal(deposit.refund_move_id.amount_total), left)
        wizard = self.open(self.cashier, self.press(self.cashier, deposit, "action_pay_out"))
        wizard.journal_id = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        paid = wizard.save()
        call_kw(paid, "action_create_payments", [paid.ids], {"context": paid.env.context})
        self.assertEqual(deposit.state, "refunded")
        book = self.reckoning.books[occupant.name]
        book.refunded += [bill for bill in book.bills if bill.label == "租赁押金"]
        book.credits += left
        book.money.append(Money(story.DEPOSIT_BACK_ON, -left, Decimal(0)))
