from odoo import models

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError

from ..tools import metering


class PmImportMeter(models.AbstractModel):
    _name = "pm.import.meter"
    _inherit = "pm.import.place"
    _description = "Import Sheet of Meters"

    def _get_title(self):
        return self.env._("Meters")

    def _get_columns(self):
        return [
            Column("meter_no", self.env._("Meter No."), required=True),
            self._get_kind_column(required=True),
            *self._get_place_columns(),
            Column(
                "multiplier",
                self.env._("Multiplier"),
                "float",
                minimum=0,
                inclusive=False,
                help=self.env._("Empty: 1."),
            ),
            Column(
                "digits",
                self.env._("Digits"),
                "integer",
                minimum=1,
                help=self.env._("Whole digits of the counter; empty: 6."),
            ),
            Column("date_installed", self.env._("Installed On"), "date"),
            Column("base_value", self.env._("Value When Installed"), "float", minimum=0),
            Column("sequence", self.env._("Route"), "integer", minimum=0),
        ]

    def _get_kind_column(self, required=False):
        return Column(
            "kind",
            self.env._("Counts"),
            "selection",
            required=required,
            options=tuple(
                {
                    "electricity": self.env._("Electricity"),
                    "water": self.env._("Water"),
                    "gas": self.env._("Gas"),
                }.items()
            ),
        )

    def _begin(self, site):
        return {
            **super()._begin(site),
            "known": set(self._load_known(site, "pm.meter", "meter_no", "kind")),
        }

    def _get_row_keys(self, cells):
        return [cells["meter_no"]] if cells.get("meter_no") else []

    def _prepare_vals(self, row, lookups):
        digits = row.get("digits") or 6
        if digits > 9:
            raise RowError("digits", self.env._("A counter has one to nine whole digits."))
        if (row.get("base_value") or 0) >= metering.get_capacity(digits):
            raise RowError(
                "base_value", self.env._("The counter has %(digits)s digits only.", digits=digits)
            )
        vals = {
            **self._prepare_place_vals(row, lookups),
            "meter_no": row["meter_no"],
            "kind": row["kind"],
            "multiplier": row.get("multiplier") or 1.0,
            "digits": digits,
            "date_installed": row.get("date_installed"),
            "base_value": row.get("base_value") or 0.0,
            "sequence": row.get("sequence") or 10,
        }
        self._claim("meter_no", (row["meter_no"], row["kind"]), row["meter_no"], lookups)
        return vals

    def _store(self, vals_list, lookups):
        self.env["pm.meter"].create(vals_list)
