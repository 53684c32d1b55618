import logging

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import calendar

_logger = logging.getLogger(__name__)


class PmSite(models.Model):
    _name = "pm.site"
    _inherit = ["mail.thread"]
    _description = "Management Office"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(
        required=True, tracking=True, help="Printed on every letterhead and signature."
    )
    code = fields.Char(required=True, help="Short code used in numbers, such as YH.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_ids = fields.Many2many(
        "res.users", "pm_site_res_users_rel", "site_id", "user_id", string="Users"
    )
    manager_id = fields.Many2one("hr.employee", string="Director", check_company=True)
    department_ids = fields.One2many("hr.department", "site_id", string="Departments")

    property_name = fields.Char(
        required=True, help="Name of the estate or tower as letters and agreements print it."
    )
    address = fields.Char()
    phone = fields.Char(string="Service Telephone", required=True)
    phone_24h = fields.Char(string="24-hour Telephone")
    logo = fields.Image(max_width=512, max_height=512)
    letterhead_note = fields.Char(
        help="Small line below the letterhead, such as the address and the opening hours."
    )
    print_lang = fields.Selection(
        selection="_get_lang_selection",
        string="Language of Papers",
        required=True,
        default="zh_CN",
    )
    tz = fields.Selection(
        selection="_get_tz_selection", string="Time Zone", required=True, default="Asia/Shanghai"
    )

    _code_unique = models.Constraint(
        "UNIQUE (company_id, code)", "Another office of this company has the same code."
    )

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        self.env.registry.clear_cache()  # record rules hold the list of offices
        return sites

    def write(self, vals):
        result = super().write(vals)
        if "user_ids" in vals:
            self.env.registry.clear_cache()  # record rules hold the list of offices
        return result

    @api.model
    def _get_lang_selection(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _get_tz_selection(self):
        return [(zone, zone) for zone in pytz.common_timezones]

    @api.model
    def _get_default_site(self):
        """Return the office proposed on new records: the user's first, else the only one."""
        site = self.env.user.site_ids.filtered(
            lambda site: site.active and site.company_id in self.env.companies
        )[:1]
        if site:
            return site
        sites = self.search([("company_id", "in", self.env.companies.ids)], limit=2)
        return sites if len(sites) == 1 else self.browse()

    def _get_department(self, role):
        """Return the department with that role: the office's own, else the company's, or none."""
        self.ensure_one()
        if not role:
            return self.env["hr.department"]
        found = self.env["hr.department"].search(
            Domain("pm_role", "=", role)
            & Domain("site_id", "in", [self.id, False])
            & Domain("company_id", "in", [self.company_id.id, False])
        )
        return (found.filtered("site_id") or found)[:1]

    def _today(self, now=None):
        """Return the date at this office; `now` is a naive UTC datetime, by default the present.

        Every scheduled action asks here once and passes the date on.
        """
        self.ensure_one()
        now = now or fields.Datetime.now()
        return pytz.utc.localize(now).astimezone(pytz.timezone(self.tz)).date()

    def _do_daily(self, work):
        """Call `work(site, today)` for each office, for a scheduled action.

        What an office did is kept when a later one fails; one that cannot be served is logged and
        does not stop the others.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(self))
        for site in self:
            try:
                with self.env.cr.savepoint():
                    work(site, site._today())
            except UserError as error:
                _logger.warning("The daily work of %s was not done: %s", site.name, error)
            if not commit_progress(1):  # no time left; the next run goes on
                break

    def _get_post_users(self, *groups):
        """Return the users of this office on the first of these posts that is held.

        Whoever holds the post itself comes before those whose higher post includes it. Where
        nobody holds any, the director, so that no work is lost.
        """
        self.ensure_one()
        users = self.sudo().user_ids  # who holds a post is no secret
        for group in map(self.env.ref, groups):
            holders = users.filtered(lambda user, group=group: group in user.group_ids)
            if not holders:
                holders = users.filtered(lambda user, group=group: group in user.all_group_ids)
            if holders:
                return holders.with_env(self.env)
        return self.manager_id.user_id or self.env.user

    def _to_local(self, moment):
        """Return a naive UTC datetime as a naive datetime on this office's clock."""
        self.ensure_one()
        zone = pytz.timezone(self.tz)
        return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

    def _word_time(self, moment):
        """Return a naive UTC datetime as date and time on this office's clock; empty without."""
        return self._to_local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""

    def _to_utc(self, moment):
        """Return a naive datetime on this office's clock as naive UTC."""
        self.ensure_one()
        zone = pytz.timezone(self.tz)
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)

    def _is_workday(self, day):
        """Tell whether the office works on `day`."""
        return calendar.is_workday(day, self.company_id._get_workday_overrides())

    def _add_workdays(self, day, count):
        """Return the `count`-th working day of this office after `day`."""
        return calendar.add_workdays(day, count, self.company_id._get_workday_overrides())

    def _last_workday(self, year, month):
        """Return the last working day of the month at this office."""
        return calendar.last_workday(year, month, self.company_id._get_workday_overrides())
