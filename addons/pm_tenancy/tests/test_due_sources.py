from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .handover_common import HandoverCommon
from .leasing_common import LeasingCommon


class DueSources:
    def _due(self, record, kind):
        """Return the rows of that kind about a record."""
        dues = self.env["pm.due"]
        dues.invalidate_model()
        return dues.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id), ("kind", "=", kind)]
        )

    def _assert_due(self, record, kind, day, **vals):
        values = {"due_date": date.fromisoformat(day), "site_id": self.site.id, **vals}
        self.assertRecordValues(self._due(record, kind), [values])


@tagged("post_install", "-at_install")
class TestDueOfLeases(DueSources, LeasingCommon):
    def test_visit_and_query_of_a_lease_that_ends(self):
        """TEN-120, TEN-121: two months and one month before 31 December."""
        tenancy = self._create_tenancy(state="active", user_id=self.area.id)
        department = self.env["hr.department"].create(
            {"name": "Letting", "site_id": self.site.id, "pm_role": "leasing"}
        )
        with freeze_time("2026-09-29 04:00:00"):
            self.assertFalse(self._due(tenancy, "lease_visit"))
        with freeze_time("2026-09-30 04:00:00"):
            self._assert_due(
                tenancy,
                "lease_visit",
                "2026-10-31",
                user_id=self.area.id,
                place="T-12-03",
                partner_id=self.tenant.id,
            )
            self.assertFalse(self._due(tenancy, "lease_query"))
        with freeze_time("2026-11-15 04:00:00"):
            self.assertTrue(self._due(tenancy, "lease_visit").is_late)
            self._assert_due(tenancy, "lease_query", "2026-11-30", department_id=department.id)
        with freeze_time("2026-12-31 17:00:00"):  # the next year has begun at the office
            self.assertFalse(self._due(tenancy, "lease_query"))

    @freeze_time("2026-11-15 04:00:00")
    def test_intention_answers_the_reminders(self):
        """The reminder on the to-do list of a user makes no second row."""
        tenancy = self._create_tenancy(state="active", user_id=self.area.id)
        self.env["pm.tenancy"]._remind_expiry(self.site, date(2026, 11, 15))
        self.assertTrue(tenancy.activity_ids)
        self.assertEqual(len(self._due(tenancy, "lease_visit")), 1)
        self.assertFalse(self._due(tenancy, "activity"))
        tenancy.intention = "undecided"
        self.assertFalse(self._due(tenancy, "lease_visit"))
        self.assertTrue(self._due(tenancy, "lease_query"))
        tenancy.intention = "renew"
        self.assertFalse(self._due(tenancy, "lease_query"))

    @freeze_time("2026-01-01 04:00:00")
    def test_end_of_february(self):
        """Two months before 30 April is the last of February, as for the reminder."""
        tenancy = self._create_tenancy(state="active", date_end="2026-04-30")
        self.site.lease_expiry_visit_months = 2
        with freeze_time("2026-02-01 04:00:00"):
            self._assert_due(tenancy, "lease_visit", "2026-02-28")

    @freeze_time("2025-12-20 04:00:00")
    def test_planned_move_in(self):
        tenancy = self._create_tenancy()
        self._assert_due(tenancy, "move_in", "2026-01-01", place="T-12-03")
        tenancy.action_move_in()
        self.assertTrue(self._due(tenancy, "move_in"))
        tenancy.action_activate()
        self.assertFalse(self._due(tenancy, "move_in"))

    @freeze_time("2026-12-20 04:00:00")
    def test_mandate_to_let_that_ends(self):
        listing = self._create_listing()
        self._assert_due(listing, "listing", "2026-12-31", partner_id=self.owner.id)
        listing.action_withdraw()
        self.assertFalse(self._due(listing, "listing"))

    @freeze_time("2026-06-10 04:00:00")
    def test_earnest_money_that_holds_a_unit(self):
        request = self._create_request("reserved")
        self._assert_due(
            request, "earnest_hold", "2026-06-15", place="T-12-03", user_id=self.leasing.id
        )

    @freeze_time("2026-06-15 04:00:00")
    def test_commission(self):
        request = self._create_signed_request()
        self._assert_due(request, "commission", "2026-06-16", partner_id=self.seeker.id)
        request._pay_commission(date(2026, 6, 16))
        self.assertFalse(self._due(request, "commission"))

    @freeze_time("2026-06-01 04:00:00")
    def test_household_papers(self):
        """TEN-150: a week after the move-in."""
        self.unit.usage = "residential"
        letting = self.env["pm.letting.registration"].create(
            {
                "site_id": self.site.id,
                "unit_id": self.unit.id,
                "partner_id": self.tenant.id,
                "moved_in_on": "2026-06-01",
                "user_id": self.leasing.id,
            }
        )
        self._assert_due(letting, "household_papers", "2026-06-08", user_id=self.leasing.id)
        letting.action_papers_done()
        self.assertFalse(self._due(letting, "household_papers"))

    @freeze_time("2026-06-01 04:00:00")
    def test_patrol(self):
        patrol = self.env["pm.vacant.patrol"].create(
            {"site_id": self.site.id, "building_id": self.building.id, "date": "2026-06-01"}
        )
        self._assert_due(patrol, "patrol", "2026-06-01", place="Tower 1")
        patrol.action_tick_all()
        patrol.action_done()
        self.assertFalse(self._due(patrol, "patrol"))


@tagged("post_install", "-at_install")
class TestDueOfLoans(DueSources, HandoverCommon):
    @freeze_time("2026-06-01 04:00:00")
    def test_loan_is_due_back_at_its_hour(self):
        loan = self._lend(self._create_key())
        due = self._due(loan, "loan")
        self.assertRecordValues(
            due,
            [
                {
                    "due_at": datetime(2026, 6, 1, 12),
                    "has_time": True,
                    "place": "T-12-03",
                    "user_id": self.leader.id,
                }
            ],
        )
        self.assertIn("Plumber Zhao", due.name)
        loan.with_user(self.leader).action_return()
        self.assertFalse(self._due(loan, "loan"))

    def test_keys_of_an_occupant_are_not_due(self):
        loan = self._issue(self._create_key())
        self.assertFalse(self._due(loan, "loan"))

    @freeze_time("2026-06-01 04:00:00")
    def test_other_office_sees_nothing(self):
        loan = self._lend(self._create_key())
        stranger = self._user("supervisor", self.other_site)
        dues = self._due(loan, "loan").with_user(stranger)
        self.assertFalse(dues.search([("id", "in", dues.ids)]))
