from odoo import fields, models
from odoo.fields import Command, Domain

from odoo.addons.pm_base.models.pm_import_sheet import Column, RowError
from odoo.addons.pm_base.tools.calendar import month_day, month_start


class AccountMove(models.Model):
    _inherit = "account.move"

    pm_is_opening = fields.Boolean(string="Opening Balance", readonly=True, copy=False)

    _pm_opening_once = models.UniqueIndex(
        "(pm_tenancy_id, pm_month) WHERE pm_is_opening AND state <> 'cancel'",
        "The opening balance of this month is in the books already.",
    )


class PmImportBalance(models.AbstractModel):
    """What occupants owed before the office began to work here, a bill for each month."""

    _name = "pm.import.balance"
    _inherit = "pm.import.place"
    _description = "Import Sheet of Opening Balances"

    def _get_title(self):
        return self.env._("Opening Balances")

    def _get_columns(self):
        return [
            self._get_unit_column(required=True),
            Column(
                "month",
                self.env._("Month"),
                "date",
                required=True,
                help=self.env._("Any day of the month for which it is owed."),
            ),
            Column(
                "amount",
                self.env._("Amount Owed"),
                "float",
                required=True,
                minimum=0,
                inclusive=False,
            ),
            Column(
                "date_due",
                self.env._("Was Due On"),
                "date",
                help=self.env._("Empty: the due day of the office in that month."),
            ),
            Column("note", self.env._("Note")),
        ]

    def _begin(self, site):
        self.env["account.move"].check_access("create")
        known = self.env["account.move"].search(
            Domain("pm_site_id", "=", site.id)
            & Domain("pm_is_opening", "=", True)
            & Domain("state", "!=", "cancel")
        )
        return {
            **super()._begin(site),
            "known": {(move.pm_tenancy_id.id, move.pm_month) for move in known},
            "today": site._today(),
        }

    def _prepare_vals(self, row, lookups):
        site = lookups["site"]
        tenancy = self._find_current_tenancy(self._find_unit(row["unit"], lookups), "unit", lookups)
        month = month_start(row["month"])
        if month > lookups["today"]:
            raise RowError("month", self.env._("This month is yet to come."))
        text = f"{row['unit']} {month:%Y-%m}"
        self._claim("month", (tenancy.id, month), text, lookups)
        return {
            "move_type": "out_invoice",
            "partner_id": tenancy.partner_id.id,
            "journal_id": site._get_fee_journal().id,
            "invoice_date": month,
            "invoice_date_due": row.get("date_due")
            or month_day(month.year, month.month, site.due_day),
            "invoice_payment_term_id": False,
            "invoice_user_id": False,
            "ref": f"{tenancy.unit_codes} {month:%Y-%m}",
            "pm_site_id": site.id,
            "pm_tenancy_id": tenancy.id,
            "pm_month": month,
            "pm_is_opening": True,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": row.get("note")
                        or self.env._("Opening balance of %(what)s", what=text),
                        "account_id": site.company_id.pm_opening_account_id.id,
                        "quantity": 1.0,
                        "price_unit": row["amount"],
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    def _store(self, vals_list, lookups):
        company = lookups["site"].company_id
        # Everything was checked row by row; the entry is the system's.
        self.env["account.move"].sudo().with_company(company).create(vals_list).action_post()
