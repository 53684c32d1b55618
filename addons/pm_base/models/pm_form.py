from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.calendar import add_months


class PmForm(models.Model):
    _name = "pm.form"
    _description = "Form"
    _order = "code"
    _rec_names_search = ["code", "name", "form_no"]

    name = fields.Char(string="Title", required=True, translate=True)
    short_name = fields.Char(
        string="Printed Title",
        translate=True,
        help="Where the operating procedures call the paper by several names.",
    )
    code = fields.Char(
        string="Catalogue No.", required=True, help="Number in the catalogue of requirements."
    )
    form_no = fields.Char(string="Form No.", help="Number printed on the paper, if it has one.")
    active = fields.Boolean(default=True)
    area = fields.Selection(
        [
            ("pm_tenancy", "Tenancy"),
            ("pm_billing", "Fees"),
            ("pm_service_desk", "Service Desk"),
            ("pm_front_desk", "Front Desk"),
            ("pm_training", "Training"),
            ("pm_community", "Community"),
        ],
        required=True,
    )
    kind = fields.Selection(
        [
            ("form", "Form"),
            ("register", "Register"),
            ("notice", "Notice"),
            ("letter", "Letter"),
            ("agreement", "Agreement"),
            ("card", "Card"),
        ],
        required=True,
    )
    content = fields.Text(string="Fields", help="What the paper records.")
    signatures = fields.Text(help="Who signs, reviews or keeps the paper.")
    needs_return = fields.Boolean(
        string="Comes Back Signed",
        compute="_compute_needs_return",
        store=True,
        readonly=False,
        precompute=True,
        help="The office waits for the signed copy or receipt: until it is back, the paper is on "
        "the due list and is not filed.",
    )
    copies = fields.Integer(default=1, required=True, help="Copies to print.")
    copies_note = fields.Char(string="Who Keeps Which Copy")
    two_up = fields.Boolean(string="Two on a Sheet")
    retention = fields.Selection(
        [
            ("permanent", "Permanent"),
            ("years", "Years"),
            ("accounting", "Accounting Rules"),
            ("in_force", "While in Force"),
            ("none", "No Rule"),
        ],
        required=True,
        default="years",
        help="How long the paper is kept. Nothing is ever destroyed by itself.",
    )
    retention_years = fields.Integer(string="Years Kept", default=1)
    rhythm = fields.Selection(
        [
            ("occurrence", "As It Occurs"),
            ("monthly", "Monthly"),
            ("quarterly", "Quarterly"),
        ],
        string="Filing",
        required=True,
        default="occurrence",
    )
    source = fields.Char(help="Clause of the operating procedures that asks for the paper.")
    report_ids = fields.One2many("ir.actions.report", "pm_form_id", string="Prints")
    document_count = fields.Integer(compute="_compute_document_count", string="Papers")

    _code_unique = models.Constraint("UNIQUE (code)", "Another form has the same catalogue number.")
    _copies_positive = models.Constraint(
        "CHECK (copies >= 1)", "A form is printed in at least one copy."
    )

    @api.depends("kind")
    def _compute_needs_return(self):
        for form in self:
            form.needs_return = form.kind in ("letter", "agreement")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for form in self:
            form.display_name = f"{form.code} {form.name}" if form.code else form.name

    def _compute_document_count(self):
        counts = dict(
            self.env["pm.document"]._read_group(
                Domain("form_id", "in", self.ids), ["form_id"], ["__count"]
            )
        )
        for form in self:
            form.document_count = counts.get(form, 0)

    def action_view_documents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_base.pm_document_action")
        return {**action, "domain": [("form_id", "=", self.id)], "context": {}}

    def _get_title(self):
        """Return the title as papers print it."""
        return self.short_name or self.name

    def _get_retention_date(self, day):
        """Return the date after which a paper of `day` may be destroyed, or False."""
        self.ensure_one()
        if self.retention == "years":
            return add_months(day, 12 * self.retention_years)
        return False
