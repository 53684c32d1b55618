from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestPmFee(BillingCommon):
    """BIL-018: which fees there are and how each is composed."""

    def _price_of(self, unit, day=date(2026, 3, 1)):
        for layer in self.fee._get_tariffs(unit):
            for rate in layer:
                if rate.start <= day and (not rate.end or day <= rate.end):
                    return rate.price
        return None

    def test_most_exact_tariff_holds(self):
        scopes = [
            ({"usage": "office"}, 13.0),
            ({"building_id": self.building.id}, 14.0),
            ({"building_id": self.building.id, "usage": "office"}, 15.0),
        ]
        self.assertEqual(self._price_of(self.unit), 12.0)
        for scope, price in scopes:
            self._create_price(price=price, **scope)
            self.assertEqual(self._price_of(self.unit), price)

    def test_tariff_of_another_building_or_usage_does_not_hold(self):
        tower = self._create_building(code="U")
        self._create_price(building_id=tower.id, price=99.0)
        self._create_price(usage="mall", price=98.0)
        self.assertEqual(self._price_of(self.unit), 12.0)

    @mute_logger("odoo.sql_db")
    def test_overlapping_price_is_refused(self):
        for scope in (
            {},
            {"building_id": self.building.id},
            {"usage": "mall"},
            {"building_id": self.building.id, "usage": "mall"},
        ):
            if scope:
                self._create_price(date_start="2026-01-01", date_end="2026-06-30", **scope)
            with (
                self.subTest(scope=scope),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_price(date_start="2026-06-30", **scope)

    def test_price_that_follows_another_is_accepted(self):
        self._create_price(usage="mall", date_start="2026-01-01", date_end="2026-06-30")
        self.assertTrue(self._create_price(usage="mall", date_start="2026-07-01"))

    @mute_logger("odoo.sql_db")
    def test_impossible_prices_are_refused(self):
        for vals in (
            {"price": -0.01, "usage": "mall"},
            {"date_start": "2026-02-01", "date_end": "2026-01-31", "usage": "hotel"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_price(**vals)

    @mute_logger("odoo.sql_db")
    def test_code_is_unique_in_the_office(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_fee("Another", "MGT")
        self.assertTrue(self._create_fee("Another", "MGT", site_id=self.other_site.id))

    def test_price_in_words(self):
        local = self.fee.with_context(lang="zh_CN")
        self.assertEqual(local._word_price(12.0), "12.00 元/m²·月")
        self.assertEqual(local._word_price(1.8555), "1.8555 元/m²·月")
        self.assertEqual(local._word_price(1.855), "1.855 元/m²·月")
        self.assertEqual(self.refuse.with_context(lang="zh_CN")._word_price(60.0), "60.00 元/月")

    def test_agreement_of_another_office_or_unit_is_refused(self):
        tenancy = self._create_tenancy()
        foreign = self._create_fee("Foreign", "F", site_id=self.other_site.id)
        for vals in ({"fee_id": foreign.id}, {"fee_id": self.fee.id, "unit_id": self.unit_2.id}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.env["pm.tenancy.fee"].create({"tenancy_id": tenancy.id, **vals})

    @mute_logger("odoo.sql_db")
    def test_two_agreements_about_one_day_are_refused(self):
        tenancy = self._create_tenancy()
        vals = {"tenancy_id": tenancy.id, "fee_id": self.fee.id, "price": 9.0}
        self.env["pm.tenancy.fee"].create({**vals, "date_end": "2026-03-31"})
        self.env["pm.tenancy.fee"].create({**vals, "date_start": "2026-04-01"})
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["pm.tenancy.fee"].create({**vals, "date_start": "2026-05-01"})
