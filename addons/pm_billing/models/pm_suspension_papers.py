from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.pm_base.models.wording import word_enumeration

from ..tools.capitals import to_capitals
from .pm_suspension import APPROVAL
from .wording import word_amount, word_list, word_month


class PmSuspension(models.Model):
    """What the approval sheet and the notice of a suspension say (F-BIL-21)."""

    _inherit = "pm.suspension"

    def action_print_approval(self):
        """Print the approval sheet, and once it is approved the notice to the occupant."""
        return self.env.ref("pm_billing.action_report_pm_suspension").report_action(self)

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        for suspension in self:
            if suspension.state == "cancelled":
                raise UserError(
                    self.env._(
                        "%(suspension)s is not carried out: there is nothing to print.",
                        suspension=suspension.display_name,
                    )
                )

    def _pm_get_suspension_words(self):
        """Return what the sheet says, in the language of the environment."""
        self.ensure_one()
        env = self.env
        # Who decided, and what Finance knows of the debt, is no secret on the sheet.
        approval_sudo = self.sudo()._get_last_approval(APPROVAL)
        is_approved = approval_sudo.state == "approved"
        grounds = dict(self._fields["ground"]._description_selection(env))
        ways = dict(self._fields["notice_way"]._description_selection(env))
        amount = self.amount_asked or self._get_owed()
        decided_at = is_approved and self.site_id._to_local(approval_sudo.decided_at).date()
        return {
            "services": word_enumeration(env, self.service_ids.mapped("name")),
            "ground": " ".join(filter(None, (grounds[self.ground], self._word_ground_paper()))),
            "months": self._word_months(),
            "amount": env._("%(amount)s yuan", amount=word_amount(env, amount)),
            "in_capitals": env._("(in capitals: %(capitals)s)", capitals=to_capitals(amount)),
            "actions": self._word_actions(),
            "stop_on": self._word_day(self.date_planned),
            "stopped_on": self._word_day(self.stopped_on),
            "asked_on": self._word_day(
                approval_sudo and self.site_id._to_local(approval_sudo.asked_at).date()
            ),
            "approved_by": approval_sudo.decided_by_id.name if is_approved else "",
            "approved_on": self._word_day(decided_at),
            "notice": " ".join(
                filter(
                    None,
                    (self._word_day(self.notice_on), ways.get(self.notice_way), self.notice_proof),
                )
            ),
            "security": self._word_security(),
        }

    def _pm_prepare_notice(self, form, papers):
        """Return the words of the notice that the occupant gets with the day and its reason."""
        return self.env["pm.text"]._prepare_prints({self.id: form}, self, papers)

    def _pm_get_blanks(self):
        return {
            **super()._pm_get_blanks(),
            "occupant": (self.env._("Occupant"), lambda: self.partner_id.name),
            "units": (self.env._("Units"), lambda: self.unit_codes),
            "arrears": (self.env._("Sentence on the arrears"), self._word_arrears),
            "ground_paper": (self.env._("Sentence on another ground"), self._word_ground),
            "goods": (self.env._("Sentence on goods held"), self._word_goods),
            "services": (
                self.env._("Services to stop"),
                lambda: word_enumeration(self.env, self.service_ids.mapped("name")),
            ),
            "stop_date": (self.env._("Day on which they are stopped"), self.date_planned),
            "place": (self.env._("Place of payment"), lambda: self.site_id.payment_place),
        }

    def _word_arrears(self):
        if self.ground != "arrears":
            return False
        amount = self._get_owed()
        return self.env._(
            "The property fees of %(months)s, in all %(amount)s yuan (%(capitals)s), are not paid, "
            "although we asked for them and visited you on %(day)s.",
            months=self._word_months(),
            amount=word_amount(self.env, amount),
            capitals=to_capitals(amount),
            day=self._word_day(self.visited_on),
        )

    def _word_ground(self):
        if self.ground == "arrears":
            return False
        grounds = dict(self._fields["ground"]._description_selection(self.env))
        return self.env._(
            "%(ground)s: %(paper)s.", ground=grounds[self.ground], paper=self._word_ground_paper()
        )

    def _word_goods(self):
        return any(self.service_ids.mapped("holds_goods")) and self.env._(
            "As long as they are stopped, Security lets goods in and out only with the consent of "
            "the office."
        )

    def _word_ground_paper(self):
        if self.ground == "arrears":
            return ""
        parts = (self.ground_partner_id.name, self.ground_reference, self._word_day(self.ground_on))
        return ", ".join(part for part in parts if part)

    def _word_months(self):
        """Return the months of the bills that are open after their due date."""
        Move = self.env["account.move"].sudo()
        due = Move.search(
            Domain("pm_tenancy_id", "in", self.tenancy_id.ids)
            & Move._pm_get_unpaid_domain(self.site_id._today())
        )
        months = sorted({bill.pm_month for bill in due if bill.pm_month})
        return word_list(self.env, [word_month(self.env, month) for month in months])

    def _word_actions(self):
        """Return reminders, letters and visit with their days, the earliest first, and what a
        leader vouches for where one is missing."""
        env = self.env
        actions_sudo = self.sudo().case_id.action_ids.filtered(
            lambda action: (
                action.state in ("issued", "done")
                and (action.action != "visit" or not self.visited_on)
            )
        )
        rows = []
        for action in actions_sudo:
            words = [action.step_id.name, self._word_day(action.date)]
            delivered_on = min(filter(None, action.paper_ids.mapped("delivered_on")), default=False)
            if delivered_on:
                words.append(env._("(delivered %(day)s)", day=self._word_day(delivered_on)))
            rows.append((action.date, " ".join(words)))
        if self.visited_on:
            visit = env._("Visit %(day)s", day=self._word_day(self.visited_on))
            rows.append((self.visited_on, " ".join(filter(None, (visit, self.visit_note)))))
        done = [words for _day, words in sorted(rows)]
        if self.exception_recorded_by_id:
            done.append(
                env._(
                    "%(reason)s (recorded by %(leader)s, %(day)s)",
                    reason=self.exception_reason,
                    leader=self.exception_recorded_by_id.sudo().name,
                    day=self._word_day(self.exception_recorded_on),
                )
            )
        return done

    def _word_security(self):
        if not self.security_told_at:
            return ""
        return " ".join(
            filter(
                None,
                (
                    self._word_day(self.site_id._to_local(self.security_told_at).date()),
                    self.security_noted_by_id.sudo().name,
                ),
            )
        )

    def _word_day(self, day):
        return format_date(self.env, day) if day else ""
