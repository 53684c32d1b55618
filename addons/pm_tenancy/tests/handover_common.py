from contextlib import contextmanager

from odoo.exceptions import UserError

from .common import TenancyCommon


class HandoverCommon(TenancyCommon):
    """The office of the cast with a shift leader, a guard, and an occupant in unit T-12-03."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._user("supervisor")
        cls.guard = cls._user("security")
        cls.receptionist = cls._user("receptionist")
        cls.tenancy = cls._create_tenancy(
            state="active", contact_name="Li Lei", date_moved_in="2026-01-01"
        )

    @classmethod
    def _create_key(cls, **vals):
        number = cls.env["pm.key"].search_count([]) + 1
        return cls.env["pm.key"].create(
            {"unit_id": cls.unit.id, "code": f"K-{number}", "name": "Front door", **vals}
        )

    @classmethod
    def _lend(cls, key, user=None, **vals):
        return (
            cls.env["pm.loan"]
            .with_user(user or cls.leader)
            .create(
                {
                    "site_id": key.site_id.id,
                    "key_id": key.id,
                    "borrower_name": "Plumber Zhao",
                    "issued_by_id": cls.leader.id,
                    **vals,
                }
            )
        )

    @classmethod
    def _issue(cls, *keys, tenancy=None):
        tenancy = tenancy or cls.tenancy
        return tenancy._issue_keys(
            cls.env["pm.key"].union(*keys), issued_by_id=cls.leader.id, borrower_name="Li Lei"
        )

    @classmethod
    def _create_meter(cls, **vals):
        number = cls.env["pm.meter"].search_count([]) + 1
        return cls.env["pm.meter"].create(
            {"unit_id": cls.unit.id, "meter_no": f"E-{number}", "digits": 5, **vals}
        )

    @classmethod
    def _read(cls, meter, day, value, **vals):
        return cls.env["pm.meter.reading"].create(
            {"meter_id": meter.id, "date": day, "value": value, **vals}
        )

    @contextmanager
    def assert_refused(self, reason):
        """The work is refused for a reason that matches, and leaves nothing behind."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), reason)

    def _get_told(self, record):
        """Return who has to do something about the record."""
        return (
            self.env["mail.activity"]
            .search([("res_model", "=", record._name), ("res_id", "in", record.ids)])
            .user_id
        )
