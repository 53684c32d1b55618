from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_dunning import THE_18TH, THE_23RD, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-24 02:00:00")
class TestDunningDelivery(DunningCommon):
    """BIL-042: a letter is signed for, or goes by express mail or fax; the proof is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site._run_dunning(THE_23RD)
        cls.letters = cls.env["pm.dunning.action"].search(
            [("site_id", "=", cls.site.id), ("action", "=", "letter")]
        )
        cls.letter = cls.letters.filtered(lambda each: each.tenancy_id == cls.tenancy)

    def _deliver(self, letters=None, user=None, **vals):
        action = (letters or self.letter).action_deliver()
        Deliver = self.env["pm.dunning.deliver"].with_user(user or self.area)
        Deliver.with_context(action["context"]).create(vals).action_confirm()

    def test_signed_by_hand(self):
        self._issue_letters()
        wizard = Form(
            self.env["pm.dunning.deliver"]
            .with_user(self.area)
            .with_context(self.letter.action_deliver()["context"])
        )
        self.assertEqual(wizard.date, date(2026, 3, 24))
        wizard.signed_by = "前台李小姐"
        wizard.save().action_confirm()
        self.assertRecordValues(
            self.letter.paper_id,
            [
                {
                    "state": "returned",
                    "outcome": "signed",
                    "signed_by": "前台李小姐",
                    "delivery_method": "hand",
                    "delivered_by_id": self.area.id,
                    "returned_on": date(2026, 3, 24),
                }
            ],
        )

    def test_refused_needs_the_number_of_the_courier(self):
        self._issue_letters()
        with self.assertRaisesRegex(UserError, "only proof"):
            self._deliver(way="refused")
        with self.assertRaisesRegex(UserError, "one by one"):
            self._deliver(self.letters, way="refused", reference="EX-1")
        self._deliver(way="refused", reference="EX-1")
        self.assertRecordValues(
            self.letter.paper_id,
            [
                {
                    "state": "delivered",
                    "outcome": "refused",
                    "delivery_method": "courier",
                    "delivery_ref": "EX-1",
                }
            ],
        )

    def test_fax_where_nobody_is_in_the_building(self):
        self._issue_letters()
        with self.assertRaisesRegex(UserError, "only proof"):
            self._deliver(way="fax")
        self._deliver(way="fax", reference="FX-7")
        self.assertEqual(self.letter.paper_id.delivery_method, "fax")
        # The receipt comes back later.
        self._deliver(way="signed", signed_by="王经理")
        self.assertEqual(self.letter.paper_state, "returned")

    def test_only_printed_letters_are_delivered(self):
        with self.assertRaisesRegex(UserError, "still to be delivered"):
            self._deliver(way="hand")
        self._issue_letters()
        with self.assertRaisesRegex(UserError, "today or earlier"):
            self._deliver(way="hand", date=date(2026, 3, 25))
        self._deliver(way="hand")
        with self.assertRaisesRegex(UserError, "still to be delivered"):
            self._deliver(way="hand")

    def test_another_office_delivers_nothing(self):
        self._issue_letters()
        with self.assertRaises(AccessError):
            self._deliver(user=self._user("area", self.other_site), way="signed", signed_by="x")
        with self.assertRaises(AccessError):
            self._deliver(user=self._user("security"), way="signed", signed_by="x")

    def test_letters_to_be_delivered_stand_on_the_due_list(self):
        def find():
            dues = self.env["pm.due"].with_context(lang="en_US")
            dues.invalidate_model()
            rows = dues.search([("kind", "=", "dunning"), ("site_id", "=", self.site.id)])
            return [name for name in rows.mapped("name") if "delivered" in name]

        self.assertFalse(find())
        self._issue_letters()
        self.assertEqual(find(), ["Letters to be delivered: 2"])
        self._deliver(way="hand")
        self.assertEqual(find(), ["Letters to be delivered: 1"])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-18 02:00:00")
class TestCallSheet(DunningCommon):
    """BIL-041: the caller goes from one debtor to the next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._create_active(
            cls._create_unit(room="05"),
            partner_id=cls._create_partner(name="Green Oar").id,
            user_id=cls.area.id,
        )
        cls._bill(date(2026, 2, 1))
        cls.site._run_dunning(THE_18TH)
        cls.round = cls._rounds(cls, cls.call_step).with_user(cls.area)
        cls.calls = cls.round.action_ids.sorted("unit_codes")

    def _shown(self, action):
        self.assertEqual(action["res_model"], "pm.dunning.action")
        return self.calls.browse(action["res_id"])

    def test_from_one_to_the_next(self):
        first, second, third = self.calls
        self.assertEqual(self._shown(self.round.action_begin_calls()), first)
        self.assertEqual(self._shown(first.action_next()), second)
        self.assertEqual(self._shown(second.action_previous()), first)
        shown = second.with_context(pm_call_sheet=True).action_reached()
        self.assertEqual(self._shown(shown), third)
        self.assertEqual(self._shown(third.action_next()), first)
        self.assertEqual(self._shown(first.action_next()), third)
        first.action_reached()
        last = third.with_context(pm_call_sheet=True).action_refused()
        self.assertEqual(last["domain"], [("round_id", "=", self.round.id)])
        self.assertEqual(self.round.action_begin_calls()["domain"], last["domain"])

    def test_everybody_begins_with_his_own(self):
        """The due list has a row for each caller; both lead to the round."""
        other = self._user("receptionist")
        self.calls[1].user_id = other
        begin = self.round.with_user(other).action_begin_calls
        self.assertEqual(self._shown(begin()), self.calls[1])
        self.calls[1].with_user(other).action_reached()
        # Who has made all of his helps the others.
        self.assertEqual(self._shown(begin()), self.calls[0])

    def test_sheet_shows_what_was_done_before(self):
        self.calls[0].action_reached()
        self.site._run_dunning(THE_23RD)
        letter = self._actions("letter", self.calls[0].tenancy_id)
        self.assertIn(self.calls[0], letter.history_ids)
        self.assertNotIn(letter, letter.history_ids)
