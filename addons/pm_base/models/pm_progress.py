from odoo import fields, models


class PmProgress(models.Model):
    _name = "pm.progress"
    _description = "Progress of a Long Run"
    _log_access = False

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(required=True, model_field="res_model")
    done = fields.Integer()
    total = fields.Integer()

    _one_per_record = models.Constraint("UNIQUE (res_model, res_id)", "One progress a record.")
