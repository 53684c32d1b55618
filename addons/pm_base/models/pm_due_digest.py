import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# Rows of each part of the mail; the board has the rest.
_ROWS = 20


class PmDueDigest(models.AbstractModel):
    _name = "pm.due.digest"
    _description = "Morning Digest"

    @api.model
    def _cron_send_digests(self):
        """Mail each user, once a working day, what is late and due at his offices.

        The day is noted on the user, so a second run sends nothing and a late server sends once.
        """
        now = fields.Datetime.now()
        sites = self.env["pm.site"].search([("digest_enabled", "=", True)])
        sites = sites.filtered(lambda site: site._is_digest_time(now))
        users = sites.user_ids.filtered(lambda user: user._wants_digest())
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(users))
        for user in users:
            offices = user.site_ids & sites
            today = max(site._today(now) for site in offices)
            try:
                with self.env.cr.savepoint():
                    # Locked: two servers never send the same digest.
                    locked = user.try_lock_for_update(allow_referencing=True)
                    if locked and (not user.pm_digest_date or user.pm_digest_date < today):
                        user.pm_digest_date = today
                        self._send(user, offices)
            except UserError as error:
                _logger.warning("The digest of %s was not sent: %s", user.login, error)
            if not commit_progress(1):  # no time left; the next run goes on
                break

    @api.model
    def _send(self, user, sites):
        """Put the digest of `user` over these offices into the outbox, unless nothing is due."""
        digest = self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=user.company_ids.ids
        )
        parts = digest._get_parts(sites)
        if not parts:
            return self.env["mail.mail"]
        values = {
            "base_url": user.get_base_url(),
            "greeting": digest.env._(
                "Good morning, %(user)s. This is due at %(offices)s:",
                user=user.name,
                offices=", ".join(sites.mapped("name")),
            ),
            "parts": parts,
        }
        return self.env["mail.mail"].create(
            {
                "subject": digest._get_subject(parts),
                "body_html": digest.env["ir.qweb"]._render("pm_base.due_digest_mail", values),
                "email_from": user.company_id.email_formatted or user.email_formatted,
                "email_to": user.email_formatted,
                "auto_delete": True,
            }
        )

    @api.model
    def _get_parts(self, sites):
        """Return what is late, due today and in the next 7 days, each with its first rows."""
        dues = self.env["pm.due"]
        scope = dues._get_scope_domain(dues._get_default_scope())
        domain = Domain("site_id", "in", sites.ids) & scope
        labels = dict(dues._fields["stage"]._description_selection(self.env))
        parts = []
        for stage in ("late", "today", "week"):
            inside = domain & Domain("stage", "=", stage)
            found = dues.search(inside, limit=_ROWS)
            if found:
                rows = [due._prepare_board_row() for due in found]
                number = len(rows) if len(rows) < _ROWS else dues.search_count(inside)
                more = number - len(rows)
                parts.append(
                    {
                        "key": stage,
                        "label": labels[stage],
                        "total": number,
                        "rows": rows,
                        "more": more and self.env._("and %s more", more),
                    }
                )
        return parts

    @api.model
    def _get_subject(self, parts):
        numbers = {part["key"]: part["total"] for part in parts}
        return self.env._(
            "Due: %(late)s late, %(today)s today, %(week)s in the next 7 days",
            late=numbers.get("late", 0),
            today=numbers.get("today", 0),
            week=numbers.get("week", 0),
        )
