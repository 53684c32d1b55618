from odoo import api, models


class PmNumberedMixin(models.AbstractModel):
    """A record that takes its number from the sequence whose code is the name of its model."""

    _name = "pm.numbered.mixin"
    _description = "Takes the Next Number"

    # The field that holds the number; “/” in it asks for the next one.
    _number_field = "name"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get(self._number_field, "/") == "/":
                number = self.env["ir.sequence"].next_by_code(self._name)
                vals[self._number_field] = number or "/"
        return super().create(vals_list)
