"""Who does not pay is called, written to, visited; services stop and come back."""

from datetime import date, timedelta

from odoo.fields import Command

from . import story
from .clerks import Clerks, at
from .estate import MONTHS, YEAR

# The call of this month is answered with a promise: {number: (month, promised for)}.
PROMISES = {
    story.PROMPT: (5, date(YEAR, 5, 22)),
    story.BREAKER: (6, date(YEAR, 6, 25)),
}
_STOPPED_ON = date(YEAR, 4, 30)
_SIGNED_ON, _FIRST_PART, _PAID_ON = date(YEAR, 5, 6), date(YEAR, 5, 12), date(YEAR, 5, 20)


class Pursuit(Clerks):
    def _plan_acts(self, until):
        yield from super()._plan_acts(until)
        for month in MONTHS[:until]:
            yield at(month.replace(day=18), 9), self.make_calls, month
            for day in (6, 23, 26):
                yield at(month.replace(day=day), 9), self.send_letters
            yield at(month.replace(day=27), 9), self.pay_visits
        if until > 4:
            yield at(date(YEAR, 4, 28), 9), self.ask_suspension
            yield at(_STOPPED_ON, 16), self.stop_services
            yield at(_SIGNED_ON, 11), self.sign_undertaking
            yield at(_PAID_ON, 16), self.restore_services

    def make_calls(self, month):
        """Each debtor is called once about what he owes by the reckoning, nobody else."""
        today = self.site._today()
        calls = self._get_drafts("call")
        asked = {call.partner_id.name: call.amount for call in calls}
        owed = {}
        for name, book in self.reckoning.books.items():
            overdue = [
                bill.open for bill in book.open_bills if bill.due < today and not bill.is_deposit
            ]
            if overdue:
                owed[name] = float(sum(overdue))
        self.assertEqual(asked, owed)
        for call in calls:
            number = self._get_number(call)
            month_promised, day = PROMISES.get(number, (None, None))
            if month_promised == month.month:
                action = self.press(self.area, call, "action_promise")
                self.fill(self.area, action, date=day)
            else:
                button = "action_refused" if number == story.STOPPED else "action_reached"
                self.press(self.area, call, button)

    def send_letters(self):
        """The leader approves the letters of the day, the centre prints and delivers them."""
        letters = self._get_drafts("letter", "owner_letter")
        promised = {
            number
            for number, (month, day) in PROMISES.items()
            if month == self.site._today().month and self.site._today() <= day
        }
        self.assertFalse(promised & {self._get_number(letter) for letter in letters})
        for letter in letters:
            self.press(self.leader, letter, "action_approve")
            with self.unread():
                action = self.press(self.receptionist, letter, "action_print")
                self.download(self.receptionist, action)
            self.assertEqual(letter.state, "issued")
            letter.paper_ids.with_user(self.receptionist).action_deliver()

    def pay_visits(self):
        for visit in self._get_drafts("visit"):
            absent = self._get_number(visit) == story.ABSENT
            button = "action_nobody" if absent else "action_refused"
            self.press(self.area, visit, button)

    def ask_suspension(self):
        """Proposed after the visit; the director approves, and the notice is proved."""
        suspension = self._get_suspension()
        self.assertEqual((suspension.state, suspension.visited_on), ("draft", date(YEAR, 4, 27)))
        self.press(self.area, suspension, "action_ask")
        suspension.approval_ids.with_user(self.director).action_approve()
        self.assertEqual(suspension.state, "approved")
        self.screen(self.area, suspension).write(
            {
                "notice_on": self.site._today(),
                "notice_way": "courier",
                "notice_proof": "SF 20260428",
            }
        )

    def stop_services(self):
        suspension = self._get_suspension()
        self.press(self.area, suspension, "action_stop")
        self.press(self.security, suspension, "action_note_security")
        self.assertEqual(suspension.state, "stopped")

    def sign_undertaking(self):
        """He signs for two payments, and the leader restores the services for now."""
        suspension = self._get_suspension()
        occupant = self.get_occupant(story.STOPPED, _SIGNED_ON)
        book = self.reckoning.books[occupant.name]
        owed = sum(bill.open for bill in book.open_bills)
        undertaking = self.env["pm.undertaking"].browse(
            self.press(self.area, suspension, "action_new_undertaking")["res_id"]
        )
        self.assertEqual(undertaking.line_ids.mapped("amount"), [float(owed)])
        self.screen(self.area, undertaking).write(
            {
                "signed_by": "何经理",
                "line_ids": [
                    Command.clear(),
                    Command.create({"date": _FIRST_PART, "amount": 1500.0}),
                    Command.create({"date": _PAID_ON, "amount": float(owed - 1500)}),
                ],
            }
        )
        self.press(self.area, undertaking, "action_sign")
        self.press(self.leader, suspension, "action_ease")
        self.assertEqual(suspension.state, "eased")

    def restore_services(self):
        """All is paid: the services come back for good."""
        suspension = self._get_suspension()
        self.press(self.area, suspension, "action_end")
        self.press(self.security, suspension, "action_note_security")
        self.assertEqual(suspension.state, "ended")
        self.assertEqual(suspension.undertaking_ids.mapped("state"), ["kept"])

    def check_pursuit(self):
        """One promise was kept, one broken; the lawyer is called in for who is not there."""
        promises = self.env["pm.promise"].search([("site_id", "=", self.site.id)], order="date")
        self.assertEqual(
            [(self._get_number(promise), promise.state) for promise in promises],
            [(story.PROMPT, "kept"), (story.BREAKER, "broken")],
        )
        lawyer = self._get_drafts("lawyer")
        self.assertEqual([self._get_number(action) for action in lawyer], [story.ABSENT])
        self.press(self.leader, lawyer, "action_done")
        day = self.site._today()
        debtors = {
            name
            for name, book in self.reckoning.books.items()
            if any(bill.due < day and not bill.is_deposit for bill in book.open_bills)
        }
        cases = self.env["pm.dunning.case"].search(
            [("site_id", "=", self.site.id), ("state", "=", "open")]
        )
        self.assertEqual({case.partner_id.name for case in cases}, debtors)

    def _get_suspension(self):
        tenancy = self.get_tenancy(story.STOPPED, _STOPPED_ON - timedelta(days=1))
        return self.env["pm.suspension"].search([("tenancy_id", "=", tenancy.id)])

    def _get_drafts(self, *actions):
        return self.env["pm.dunning.action"].search(
            [
                ("site_id", "=", self.site.id),
                ("action", "in", actions),
                ("state", "=", "draft"),
            ]
        )

    def _get_number(self, record):
        [number] = {
            name: occupant.number
            for name, occupant in self.occupants.items()
            if name == record.tenancy_id.partner_id.name
        }.values()
        return number
