import base64

from odoo.fields import Command

from odoo.addons.pm_base.tests.common import PmCommon
from odoo.addons.pm_base.tests.test_workbook import make_workbook

# The headings of the sheets, as far as most tests need them.
PARTIES = ["Name", "Organisation or Person", "Telephone"]
BUILDINGS = ["Building Code", "Name"]
UNITS = ["Building Code", "Floor", "Room", "Floor Area (m²)", "Owner"]
TENANCIES = ["Unit Nos.", "Occupant", "From", "Until", "Moved Out On"]


class TenancyCommon(PmCommon):
    """An office with one tower, an owner, two tenants, and the neighbour office's tower."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_partner(name="Han Meimei", phone="190 1111 0001")
        cls.tenant = cls._create_partner(name="Blue Kite Trading", phone="190 1111 0002")
        cls.other_tenant = cls._create_partner(name="Red Sail Travel", phone="190 1111 0003")
        cls.building = cls._create_building()
        cls.other_building = cls._create_building(site_id=cls.other_site.id, code="X")
        cls.unit = cls._create_unit()
        cls.unit_2 = cls._create_unit(room="04", area=80.0)
        cls.other_unit = cls._create_unit(building_id=cls.other_building.id)

    @classmethod
    def _create_building(cls, **vals):
        """Return a building without a move-in procedure, so that nothing holds a move-in up."""
        return cls.env["pm.building"].create(
            {
                "site_id": cls.site.id,
                "name": "Tower 1",
                "code": "T",
                "floor_count": 20,
                "move_in_template_id": False,
                "move_out_template_id": False,
                **vals,
            }
        )

    @classmethod
    def _create_unit(cls, **vals):
        return cls.env["pm.unit"].create(
            {"building_id": cls.building.id, "floor": 12, "room": "03", "area": 120.5, **vals}
        )

    @classmethod
    def _create_ownership(cls, **vals):
        return cls.env["pm.ownership"].create(
            {"unit_id": cls.unit.id, "partner_id": cls.owner.id, **vals}
        )

    @classmethod
    def _create_tenancy(cls, units=None, state="draft", **vals):
        """Return a tenancy of 2026 that has reached `state` by the actions a clerk takes."""
        tenancy = cls.env["pm.tenancy"].create(
            {
                "site_id": cls.site.id,
                "partner_id": cls.tenant.id,
                "line_ids": [
                    Command.create({"unit_id": unit.id})
                    for unit in (cls.unit if units is None else units)
                ],
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                **vals,
            }
        )
        steps = {
            "draft": [],
            "move_in": ["action_move_in"],
            "active": ["action_move_in", "action_activate"],
            "move_out": ["action_move_in", "action_activate", "action_move_out"],
            "closed": ["action_move_in", "action_activate", "action_move_out", "action_close"],
            "cancelled": ["action_cancel"],
        }
        for step in steps[state]:
            getattr(tenancy, step)()
        return tenancy

    @classmethod
    def _create_import(cls, sheets, **vals):
        """Return an import of {sheet title: rows}, or of the bytes of a file."""
        content = sheets if isinstance(sheets, bytes) else make_workbook(sheets)
        return cls.env["pm.import"].create(
            {
                "site_id": cls.site.id,
                "filename": "units.xlsx",
                "file": base64.b64encode(content),
                **vals,
            }
        )
