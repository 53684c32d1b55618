from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import MARCH, BillingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 04:00:00")
class TestBillFacts(BillingCommon):
    """BIL-021: a run that was checked is checked anew when what it was reckoned by changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active(monthly_rent=3000.0)
        cls.bill_run = cls._collect("2026-04-01")
        cls.bill_run.action_check()

    def _agree(self, **vals):
        return self.env["pm.tenancy.fee"].create(
            {
                "tenancy_id": self.tenancy.id,
                "fee_id": self.fee.id,
                "price": 10.8,
                "date_start": "2026-04-01",
                **vals,
            }
        )

    def test_price_agreed_after_the_check_is_billed(self):
        """Checked on the 30th, agreed on the 31st, billed on the 1st."""
        area = self._user("area")
        self.assertFalse(self.env["pm.bill.run"].with_user(area).has_access("write"))
        self._agree()
        self.assertEqual(self.bill_run.state, "collected")
        self.bill_run.action_check()
        self.bill_run.action_invoice()
        self.assertEqual(self.bill_run.bill_ids.amount_total, 1361.4)

    def test_every_fact_reopens_the_run(self):
        price = self.fee.price_ids
        agreed = self._agree()
        term = self.env["pm.tenancy.term"].create(
            {"tenancy_id": self.tenancy.id, "date_start": "2026-01-01", "monthly_rent": 3000.0}
        )
        tier = self.env["pm.fee.tier"].create({"price_id": price.id, "above": 10, "price": 1})
        changes = {
            "tariff": lambda: price.write({"price": 11.0}),
            "next tariff": lambda: self.fee.write(
                {
                    "price_ids": [
                        Command.update(price.id, {"date_end": "2026-04-14"}),
                        Command.create({"date_start": "2026-04-15", "price": 9.0}),
                    ]
                }
            ),
            "tier": lambda: tier.write({"price": 2}),
            "tier gone": tier.unlink,
            "another fee": lambda: self._create_fee("Lift", "LIF", price=1.0),
            "fee given up": lambda: self.refuse.write({"active": False}),
            "agreement": lambda: agreed.write({"price": 10.5}),
            "agreement gone": agreed.unlink,
            "rent": lambda: term.write({"monthly_rent": 2900.0}),
            "no rent": term.unlink,
            "area": lambda: self.tenancy.line_ids.write({"area": 100.0}),
            "end": lambda: self.tenancy.write({"date_end": "2026-04-10"}),
            "payer": lambda: self.tenancy.write({"payer_id": self.other_tenant.id}),
            "occupant": lambda: self._create_active(self.unit_2),
            "leaving": lambda: self.tenancy.write({"state": "move_out"}),
            "day of leaving": lambda: self.tenancy.write({"date_moved_out": "2026-04-05"}),
        }
        for name, change in changes.items():
            self.bill_run.action_check()
            with self.subTest(name):
                change()
                self.assertEqual(self.bill_run.state, "collected")

    def test_what_no_bill_is_reckoned_by_leaves_it_alone(self):
        self.tenancy.contact_name = "Han Meimei"
        self.fee.note = "See the agreement"
        self._create_tenancy(self.unit_2)
        march = self._collect(MARCH)
        self.assertEqual((self.bill_run.state, march.state), ("checked", "collected"))

    def test_billed_run_is_left_alone(self):
        self.bill_run.action_invoice()
        self._agree()
        self.assertEqual(self.bill_run.state, "invoiced")

    def test_move_in_of_who_is_not_there_yet(self):
        """BIL-014: his own run is, that of the month is not."""
        tenancy = self._create_tenancy(self.unit_2, date_start="2026-04-02", state="move_in")
        own = self.env["pm.bill.run"]._open_occasion(tenancy, "move_in")
        self._agree(tenancy_id=tenancy.id)
        self.assertEqual((own + self.bill_run).mapped("state"), ["collected", "checked"])
