from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestHandoverSecurity(HandoverCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.manages_parking = True
        cls.key = cls._create_key()
        cls.meter = cls._create_meter()
        cls.space = cls.env["pm.parking.space"].create({"site_id": cls.site.id, "name": "1"})
        common = {"site_id": cls.site.id, "tenancy_id": cls.tenancy.id}
        cls.records = [
            cls.key,
            cls._lend(cls._create_key()),
            cls.meter,
            cls._read(cls.meter, "2026-06-01", 5),
            cls.space,
            cls.env["pm.parking.contract"].create({**common, "date_start": "2026-07-01"}),
            cls.env["pm.vehicle"].create({**common, "plate": "A1"}),
        ]

    def test_everybody_in_the_office_may_look_up(self):
        for post in ("receptionist", "engineer", "security", "cashier"):
            for record in self.records:
                with self.subTest(post=post, model=record._name):
                    self.assertTrue(record.with_user(self._user(post)).read([]))

    def test_cashier_changes_nothing(self):
        for record in self.records:
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self._user("cashier")).write({"write_date": "2026-01-01"})

    def test_each_post_keeps_what_is_its_own(self):
        engineer = self._user("engineer")
        reading = self.env["pm.meter.reading"].with_user(engineer)
        reading.create({"meter_id": self.meter.id, "date": "2026-06-02", "value": 6})
        with self.assertRaises(AccessError):
            self._lend(self.key, user=engineer)
        with self.assertRaises(AccessError):
            self.meter.with_user(self.receptionist).write({"multiplier": 30})
        with self.assertRaises(AccessError):
            self.space.with_user(self.receptionist).write({"zone": "B2"})
        self._lend(self.key, user=self.guard).with_user(self.guard).action_return()

    def test_user_of_another_office_sees_and_changes_nothing(self):
        stranger = self._user("supervisor", self.other_site)
        for record in self.records:
            with self.subTest(model=record._name):
                model = self.env[record._name].with_user(stranger)
                self.assertFalse(model.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    record.with_user(stranger).read(["display_name"])
                with self.assertRaises(AccessError):
                    record.with_user(stranger).write({"write_date": "2026-01-01"})
        with self.assertRaises(AccessError):
            self.key.with_user(stranger).action_lost()

    def test_nothing_is_lent_across_offices(self):
        key = self._create_key(unit_id=self.other_unit.id)
        with self.assertRaises(UserError):
            self._lend(key, site_id=self.site.id)
        with self.assertRaises(UserError):
            self._lend(key, user=self.env.user, tenancy_id=self.tenancy.id)

    def test_other_company_is_out_of_sight(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        site = self._create_site("Far Office", "FA", company_id=company.id)
        building = self._create_building(site_id=site.id)
        unit = self._create_unit(building_id=building.id)
        key, meter = self._create_key(unit_id=unit.id), self._create_meter(unit_id=unit.id)
        user = self._user("supervisor", site)
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        for record in (key, meter):
            self.assertEqual(record.company_id, company)
            self.assertNotIn(record, self.env[record._name].with_user(user).search([]))

    def test_outsiders_have_no_access(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, "outsider_" + groups.replace(".", "_"), groups)
            for record in self.records:
                model = self.env[record._name].with_user(user)
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    model.search([])
