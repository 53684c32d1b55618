from odoo import api, fields, models
from odoo.fields import Domain

CATEGORIES = [
    ("identity", "Identity"),
    ("title", "Title and Contract"),
    ("agreement", "Agreements Signed"),
    ("form", "Forms of the Move-in"),
    ("contact", "Contacts"),
    ("payment", "Payments"),
    ("certificate", "Certificates"),
    ("other", "Other"),
]
# What may be demanded of a paper: what is asked for, and what is ticked when it was done.
DEMANDS = {
    "needs_original_seen": "original_seen",
    "needs_copy": "copy_kept",
    "needs_seal": "seal_seen",
    "keeps_original": "original_kept",
}


class PmFileKind(models.Model):
    """A paper that belongs into the file of some occupants, and what is demanded of it."""

    _name = "pm.file.kind"
    _description = "Paper of the Customer File"
    _order = "sequence, id"

    name = fields.Char(string="Document Name", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category = fields.Selection(CATEGORIES, required=True, default="other")
    use = fields.Selection(
        [
            ("verify", "To Be Verified"),
            ("file", "For the File"),
            ("optional", "If There Is One"),
        ],
        string="Needed",
        required=True,
        default="file",
        help="What is to be verified holds the move-in up where its procedure says so.",
    )
    party = fields.Selection(
        [("any", "Anybody"), ("individual", "Persons"), ("company", "Organisations")],
        string="Of",
        required=True,
        default="any",
    )
    presence = fields.Selection(
        [
            ("any", "Anybody"),
            ("self", "The Person"),
            ("legal_representative", "The Legal Representative"),
            ("agent", "An Agent"),
        ],
        string="If Comes",
        required=True,
        default="any",
    )
    tenancy_kind = fields.Selection(
        [("any", "Anybody"), ("lease", "Tenants"), ("owner", "Owner-occupiers")],
        string="Tenancies",
        required=True,
        default="any",
    )
    template_ids = fields.Many2many(
        "pm.procedure.template",
        "pm_file_kind_template_rel",
        "kind_id",
        "template_id",
        string="Procedures",
        domain=[("occasion", "=", "move_in")],
        help="The procedures in which it is asked for. Empty: in every one.",
    )
    needs_original_seen = fields.Boolean(string="Original to Be Seen")
    needs_copy = fields.Boolean(string="Copy to Be Kept")
    needs_seal = fields.Boolean(
        string="Copy to Be Sealed", help="The copy bears the company's seal."
    )
    keeps_original = fields.Boolean(string="Original to Be Kept")
    form_id = fields.Many2one(
        "pm.form",
        ondelete="restrict",
        index="btree_not_null",
        help="The office's own form; the paper is in hand when its receipt is back.",
    )
    instruction = fields.Text(string="What to Check", translate=True)
    source = fields.Char(help="Clause of the operating procedures.")

    @api.model
    def _find_for(self, tenancy):
        """Return the papers that the file of a tenancy needs, by who the occupant is."""
        template = tenancy._get_file_template()
        party = "company" if tenancy.partner_id.is_company else "individual"
        presence = tenancy.presence
        if party == "company" and presence == "self":
            presence = "legal_representative"  # a company comes in person by its representative
        # Who moves an occupant in need not see the procedures of every office.
        kinds = self.sudo().search(
            Domain("party", "in", ["any", party])
            & Domain("presence", "in", ["any", presence])
            & Domain("tenancy_kind", "in", ["any", tenancy.kind])
            & (Domain("template_ids", "=", False) | Domain("template_ids", "in", template.ids))
        )
        return kinds.sudo(self.env.su)
