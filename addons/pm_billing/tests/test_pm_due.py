from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-24 04:00:00")
class TestBillingDue(BillingCommon):
    """What the fee office and the callers find on the due list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area = cls._user("area")
        for unit, partner in ((cls.unit, cls.tenant), (cls.unit_2, cls.other_tenant)):
            cls._create_active(unit, partner_id=partner.id, user_id=cls.area.id)
        cls.bill_run = cls._bill()
        cls.bills = cls.bill_run.bill_ids

    def _dues(self, kind):
        dues = self.env["pm.due"].with_context(lang="en_US")
        dues.invalidate_model()
        return dues.search([("site_id", "=", self.site.id), ("kind", "=", kind)])

    def test_calls_of_a_round_are_one_row_of_the_caller(self):
        """BIL-041: the calls stand once on the due list, and not as planned activities too."""
        self.site._run_dunning(date(2026, 3, 18))
        calls = self._rounds().action_ids
        self.assertEqual(len(calls), 2)
        self.assertFalse(self._dues("activity"))
        total = f"{sum(calls.mapped('amount')):,.2f}"
        due = self._dues("dunning")
        self.assertRecordValues(
            due,
            [
                {
                    "name": f"Calls to be made: 2 / {total}",
                    "res_model": "pm.dunning.round",
                    "res_id": calls.round_id.id,
                    "user_id": self.area.id,
                    "due_date": date(2026, 3, 18),
                    "is_late": True,
                }
            ],
        )
        calls[0].with_user(self.area).action_reached()
        self.assertIn("Calls to be made: 1 /", self._dues("dunning").name)
        calls[1].with_user(self.area).action_promise()
        self.assertFalse(self._dues("dunning"))

    def test_letters_wait_for_the_leader_then_for_the_printer(self):
        """BIL-042: what the leader in charge has to review is nobody else's work."""
        self.site._run_dunning(date(2026, 3, 23))
        letters = self.env["pm.dunning.action"].search(
            [("site_id", "=", self.site.id), ("action", "=", "letter")]
        )

        def find(words):
            return self._dues("dunning").filtered(lambda due: due.name.startswith(words))

        self.assertFalse(find("Letters to be approved: 2").user_id)
        letters[0].with_user(self._user("leader")).action_approve()
        self.assertTrue(find("Letters to be approved: 1"))
        self.assertTrue(find("Letters to be printed: 1"))

    def test_statements_are_due_at_customer_service_on_the_statement_day(self):
        """BIL-021: by the 30th, in February on its last day; printed and handed over."""
        april = self._create_run("2026-04-01")
        self.assertRecordValues(
            self._dues("bill_run").sorted("due_date"),
            [
                {"res_id": self.bill_run.id, "due_date": date(2026, 2, 28)},
                {"res_id": april.id, "due_date": date(2026, 3, 30)},
            ],
        )
        self.bill_run.action_deliver()
        due = self._dues("bill_run").filtered(lambda due: due.res_id == self.bill_run.id)
        self.assertRecordValues(
            due,
            [
                {
                    "name": "Hand the statements over to customer service",
                    "due_date": date(2026, 2, 28),
                    "department_id": self.site._get_department("finance").id,
                }
            ],
        )
        self.bill_run.with_user(self._user("cashier")).action_hand_over()
        self.assertEqual(self._dues("bill_run").res_id, april.id)

    def test_run_stays_due_while_somebody_is_kept_out(self):
        """BIL-021: also when the statements of the others are printed."""
        tower = self._create_building(code="U")
        self.fee.price_ids.building_id = self.building
        self._create_active(self._create_unit(building_id=tower.id))
        self.bill_run.action_collect()
        self.bill_run.action_check()
        self.bill_run.write({"state": "invoiced"})
        self.bill_run.action_deliver()
        self.assertEqual(self.bill_run.state, "delivered")
        self.assertEqual(self._dues("bill_run").name, "Bill whom exceptions kept out")
        self._create_price(building_id=tower.id)
        for step in ("collect", "check", "invoice", "deliver"):
            getattr(self.bill_run, f"action_{step}")()
        self.assertFalse(self._dues("bill_run"))

    def test_exception_that_fell_away_is_not_due(self):
        """BIL-021: the occupant whom no tariff met has never been here."""
        tower = self._create_building(code="U")
        self.fee.price_ids.building_id = self.building
        self.refuse.is_standard = False
        late = self._create_active(self._create_unit(building_id=tower.id))
        self.bill_run.action_collect()
        self.bill_run._write_exceptions(self.bill_run._collect())
        self.bill_run.action_deliver()
        self.assertTrue(self._dues("bill_run"))
        late.action_move_out()
        late.date_moved_out = "2026-01-31"
        self.bill_run.action_collect()
        self.assertFalse(self._dues("bill_run"))
