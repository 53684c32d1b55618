from odoo import fields, models
from odoo.fields import Command

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError


class PmImportKey(models.AbstractModel):
    _name = "pm.import.key"
    _inherit = "pm.import.place"
    _description = "Import Sheet of Keys"

    def _get_title(self):
        return self.env._("Keys")

    def _get_columns(self):
        return [
            Column(
                "code",
                self.env._("Key No."),
                required=True,
                help=self.env._("With a quantity: K becomes K-1, K-2, and so on."),
            ),
            Column("name", self.env._("Name"), required=True),
            Column(
                "kind",
                self.env._("Kind"),
                "selection",
                help=self.env._("Empty: room key."),
                options=tuple(
                    {
                        "room": self.env._("Room Key"),
                        "card": self.env._("Access Card"),
                        "mailbox": self.env._("Mailbox Key"),
                        "document": self.env._("Pass"),
                        "other": self.env._("Other"),
                    }.items()
                ),
            ),
            *self._get_place_columns(),
            Column("count", self.env._("Quantity"), "integer", minimum=1),
            Column("is_spare", self.env._("Spare"), "boolean"),
            Column("cabinet_position", self.env._("Cabinet Position")),
            Column(
                "is_issued",
                self.env._("With the Occupant"),
                "boolean",
                help=self.env._("Yes: it was issued to who occupies the unit now."),
            ),
        ]

    def _begin(self, site):
        known = {code for (code,) in self._load_known(site, "pm.key", "code")}
        return {**super()._begin(site), "known": known}

    def _prepare_vals(self, row, lookups):
        """Return a list: the values of each of the keys of a row."""
        count = row.get("count") or 1
        if count > 100:
            raise RowError("count", self.env._("At most 100 keys stand in one row."))
        codes = [f"{row['code']}-{number}" for number in range(1, count + 1)]
        vals = {
            **self._prepare_place_vals(row, lookups),
            "name": row["name"],
            "kind": row.get("kind") or "room",
            "is_spare": row.get("is_spare") or False,
            "cabinet_position": row.get("cabinet_position"),
        }
        if row.get("is_issued"):
            tenancy = self._find_current_tenancy(vals["unit_id"], "is_issued", lookups)
            vals["loan_ids"] = [Command.create(self._prepare_loan_vals(tenancy))]
        codes = codes if count > 1 else [row["code"]]
        for code in codes:
            self._claim("code", code, code, lookups)
        return [{**vals, "code": code} for code in codes]

    def _store(self, vals_list, lookups):
        self.env["pm.key"].create([vals for row_vals in vals_list for vals in row_vals])

    def _prepare_loan_vals(self, tenancy):
        site = tenancy.site_id
        since = min(tenancy.date_moved_in or tenancy.date_start, site._today())
        return {
            "site_id": site.id,
            "kind": "issue",
            "tenancy_id": tenancy.id,
            "issued_at": site._to_utc(fields.Datetime.to_datetime(since)),
            "issued_by_id": self.env.uid,
        }
