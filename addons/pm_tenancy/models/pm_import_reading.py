from odoo import models

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError, RowSkip
from odoo.addons.pm_base.tools.workbook import to_text

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
                self.env._("Type of Reading"),
                "selection",
                help=self.env._("Empty: periodic."),
                options=tuple(
                    {
                        "base": self.env._("Base at Move-in"),
                        "fit_out": self.env._("Fit-out Entry"),
                        "periodic": self.env._("Periodic"),
                        "check": self.env._("Check Reading"),
                        "move_out": self.env._("Final at Move-out"),
                    }.items()
                ),
            ),
            Column("is_rollover", self.env._("Rolled Over"), "boolean"),
            Column("confirmed_by", self.env._("Confirmed By")),
            Column("is_signed", self.env._("Signed by the Customer"), "boolean"),
            Column("note", self.env._("Note")),
        ]

    def _get_round_columns(self):
        """Return what the sheet of a reading round says beside: to find the meters, not taken."""
        return [
            Column("place", self.env._("Place")),
            Column("occupant", self.env._("Occupant")),
            Column("multiplier", self.env._("Multiplier")),
            Column("date_last", self.env._("Last Read On")),
            Column("last_value", self.env._("Last Reading")),
        ]

    def _match_heading(self, heading):
        matched, missing, unknown = super()._match_heading(heading)
        known = {
            column.label: column
            for code, _name in [("en_US", ""), *self.env["res.lang"].get_installed()]
            for column in self.with_context(lang=code)._get_round_columns()
        }
        of_round = {
            index: known[to_text(label)]
            for index, label in enumerate(heading)
            if to_text(label) in known
        }
        return matched | of_round, missing, [label for label in unknown if label not in known]

    def _read_row(self, matched, values, option_labels):
        """On the sheet of a round a meter without a reading was not read: it waits."""
        by_name = {column.name: index for index, column in matched.items()}
        place = by_name.get("value")
        if "last_value" in by_name and place is not None:
            if to_text(values[place] if place < len(values) else None) == "":
                raise RowSkip
        return super()._read_row(matched, values, option_labels)

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
            "reader_id": self.env.context.get("pm_reader_id", False),
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
