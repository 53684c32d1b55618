from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# How many emergency contacts of each kind an occupant names (TEN-011).
_EMERGENCY_CONTACTS = 2


class ResPartner(models.Model):
    """The occupant's basic data sheet: F-TEN-23, F-TEN-36, F-TEN-45."""

    _name = "res.partner"
    _inherit = ["res.partner", "pm.masked.mixin"]

    _PM_MASKED = ("pm_identity_no", "pm_mobile", "pm_mobile2")

    pm_name_en = fields.Char(string="English Name")
    pm_mobile2 = fields.Char(
        string="Second Mobile",
        compute="_compute_pm_masked",
        inverse="_inverse_pm_masked",
        search="_search_pm_mobile2",
        help="Where the paper form asks for a pager.",
    )
    pm_mobile2_full = fields.Char(groups=fields.NO_ACCESS, copy=False)
    pm_phone_24h = fields.Char(
        string="24-hour Telephone", help="Answered at any hour, for emergencies in the unit."
    )
    pm_nationality_id = fields.Many2one("res.country", string="Nationality")
    pm_legal_address = fields.Char(string="Legal Address")
    pm_business_scope = fields.Text(string="Business Scope")
    pm_facilities = fields.Text(
        string="Facilities", help="What the occupant has installed, such as a server room, a safe."
    )
    pm_contact_role = fields.Selection(
        [
            ("legal_rep", "Legal Representative"),
            ("agent", "Agent"),
            ("contact", "Contact Person"),
            ("emergency_in", "Emergency, Office Hours"),
            ("emergency_out", "Emergency, Outside Office Hours"),
            ("resident", "Resident or Household"),
        ],
        string="Contact Role",
        index="btree_not_null",
    )
    pm_contact_ids = fields.One2many(
        "res.partner",
        "parent_id",
        string="Contacts by Role",
        domain=[("pm_contact_role", "!=", False)],
    )
    pm_emergency_state = fields.Selection(
        [("complete", "Complete Data"), ("incomplete", "Incomplete Data")],
        string="Emergency Data",
        compute="_compute_pm_emergency",
        search="_search_pm_emergency_state",
    )
    pm_missing_data = fields.Text(string="Missing", compute="_compute_pm_emergency")

    @api.depends("is_company")
    def _compute_pm_masked(self):
        return super()._compute_pm_masked()

    @api.depends(
        "pm_phone_24h",
        "pm_contact_ids.pm_contact_role",
        "pm_contact_ids.name",
        "pm_contact_ids.phone",
        "pm_contact_ids.pm_mobile",
        "pm_contact_ids.pm_mobile2",
    )
    def _compute_pm_emergency(self):
        for partner in self:
            missing = partner._pm_get_missing_contact_data()
            partner.pm_emergency_state = "incomplete" if missing else "complete"
            partner.pm_missing_data = "\n".join(missing)

    @api.constrains("pm_contact_role", "parent_id")
    def _check_pm_contact_parent(self):
        for partner in self:
            if partner.pm_contact_role and not partner.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s has a role, but for whom? Enter the organisation or person "
                        "first.",
                        contact=partner.name,
                    )
                )

    def _search_pm_mobile2(self, operator, value):
        return self._pm_search_number("pm_mobile2_full", operator, value)

    def _search_pm_emergency_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        counts = {}
        for parent, role, count in self.sudo()._read_group(  # asks only whether there is a number
            Domain("pm_contact_role", "in", ("emergency_in", "emergency_out"))
            & Domain("parent_id", "!=", False)
            & Domain.OR(
                Domain(name, "!=", False) for name in ("phone", "pm_mobile_full", "pm_mobile2_full")
            ),
            ["parent_id", "pm_contact_role"],
            ["__count"],
        ):
            counts.setdefault(parent.id, {})[role] = count
        ids = [
            partner_id
            for partner_id, by_role in counts.items()
            if len(by_role) == 2 and min(by_role.values()) >= _EMERGENCY_CONTACTS
        ]
        complete = Domain("id", "in", ids) & Domain("pm_phone_24h", "!=", False)
        domain = Domain.FALSE
        if "complete" in value:
            domain |= complete
        if "incomplete" in value:
            domain |= ~complete
        return domain

    def _pm_get_contacts(self, role):
        """Return the contacts of a role, in the order in which they were entered."""
        return self.pm_contact_ids.filtered(lambda contact: contact.pm_contact_role == role).sorted(
            lambda contact: contact._origin.id or 0
        )

    def _pm_get_missing_contact_data(self):
        """Return what the data sheet still lacks for an emergency, as sentences (TEN-011)."""
        self.ensure_one()
        missing = []
        if not self.pm_phone_24h:
            missing.append(self.env._("The 24-hour telephone is missing."))
        times = {
            "emergency_in": self.env._("in office hours"),
            "emergency_out": self.env._("outside office hours"),
        }
        for role, label in times.items():
            contacts = self._pm_get_contacts(role)
            reachable = contacts.filtered(
                lambda contact: contact.phone or contact.pm_mobile or contact.pm_mobile2
            )
            lacking = _EMERGENCY_CONTACTS - len(reachable)
            if lacking <= 0:
                continue
            missing.append(
                self.env._(
                    "Emergency contacts %(when)s: %(count)s more needed.", when=label, count=lacking
                )
            )
            missing.extend(
                self.env._("No telephone of %(name)s is known.", name=contact.name)
                for contact in contacts - reachable
            )
        return missing

    def _pm_get_phone(self):
        """Return where this party is reached first, as the user may see it; empty if unknown."""
        self.ensure_one()
        for name in ("phone", "pm_mobile", "pm_phone_24h", "pm_mobile2"):
            if self[name]:
                return self[name]
        for contact in self.child_ids:
            number = contact.phone or contact.pm_mobile or contact.pm_mobile2
            if number:
                return f"{number} {contact.name or ''}".strip()
        return ""

    @api.model
    def _pm_get_reachable_domain(self):
        """Return the domain of the parties of whom a telephone or an e-mail is known."""
        own = Domain.OR(
            Domain(name, "!=", False)
            for name in ("phone", "email", "pm_phone_24h", "pm_mobile_full", "pm_mobile2_full")
        )
        return own | Domain("child_ids", "any", own)

    def _pm_is_open(self, name):
        # The mobile of a firm is no personal number.
        return super()._pm_is_open(name) or (self.is_company and name != "pm_identity_no")
