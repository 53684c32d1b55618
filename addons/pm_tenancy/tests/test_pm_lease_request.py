from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .leasing_common import LeasingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-10 04:00:00")
class TestPmLeaseRequest(LeasingCommon):
    """TEN-145, BIL-070 to BIL-073, CON-15: search mandate, earnest money, commission."""

    def test_only_the_moves_of_the_table_are_made(self):
        states = self.env["pm.lease.request"]._TRANSITIONS
        tenancy = self._create_tenancy(self.unit_2)
        for state, allowed in states.items():
            request = self._create_request("draft", unit_id=self.unit.id)
            request.earnest_paid_on = "2026-06-01"
            request.write({"tenancy_id": tenancy.id, "signed_on": "2026-06-02"})
            # The path is not the matter here, so it is taken in the database.
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE pm_lease_request SET state = %s WHERE id = %s", (state, request.id)
            )
            request.invalidate_recordset()
            for target in set(states) - allowed:
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    request.write({"state": target})
            self.env.cr.execute("DELETE FROM pm_lease_request WHERE id = %s", (request.id,))
            self.env.invalidate_all()

    def test_units_that_fit_are_found(self):
        """TEN-145: class, area and rent; offered or vacant, free of reservations."""
        make = self._create_unit
        dear = make(room="21", area=150)
        self._create_listing(unit_id=dear.id, owner_id=self.owner.id, asked_unit_rent=200)
        cheap = make(room="22", area=150)
        self._create_listing(unit_id=cheap.id, owner_id=self.owner.id, asked_unit_rent=50)
        unpriced = make(room="23", area=100)
        leaving = make(room="24", area=110)
        self._create_tenancy(leaving, state="move_out")
        self._create_listing(unit_id=leaving.id, owner_id=self.owner.id, asked_unit_rent=80)
        others = {
            "small": make(room="31", area=99.99),
            "large": make(room="32", area=150.01),
            "shop": make(room="33", area=120, usage="mall"),
            "declined": make(room="34", area=120),
            "occupied": make(room="35", area=120),
            "reserved": make(room="36", area=120),
            "elsewhere": self.other_unit,
        }
        others["declined"].action_does_not_let()
        self._create_tenancy(others["occupied"], state="active")
        self._create_request("reserved", unit_id=others["reserved"].id)
        self.unit.action_does_not_let()
        self.unit_2.action_does_not_let()
        request = self._create_request(
            usage="office", area_from=100, area_to=150, rent_max=8800
        ).with_user(self.leasing)
        self.assertEqual(list(request.match_unit_ids), [cheap, leaving, unpriced])
        self.assertEqual(request.match_count, 3)
        request.rent_max = 0
        self.assertIn(dear, request.match_unit_ids)

    def test_earnest_money_withholds_the_unit_for_two_weeks(self):
        """BIL-072: 200 yuan for each square metre, two weeks from the payment."""
        request = self._create_request("reserved", earnest_paid_on="2026-06-01")
        self.assertRecordValues(
            request, [{"earnest_amount": 24100.0, "held_until": date(2026, 6, 15)}]
        )
        self.assertEqual(self.unit.state, "reserved")
        self.site.write({"earnest_per_area": 300, "earnest_hold_weeks": 1})
        self.env.invalidate_all()
        self.assertEqual(request.earnest_amount, 24100.0)  # what was paid stays
        later = self._create_request("reserved", unit_id=self.unit_2.id)
        self.assertRecordValues(
            later, [{"earnest_amount": 24000.0, "held_until": date(2026, 6, 8)}]
        )

    def test_reservation_needs_unit_and_payment(self):
        request = self._create_request()
        for vals in (
            {"unit_id": self.unit.id},
            {"unit_id": False, "earnest_paid_on": "2026-06-01"},
        ):
            request.write(vals)
            with self.subTest(**vals), self.assertRaises(UserError):
                request.action_reserve()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            request.write({"state": "reserved"})
            self.env.flush_all()

    def test_unit_is_reserved_once(self):
        first = self._create_request("reserved")
        second = self._create_request(
            unit_id=self.unit.id, earnest_paid_on="2026-06-02", partner_id=self.tenant.id
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as caught,
            self.env.cr.savepoint(),
        ):
            second.action_reserve()
        message = self.env.registry["pm.lease.request"]._one_reservation.get_error_message(
            self.env["pm.lease.request"], caught.exception.diag
        )
        self.assertIn(first.name, message)
        first.earnest_outcome = "returned"
        first.action_release()
        self.assertEqual(self.unit.state, "vacant")
        second.action_reserve()
        self.assertEqual(second.state, "reserved")

    def test_let_unit_is_not_reserved(self):
        self._create_tenancy()
        with self.assertRaisesRegex(UserError, "let already"):
            self._create_request("reserved")

    def test_reserved_unit_is_not_changed_under_the_seeker(self):
        request = self._create_request("reserved")
        with self.assertRaises(UserError):
            request.unit_id = self.unit_2

    def test_other_occupant_does_not_move_into_a_reserved_unit(self):
        tenancy = self._create_tenancy(partner_id=self.other_tenant.id)
        request = self._create_request(unit_id=self.unit.id, earnest_paid_on="2026-06-01")
        tenancy.line_ids.unlink()
        request.action_reserve()
        tenancy.write({"unit_ids": [(4, self.unit.id)]})
        with self.assertRaisesRegex(UserError, "reserved for Green Leaf Tea until 2026-06-15"):
            tenancy.action_move_in()
        request.earnest_outcome = "returned"
        request.action_release()
        tenancy.action_move_in()
        self.assertEqual(tenancy.state, "move_in")

    def test_end_of_the_hold_is_asked_once_and_nothing_is_forfeited(self):
        request = self._create_request("reserved", earnest_paid_on="2026-06-01")
        with freeze_time("2026-06-15 04:00:00"):
            self._run_cron("follow_lease_requests")
            self.assertEqual(self._activities(request, "earnest_hold"), [])
        with freeze_time("2026-06-16 04:00:00"):
            for _run in range(2):
                self._run_cron("follow_lease_requests")
            self.assertEqual(
                self._activities(request, "earnest_hold"), [(self.leasing, "2026-06-16")]
            )
            self.assertEqual((request.state, request.earnest_outcome), ("reserved", False))
            request.held_until = "2026-06-20"  # agreed: a few days longer
        with freeze_time("2026-06-21 04:00:00"):
            self._run_cron("follow_lease_requests")
        self.assertEqual(len(self._activities(request, "earnest_hold")), 2)

    def test_earnest_money_is_kept_only_after_the_hold(self):
        """BIL-072"""
        request = self._create_request("reserved", earnest_paid_on="2026-06-01")
        with self.assertRaises(UserError):
            request.action_release()
        request.earnest_outcome = "kept"
        for day in ("2026-06-14", "2026-06-15"):
            with freeze_time(f"{day} 04:00:00"), self.assertRaises(UserError):
                request.invalidate_recordset(["is_hold_over"])
                request.action_release()
        with freeze_time("2026-06-16 04:00:00"):
            request.invalidate_recordset(["is_hold_over"])
            request.action_release()
        self.assertEqual(request.state, "released")

    def test_mandate_ends_after_its_last_day_but_not_a_reservation(self):
        searching = self._create_request(valid_to="2026-06-09")
        last_day = self._create_request(valid_to="2026-06-10")
        reserved = self._create_request("reserved", valid_to="2026-06-09")
        self._run_cron("follow_lease_requests")
        self.assertEqual(
            (searching + last_day + reserved).mapped("state"),
            ["expired", "searching", "reserved"],
        )
        with self.assertRaises(UserError):
            searching.action_search()
        searching.valid_to = False
        searching.action_search()

    def test_lease_signed_lets_the_unit_and_makes_the_commission_due(self):
        """BIL-070, BIL-071, CON-15: half of one month's contract rent, one day later."""
        listing = self._create_listing()
        request = self._create_request("reserved", phone="190 3", contact_name="Ms Tea")
        wizard = (
            self.env["pm.lease.request.sign"]
            .with_user(self.leasing)
            .with_context(default_request_id=request.id)
        )
        with Form(wizard) as form:
            self.assertEqual(form.unit_id, self.unit)
            self.assertEqual(form.monthly_rent, 12050)
            form.date_start = "2026-07-01"
            form.date_end = "2028-06-30"
            form.monthly_rent = 11111.11
            form.contract_no = "Z-9"
        form.record.action_confirm()
        tenancy = request.tenancy_id
        self.assertRecordValues(
            tenancy,
            [
                {
                    "partner_id": self.seeker.id,
                    "unit_codes": self.unit.code,
                    "contact_name": "Ms Tea",
                    "contact_phone": "190 3",
                    "monthly_rent": 11111.11,
                    "contract_no": "Z-9",
                    "state": "draft",
                }
            ],
        )
        self.assertRecordValues(
            request,
            [
                {
                    "state": "signed",
                    "signed_on": date(2026, 6, 10),
                    "commission_rent": 11111.11,
                    "commission_amount": 5555.56,
                    "commission_due_on": date(2026, 6, 11),
                    "listing_id": listing.id,
                }
            ],
        )
        self.assertEqual((listing.state, listing.tenancy_id), ("let", tenancy))
        self.assertEqual(self.unit.state, "reserved")
        self.assertEqual(self._activities(request, "commission"), [(self.leasing, "2026-06-11")])
        self.assertEqual(request._get_commission_due(), 5555.56)
        tenancy.action_move_in()
        self.assertEqual(self.unit.tenancy_id, tenancy)

    def test_commission_may_be_a_share_of_the_rent_asked(self):
        """CON-15"""
        self.site.write({"commission_base": "asked", "commission_months": 1})
        self._create_listing(asked_unit_rent=100)
        request = self._create_signed_request(rent=9000)
        self.assertEqual((request.commission_rent, request.commission_amount), (12050, 12050))

    def test_commission_cannot_be_reckoned_without_a_rent(self):
        with self.assertRaises(UserError):
            self._create_signed_request(rent=0)

    def test_later_rent_does_not_change_the_commission(self):
        request = self._create_signed_request()
        request.tenancy_id.monthly_rent = 99000
        self.site.commission_months = 2
        self.env.invalidate_all()
        self.assertEqual(request.commission_amount, 6000)

    def test_only_the_director_agrees_another_commission(self):
        """BIL-070"""
        request = self._create_signed_request()
        with self.assertRaises(AccessError):
            request.with_user(self.leasing).commission_amount = 1
        request.with_user(self._user("director")).commission_amount = 5000
        self.assertEqual(request._get_commission_due(), 5000)

    def test_paid_commission_is_not_due_any_more(self):
        request = self._create_signed_request()
        request.with_user(self.leasing).action_pay_commission()
        self.assertEqual(request.commission_paid_on, date(2026, 6, 10))
        self.assertEqual(request._get_commission_due(), 0)
        self.assertEqual(self._activities(request, "commission"), [])
        for work in (request.action_refuse_commission, request.action_cancel):
            with self.assertRaises(UserError):
                work()

    def test_refused_commission_withholds_the_move_in_until_a_leader_releases_it(self):
        """BIL-073"""
        request = self._create_signed_request()
        request.with_user(self.leasing).action_refuse_commission()
        tenancy = request.tenancy_id
        for work in (tenancy.action_move_in, lambda: tenancy.write({"state": "move_in"})):
            with self.assertRaisesRegex(UserError, f"{request.name} was refused"):
                work()
        for post in ("leasing", "receptionist", "supervisor"):
            user = self._user(post)
            with self.subTest(post=post), self.assertRaises(AccessError):
                tenancy.with_user(user).action_release_move_in_hold()
        tenancy.with_user(self._user("leader")).action_release_move_in_hold()
        tenancy.action_move_in()
        self.assertEqual(tenancy.state, "move_in")

    def test_payment_after_the_refusal_lifts_it(self):
        request = self._create_signed_request()
        request.action_refuse_commission()
        request.action_pay_commission()
        request.tenancy_id.action_move_in()
        self.assertEqual(request.tenancy_id.state, "move_in")

    def test_occupant_who_is_in_is_not_stopped(self):
        """The correction of a move-in is none."""
        request = self._create_signed_request()
        tenancy = request.tenancy_id
        tenancy.action_move_in()
        tenancy.action_activate()
        request.action_refuse_commission()
        tenancy.action_move_in()
        self.assertEqual(tenancy.state, "move_in")

    def test_tenancy_of_somebody_else_is_not_what_was_signed(self):
        request = self._create_request(unit_id=self.unit.id)
        for vals in ({"units": self.unit_2, "partner_id": self.seeker.id}, {"units": self.unit}):
            tenancy = self._create_tenancy(monthly_rent=1, **vals)
            with self.assertRaises(UserError):
                request._sign(tenancy, date(2026, 6, 10))
