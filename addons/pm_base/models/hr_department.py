from odoo import fields, models


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
