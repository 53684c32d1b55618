from odoo.tests import tagged

from .common import TenancyCommon


@tagged("post_install", "-at_install")
class TestResPartner(TenancyCommon):
    """TEN-012, TEN-015: owners and occupants and their units."""

    def test_party_counts_its_tenancies_and_units(self):
        self._create_ownership()
        self._create_ownership(unit_id=self.unit_2.id, date_end="2020-12-31")
        tenancy = self._create_tenancy(self.unit_2 + self.unit, state="active")
        self._create_tenancy(
            state="cancelled",
            partner_id=self.other_tenant.id,
            date_start="2027-01-01",
            date_end=False,
        )
        self.assertRecordValues(
            self.owner + self.tenant + self.other_tenant,
            [
                {"pm_owned_count": 1, "pm_tenancy_count": 0, "pm_unit_codes": ""},
                {"pm_owned_count": 0, "pm_tenancy_count": 1, "pm_unit_codes": "T-12-03, T-12-04"},
                {"pm_owned_count": 0, "pm_tenancy_count": 1, "pm_unit_codes": ""},
            ],
        )
        units = self.env["pm.unit"].search(self.owner.action_view_pm_units()["domain"])
        self.assertEqual(units, self.unit)
        found = self.env["pm.tenancy"].search(self.tenant.action_view_pm_tenancies()["domain"])
        self.assertEqual(found, tenancy)

    def test_user_of_another_office_counts_what_he_may_see(self):
        self._create_tenancy(state="active")
        stranger = self._user("receptionist", self.other_site)
        tenant = self.tenant.with_user(stranger)
        self.assertRecordValues(tenant, [{"pm_tenancy_count": 0, "pm_unit_codes": ""}])
