from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_tenancy.models.pm_tenancy_staff import _word_pass

from .common import TenancyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmTenancyStaff(TenancyCommon):
    """TEN-071, F-TEN-85: who works with an occupant is registered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_tenancy(state="active")

    def _register(self, name="Wei Hua", tenancy=None, **vals):
        return self.env["pm.tenancy.staff"].create(
            {
                "tenancy_id": (tenancy or self.tenancy).id,
                "name": name,
                "date_registered": "2026-06-01",
                **vals,
            }
        )

    def test_pass_is_held_once_in_an_office(self):
        first = self._register(pass_no="P-1")
        with self.assertRaises(psycopg2.IntegrityError) as caught, mute_logger("odoo.sql_db"):
            self._register("Li Lei", pass_no="P-1")
            self.env.flush_all()
        self.assertIn("_pass_unique", str(caught.exception))
        first.action_leave()
        self._register("Li Lei", pass_no="P-1")
        self._register("Nobody")
        self._register("Nobody Else")
        elsewhere = self._create_tenancy(self.other_unit, site_id=self.other_site.id)
        self._register(tenancy=elsewhere, pass_no="P-1")
        self.env.flush_all()

    def test_refusal_names_the_holder(self):
        self._register(pass_no="P-1")

        class Diagnostics:
            message_detail = f"Key (site_id, pass_no)=({self.site.id}, P-1) already exists."

        message = _word_pass(self.env, Diagnostics)
        self.assertIn("held by Wei Hua of T-12-03 Blue Kite Trading", message)

    def test_closing_the_file_ends_the_registrations(self):
        person = self._register(pass_no="P-1")
        late = self._register("Late", date_registered="2026-06-20")
        gone = self._register("Gone", date_left="2026-06-02")
        self.tenancy.action_move_out()
        self.tenancy.action_close()
        other = self._create_tenancy(self.unit_2, state="active")
        self.assertEqual(
            (person + late + gone).mapped("date_left"),
            [date(2026, 6, 15), date(2026, 6, 20), date(2026, 6, 2)],
        )
        for change in (
            lambda: person.write({"name": "x"}),
            person.unlink,
            lambda: self._register("New"),
            lambda: self._register("Moved", other).write({"tenancy_id": self.tenancy.id}),
        ):
            with self.assertRaisesRegex(UserError, "is closed"):
                change()

    def test_cancelling_frees_the_passes(self):
        tenancy = self._create_tenancy(self.unit_2, state="move_in")
        person = self._register(tenancy=tenancy, pass_no="P-1")
        tenancy.action_cancel()
        self.assertEqual(person.date_left, date(2026, 6, 15))

    def test_nobody_leaves_before_being_registered(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self._register(date_left="2026-05-31")
            self.env.flush_all()
