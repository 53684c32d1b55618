from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .wording import word_month


class PmDunningRound(models.Model):
    _name = "pm.dunning.round"
    _inherit = ["pm.printable.mixin", "pm.site.mixin"]
    _description = "Dunning Round"
    _order = "date desc, id desc"

    step_id = fields.Many2one("pm.dunning.step", required=True, ondelete="restrict", index=True)
    action = fields.Selection(related="step_id.action")
    period = fields.Date(required=True, readonly=True, help="First day of the month.")
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
            dunning_round.todo_count = counts.get("draft", 0) + counts.get("approved", 0)
            dunning_round.done_count = counts.get("done", 0) + counts.get("issued", 0)
            dunning_round.settled_count = counts.get("settled", 0) + counts.get("replaced", 0)
            dunning_round.amount = sum(amount for _count, amount in by_state.values())

    @api.depends_context("lang")
    @api.depends("step_id.name", "period")
    def _compute_display_name(self):
        for dunning_round in self:
            month = word_month(self.env, dunning_round.period)
            dunning_round.display_name = f"{month} {dunning_round.step_id.name}"

    def action_view_actions(self):
        self.ensure_one()
        xml_id = f"pm_billing.pm_dunning_{self.action}_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {**action, "domain": [("round_id", "=", self.id)], "context": {}}

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
    def _begin(self, site, step, day, today):
        """Do a step at an office: call or write to whoever owed something on `day`.

        The amounts are those still open `today`: what was paid meanwhile is not asked for.
        """
        dunning_round = self.create(
            {
                "site_id": site.id,
                "step_id": step.id,
                "period": day.replace(day=1),
                "date": day,
                "date_pay_by": step._get_deadline(site, max(day, today)),
            }
        )
        Case = self.env["pm.dunning.case"]
        arrears = Case._read_arrears(
            Domain("pm_site_id", "=", site.id) & self.env["account.move"]._pm_get_unpaid_domain(day)
        )
        cases = Case._open_for(arrears, site, day)
        dunning_round._make_actions({cases[key]: facts for key, facts in arrears.items()})
        return dunning_round

    def _make_actions(self, facts_by_case):
        self.ensure_one()
        Action = self.env["pm.dunning.action"].with_context(
            lang=self.site_id.print_lang, mail_create_nosubscribe=True, mail_create_nolog=True
        )
        # A call never made or a letter never printed last time is overtaken by this one.
        Action.search(
            Domain("step_id", "=", self.step_id.id)
            & Domain("case_id", "in", [case.id for case in facts_by_case])
            & Domain("state", "in", ("draft", "approved"))
        )._drop("replaced")
        ordered = sorted(facts_by_case, key=lambda case: case.tenancy_id.unit_codes or "")
        moves = self.env["account.move"].union(
            *(facts["moves"] for facts in facts_by_case.values())
        )
        items = Action._word_items(moves)
        actions = Action.create(
            [
                {
                    "round_id": self.id,
                    "case_id": case.id,
                    "date_pay_by": self.date_pay_by,
                    "user_id": self.site_id._get_call_user(case.tenancy_id).id,
                    "line_ids": Action._prepare_lines(facts_by_case[case]["moves"], items),
                }
                for case in ordered
            ]
        )
        if self.action == "call":
            actions._schedule_calls()

    def _pm_prepare_paper_vals(self):
        return {**super()._pm_prepare_paper_vals(), "date": self.date}

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
