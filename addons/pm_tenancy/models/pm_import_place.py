from odoo import models
from odoo.fields import Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError


class PmImportPlace(models.AbstractModel):
    """What the sheets of things that belong to a unit or a place have in common."""

    _name = "pm.import.place"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Things in Units"

    def _get_unit_column(self, required=False):
        return Column(
            "unit",
            self.env._("Unit No."),
            required=required,
            help=self.env._("Such as A-12-03; empty if it belongs to no unit."),
        )

    def _get_place_columns(self):
        return [
            self._get_unit_column(),
            Column("building", self.env._("Building Code")),
            Column(
                "place",
                self.env._("Place"),
                help=self.env._("Where it is, when it belongs to no unit, such as plant room."),
            ),
        ]

    def _load_known(self, site, model, *names):
        """Return the values of `names` of the records of the office, archived ones included."""
        records = self.env[model].with_context(active_test=False)
        query = records._search(Domain("site_id", "=", site.id))
        columns = [records._field_to_sql(query.table, name, query) for name in names]
        return self.env.execute_query(query.select(*columns))

    def _begin(self, site):
        buildings = self.env["pm.building"].search(Domain("site_id", "=", site.id))
        return {
            **super()._begin(site),
            "units": dict(self._load_known(site, "pm.unit", "code", "id")),
            "buildings": {building.code: building.id for building in buildings},
            "known": set(),
            "rows": {},
        }

    def _find_unit(self, code, lookups):
        """Return the id of the unit of a row; raise RowError if there is none."""
        if not code:
            return False
        if code not in lookups["units"]:
            self._skip_if_refused("pm.import.unit", code, lookups)
            raise RowError(
                "unit",
                self.env._(
                    "There is no unit %(code)s. Add it to the sheet “%(sheet)s”.",
                    code=code,
                    sheet=self.env["pm.import.unit"]._get_title(),
                ),
            )
        return lookups["units"][code]

    def _prepare_place_vals(self, row, lookups):
        """Return unit, building and place of a row."""
        unit_id = self._find_unit(row.get("unit"), lookups)
        vals = {"unit_id": unit_id, "place": row.get("place"), "site_id": lookups["site"].id}
        if not unit_id and not row.get("place"):
            raise RowError(
                "unit", self.env._("Enter the unit, or the place if it belongs to no unit.")
            )
        code = row.get("building")
        if code and not unit_id:
            if code not in lookups["buildings"]:
                self._skip_if_refused("pm.import.building", code, lookups)
                raise RowError(
                    "building",
                    self.env._(
                        "There is no building %(code)s. Add it to the sheet “%(sheet)s”.",
                        code=code,
                        sheet=self.env["pm.import.building"]._get_title(),
                    ),
                )
            vals["building_id"] = lookups["buildings"][code]
        return vals

    def _claim(self, column, key, text, lookups):
        """Refuse what is in the register already, or in an earlier row of the sheet."""
        if key in lookups["known"]:
            raise RowError(
                column,
                self.env._("%(text)s is in the register already. Leave this row out.", text=text),
            )
        if key in lookups["rows"]:
            raise RowError(
                column,
                self.env._("Row %(row)s holds %(text)s too.", row=lookups["rows"][key], text=text),
            )
        lookups["rows"][key] = lookups["row"]

    def _find_current_tenancy(self, unit_id, column, lookups):
        """Return the tenancy in occupation of a unit; raise RowError if it is vacant."""
        unit = self.env["pm.unit"].browse(unit_id)
        if not unit or unit.state not in ("occupied", "moving_out", "reserved", "fitout"):
            raise RowError(
                column,
                self.env._("Nobody occupies %(unit)s.", unit=unit.code or self.env._("this place")),
            )
        return unit.tenancy_id
