from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import UNITS
from .leasing_common import LeasingCommon

_SHEET = "Units to Let"
_HEADING = ["Unit No.", "Unit Rent Asked", "Valid From", "Valid To", "Title Deed Seen"]


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmListing(LeasingCommon):
    """TEN-132, TEN-140, TEN-141, TEN-144: the owner's wish and the mandate to let."""

    def test_only_the_moves_of_the_table_are_made(self):
        states = self.env["pm.listing"]._TRANSITIONS
        ways = {
            "draft": [],
            "open": ["action_open"],
            "let": ["action_open", "_let_here"],
            "withdrawn": ["action_open", "action_withdraw"],
            "expired": ["action_open", "_expire_here"],
        }
        for number, (state, allowed) in enumerate(states.items()):
            unit = self._create_unit(room=f"L{number}")
            self._create_ownership(unit_id=unit.id)
            listing = self._create_listing("draft", unit_id=unit.id)
            for way in ways[state]:
                if way == "_let_here":
                    listing.tenancy_id = self._create_tenancy(unit)
                    listing.action_let()
                elif way == "_expire_here":
                    listing._expire_listings(self.site, date(2027, 1, 1))
                else:
                    getattr(listing, way)()
            self.assertEqual(listing.state, state)
            for target in set(states) - allowed:
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    listing.write({"state": target})

    def test_owner_deed_area_and_rent_come_from_the_unit(self):
        self.unit.ownership_ids.deed_no = "D-77"
        with Form(self.env["pm.listing"].with_user(self.leasing)) as form:
            form.unit_id = self.unit
            form.asked_unit_rent = 99.99
            self.assertEqual(form.owner_id, self.owner)
            self.assertEqual(form.deed_no, "D-77")
            self.assertEqual(form.asked_rent, 12048.8)  # 120.5 m² at 99.99
            form.asked_rent = 12000
        listing = form.record
        self.assertEqual((listing.asked_rent, listing.owner_phone), (12000, "190 1111 0001"))
        self.unit.area = 200  # measured anew: what was agreed stays
        self.assertEqual((listing.area, listing.asked_rent), (120.5, 12000))

    def test_open_mandate_is_read_from_the_unit(self):
        """TEN-141"""
        self._create_listing("draft")
        self.assertFalse(self.unit.listing_id)
        listing = self._create_listing()
        self.assertEqual((self.unit.listing_id, self.unit.asked_rent), (listing, 12050.0))
        self.assertEqual(self.unit.owner_phone, "190 1111 0001")
        self.assertEqual(self.unit.letting_wish, "wants")
        listing.action_withdraw()
        self.assertEqual((self.unit.listing_id.id, self.unit.asked_rent), (False, 0.0))

    def test_unit_has_one_open_mandate(self):
        self._create_listing()
        second = self._create_listing("draft")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            second.action_open()
            self.env.flush_all()

    def test_mandate_ends_after_its_last_day_and_the_officer_is_told(self):
        listing = self._create_listing(valid_to="2026-06-14", state="draft")
        with self.assertRaises(UserError):
            listing.action_open()
        listing.write({"valid_to": "2026-06-15", "user_id": self.leasing.id})
        listing.action_open()
        self._run_cron("expire_listings")
        self.assertEqual(listing.state, "open")
        with freeze_time("2026-06-15 16:00:00"):  # the 16th in Shanghai
            for _run in range(2):
                self._run_cron("expire_listings")
            self.assertEqual(listing.state, "expired")
            self.assertEqual(
                self._activities(listing, "listing_expired"), [(self.leasing, "2026-06-16")]
            )
            listing.valid_to = "2026-12-31"
            listing.action_open()
        self.assertEqual(self._activities(listing, "listing_expired"), [])

    def test_mandate_is_fulfilled_when_a_tenant_moves_in(self):
        listing = self._create_listing()
        tenancy = self._create_tenancy()
        tenancy.with_user(self._user("receptionist")).action_move_in()
        self.assertRecordValues(
            listing, [{"state": "let", "tenancy_id": tenancy.id, "let_on": date(2026, 6, 15)}]
        )
        listing.action_open()
        self.assertFalse(listing.tenancy_id)

    def test_owner_who_moves_in_himself_takes_the_mandate_back(self):
        listing = self._create_listing()
        self._create_tenancy(partner_id=self.owner.id, kind="owner").action_move_in()
        self.assertEqual(listing.state, "withdrawn")

    def test_let_needs_a_tenancy_of_the_unit(self):
        listing = self._create_listing()
        with self.assertRaises(UserError):
            listing.action_let()
        with self.assertRaises(ValidationError):
            listing.tenancy_id = self._create_tenancy(self.unit_2)

    def test_mandate_in_use_is_not_deleted(self):
        with self.assertRaises(UserError):
            self._create_listing().unlink()
        self._create_listing("draft", unit_id=self.unit_2.id).unlink()

    def test_owner_is_asked_once_when_the_occupant_leaves(self):
        """TEN-132"""
        tenancy = self._create_tenancy(self.unit + self.unit_2, state="active")
        self.unit_2.action_does_not_let()
        tenancy = tenancy.with_user(self._user("receptionist"))
        tenancy.action_move_out()
        tenancy.action_stay()
        tenancy.action_move_out()
        self.assertEqual(self._activities(self.unit, "owner_wish"), [(self.leasing, "2026-06-15")])
        self.assertEqual(self._activities(self.unit_2, "owner_wish"), [])

    def test_answer_of_the_owner_is_kept_and_done(self):
        """TEN-140"""
        self._create_tenancy(state="move_out")
        receptionist = self._user("receptionist")
        self.unit.with_user(receptionist).action_wants_to_let()
        self.assertRecordValues(
            self.unit,
            [
                {
                    "letting_wish": "wants",
                    "letting_asked_on": date(2026, 6, 15),
                    "letting_asked_by_id": receptionist.id,
                }
            ],
        )
        self.assertEqual(self._activities(self.unit, "owner_wish"), [])

    def test_next_occupant_makes_the_question_new(self):
        self.unit.action_wants_to_let()
        self._create_tenancy(state="active")
        self.assertRecordValues(
            self.unit, [{"letting_wish": "not_asked", "letting_asked_on": False}]
        )

    def test_sheet_of_units_to_let_is_taken(self):
        run = self._create_import(
            {
                _SHEET: [
                    _HEADING,
                    ["T-12-03", 100, "2026-06-01", "2026-12-31", "yes"],
                    ["T-12-04", "", "2026-07-01", "", ""],
                ]
            }
        )
        run.action_import()
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
        listings = self.env["pm.listing"].search([("site_id", "=", self.site.id)])
        self.assertRecordValues(
            listings.sorted("unit_id"),
            [
                {
                    "unit_id": self.unit.id,
                    "asked_rent": 12050.0,
                    "owner_id": self.owner.id,
                    "is_deed_seen": True,
                    "state": "open",
                },
                {
                    "unit_id": self.unit_2.id,
                    "asked_rent": 0.0,
                    "owner_id": self.owner.id,
                    "is_deed_seen": False,
                    "state": "draft",
                },
            ],
        )

    def test_bad_rows_of_the_sheet_are_named(self):
        self._create_unit(room="77")
        self._create_ownership(unit_id=self._create_unit(room="78").id)
        self._create_listing(unit_id=self.unit_2.id)
        good = ["T-12-03", 100, "2026-06-01", "", ""]
        for row, column, reason in (
            (["T-99-99", 1, "2026-06-01", "", ""], "Unit No.", "There is no unit"),
            (["T-12-77", 1, "2026-06-01", "", ""], "Unit No.", "no owner"),
            (["T-12-04", 1, "2026-06-01", "", ""], "Unit No.", "open mandate"),
            (good, "Unit No.", "Row 2 holds"),
            (["X-12-03", 1, "2026-06-01", "", ""], "Unit No.", "There is no unit"),
            (["T-12-78", 1, "2026-01-01", "2026-06-14", ""], "Valid To", "over"),
            (["T-12-78", -1, "2026-01-01", "", ""], "Unit Rent Asked", "too small"),
        ):
            with self.subTest(row=row):
                run = self._create_import({_SHEET: [_HEADING, good, row]})
                run.action_check()
                self.assertEqual(run.state, "refused")
                self.assertEqual((run.line_ids.row, run.line_ids.column), (3, column))
                self.assertIn(reason, run.line_ids.message)

    def test_mandate_may_come_with_its_unit(self):
        run = self._create_import(
            {
                "Units": [UNITS, ["T", 3, "01", 90, "Han Meimei"]],
                _SHEET: [_HEADING, ["T-03-01", 50, "2026-06-01", "", ""]],
            }
        )
        run.action_import()
        self.assertEqual(run.state, "done", run.line_ids.mapped("message"))
