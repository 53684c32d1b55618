from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_base.tools.calendar import add_months

_VISIT = "pm_tenancy.mail_activity_lease_visit"
_QUERY = "pm_tenancy.mail_activity_lease_query"
# What the last term repeats of the tenancy.
_TERM_FIELDS = ("date_end", "monthly_rent", "contract_no")


class PmTenancy(models.Model):
    """The end of a lease: two reminders, the tenant's intention, and renewal."""

    _inherit = "pm.tenancy"

    intention = fields.Selection(
        [
            ("unknown", "Not Known"),
            ("renew", "Wants to Renew"),
            ("terminate", "Will Leave"),
            ("undecided", "Undecided"),
        ],
        default="unknown",
        required=True,
        tracking=True,
        copy=False,
        help="What the tenant means to do when the lease ends.",
    )
    intention_visited_on = fields.Date(string="Visited On", copy=False)
    intention_note = fields.Char(string="What Was Said", copy=False)
    # The last day of which each reminder spoke: another last day is another reminder.
    expiry_visit_for = fields.Date(readonly=True, copy=False)
    expiry_query_for = fields.Date(readonly=True, copy=False)
    days_left = fields.Integer(compute="_compute_days_left", help="Until the last day.")
    term_ids = fields.One2many("pm.tenancy.term", "tenancy_id", string="Terms", readonly=True)

    @api.depends("date_end", "site_id")
    def _compute_days_left(self):
        for tenancy in self:
            last = tenancy.date_end
            tenancy.days_left = last and tenancy.site_id and (last - tenancy.site_id._today()).days

    def write(self, vals):
        result = super().write(vals)
        if "intention" in vals:
            self._close_reminders()
        # A file that is closed early leaves the terms as they were agreed.
        if "state" not in vals and not {"date_start", *_TERM_FIELDS}.isdisjoint(vals):
            self._correct_terms()
        return result

    def action_renew(self):
        """Ask for the terms of the renewal."""
        self.ensure_one()
        self._check_renewable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renew the Lease"),
            "res_model": "pm.tenancy.renew",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_tenancy_id": self.id},
        }

    @api.model
    def _cron_remind_expiry(self):
        """Remind of the leases that end, at every office; safe when run twice or late."""
        self.env["pm.site"].search([])._do_daily(self._remind_expiry)

    @api.model
    def _remind_expiry(self, site, today):
        """Ask the area administrator to visit, and later the leasing officers what is agreed.

        Each is asked once for each last day, on its date or on the first day after it.
        """
        lead = max(site.lease_expiry_visit_months, site.lease_expiry_leasing_query_months)
        ending = self.search(
            Domain("site_id", "=", site.id)
            & Domain("state", "=", "active")
            & Domain("kind", "=", "lease")
            & Domain("date_end", ">=", today)
            # Months differ by up to three days; each date is reckoned exactly below.
            & Domain("date_end", "<=", add_months(today, lead) + timedelta(days=3))
        )
        for tenancy in ending:
            visit_on = add_months(tenancy.date_end, -site.lease_expiry_visit_months)
            query_on = add_months(tenancy.date_end, -site.lease_expiry_leasing_query_months)
            if visit_on <= today and tenancy.expiry_visit_for != tenancy.date_end:
                tenancy.expiry_visit_for = tenancy.date_end
                tenancy._ask_visit(visit_on)
            if query_on <= today and tenancy.expiry_query_for != tenancy.date_end:
                tenancy.expiry_query_for = tenancy.date_end
                tenancy._ask_leasing(query_on)

    def _ask_visit(self, day):
        users = self.site_id._get_post_users("pm_base.group_pm_supervisor")
        if self.user_id in self.site_id.user_ids:
            users = self.user_id
        for user in users:
            tenancy = self.with_context(lang=user.lang)
            tenancy.activity_schedule(
                _VISIT,
                day,
                summary=tenancy.env._("Visit: renewal or termination?"),
                note=tenancy.env._("The lease ends on %(day)s.", day=tenancy.date_end),
                user_id=user.id,
            )

    def _ask_leasing(self, day):
        for user in self.site_id._get_leasing_users():
            tenancy = self.with_context(lang=user.lang)
            tenancy.activity_schedule(
                _QUERY,
                day,
                summary=tenancy.env._("Ask the leasing department: renewal or termination?"),
                note=tenancy.env._("The lease ends on %(day)s.", day=tenancy.date_end),
                user_id=user.id,
            )

    def _close_reminders(self):
        """Mark as done the reminders that the intention answers."""
        for tenancy in self:
            if tenancy.intention == "unknown":
                continue
            tenancy.intention_visited_on = tenancy.intention_visited_on or tenancy.site_id._today()
            answered = [_VISIT] if tenancy.intention == "undecided" else [_VISIT, _QUERY]
            tenancy.sudo().activity_feedback(answered)  # the reminder may be a colleague's

    def _check_renewable(self):
        self._check_not_closed()
        for tenancy in self:
            if tenancy.state != "active":
                raise UserError(
                    self.env._(
                        "%(tenancy)s is not in occupation: only a lease in occupation is renewed. "
                        "Correct the dates of a lease that has not begun; of an occupant who moves "
                        "out, note first that he stays.",
                        tenancy=tenancy.display_name,
                    )
                )
            if not tenancy.date_end:
                raise UserError(
                    self.env._(
                        "%(tenancy)s has no end: there is nothing to renew.",
                        tenancy=tenancy.display_name,
                    )
                )

    def _renew(self, date_end, monthly_rent, contract_no=False, signed_on=False, note=False):
        """Let the lease run on until `date_end` at a new rent; the former term is kept.

        The intention is open again, and the reminders come once more before the new end.
        """
        self.ensure_one()
        self._check_renewable()
        former_end = self.date_end
        if date_end <= former_end:
            raise UserError(
                self.env._(
                    "%(tenancy)s runs until %(day)s already. Enter a later day.",
                    tenancy=self.display_name,
                    day=former_end,
                )
            )
        self.check_access("write")
        terms_sudo = self.env["pm.tenancy.term"].sudo()  # nobody edits the history by hand
        if not self.term_ids:
            terms_sudo.create(
                {
                    "tenancy_id": self.id,
                    "date_start": self.date_start,
                    **{name: self[name] for name in _TERM_FIELDS},
                }
            )
        contract_no = contract_no or self.contract_no
        terms_sudo.create(
            {
                "tenancy_id": self.id,
                "date_start": former_end + timedelta(days=1),
                "date_end": date_end,
                "monthly_rent": monthly_rent,
                "contract_no": contract_no,
                "signed_on": signed_on,
                "note": note,
            }
        )
        self.sudo().activity_feedback([_VISIT, _QUERY])  # the reminder may be a colleague's
        self.write(
            {
                "date_end": date_end,
                "monthly_rent": monthly_rent,
                "contract_no": contract_no,
                "intention": "unknown",
                "intention_visited_on": False,
                "intention_note": False,
            }
        )
        self.message_post(
            body=self.env._(
                "Renewed until %(end)s at a monthly rent of %(rent)s.",
                end=date_end,
                rent=self.currency_id.format(monthly_rent),
            )
        )

    def _correct_terms(self):
        """Let a correction of the tenancy reach the term it speaks of."""
        for tenancy in self.filtered("term_ids"):
            terms_sudo = tenancy.sudo().term_ids.sorted("date_start")  # as in `_renew`
            terms_sudo[-1].write({name: tenancy[name] for name in _TERM_FIELDS})
            terms_sudo[0].date_start = tenancy.date_start

    @api.model
    def _get_due_selects(self):
        """Return the leases whose tenants are to be visited, and to be settled, before they end.

        From a month before the day: a lease that ends in years is no matter of today.
        """
        dues = self.env["pm.due"]
        return [
            self._prepare_expiry_select(
                20,
                "lease_visit",
                self.env._("Visit: renewal or termination?"),
                SQL("office.lease_expiry_visit_months"),
                ["unknown"],
                department_id=dues._get_department_sql("service"),
            ),
            self._prepare_expiry_select(
                21,
                "lease_query",
                self.env._("Ask the leasing department: renewal or termination?"),
                SQL("office.lease_expiry_leasing_query_months"),
                ["unknown", "undecided"],
                department_id=dues._get_department_sql("leasing"),
            ),
        ]

    @api.model
    def _prepare_expiry_select(self, number, kind, words, months, intentions, **columns):
        dues = self.env["pm.due"]
        day = SQL("(tenancy.date_end - make_interval(months => %s))::date", months)
        return dues._prepare_due_select(
            number,
            kind,
            SQL(
                """
                FROM pm_tenancy tenancy
                JOIN pm_site office ON office.id = tenancy.site_id
               WHERE tenancy.state = 'active' AND tenancy.kind = 'lease'
                 AND tenancy.intention IN %(intentions)s
                 AND tenancy.date_end >= %(today)s
                 AND %(day)s <= %(today)s + 31
                """,
                intentions=tuple(intentions),
                today=dues._get_today_sql(),
                day=day,
            ),
            id=SQL("tenancy.id"),
            name=SQL("%s", words),
            res_model=SQL("'pm.tenancy'"),
            res_id=SQL("tenancy.id"),
            site_id=SQL("tenancy.site_id"),
            place=SQL("tenancy.unit_codes"),
            partner_id=SQL("tenancy.partner_id"),
            user_id=SQL("tenancy.user_id"),
            due_date=day,
            **columns,
        )
