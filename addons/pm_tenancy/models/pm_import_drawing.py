from odoo import models
from odoo.fields import Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError


class PmImportDrawing(models.AbstractModel):
    """The building drawings of the base archive (F-TEN-81)."""

    _name = "pm.import.drawing"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Building Drawings"

    def _get_title(self):
        return self.env._("Building Drawings")

    def _get_columns(self):
        return [
            Column("drawing_no", self.env._("Drawing No."), required=True),
            Column("name", self.env._("Name"), required=True),
            Column(
                "building",
                self.env._("Building Code"),
                help=self.env._("Empty: of the whole estate."),
            ),
            Column(
                "discipline",
                self.env._("Discipline"),
                "selection",
                required=True,
                options=tuple(
                    {
                        "architecture": self.env._("Architecture"),
                        "structure": self.env._("Structure"),
                        "water": self.env._("Water Supply and Drainage"),
                        "hvac": self.env._("Heating and Air-conditioning"),
                        "electrical": self.env._("Electrical"),
                        "low_voltage": self.env._("Low-voltage Systems"),
                        "fire": self.env._("Fire Protection"),
                        "lift": self.env._("Lifts"),
                        "fit_out": self.env._("Fit-out"),
                        "site": self.env._("Grounds and Pipes"),
                        "other": self.env._("Other"),
                    }.items()
                ),
            ),
            Column("version", self.env._("Version"), help=self.env._("Empty: 1.")),
            Column("date", self.env._("Version Date"), "date"),
            Column("copy_count", self.env._("Copies"), "integer", minimum=0),
            Column("storage_place", self.env._("Storage Place")),
        ]

    def _begin(self, site):
        buildings = self.env["pm.building"].search(Domain("site_id", "=", site.id))
        drawings = self.env["pm.building.drawing"].with_context(active_test=False)
        known = drawings.search(Domain("site_id", "=", site.id))
        return {
            **super()._begin(site),
            "buildings": {building.code: building.id for building in buildings},
            "known": {(drawing.drawing_no, drawing.version) for drawing in known},
        }

    def _prepare_vals(self, row, lookups):
        version = row.get("version") or "1"
        key = (row["drawing_no"], version)
        if key in lookups["known"]:
            raise RowError(
                "drawing_no",
                self.env._(
                    "Version %(version)s of drawing %(number)s is in the archive already.",
                    version=version,
                    number=row["drawing_no"],
                ),
            )
        building_id = self._find_building(row.get("building"), lookups)
        lookups["known"].add(key)
        copies = row.get("copy_count")
        return {
            "site_id": lookups["site"].id,
            "building_id": building_id,
            "drawing_no": row["drawing_no"],
            "name": row["name"],
            "discipline": row["discipline"],
            "version": version,
            "date": row.get("date"),
            "copy_count": 1 if copies is None or copies is False else copies,
            "storage_place": row.get("storage_place"),
        }

    def _store(self, vals_list, lookups):
        self.env["pm.building.drawing"].create(vals_list)

    def _find_building(self, code, lookups):
        if not code or code in lookups["buildings"]:
            return lookups["buildings"].get(code)
        self._skip_if_refused("pm.import.building", code, lookups)
        raise RowError(
            "building",
            self.env._(
                "There is no building %(code)s. Add it to the sheet “%(sheet)s”.",
                code=code,
                sheet=self.env["pm.import.building"]._get_title(),
            ),
        )
