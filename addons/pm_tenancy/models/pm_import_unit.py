import re

from odoo import models
from odoo.fields import Command, Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError


class PmImportUnit(models.AbstractModel):
    _name = "pm.import.unit"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Units"

    def _get_title(self):
        return self.env._("Units")

    def _get_columns(self):
        return [
            Column("building", self.env._("Building Code"), required=True),
            Column(
                "floor",
                self.env._("Floor"),
                required=True,
                help=self.env._("12, or below ground -1 or B1."),
            ),
            Column(
                "room",
                self.env._("Room"),
                required=True,
                help=self.env._("Number on its floor, such as 03."),
            ),
            Column(
                "code",
                self.env._("Unit No."),
                help=self.env._("Empty: made of building, floor and room, such as A-12-03."),
            ),
            Column("name", self.env._("Common Name")),
            Column(
                "area",
                self.env._("Floor Area (m²)"),
                "float",
                required=True,
                minimum=0,
                inclusive=False,
                help=self.env._("The area by which fees are charged."),
            ),
            Column("area_inner", self.env._("Inner Area (m²)"), "float", minimum=0),
            Column(
                "usage",
                self.env._("Usage"),
                "selection",
                help=self.env._("Empty: as the building."),
                options=self.env["pm.import.building"]._get_usage_options(),
            ),
            Column(
                "orientation",
                self.env._("Orientation"),
                "selection",
                options=tuple(
                    {
                        "e": self.env._("East"),
                        "s": self.env._("South"),
                        "w": self.env._("West"),
                        "n": self.env._("North"),
                        "se": self.env._("Southeast"),
                        "sw": self.env._("Southwest"),
                        "ne": self.env._("Northeast"),
                        "nw": self.env._("Northwest"),
                    }.items()
                ),
            ),
            Column(
                "owner",
                self.env._("Owner"),
                help=self.env._("Name or reference no., as in the sheet of owners and occupants."),
            ),
            Column("is_rough", self.env._("Rough Shell"), "boolean"),
            Column("condition", self.env._("Condition")),
        ]

    def _begin(self, site):
        buildings = self.env["pm.building"].search(Domain("site_id", "=", site.id))
        units = self.env["pm.unit"].with_context(active_test=False)
        query = units._search(Domain("site_id", "=", site.id))
        code = units._field_to_sql(query.table, "code", query)
        return {
            **super()._begin(site),
            **self.env["pm.import.party"]._load_parties(site),
            "buildings": {building.code: building.id for building in buildings},
            "known": {row[0] for row in self.env.execute_query(query.select(code))},
            "rows": {},
        }

    def _get_row_keys(self, cells):
        if cells.get("code"):
            return [cells["code"]]
        try:
            floor = self._read_floor(cells.get("floor") or "")
        except RowError:
            return []
        return [self.env["pm.unit"]._format_code(cells.get("building"), floor, cells.get("room"))]

    def _prepare_vals(self, row, lookups):
        building_code = row["building"]
        building_id = lookups["buildings"].get(building_code)
        if not building_id:
            self._skip_if_refused("pm.import.building", building_code, lookups)
            raise RowError(
                "building",
                self.env._(
                    "There is no building %(code)s. Add it to the sheet “%(sheet)s”.",
                    code=building_code,
                    sheet=self.env["pm.import.building"]._get_title(),
                ),
            )
        floor = self._read_floor(row["floor"])
        code = row.get("code") or self.env["pm.unit"]._format_code(
            building_code, floor, row["room"]
        )
        column = "code" if row.get("code") else "room"
        if code in lookups["known"]:
            raise RowError(
                column,
                self.env._(
                    "Unit %(code)s is in the register already. Leave this row out.", code=code
                ),
            )
        if code in lookups["rows"]:
            raise RowError(
                column,
                self.env._(
                    "Row %(row)s holds unit %(code)s too.", row=lookups["rows"][code], code=code
                ),
            )
        if row.get("area_inner") and row["area_inner"] > row["area"]:
            raise RowError(
                "area_inner", self.env._("The inner area is larger than the floor area.")
            )
        vals = {
            "building_id": building_id,
            "floor": floor,
            "room": row["room"],
            "code": code,
            "name": row.get("name"),
            "area": row["area"],
            "area_inner": row.get("area_inner"),
            "orientation": row.get("orientation"),
            "is_rough": row.get("is_rough"),
            "condition": row.get("condition"),
        }
        if row.get("usage"):
            vals["usage"] = row["usage"]
        if row.get("owner"):
            owner_id = self.env["pm.import.party"]._find_party("owner", row["owner"], lookups)
            vals["ownership_ids"] = [Command.create({"partner_id": owner_id})]
        lookups["rows"][code] = lookups["row"]
        return vals

    def _store(self, vals_list, lookups):
        self.env["pm.unit"].create(vals_list)

    def _read_floor(self, text):
        """Return the number of a floor written 12, 12F, 12层, -1 or B1."""
        match = re.fullmatch(r"(-|[Bb]|负|地下)?\s*(\d+)\s*[Ff层楼]?", text)
        if not match:
            raise RowError(
                "floor",
                self.env._(
                    "“%(value)s” is not a floor. Write 12, or below ground -1 or B1.", value=text
                ),
            )
        return -int(match[2]) if match[1] else int(match[2])
