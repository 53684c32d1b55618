from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import FEBRUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-28 04:00:00")
class TestDelivery(BillingCommon):
    """From Finance to customer service, and from there to the units (BIL-021, BIL-022)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area = cls._user("area")
        cls.cashier = cls._user("cashier")
        cls.tower = cls._create_building(code="V", name="Tower V", sequence=5)
        high = cls._create_unit(floor=15, room="01")
        low = cls._create_unit(floor=2, room="09")
        for unit, vals in (
            (high, {"user_id": cls.area.id}),
            (low, {"user_id": cls.area.id, "partner_id": cls.other_tenant.id}),
            (cls._create_unit(building_id=cls.tower.id), {}),
        ):
            cls._create_active(unit, **vals)
        cls.bill_run = cls._bill(MARCH)
        cls.bills = cls.bill_run.bill_ids
        cls.ours = cls.bills.filtered(lambda bill: bill.pm_tenancy_id.user_id)

    def _dues(self):
        self.env.invalidate_all()
        dues = self.env["pm.due"].with_context(lang="en_US")
        return dues.search(
            [("site_id", "=", self.site.id), ("kind", "=", "statement_round")], order="place"
        )

    def _deliver(self, bills, user=None, **vals):
        self.env["pm.statement.deliver"].with_user(user or self.area).create(
            {"move_ids": [Command.set(bills.ids)], **vals}
        ).action_confirm()

    def test_handover_is_noted_with_who_and_when(self):
        """BIL-021: only what is printed is handed over; what is added later, once more."""
        run = self.bill_run.with_user(self.cashier)
        with self.assertRaisesRegex(UserError, "before you hand them over"):
            run.action_hand_over()
        run.action_deliver()
        with self.assertRaises(AccessError):
            self.bill_run.with_user(self.area).action_hand_over()
        with self.assertRaises(AccessError):
            run.handed_over_on = "2026-02-27"
        run.action_hand_over()
        with freeze_time("2026-03-01 04:00:00"):
            run.action_hand_over()
        noted = {"handed_over_on": date(2026, 2, 28), "handed_over_by_id": self.cashier.id}
        self.assertRecordValues(run, [noted])
        run.action_collect()
        self.assertRecordValues(run, [noted])  # nothing was added
        self._create_active(self.unit_2)
        run.action_collect()
        self.assertFalse(run.handed_over_on or run.handed_over_by_id)

    def test_statements_are_due_by_area_on_the_delivery_day(self):
        """BIL-022: one row for each building and area administrator, until they are delivered."""
        self.assertFalse(self._dues())  # they are not printed yet
        self._print(self.bill_run.action_deliver())
        dues = self._dues()
        service = self.site._get_department("service").id
        rows = [
            {
                "name": f"Statements to be delivered: {count}",
                "place": place,
                "user_id": user,
                "department_id": service,
                "due_date": date(2026, 3, 1),
            }
            for count, place, user in (
                (2, self.building.name, self.area.id),
                (1, "Tower V", False),
            )
        ]
        self.assertRecordValues(dues, sorted(rows, key=lambda row: row["place"]))
        mine = dues.filtered("user_id")
        opened = mine.with_user(self.area).action_open()["domain"]
        ours = [("id", "in", self.ours.ids)]
        self.assertEqual(self.bills.search(opened), self.bills.search(ours))
        self._deliver(self.ours[0])
        self.assertEqual(self._dues().filtered("user_id").name, "Statements to be delivered: 1")
        self._deliver(self.bills[0] | self.bills[1] | self.bills[2])  # those left, in one go
        self.assertFalse(self._dues())
        self.assertEqual(self.bill_run.delivered_count, 3)

    def test_nobody_is_sent_out_with_statements_of_long_ago(self):
        self._print(self.bill_run.action_deliver())
        with freeze_time("2026-05-01 04:00:00"):
            self.assertEqual(len(self._dues()), 2)
        with freeze_time("2026-05-03 04:00:00"):
            self.assertFalse(self._dues())

    def test_one_sheet_for_each_area_in_the_order_of_the_round(self):
        """BIL-022: unit, occupant, bill no., amount, date, signature; floor after floor."""
        self._print(self.bill_run.action_deliver())
        pages = self._print(self.bill_run.with_user(self.area).action_print_rounds())
        self.assertEqual(len(pages), 2)
        self.assertIn("TowerV", pages[0])  # the order of the buildings
        page = pages[1]
        for text in ("收费通知单派送签收表", "2026年3月", "签收人", "签收日期", "1,506.00"):
            self.assertIn(text, page)
        for bill in self.ours:
            for text in (bill.name, bill.pm_unit_codes, bill.pm_occupant_id.name.replace(" ", "")):
                self.assertIn(text, page)
        self.assertLess(page.index("T-02-09"), page.index("T-15-01"))
        self.assertEqual(self.bills.paper_ids.mapped("print_count"), [1, 1, 1])
        # What is delivered is not on the next sheet, unless it is chosen.
        self._deliver(self.ours)
        self.assertEqual(len(self._print(self.bill_run.action_print_rounds())), 1)
        self.assertEqual(len(self._print(self.ours.action_pm_print_rounds())), 1)

    def test_delivery_is_proved_on_each_paper(self):
        """BIL-022: signed for on the sheet, or sent with proof; not before it is printed."""
        with self.assertRaisesRegex(UserError, "not printed yet"):
            self._deliver(self.bills)
        self._print(self.bill_run.action_deliver())
        with self.assertRaisesRegex(UserError, "proof"):
            self._deliver(self.bills[0], way="courier")
        with self.assertRaisesRegex(UserError, "today or earlier"):
            self._deliver(self.bills[0], date="2026-03-01")
        self._deliver(self.bills[0], way="courier", evidence="EMS 1180")
        self._deliver(self.bills[1:])
        papers = [bill.paper_ids for bill in self.bills]
        self.assertEqual([paper.state for paper in papers], ["delivered", "returned", "returned"])
        self.assertEqual([paper.delivered_on for paper in papers], [date(2026, 2, 28)] * 3)
        self.assertEqual([paper.delivered_by_id for paper in papers], [self.area] * 3)
        self.assertEqual(papers[0].delivery_ref, "EMS 1180")
        self.assertEqual(papers[1].outcome, "signed")
        with self.assertRaisesRegex(UserError, "delivered already"):
            self._deliver(self.bills)

    def test_slips_are_delivered_like_statements(self):
        """F-BIL-17: the office that issues slips delivers them by the same rounds."""
        self._print(self.bill_run.action_print_slips())
        self.assertEqual(len(self._dues()), 2)
        self._deliver(self.bills)
        self.assertEqual(set(self.bills.paper_ids.mapped("state")), {"returned"})

    def test_another_office_and_other_posts_deliver_nothing_of_ours(self):
        self._print(self.bill_run.action_deliver())
        stranger = self._user("area", self.other_site)
        with self.assertRaises(AccessError):
            self._deliver(self.bills, stranger)
        with self.assertRaises(AccessError):
            self.bills.with_user(stranger).action_pm_print_rounds()
        with self.assertRaises(AccessError):
            self._deliver(self.bills, self._user("engineer"))

    def test_many_statements_are_noted_in_as_many_queries_as_few(self):
        self._bill(FEBRUARY)
        run = self.bill_run
        self._print(run.action_deliver())
        counts = []
        for bills in (self.bills[:1], self.bills[1:]):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._deliver(bills)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)
