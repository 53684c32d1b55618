from odoo import api, models
from odoo.fields import Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError, RowSkip

from ..tools.privacy import is_wrong_id_card, tidy_number


class PmImportContact(models.AbstractModel):
    """The people behind an owner or occupant: emergency contacts above all (TEN-011)."""

    _name = "pm.import.contact"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Contacts"

    def _get_title(self):
        return self.env._("Contacts")

    def _get_columns(self):
        return [
            Column(
                "party",
                self.env._("Owner or Occupant"),
                required=True,
                help=self.env._("Name or reference no., as in the sheet of owners and occupants."),
            ),
            Column(
                "role",
                self.env._("Contact Role"),
                "selection",
                required=True,
                options=tuple(
                    {
                        "legal_rep": self.env._("Legal Representative"),
                        "agent": self.env._("Agent"),
                        "contact": self.env._("Contact Person"),
                        "emergency_in": self.env._("Emergency, Office Hours"),
                        "emergency_out": self.env._("Emergency, Outside Office Hours"),
                        "resident": self.env._("Resident or Household"),
                    }.items()
                ),
            ),
            Column("name", self.env._("Full Name"), required=True),
            Column("post", self.env._("Post")),
            Column("phone", self.env._("Telephone")),
            Column("mobile", self.env._("Mobile")),
            Column("mobile2", self.env._("Second Mobile")),
            *self._get_identity_columns(),
        ]

    def _begin(self, site):
        return {
            **super()._begin(site),
            **self.env["pm.import.party"]._load_parties(site),
            "known": self._load_contacts(),
        }

    def _prepare_vals(self, row, lookups):
        party_id = self.env["pm.import.party"]._find_party("party", row["party"], lookups)
        key = (party_id, row["role"], row["name"])
        if key in lookups["known"]:
            raise RowSkip
        lookups["known"].add(key)
        return {
            "parent_id": party_id,
            "pm_contact_role": row["role"],
            "name": row["name"],
            "function": row.get("post"),
            "phone": row.get("phone"),
            "pm_mobile": row.get("mobile"),
            "pm_mobile2": row.get("mobile2"),
            "lang": lookups["site"].print_lang,
            **self._prepare_identity_vals(row),
        }

    def _store(self, vals_list, lookups):
        self.env["res.partner"].create(vals_list)

    @api.model
    def _get_identity_columns(self):
        """Return the columns of an identity document, for every sheet of people."""
        return [
            Column(
                "identity_kind",
                self.env._("Identity Document"),
                "selection",
                help=self.env._("Empty: ID card."),
                options=tuple(
                    {
                        "id_card": self.env._("ID Card"),
                        "passport": self.env._("Passport"),
                        "licence": self.env._("Business Licence"),
                        "other": self.env._("Other Document"),
                    }.items()
                ),
            ),
            Column("identity_no", self.env._("Identity No.")),
        ]

    @api.model
    def _prepare_identity_vals(self, row):
        """Return the values of an identity document; raise for an ID card that cannot be."""
        kind = row.get("identity_kind") or "id_card"
        number = tidy_number(row.get("identity_no"))
        if number and kind == "id_card" and is_wrong_id_card(number):
            raise RowError(
                "identity_no",
                self.env._("The check digit or the day of birth of this ID card does not fit."),
            )
        return {"pm_identity_kind": kind, "pm_identity_no": number}

    def _load_contacts(self):
        """Return the contacts of the register: {(party id, role, name)}."""
        partners = self.env["res.partner"]
        query = partners._search(
            Domain("pm_contact_role", "!=", False) & Domain("parent_id", "!=", False)
        )
        columns = [
            partners._field_to_sql(query.table, field_name, query)
            for field_name in ("parent_id", "pm_contact_role", "name")
        ]
        return set(self.env.execute_query(query.select(*columns)))
