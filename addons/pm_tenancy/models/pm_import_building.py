import re

from odoo import api, models
from odoo.fields import Command, Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError

# 1-3 lobby, 4至20层：办公, 5 hotel
_FLOORS = re.compile(r"\s*(-?\d+)(?:\s*[-–~～至]\s*(-?\d+))?\s*[F层楼]?\s*[:：]?\s*(.+?)\s*")


class PmImportBuilding(models.AbstractModel):
    _name = "pm.import.building"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Buildings"

    def _get_title(self):
        return self.env._("Buildings")

    def _get_columns(self):
        return [
            Column(
                "code",
                self.env._("Building Code"),
                required=True,
                help=self.env._("Begins the number of every unit, such as A in A-12-03."),
            ),
            Column("name", self.env._("Name"), required=True),
            Column("usage", self.env._("Usage"), "selection", options=self._get_usage_options()),
            Column("area_gross", self.env._("Gross Floor Area (m²)"), "float", minimum=0),
            Column("floor_count", self.env._("Floors Above Ground"), "integer", minimum=0),
            Column("storey_height", self.env._("Standard Floor Height (m)"), "float", minimum=0),
            Column("units_per_floor", self.env._("Units per Floor"), "integer", minimum=0),
            Column("lift_count", self.env._("Lifts"), "integer", minimum=0),
            Column(
                "floors",
                self.env._("Use of the Floors"),
                help=self.env._("Such as: 1-3 lobby and shops; 4-20 offices"),
            ),
            Column("title_owner", self.env._("Title Owner")),
            Column("manager", self.env._("Managing Party")),
        ]

    def _begin(self, site):
        buildings = self.env["pm.building"].with_context(active_test=False)
        known = buildings.search(Domain("site_id", "=", site.id))
        return {
            **super()._begin(site),
            **self.env["pm.import.party"]._load_parties(site),
            "known": set(known.mapped("code")),
            "rows": {},
        }

    def _get_row_keys(self, cells):
        return [cells["code"]] if cells.get("code") else []

    def _prepare_vals(self, row, lookups):
        code = row["code"]
        if code in lookups["known"]:
            raise RowError(
                "code",
                self.env._(
                    "Building %(code)s is in the register already. Leave this row out.", code=code
                ),
            )
        if code in lookups["rows"]:
            raise RowError(
                "code",
                self.env._(
                    "Row %(row)s holds building %(code)s too.", row=lookups["rows"][code], code=code
                ),
            )
        parties = self.env["pm.import.party"]
        vals = {
            "site_id": lookups["site"].id,
            "code": code,
            "name": row["name"],
            "usage": row.get("usage") or "office",
            "floor_ids": [Command.create(vals) for vals in self._read_floors(row.get("floors"))],
        }
        for name in ("area_gross", "floor_count", "storey_height", "units_per_floor", "lift_count"):
            vals[name] = row.get(name) or 0
        for name, column in (("title_owner_id", "title_owner"), ("manager_id", "manager")):
            if row.get(column):
                vals[name] = parties._find_party(column, row[column], lookups)
        lookups["rows"][code] = lookups["row"]
        return vals

    def _store(self, vals_list, lookups):
        self.env["pm.building"].create(vals_list)

    @api.model
    def _get_usage_options(self):
        # Code terms: the labels of a field are not translated yet while demo data is loaded.
        return tuple(
            {
                "office": self.env._("Office"),
                "mall": self.env._("Shop"),
                "residential": self.env._("Residential"),
                "business_centre": self.env._("Business Centre"),
                "hotel": self.env._("Hotel"),
                "culture": self.env._("Theatre and Exhibition"),
                "other": self.env._("Other"),
            }.items()
        )

    def _read_floors(self, text):
        """Read “1-3 lobby and shops; 4-20 offices” into values of ranges of floors."""
        ranges = []
        for part in re.split(r"[;；\n]", text or ""):
            if not part.strip():
                continue
            match = _FLOORS.fullmatch(part)
            if not match or int(match[1]) > int(match[2] or match[1]):
                raise RowError(
                    "floors",
                    self.env._(
                        "“%(text)s” is not a range of floors and its use, such as: 4-20 offices.",
                        text=part.strip(),
                    ),
                )
            first = int(match[1])
            ranges.append(
                {"floor_from": first, "floor_to": int(match[2] or first), "name": match[3]}
            )
        return ranges
