from odoo import fields, models

# What a department does at an office; procedures, approvals and registers speak of these.
DEPARTMENT_ROLES = [
    ("service", "Customer Service Centre"),
    ("administration", "Administration Department"),
    ("engineering", "Engineering Department"),
    ("environment", "Environment Department"),
    ("security", "Security Department"),
    ("finance", "Finance Department"),
    ("leasing", "Leasing Department"),
    ("management", "Management"),
]


class HrDepartment(models.Model):
    _inherit = "hr.department"
    _check_company_auto = True

    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        index="btree_not_null",
        check_company=True,
        help="Empty when the department serves every office of the company.",
    )
    pm_role = fields.Selection(
        DEPARTMENT_ROLES,
        string="Role at the Office",
        help="Which steps of the procedures fall to this department.",
    )
