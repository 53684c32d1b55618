from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import tagged

from .common import TenancyCommon


@tagged("post_install", "-at_install")
class TestVacancy(TenancyCommon):
    """TEN-015: long-vacant units whose owner cannot be reached are found."""

    def _assert_long_vacant(self, unit, expected):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(unit.is_long_vacant, expected)
        for value in (True, False):
            found = self.env["pm.unit"].search(
                Domain("id", "=", unit.id) & Domain("is_long_vacant", "=", value)
            )
            self.assertEqual(bool(found), expected is value)

    def test_unit_is_long_vacant_three_months_after_the_move_out(self):
        with freeze_time("2026-05-31 04:00:00"):
            self._create_tenancy(state="closed")  # the last occupant's last day is 31 May
        self.env.invalidate_all()
        for now, expected in (
            ("2026-08-31 15:59:00", False),  # 31 August in Shanghai
            ("2026-08-31 16:00:00", True),  # 1 September
        ):
            with self.subTest(now=now), freeze_time(now):
                self._assert_long_vacant(self.unit, expected)
                self.assertEqual(str(self.unit.date_vacant), "2026-06-01")

    def test_setting_of_the_office_counts(self):
        with freeze_time("2026-05-31 04:00:00"):
            self._create_tenancy(state="closed")
        with freeze_time("2026-07-01 04:00:00"):
            self._assert_long_vacant(self.unit, False)
            self.site.long_vacant_months = 1
            self._assert_long_vacant(self.unit, True)

    def test_unit_without_history_counts_from_its_registration(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_unit SET create_date = '2026-01-09 16:00:00' WHERE id = %s", [self.unit.id]
        )
        self.env.invalidate_all()
        for now, expected in (("2026-04-09 04:00:00", False), ("2026-04-10 04:00:00", True)):
            with self.subTest(now=now), freeze_time(now):
                self._assert_long_vacant(self.unit, expected)
                self.assertEqual(str(self.unit.date_vacant), "2026-01-10")

    @freeze_time("2026-12-01 04:00:00")
    def test_occupied_unit_is_not_vacant(self):
        self._create_tenancy(state="active")
        self._assert_long_vacant(self.unit, False)
        self.assertFalse(self.unit.date_vacant)

    def test_owner_without_telephone_and_email_is_not_reachable(self):
        self._create_ownership()
        contact = self._create_partner(name="Agent", parent_id=self.owner.id)
        for vals, record, expected in (
            ({"phone": False, "email": False}, self.owner, False),
            ({"pm_mobile": "190 1"}, contact, True),
            ({"pm_mobile": False}, contact, False),
            ({"email": "han@example.com"}, self.owner, True),
        ):
            record.write(vals)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(vals=vals):
                self.assertEqual(self.unit.is_owner_reachable, expected)
                found = self.env["pm.unit"].search(
                    Domain("id", "=", self.unit.id) & Domain("is_owner_reachable", "=", expected)
                )
                self.assertEqual(found, self.unit)
        self.assertFalse(self.unit_2.is_owner_reachable)
