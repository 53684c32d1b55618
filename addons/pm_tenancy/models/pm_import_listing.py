from odoo import models
from odoo.fields import Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError


class PmImportListing(models.AbstractModel):
    _name = "pm.import.listing"
    _inherit = "pm.import.sheet"
    _description = "Import Sheet of Mandates to Let"

    def _get_title(self):
        return self.env._("Units to Let")

    def _get_columns(self):
        return [
            Column(
                "unit", self.env._("Unit No."), required=True, help=self.env._("Such as A-12-03.")
            ),
            Column("asked_unit_rent", self.env._("Unit Rent Asked"), "float", minimum=0),
            Column(
                "asked_rent",
                self.env._("Monthly Rent Asked"),
                "float",
                minimum=0,
                help=self.env._("Empty: the unit rent times the floor area."),
            ),
            Column("other_charges", self.env._("Other Charges"), "float", minimum=0),
            Column("lease_term", self.env._("Lease Term Wished")),
            Column("valid_from", self.env._("Valid From"), "date", required=True),
            Column(
                "valid_to",
                self.env._("Valid To"),
                "date",
                help=self.env._("Last day; empty: not limited."),
            ),
            Column("deed_no", self.env._("Title Deed No.")),
            Column("letting_licence_no", self.env._("Letting Licence No.")),
            Column("is_deed_seen", self.env._("Title Deed Seen"), "boolean"),
            Column("is_licence_seen", self.env._("Letting Licence Seen"), "boolean"),
            Column("note", self.env._("Remarks")),
        ]

    def _begin(self, site):
        ours = Domain("site_id", "=", site.id)
        units = self.env["pm.unit"].search_fetch(ours, ["code", "owner_id"])
        listed = self.env["pm.listing"].search(ours & Domain("state", "=", "open"))
        return {
            **super()._begin(site),
            "units": {unit.code: (unit.id, unit.owner_id.id) for unit in units},
            "listed": {listing.unit_id.id: listing.name for listing in listed},
            "rows": {},
            "today": site._today(),
        }

    def _prepare_vals(self, row, lookups):
        code = row["unit"]
        unit_id, owner_id = lookups["units"].get(code, (None, None))
        if not unit_id:
            self._skip_if_refused("pm.import.unit", code, lookups)
            raise RowError(
                "unit",
                self.env._(
                    "There is no unit %(code)s. Add it to the sheet “%(sheet)s”.",
                    code=code,
                    sheet=self.env["pm.import.unit"]._get_title(),
                ),
            )
        if not owner_id:
            raise RowError(
                "unit", self.env._("Unit %(code)s has no owner who could let it.", code=code)
            )
        if unit_id in lookups["listed"]:
            raise RowError(
                "unit",
                self.env._(
                    "Unit %(code)s has the open mandate %(listing)s already.",
                    code=code,
                    listing=lookups["listed"][unit_id],
                ),
            )
        if unit_id in lookups["rows"]:
            raise RowError(
                "unit",
                self.env._(
                    "Row %(row)s holds unit %(code)s too.", row=lookups["rows"][unit_id], code=code
                ),
            )
        if row.get("valid_to") and row["valid_to"] < max(row["valid_from"], lookups["today"]):
            raise RowError("valid_to", self.env._("This mandate is over."))
        lookups["rows"][unit_id] = lookups["row"]
        vals = {name: value for name, value in row.items() if name not in ("unit", "asked_rent")}
        if row.get("asked_rent"):
            vals["asked_rent"] = row["asked_rent"]
        if not row.get("deed_no"):
            vals.pop("deed_no", None)  # as the register of owners says
        return {**vals, "site_id": lookups["site"].id, "unit_id": unit_id}

    def _store(self, vals_list, lookups):
        """Create the mandates; those that have begun are open at once."""
        listings = self.env["pm.listing"].create(vals_list)
        today = lookups["today"]
        listings.filtered(lambda listing: listing.valid_from <= today).action_open()
