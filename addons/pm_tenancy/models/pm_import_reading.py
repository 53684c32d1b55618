from odoo import models

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError

from ..tools import metering


class PmImportReading(models.AbstractModel):
    """Base and periodic readings; what cannot follow the reading before is refused by the model."""

    _name = "pm.import.reading"
    _inherit = "pm.import.meter"
    _description = "Import Sheet of Meter Readings"

    def _get_title(self):
        return self.env._("Meter Readings")

    def _get_columns(self):
        return [
            Column("meter_no", self.env._("Meter No."), required=True),
            self._get_kind_column(),
            Column("date", self.env._("Read On"), "date", required=True),
            Column("value", self.env._("Reading"), "float", required=True, minimum=0),
            Column(
                "reading_kind",
                self.env._("Occasion"),
                "selection",
                help=self.env._("Empty: periodic."),
                options=tuple(
                    {
                        "base": self.env._("Base at Move-in"),
                        "fit_out": self.env._("Fit-out Entry"),
                        "periodic": self.env._("Periodic"),
                        "check": self.env._("Check"),
                        "move_out": self.env._("Final at Move-out"),
                    }.items()
                ),
            ),
            Column("is_rollover", self.env._("Rolled Over"), "boolean"),
            Column("confirmed_by", self.env._("Confirmed By")),
            Column("is_signed", self.env._("Signed by the Customer"), "boolean"),
            Column("note", self.env._("Note")),
        ]

    def _begin(self, site):
        meters = {}
        names = ("meter_no", "kind", "id", "digits")
        for meter_no, kind, meter_id, digits in self._load_known(site, "pm.meter", *names):
            meters.setdefault(meter_no, {})[kind] = (meter_id, digits)
        names = ("meter_id", "date", "kind")
        return {
            **super()._begin(site),
            "meters": meters,
            "known": set(self._load_known(site, "pm.meter.reading", *names)),
            "today": site._today(),
        }

    def _prepare_vals(self, row, lookups):
        meter_id, digits = self._find_meter(row, lookups)
        kind = row.get("reading_kind") or "periodic"
        if row["date"] > lookups["today"]:
            raise RowError("date", self.env._("This day is still to come."))
        if row["value"] >= metering.get_capacity(digits):
            raise RowError(
                "value", self.env._("The counter has %(digits)s digits only.", digits=digits)
            )
        self._claim(
            "date", (meter_id, row["date"], kind), f"{row['meter_no']} {row['date']}", lookups
        )
        return {
            "meter_id": meter_id,
            "date": row["date"],
            "value": row["value"],
            "kind": kind,
            "is_rollover": row.get("is_rollover") or False,
            "confirmed_by": row.get("confirmed_by"),
            "is_signed": row.get("is_signed") or False,
            "note": row.get("note"),
            "reader_id": False,
        }

    def _store(self, vals_list, lookups):
        self.env["pm.meter.reading"].create(vals_list)

    def _find_meter(self, row, lookups):
        """Return (id, digits) of the meter of a row."""
        by_kind = lookups["meters"].get(row["meter_no"])
        if not by_kind:
            self._skip_if_refused("pm.import.meter", row["meter_no"], lookups)
            raise RowError(
                "meter_no",
                self.env._(
                    "There is no meter %(meter_no)s. Add it to the sheet “%(sheet)s”.",
                    meter_no=row["meter_no"],
                    sheet=self.env["pm.import.meter"]._get_title(),
                ),
            )
        if row.get("kind"):
            if row["kind"] not in by_kind:
                raise RowError("kind", self.env._("The meter of this number counts otherwise."))
            return by_kind[row["kind"]]
        if len(by_kind) > 1:
            raise RowError(
                "kind", self.env._("Several meters have this number. Enter what it counts.")
            )
        return next(iter(by_kind.values()))
