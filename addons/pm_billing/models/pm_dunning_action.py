from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date, formatLang

from .wording import word_list, word_month

# What nobody changes by hand: it is what the debtor was told.
_FROZEN = {"round_id", "case_id", "line_ids"}


class PmDunningAction(models.Model):
    _name = "pm.dunning.action"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.printable.mixin", "pm.state.mixin"]
    _description = "Dunning Action"
    _order = "date desc, id"
    _rec_names_search = ["case_id.tenancy_id.unit_codes", "case_id.partner_id.name"]
    _NOTED = frozenset(
        {"date_pay_by", "called_at", "called_by_id", "approved_at", "approved_by_id"}
    )

    # The only moves an action can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"approved", "issued", "done", "settled", "replaced"},
        "approved": {"draft", "issued", "settled", "replaced"},
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
    period = fields.Date(related="round_id.period", store=True, precompute=True)
    date = fields.Date(related="round_id.date", store=True, precompute=True)
    date_pay_by = fields.Date(
        string="Pay By",
        readonly=True,
        help="Never before the day on which the paper is approved and printed.",
    )
    tenancy_id = fields.Many2one(related="case_id.tenancy_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor", store=True, precompute=True
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
        [("reached", "Reached"), ("promise", "Promised to Pay"), ("no_answer", "No Answer")],
        string="Result of the Call",
        tracking=True,
    )
    date_promise = fields.Date(string="Promised For", tracking=True)
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
            ("done", "Called"),
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
        "(case_id, step_id, period)", "This step was already taken for this case in this month."
    )

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
        """Note that the debtor was told on the telephone."""
        self._note_call("reached")

    def action_promise(self):
        """Note that the debtor promised to pay."""
        self._note_call("promise")

    def action_no_answer(self):
        """Note that nobody answered: the call stays to be made."""
        self._note_call("no_answer")

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

    def _note_call(self, result):
        for action in self:
            if action.action != "call" or action.state not in ("draft", "done"):
                raise UserError(
                    self.env._("%(action)s is no call to be made.", action=action.display_name)
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
            labels = dict(self._fields["result"]._description_selection(self.env))
            # The activity may be a colleague's; whoever made the call has done the work.
            action.sudo().activity_ids.action_feedback(feedback=labels[result])

    def _drop(self, state):
        """Do no more what was still to be done, for the reason that `state` gives."""
        todo = self.filtered(lambda action: action.state in ("draft", "approved"))
        todo.write({"state": state})
        todo.activity_ids.unlink()

    def _refresh(self, today=None):
        """Bring papers not yet printed up to date: take out what was paid since, settle what is
        paid in full, and leave time to pay."""
        # What is asked for is frozen for every user; only payments and the calendar change it.
        for action in self.sudo().filtered(lambda action: not action.paper_ids):
            day = today or action.site_id._today()
            if action.date_pay_by < day:
                action.date_pay_by = action.step_id._get_deadline(action.site_id, day)
            paid = action.line_ids.filtered(
                lambda line: line.move_id.payment_state not in ("not_paid", "partial")
            )
            for line in action.line_ids - paid:
                line.amount = min(line.amount, line.move_id.amount_residual)
            if paid == action.line_ids:
                action._drop("settled")
            else:
                paid.unlink()

    def _print_batch(self):
        self._refresh()
        ready = self.filtered(lambda action: action._is_printable())
        if not ready:
            raise UserError(
                self.env._(
                    "Nothing is ready to be printed: letters are approved first, and what was "
                    "paid meanwhile is no longer asked for."
                )
            )
        if len(ready.step_id) > 1:
            raise UserError(self.env._("Choose papers of one step to print them together."))
        todo = ready.filtered(lambda action: not action.paper_ids) or ready
        return todo.step_id.report_id.report_action(todo)

    def _is_printable(self):
        self.ensure_one()
        if self.action == "call":
            return self.state in ("draft", "done")
        return self.state in ("approved", "issued") or (
            self.state == "draft" and not self.needs_review
        )

    def _pm_before_print(self, form):
        """Refuse what is settled or not approved; a letter that is printed is issued."""
        result = super()._pm_before_print(form)
        self._refresh()
        for action in self:
            if action.state in ("settled", "replaced"):
                raise UserError(
                    self.env._(
                        "%(action)s is no longer to be printed: the fees were paid meanwhile, or a "
                        "later paper asks for them.",
                        action=action.display_name,
                    )
                )
            if not action._is_printable():
                raise UserError(
                    self.env._(
                        "%(action)s waits for the approval of the leader in charge.",
                        action=action.display_name,
                    )
                )
        letters = self.filtered(lambda action: action.action == "letter")
        letters.filtered(lambda action: action.state != "issued").write({"state": "issued"})
        return result

    def _pm_prepare_paper_vals(self):
        return {**super()._pm_prepare_paper_vals(), "date": self.date}

    def _get_next_states(self):
        allowed = set(super()._get_next_states())
        if self.action == "call":
            return allowed - {"approved", "issued"}
        if self.state == "draft" and self.needs_review:
            allowed.discard("issued")
        return allowed - {"done"}

    def _check_transition(self, target):
        if target in ("approved", "draft") and not self.env.su:
            if not self.env.user.has_group("pm_base.group_pm_leader"):
                raise AccessError(
                    self.env._("Letters are approved by the leader in charge or the director.")
                )
        if target in ("settled", "replaced") and not self.env.su:
            raise AccessError(self.env._("Payments and later rounds settle a dunning action."))
        return super()._check_transition(target)

    @api.model
    def _get_paper_states(self):
        return self.env["pm.document"]._fields["state"]._description_selection(self.env)

    def _word_result(self):
        """Return what came of the action so far, for the list of the unpaid."""
        self.ensure_one()
        if self.state in ("settled", "replaced"):
            return self._label_state(self.state)
        words = dict(self._fields["result"]._description_selection(self.env)).get(self.result, "")
        if self.result == "promise" and self.date_promise:
            day = format_date(self.env, self.date_promise, date_format=self.env._("MMM d"))
            return f"{words} {day}"
        return words

    def _schedule_calls(self):
        """Put each call on the to-do list of the person who makes it, due on the round's day."""
        model = self.env["ir.model"]._get(self._name)
        activity_type = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model.id,
                    "res_id": action.id,
                    "user_id": action.user_id.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "automated": True,  # on the due list the call itself stands
                    "date_deadline": action.date,
                    "summary": self.env._(
                        "%(units)s owes %(amount)s",
                        units=action.unit_codes,
                        amount=formatLang(self.env, action.amount, currency_obj=action.currency_id),
                    ),
                }
                for action in self
                if action.user_id
            ]
        )

    @api.model
    def _get_due_select(self):
        """Return what is left to do in each round, for the due list: one row for the calls of each
        caller, for the letters to be approved, and for those to be printed."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            35,
            "dunning",
            SQL(
                """
                FROM (SELECT MIN(action.id) AS id, action.round_id, action.site_id, action.date,
                             work.kind, work.user_id, COUNT(*) AS count,
                             SUM(action.amount) AS amount
                        FROM pm_dunning_action action
                        JOIN pm_dunning_step step ON step.id = action.step_id
          CROSS JOIN LATERAL (
                             SELECT CASE WHEN action.action = 'call' THEN 'call'
                                         WHEN action.state = 'draft' AND step.needs_review
                                         THEN 'review'
                                         ELSE 'letter'
                                    END AS kind,
                                    CASE WHEN action.action = 'call' THEN action.user_id
                                    END AS user_id
                             ) work
                       WHERE action.state IN ('draft', 'approved')
                    GROUP BY action.round_id, action.site_id, action.date, work.kind, work.user_id
                     ) todo
                JOIN pm_site office ON office.id = todo.site_id
                """
            ),
            id=SQL("todo.id"),
            name=SQL(
                """
                CASE todo.kind WHEN 'call' THEN %s WHEN 'review' THEN %s ELSE %s END
                    || todo.count || to_char(todo.amount, ' / FM999,999,999,990.00')
                """,
                self.env._("Calls to be made: "),
                self.env._("Letters to be approved: "),
                self.env._("Letters to be printed: "),
            ),
            res_model=SQL("'pm.dunning.round'"),
            res_id=SQL("todo.round_id"),
            site_id=SQL("todo.site_id"),
            # What the leader in charge has to read is nobody else's work.
            department_id=SQL(
                "CASE WHEN todo.kind <> 'review' THEN %s END", dues._get_department_sql("service")
            ),
            user_id=SQL("todo.user_id"),
            due_date=SQL("todo.date"),
        )

    @api.model
    def _word_items(self, moves):
        """Return {bill: names of its fees} in the language of the environment."""
        names = {}
        for move, fees in self.env["pm.charge"]._read_group(
            [("move_id", "in", moves.ids)], ["move_id"], ["fee_id:recordset"]
        ):
            ordered = fees.with_env(self.env).sorted("sequence")
            names[move] = word_list(self.env, ordered.mapped("name"))
        return names

    @api.model
    def _prepare_lines(self, moves, items):
        """Return the commands that freeze what is open of the bills."""
        return [
            Command.create(
                {
                    "move_id": move.id,
                    "month": move.pm_month,
                    "date_due": move.invoice_date_due,
                    "items": items.get(move, ""),
                    "amount": move.amount_residual,
                }
            )
            for move in moves.sorted("invoice_date_due")
        ]
