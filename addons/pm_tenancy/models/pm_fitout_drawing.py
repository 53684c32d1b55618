from odoo import api, fields, models
from odoo.exceptions import ValidationError

TRADES = [
    ("interior", "Architecture and Interior"),
    ("structure", "Structure"),
    ("electrical", "Electrical"),
    ("plumbing", "Water and Drainage"),
    ("hvac", "Air-conditioning and Ventilation"),
    ("fire", "Fire Protection"),
    ("low_voltage", "Low Voltage"),
]
STAGES = [("plan", "With the Application"), ("as_built", "As Built")]


class PmFitoutDrawing(models.Model):
    """A drawing that customer and contractor owe, and its receipt (F-TEN-55)."""

    _name = "pm.fitout.drawing"
    _inherit = ["pm.fitout.part.mixin"]
    _description = "Drawing of a Fit-out"
    _order = "fitout_id, stage desc, sequence, id"

    sequence = fields.Integer(default=10)
    stage = fields.Selection(STAGES, string="Handed In When", required=True, default="plan")
    trade = fields.Selection(TRADES, required=True, default="interior")
    name = fields.Char(string="Drawing", required=True)
    number = fields.Char(string="Drawing No.")
    copies = fields.Integer(required=True, default=1)
    is_required = fields.Boolean(string="Required", default=True)
    received_on = fields.Date()
    handed_in_by = fields.Char()
    received_by_id = fields.Many2one("res.users", domain="[('site_ids', '=', site_id)]")

    _copies_positive = models.Constraint(
        "CHECK (copies > 0)", "At least one copy of a drawing is due."
    )

    @api.constrains("received_on")
    def _check_received_on(self):
        for drawing in self:
            if drawing.received_on and drawing.received_on > drawing.site_id._today():
                raise ValidationError(
                    self.env._(
                        "%(drawing)s: %(day)s is still to come. Enter the day of receipt.",
                        drawing=drawing.name,
                        day=drawing.received_on,
                    )
                )

    def action_receive(self):
        """Note that the drawings were handed in today, to this user."""
        for site, drawings in (
            self.filtered(lambda one: not one.received_on).grouped("site_id").items()
        ):
            drawings.write({"received_on": site._today(), "received_by_id": self.env.uid})


class PmFitoutDrawingTemplate(models.Model):
    """The drawings that an office asks for: a list that the office may change."""

    _name = "pm.fitout.drawing.template"
    _description = "Drawing Asked For"
    _order = "stage desc, sequence, id"

    sequence = fields.Integer(default=10)
    stage = fields.Selection(STAGES, string="Handed In When", required=True, default="plan")
    trade = fields.Selection(TRADES, required=True, default="interior")
    name = fields.Char(string="Drawing", required=True, translate=True)
    copies = fields.Integer(required=True, default=1)
    is_required = fields.Boolean(string="Required", default=True)
    active = fields.Boolean(default=True)
    site_id = fields.Many2one(
        "pm.site",
        string="Only For",
        index="btree_not_null",
        ondelete="cascade",
        help="An office with a list of its own uses that one. Empty: every other office.",
    )

    def _prepare_drawing_vals(self):
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "stage": self.stage,
            "trade": self.trade,
            "name": self.name,
            "copies": self.copies,
            "is_required": self.is_required,
        }
