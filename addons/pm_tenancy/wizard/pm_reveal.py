from odoo import api, fields, models
from odoo.exceptions import UserError


class PmReveal(models.TransientModel):
    _name = "pm.reveal"
    _description = "Show Full Numbers"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    name = fields.Char(string="Person Concerned", compute="_compute_name")
    reason = fields.Char(help="Optional; kept in the log.")
    # On its way to the screen only: the numbers are stored nowhere else.
    numbers = fields.Text(string="Full Numbers", compute="_compute_numbers")

    @api.depends("res_model", "res_id")
    def _compute_name(self):
        for reveal in self:
            reveal.name = reveal._get_record().display_name

    @api.depends_context("pm_numbers")
    def _compute_numbers(self):
        self.numbers = self.env.context.get("pm_numbers")

    def action_show(self):
        """Log that the numbers are shown, and show them."""
        self.ensure_one()
        record = self._get_record()
        numbers = record._pm_reveal(record._pm_get_revealable(), self.reason or "")
        lines = [
            f"{record._pm_label_field(name)}: {number}"
            for name, number in numbers.items()
            if number
        ]
        if not lines:
            raise UserError(
                self.env._(
                    "No number of %(record)s is kept that you could see.",
                    record=record.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Show Full Numbers"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"pm_numbers": "\n".join(lines)},
        }

    def _get_record(self):
        """Return whose numbers are asked for: a record the user may read."""
        self.ensure_one()
        record = self.env.get(self.res_model)
        if record is None or not hasattr(record, "_pm_reveal"):
            raise UserError(self.env._("There are no masked numbers here."))
        record = record.browse(self.res_id).exists()
        record.check_access("read")
        return record
