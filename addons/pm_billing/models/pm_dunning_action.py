from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .pm_dunning_profile import PAPERS
from .wording import word_list, word_month

# What nobody changes by hand: it is what the debtor was told.
_FROZEN = {"round_id", "case_id", "line_ids", "date", "recipient_id", "unit_ids"}
# What is still to be done, or waits for the day of a promise.
_OPEN = ("draft", "approved", "held")
# The results of a call and of a visit; no answer leaves a call to be made.
_RESULTS = {
    "call": ("reached", "promise", "refused", "no_answer"),
    "visit": ("reached", "promise", "refused", "nobody"),
}


class PmDunningAction(models.Model):
    _name = "pm.dunning.action"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.printable.mixin", "pm.state.mixin"]
    _description = "Dunning Action"
    _order = "date desc, id"
    _rec_names_search = ["case_id.tenancy_id.unit_codes", "case_id.partner_id.name"]
    _NOTED = frozenset(
        {"date_pay_by", "result", "called_at", "called_by_id", "approved_at", "approved_by_id"}
    )

    # The only moves an action can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"approved", "issued", "done", "held", "settled", "replaced"},
        "approved": {"draft", "issued", "held", "settled", "replaced"},
        "held": {"draft", "settled", "replaced"},
        "issued": set(),
        "done": set(),
        "settled": set(),
        "replaced": set(),
    }

    round_id = fields.Many2one(
        "pm.dunning.round", required=True, readonly=True, ondelete="restrict", index=True
    )
    case_id = fields.Many2one(
        "pm.dunning.case", required=True, readonly=True, ondelete="restrict", index=True
    )
    site_id = fields.Many2one(related="round_id.site_id", store=True, precompute=True, index=True)
    company_id = fields.Many2one(related="round_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    step_id = fields.Many2one(related="round_id.step_id", store=True, precompute=True)
    action = fields.Selection(related="step_id.action", store=True, precompute=True)
    needs_review = fields.Boolean(related="step_id.needs_review")
    is_paper = fields.Boolean(compute="_compute_is_paper")
    has_paper = fields.Boolean(compute="_compute_is_paper")
    period = fields.Date(related="round_id.period", store=True, precompute=True)
    date = fields.Date(
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The day of the round, or the day on which a debtor was taken into it later.",
    )
    date_pay_by = fields.Date(
        string="Pay By",
        readonly=True,
        help="What is approved or printed late leaves some days to pay, as the step says.",
    )
    tenancy_id = fields.Many2one(related="case_id.tenancy_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor", store=True, precompute=True
    )
    recipient_id = fields.Many2one(
        "res.partner",
        compute="_compute_recipient_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        help="Who is written to: the debtor, or an owner of his units.",
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes", string="Unit Nos.")
    contact_phone = fields.Char(related="tenancy_id.contact_phone")
    user_id = fields.Many2one("res.users", string="Follow-up By")
    line_ids = fields.One2many(
        "pm.dunning.action.line", "action_id", string="Asked For", readonly=True
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, help="As it was asked for.")
    months = fields.Char(string="Months Due", compute="_compute_months")
    result = fields.Selection(
        [
            ("reached", "Reached"),
            ("promise", "Promised to Pay"),
            ("refused", "Refuses to Pay"),
            ("no_answer", "No Answer"),
            ("nobody", "Nobody in the Unit"),
        ],
        string="Result of the Call",
        readonly=True,
        tracking=True,
    )
    promise_ids = fields.One2many("pm.promise", "action_id", string="Promises")
    date_promise = fields.Date(
        string="Promised For", compute="_compute_date_promise", store=True, tracking=True
    )
    history_ids = fields.Many2many(
        "pm.dunning.action", string="Done Before", compute="_compute_history_ids"
    )
    note = fields.Char(help="Printed on the list of the unpaid.")
    called_at = fields.Datetime(readonly=True, copy=False)
    called_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    paper_id = fields.Many2one("pm.document", compute="_compute_paper")
    paper_state = fields.Selection(
        selection="_get_paper_states", string="Delivery of Paper", compute="_compute_paper"
    )
    state = fields.Selection(
        [
            ("draft", "To Do"),
            ("approved", "Approved"),
            ("issued", "Printed"),
            ("done", "Done"),
            ("held", "On Hold"),
            ("settled", "Paid Meanwhile"),
            ("replaced", "Replaced"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _once = models.UniqueIndex(
        "(case_id, step_id, period, COALESCE(recipient_id, 0))",
        "This step was already taken for this case in this month.",
    )

    @api.depends("step_id.action", "step_id.report_id")
    def _compute_is_paper(self):
        for action in self:
            action.is_paper = action.action in PAPERS
            action.has_paper = bool(action.step_id.report_id)

    @api.depends("round_id")
    def _compute_date(self):
        for action in self:
            action.date = action.round_id.date

    @api.depends("case_id")
    def _compute_recipient_id(self):
        for action in self:
            action.recipient_id = action.case_id.partner_id

    @api.depends("promise_ids.date")
    def _compute_date_promise(self):
        for action in self:
            action.date_promise = action.promise_ids.sorted("id")[-1:].date

    @api.depends("case_id.action_ids")
    def _compute_history_ids(self):
        for action in self:
            action.history_ids = action.case_id.action_ids.sorted("date", reverse=True) - action

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for action in self:
            action.amount = sum(action.line_ids.mapped("amount"))

    @api.depends_context("lang")
    @api.depends("line_ids.month")
    def _compute_months(self):
        for action in self:
            months = sorted(set(action.line_ids.mapped("month")))
            action.months = word_list(self.env, [word_month(self.env, month) for month in months])

    @api.depends("paper_ids.state")
    def _compute_paper(self):
        for action in self:
            action.paper_id = action.paper_ids[:1]
            action.paper_state = action.paper_id.state

    @api.depends_context("lang")
    @api.depends("step_id", "tenancy_id", "partner_id")
    def _compute_display_name(self):
        for action in self:
            parts = (action.step_id.name, action.unit_codes, action.partner_id.name)
            action.display_name = " ".join(part for part in parts if part)

    def write(self, vals):
        if _FROZEN & set(vals) and not self.env.su:
            raise UserError(
                self.env._("What an occupant was asked for is evidence and is not changed.")
            )
        return super().write(vals)

    def action_reached(self):
        """Note that the debtor was told, on the telephone or on a visit."""
        return self._note_result("reached")

    def action_promise(self):
        """Note that the debtor promised to pay, and ask for which day."""
        shown = self._note_result("promise")
        if len(self) > 1:
            return shown
        return self.case_id._open_promise(self)

    def action_refused(self):
        """Note that the debtor refuses to pay."""
        return self._note_result("refused")

    def action_no_answer(self):
        """Note that nobody answered: the call stays to be made."""
        return self._note_result("no_answer")

    def action_nobody(self):
        """Note that nobody was in the unit: the lawyer may be called in (BIL-045)."""
        return self._note_result("nobody")

    def action_next(self):
        """Go to the sheet of the next call or visit of the round that is still to be made."""
        return self._open_neighbour(1)

    def action_previous(self):
        """Go back to the sheet before."""
        return self._open_neighbour(-1)

    def action_propose(self):
        """Propose to stop services, where the step could not do it by itself (BIL-043)."""
        for action in self:
            if action.action != "suspension" or action.state != "draft":
                raise UserError(
                    self.env._(
                        "%(action)s proposes no suspension any more.", action=action.display_name
                    )
                )
        self._propose_suspensions()

    def action_done(self):
        """Note that the leader in charge has done what the step asks for, such as to call in a
        lawyer."""
        self.write({"state": "done"})

    def action_approve(self):
        """Approve letters for printing, as the leader in charge; what is paid drops out."""
        for site, actions in self.grouped("site_id").items():
            actions._approve(site._today())

    def action_draft(self):
        """Take an approval back."""
        self._write_noted({"state": "draft", "approved_at": False, "approved_by_id": False})

    def action_print(self):
        """Print the reminder or the letter."""
        return self._print_batch()

    def action_deliver(self):
        """Note how the letters were delivered, and what proves it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Note the Delivery"),
            "res_model": "pm.dunning.deliver",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_action_ids": self.ids},
        }

    def action_preview(self):
        """Show the paper on the screen; nothing is filed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": f"/report/html/{self.step_id.report_id.report_name}/{self.id}",
        }

    def _approve(self, today):
        self._refresh(today)
        self.filtered(lambda action: action.state == "draft")._write_noted(
            {
                "state": "approved",
                "approved_at": fields.Datetime.now(),
                "approved_by_id": self.env.uid,
            }
        )

    def _note_result(self, result):
        for action in self:
            if action.state not in ("draft", "done") or result not in _RESULTS.get(
                action.action, ()
            ):
                raise UserError(
                    self.env._(
                        "%(action)s is no call or visit to be made.", action=action.display_name
                    )
                )
            vals = {
                "result": result,
                "called_at": fields.Datetime.now(),
                "called_by_id": self.env.uid,
            }
            if result == "no_answer":
                action._write_noted(vals)
                continue
            if action.state == "draft":
                vals["state"] = "done"
            action._write_noted(vals)
            if action.action == "visit":
                # Whoever makes the visit need not have rights on the case.
                action.case_id.sudo().nobody_on = result == "nobody" and action.site_id._today()
        return self._open_neighbour(1) if self.env.context.get("pm_call_sheet") else None

    def _get_todo_sorted(self):
        """Return the calls and visits still to be made, in the order of the units."""
        todo = self.filtered(lambda action: action.state == "draft")
        return todo.sorted(lambda action: (action.unit_codes or "", action.id))

    def _open_neighbour(self, step):
        """Open the next sheet still to be made of the same caller, or the one before; the round
        when there is none."""
        self.ensure_one()
        here = (self.unit_codes or "", self.id)
        others = self.round_id.action_ids.filtered(
            lambda each: each.user_id == self.user_id and each != self
        )._get_todo_sorted()
        after = others.filtered(lambda each: (each.unit_codes or "", each.id) > here)
        before = others - after
        found = (after[:1] or before[:1]) if step > 0 else (before[-1:] or after[-1:])
        return found._open_sheet() or self.round_id.action_view_actions()

    def _open_sheet(self):
        """Return the action that opens the sheet of a call or visit; nothing for no record."""
        if not self:
            return False
        view = self.env.ref("pm_billing.pm_dunning_sheet_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.round_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [[view.id, "form"]],
            "target": "current",
            "context": {"pm_call_sheet": True},
        }

    def _propose_suspensions(self):
        """Propose the suspension of services for each case; what is proposed is done."""
        for action in self:
            # The proposal is a consequence of the ladder, not a right of whoever asks for it.
            if action.case_id.sudo()._propose_suspension(action.sudo()):
                action.sudo().write({"state": "done"})

    def _hold(self):
        """Let what was to be done rest until the day of a promise."""
        todo = self.filtered(lambda action: action.state in ("draft", "approved"))
        todo.write({"state": "held"})

    def _resume(self, replaced):
        """Take up what rested, unless a later step was taken for the same case instead."""
        held = self.filtered(lambda action: action.state == "held")
        held.filtered(lambda action: action.case_id in replaced)._drop("replaced")
        todo = held.filtered(lambda action: action.state == "held")
        todo.write({"state": "draft", "approved_at": False, "approved_by_id": False})

    def _drop(self, state):
        """Do no more what was still to be done, for the reason that `state` gives."""
        todo = self.filtered(lambda action: action.state in _OPEN)
        todo.with_context(tracking_disable=True).write({"state": state})
        todo.activity_ids.unlink()

    def _refresh(self, today=None):
        """Bring papers not yet printed up to date: take out what was paid since, settle what is
        paid in full, and leave time to pay."""
        # What is asked for is frozen for every user; only payments and the calendar change it.
        fresh = self.sudo().filtered(lambda action: not action.paper_ids)
        for action in fresh.filtered(lambda action: action.state != "replaced"):
            day = today or action.site_id._today()
            if action.date_pay_by < (pay_by := action.round_id._get_pay_by(day)):
                action.date_pay_by = pay_by
            unpaid = action.line_ids.move_id._pm_get_unpaid()
            paid = action.line_ids.filtered(lambda line, unpaid=unpaid: line.move_id not in unpaid)
            for line in action.line_ids - paid:
                line.amount = min(line.amount, line._get_open())
            if paid == action.line_ids:
                action._drop("settled")
            else:
                paid.unlink()

    def _get_next_states(self):
        allowed = set(super()._get_next_states())
        if self.action not in PAPERS:
            return allowed - {"approved", "issued"}
        if self.state == "draft" and self.needs_review:
            allowed.discard("issued")
        return allowed - {"done"}

    def _check_transition(self, target):
        if not self.env.su:
            is_leader = self.env.user.has_group("pm_base.group_pm_leader")
            if target in ("approved", "draft") and not is_leader:
                raise AccessError(
                    self.env._("Letters are approved by the leader in charge or the director.")
                )
            if target in ("settled", "replaced", "held") or "held" in self.mapped("state"):
                raise AccessError(
                    self.env._("Payments, promises and later rounds settle a dunning action.")
                )
            if target == "done" and not is_leader:
                if {"suspension", "lawyer"} & set(self.mapped("action")):
                    raise AccessError(
                        self.env._("This is for the leader in charge or the director to do.")
                    )
        return super()._check_transition(target)

    def _word_result(self):
        """Return what came of the action so far, for the list of the unpaid."""
        self.ensure_one()
        if self.state in ("settled", "replaced", "held"):
            return self._label_state(self.state)
        words = dict(self._fields["result"]._description_selection(self.env)).get(self.result, "")
        if self.result == "promise" and self.date_promise:
            day = format_date(self.env, self.date_promise, date_format=self.env._("MMM d"))
            return f"{words} {day}"
        return words

    @api.model
    def _word_items(self, moves):
        """Return {bill: names of its fees} in the language of the environment."""
        # Many bills have few fees between them: each set of fees is worded once.
        words = {}
        names = defaultdict(str)
        for move, fees in self.env["pm.charge"]._read_group(
            [("move_id", "in", moves.ids)], ["move_id"], ["fee_id:recordset"]
        ):
            if fees not in words:
                ordered = fees.with_env(self.env).sorted("sequence")
                words[fees] = word_list(self.env, ordered.mapped("name"))
            names[move.id] = words[fees]
        return names

    @api.model
    def _prepare_lines(self, moves, items, shares):
        """Return the values of lines that freeze what is open of the bills, or of `shares` of
        them."""
        return [
            {
                "move_id": move.id,
                "month": move._pm_get_month_due(),
                "date_due": move.invoice_date_due,
                "date_billed": move.invoice_date,
                "items": items[move.id],
                "amount": move.amount_residual
                if move.id not in shares
                else move.currency_id.round(move.amount_residual * shares[move.id]),
                "share": shares.get(move.id, 1.0),
            }
            for move in moves.sorted("invoice_date_due")
            if shares.get(move.id, 1.0)
        ]
