from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pm_base.tests.screens import read_form, read_page

from .common import TenancyCommon


@tagged("post_install", "-at_install")
class TestScreens(TenancyCommon):
    """TEN-012: the daily screens cost as many queries in a large office as in a small one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("receptionist")
        cls._create_ownership()
        cls.tenancy = cls._create_tenancy(state="active", date_moved_in="2026-01-01")
        units = cls.env["pm.unit"]
        for room in range(20, 60):
            units += cls._create_unit(room=str(room))
        cls.env["pm.ownership"].create(
            [{"unit_id": unit.id, "partner_id": cls.owner.id} for unit in units]
        )
        for unit in units:
            cls._create_tenancy(unit, state="active", date_moved_in="2026-01-01")

    def _assert_read(self, count, read, *args):
        """Return what is read; more than `count` queries with cold caches are a failure."""
        read(*args)  # what a server remembers between requests: views, rights
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(count):
            return read(*args)

    def test_unit_list(self):
        units = self.env["pm.unit"].with_user(self.clerk)
        found = self._assert_read(14, read_page, units, [("site_id", "=", self.site.id)])
        self.assertEqual(len(found["records"]), 42)

    def test_occupant_overview(self):
        view = self.env.ref("pm_tenancy.pm_tenancy_view_list_overview").id
        tenancies = self.env["pm.tenancy"].with_user(self.clerk)
        domain = [("state", "in", ("active", "move_out")), ("site_id", "=", self.site.id)]
        found = self._assert_read(12, read_page, tenancies, domain, view)
        self.assertEqual(len(found["records"]), 41)

    def test_unit_form(self):
        keys = [Command.create({"name": "Door", "code": f"K{number}"}) for number in range(30)]
        self.unit.key_ids = keys
        [found] = self._assert_read(23, read_form, self.unit.with_user(self.clerk))
        self.assertEqual(found["partner_id"]["display_name"], "Blue Kite Trading")

    def test_tenancy_form(self):
        staff = [Command.create({"name": f"Wang {number}"}) for number in range(30)]
        self.tenancy.staff_ids = staff
        [found] = self._assert_read(41, read_form, self.tenancy.with_user(self.clerk))
        self.assertEqual(found["partner_id"]["display_name"], "Blue Kite Trading")
