from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common_dunning import DunningCommon

THE_6TH = date(2026, 5, 6)


@tagged("post_install", "-at_install")
class TestDunningOwner(DunningCommon):
    """BIL-046: each owner is told of what his tenant owes for his own units, nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._create_unit(room="31", area=100.0)
        cls.second = cls._create_unit(room="32", area=300.0)
        cls.owner_2 = cls._create_partner(name="Second Owner")
        cls.spouse = cls._create_partner(name="Co-owner")
        cls._create_ownership(unit_id=cls.first.id)
        for owner in cls.owner_2 + cls.spouse:
            cls._create_ownership(unit_id=cls.second.id, partner_id=owner.id, share=50)
        cls.both = cls._create_active(
            cls.first | cls.second,
            partner_id=cls._create_partner(name="Two Rooms").id,
            date_start="2026-04-01",
        )
        cls._bill(date(2026, 4, 1))
        cls.debt = cls.both.bill_ids

    def _letters(self):
        return self._actions("owner", self.both).grouped("recipient_id")

    def test_each_owner_is_told_of_his_units(self):
        """1,200.00 and 3,600.00 of management; the refuse of 60.00 follows them."""
        self.assertEqual(self.debt.amount_total, 4860.0)
        self.site._run_dunning(THE_6TH)
        letters = self._letters()
        self.assertEqual(set(letters), {self.owner, self.owner_2, self.spouse})
        for owner, unit, amount in (
            (self.owner, self.first, 1215.0),
            (self.owner_2, self.second, 3645.0),
            (self.spouse, self.second, 3645.0),
        ):
            with self.subTest(owner=owner.name):
                self.assertRecordValues(
                    letters[owner], [{"unit_ids": unit.ids, "amount": amount, "state": "draft"}]
                )
        for _unused in range(2):
            self.site._run_dunning(date(2026, 5, 7))
        self.assertEqual(len(self._actions("owner", self.both)), 3)
        # Who let all units is told of all of it, as before.
        self.assertEqual(self._actions("owner", self.tenancy).amount, 3012.0)

    @freeze_time("2026-05-06 02:00:00")
    def test_letter_names_the_owner_and_his_units_only(self):
        """F-BIL-12."""
        self.owner_2.name = "韩梅梅"
        self.site._run_dunning(THE_6TH)
        letter = self._letters()[self.owner_2]
        letter.with_user(self.leader).action_approve()
        page = self._print(letter.action_print())[0]
        for text in ("韩梅梅", self.second.code, "3,645.00"):
            self.assertIn(text, page)
        for text in (self.first.code, "4,860.00"):
            self.assertNotIn(text, page)
        self.assertEqual(letter.paper_id.partner_id, self.owner_2)

    def test_part_payment_lowers_each_letter_by_its_share(self):
        self.site._run_dunning(THE_6TH)
        self._pay(self.debt, 860.0)
        letters = self._actions("owner", self.both)
        letters._refresh(THE_6TH)
        self.assertEqual(sorted(letters.mapped("amount")), [1000.0, 3000.0, 3000.0])
        self._pay(self.debt)
        self.assertEqual(set(letters.mapped("state")), {"settled"})

    def test_owner_of_one_unit_who_rents_another(self):
        """He is not told of his own debt for his own unit; the other owner is, of hers."""
        found = self.both._get_owner_units(THE_6TH, self.owner)
        self.assertEqual(set(found), {self.owner_2, self.spouse})

    def test_owner_may_be_told_when_services_are_stopped(self):
        """CON-11: at the suspension, where the step says so, and not after a month."""
        self._step("owner").trigger = "on_suspension"
        self.site._run_dunning(THE_6TH)
        self.assertFalse(self._actions("owner"))
        suspension = self.env["pm.suspension"].create(
            {"tenancy_id": self.tenancy.id, "visited_on": "2026-03-28"}
        )
        self.env.cr.execute(
            "UPDATE pm_suspension SET state = 'stopped', stopped_on = '2026-03-31',"
            " notice_on = '2026-03-30', notice_way = 'hand', notice_proof = 'x' WHERE id = %s",
            [suspension.id],
        )
        suspension.invalidate_recordset()
        for _unused in range(2):
            self.site._run_dunning(THE_6TH)
        self.assertEqual(self._actions("owner").tenancy_id, self.tenancy)
