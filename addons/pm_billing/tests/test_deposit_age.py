from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common_deposit import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 04:00:00")
class TestDepositAge(DepositCommon):
    """Deposits by age: on the list, as a filter, and on the register."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.days = {
            "2025-12-31": "90",
            "2025-12-30": "365",
            "2025-03-31": "365",
            "2025-03-30": "730",
            "2024-03-31": "730",
            "2024-03-30": "old",
        }
        cls.deposits = cls.env["pm.deposit"]
        for day in cls.days:
            deposit = cls._create_held("2026-01-02", amount=100)
            deposit.sudo()._write_noted({"received_on": day})
            cls.deposits |= deposit

    def test_bands_count_the_days_since_the_receipt(self):
        self.assertEqual(self.deposits.mapped("age_band"), list(self.days.values()))

    def test_list_is_grouped_and_filtered_by_the_same_bands(self):
        ours = [("id", "in", self.deposits.ids)]
        groups = self.env["pm.deposit"]._read_group(ours, ["age_band"], ["amount_held:sum"])
        self.assertEqual(dict(groups), {"90": 100.0, "365": 200.0, "730": 200.0, "old": 100.0})
        for band in ("90", "365", "730", "old"):
            with self.subTest(band=band):
                found = self.deposits.search([*ours, ("age_band", "=", band)])
                self.assertEqual(set(found.mapped("age_band")), {band})
                self.assertEqual(len(found), list(self.days.values()).count(band))

    def test_deposit_not_held_has_no_age(self):
        asked = self._create_deposit()
        self.assertFalse(asked.age_band)
        self.assertIn(asked, self.env["pm.deposit"].search([("age_band", "=", False)]))

    def test_register_has_subtotals_by_age_the_oldest_first(self):
        self.site.print_lang = "en_US"
        register = self.env.ref("pm_billing.register_deposits")
        content = register._issue(self.site, date(2026, 3, 31)).content
        groups = list(dict.fromkeys(row["group"] for row in content["rows"]))
        self.assertEqual(
            groups, ["Over 2 Years", "366 Days to 2 Years", "91 to 365 Days", "Up to 90 Days"]
        )
        self.assertEqual(sum(row["cells"][6] for row in content["rows"]), 600)
