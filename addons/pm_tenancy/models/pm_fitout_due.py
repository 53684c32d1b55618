from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# So many days before its end a pass is announced.
_PASS_NOTICE_DAYS = 3
_HOLD = "pm_tenancy.mail_activity_fitout_hold"
_REVIEW = "pm_tenancy.mail_activity_fitout_review"
_PASS = "pm_tenancy.mail_activity_fitout_pass"
_VIOLATION = "pm_tenancy.mail_activity_fitout_violation"


class PmFitout(models.Model):
    """What the calendar brings: late reviews, passes that end, deposits to be released."""

    _inherit = "pm.fitout"

    @api.model
    def _cron_follow_fitouts(self):
        """Tell those responsible what became due at each office; safe when run twice or late."""
        self.env["pm.site"].search([])._do_daily(self._follow_fitouts)

    @api.model
    def _follow_fitouts(self, site, today):
        of_site = Domain("site_id", "=", site.id)
        for fitout in self.search(
            of_site
            & Domain("state", "=", "accepted")
            & Domain("hold_until", "<=", today)
            & Domain("is_hold_announced", "=", False)
        ):
            fitout._announce(
                _HOLD,
                today,
                fitout._get_desk_users(),
                lambda env, one=fitout: env._(
                    "The deposit may be released since %(day)s", day=one.hold_until
                ),
            )
            fitout.is_hold_announced = True
        for review in self.env["pm.fitout.review"].search(
            of_site
            & Domain("result", "=", "pending")
            & Domain("date_due", "<", today)
            & Domain("is_announced", "=", False)
        ):
            review.fitout_id._announce(
                _REVIEW,
                today,
                site._get_post_users("pm_base.group_pm_engineering"),
                lambda env, one=review: env._(
                    "The review of the drawings was due on %(day)s", day=one.date_due
                ),
            )
            review.is_announced = True
        self._announce_passes(of_site, today)
        for violation in self.env["pm.fitout.violation"].search(
            of_site
            & Domain("state", "=", "open")
            & Domain("rectify_by", "<", today)
            & Domain("is_announced", "=", False)
        ):
            violation.fitout_id._announce(
                _VIOLATION,
                today,
                violation.found_by_id,
                lambda env, one=violation: env._(
                    "Not put right by %(day)s: %(violation)s",
                    day=one.rectify_by,
                    violation=one.name,
                ),
            )
            violation.is_announced = True

    @api.model
    def _announce_passes(self, of_site, today):
        """One work for each fit-out whose passes end, once for each last day."""
        workers = self.env["pm.fitout.worker"].search(
            of_site
            & Domain("state", "=", "issued")
            & Domain("valid_to", "<=", today + timedelta(days=_PASS_NOTICE_DAYS))
        )
        ending = workers.filtered(
            lambda worker: (
                worker.announced_for != worker.valid_to
                and worker.fitout_id.state in ("approved", "works", "acceptance")
            )
        )
        for fitout, group in ending.grouped("fitout_id").items():
            names = ", ".join(group.mapped("name"))
            fitout._announce(
                _PASS,
                today,
                fitout._get_desk_users(),
                lambda env, names=names: env._("Passes that end: %(names)s", names=names),
            )
            for worker in group:
                worker.announced_for = worker.valid_to

    def _announce(self, kind, today, users, word):
        """Give users a work on the fit-out, worded in the language of each by `word(env)`."""
        self.ensure_one()
        for user in users:
            local = self.with_context(lang=user.lang)
            local.activity_schedule(kind, today, summary=word(local.env), user_id=user.id)

    def _get_desk_users(self):
        """Return who coordinates the fit-out, else the desk of the office."""
        self.ensure_one()
        return self.user_id or self.site_id._get_post_users("pm_base.group_pm_receptionist")

    def _tell_review(self, review):
        """Carry the result of a review on: passed drawings are approved, the desk hears of it."""
        self.ensure_one()
        # Engineering judges the drawings; the fit-out itself is not its to write.
        fitout_sudo = self.sudo()
        if review.result == "pass" and self.state == "review":
            fitout_sudo.write({"state": "approved"})
        fitout_sudo.activity_unlink([_REVIEW])
        fitout_sudo._refresh_procedure()
        for user in self._get_desk_users() - self.env.user:
            local = fitout_sudo.with_context(lang=user.lang)
            words = (
                local.env._("The drawings have passed: collect the fire approval")
                if review.result == "pass"
                else local.env._("The drawings have failed: give the amendments to the contractor")
            )
            local.activity_schedule(_REVIEW, self.site_id._today(), summary=words, user_id=user.id)

    @api.model
    def _get_due_select(self):
        """Return the deposits that may be released, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            33,
            "fitout_hold",
            SQL(
                """
                FROM pm_fitout fitout
               WHERE fitout.state = 'accepted'
                 AND NOT EXISTS (
                     SELECT 1 FROM pm_approval approval
                      WHERE approval.res_model = 'pm.fitout' AND approval.res_id = fitout.id
                        AND approval.state = 'asked')
                """
            ),
            id=SQL("fitout.id"),
            name=SQL("%s", self.env._("Have the fit-out deposit released")),
            res_model=SQL("'pm.fitout'"),
            res_id=SQL("fitout.id"),
            site_id=SQL("fitout.site_id"),
            place=SQL("fitout.unit_codes"),
            partner_id=SQL("fitout.partner_id"),
            user_id=SQL("fitout.user_id"),
            due_date=SQL("fitout.hold_until"),
        )


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.fitout": [
            "hold_until",
            "name",
            "partner_id",
            "site_id",
            "state",
            "unit_codes",
            "user_id",
        ],
        "pm.fitout.violation": [
            "fitout_id",
            "found_by_id",
            "name",
            "rectify_by",
            "site_id",
            "state",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("fitout_hold", "Fit-out Deposit to Release"),
            ("fitout_violation", "Violation to Put Right"),
        ]
    )

    @api.model
    def _get_due_selects(self):
        return [
            *super()._get_due_selects(),
            self.env["pm.fitout"]._get_due_select(),
            self.env["pm.fitout.violation"]._get_due_select(),
        ]
