from odoo import api, fields, models
from odoo.api import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What was asked, of whom and about what: fixed once it is asked.
_FACTS = {"name", "kind_id", "res_model", "res_id", "site_id", "asked_by_id", "asked_at"}
# Who decided and when: written by nobody but `write` itself.
_DECISION = {"decided_by_id", "decided_at"}


class PmApproval(models.Model):
    """One question put to those who decide, and their answer. Never deleted."""

    _name = "pm.approval"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Approval"
    _order = "asked_at desc, id desc"

    # The only moves an approval can make, whoever asks. To ask again is a new approval.
    _TRANSITIONS = {
        "asked": {"approved", "refused", "withdrawn"},
        "approved": {"withdrawn"},
        "refused": set(),
        "withdrawn": set(),
    }

    name = fields.Char(string="Matter", required=True, readonly=True)
    kind_id = fields.Many2one(
        "pm.approval.kind", required=True, readonly=True, ondelete="restrict", index=True
    )
    code = fields.Char(related="kind_id.code", store=True, precompute=True, index=True)
    group_id = fields.Many2one(related="kind_id.group_id", string="Deciding Post")
    res_model = fields.Char(string="Record Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", required=True, readonly=True, model_field="res_model", index=True
    )
    asked_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
        index=True,
    )
    asked_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True)
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("approved", "Approved"),
            ("refused", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        default="asked",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    can_decide = fields.Boolean(
        string="For Me to Decide", compute="_compute_can_decide", search="_search_can_decide"
    )
    can_withdraw = fields.Boolean(compute="_compute_can_decide")

    _one_asked = models.UniqueIndex(
        "(code, res_model, res_id) WHERE state = 'asked'",
        "This approval has already been asked for and waits for the decision.",
    )
    # The database itself refuses the one who asked; IS NULL would slip through `<>`.
    _four_eyes = models.Constraint(
        "CHECK (state NOT IN ('approved', 'refused')"
        " OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id))",
        "Who asks for an approval cannot decide on it.",
    )

    @api.depends("state", "kind_id.group_id", "asked_by_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for approval in self:
            is_asker = approval.asked_by_id == self.env.user
            is_decider = approval._is_decider()
            approval.can_decide = approval.state == "asked" and is_decider and not is_asker
            approval.can_withdraw = approval.state in ("asked", "approved") and (
                is_asker or is_decider
            )

    def _search_can_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("state", "=", "asked")
            & Domain("kind_id.group_id", "in", self.env.user.all_group_ids.ids)
            & Domain("asked_by_id", "!=", self.env.uid)
        )

    def write(self, vals):
        self._check_facts(vals)
        if vals.get("state") in ("approved", "refused"):
            vals = {**vals, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()}
        if vals.get("state") == "refused":
            self._check_reason(vals.get("reason"))
        result = super().write(vals)
        if "state" in vals:
            self._tell()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of approvals is kept: withdraw it instead."))

    def action_approve(self):
        self.write({"state": "approved"})

    def action_refuse(self):
        """Ask why, then refuse."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("pm_base.pm_approval_refuse_action"),
            "context": {"default_approval_ids": self.ids},
        }

    def action_withdraw(self):
        """Take the question back, or the approval given."""
        self.write({"state": "withdrawn"})

    def action_open_record(self):
        self.ensure_one()
        return self._get_record().get_formview_action()

    def _refuse(self, reason):
        self.write({"state": "refused", "reason": reason})

    def _check_transition(self, target):
        super()._check_transition(target)
        for approval in self:
            is_asker = approval.asked_by_id == self.env.user
            if not approval._is_decider() and not (is_asker and target == "withdrawn"):
                raise AccessError(
                    self.env._(
                        "%(matter)s is decided by the %(post)s of %(site)s.",
                        matter=approval.name,
                        post=approval.sudo().group_id.name,
                        site=approval.site_id.name,
                    )
                )
            if is_asker and target != "withdrawn":
                raise UserError(
                    self.env._(
                        "You asked for %(matter)s yourself: somebody else has to decide.",
                        matter=approval.name,
                    )
                )

    def _check_facts(self, vals):
        fixed = _FACTS | _DECISION
        if vals.get("state") not in ("approved", "refused"):
            fixed |= {"reason"}
        if fixed & vals.keys() and self:
            raise UserError(
                self.env._(
                    "What was asked and decided about %(matter)s stays as it is. "
                    "Withdraw it and ask again.",
                    matter=self[0].name,
                )
            )

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why you reject %(matter)s.", matter=", ".join(self.mapped("name")))
            )

    def _is_decider(self):
        """Tell whether the user holds the post that decides; the system itself always does."""
        self.ensure_one()
        user = self.env.user
        return self.env.uid == SUPERUSER_ID or user in self.kind_id._get_deciders(self.site_id)

    def _get_record(self):
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)

    def _ask(self):
        """Give each who decides an activity; refuse the question if nobody can answer it."""
        for approval in self:
            kind, site = approval.kind_id, approval.site_id
            holders = kind._get_deciders(site)
            deciders = holders - approval.asked_by_id
            if not deciders:
                words = {
                    "matter": approval.name,
                    "post": kind.group_id.name,
                    "site": site.name,
                }
                if holders:
                    raise UserError(
                        self.env._(
                            "You are the only %(post)s of %(site)s and cannot decide on what you "
                            "ask for yourself (%(matter)s): somebody else is needed. Give another "
                            "user the post, or another post the decision.",
                            **words,
                        )
                    )
                raise UserError(
                    self.env._(
                        "Nobody at %(site)s can decide on %(matter)s: no user of the office has "
                        "the post %(post)s. Give it to one, or the decision to another post.",
                        **words,
                    )
                )
            # The head office, which sees every office, is asked only where the office has nobody.
            own = deciders.filtered(lambda user, site=site: site in user.site_ids)
            for user in own or deciders:
                approval.activity_schedule(
                    "pm_base.mail_activity_type_approval",
                    date_deadline=site._today(),
                    summary=approval.name,
                    user_id=user.id,
                )

    def _tell(self):
        """Let the asker know what was decided, and the record act on it."""
        for approval in self:
            # The activities of the other deciders are settled too.
            approval.sudo().activity_unlink(["pm_base.mail_activity_type_approval"])
            if approval.asked_by_id != self.env.user:
                approval.message_post(
                    body=approval._word_decision(),
                    partner_ids=approval.asked_by_id.partner_id.ids,
                    subtype_xmlid="mail.mt_note",
                )
            if record := approval._get_record().exists():
                record._on_approval(approval)

    def _word_decision(self):
        self.ensure_one()
        local = self.with_context(lang=self.asked_by_id.lang)
        state = local._label_state(local.state)
        parts = (local.name, state, local.state == "refused" and local.reason)
        return " · ".join(part for part in parts if part)

    @api.model
    def _get_due_select(self):
        """Return the questions that wait for a decision, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            3,
            "approval",
            SQL(
                """
                FROM pm_approval approval
                JOIN pm_approval_kind kind ON kind.id = approval.kind_id
                JOIN pm_site office ON office.id = approval.site_id
               WHERE approval.state = 'asked'
                """
            ),
            id=SQL("approval.id"),
            name=SQL("approval.name"),
            res_model=SQL("'pm.approval'"),
            res_id=SQL("approval.id"),
            site_id=SQL("approval.site_id"),
            due_date=SQL(
                "(approval.asked_at AT TIME ZONE 'UTC' AT TIME ZONE office.tz)::date"
                " + kind.answer_days"
            ),
        )


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.approval": ["asked_at", "kind_id", "name", "site_id", "state"],
        "pm.approval.kind": ["answer_days"],
    }

    kind = fields.Selection(selection_add=[("approval", "Approval to Decide")])

    @api.model
    def _get_due_selects(self):
        return [*super()._get_due_selects(), self.env["pm.approval"]._get_due_select()]

    @api.model
    def _get_scope_domain(self, scope):
        """A question is the business of everybody who may decide it."""
        domain = super()._get_scope_domain(scope)
        if domain.is_true():
            return domain
        to_decide = self.env["pm.approval"].search([("can_decide", "=", True)])
        return domain | Domain("kind", "=", "approval") & Domain("res_id", "in", to_decide.ids)
