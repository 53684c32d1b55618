from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TenancyCommon


@tagged("post_install", "-at_install")
class TestDataSheet(TenancyCommon):
    """TEN-010, TEN-011: an occupant can be reached at any hour."""

    @classmethod
    def _contact(cls, role, name, **vals):
        return cls.env["res.partner"].create(
            {"parent_id": cls.tenant.id, "pm_contact_role": role, "name": name, **vals}
        )

    def _complete(self):
        self.tenant.pm_phone_24h = "0000-2400"
        for role in ("emergency_in", "emergency_out"):
            self._contact(role, f"First {role}", phone="1")
            self._contact(role, f"Second {role}", pm_mobile="190 1")

    def test_empty_sheet_says_what_is_missing(self):
        self.assertEqual(
            self.tenant._pm_get_missing_contact_data(),
            [
                "The 24-hour telephone is missing.",
                "Emergency contacts in office hours: 2 more needed.",
                "Emergency contacts outside office hours: 2 more needed.",
            ],
        )
        tenancy = self._create_tenancy()
        self.assertIn("24-hour telephone", tenancy._pm_check_data_sheet_complete())

    def test_contact_without_telephone_does_not_count(self):
        self._complete()
        first = self.tenant._pm_get_contacts("emergency_out")[0]
        first.phone = False
        self.assertEqual(
            self.tenant._pm_get_missing_contact_data(),
            [
                "Emergency contacts outside office hours: 1 more needed.",
                "No telephone of First emergency_out is known.",
            ],
        )
        self._contact("emergency_out", "Third", pm_mobile2="190 3")
        self.assertFalse(self.tenant._pm_get_missing_contact_data())

    def test_complete_sheet(self):
        self._complete()
        tenancy = self._create_tenancy()
        self.assertRecordValues(
            self.tenant, [{"pm_emergency_state": "complete", "pm_missing_data": ""}]
        )
        self.assertFalse(tenancy._pm_check_data_sheet_complete())
        # The guard, who sees the mobiles masked, comes to the same result.
        guard = self._user("security")
        self.assertEqual(self.tenant.with_user(guard).pm_emergency_state, "complete")

    def test_search_agrees_with_the_sheet(self):
        self._complete()
        parties = self.tenant + self.other_tenant
        for clear in (
            lambda: None,
            lambda: self.tenant._pm_get_contacts("emergency_in")[1].write({"pm_mobile": False}),
        ):
            clear()
            for state in ("complete", "incomplete"):
                found = self.env["res.partner"].search(
                    [("id", "in", parties.ids), ("pm_emergency_state", "=", state)]
                )
                self.assertEqual(
                    found, parties.filtered(lambda p, state=state: p.pm_emergency_state == state)
                )

    def test_archived_contact_does_not_count(self):
        self._complete()
        self.tenant._pm_get_contacts("emergency_in")[0].active = False
        self.env.invalidate_all()
        self.assertEqual(self.tenant.pm_emergency_state, "incomplete")

    def test_role_needs_a_party(self):
        with self.assertRaisesRegex(ValidationError, "but for whom"):
            self.env["res.partner"].create({"name": "Lone", "pm_contact_role": "agent"})

    def test_owner_and_his_telephone_stand_on_unit_and_tenancy(self):
        """TEN-012: the owner is jointly liable."""
        self._create_ownership()
        tenancy = self._create_tenancy()
        for record in (self.unit, tenancy):
            self.assertRecordValues(
                record, [{"owner_id": self.owner.id, "owner_phone": "190 1111 0001"}]
            )
        self.owner.write({"phone": False, "pm_mobile": "190 2222 0001"})
        self.env.invalidate_all()
        self.assertEqual(tenancy.owner_phone, "19022220001")
        self.assertEqual(tenancy.with_user(self._user("security")).owner_phone, "190****0001")
        self.owner.write(
            {
                "pm_mobile": False,
                "child_ids": [Command.create({"name": "Agent Wu", "phone": "0000-77"})],
            }
        )
        self.env.invalidate_all()
        self.assertEqual(tenancy.owner_phone, "0000-77 Agent Wu")
