from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class PmUnit(models.Model):
    """TEN-015: of units that stand empty for long, the owner's contact is kept."""

    _inherit = "pm.unit"

    date_vacant = fields.Date(
        string="Vacant Since",
        compute="_compute_vacancy",
        help="The day after the last occupant moved out; of registration if there was none.",
    )
    is_long_vacant = fields.Boolean(
        string="Long Vacant", compute="_compute_vacancy", search="_search_is_long_vacant"
    )
    owner_phone = fields.Char(string="Owner's Telephone", compute="_compute_owner_phone")
    is_owner_reachable = fields.Boolean(
        compute="_compute_is_owner_reachable",
        search="_search_is_owner_reachable",
        help="A telephone or an e-mail of the owner, or of a contact of his, is known.",
    )

    @api.depends("state", "tenancy_unit_ids.state", "tenancy_unit_ids.date_end")
    def _compute_vacancy(self):
        for unit in self:
            if unit.state != "vacant":
                unit.date_vacant, unit.is_long_vacant = False, False
                continue
            ends = unit.tenancy_unit_ids.filtered(lambda line: line.state == "closed").mapped(
                "date_end"
            )
            if ends:
                unit.date_vacant = max(ends) + timedelta(days=1)
            else:
                moment = unit.create_date or fields.Datetime.now()
                unit.date_vacant = unit.site_id and unit.site_id._today(moment)
            limit = unit.site_id and unit.site_id._get_long_vacant_limit()
            unit.is_long_vacant = bool(limit) and unit.date_vacant <= limit

    @api.depends("owner_id")
    @api.depends_context("uid")
    def _compute_owner_phone(self):
        for unit in self:
            unit.owner_phone = unit.owner_id and unit.owner_id._pm_get_phone()

    @api.depends("owner_id")
    def _compute_is_owner_reachable(self):
        # Asks only whether there is a number.
        domain = self.env["res.partner"]._pm_get_reachable_domain()
        reachable = self.owner_id.sudo().filtered_domain(domain)
        for unit in self:
            unit.is_owner_reachable = unit.owner_id in reachable

    def _search_is_long_vacant(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain.FALSE
        for site in self.env["pm.site"].search([]):
            limit = site._get_long_vacant_limit()
            closed = Domain("state", "=", "closed")
            # Registered on a day of the office's calendar, kept as a moment of UTC.
            midnight = site._to_utc(fields.Datetime.to_datetime(limit + timedelta(days=1)))
            domain |= (
                Domain("site_id", "=", site.id)
                & Domain("state", "=", "vacant")
                & ~Domain("tenancy_unit_ids", "any", closed & Domain("date_end", ">=", limit))
                & (Domain("tenancy_unit_ids", "any", closed) | Domain("create_date", "<", midnight))
            )
        return domain if True in value else ~domain

    def _search_is_owner_reachable(self, operator, value):
        if operator != "in":
            return NotImplemented
        partners = self.env["res.partner"].sudo()  # asks only whether there is a number
        domain = Domain("owner_id", "in", partners._search(partners._pm_get_reachable_domain()))
        return domain if True in value else ~domain
