from odoo import fields, models

# What the management fee is used for (BIL-001), in the order of the annual report.
USES = [
    ("staff", "Staff: Pay, Welfare and Office Costs"),
    ("security", "Security of Public Places"),
    ("cleaning", "Cleaning of Public Places"),
    ("gardening", "Gardening of Public Places"),
    ("upkeep", "Running and Upkeep of Common Facilities"),
    ("specialists", "Specialist Firms Engaged"),
    ("insurance", "Insurance of Common Facilities and Taxes"),
    ("culture", "Community Culture"),
    ("other", "Other"),
    ("remuneration", "Remuneration of the Management Office"),
]


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    pm_use = fields.Selection(
        USES,
        string="Use of the Management Fee",
        index="btree_not_null",
        help="What is booked on this account counts as this use in the annual report.",
    )
    pm_site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        ondelete="restrict",
        index="btree_not_null",
        help="Where a company runs several offices, each books on accounts of its own. Empty: all "
        "offices of the company.",
    )
