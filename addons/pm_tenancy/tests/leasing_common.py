from datetime import date

from .common import TenancyCommon


class LeasingCommon(TenancyCommon):
    """The office of the tenancy tests, with owners, a seeker, and who does the letting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leasing = cls._user("leasing")
        cls.supervisor = cls._user("supervisor")
        cls.area = cls._user("area")
        cls.seeker = cls._create_partner(name="Green Leaf Tea", phone="190 1111 0009")
        for unit in cls.unit + cls.unit_2:
            cls._create_ownership(unit_id=unit.id)

    @classmethod
    def _create_listing(cls, state="open", **vals):
        listing = cls.env["pm.listing"].create(
            {
                "site_id": cls.site.id,
                "unit_id": cls.unit.id,
                "asked_unit_rent": 100,
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
                **vals,
            }
        )
        if state == "open":
            listing.action_open()
        return listing

    @classmethod
    def _create_request(cls, state="searching", **vals):
        """Return a search mandate that has reached `state` by the actions an officer takes."""
        request = cls.env["pm.lease.request"].create(
            {
                "site_id": cls.site.id,
                "partner_id": cls.seeker.id,
                "valid_from": "2026-01-01",
                "user_id": cls.leasing.id,
            }
        )
        if state != "draft":
            request.action_search()
        if state == "reserved":
            vals = {"unit_id": cls.unit.id, "earnest_paid_on": "2026-06-01", **vals}
        request.write(vals)
        if state == "reserved":
            request.action_reserve()
        return request

    @classmethod
    def _create_signed_request(cls, rent=12000.0, **vals):
        """Return a search mandate of which a lease of the unit came on 15 June 2026."""
        request = cls._create_request(unit_id=cls.unit.id, **vals)
        tenancy = cls._create_tenancy(
            partner_id=cls.seeker.id,
            date_start="2026-07-01",
            date_end="2027-06-30",
            monthly_rent=rent,
        )
        request._sign(tenancy, date(2026, 6, 15))
        return request

    def _activities(self, record, kind):
        """Return who was given that kind of work on the record, and for which day."""
        kind = self.env.ref(f"pm_tenancy.mail_activity_{kind}")
        found = record.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        return [(activity.user_id, str(activity.date_deadline)) for activity in found]

    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"pm_tenancy.ir_cron_{name}").method_direct_trigger()
        self.env.invalidate_all()
