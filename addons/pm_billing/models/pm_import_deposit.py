from odoo import api, models
from odoo.fields import Command, Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError


class PmImportDeposit(models.AbstractModel):
    """Deposits that were held before the office began to work here.

    Each is booked against the account of opening balances, dated today: no money moves.
    """

    _name = "pm.import.deposit"
    _inherit = "pm.import.place"
    _description = "Import Sheet of Deposits"

    def _get_title(self):
        return self.env._("Deposits Held")

    def _get_columns(self):
        return [
            self._get_unit_column(required=True),
            Column("kind", self.env._("Kind of Deposit"), required=True),
            Column(
                "amount", self.env._("Amount"), "float", required=True, minimum=0, inclusive=False
            ),
            Column("received_on", self.env._("Received On"), "date", required=True),
            Column("receipt_no", self.env._("Receipt No.")),
            Column("note", self.env._("Note")),
        ]

    def _begin(self, site):
        self.env["pm.deposit"].check_access("create")
        kinds = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for kind in self.env["pm.deposit.kind"].with_context(lang=lang).search([]):
                kinds[kind.name] = kind.id
        known = self.env["pm.deposit"].search(
            Domain("site_id", "=", site.id) & Domain("state", "!=", "cancelled")
        )
        return {
            **super()._begin(site),
            "kinds": kinds,
            "today": site._today(),
            "known": {
                (one.tenancy_id.id, one.kind_id.id, one.received_on, one.receipt_no or False)
                for one in known
            },
        }

    def _prepare_vals(self, row, lookups):
        tenancy = self._find_current_tenancy(self._find_unit(row["unit"], lookups), "unit", lookups)
        kind_id = lookups["kinds"].get(row["kind"])
        if not kind_id:
            raise RowError(
                "kind",
                self.env._(
                    "“%(value)s” is not one of: %(choices)s.",
                    value=row["kind"],
                    choices=", ".join(lookups["kinds"]),
                ),
            )
        if row["received_on"] > lookups["today"]:
            raise RowError("received_on", self.env._("This day is yet to come."))
        receipt_no = row.get("receipt_no") or False
        self._claim(
            "kind",
            (tenancy.id, kind_id, row["received_on"], receipt_no),
            f"{row['unit']} {row['kind']} {receipt_no or ''}".strip(),
            lookups,
        )
        return {
            "tenancy_id": tenancy.id,
            "kind_id": kind_id,
            "amount": row["amount"],
            "received_on": row["received_on"],
            "receipt_no": receipt_no,
            "note": row.get("note"),
        }

    def _store(self, vals_list, lookups):
        # That they are held follows from the opening entry; nobody enters it by hand.
        Deposit = self.env["pm.deposit"].sudo()
        for vals in vals_list:
            received_on = vals["received_on"]
            deposit = Deposit.create({**vals, "received_on": False})
            deposit._open(received_on)


class PmDeposit(models.Model):
    _inherit = "pm.deposit"

    def _open(self, received_on):
        """Take a deposit over that was received before the office began to work here."""
        self.ensure_one()
        opening = self.company_id.pm_opening_account_id
        move = self.env["account.move"].with_company(self.company_id)
        self.move_id = move.create(
            {
                **self._prepare_entry_vals(),
                "line_ids": [
                    Command.create(self._prepare_item_vals(opening, self.amount)),
                    Command.create(self._prepare_item_vals(self._get_account(), -self.amount)),
                ],
            }
        )
        self.move_id.action_post()
        self.state = "asked"
        self._follow_payment()
        self.received_on = received_on


class PmImport(models.Model):
    _inherit = "pm.import"

    @api.model
    def _get_sheet_models(self):
        return [*super()._get_sheet_models(), "pm.import.deposit", "pm.import.balance"]
