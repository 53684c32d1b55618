from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .metering_common import APRIL, MeteringCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmCostShare(MeteringCommon):
    """BIL-015, BIL-076: a cost of a month shared to the fen, whoever benefits from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lobby = cls._create_fee("Lobby", "LOB", basis="share", sequence=60)

    def _share(self, amount=1000.0, **vals):
        share = self.env["pm.cost.share"].create(
            {
                "name": "Lobby lighting",
                "site_id": self.site.id,
                "fee_id": self.lobby.id,
                "month": "2026-03-15",
                "amount": amount,
                **vals,
            }
        )
        share.action_share()
        return share

    def _rows(self, share):
        return [
            (line.unit_id, line.tenancy_id, line.date_from.day, line.date_to.day, line.amount)
            for line in share.line_ids
        ]

    def test_by_area_with_vacant_unit_in_sight(self):
        share = self._share()
        empty = self.env["pm.tenancy"]
        self.assertEqual(
            self._rows(share),
            [
                (self.unit, self.tenancy, 1, 31, 601.0),
                (self.unit_2, empty, 1, 31, 399.0),
            ],
        )
        self.assertRecordValues(share, [{"amount_shared": 601.0, "amount_vacant": 399.0}])

    def test_days_of_the_stay_count(self):
        other = self._create_active(
            self.unit_2, date_start="2026-03-17", partner_id=self.other_tenant.id
        )
        share = self._share(100.0, key="equal")
        empty = self.env["pm.tenancy"]
        self.assertEqual(
            self._rows(share),
            [
                (self.unit, self.tenancy, 1, 31, 50.0),
                (self.unit_2, empty, 1, 16, 25.81),
                (self.unit_2, other, 17, 31, 24.19),
            ],
        )

    def test_by_use_of_the_meters(self):
        other = self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        second = self._create_meter(unit_id=self.unit_2.id, date_installed="2026-03-01")
        self._read(self.meter, "2026-03-25", 210)
        self._read(second, "2026-03-25", 50)
        share = self._share(100.0, key="use")
        self.assertEqual(
            [(line.tenancy_id, line.weight, line.amount) for line in share.line_ids],
            [(self.tenancy, 100.0, 66.67), (other, 50.0, 33.33)],
        )

    def test_only_those_who_benefit(self):
        """BIL-076: by scope of benefit."""
        share = self._share(unit_ids=self.unit.ids)
        self.assertEqual(share.line_ids.mapped("amount"), [1000.0])

    def test_nothing_to_share_by(self):
        with self.assertRaisesRegex(UserError, "nothing to be shared by"):
            self._share(key="use", meter_kind="gas")

    def test_run_charges_the_occupants(self):
        share = self._share()
        run = self._collect(APRIL)
        charge = self._metered(run, self.lobby)
        self.assertRecordValues(
            charge,
            [{"amount": 601.0, "date_to": date(2026, 3, 31), "source_id": share.line_ids[0].id}],
        )
        self.assertEqual(charge.formula, "Lobby lighting 1000.00 元 × 120.5/200.5 m²")
        self.assertEqual(charge.action_open_source()["res_id"], share.id)

    def test_share_made_late_is_charged_by_the_next_run(self):
        self._bill(APRIL)
        self._share()
        run = self._bill(date(2026, 5, 1))
        self.assertEqual(self._metered(run, self.lobby).amount, 601.0)
        self.assertFalse(self._metered(self._collect(date(2026, 6, 1)), self.lobby))

    def test_who_agreed_not_to_pay_is_not_charged(self):
        self.env["pm.tenancy.fee"].create(
            {"tenancy_id": self.tenancy.id, "fee_id": self.lobby.id, "terms": "excluded"}
        )
        self._share()
        self.assertFalse(self._metered(self._collect(APRIL), self.lobby))

    def test_billed_share_stays(self):
        share = self._share()
        with self.assertRaisesRegex(UserError, "has been shared"):
            share.amount = 500.0
        run = self._collect(APRIL)
        run.action_check()
        share.action_draft()
        self.assertEqual(run.state, "collected")
        share.amount = 200.5
        share.action_share()
        run.action_check()
        run._invoice(run.month)
        self.assertEqual(self._metered(run, self.lobby).amount, 120.5)
        with self.assertRaisesRegex(UserError, "on a bill"):
            share.action_draft()
        with self.assertRaises(UserError):
            share.unlink()

    def test_only_the_fee_office_shares_costs(self):
        share = self._share()
        for post in ("engineer", "receptionist", "supervisor"):
            with self.subTest(post=post):
                self.assertEqual(share.with_user(self._user(post)).amount, 1000.0)
                with self.assertRaises(AccessError):
                    share.with_user(self._user(post)).action_draft()
        cashier = self._user("cashier")
        share.with_user(cashier).action_draft()
        share.with_user(cashier).action_share()
        with self.assertRaises(AccessError):
            share.line_ids[0].with_user(cashier).amount = 0.0

    def test_costs_of_another_office_are_out_of_sight(self):
        fee = self._create_fee("Other", "OTH", basis="share", site_id=self.other_site.id)
        share = self._share(site_id=self.other_site.id, fee_id=fee.id)
        user = self._user("director")
        for records in (share, share.line_ids):
            self.assertFalse(records.with_user(user).search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                records.with_user(user).read(["amount"])
