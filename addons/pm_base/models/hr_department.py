from odoo import fields, models

# What a department does, whatever an office calls it: by this the procedures know it.
DEPARTMENT_ROLES = [
    ("service", "Customer Service"),
    ("administration", "Administration"),
    ("engineering", "Engineering"),
    ("environment", "Environment"),
    ("security", "Security"),
    ("finance", "Finance"),
    ("leasing", "Leasing"),
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
        string="Role",
        help="By which procedures and inspections find the department of an office.",
    )
