from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TenancyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmTenancy(TenancyCommon):
    """TEN-004, TEN-012: who occupies which units, as tenant or as owner."""

    def test_units_chosen_at_once_are_named_on_the_tenancy(self):
        tenancy = self.env["pm.tenancy"].create(
            {
                "site_id": self.site.id,
                "partner_id": self.tenant.id,
                "unit_ids": [Command.set((self.unit | self.unit_2).ids)],
                "date_start": "2026-01-01",
            }
        )
        self.env.flush_all()
        self.assertRecordValues(tenancy, [{"unit_codes": "T-12-03, T-12-04", "area": 200.5}])

    def test_only_the_moves_of_the_table_are_made(self):
        states = self.env["pm.tenancy"]._TRANSITIONS
        for number, (state, allowed) in enumerate(states.items()):
            unit = self._create_unit(room=f"S{number}")
            tenancy = self._create_tenancy(unit, state=state)
            for target in states:
                if target in allowed:
                    continue
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    tenancy.write({"state": target})
            self.assertEqual(tenancy.state, state)

    def test_every_move_of_the_table_has_an_action(self):
        actions = {
            "draft": "action_draft",
            "move_in": "action_move_in",
            "active": "action_activate",
            "move_out": "action_move_out",
            "closed": "action_close",
            "cancelled": "action_cancel",
        }
        number = 0
        for state, targets in self.env["pm.tenancy"]._TRANSITIONS.items():
            for target in targets:
                number += 1
                tenancy = self._create_tenancy(self._create_unit(room=f"M{number}"), state=state)
                stays = (state, target) == ("move_out", "active")
                getattr(tenancy, "action_stay" if stays else actions[target])()
                self.assertEqual(tenancy.state, target)

    def test_move_in_needs_units(self):
        with self.assertRaises(UserError):
            self._create_tenancy(self.env["pm.unit"]).action_move_in()

    def test_move_in_is_dated_today_at_the_office_unless_a_day_is_entered(self):
        """TEN-013: the facts of moving in and out are kept."""
        tenancies = self._create_tenancy() + self._create_tenancy(self.unit_2)
        tenancies.action_move_in()
        tenancies[0].date_moved_in = "2026-06-01"
        with freeze_time("2026-06-15 20:00:00"):  # the 16th in Shanghai
            tenancies.action_activate()
        self.assertEqual(tenancies.mapped("date_moved_in"), [date(2026, 6, 1), date(2026, 6, 16)])

    def test_steps_taken_back_remove_their_dates(self):
        tenancy = self._create_tenancy(state="active")
        tenancy.action_move_in()
        self.assertFalse(tenancy.date_moved_in)
        tenancy.action_activate()
        tenancy.action_move_out()
        tenancy.date_moved_out = "2026-06-30"
        tenancy.action_stay()
        self.assertFalse(tenancy.date_moved_out)

    def test_closing_ends_the_tenancy_on_the_day_of_moving_out(self):
        tenancy = self._create_tenancy(state="move_out", date_moved_in="2026-01-01")
        tenancy.date_moved_out = "2026-05-31"
        tenancy.action_close()
        self.assertRecordValues(tenancy, [{"state": "closed", "date_end": date(2026, 5, 31)}])

    def test_occupant_who_stayed_on_is_in_occupation_until_he_left(self):
        tenancy = self._create_tenancy(date_end="2026-05-31", state="active")
        self.assertTrue(tenancy.is_over)
        tenancy.action_move_out()
        tenancy.action_close()
        self.assertEqual(tenancy.date_end, date(2026, 6, 15))
        self.assertFalse(tenancy.is_over)

    def test_file_is_not_closed_before_the_day_of_moving_out(self):
        tenancy = self._create_tenancy(state="move_out")
        tenancy.date_moved_out = "2026-06-16"
        with self.assertRaises(UserError):
            tenancy.action_close()

    def test_closed_file_is_not_changed(self):
        """TEN-115: after the move-out the file is sealed."""
        tenancy = self._create_tenancy(state="closed")
        line = tenancy.line_ids
        for vals in (
            {"partner_id": self.other_tenant.id},
            {"date_end": False},
            {"monthly_rent": 1},
            {"unit_ids": [Command.link(self.unit_2.id)]},
            {"line_ids": [Command.clear()]},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                tenancy.write(vals)
        with self.assertRaises(UserError):
            line.area = 1
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError):
            line.create({"tenancy_id": tenancy.id, "unit_id": self.unit_2.id})
        with self.assertRaises(UserError):
            tenancy.unlink()
        tenancy.note = "The forwarding address came later."
        tenancy.message_post(body="Called.")

    def test_tenancy_that_began_is_not_deleted(self):
        for state in ("move_in", "active", "move_out", "closed"):
            tenancy = self._create_tenancy(self._create_unit(room=state), state=state)
            with self.subTest(state=state), self.assertRaises(UserError):
                tenancy.unlink()
        self._create_tenancy().unlink()
        self._create_tenancy(state="cancelled").unlink()

    def test_dates_are_in_order(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_tenancy(date_start="2026-03-01", date_end="2026-02-28")
        tenancy = self._create_tenancy(state="active")
        with self.assertRaises(ValidationError):
            tenancy.write({"date_moved_in": "2026-05-02", "date_moved_out": "2026-05-01"})

    def test_one_day_and_open_ended_are_tenancies(self):
        self._create_tenancy(date_end="2026-01-01")
        self._create_tenancy(self.unit_2, date_end=False)

    def test_units_of_two_offices_are_refused(self):
        with self.assertRaises(ValidationError):
            self._create_tenancy(self.unit + self.other_unit)
        with self.assertRaises(ValidationError):
            self._create_tenancy(site_id=self.other_site.id)
        tenancy = self._create_tenancy()
        with self.assertRaises(ValidationError):
            tenancy.site_id = self.other_site
            self.env.flush_all()

    def test_units_are_chosen_as_a_set(self):
        tenancy = self._create_tenancy(self.env["pm.unit"], unit_ids=[Command.set(self.unit.ids)])
        self.assertEqual(tenancy.line_ids.unit_id, self.unit)
        tenancy.unit_ids = self.unit_2
        self.assertRecordValues(tenancy, [{"unit_codes": "T-12-04", "area": 80.0}])
        found = self.env["pm.tenancy"].search([("unit_ids", "in", self.unit_2.ids)])
        self.assertEqual(found, tenancy)

    def test_area_charged_is_that_of_the_unit_unless_agreed(self):
        tenancy = self._create_tenancy(self.unit + self.unit_2)
        tenancy.line_ids.filtered(lambda line: line.unit_id == self.unit).area = 100.0
        self.assertEqual(tenancy.area, 180.0)
        self.unit.area = 130.0
        self.assertEqual(tenancy.area, 180.0)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            tenancy.line_ids[0].area = 0
            self.env.flush_all()

    def test_units_of_an_occupant_are_not_taken_away(self):
        tenancy = self._create_tenancy(self.unit + self.unit_2, state="active")
        with self.assertRaises(UserError):
            tenancy.unit_ids = self.unit
        with self.assertRaises(UserError):
            tenancy.line_ids[0].unit_id = self._create_unit(room="77")

    def test_occupant_is_replaced_only_before_moving_in(self):
        tenancy = self._create_tenancy(state="move_in")
        tenancy.partner_id = self.other_tenant
        self.assertEqual(self.unit.partner_id, self.other_tenant)
        tenancy.action_activate()
        with self.assertRaises(UserError):
            tenancy.partner_id = self.tenant
        tenancy.partner_id = self.other_tenant  # the same one is no change

    def test_payer_is_the_occupant_unless_agreed(self):
        plain, agreed = self._create_tenancy(), self._create_tenancy(self.unit_2)
        agreed.payer_id = self.owner
        (plain + agreed).write({"partner_id": self.other_tenant.id})
        self.assertEqual(plain.payer_id, self.other_tenant)
        self.assertEqual(agreed.payer_id, self.owner)

    def test_payer_on_the_form_is_the_occupant_unless_agreed(self):
        tenancy = self._create_tenancy()
        with Form(tenancy) as form:
            form.partner_id = self.other_tenant
            self.assertEqual(form.payer_id, self.other_tenant)
        tenancy.payer_id = self.owner
        with Form(tenancy) as form:
            form.partner_id = self.tenant
            self.assertEqual(form.payer_id, self.owner)
        self.assertEqual(tenancy.payer_id, self.owner)

    def test_owner_of_the_first_unit_is_the_owner_of_the_tenancy(self):
        tenancy = self._create_tenancy()
        self._create_ownership()
        self.assertEqual(tenancy.owner_id, self.owner)
        self.assertFalse(self._create_tenancy(self.unit_2, kind="owner").owner_id)

    def test_tenancy_is_numbered_and_named_by_unit_and_occupant(self):
        tenancy = self._create_tenancy()
        self.assertRegex(tenancy.name, r"^T\d{4}-\d{4,}$")
        self.assertEqual(tenancy.display_name, "T-12-03 Blue Kite Trading")
        self.assertNotEqual(tenancy.copy().name, tenancy.name)

    def test_tenancy_is_found_by_unit_occupant_number_and_contract(self):
        tenancy = self._create_tenancy(contract_no="QL-2026-001")
        for text in ("12-03", "Blue Kite", tenancy.name, "QL-2026"):
            found = self.env["pm.tenancy"].search(
                [("display_name", "ilike", text), ("site_id", "=", self.site.id)]
            )
            self.assertEqual(found, tenancy, text)

    def test_negative_rent_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_tenancy(monthly_rent=-1)
