from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_PAPERS = "pm_tenancy.mail_activity_household_papers"
_RULES = ("rule_housing_only", "rule_lawful", "rule_informs", "rule_liable", "rule_obeys")


class PmLettingRegistration(models.Model):
    _name = "pm.letting.registration"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.printable.mixin", "pm.site.mixin"]
    _description = "Residential Letting"
    _order = "registered_on desc, id desc"
    _rec_names_search = ["unit_id.code", "partner_id.name", "owner_id.name", "tenant_phone"]
    _NOTED = frozenset({"papers_asked_for"})

    unit_id = fields.Many2one(
        "pm.unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('usage', '=', 'residential')]",
    )
    tenancy_id = fields.Many2one(
        "pm.tenancy", index="btree_not_null", ondelete="restrict", check_company=True
    )
    registered_on = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    user_id = fields.Many2one(
        "res.users", string="Handled By", default=lambda self: self.env.user, tracking=True
    )

    owner_id = fields.Many2one(
        "res.partner",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    owner_address = fields.Char(
        string="Owner's Address",
        compute="_compute_owner_contact",
        store=True,
        readonly=False,
        precompute=True,
    )
    owner_phone = fields.Char(
        string="Owner's Telephone",
        compute="_compute_owner_contact",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_owner_id_kept = fields.Boolean(string="Copy of the Owner's ID Kept")

    partner_id = fields.Many2one(
        "res.partner",
        string="Tenant",
        compute="_compute_tenant",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    tenant_phone = fields.Char(
        string="Tenant's Telephone",
        compute="_compute_tenant",
        store=True,
        readonly=False,
        precompute=True,
    )
    tenant_paper = fields.Selection(
        [
            ("id_card", "Identity Card"),
            ("passport", "Passport"),
            ("travel_permit", "Travel Permit"),
            ("other", "Other Paper"),
        ],
        string="Identity Paper Seen",
        help="Which paper was seen; its number is not kept here.",
    )
    tenant_paper_note = fields.Char(string="Note on the Paper")
    residence = fields.Selection(
        [("local", "Local Household"), ("temporary", "Temporary Residence Permit")],
        help="A tenant is a local with a proper job, or holds a temporary residence permit.",
    )
    residence_note = fields.Char(string="Household or Permit Data")
    occupant_count = fields.Integer(string="Persons Living There", default=1)
    date_start = fields.Date(
        string="Let From", compute="_compute_tenant", store=True, readonly=False, precompute=True
    )
    date_end = fields.Date(
        string="Let Until", compute="_compute_tenant", store=True, readonly=False, precompute=True
    )

    moved_in_on = fields.Date(
        compute="_compute_moved_in_on", store=True, readonly=False, precompute=True
    )
    household_papers_due_on = fields.Date(
        string="Household Papers Due",
        compute="_compute_household_papers_due_on",
        store=True,
        precompute=True,
    )
    household_papers_done_on = fields.Date(string="Household Papers Done", tracking=True)
    papers_asked_for = fields.Date(readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late")

    rule_housing_only = fields.Boolean(string="Only lived in, no other use")
    rule_lawful = fields.Boolean(string="No unlawful activity")
    rule_informs = fields.Boolean(
        string="Owner keeps informed of the tenant's life and reports misconduct or suspicion in "
        "time to the office or the police"
    )
    rule_liable = fields.Boolean(
        string="Owner is jointly liable when the tenant breaks the rules and refuses the handling"
    )
    rule_obeys = fields.Boolean(
        string="Tenant obeys the law and the rules of property management, otherwise it is "
        "penalised"
    )
    is_acknowledged = fields.Boolean(
        string="Rules Acknowledged", compute="_compute_is_acknowledged"
    )
    note = fields.Text()

    _once = models.UniqueIndex(
        "(tenancy_id, unit_id) WHERE tenancy_id IS NOT NULL",
        "The letting of this unit under this tenancy is registered already.",
    )
    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start <= date_end)", "A letting ends after it begins."
    )
    _occupants_positive = models.Constraint(
        "CHECK (occupant_count > 0)", "At least one person lives in the flat."
    )

    @api.depends("unit_id")
    def _compute_owner_id(self):
        for letting in self:
            letting.owner_id = letting.unit_id.owner_id

    @api.depends("owner_id")
    def _compute_owner_contact(self):
        for letting in self:
            owner = letting.owner_id
            lines = owner._display_address(True).split("\n") if owner else []
            address = ", ".join(line.strip() for line in lines if line.strip())
            letting.owner_address = address or letting.owner_address
            letting.owner_phone = owner.phone or letting.owner_phone

    @api.depends("tenancy_id")
    def _compute_tenant(self):
        for letting in self:
            tenancy = letting.tenancy_id
            partner = tenancy.partner_id or letting.partner_id
            letting.partner_id = partner
            phone = tenancy.contact_phone or partner.phone
            letting.tenant_phone = phone or letting.tenant_phone
            letting.date_start = tenancy.date_start or letting.date_start
            letting.date_end = tenancy.date_end or letting.date_end

    @api.depends("tenancy_id.date_moved_in")
    def _compute_moved_in_on(self):
        for letting in self:
            letting.moved_in_on = letting.tenancy_id.date_moved_in or letting.moved_in_on

    @api.depends("moved_in_on")
    def _compute_household_papers_due_on(self):
        for letting in self:
            days = timedelta(days=letting.site_id.household_papers_days)
            letting.household_papers_due_on = letting.moved_in_on and letting.moved_in_on + days

    @api.depends("household_papers_due_on", "household_papers_done_on", "site_id")
    def _compute_is_late(self):
        for letting in self:
            letting.is_late = (
                not letting.household_papers_done_on
                and bool(letting.household_papers_due_on)
                and letting.household_papers_due_on < letting.site_id._today()
            )

    @api.depends(*_RULES)
    def _compute_is_acknowledged(self):
        for letting in self:
            letting.is_acknowledged = all(letting[name] for name in _RULES)

    @api.depends("unit_id.code", "partner_id.name")
    def _compute_display_name(self):
        for letting in self:
            parts = (letting.unit_id.code, letting.partner_id.name)
            letting.display_name = " ".join(part for part in parts if part)

    @api.constrains("unit_id", "site_id", "tenancy_id")
    def _check_unit(self):
        for letting in self:
            unit = letting.unit_id
            if unit.site_id != letting.site_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s does not belong to %(site)s.",
                        unit=unit.code,
                        site=letting.site_id.name,
                    )
                )
            if unit.usage != "residential":
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is not a flat: only the letting of flats is registered.",
                        unit=unit.code,
                    )
                )
            if letting.tenancy_id and unit not in letting.tenancy_id.line_ids.unit_id:
                raise ValidationError(
                    self.env._(
                        "Tenancy %(tenancy)s does not hold unit %(unit)s.",
                        tenancy=letting.tenancy_id.display_name,
                        unit=unit.code,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("household_papers_done_on"):
            self.sudo().activity_feedback([_PAPERS])  # it may be a colleague's
        return result

    def action_papers_done(self):
        """Note that the household papers were done today."""
        for letting in self:
            letting.household_papers_done_on = letting.site_id._today()

    def action_acknowledge(self):
        """Note that owner and tenant acknowledged every rule."""
        self.write(dict.fromkeys(_RULES, True))

    @api.model
    def _cron_remind_household_papers(self):
        """Speak up for household papers that are late, at every office; once for each date."""
        self.env["pm.site"].search([])._do_daily(self._remind_household_papers)

    @api.model
    def _remind_household_papers(self, site, today):
        late = self.search(
            Domain("site_id", "=", site.id)
            & Domain("household_papers_done_on", "=", False)
            & Domain("household_papers_due_on", "<", today)
        )
        for letting in late:
            if letting.papers_asked_for == letting.household_papers_due_on:
                continue
            letting.papers_asked_for = letting.household_papers_due_on
            users = letting.user_id & site.user_ids or site._get_leasing_users()
            for user in users:
                own = letting.with_context(lang=user.lang)
                own.activity_schedule(
                    _PAPERS,
                    today,
                    summary=own.env._(
                        "The tenant's household papers were due on %(day)s",
                        day=own.household_papers_due_on,
                    ),
                    user_id=user.id,
                )

    def _get_rule_ticks(self):
        """Return [(rule in words, whether it was acknowledged)] for the form."""
        return [(self._fields[name]._description_string(self.env), self[name]) for name in _RULES]

    @api.model
    def _get_due_select(self):
        """Return the household papers that are to be done, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            27,
            "household_papers",
            SQL(
                """
                FROM pm_letting_registration letting
                JOIN pm_unit unit ON unit.id = letting.unit_id
               WHERE letting.household_papers_done_on IS NULL
                 AND letting.household_papers_due_on IS NOT NULL
                """
            ),
            id=SQL("letting.id"),
            name=SQL("%s", self.env._("Household papers of the tenant")),
            res_model=SQL("'pm.letting.registration'"),
            res_id=SQL("letting.id"),
            site_id=SQL("letting.site_id"),
            place=SQL("unit.code"),
            partner_id=SQL("letting.partner_id"),
            user_id=SQL("letting.user_id"),
            due_date=SQL("letting.household_papers_due_on"),
        )
