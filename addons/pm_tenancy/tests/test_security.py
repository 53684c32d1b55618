from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import TenancyCommon

MODELS = (
    "pm.building",
    "pm.building.floor",
    "pm.unit",
    "pm.ownership",
    "pm.tenancy",
    "pm.tenancy.unit",
    "pm.tenancy.staff",
    "pm.name.plate",
    "pm.building.drawing",
)
# Not everybody in the office may look these up.
CLOSED_MODELS = (
    "pm.contract.review",
    "pm.contract.review.opinion",
    "pm.committee.record",
    "pm.reveal.log",
)


@tagged("post_install", "-at_install")
class TestTenancySecurity(TenancyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.building.floor_ids = [Command.create({"floor_from": 1, "floor_to": 3, "name": "Lobby"})]
        cls.ownership = cls._create_ownership()
        cls.tenancy = cls._create_tenancy(state="active")
        cls.records = {
            "pm.building": cls.building,
            "pm.building.floor": cls.building.floor_ids,
            "pm.unit": cls.unit,
            "pm.ownership": cls.ownership,
            "pm.tenancy": cls.tenancy,
            "pm.tenancy.unit": cls.tenancy.line_ids,
            "pm.tenancy.staff": cls.env["pm.tenancy.staff"].create(
                {"tenancy_id": cls.tenancy.id, "name": "Wei Hua"}
            ),
            "pm.name.plate": cls.env["pm.name.plate"].create({"tenancy_id": cls.tenancy.id}),
            "pm.building.drawing": cls.env["pm.building.drawing"].create(
                {"site_id": cls.site.id, "drawing_no": "1", "name": "Lighting"}
            ),
        }

    def test_everybody_in_the_office_may_look_up(self):
        for post in ("receptionist", "engineer", "security", "cashier"):
            user = self._user(post)
            for model, record in self.records.items():
                with self.subTest(post=post, model=model):
                    self.assertTrue(record.with_user(user).read([]))

    def test_receptionist_keeps_tenancies_but_not_the_register(self):
        user = self._user("receptionist")
        tenancy = self._create_tenancy(self.unit_2).with_user(user)
        for action in ("action_move_in", "action_activate", "action_move_out", "action_close"):
            getattr(tenancy, action)()
        self.assertEqual(self.unit_2.state, "vacant")
        for record, vals in (
            (self.building, {"name": "Mine"}),
            (self.unit, {"area": 1}),
            (self.ownership, {"share": 1}),
        ):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(user).write(vals)
        for model, vals in (
            ("pm.building", {"name": "B", "code": "B", "site_id": self.site.id}),
            ("pm.unit", {"building_id": self.building.id, "floor": 1, "room": "1", "area": 1}),
            ("pm.ownership", {"unit_id": self.unit_2.id, "partner_id": self.tenant.id}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(user).create(vals)
        with self.assertRaises(AccessError):
            self._create_tenancy(self._create_unit(room="31")).with_user(user).unlink()

    def test_engineer_and_guard_change_nothing(self):
        for post in ("engineer", "security", "cashier"):
            user = self._user(post)
            with self.subTest(post=post):
                with self.assertRaises(AccessError):
                    self.tenancy.with_user(user).action_move_out()
                with self.assertRaises(AccessError):
                    self.unit.with_user(user).write({"note": "x"})

    def test_supervisor_keeps_the_register(self):
        user = self._user("supervisor")
        unit = (
            self.env["pm.unit"]
            .with_user(user)
            .create({"building_id": self.building.id, "floor": 5, "room": "01", "area": 40})
        )
        unit.area = 41
        unit.ownership_ids = [Command.create({"partner_id": self.owner.id})]
        self.assertEqual(unit.owner_id, self.owner)

    def test_user_of_another_office_sees_and_changes_nothing(self):
        stranger = self._user("supervisor", self.other_site)
        for model, record in self.records.items():
            with self.subTest(model=model):
                own = self.env[model].with_user(stranger)
                self.assertFalse(own.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    record.with_user(stranger).read(["display_name"])
                with self.assertRaises(AccessError):
                    record.with_user(stranger).write({"write_date": "2026-01-01"})
        self.assertEqual(self.env["pm.unit"].with_user(stranger).search([]), self.other_unit)

    def test_base_archive_of_another_office_is_out_of_sight(self):
        partner = self.other_tenant.id
        review = self.env["pm.contract.review"].create(
            {"site_id": self.site.id, "name": "Lifts", "partner_id": partner}
        )
        record = self.env["pm.committee.record"].create({"site_id": self.site.id, "name": "Fees"})
        stranger = self._user("supervisor", self.other_site)
        for entry in (review, record):
            with self.subTest(model=entry._name):
                self.assertFalse(entry.with_user(stranger).search([("id", "in", entry.ids)]))
                with self.assertRaises(AccessError):
                    entry.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            record.with_user(self._user("security")).read(["name"])

    def test_guard_registers_nobody(self):
        guard = self._user("security")
        for model, vals in (
            ("pm.tenancy.staff", {"tenancy_id": self.tenancy.id, "name": "Me"}),
            ("pm.name.plate", {"tenancy_id": self.tenancy.id}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(guard).create(vals)

    def test_tenancy_is_not_made_for_another_office(self):
        stranger = self._user("receptionist", self.other_site)
        with self.assertRaises(UserError):
            self.env["pm.tenancy"].with_user(stranger).create(
                {
                    "site_id": self.other_site.id,
                    "partner_id": self.tenant.id,
                    "date_start": "2027-01-01",
                    "line_ids": [Command.create({"unit_id": self.unit.id})],
                }
            )
        with self.assertRaises(AccessError):
            self.env["pm.tenancy"].with_user(stranger).create(
                {
                    "site_id": self.site.id,
                    "partner_id": self.tenant.id,
                    "date_start": "2027-01-01",
                }
            )

    def test_other_company_is_out_of_sight(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        far_site = self._create_site("Far Office", "FA", company_id=company.id)
        building = self._create_building(site_id=far_site.id)
        unit = self._create_unit(building_id=building.id)
        self.assertEqual(unit.company_id, company)
        user = self._user("supervisor", far_site)
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        self.assertNotIn(unit, self.env["pm.unit"].with_user(user).search([]))
        self.assertIn(self.unit, self.env["pm.unit"].with_user(user).search([]))
        with self.assertRaises(AccessError):
            unit.with_user(user).read(["code"])
        with self.assertRaises(UserError):
            self._create_ownership(
                partner_id=self._create_partner(name="Far", company_id=company.id).id,
                unit_id=self.unit_2.id,
            )

    def test_outsiders_have_no_access(self):
        for groups in ("base.group_user", "base.group_portal"):
            login = groups.replace(".", "_")
            user = new_test_user(self.env, f"outsider_{login}", groups)
            for model in (*MODELS, *CLOSED_MODELS, "pm.reveal"):
                with self.subTest(groups=groups, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
