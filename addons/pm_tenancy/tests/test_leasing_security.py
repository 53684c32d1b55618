from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .leasing_common import LeasingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestLeasingSecurity(LeasingCommon):
    """The leasing officer lets; the desk and the leaders read; other offices see nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        flat = cls._create_unit(room="51", usage="residential")
        patrol = cls.env["pm.vacant.patrol"].create(
            {"site_id": cls.site.id, "building_id": cls.building.id}
        )
        tenancy = cls._create_tenancy(flat, state="active")
        tenancy._renew(cls.env["pm.tenancy"]._fields["date_end"].to_date("2027-12-31"), 1)
        cls.mandates = {
            "pm.listing": cls._create_listing(),
            "pm.lease.request": cls._create_request("reserved"),
            "pm.vacant.patrol": patrol,
            "pm.vacant.patrol.line": patrol.line_ids[0],
        }
        cls.records = {
            **cls.mandates,
            "pm.tenancy.term": tenancy.term_ids[0],
            "pm.letting.registration": cls.env["pm.letting.registration"].create(
                {"site_id": cls.site.id, "unit_id": flat.id, "tenancy_id": tenancy.id}
            ),
        }

    def test_desk_and_leaders_read(self):
        for post in ("receptionist", "area", "supervisor", "leader", "director", "leasing"):
            user = self._user(post)
            for model, record in self.records.items():
                with self.subTest(post=post, model=model):
                    self.assertTrue(record.with_user(user).read([]))

    def test_only_the_leasing_officer_keeps_mandates_and_patrols(self):
        for post in ("receptionist", "area", "supervisor", "leader"):
            user = self._user(post)
            for model, record in self.mandates.items():
                with self.subTest(post=post, model=model):
                    with self.assertRaises(AccessError):
                        record.with_user(user).write({"site_id": self.site.id})
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).create({})
        for post in ("leasing", "director"):
            for model, record in self.mandates.items():
                with self.subTest(post=post, model=model):
                    record.with_user(self._user(post)).check_access("write")

    def test_officer_gives_the_mandates_their_course(self):
        listing = self._create_listing("draft", unit_id=self.unit_2.id).with_user(self.leasing)
        listing.action_open()
        listing.action_withdraw()
        request = self._create_request().with_user(self.leasing)
        request.write({"unit_id": self.unit_2.id, "earnest_paid_on": "2026-06-14"})
        request.action_reserve()
        request.earnest_outcome = "returned"
        request.action_release()
        self.assertEqual((listing.state, request.state), ("withdrawn", "released"))

    def test_nobody_rewrites_the_terms_of_a_lease(self):
        for post in ("receptionist", "leasing", "leader", "director"):
            term = self.records["pm.tenancy.term"].with_user(self._user(post))
            with self.subTest(post=post), self.assertRaises(AccessError):
                term.monthly_rent = 5

    def test_other_posts_look_up_units_but_no_mandates(self):
        for post in ("engineer", "security", "cashier"):
            user = self._user(post)
            self.assertTrue(self.unit.with_user(user).read([]))
            self.assertEqual(self.unit.with_user(user).asked_rent, 12050)
            for model in ("pm.listing", "pm.lease.request", "pm.letting.registration"):
                with self.subTest(post=post, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
            with self.subTest(post=post), self.assertRaises(AccessError):
                self.unit.with_user(user).action_wants_to_let()

    def test_user_of_another_office_sees_and_changes_nothing(self):
        stranger = self._user("leasing", self.other_site)
        for model, record in self.records.items():
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(stranger).search([]))
                with self.assertRaises(AccessError):
                    record.with_user(stranger).read(["display_name"])
                with self.assertRaises(AccessError):
                    record.with_user(stranger).write({"site_id": self.other_site.id})
        with self.assertRaises(AccessError):
            self.unit.with_user(stranger).action_wants_to_let()

    def test_other_company_is_out_of_sight(self):
        user = self._user("leasing")
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        far_site = self._create_site("Far Office", "FA", company_id=company.id)
        building = self._create_building(site_id=far_site.id)
        unit = self._create_unit(building_id=building.id)
        owner = self._create_partner(name="Far Owner")
        listing = self.env["pm.listing"].create(
            {"site_id": far_site.id, "unit_id": unit.id, "owner_id": owner.id}
        )
        self.assertNotIn(listing, self.env["pm.listing"].with_user(user).search([]))
        with self.assertRaises(AccessError):
            listing.with_user(user).read(["name"])

    def test_outsiders_have_no_access(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"outsider_{groups.replace('.', '_')}", groups)
            for model in self.records:
                with self.subTest(groups=groups, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
