from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_suspension import SuspensionCommon


@tagged("post_install", "-at_install")
class TestSuspensionEvidence(SuspensionCommon):
    """BIL-043: letter, its delivery, visit, suspension; each is looked up on the dunning case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-23 02:00:00"):
            cls.site._run_dunning(date(2026, 2, 23))
            cls.case = cls.env["pm.dunning.case"].search([("tenancy_id", "=", cls.tenancy.id)])

    def _send_letter(self, is_delivered=True):
        letter = self.case.action_ids.filtered(lambda action: action.action == "letter")
        with freeze_time("2026-02-23 02:00:00"):
            letter.with_user(self.leader).action_approve()
            self._print(letter.action_print())
            if is_delivered:
                letter.paper_ids.action_deliver()
        return letter

    def _visit(self):
        with freeze_time("2026-02-27 02:00:00"):
            self.site._run_dunning(date(2026, 2, 27))
            visit = self.case.action_ids.filtered(lambda action: action.action == "visit")
            visit.with_user(self.area).action_refused()

    def _enter(self, **vals):
        """Return a suspension for the arrears that is entered by hand."""
        vals = {"tenancy_id": self.tenancy.id, "date_planned": "2026-02-28", **vals}
        return self.env["pm.suspension"].with_user(self.area).create(vals)

    def _ask(self, suspension):
        with freeze_time("2026-02-28 02:00:00"):
            suspension.action_ask()

    def test_letter_delivered_and_visit_made_are_enough(self):
        self._send_letter()
        self._visit()
        suspension = self._enter()
        self.assertRecordValues(
            suspension,
            [
                {
                    "case_id": self.case.id,
                    "letter_until": date(2026, 2, 26),
                    "visited_on": date(2026, 2, 27),
                    "missing_evidence": False,
                }
            ],
        )
        self._ask(suspension)
        self.assertEqual(suspension.approval_state, "asked")
        words = suspension.with_context(lang="en_US")._pm_get_suspension_words()["actions"]
        self.assertEqual(
            words, ["Demand Letter 02/23/2026 (delivered 02/23/2026)", "Visit 02/27/2026"]
        )

    def test_suspension_entered_by_hand_needs_the_letter(self):
        suspension = self._enter(visited_on="2026-02-27")
        self.assertIn("demand letter was printed", suspension.missing_evidence)
        with self.assertRaisesRegex(UserError, "demand letter was printed"):
            self._ask(suspension)

    def test_letter_that_nobody_delivered_is_none(self):
        self._send_letter(is_delivered=False)
        self._visit()
        with self.assertRaisesRegex(UserError, "delivered before the visit"):
            self._ask(self._enter())

    def test_day_of_a_visit_is_not_made_up(self):
        self._send_letter()
        with self.assertRaisesRegex(UserError, "No visit of this day"):
            self._ask(self._enter(visited_on="2026-02-27"))
        self._visit()
        suspension = self.case.suspension_ids
        suspension.with_user(self.area).visited_on = "2026-02-28"
        with self.assertRaisesRegex(UserError, "No visit of this day"):
            self._ask(suspension)

    def test_without_a_case_a_leader_says_why(self):
        """Whoever vouches is named on the approval (F-BIL-21); what is changed later is not vouched
        for."""
        suspension = self._enter(visited_on="2026-02-27", case_id=False)
        suspension.exception_reason = "Letter 3 of the old file"
        with self.assertRaises(UserError):
            self._ask(suspension)
        with self.assertRaises(AccessError):
            suspension.action_record_exception()
        with self.assertRaises(AccessError):
            suspension.write({"exception_recorded_by_id": self.leader.id})
        with freeze_time("2026-02-28 02:00:00"):
            suspension.with_user(self.leader).action_record_exception()
        suspension.exception_reason = "Something else"
        self.assertFalse(suspension.exception_recorded_by_id)
        suspension.with_user(self.leader).action_record_exception()
        self._ask(suspension)
        words = suspension.with_context(lang="en_US")._pm_get_suspension_words()["actions"]
        self.assertIn(f"Something else (recorded by {self.leader.name}", words[-1])
        with self.assertRaises(UserError):
            suspension.exception_reason = "Yet another"

    def test_reason_is_not_empty(self):
        suspension = self._enter(visited_on="2026-02-27", exception_reason="  ")
        with self.assertRaises(UserError):
            suspension.with_user(self.leader).action_record_exception()
