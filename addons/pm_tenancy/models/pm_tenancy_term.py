from odoo import fields, models


class PmTenancyTerm(models.Model):
    _name = "pm.tenancy.term"
    _description = "Term of a Tenancy"
    _order = "date_start desc"
    _rec_name = "tenancy_id"

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="tenancy_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="Until", help="Last day; empty when the term has no end.")
    monthly_rent = fields.Monetary()
    contract_no = fields.Char(string="Contract No.")
    signed_on = fields.Date()
    note = fields.Char()

    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start <= date_end)",
        "A term ends after it begins. The tenancy was renewed: its end cannot lie before its last "
        "term begins.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (tenancy_id WITH =, daterange(date_start, date_end, '[]') WITH &&)",
        "Two terms of a tenancy cannot share a day.",
    )
