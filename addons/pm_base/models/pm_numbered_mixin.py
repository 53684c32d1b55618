from odoo import api, models


class PmNumberedMixin(models.AbstractModel):
    """A record that takes its number from the sequence whose code is the name of its model."""

    _name = "pm.numbered.mixin"
    _description = "Takes the Next Number"

    # The field that holds the number; “/” in it asks for the next one.
    _number_field = "name"

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**vals} for vals in vals_list]  # a caller may try the same values again
        for vals in vals_list:
            if vals.get(self._number_field, "/") == "/":
                number = self.env["ir.sequence"].next_by_code(self._name)
                vals[self._number_field] = number or "/"
            elif not self.env.su:
                self._refuse_noted(self._number_field)
        return super().create(vals_list)

    def write(self, vals):
        if self._number_field in vals and not self.env.su:
            self._refuse_noted(self._number_field)
        return super().write(vals)
