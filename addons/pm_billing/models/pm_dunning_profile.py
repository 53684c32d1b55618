from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.pm_base.tools.letter_text import find_blanks

from ..tools.schedule import next_day_of_month

# What is written to somebody; the other actions are done.
PAPERS = ("reminder", "letter", "owner_letter")
# Triggers that wait for arrears to be so many months old, or for services to be stopped for them,
# rather than for a day.
AGES = ("owner_notice_months", "legal_months", "months", "on_suspension")

# The names that the text of a letter or reminder may hold in braces.
BLANKS = (
    "amount",
    "capitals",
    "contact",
    "due_day",
    "late_fee",
    "months",
    "occupant",
    "office",
    "owner",
    "pay_by",
    "phone",
    "place",
    "property",
    "units",
)


class PmDunningProfile(models.Model):
    _name = "pm.dunning.profile"
    _inherit = "pm.shared.mixin"
    _description = "Dunning Profile"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    step_ids = fields.One2many("pm.dunning.step", "profile_id", string="Steps", copy=True)

    def copy(self, default=None):
        """The steps of a copy follow each other, not those that they were copied from."""
        copies = super().copy(default)
        for profile, copied in zip(self, copies, strict=True):
            # Lines are copied in the order of their making, whatever their sequence.
            old_steps, new_steps = profile.step_ids.sorted("id"), copied.step_ids.sorted("id")
            new_by_old = dict(zip(old_steps, new_steps, strict=False))
            for old, new in new_by_old.items():
                new.after_id = new_by_old.get(old.after_id)
        return copies


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
        [
            ("report", "List of the Unpaid"),
            ("call", "Telephone Call"),
            ("reminder", "Reminder"),
            ("letter", "Demand Letter"),
            ("visit", "Visit"),
            ("owner_letter", "Letter to the Owner"),
            ("suspension", "Proposal of a Suspension"),
            ("lawyer", "Lawyer"),
        ],
        required=True,
        default="call",
        help="A call is work of the area administrator, and may have a reminder to print. The "
        "owner is written to about tenants only; a lawyer is called in where the last visit found "
        "nobody in the unit.",
    )
    trigger = fields.Selection(
        [
            ("reminder_day", "Reminder Day of the Office"),
            ("letter_day", "Letter Day of the Office"),
            ("number", "Fixed Day of the Month"),
            ("due", "Days from the Due Date"),
            ("owner_notice_months", "Months Until the Owner Is Told"),
            ("legal_months", "Months Until the Lawyer Is Called In"),
            ("months", "Months in Arrears"),
            ("on_suspension", "When Services Are Stopped"),
        ],
        required=True,
        default="reminder_day",
        string="Done On",
    )
    day = fields.Integer(default=31, help="Day of the month; 31 is the last one.")
    day_off = fields.Selection(
        [
            ("keep", "On That Day All the Same"),
            ("next", "On the Next Working Day"),
            ("previous", "On the Working Day Before"),
        ],
        string="On a Day Off",
        required=True,
        default="keep",
    )
    offset = fields.Integer(
        string="Days After the Due Date", help="-3 is three days before bills fall due."
    )
    months = fields.Integer(
        default=1, help="The arrears are so many months old, counted from the day after they arose."
    )
    repeats = fields.Boolean(
        string="Every Month", help="Once a month while the arrears last; otherwise once for a case."
    )
    after_id = fields.Many2one(
        "pm.dunning.step",
        string="Only After",
        ondelete="cascade",
        copy=False,
        domain="[('profile_id', '=', profile_id), ('id', '!=', id)]",
        help="Taken only where this step was carried out in the month before.",
    )
    tells_director = fields.Boolean(help="The director of the office is told of the debtors.")
    deadline = fields.Selection(
        [
            ("letter_day", "Letter Day of the Office"),
            ("number", "Fixed Day of the Month"),
            ("due", "Due Date"),
        ],
        required=True,
        default="number",
        string="Pay By",
        help="The day that the paper asks to pay by.",
    )
    deadline_day = fields.Integer(default=31, help="Day of the month; 31 is the last one.")
    deadline_days = fields.Integer(
        string="Days to Pay at Least",
        default=3,
        required=True,
        help="A paper that is printed late leaves so many days to pay, counted from its printing.",
    )
    report_id = fields.Many2one(
        "ir.actions.report",
        string="Paper",
        ondelete="restrict",
        domain=[("model", "=", "pm.dunning.action")],
    )
    filled_by = fields.Selection(
        [("service", "Service Centre"), ("finance", "Finance")],
        required=True,
        default="service",
        help="Who prints the paper. What the service centre writes it also delivers, and notes who "
        "signed for it; of what Finance fills in no delivery is noted.",
    )
    needs_review = fields.Boolean(help="The leader in charge approves it before it is printed.")
    text = fields.Text(
        translate=True,
        help="One paragraph a line. Names in braces are filled in: {units} {occupant} {owner} "
        "{months} {amount} {capitals} {due_day} {pay_by} {late_fee} {place} {contact} {phone} "
        "{office} {property}.",
    )

    _day_range = models.Constraint(
        "CHECK (day BETWEEN 1 AND 31 AND deadline_day BETWEEN 1 AND 31)",
        "A day of the month lies between 1 and 31; 31 is the last day of every month.",
    )
    _deadline_not_past = models.Constraint(
        "CHECK (deadline_days >= 0)", "Nobody can be asked to pay before the day of printing."
    )
    _months_positive = models.Constraint(
        "CHECK (months > 0)", "Arrears are at least one month old before somebody is told."
    )
    _papers_printed = models.Constraint(
        "CHECK (report_id IS NOT NULL OR action NOT IN ('reminder', 'letter', 'owner_letter'))",
        "Choose the paper on which a reminder or letter is printed.",
    )

    @api.constrains("after_id", "profile_id")
    def _check_after(self):
        for step in self:
            if step.after_id and step.after_id.profile_id != step.profile_id:
                raise ValidationError(
                    self.env._(
                        "%(step)s can only follow a step of its own profile.", step=step.name
                    )
                )
        if self._has_cycle("after_id"):
            raise ValidationError(self.env._("Steps cannot wait for each other in a circle."))

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

    @api.model
    def _get_plain_names(self):
        """Return the names of the fields that say when and how a step is taken."""
        return [name for name, field in self._fields.items() if field.store and field.prefetch]

    def _get_number(self, site):
        """Return the day of the month of this step at an office."""
        self.ensure_one()
        return self.day if self.trigger == "number" else site[self.trigger]

    def _get_months(self, site):
        """Return how many months old arrears are when this step is taken at an office."""
        self.ensure_one()
        return self.months if self.trigger == "months" else site[self.trigger]

    def _get_deadline(self, site, taken_on, day, due=None):
        """Return the day by which a paper asks to pay that is printed on `day`.

        It is the first such day on or after `taken_on`, when the step was taken, or `due`, when
        the bills fall due; what is printed late leaves a few days all the same.
        """
        self.ensure_one()
        latest = day + timedelta(days=self.deadline_days)
        if self.deadline == "due":
            return due if due and due >= day else latest
        number = self.deadline_day if self.deadline == "number" else site[self.deadline]
        return max(next_day_of_month(taken_on, number), latest)

    def _is_for_all(self):
        """Tell whether the step is taken for whoever has not paid, without any other condition.

        Its round is made even when nobody owes anything: the list then says so.
        """
        self.ensure_one()
        return (
            not self.after_id
            and self.trigger not in AGES
            and self.action not in ("owner_letter", "suspension", "lawyer")
        )
