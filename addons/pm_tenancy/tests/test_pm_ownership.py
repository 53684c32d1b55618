from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TenancyCommon


@tagged("post_install", "-at_install")
class TestPmOwnership(TenancyCommon):
    """TEN-012: the owner of a unit, who is liable for its tenant."""

    def test_shares_add_up_to_the_whole_at_most(self):
        self._create_ownership(share=60)
        self._create_ownership(share=40, partner_id=self.tenant.id)
        with self.assertRaises(ValidationError):
            self._create_ownership(share=0.01, partner_id=self.other_tenant.id)

    def test_share_lies_between_zero_and_the_whole(self):
        for share in (0, -10, 100.01):
            with (
                self.subTest(share=share),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
            ):
                self._create_ownership(share=share)

    def test_unit_is_sold_from_one_day_to_the_next(self):
        seller = self._create_ownership()
        with self.assertRaises(ValidationError):
            self._create_ownership(partner_id=self.tenant.id, date_start="2026-07-01")
        seller.date_end = "2026-06-30"
        self._create_ownership(partner_id=self.tenant.id, date_start="2026-07-01")
        with self.assertRaises(ValidationError):
            seller.date_end = "2026-07-01"

    def test_ownership_ends_after_it_begins(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_ownership(date_start="2026-02-01", date_end="2026-01-31")

    def test_owner_of_the_unit_holds_the_largest_share(self):
        self._create_ownership(share=40)
        self._create_ownership(share=60, partner_id=self.tenant.id)
        self.assertEqual(self.unit.owner_id, self.tenant)
        self.assertFalse(self.unit_2.owner_id)

    def test_unit_passes_to_the_buyer_on_the_day_of_the_transfer(self):
        with freeze_time("2026-06-30 04:00:00"):
            self._create_ownership(date_end="2026-06-30")
            self._create_ownership(partner_id=self.tenant.id, date_start="2026-07-01")
            tenancy = self._create_tenancy(partner_id=self.other_tenant.id)
            self.assertEqual(self.unit.owner_id, self.owner)
            self.env["pm.unit"]._cron_refresh_owners()
            self.assertEqual(self.unit.owner_id, self.owner)
        with freeze_time("2026-07-03 04:00:00"):  # the server slept over the day itself
            self.env["pm.unit"]._cron_refresh_owners()
            self.assertEqual(self.unit.owner_id, self.tenant)
            self.assertEqual(tenancy.owner_id, self.tenant)
        self.assertEqual(self.unit._get_owners(date(2026, 6, 30)), self.owner)

    @freeze_time("2026-06-30 04:00:00")
    def test_former_owner_is_not_the_owner_and_a_coming_one_is(self):
        ownership = self._create_ownership(date_end="2026-06-29")
        self.assertFalse(self.unit.owner_id)
        ownership.write({"date_start": "2026-08-01", "date_end": False})
        self.assertEqual(self.unit.owner_id, self.owner)

    def test_closed_file_keeps_the_owner_of_its_time(self):
        ownership = self._create_ownership(date_start="2026-01-01")
        tenancy = self._create_tenancy(state="closed", partner_id=self.tenant.id)
        ownership.partner_id = self.other_tenant
        self.assertEqual(self.unit.owner_id, self.other_tenant)
        self.assertEqual(tenancy.owner_id, self.owner)
