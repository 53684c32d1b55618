from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_base.tools.calendar import add_months, month_day, month_start

from .account_move_delivery import STATEMENTS
from .wording import word_month


class PmBillRun(models.Model):
    _name = "pm.bill.run"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Bill Run"
    _order = "month desc, id desc"

    # The only moves a run can make, whoever asks. Collecting again adds what came up later.
    _TRANSITIONS = {
        "draft": {"collected"},
        "collected": {"checked"},
        "checked": {"collected", "invoiced"},
        "invoiced": {"collected", "delivered"},
        "delivered": {"collected"},
    }

    month = fields.Date(
        required=True,
        default=lambda self: self._default_month(),
        tracking=True,
        help="The month billed; any of its days may be entered.",
    )
    building_ids = fields.Many2many(
        "pm.building",
        string="Buildings",
        domain="[('site_id', '=', site_id)]",
        help="Empty for all buildings of the office.",
    )
    building_key = fields.Char(compute="_compute_building_key", store=True)
    date_due = fields.Date(string="Due On", compute="_compute_dates")
    date_delivery = fields.Date(string="To Deliver By", compute="_compute_dates")
    charge_ids = fields.One2many("pm.charge", "run_id", string="Charges")
    exception_ids = fields.One2many("pm.bill.exception", "run_id", string="Exceptions")
    bill_ids = fields.One2many("account.move", "pm_run_id", string="Bills")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("collected", "Collected"),
            ("checked", "Checked"),
            ("invoiced", "Billed"),
            ("delivered", "Statements Printed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    charge_count = fields.Integer(compute="_compute_totals", string="Charges Made")
    open_count = fields.Integer(compute="_compute_totals", string="Charges to Bill")
    exception_count = fields.Integer(compute="_compute_totals", string="Exceptions Found")
    blocking_count = fields.Integer(compute="_compute_totals", string="Kept Out")
    bill_count = fields.Integer(compute="_compute_totals", string="Bills Made")
    printed_count = fields.Integer(compute="_compute_totals", string="Statements Printed")
    amount_charged = fields.Monetary(string="Charged", compute="_compute_totals")
    amount_billed = fields.Monetary(string="Billed", compute="_compute_totals")
    amount_unpaid = fields.Monetary(string="Unpaid", compute="_compute_totals")
    collection_rate = fields.Float(string="Collected (%)", compute="_compute_totals")

    _one_run = models.UniqueIndex(
        "(site_id, month, building_key) WHERE occasion = 'month'",
        "There is a run for this month and these buildings already.",
    )
    _month_start = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A run bills a month, given by its first day."
    )

    @api.model
    def _default_month(self):
        """Propose the month after the last one billed; a run of some buildings leaves it open."""
        last = self.search([("occasion", "=", "month")], order="month desc, building_key", limit=1)
        if not last:
            return month_start(fields.Date.context_today(self))
        return last.month if last.building_ids else add_months(last.month, 1)

    @api.depends("building_ids")
    def _compute_building_key(self):
        for run in self:
            run.building_key = ",".join(str(number) for number in sorted(run.building_ids.ids))

    @api.depends("month", "site_id.due_day", "site_id.delivery_day")
    def _compute_dates(self):
        for run in self:
            year, month = run.month.year, run.month.month
            run.date_due = month_day(year, month, run.site_id.due_day)
            run.date_delivery = month_day(year, month, run.site_id.delivery_day)

    @api.depends("charge_ids.state", "exception_ids", "bill_ids.payment_state")
    def _compute_totals(self):
        ours = Domain("run_id", "in", self.ids)
        charges = {}
        for run, state, count, amount in self.env["pm.charge"]._read_group(
            ours & Domain("state", "!=", "cancelled"),
            ["run_id", "state"],
            ["__count", "amount:sum"],
        ):
            charges.setdefault(run, {})[state] = (count, amount)
        exceptions = {}
        for run, is_blocking, count in self.env["pm.bill.exception"]._read_group(
            ours, ["run_id", "is_blocking"], ["__count"]
        ):
            exceptions.setdefault(run, {})[is_blocking] = count
        Move = self.env["account.move"]
        bill_domain = Domain("pm_run_id", "in", self.ids) & Move._pm_get_bill_domain()
        # A credit note of the run lessens what it billed.
        issued = Domain("pm_run_id", "in", self.ids) & Domain("state", "=", "posted")
        bills = {
            run: totals
            for run, *totals in Move._read_group(
                issued,
                ["pm_run_id"],
                ["__count", "amount_total_signed:sum", "amount_residual_signed:sum"],
            )
        }
        printed = dict(
            Move._read_group(
                bill_domain & Domain("paper_ids.form_id.code", "in", STATEMENTS),
                ["pm_run_id"],
                ["__count"],
            )
        )
        for run in self:
            by_state = charges.get(run, {})
            found = exceptions.get(run, {})
            run.charge_count = sum(count for count, _amount in by_state.values())
            run.amount_charged = sum(amount for _count, amount in by_state.values())
            run.open_count = by_state.get("open", (0, 0.0))[0]
            run.exception_count = sum(found.values())
            run.blocking_count = found.get(True, 0)
            run.bill_count, run.amount_billed, run.amount_unpaid = bills.get(run, (0, 0.0, 0.0))
            run.printed_count = printed.get(run, 0)
            paid = run.amount_billed - run.amount_unpaid
            run.collection_rate = 100.0 * paid / run.amount_billed if run.amount_billed else 0.0

    @api.depends_context("lang")
    @api.depends("month", "building_ids.name")
    def _compute_display_name(self):
        for run in self:
            month = word_month(self.env, run.month)
            buildings = ", ".join(run.building_ids.mapped("name"))
            run.display_name = " ".join(part for part in (month, buildings) if part)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._begin_month(vals)
        return super().create(vals_list)

    def write(self, vals):
        if {"month", "site_id", "building_ids", "occasion", "tenancy_id"} & set(vals):
            self._check_not_billed()
            self._begin_month(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._check_not_billed()

    def action_collect(self):
        """Reckon the charges of the month: add what is missing, drop what no longer applies."""
        for run in self:
            run._lock()
            findings = run._collect()
            if run.state == "draft" or (run.state != "collected" and run._get_open_charges()):
                run.state = "collected"
            elif run.state in ("invoiced", "delivered"):
                run._write_exceptions(findings)  # what is put right keeps nobody out any more

    def action_check(self):
        """List what has to be put right before the bills are made."""
        for run in self:
            run._lock()
            if run.state not in ("collected", "checked"):
                run._check_transition("checked")
            run._write_exceptions(run._collect())
            if run.state != "checked":
                run.state = "checked"

    def action_invoice(self):
        """Make and post one bill for each tenancy and payer; what is billed stays as it is."""
        for run in self.filtered(lambda run: run.state not in ("invoiced", "delivered")):
            today = run.site_id._today()
            if run._is_billed_in_background():
                run._delay_invoice(today)
            else:
                run._invoice(today)

    def action_deliver(self):
        """Print the statements that are not printed yet, else all of them again."""
        bills = self.env["account.move"]
        for run in self:
            run._lock()
            if run.state != "delivered":
                run.state = "delivered"
            posted = run.bill_ids.filtered(lambda bill: bill.state == "posted")
            statements = posted.paper_ids.filtered(lambda paper: paper.form_id.code == "F-BIL-04")
            bills |= (posted - posted.browse(statements.mapped("res_id"))) or posted
        return bills._pm_print_statements()

    @api.model
    def _get_due_select(self):
        """Return the runs whose statements are not printed, and those of which somebody is still
        to be billed, for the due list: they are with customer service on the office's day."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            36,
            "bill_run",
            SQL(
                "FROM pm_bill_run run JOIN pm_site office ON office.id = run.site_id"
                " WHERE run.state <> 'delivered'"
                " OR run.id IN (SELECT run_id FROM pm_charge WHERE state = 'open')"
                " OR run.id IN (SELECT run_id FROM pm_bill_exception WHERE is_blocking)"
            ),
            id=SQL("run.id"),
            name=SQL(
                "CASE WHEN run.occasion = 'move_in' THEN %s WHEN run.occasion = 'final' THEN %s"
                " WHEN run.state = 'draft' THEN %s WHEN run.state = 'collected' THEN %s"
                " WHEN run.state = 'checked' THEN %s WHEN run.state = 'delivered' THEN %s"
                " ELSE %s END",
                self.env._("Make and print the move-in bill"),
                self.env._("Make and print the final bill"),
                self.env._("Collect the charges of the month"),
                self.env._("Check the charges of the month"),
                self.env._("Make the bills of the month"),
                self.env._("Bill whom exceptions kept out"),
                self.env._("Print the statements of the month"),
            ),
            res_model=SQL("'pm.bill.run'"),
            res_id=SQL("run.id"),
            site_id=SQL("run.site_id"),
            department_id=dues._get_department_sql("finance"),
            due_date=SQL(
                "CASE WHEN run.occasion = 'month' THEN %s ELSE run.date END",
                self._get_statement_day_sql(),
            ),
        )

    def action_view_charges(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_charge_action")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

    def action_view_bills(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bill_action")
        return {**action, "domain": [("pm_run_id", "=", self.id)], "context": {}}

    def action_view_unpaid(self):
        self.ensure_one()
        domain = Domain("pm_run_id", "=", self.id)
        domain &= self.env["account.move"]._pm_get_unpaid_domain()
        return {**self.action_view_bills(), "domain": list(domain)}

    def _lock(self):
        """Keep a second clerk out of this run until the work at hand is done."""
        self.ensure_one()
        self.check_access("write")
        if not self.try_lock_for_update(allow_referencing=True):
            self._refuse_busy()

    def _refuse_busy(self):
        raise UserError(
            self.env._(
                "Somebody else is working on %(run)s. Try again in a minute.",
                run=self.display_name,
            )
        )

    def _check_not_billed(self):
        for run in self:
            # Also bills that the user may not see count.
            if run.sudo().charge_ids.filtered(lambda charge: charge.state == "invoiced"):
                raise UserError(
                    self.env._(
                        "Bills were made from %(run)s: it can no longer be changed or deleted.",
                        run=run.display_name,
                    )
                )

    @api.model
    def _begin_month(self, vals):
        """Let any day of a month stand for the month."""
        if vals.get("month"):
            vals["month"] = month_start(fields.Date.to_date(vals["month"]))
