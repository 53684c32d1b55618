from odoo import api, fields, models


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.building": ["name"],
        "pm.lease.request": [
            "commission_amount",
            "commission_due_on",
            "commission_paid_on",
            "fee_refused_on",
            "held_until",
            "partner_id",
            "site_id",
            "state",
            "unit_id",
            "user_id",
        ],
        "pm.letting.registration": [
            "household_papers_done_on",
            "household_papers_due_on",
            "partner_id",
            "site_id",
            "unit_id",
            "user_id",
        ],
        "pm.listing": ["owner_id", "site_id", "state", "unit_id", "user_id", "valid_to"],
        "pm.loan": [
            "borrower_name",
            "due_at",
            "issued_by_id",
            "item_name",
            "partner_id",
            "site_id",
            "state",
            "unit_id",
        ],
        "pm.site": [
            "directory_confirm_days",
            "directory_day",
            "lease_expiry_leasing_query_months",
            "lease_expiry_visit_months",
        ],
        "pm.tenancy": [
            "date_end",
            "date_start",
            "intention",
            "kind",
            "partner_id",
            "phone_confirmed_on",
            "site_id",
            "state",
            "unit_codes",
            "user_id",
        ],
        "pm.unit": ["code"],
        "pm.vacant.patrol": ["building_id", "date", "site_id", "state", "user_id"],
    }

    kind = fields.Selection(
        selection_add=[
            ("lease_visit", "Lease Ends: Visit"),
            ("lease_query", "Lease Ends: Settle"),
            ("move_in", "Move-in"),
            ("loan", "Loan Due Back"),
            ("listing", "Mandate to Let Ends"),
            ("earnest_hold", "Earnest Money"),
            ("commission", "Commission"),
            ("household_papers", "Household Papers"),
            ("patrol", "Patrol of Vacant Units"),
            ("phone_round", "Telephones to Confirm"),
        ]
    )

    @api.model
    def _get_due_selects(self):
        return [
            *super()._get_due_selects(),
            *self.env["pm.tenancy"]._get_due_selects(),
            self.env["pm.tenancy"]._get_due_select(),
            self.env["pm.loan"]._get_due_select(),
            self.env["pm.listing"]._get_due_select(),
            *self.env["pm.lease.request"]._get_due_selects(),
            self.env["pm.letting.registration"]._get_due_select(),
            self.env["pm.vacant.patrol"]._get_due_select(),
            self.env["pm.tenancy"]._get_phone_round_select(),
        ]
