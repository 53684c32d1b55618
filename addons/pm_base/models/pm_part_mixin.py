from odoo import api, models


class PmPartMixin(models.AbstractModel):
    """A line of a record that changes only while its record may: not entered, edited, moved or
    deleted otherwise. The model names the link in `_part_of` and says in `_check_whole` what
    refuses the change.
    """

    _name = "pm.part.mixin"
    _description = "Changes with Its Record Only"

    # The field that leads to the record.
    _part_of = None

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_whole()
        return parts

    def write(self, vals):
        self._check_whole()
        result = super().write(vals)
        if self._part_of in vals:
            self._check_whole()  # nor is a line moved to where none may be entered
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_part_of_fixed(self):
        self._check_whole()

    def _check_whole(self):
        """Raise UserError if the record of one of these lines may not be changed."""
        raise NotImplementedError
