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
        calls = self._rounds(self.call_step).action_ids
        self.assertEqual(len(calls), 2)
        self.assertFalse(self._dues("activity"))
        total = f"{sum(calls.mapped('amount')):,.2f}"

        def find():
            return self._dues("dunning").filtered(lambda due: due.user_id)

        self.assertRecordValues(
            find(),
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
        self.assertIn("Calls to be made: 1 /", find().name)
        calls[1].with_user(self.area).action_promise()
        self.assertFalse(find())

    def test_finance_lists_the_unpaid_and_fills_in_the_reminders(self):
        """BIL-041: on the 18th Finance has the list (F-BIL-25) and the reminders (F-BIL-10) to
        print, whatever comes of the calls; no delivery of them is asked for."""
        finance = self.env["hr.department"].create(
            {"name": "Finance", "site_id": self.site.id, "pm_role": "finance"}
        )
        self.site._run_dunning(date(2026, 3, 18))
        calls, reminders = self._rounds(self.call_step), self._rounds(self.reminder_step)
        calls.action_ids.with_user(self.area).action_reached()
        total = f"{sum(reminders.action_ids.mapped('amount')):,.2f}"
        self.assertRecordValues(
            self._dues("dunning").sorted("res_id"),
            [
                {
                    "name": "List of the unpaid to be handed over",
                    "res_id": calls.id,
                    "department_id": finance.id,
                    "due_date": date(2026, 3, 18),
                },
                {
                    "name": f"Reminders to be printed: 2 / {total}",
                    "res_id": reminders.id,
                    "department_id": finance.id,
                    "due_date": date(2026, 3, 18),
                },
            ],
        )
        cashier = self._user("cashier")
        self._print(calls.with_user(cashier).action_print_list())
        with freeze_time("2026-03-18 02:00:00"):
            self._print(reminders.with_user(cashier).action_print_papers())
        self.assertEqual(set(reminders.action_ids.mapped("state")), {"issued"})
        self.assertFalse(self._dues("dunning"))

    def test_list_that_was_never_handed_over_gives_way_to_the_next(self):
        for month in (3, 4):
            self.site._run_dunning(date(2026, month, 18))
        listed = self._dues("dunning").filtered(lambda due: due.name.startswith("List"))
        self.assertEqual(listed.mapped("due_date"), [date(2026, 4, 18)])

    def test_second_reminder_is_delivered(self):
        """F-BIL-16: the service centre writes it, and somebody signs for it."""
        self.site.dunning_profile_id = self.env.ref("pm_billing.dunning_profile_relative")
        with freeze_time("2026-03-04 02:00:00"):
            self.site._run_dunning(date(2026, 3, 4))
            second = self._rounds(self.env.ref("pm_billing.dunning_step_relative_second"))
            self._print(second.action_print_papers())
        names = self._dues("dunning").filtered(lambda due: due.res_id == second.id).mapped("name")
        self.assertEqual(names, ["Letters to be delivered: 2"])

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
        self.bill_run.action_hand_over()
        self.assertEqual(self._dues("bill_run").name, "Bill whom exceptions kept out")
        self._create_price(building_id=tower.id)
        for step in ("collect", "check", "invoice", "deliver", "hand_over"):
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
        self.bill_run.action_hand_over()
        self.assertTrue(self._dues("bill_run"))
        late.action_move_out()
        late.date_moved_out = "2026-01-31"
        self.bill_run.action_collect()
        self.assertFalse(self._dues("bill_run"))
