from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_base.models.wording import word_enumeration

# Who is to be found in the directory: whoever occupies units today.
IN_OCCUPATION = Domain("state", "in", ("active", "move_out"))
# What an occupant of a mall is given at the move-in, each to be ticked in the register (TEN-033).
_MOVE_IN_PAPERS = (
    "f_ten_21",
    "f_ten_07",
    "f_ten_22",
    "f_ten_06",
    "f_bil_02",
    "f_ten_08",
    "f_ten_23",
    "f_ten_52",
    "f_ten_24",
)


class PmTenancy(models.Model):
    """What the registers of occupants say, and the round that confirms telephone numbers."""

    _inherit = "pm.tenancy"

    phone_confirmed_on = fields.Date(
        string="Telephones Confirmed On",
        copy=False,
        readonly=True,
        help="When the occupant last confirmed the numbers that the directory prints.",
    )
    is_phone_unconfirmed = fields.Boolean(
        string="Telephones to Be Confirmed",
        compute="_compute_is_phone_unconfirmed",
        search="_search_is_phone_unconfirmed",
        help="Not confirmed yet for the next issue of the occupant directory.",
    )
    office_phone = fields.Char(string="Office Telephone", compute="_compute_telephones")
    contact_mobile = fields.Char(string="Mobile", compute="_compute_telephones")
    emergency_in = fields.Char(
        string="Emergency Contacts, Office Hours", compute="_compute_emergency_contacts"
    )
    emergency_out = fields.Char(
        string="Emergency Contacts, Outside Office Hours", compute="_compute_emergency_contacts"
    )
    papers_issued = fields.Char(compute="_compute_papers_issued")
    notice_collected_on = fields.Date(
        string="Move-in Notice Collected On",
        compute="_compute_notice_collected_on",
        help="When the occupant handed the move-in notice back; it stays in the file.",
    )

    @api.depends("phone_confirmed_on", "state", "site_id")
    def _compute_is_phone_unconfirmed(self):
        for tenancy in self:
            domain = tenancy.site_id._get_phone_round_domain() if tenancy.site_id else Domain.FALSE
            tenancy.is_phone_unconfirmed = bool(tenancy._origin.filtered_domain(domain))

    @api.depends(
        "contact_phone",
        "partner_id.phone",
        "partner_id.pm_mobile",
        "partner_id.pm_contact_ids.pm_contact_role",
        "partner_id.pm_contact_ids.pm_mobile",
    )
    @api.depends_context("uid")
    def _compute_telephones(self):
        for tenancy in self:
            partner = tenancy.partner_id
            contacts = partner._pm_get_contacts("contact")
            tenancy.office_phone = tenancy.contact_phone or partner.phone
            tenancy.contact_mobile = contacts[:1].pm_mobile or partner.pm_mobile

    @api.depends(
        "partner_id.pm_contact_ids.pm_contact_role",
        "partner_id.pm_contact_ids.name",
        "partner_id.pm_contact_ids.phone",
        "partner_id.pm_contact_ids.pm_mobile",
        "partner_id.pm_contact_ids.pm_mobile2",
    )
    @api.depends_context("lang", "uid")
    def _compute_emergency_contacts(self):
        for tenancy in self:
            partner = tenancy.partner_id
            tenancy.emergency_in = partner._pm_word_contacts("emergency_in")
            tenancy.emergency_out = partner._pm_word_contacts("emergency_out")

    @api.depends("paper_ids")
    @api.depends_context("lang")
    def _compute_papers_issued(self):
        forms = self.env["pm.form"].union(
            *(self.env.ref(f"pm_base.form_{code}") for code in _MOVE_IN_PAPERS)
        )
        # Which papers an occupant was given is no secret of the archive.
        issued = self.sudo().paper_ids.grouped("res_id")
        for tenancy in self:
            given = issued.get(tenancy.id, self.env["pm.document"]).form_id
            tenancy.papers_issued = "  ".join(
                f"{'√' if form in given else '□'} {form._get_title()}" for form in forms
            )

    @api.depends("file_paper_ids.received_on", "file_paper_ids.kind_id")
    def _compute_notice_collected_on(self):
        notice = self.env.ref("pm_base.form_f_ten_15")
        for tenancy in self:
            # Whoever reads the register sees that the notice is there, not the file itself.
            notices_sudo = tenancy.sudo().file_paper_ids.filtered(
                lambda paper: paper.form_id == notice
            )
            tenancy.notice_collected_on = notices_sudo[:1].received_on

    def action_confirm_phone(self):
        """Note that the occupants confirmed their telephone numbers today."""
        for tenancy in self:
            if tenancy.state not in ("active", "move_out"):
                raise UserError(
                    self.env._(
                        "%(tenancy)s is not in occupation: the directory does not list it.",
                        tenancy=tenancy.display_name,
                    )
                )
        for site, tenancies in self.grouped("site_id").items():
            tenancies._write_noted({"phone_confirmed_on": site._today()})

    def _search_is_phone_unconfirmed(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain.OR(
            site._get_phone_round_domain() for site in self.env["pm.site"].search([])
        )
        return domain if True in value else ~domain

    @api.model
    def _get_phone_round_select(self):
        """Return how many telephones each area administrator has to confirm, for the due list.

        One row for all of them; it opens the first. The round is that of `_get_phone_round`.
        """
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            29,
            "phone_round",
            SQL(
                """
                FROM (
                    SELECT tenancy.site_id, tenancy.user_id, calls.day,
                           min(tenancy.id) AS tenancy_id, count(*) AS total
                      FROM pm_site office
                CROSS JOIN LATERAL (
                           SELECT day, day - office.directory_confirm_days AS since
                             FROM (
                                  SELECT first - 1 + LEAST(
                                             office.directory_day,
                                             EXTRACT(DAY FROM first + interval '1 month - 1 day')
                                         )::integer AS day
                                    FROM (
                                         SELECT (date_trunc('month', %(today)s)
                                                 + make_interval(months => step))::date AS first
                                           FROM generate_series(-1, 1) step
                                         ) month
                                  ) round
                            WHERE day - office.directory_confirm_days <= %(today)s
                         ORDER BY day DESC
                            LIMIT 1
                           ) calls
                      JOIN pm_tenancy tenancy ON tenancy.site_id = office.id
                     WHERE tenancy.state IN ('active', 'move_out')
                       AND COALESCE(tenancy.phone_confirmed_on, tenancy.create_date)::date
                           < calls.since
                  GROUP BY tenancy.site_id, tenancy.user_id, calls.day
                ) round
                """,
                today=dues._get_today_sql(),
            ),
            id=SQL("round.tenancy_id"),
            name=SQL(
                "replace(%s, '#', round.total::text)",
                self.env._("Confirm telephone numbers for the directory: # left"),
            ),
            res_model=SQL("'pm.tenancy'"),
            res_id=SQL("round.tenancy_id"),
            site_id=SQL("round.site_id"),
            user_id=SQL("round.user_id"),
            due_date=SQL("round.day"),
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _pm_word_contacts(self, role):
        """Return the contacts of a role with their numbers, as the user may see them."""
        self.ensure_one()
        words = []
        for contact in self._pm_get_contacts(role):
            numbers = (contact.phone, contact.pm_mobile, contact.pm_mobile2)
            words.append(" ".join(filter(None, (contact.name, *numbers))))
        return word_enumeration(self.env, words)
