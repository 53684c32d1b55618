from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import TenancyCommon

# The settings of an office from fit-out to letting, each with another value than its default.
SETTINGS = {
    "fit_out_review_threshold": 150.0,
    "fit_out_review_days_small": 4,
    "fit_out_review_days_large": 6,
    "fit_out_deposit_hold_months": 6,
    "lease_expiry_visit_months": 3,
    "lease_expiry_leasing_query_months": 2,
    "vacancy_list_day": 25,
    "vacant_patrol_days": 14,
    "household_papers_days": 10,
    "move_out_notice_workdays": 2,
    "inspection_lead_days": 10,
    "moving_after_hour": 19.0,
    "lobby_closed_from": 7.0,
    "lobby_closed_to": 19.0,
    "deposit_refund_workdays": 20,
    "deposit_unclaimed_months": 2,
    "registration_next_month_day": 15,
    "goods_entrance": "Basement 2",
    "lease_registry": "Registry of the East District",
    "key_loan_hours": 4,
    "earnest_hold_weeks": 3,
    "earnest_per_area": 300.0,
}
DEFAULTS = {
    "fit_out_review_threshold": 200.0,
    "fit_out_review_days_small": 3,
    "fit_out_review_days_large": 5,
    "fit_out_deposit_hold_months": 3,
    "lease_expiry_visit_months": 2,
    "lease_expiry_leasing_query_months": 1,
    "vacancy_list_day": 20,
    "vacant_patrol_days": 7,
    "household_papers_days": 7,
    "move_out_notice_workdays": 1,
    "inspection_lead_days": 7,
    "moving_after_hour": 18.0,
    "lobby_closed_from": 8.0,
    "lobby_closed_to": 18.0,
    "deposit_unclaimed_months": 1,
    "registration_next_month_day": 20,
}


@tagged("post_install", "-at_install")
class TestPmSite(TenancyCommon):
    """The settings of an office: what they are at first, and who changes them on the screen."""

    def test_defaults_are_those_of_the_operating_procedures(self):
        """TEN-072, TEN-077, TEN-092, TEN-099, TEN-120, TEN-121, TEN-124, TEN-125, TEN-127,
        TEN-129, TEN-141, TEN-142, TEN-150"""
        self.assertRecordValues(self.site, [DEFAULTS])

    def test_director_changes_them_on_the_screen(self):
        with Form(self.site.with_user(self._user("director"))) as form:
            for name, value in SETTINGS.items():
                form[name] = value
        self.assertRecordValues(self.site, [SETTINGS])

    def test_receptionist_changes_none(self):
        site = self.site.with_user(self._user("receptionist"))
        for name, value in SETTINGS.items():
            with self.subTest(setting=name), self.assertRaises(AccessError):
                site.write({name: value})

    def test_buildings_have_their_own_ways(self):
        """CON-26, CON-30, CON-31, TEN-142"""
        officer = self._user("leasing")
        values = {
            "key_return_role": "security",
            "handover_meters": "all",
            "moving_window": "agreed",
            "leasing_user_id": officer,
            "move_out_template_id": self.env.ref("pm_tenancy.procedure_move_out_office"),
        }
        with Form(self.building.with_user(self._user("director"))) as form:
            for name in reversed(values):
                form[name] = values[name]
        for name, value in values.items():
            self.assertEqual(self.building[name], value)
