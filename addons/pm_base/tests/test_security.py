from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PmCommon


@tagged("post_install", "-at_install")
class TestSecurity(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.papers = cls.env["pm.document"].create(
            [
                {"form_id": cls.env.ref("pm_base.form_f_bil_04").id, "site_id": site.id}
                for site in (cls.site, cls.other_site)
            ]
        )

    def test_user_sees_only_the_assigned_offices(self):
        user = self._user("receptionist")
        papers = self.env["pm.document"].with_user(user).search([])
        self.assertEqual(papers.site_id, self.site)
        self.assertEqual(self.env["pm.site"].with_user(user).search([]), self.site)
        with self.assertRaises(AccessError):
            self.papers[1].with_user(user).read(["name"])

    def test_assignment_takes_effect_at_once(self):
        user = self._user("receptionist")
        self.env["pm.document"].with_user(user).search([])
        user.site_ids += self.other_site
        self.assertTrue(self.papers[1].with_user(user).read(["name"]))
        self.other_site.user_ids -= user
        with self.assertRaises(AccessError):
            self.papers[1].with_user(user).read(["name"])

    def test_user_of_every_office_sees_all_of_the_company(self):
        user = self._user("receptionist", self.env["pm.site"])
        self.assertFalse(self.env["pm.document"].with_user(user).search([]))
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        found = self.env["pm.document"].with_user(user).search([("id", "in", self.papers.ids)])
        self.assertEqual(found, self.papers.sorted(lambda paper: (paper.date, paper.id), True))

    def test_other_company_is_out_of_sight(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        site = self._create_site("Far Office", "FA", company_id=company.id)
        user = self._user("receptionist", site)
        self.assertFalse(self.env["pm.site"].with_user(user).search([]))
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        self.assertNotIn(site, self.env["pm.site"].with_user(user).search([]))

    def test_receptionist_cannot_configure(self):
        user = self._user("receptionist")
        for record, vals in (
            (self.site, {"phone": "1"}),
            (self.env.ref("pm_base.form_f_bil_04"), {"copies": 9}),
        ):
            with self.assertRaises(AccessError):
                record.with_user(user).write(vals)
        for model, vals in (
            ("pm.calendar.day", {"name": "Day", "date": "2026-10-08"}),
            ("pm.import", {"site_id": self.site.id, "file": b"eA=="}),
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).create(vals)

    def test_director_cannot_configure_another_office(self):
        user = self._user("director")
        self.site.with_user(user).phone = "0000-7654321"
        with self.assertRaises(AccessError):
            self.other_site.with_user(user).phone = "1"

    def test_nobody_but_the_manager_deletes_papers(self):
        with self.assertRaises(AccessError):
            self.papers[0].with_user(self._user("leader")).unlink()

    def test_progress_is_read_only_for_users(self):
        with self.assertRaises(AccessError):
            self.env["pm.progress"].with_user(self._user("director")).create(
                {"res_model": "pm.import", "res_id": 1}
            )
