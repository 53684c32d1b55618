from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.pm_base.tools.letter_text import find_blanks

from ..tools.schedule import next_day_of_month

# The names that the text of a letter or reminder may hold in braces.
BLANKS = (
    "amount",
    "capitals",
    "due_day",
    "late_fee",
    "months",
    "occupant",
    "office",
    "pay_by",
    "phone",
    "place",
    "property",
    "units",
)


class PmDunningProfile(models.Model):
    _name = "pm.dunning.profile"
    _description = "Dunning Profile"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty for every company.")
    step_ids = fields.One2many("pm.dunning.step", "profile_id", string="Steps", copy=True)


class PmDunningStep(models.Model):
    _name = "pm.dunning.step"
    _description = "Dunning Step"
    _order = "profile_id, sequence, id"

    profile_id = fields.Many2one(
        "pm.dunning.profile", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    action = fields.Selection(
        [("call", "Telephone Call"), ("letter", "Letter")],
        required=True,
        default="call",
        help="A call is an activity of the area administrator, with a reminder to print.",
    )
    trigger = fields.Selection(
        [
            ("reminder_day", "Reminder Day of the Office"),
            ("letter_day", "Letter Day of the Office"),
            ("number", "Fixed Day of the Month"),
        ],
        required=True,
        default="reminder_day",
        string="Done On",
    )
    day = fields.Integer(default=31, help="Day of the month; 31 is the last one.")
    deadline = fields.Selection(
        [("letter_day", "Letter Day of the Office"), ("number", "Fixed Day of the Month")],
        required=True,
        default="number",
        string="Pay By",
        help="The day that the paper asks to pay by.",
    )
    deadline_day = fields.Integer(default=31, help="Day of the month; 31 is the last one.")
    report_id = fields.Many2one(
        "ir.actions.report",
        string="Paper",
        required=True,
        ondelete="restrict",
        domain=[("model", "=", "pm.dunning.action")],
    )
    needs_review = fields.Boolean(help="The leader in charge approves it before it is printed.")
    text = fields.Text(
        translate=True,
        help="One paragraph a line. Names in braces are filled in: {units} {occupant} {months} "
        "{amount} {capitals} {due_day} {pay_by} {late_fee} {place} {phone} {office} {property}.",
    )

    _day_range = models.Constraint(
        "CHECK (day BETWEEN 1 AND 31 AND deadline_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31; 31 is the last day of every month.",
    )

    @api.constrains("text")
    def _check_blanks(self):
        for step in self:
            unknown = find_blanks(step.text) - set(BLANKS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "The text of %(step)s holds {%(unknown)s}, which nothing can fill in. "
                        "Known are: %(known)s.",
                        step=step.name,
                        unknown="}, {".join(sorted(unknown)),
                        known=", ".join(f"{{{name}}}" for name in BLANKS),
                    )
                )

    def _get_day(self, site):
        """Return the day of the month of this step at an office."""
        self.ensure_one()
        return self.day if self.trigger == "number" else site[self.trigger]

    def _get_deadline(self, site, day):
        """Return the day by which a paper of `day` asks to pay."""
        self.ensure_one()
        number = self.deadline_day if self.deadline == "number" else site[self.deadline]
        return next_day_of_month(day, number)
