from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import date_utils

_OPEN_FIELDS = {"message_follower_ids", "message_ids", "message_main_attachment_id"}


class PmCommitteeRecord(models.Model):
    """A meeting or paper of the merchants' committee, filed each quarter (F-TEN-79, TEN-017)."""

    _name = "pm.committee.record"
    _inherit = ["mail.thread", "pm.numbered.mixin", "pm.site.mixin"]
    _description = "Committee Record"
    _order = "date desc, id desc"
    _rec_names_search = ["number", "name"]
    _number_field = "number"
    _NOTED = frozenset({"date_filed"})

    number = fields.Char(string="Serial No.", required=True, readonly=True, copy=False, default="/")
    name = fields.Char(string="Meeting or Document", required=True, tracking=True)
    kind = fields.Selection(
        [("meeting", "Meeting"), ("document", "Document")], required=True, default="meeting"
    )
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    participants = fields.Text()
    decision = fields.Text()
    keeper_id = fields.Many2one("hr.employee", check_company=True, help="Who keeps the papers.")
    date_filed = fields.Date(string="Filed On", readonly=True, copy=False, tracking=True)
    is_filing_due = fields.Boolean(
        string="To Be Filed",
        compute="_compute_is_filing_due",
        search="_search_is_filing_due",
        help="The quarter is over and the record is not in the archive yet.",
    )

    @api.depends("date", "date_filed", "site_id")
    def _compute_is_filing_due(self):
        for record in self:
            record.is_filing_due = (
                bool(record.date and record.site_id)
                and not record.date_filed
                and record.date < date_utils.start_of(record.site_id._today(), "quarter")
            )

    def write(self, vals):
        if set(vals) - _OPEN_FIELDS - {"date_filed"}:
            self._check_not_filed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self._check_not_filed()

    def action_file(self):
        """Put the records into the archive of the quarter."""
        for site, records in self.grouped("site_id").items():
            unfiled = records.filtered(lambda record: not record.date_filed)
            unfiled._write_noted({"date_filed": site._today()})

    def _search_is_filing_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain.FALSE
        for site in self.env["pm.site"].search([]):
            quarter_start = date_utils.start_of(site._today(), "quarter")
            domain |= Domain("site_id", "=", site.id) & Domain("date", "<", quarter_start)
        domain &= Domain("date_filed", "=", False)
        return domain if True in value else ~domain

    def _check_not_filed(self):
        for record in self:
            if record.date_filed:
                raise UserError(
                    self.env._(
                        "%(record)s is in the archive since %(day)s and is not changed any more.",
                        record=record.name,
                        day=record.date_filed,
                    )
                )
