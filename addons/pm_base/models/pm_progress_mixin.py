from odoo import fields, models
from odoo.tools import SQL


class PmProgressMixin(models.AbstractModel):
    _name = "pm.progress.mixin"
    _description = "Shows the Progress of a Long Run"

    progress = fields.Float(compute="_compute_progress")

    def _compute_progress(self):
        progresses = (
            self.env["pm.progress"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        shares = {row.res_id: 100.0 * row.done / row.total for row in progresses if row.total}
        for record in self:
            record.progress = shares.get(record.id, 0.0)

    def _write_progress(self, done, total):
        """Show that `done` of `total` steps are made.

        The count goes through a connection of its own, because the run itself may be one
        transaction that nobody sees before its end.
        """
        with self.env.registry.cursor() as cursor:
            cursor.execute(
                SQL(
                    """INSERT INTO pm_progress (res_model, res_id, done, total)
                       VALUES (%s, %s, %s, %s)
                       ON CONFLICT (res_model, res_id)
                       DO UPDATE SET done = EXCLUDED.done, total = EXCLUDED.total""",
                    self._name,
                    self.id,
                    done,
                    total,
                )
            )
