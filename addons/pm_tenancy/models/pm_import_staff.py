from odoo import models
from odoo.fields import Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError


class PmImportStaff(models.AbstractModel):
    """Who works or lives with the occupants (F-TEN-85)."""

    _name = "pm.import.staff"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of the People of Occupants"

    def _get_title(self):
        return self.env._("People of Occupants")

    def _get_columns(self):
        return [
            Column(
                "unit",
                self.env._("Unit No."),
                required=True,
                help=self.env._("Any unit of the occupant who is there or moving in."),
            ),
            Column("name", self.env._("Full Name"), required=True),
            Column("post", self.env._("Post")),
            *self.env["pm.import.contact"]._get_identity_columns(),
            Column("mobile", self.env._("Mobile")),
            Column("pass_no", self.env._("Access Pass No.")),
            Column(
                "date_registered",
                self.env._("Registered On"),
                "date",
                help=self.env._("Empty: today."),
            ),
        ]

    def _begin(self, site):
        return {
            **super()._begin(site),
            "tenancies": self._load_tenancies(site),
            "passes": self._load_passes(site),
            "people": self._load_people(site),
            "today": site._today(),
        }

    def _prepare_vals(self, row, lookups):
        tenancy_id = self._find_tenancy(row["unit"], lookups)
        pass_no = row.get("pass_no")
        person = (tenancy_id, row["name"], pass_no or False)
        if person in lookups["people"]:
            raise RowError(
                "name",
                self.env._(
                    "%(name)s is registered with this occupant already. Leave this row out.",
                    name=row["name"],
                ),
            )
        if pass_no and pass_no in lookups["passes"]:
            raise RowError(
                "pass_no",
                self.env._(
                    "Access pass %(number)s is held by %(holder)s already.",
                    number=pass_no,
                    holder=lookups["passes"][pass_no],
                ),
            )
        identity = self.env["pm.import.contact"]._prepare_identity_vals(row)
        lookups["people"].add(person)
        if pass_no:
            lookups["passes"][pass_no] = row["name"]
        return {
            "tenancy_id": tenancy_id,
            "name": row["name"],
            "post": row.get("post"),
            "pm_mobile": row.get("mobile"),
            "pass_no": pass_no,
            "date_registered": row.get("date_registered") or lookups["today"],
            **identity,
        }

    def _store(self, vals_list, lookups):
        self.env["pm.tenancy.staff"].create(vals_list)

    def _find_tenancy(self, code, lookups):
        if code in lookups["tenancies"]:
            return lookups["tenancies"][code]
        self._skip_if_refused("pm.import.unit", code, lookups)
        self._skip_if_refused("pm.import.tenancy", code, lookups)
        raise RowError(
            "unit",
            self.env._(
                "Nobody occupies unit %(code)s or is moving in there. Enter the tenancy first.",
                code=code,
            ),
        )

    def _load_tenancies(self, site):
        """Return {unit number: id of the tenancy that is there, or else of the next one}."""
        lines = self.env["pm.tenancy.unit"].search_fetch(
            Domain("site_id", "=", site.id) & Domain("state", "not in", ("closed", "cancelled")),
            ["unit_id", "tenancy_id", "state", "date_start"],
        )
        ranks = ("active", "move_out", "move_in", "draft")
        tenancies = {}
        for line in lines.sorted(lambda line: (ranks.index(line.state), line.date_start)):
            tenancies.setdefault(line.unit_id.code, line.tenancy_id.id)
        return tenancies

    def _load_passes(self, site):
        """Return {number of a valid access pass: its holder}."""
        people = self.env["pm.tenancy.staff"].search_fetch(
            Domain("site_id", "=", site.id)
            & Domain("pass_no", "!=", False)
            & Domain("date_left", "=", False),
            ["pass_no", "name"],
        )
        return {person.pass_no: person.name for person in people}

    def _load_people(self, site):
        """Return who is registered: {(tenancy id, name, access pass)}."""
        people = self.env["pm.tenancy.staff"].search_fetch(
            Domain("site_id", "=", site.id) & Domain("date_left", "=", False),
            ["tenancy_id", "name", "pass_no"],
        )
        return {(person.tenancy_id.id, person.name, person.pass_no) for person in people}
