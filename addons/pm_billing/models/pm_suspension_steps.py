from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pm_base.models.wording import word_enumeration

from .pm_suspension import APPROVAL, FACTS, NOTICE


class PmSuspension(models.Model):
    """What has to be true before each step of a suspension, and what follows from it."""

    _inherit = "pm.suspension"

    def _check_transition(self, target):
        super()._check_transition(target)
        for suspension in self:
            if target == "approved":
                suspension._check_approved(APPROVAL)
                suspension._check_vouched()
            elif target == "draft" and suspension.state == "approved":
                suspension._check_approval_withdrawn()
            elif target == "stopped" and suspension.state == "approved":
                suspension._check_stoppable()
            elif target == "stopped":
                suspension._check_resumable()
            elif target == "eased":
                suspension._check_easable()
            elif target == "ended":
                suspension._check_endable()

    def _prepare_state_vals(self, target):
        """Return what is noted with a step: the day, and that Security has to be told."""
        self.ensure_one()
        today, told = self.site_id._today(), self._prepare_told_vals()
        if target == "stopped":
            if self.state == "approved":
                return {"stopped_on": today, "stopped_by_id": self.env.uid, **told}
            return {"eased_on": False, **told}
        if target == "eased":
            return {"eased_on": today, **told}
        if target == "ended":
            return {"ended_on": today, **told}
        return {}

    def _prepare_told_vals(self):
        return {
            "security_told_at": fields.Datetime.now(),
            "security_noted_at": False,
            "security_noted_by_id": False,
        }

    def _follow_state(self, before):
        """Do what follows from the step that was taken."""
        self.ensure_one()
        note = False
        # What becomes of an undertaking is decided with the suspension.
        undertaking_sudo = self.undertaking_id.sudo()
        if self.state == "stopped" and before == "eased":
            undertaking_sudo.state = "broken"
        elif self.state == "ended":
            note = self.end_reason
            if undertaking_sudo:
                undertaking_sudo.state = "kept" if self._get_owed() <= 0 else "replaced"
        elif self.state == "cancelled":
            self._withdraw_approvals()
        event = "resumed" if self.state == "stopped" and before == "eased" else self.state
        self._log(event, note)
        if self.state in ("stopped", "eased", "ended"):
            self._tell_security()

    def _on_approval(self, approval):
        """Follow the decision of the head of the company."""
        super()._on_approval(approval)
        if approval.code != APPROVAL:
            return
        # Who decides need not keep suspensions.
        suspension_sudo = self.sudo()
        if approval.state == "approved" and self.state == "draft":
            suspension_sudo.state = "approved"
        elif approval.state == "refused":
            self._log("refused", approval.reason)
        elif approval.state == "withdrawn" and self.state == "approved":
            suspension_sudo.state = "draft"
        elif approval.state == "withdrawn" and self.state in ("stopped", "eased"):
            raise UserError(
                self.env._(
                    "The services of %(suspension)s are stopped: restore them, and say why.",
                    suspension=self.display_name,
                )
            )

    def _withdraw_approvals(self):
        """Take back what was asked or decided about what is not carried out."""
        approvals = self.sudo().approval_ids.filtered(
            lambda approval: approval.state in ("asked", "approved")
        )
        # The question falls away with its matter, whoever asked or decided.
        approvals.with_user(self.env.ref("base.user_root")).write({"state": "withdrawn"})

    def _check_fixed(self, vals):
        """Refuse changes to what was decided on, and to the proof of the notice."""
        for suspension in self:
            if FACTS & vals.keys() and not self.env.su:
                suspension._check_undecided()
            if NOTICE & vals.keys() and suspension.state not in ("draft", "approved"):
                raise UserError(
                    self.env._(
                        "The notice of %(suspension)s and its proof stay as they are.",
                        suspension=suspension.display_name,
                    )
                )

    def _check_undecided(self):
        """Refuse to change what is being decided or was decided."""
        for suspension in self:
            asked = suspension._get_last_approval(APPROVAL).state in ("asked", "approved")
            if suspension.state != "draft" or asked:
                raise UserError(
                    self.env._(
                        "%(suspension)s is being decided or was decided: what is stopped, why and "
                        "when stays as it is. Withdraw the approval first.",
                        suspension=suspension.display_name,
                    )
                )

    def _check_approval_withdrawn(self):
        if self._is_approved(APPROVAL):
            raise UserError(
                self.env._(
                    "%(suspension)s is approved: withdraw the approval instead.",
                    suspension=self.display_name,
                )
            )

    def _check_leader(self):
        if not self.env.su and not self.env.user.has_group("pm_base.group_pm_leader"):
            raise AccessError(
                self.env._(
                    "A leader in charge decides this about %(suspension)s.",
                    suspension=self.display_name,
                )
            )

    def _check_ground(self):
        """Refuse to vouch for what no paper shows (TEN-074, BIL-051)."""
        self.ensure_one()
        if self.ground == "arrears":
            raise UserError(
                self.env._(
                    "Arrears need no other ground: they never stop water, electricity, heating or "
                    "gas."
                )
            )
        today = self.site_id._today()
        if not self.ground_on or self.ground_on > today:
            raise UserError(
                self.env._(
                    "Enter the date of the paper on which %(suspension)s stands.",
                    suspension=self.display_name,
                )
            )
        if self.ground == "legal":
            if not (self.ground_reference or "").strip():
                raise UserError(
                    self.env._(
                        "Name the court order, or the law and its article, on which "
                        "%(suspension)s stands.",
                        suspension=self.display_name,
                    )
                )
            return
        if not (self.ground_reference or "").strip() and not self.ground_scan:
            raise UserError(
                self.env._(
                    "Enter the number of the owner's letter, or scan it, for %(suspension)s.",
                    suspension=self.display_name,
                )
            )
        foreign = self.unit_ids.filtered(
            lambda unit: self.ground_partner_id not in unit._get_owners(today)
        )
        if foreign:
            raise UserError(
                self.env._(
                    "%(partner)s does not own %(units)s: only the owner may ask for it.",
                    partner=self.ground_partner_id.name or "—",
                    units=word_enumeration(self.env, foreign.mapped("code")),
                )
            )

    def _check_vouched(self):
        if self.ground != "arrears" and not self.ground_recorded_by_id:
            raise UserError(
                self.env._(
                    "A leader in charge has to record the ground of %(suspension)s first.",
                    suspension=self.display_name,
                )
            )

    def _check_askable(self):
        """Refuse to ask before the visit, or for a debtor who owes nothing (BIL-043)."""
        self.ensure_one()
        self._check_undecided()
        self._check_vouched()
        today, words = self.site_id._today(), {"suspension": self.display_name}
        if not self.service_ids:
            raise UserError(self.env._("Choose the services to stop on %(suspension)s.", **words))
        if self.ground == "arrears":
            self._check_owing()
            if not self.visited_on or self.visited_on > today:
                raise UserError(
                    self.env._(
                        "Visit the occupant first, and note the day on %(suspension)s.", **words
                    )
                )
            if self.letter_until and self.visited_on <= self.letter_until:
                raise UserError(
                    self.env._(
                        "The letter asks to pay by %(day)s: the visit of %(suspension)s comes "
                        "after that day.",
                        day=self.letter_until,
                        **words,
                    )
                )
            self._check_evidence()
        if not self.date_planned:
            raise UserError(
                self.env._("Enter the day to stop the services of %(suspension)s.", **words)
            )

    def _check_stoppable(self):
        """Refuse to stop services before the day, or without approval and proof of notice."""
        self.ensure_one()
        self._check_approved(APPROVAL)
        self._check_vouched()
        today, words = self.site_id._today(), {"suspension": self.display_name}
        if today < self.date_planned:
            raise UserError(
                self.env._(
                    "%(suspension)s is planned for %(day)s: nothing is stopped before.",
                    day=self.date_planned,
                    **words,
                )
            )
        proof = (self.notice_proof or "").strip()
        if not self.notice_on or not self.notice_way or not proof or self.notice_on > today:
            raise UserError(
                self.env._(
                    "Give the occupant notice first, and enter day, way and proof of it on "
                    "%(suspension)s.",
                    **words,
                )
            )
        if self.ground == "arrears":
            self._check_owing()

    def _check_owing(self):
        if self.currency_id.compare_amounts(self._get_owed(), 0.0) <= 0:
            raise UserError(
                self.env._(
                    "%(partner)s owes nothing that is due: %(suspension)s is not carried out.",
                    partner=self.partner_id.name,
                    suspension=self.display_name,
                )
            )

    def _check_resumable(self):
        """Refuse to stop again what an undertaking restored, while it is kept (BIL-044)."""
        self.ensure_one()
        self._check_leader()
        self._check_owing()
        undertaking = self.undertaking_id
        if undertaking and not undertaking._is_broken_now():
            raise UserError(
                self.env._(
                    "The undertaking of %(suspension)s is kept so far: services stay restored "
                    "until %(day)s.",
                    suspension=self.display_name,
                    day=undertaking._get_next_day(),
                )
            )

    def _check_easable(self):
        """Refuse to restore services for now without a signed undertaking (F-BIL-13)."""
        self.ensure_one()
        self._check_leader()
        undertaking = self.undertaking_id
        if not undertaking or undertaking._is_broken_now():
            raise UserError(
                self.env._(
                    "Services are restored for now once the occupant has signed an undertaking "
                    "that is still in force: enter it on %(suspension)s.",
                    suspension=self.display_name,
                )
            )

    def _check_endable(self):
        """Refuse to end it before all is paid, unless a leader says why."""
        self.ensure_one()
        owed = self._get_owed()
        if self.ground == "arrears" and self.currency_id.compare_amounts(owed, 0.0) <= 0:
            return
        self._check_leader()
        if not (self.end_reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why the services of %(suspension)s are restored.",
                    suspension=self.display_name,
                )
            )

    def _tell_security(self):
        """Tell Security to control goods in and out, or that they are free again (BIL-043)."""
        self.ensure_one()
        local = self.with_context(lang=self.site_id.print_lang)
        services = word_enumeration(local.env, local.service_ids.mapped("name"))
        facts = {"units": local.unit_codes, "partner": local.partner_id.name, "services": services}
        if self.state == "stopped":
            words = local.env._(
                "Services to %(units)s, %(partner)s, are stopped from today: %(services)s. Please "
                "control goods in and out.",
                **facts,
            )
        elif self.state == "eased":
            words = local.env._(
                "Services to %(units)s, %(partner)s, are restored for now: %(services)s.", **facts
            )
        else:
            words = local.env._(
                "Services to %(units)s, %(partner)s, are restored: %(services)s.", **facts
            )
        users = self.site_id._get_post_users("pm_base.group_pm_security")
        local.message_post(body=words, partner_ids=users.sudo().partner_id.ids)

    def _word_matter(self):
        """Return the question to the head of the company in one line."""
        self.ensure_one()
        facts = {
            "suspension": self.display_name,
            "services": word_enumeration(self.env, self.service_ids.mapped("name")),
            "day": self.date_planned,
        }
        if self.ground == "arrears":
            return self.env._(
                "Stop %(services)s: %(suspension)s, owes %(amount)s, on %(day)s",
                amount=self.currency_id.format(self.amount_asked),
                **facts,
            )
        grounds = dict(self._fields["ground"]._description_selection(self.env))
        return self.env._(
            "Stop %(services)s: %(suspension)s, %(ground)s, on %(day)s",
            ground=grounds[self.ground],
            **facts,
        )
