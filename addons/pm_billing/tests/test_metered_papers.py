from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .metering_common import APRIL, MeteringCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestMeteredPapers(MeteringCommon):
    """What of the meters is printed, and who is reminded to read them."""

    def _dues(self):
        dues = self.env["pm.due"].with_context(lang="en_US")
        dues.invalidate_model()
        return dues.search([("site_id", "=", self.site.id), ("kind", "=", "meter_round")])

    def test_statement_shows_what_was_counted(self):
        """BIL-027: readings, multiplier, use and the price of each tier."""
        self._set_tiers((100, 1.0))
        self._read(self.meter, "2026-03-25", 212.5)
        page = self._print(self._bill(APRIL).bill_ids._pm_print_statements())[0]
        for text in (
            "上期200",
            "本期212.5",
            "倍率10",
            "用量125kWh",
            "100×0.80元/kWh",
            "25×1.00元/kWh",
            "105.00",
            "阶梯价",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)

    def test_reading_says_what_it_will_cost(self):
        """F-BIL-05 is with the fee office before anything is collected."""
        reading = self._read(self.meter, "2026-03-25", 212.5)
        self.assertRecordValues(reading, [{"amount_charged": 100.0, "price_text": "0.80"}])
        self._bill(APRIL)
        self.power.price_ids.price = 9.0
        reading.invalidate_recordset()
        self.assertRecordValues(reading, [{"amount_charged": 100.0, "price_text": "0.80"}])

    def test_summary_of_the_month(self):
        """BIL-020: the readings of the month, with use and amount, on the day of the cut-off."""
        self._read(self.meter, "2026-03-25", 212.5)
        register = self.env.ref("pm_billing.register_metering")
        register.date_start = "2026-01-01"
        register._issue_missing(self.site, date(2026, 3, 25))
        issue = register.issue_ids.filtered(
            lambda each: each.site_id == self.site and each.date == date(2026, 3, 25)
        )
        cells = [row["cells"] for row in issue.content["rows"]]
        self.assertEqual(len(cells), 1)
        for value in (self.meter.meter_no, self.tenant.name, 200.0, 212.5, 125.0, "0.80", 100.0):
            self.assertIn(value, cells[0])

    def test_meters_are_on_the_due_list_until_they_are_read(self):
        """BIL-020: engineering is reminded of the cut-off day of the office."""
        due = self._dues()
        self.assertRecordValues(
            due,
            [
                {
                    "name": "Meters to be read: 1",
                    "res_id": self.building.id,
                    "due_date": date(2026, 3, 25),
                }
            ],
        )
        self.assertEqual(due.action_open()["context"]["default_building_id"], self.building.id)
        self._read(self.meter, "2026-03-24", 205)
        self.assertFalse(self._dues())

    def test_nobody_is_reminded_too_early_or_without_a_fee(self):
        self.site.read_cutoff_day = 31
        with freeze_time("2026-02-20 04:00:00"):
            self.meter.reading_ids.sorted("date")[-1:].unlink()
            self.assertFalse(self._dues())
        with freeze_time("2026-02-21 04:00:00"):
            self.assertEqual(self._dues().due_date, date(2026, 2, 28))
            self.power.active = False
            self.assertFalse(self._dues())
