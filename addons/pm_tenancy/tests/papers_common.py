from odoo.fields import Command

from .fitout_common import FitoutCommon


class PapersCommon(FitoutCommon):
    """One record of each kind that prints a form, at an office that prints Chinese.

    An occupant who moves into T-12-03 and fits it out, one who moves out of T-12-04, a flat that is
    let, an owner who wants to let and somebody who seeks; `records` has them by kind.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write(
            {
                "print_lang": "zh_CN",
                "manages_parking": True,
                "lease_registry": "城东区房屋租赁所",
            }
        )
        cls.tenancy.date_moved_in = "2026-03-02"
        cls.area = cls._user("area")
        cls.flat = cls._create_unit(room="09", usage="residential")
        cls.leaving = cls._create_leaving()
        vehicle = cls.env["pm.vehicle"].create(
            {"plate": "A12345", "site_id": cls.site.id, "tenancy_id": cls.tenancy.id}
        )
        fitout = cls._create_fitout("works")
        cls.records = {
            "tenancy": cls.tenancy,
            "leaving": cls.leaving,
            "fitout": fitout,
            "review": fitout.review_id,
            "worker": fitout.worker_ids,
            "vehicle": vehicle,
            "parking": cls._create(
                "pm.parking.contract", tenancy_id=cls.tenancy.id, date_start="2026-03-01"
            ),
            "plate": cls.env["pm.name.plate"].create({"tenancy_id": cls.tenancy.id}),
            "plan": cls._create(
                "pm.move.in.plan",
                name="春季入伙",
                building_ids=[Command.set(cls.building.ids)],
                date_start="2026-03-10",
                date_end="2026-03-20",
                slot_ids=[Command.create({"unit_id": cls.unit.id, "date": "2026-03-11"})],
            ),
            "letting": cls._create(
                "pm.letting.registration", unit_id=cls.flat.id, partner_id=cls.tenant.id
            ),
            "listing": cls._create("pm.listing", unit_id=cls.unit.id, valid_from="2026-03-01"),
            "request": cls._create(
                "pm.lease.request", partner_id=cls.tenant.id, valid_from="2026-03-01"
            ),
            "removal": cls.leaving.removal_ids,
        }

    @classmethod
    def _create_leaving(cls):
        """Return a tenancy that moves out, with its removal agreed."""
        key = cls.env["pm.key"].create({"unit_id": cls.unit_2.id, "code": "K-4", "name": "Door"})
        cls.env["pm.meter"].create({"unit_id": cls.unit_2.id, "meter_no": "E-4"})
        tenancy = cls._create_tenancy(
            cls.unit_2, "active", partner_id=cls.other_tenant.id, date_moved_in="2026-01-01"
        )
        tenancy._issue_keys(key, issued_by_id=cls.area.id, borrower_name="Li Lei")
        tenancy.with_user(cls.area).action_move_out()
        cls.env["pm.removal"].create(
            {"tenancy_id": tenancy.id, "planned_at": "2026-03-06 11:00:00"}
        )
        return tenancy

    @classmethod
    def _create(cls, model, **vals):
        return cls.env[model].create({"site_id": cls.site.id, **vals})
