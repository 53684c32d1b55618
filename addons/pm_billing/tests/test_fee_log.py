from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 04:00:00")
class TestFeeLog(BillingCommon):
    """BIL-074: what an occupant need not pay, and every change of a price, can be followed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = cls._user("director")
        cls.tenancy = cls._create_active()

    def _logged(self, record):
        """Return who wrote the last message in the log of a record, and its text."""
        message = record.message_ids.sorted("id")[-1:]
        return message.author_id, message.body.striptags()

    def _agree(self, **vals):
        return (
            self.env["pm.tenancy.fee"]
            .with_user(self.director)
            .with_context(tracking_disable=True, mail_notrack=True)
            .create({"tenancy_id": self.tenancy.id, "fee_id": self.refuse.id, **vals})
        )

    def test_tariff_keeps_old_and_new_price(self):
        price = self.fee.price_ids.with_user(self.director)
        price.price = 13.5
        author, text = self._logged(self.fee)
        self.assertEqual(author, self.director.partner_id)
        self.assertIn("from 12.00 yuan/m²·month", text)
        self.assertIn("to 13.50 yuan/m²·month", text)
        count = len(self.fee.message_ids)
        price.price = 13.5
        self.assertEqual(len(self.fee.message_ids), count)

    def test_tiers_are_logged_on_the_fee(self):
        price = self.fee.price_ids.with_user(self.director)
        price.tier_ids = [Command.create({"above": 100, "price": 1})]
        self.assertIn("above 100 1.00", self._logged(self.fee)[1])
        price.tier_ids.price = 0.5
        self.assertIn("to above 100 0.50", self._logged(self.fee)[1])
        price.tier_ids.unlink()
        self.assertIn("Price taken away: above 100 0.50", self._logged(self.fee)[1])

    def test_agreement_is_logged_on_the_tenancy_whatever_the_context(self):
        line = self._agree(terms="excluded", note="Word of the owner")
        author, text = self._logged(self.tenancy)
        self.assertEqual(author, self.director.partner_id)
        self.assertIn("Refuse, Not Charged, Word of the owner", text)
        line.write({"terms": "agreed", "price": 0})
        self.assertIn("to Refuse, 0.00 yuan/month", self._logged(self.tenancy)[1])
        line.unlink()
        self.assertIn("Price taken away: Refuse", self._logged(self.tenancy)[1])

    def test_register_lists_what_is_left_out_as_long_as_it_holds(self):
        """F-BIL-15: excluded or free, with the reason and by whom; a lower price is no waiver."""
        self._agree(terms="excluded", note="Word of the owner", date_end="2026-03-01")
        self._agree(fee_id=self.fee.id, price=0, date_start="2026-04-01", note="Free month")
        self._agree(price=30, date_start="2026-03-02")
        register = self.env.ref("pm_billing.register_agreed")
        for day, notes in (
            (date(2026, 2, 28), ["Word of the owner"]),
            (date(2026, 3, 31), ["Word of the owner"]),
            (date(2026, 4, 30), ["Free month"]),
        ):
            with self.subTest(day=day):
                rows = register._issue(self.site, day).content["rows"]
                held = [row["cells"][5] for row in rows if row["mark"] != "removed"]
                self.assertEqual(held, notes)
                self.assertIn(self.director.name, rows[0]["cells"])
