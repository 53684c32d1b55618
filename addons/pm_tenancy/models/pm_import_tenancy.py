import re
from datetime import date

from odoo import models
from odoo.fields import Command, Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError

# The column that tells `_store` how far a tenancy has come; no field of the tenancy.
_STAGE = "stage"


class PmImportTenancy(models.AbstractModel):
    _name = "pm.import.tenancy"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Tenancies"

    def _get_title(self):
        return self.env._("Tenancies")

    def _get_columns(self):
        return [
            Column(
                "units",
                self.env._("Unit Nos."),
                required=True,
                help=self.env._("Such as A-12-03; several units of one tenancy: A-12-03, A-12-04."),
            ),
            Column(
                "partner",
                self.env._("Occupant"),
                required=True,
                help=self.env._("Name or reference no., as in the sheet of owners and occupants."),
            ),
            Column(
                "kind",
                self.env._("Kind"),
                "selection",
                help=self.env._("Empty: tenant."),
                options=tuple(
                    {
                        "lease": self.env._("Tenant"),
                        "owner": self.env._("Owner-occupied"),
                    }.items()
                ),
            ),
            Column("date_start", self.env._("From"), "date", required=True),
            Column(
                "date_end",
                self.env._("Until"),
                "date",
                help=self.env._("Last day; empty: open-ended."),
            ),
            Column(
                "date_moved_out",
                self.env._("Moved Out On"),
                "date",
                help=self.env._("Only for tenancies of the past, kept for the file."),
            ),
            Column("contract_no", self.env._("Contract No.")),
            Column("contact_name", self.env._("Contact Person")),
            Column("contact_phone", self.env._("Contact Telephone")),
            Column("monthly_rent", self.env._("Monthly Rent"), "float", minimum=0),
            Column("payer", self.env._("Payer"), help=self.env._("Empty: the occupant pays.")),
            Column(
                "user",
                self.env._("Area Administrator"),
                help=self.env._("Name or login of a user of this office."),
            ),
        ]

    def _begin(self, site):
        units = self.env["pm.unit"]
        query = units._search(Domain("site_id", "=", site.id))
        columns = [units._field_to_sql(query.table, name, query) for name in ("code", "id")]
        return {
            **super()._begin(site),
            **self.env["pm.import.party"]._load_parties(site),
            "units": dict(self.env.execute_query(query.select(*columns))),
            "stays": self._load_stays(site),
            "users": {key: user.id for user in site.user_ids for key in (user.login, user.name)},
            "today": site._today(),
        }

    def _get_row_keys(self, cells):
        return self._split_codes(cells.get("units"))

    def _prepare_vals(self, row, lookups):
        codes = self._split_codes(row["units"])
        unit_ids = [self._find_unit(code, lookups) for code in codes]
        if not unit_ids:
            raise RowError("units", self.env._("No unit is named."))
        parties = self.env["pm.import.party"]
        partner_id = parties._find_party("partner", row["partner"], lookups)
        stage, end = self._read_period(row, lookups["today"])
        stay = (row["date_start"], end or date.max, stage == "active", lookups["row"], None)
        for code, unit_id in zip(codes, unit_ids, strict=True):
            self._check_free(code, lookups["stays"].get(unit_id, ()), stay)
        vals = {
            "site_id": lookups["site"].id,
            "partner_id": partner_id,
            "kind": row.get("kind") or "lease",
            "line_ids": [Command.create({"unit_id": unit_id}) for unit_id in unit_ids],
            "date_start": row["date_start"],
            "date_end": end,
            "contract_no": row.get("contract_no"),
            "contact_name": row.get("contact_name"),
            "contact_phone": row.get("contact_phone"),
            "monthly_rent": row.get("monthly_rent"),
            _STAGE: stage,
        }
        if stage != "draft":
            vals["date_moved_in"] = row["date_start"]
        if stage == "closed":
            vals["date_moved_out"] = row["date_moved_out"]
        if row.get("payer"):
            vals["payer_id"] = parties._find_party("payer", row["payer"], lookups)
        if row.get("user"):
            vals["user_id"] = self._find_user(row["user"], lookups)
        for unit_id in unit_ids:
            lookups["stays"].setdefault(unit_id, []).append(stay)
        return vals

    def _store(self, vals_list, lookups):
        """Create the tenancies and let those that have begun move in, and out, as a clerk would."""
        stages = [vals[_STAGE] for vals in vals_list]
        tenancies = self.env["pm.tenancy"].create(
            [{name: value for name, value in vals.items() if name != _STAGE} for vals in vals_list]
        )
        by_stage = {}
        for tenancy, stage in zip(tenancies, stages, strict=True):
            by_stage.setdefault(stage, []).append(tenancy.id)
        # Who is gone makes room first, one after the other, for who came after.
        for tenancy in tenancies.browse(by_stage.get("closed")):
            tenancy.action_move_in()
            tenancy.action_activate()
            tenancy.action_move_out()
            tenancy.action_close()
        present = tenancies.browse(by_stage.get("active"))
        present.action_move_in()
        present.action_activate()

    def _load_stays(self, site):
        """Return the stays on each unit: (first day, last day, is there, row, tenancy unit id)."""
        lines = self.env["pm.tenancy.unit"]
        query = lines._search(Domain("site_id", "=", site.id) & Domain("state", "!=", "cancelled"))
        names = ("unit_id", "date_start", "date_end", "state", "id")
        columns = [lines._field_to_sql(query.table, name, query) for name in names]
        stays = {}
        for unit_id, start, end, state, line_id in self.env.execute_query(query.select(*columns)):
            is_there = state in ("active", "move_out")
            stays.setdefault(unit_id, []).append((start, end or date.max, is_there, None, line_id))
        return stays

    def _split_codes(self, text):
        """Return the unit numbers that a cell lists, each once."""
        codes = [code.strip() for code in re.split(r"[,，、;；\n]", text or "")]
        return list(dict.fromkeys(filter(None, codes)))

    def _find_unit(self, code, lookups):
        unit_id = lookups["units"].get(code)
        if unit_id:
            return unit_id
        self._skip_if_refused("pm.import.unit", code, lookups)
        elsewhere = self.env["pm.unit"].search(Domain("code", "=", code), limit=1)
        if elsewhere:
            raise RowError(
                "units",
                self.env._(
                    "Unit %(code)s belongs to %(site)s. A tenancy cannot span two offices.",
                    code=code,
                    site=elsewhere.site_id.name,
                ),
            )
        raise RowError(
            "units",
            self.env._(
                "There is no unit %(code)s. Add it to the sheet “%(sheet)s”.",
                code=code,
                sheet=self.env["pm.import.unit"]._get_title(),
            ),
        )

    def _find_user(self, text, lookups):
        if text not in lookups["users"]:
            raise RowError(
                "user",
                self.env._(
                    "%(name)s is not a user of %(site)s.", name=text, site=lookups["site"].name
                ),
            )
        return lookups["users"][text]

    def _read_period(self, row, today):
        """Return how far the tenancy has come, and the last day it takes up."""
        start, end, moved_out = row["date_start"], row.get("date_end"), row.get("date_moved_out")
        if end and end < start:
            raise RowError("date_end", self.env._("The tenancy ends before it begins."))
        if moved_out and moved_out < start:
            raise RowError(
                "date_moved_out", self.env._("The occupant moves out before the tenancy begins.")
            )
        if moved_out and moved_out > today:
            raise RowError(
                "date_moved_out",
                self.env._("This day is still to come. Leave it empty until then."),
            )
        if moved_out:
            return "closed", moved_out
        return ("active" if start <= today else "draft"), end

    def _check_free(self, code, others, stay):
        """Refuse a stay that meets another one of the unit, in the register or in the file."""
        start, end, is_there, _row, _line = stay
        for other_start, other_end, other_is_there, other_row, line_id in others:
            overlaps = start <= other_end and other_start <= end
            if not overlaps and not (is_there and other_is_there):
                continue
            other = self.env["pm.tenancy.unit"].browse(line_id or ())
            who = (
                self.env._("row %(row)s", row=other_row)
                if other_row
                else f"{other.tenancy_id.name} {other.partner_id.name}"
            )
            if overlaps:
                message = self.env._(
                    "Unit %(code)s already has a tenancy in that period: %(who)s.",
                    code=code,
                    who=who,
                )
            else:
                message = self.env._(
                    "Unit %(code)s has two occupants at once, the other one in %(who)s. Enter the "
                    "day on which the former occupant moved out.",
                    code=code,
                    who=who,
                )
            raise RowError("units", message)
