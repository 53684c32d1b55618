import re

from odoo import api, models
from odoo.fields import Command, Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError, RowSkip

# Columns that go into the field of the data sheet with the same name.
_DATA_SHEET = ("name_en", "mobile", "phone_24h", "legal_address", "business_scope")
# What people put between the figures of a telephone number.
_NO_DIGIT = re.compile(r"\D")


class PmImportParty(models.AbstractModel):
    _name = "pm.import.party"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Owners and Occupants"

    def _get_title(self):
        return self.env._("Owners and Occupants")

    def _get_columns(self):
        kinds = tuple(
            {
                "company": self.env._("Organisation"),
                "person": self.env._("Person"),
            }.items()
        )
        return [
            Column(
                "name",
                self.env._("Name"),
                required=True,
                help=self.env._("In full, as on the contract. The other sheets refer to it."),
            ),
            Column(
                "kind",
                self.env._("Organisation or Person"),
                "selection",
                required=True,
                options=kinds,
            ),
            Column(
                "ref",
                self.env._("Reference No."),
                help=self.env._("Needed only where two parties have the same name."),
            ),
            Column("phone", self.env._("Telephone")),
            Column("email", self.env._("E-mail")),
            Column("contact", self.env._("Contact Person")),
            Column(
                "registry",
                self.env._("Registration No."),
                help=self.env._("Registration number of a company."),
            ),
            Column("street", self.env._("Address")),
            Column("name_en", self.env._("English Name")),
            Column(
                "mobile",
                self.env._("Mobile"),
                help=self.env._("Of a person: shown only to those who keep tenancies."),
            ),
            Column("phone_24h", self.env._("24-hour Telephone")),
            Column("legal_address", self.env._("Legal Address")),
            Column("business_scope", self.env._("Business Scope")),
        ]

    def _begin(self, site):
        return {**super()._begin(site), **self._load_parties(site), "rows": {}}

    def _get_row_keys(self, cells):
        return [key for key in (cells.get("name"), cells.get("ref")) if key]

    def _prepare_vals(self, row, lookups):
        name, ref = row["name"], row.get("ref")
        if self._is_known(name, ref, row.get("phone"), lookups):
            raise RowSkip
        key = ref or name
        if key in lookups["rows"]:
            raise RowError(
                "ref" if ref else "name",
                self.env._(
                    "Row %(row)s holds the same. Leave one of them out, or give each a reference "
                    "no. of its own.",
                    row=lookups["rows"][key],
                ),
            )
        lookups["rows"][key] = lookups["row"]
        vals = {
            "name": name,
            "is_company": row["kind"] == "company",
            "ref": ref,
            "phone": row.get("phone"),
            "email": row.get("email"),
            "company_registry": row.get("registry"),
            "street": row.get("street"),
            **{f"pm_{name}": row[name] for name in _DATA_SHEET if row.get(name)},
            "lang": lookups["site"].print_lang,
        }
        if row.get("contact"):
            contact = {"name": row["contact"], "lang": lookups["site"].print_lang}
            vals["child_ids"] = [Command.create(contact)]
        return vals

    def _store(self, vals_list, lookups):
        self.env["res.partner"].create(vals_list)

    def _is_known(self, name, ref, phone, lookups):
        """Tell whether a row is a party of the register; raise where it may or may not be."""
        for partner_id in lookups["by_ref"].get(ref, ()):
            if partner_id not in lookups["by_name"].get(name, ()):
                raise RowError(
                    "ref", self.env._("Another party has reference no. %(ref)s already.", ref=ref)
                )
            return True
        if ref:
            return False
        namesakes = lookups["by_name"].get(name, ())
        digits = _NO_DIGIT.sub("", phone or "")
        if any(_NO_DIGIT.sub("", lookups["phones"][namesake]) == digits for namesake in namesakes):
            return True
        if namesakes:
            raise RowError(
                "name",
                self.env._(
                    "%(name)s is known with another telephone. Enter that one if it is the same "
                    "party, or else give this one a reference no.",
                    name=name,
                ),
            )
        return False

    @api.model
    def _load_parties(self, site):
        """Return the known parties: ids by name and by reference number, telephones by id."""
        # Ids rather than records: a register of many thousand names stays small.
        partners = self.env["res.partner"]
        query = partners._search(
            Domain("parent_id", "=", False)
            & Domain("company_id", "in", (False, site.company_id.id))
        )
        columns = [
            partners._field_to_sql(query.table, field_name, query)
            for field_name in ("id", "name", "ref", "phone")
        ]
        by_name, by_ref, phones = {}, {}, {}
        for partner_id, name, ref, phone in self.env.execute_query(query.select(*columns)):
            by_name.setdefault(name, []).append(partner_id)
            phones[partner_id] = phone or ""
            if ref:
                by_ref.setdefault(ref, []).append(partner_id)
        return {"by_name": by_name, "by_ref": by_ref, "phones": phones}

    @api.model
    def _find_party(self, column, text, lookups):
        """Return the id of the party that a cell names."""
        found = lookups["by_ref"].get(text) or lookups["by_name"].get(text)
        if not found:
            self._skip_if_refused(self._name, text, lookups)
            raise RowError(
                column,
                self.env._(
                    "%(name)s is not known. Add it to the sheet “%(sheet)s”, spelt alike.",
                    name=text,
                    sheet=self._get_title(),
                ),
            )
        if len(found) > 1:
            raise RowError(
                column,
                self.env._(
                    "%(count)s parties are called %(name)s. Give each a reference no. and enter "
                    "that here.",
                    count=len(found),
                    name=text,
                ),
            )
        return found[0]
