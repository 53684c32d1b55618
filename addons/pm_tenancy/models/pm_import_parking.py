from odoo import models

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError

from .pm_vehicle import normalise_plate


class PmImportParkingSpace(models.AbstractModel):
    _name = "pm.import.parking.space"
    _inherit = "pm.import.place"
    _description = "Import Sheet of Parking Spaces"

    def _get_title(self):
        return self.env._("Parking Spaces")

    def _get_columns(self):
        return [
            Column("name", self.env._("Space No."), required=True),
            Column(
                "kind",
                self.env._("Kind"),
                "selection",
                required=True,
                options=tuple(
                    {
                        "underground": self.env._("Underground"),
                        "surface": self.env._("Surface"),
                    }.items()
                ),
            ),
            Column("zone", self.env._("Zone")),
        ]

    def _begin(self, site):
        known = {name for (name,) in self._load_known(site, "pm.parking.space", "name")}
        return {**super()._begin(site), "known": known}

    def _prepare_vals(self, row, lookups):
        self._claim("name", row["name"], row["name"], lookups)
        return {
            "site_id": lookups["site"].id,
            "name": row["name"],
            "kind": row["kind"],
            "zone": row.get("zone"),
        }

    def _store(self, vals_list, lookups):
        self.env["pm.parking.space"].create(vals_list)


class PmImportVehicle(models.AbstractModel):
    _name = "pm.import.vehicle"
    _inherit = "pm.import.place"
    _description = "Import Sheet of Vehicles"

    def _get_title(self):
        return self.env._("Vehicles")

    def _get_columns(self):
        return [
            Column("plate", self.env._("Plate No."), required=True),
            self._get_unit_column(required=True),
            Column("make", self.env._("Make and Model")),
            Column("colour", self.env._("Colour")),
            Column("driver_name", self.env._("Driver")),
            Column("phone", self.env._("Telephone")),
            Column("pass_no", self.env._("Pass No.")),
            Column("date_start", self.env._("From"), "date"),
            Column("date_end", self.env._("Until"), "date"),
        ]

    def _begin(self, site):
        known = {
            plate
            for plate, active in self._load_known(site, "pm.vehicle", "plate", "active")
            if active
        }
        return {**super()._begin(site), "known": known}

    def _prepare_vals(self, row, lookups):
        unit_id = self._find_unit(row["unit"], lookups)
        tenancy = self._find_current_tenancy(unit_id, "unit", lookups)
        start, end = row.get("date_start"), row.get("date_end")
        if start and end and end < start:
            raise RowError("date_end", self.env._("The registration ends before it begins."))
        self._claim("plate", normalise_plate(row["plate"]), row["plate"], lookups)
        names = ("make", "colour", "driver_name", "phone", "pass_no", "date_start", "date_end")
        return {
            "site_id": lookups["site"].id,
            "plate": row["plate"],
            "tenancy_id": tenancy.id,
            **{name: row.get(name) for name in names},
        }

    def _store(self, vals_list, lookups):
        self.env["pm.vehicle"].create(vals_list)
