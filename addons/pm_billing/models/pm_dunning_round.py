from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date, formatLang

from .insert_like import create_alike
from .pm_dunning_case import QUIET
from .wording import word_month

# Lists on which the work of a round is done; the rest is on the list of letters.
_LISTS = {"call": "call", "visit": "visit", "suspension": "escalation", "lawyer": "escalation"}


class PmDunningRound(models.Model):
    _name = "pm.dunning.round"
    _inherit = ["pm.printable.mixin", "pm.site.mixin"]
    _description = "Dunning Round"
    _order = "date desc, id desc"

    step_id = fields.Many2one("pm.dunning.step", required=True, ondelete="restrict", index=True)
    action = fields.Selection(related="step_id.action")
    needs_review = fields.Boolean(related="step_id.needs_review")
    has_paper = fields.Boolean(compute="_compute_has_paper")
    period = fields.Date(
        required=True,
        readonly=True,
        help="First day of the month, or the due date that a step is counted from.",
    )
    date = fields.Date(
        required=True,
        readonly=True,
        help="The day it was due, also when the server did it later.",
    )
    date_pay_by = fields.Date(string="Pay By", required=True, readonly=True)
    action_ids = fields.One2many("pm.dunning.action", "round_id", string="Actions")
    action_count = fields.Integer(compute="_compute_totals", string="Unpaid")
    todo_count = fields.Integer(compute="_compute_totals", string="To Do")
    done_count = fields.Integer(compute="_compute_totals", string="Done")
    settled_count = fields.Integer(compute="_compute_totals", string="Dropped")
    amount = fields.Monetary(compute="_compute_totals", string="Arrears Listed")

    _once = models.UniqueIndex(
        "(site_id, step_id, period)", "This step was already done in this month."
    )

    @api.depends("step_id.report_id")
    def _compute_has_paper(self):
        for dunning_round in self:
            dunning_round.has_paper = bool(dunning_round.step_id.report_id)

    @api.depends("action_ids.state")
    def _compute_totals(self):
        groups = {}
        for dunning_round, state, count, amount in self.env["pm.dunning.action"]._read_group(
            Domain("round_id", "in", self.ids), ["round_id", "state"], ["__count", "amount:sum"]
        ):
            groups.setdefault(dunning_round, {})[state] = (count, amount)
        for dunning_round in self:
            by_state = groups.get(dunning_round, {})
            counts = {state: count for state, (count, _amount) in by_state.items()}
            dunning_round.action_count = sum(counts.values())
            dunning_round.todo_count = sum(
                counts.get(state, 0) for state in ("draft", "approved", "held")
            )
            dunning_round.done_count = counts.get("done", 0) + counts.get("issued", 0)
            dunning_round.settled_count = counts.get("settled", 0) + counts.get("replaced", 0)
            dunning_round.amount = sum(amount for _count, amount in by_state.values())

    @api.depends_context("lang")
    @api.depends("step_id.name", "period")
    def _compute_display_name(self):
        for dunning_round in self:
            period = dunning_round.period
            is_day = dunning_round.step_id.trigger == "due"
            words = format_date(self.env, period) if is_day else word_month(self.env, period)
            dunning_round.display_name = f"{words} {dunning_round.step_id.name}"

    def action_view_actions(self):
        self.ensure_one()
        xml_id = f"pm_billing.pm_dunning_{_LISTS.get(self.action, 'letter')}_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {**action, "domain": [("round_id", "=", self.id)], "context": {}}

    def action_begin_calls(self):
        """Open the sheet of the first call or visit that the user is still to make; when there is
        none, of the first that anybody is."""
        self.ensure_one()
        todo = self.action_ids._get_todo_sorted()
        mine = todo.filtered(lambda action: action.user_id == self.env.user)
        return (mine or todo)[:1]._open_sheet() or self.action_view_actions()

    def action_print_list(self):
        """Print the list of the unpaid as it was on the day of the round."""
        return self.env.ref("pm_billing.action_report_pm_unpaid_list").report_action(self)

    def action_print_papers(self):
        """Print the reminders or letters that are still to be printed, in one batch."""
        self.ensure_one()
        return self.action_ids._print_batch()

    def action_approve(self):
        """Approve the letters of the round that wait for it."""
        self.action_ids.filtered(lambda action: action.state == "draft").action_approve()

    @api.model
    def _begin(self, site, step, period, day, today, cases, arrears):
        """Do a step at an office with the debtors of `arrears`.

        `cases` are the open ones by their keys; those that are missing are opened.
        """
        dunning_round = self.create(
            {
                "site_id": site.id,
                "step_id": step.id,
                "period": period,
                "date": day,
                "date_pay_by": self._get_deadline(site, step, period, day, max(day, today)),
            }
        )
        dunning_round._take_in(arrears, cases)
        dunning_round._tell_director()
        return dunning_round

    @api.model
    def _get_deadline(self, site, step, period, taken_on, day):
        """Return the day by which to pay what a paper of this round asks for, printed on `day`."""
        due = period if step.trigger == "due" else None
        return step._get_deadline(site, taken_on, day, due)

    def _get_pay_by(self, day):
        self.ensure_one()
        by = self._get_deadline(self.site_id, self.step_id, self.period, self.date, day)
        return max(self.date_pay_by, by)

    def _take_in(self, arrears, cases, day=None):
        """Make the actions of the round for the debtors of `arrears`, dated the day of the round
        unless another is given."""
        self.ensure_one()
        day = day or self.date
        found = self.env["pm.dunning.case"]._open_for(arrears, self.site_id, day, cases)
        self._make_actions({found[key]: facts for key, facts in arrears.items()}, day)

    def _make_actions(self, facts_by_case, day):
        Action = self.env["pm.dunning.action"].with_context(lang=self.site_id.print_lang, **QUIET)
        state = "done" if self.action == "report" else "draft"
        ordered = sorted(facts_by_case, key=lambda case: case.tenancy_id.unit_codes or "")
        moves = self.env["account.move"].union(
            *(facts["moves"] for facts in facts_by_case.values())
        )
        items, pay_by = Action._word_items(moves), self._get_pay_by(day)
        addressees = Action._get_addressees(self.action, facts_by_case, day)
        todo = [
            (
                {
                    "round_id": self.id,
                    "case_id": case.id,
                    "date": day,
                    "date_pay_by": pay_by,
                    "recipient_id": recipient.id,
                    "unit_ids": [Command.set(units.ids)] if units else [],
                    "user_id": self.site_id._get_call_user(case.tenancy_id).id,
                    # The sum of the lines, or many updates would follow.
                    "amount": sum(line["amount"] for line in lines),
                    "state": state,
                },
                lines,
            )
            for case in ordered
            for recipient, units, shares in addressees[case]
            if (lines := Action._prepare_lines(facts_by_case[case]["moves"], items, shares))
        ]
        # A call never made or a letter never printed last time is overtaken by this one.
        Action.search(
            Domain("step_id", "=", self.step_id.id)
            & Domain("case_id", "in", [case.id for case in facts_by_case])
            & Domain("state", "in", ("draft", "approved", "held"))
        )._drop("replaced")
        actions = Action.create([vals for vals, _lines in todo]).with_env(self.env)
        create_alike(
            self.env["pm.dunning.action.line"],
            [
                {**line, "action_id": action.id}
                for action, (_vals, lines) in zip(actions, todo, strict=True)
                for line in lines
            ],
        )
        if self.action == "suspension":
            actions._propose_suspensions()

    def _tell_director(self):
        """Tell the director of the debtors, where the step says so (BIL-048)."""
        director = self.site_id.manager_id.sudo().user_id  # who is told is no secret
        if not self.step_id.tells_director or not self.action_ids or not director:
            return
        local = self.with_context(lang=self.site_id.print_lang)
        self.env["mail.thread"].message_notify(
            model=self._name,
            res_id=self.id,
            partner_ids=director.partner_id.ids,
            subject=local.display_name,
            body=local.env._(
                "%(step)s: %(count)s occupants have not paid, in all %(amount)s.",
                step=local.step_id.name,
                count=len(self.action_ids),
                amount=formatLang(
                    local.env,
                    sum(self.action_ids.mapped("amount")),
                    currency_obj=self.currency_id,
                ),
            ),
        )

    def _pm_prepare_paper_vals(self):
        return {**super()._pm_prepare_paper_vals(), "date": self.date}

    @api.model
    def _get_due_select(self):
        """Return the lists of the unpaid that Finance has not printed yet, for the due list: those
        to be handed over and those to call by. One never printed gives way to the next."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            57,
            "dunning",
            SQL(
                """
                FROM pm_dunning_round round
                JOIN pm_dunning_step step ON step.id = round.step_id
                JOIN pm_site office ON office.id = round.site_id
               WHERE step.action IN ('report', 'call')
                 AND NOT EXISTS (
                     SELECT FROM pm_document paper
                      WHERE paper.res_model = 'pm.dunning.round' AND paper.res_id = round.id
                 )
                 AND NOT EXISTS (
                     SELECT FROM pm_dunning_round later
                      WHERE later.site_id = round.site_id AND later.step_id = round.step_id
                        AND later.date > round.date
                 )
                """
            ),
            id=SQL("round.id"),
            name=SQL("%s", self.env._("List of the unpaid to be handed over")),
            res_model=SQL("'pm.dunning.round'"),
            res_id=SQL("round.id"),
            site_id=SQL("round.site_id"),
            department_id=dues._get_department_sql("finance"),
            due_date=SQL("round.date"),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acted_on(self):
        for dunning_round in self:
            if dunning_round.action_ids:
                raise UserError(
                    self.env._(
                        "%(round)s is evidence of what was done about arrears and is kept.",
                        round=dunning_round.display_name,
                    )
                )
