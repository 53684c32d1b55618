from odoo import api, fields, models
from odoo.fields import Command, Domain

from .account_analytic_account import USES
from .wording import word_amount


class PmUseReport(models.Model):
    """What the management fee of a year was used for: budget and actual (BIL-001)."""

    _name = "pm.use.report"
    _inherit = ["mail.thread", "pm.printable.mixin", "pm.site.mixin"]
    _description = "Use of the Management Fee"
    _order = "year desc, site_id"

    year = fields.Integer(
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        aggregator=None,
        tracking=True,
    )
    line_ids = fields.One2many(
        "pm.use.report.line",
        "report_id",
        string="Uses",
        default=lambda self: [
            Command.create({"sequence": number, "use": use})
            for number, (use, _label) in enumerate(USES, 1)
        ],
    )
    amount_budget = fields.Monetary(string="Budget", compute="_compute_amounts")
    amount_actual = fields.Monetary(string="Actual", compute="_compute_amounts")
    amount_fees = fields.Monetary(
        string="Fees Billed", compute="_compute_amount_fees", help="Of the months of the year."
    )
    note = fields.Text()

    _one_a_year = models.UniqueIndex(
        "(site_id, year)", "There is a report of this office for this year already."
    )
    _year_sound = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2100)", "Enter the year in four figures."
    )

    @api.depends("line_ids.amount_budget", "line_ids.amount_actual")
    def _compute_amounts(self):
        for report in self:
            report.amount_budget = sum(report.line_ids.mapped("amount_budget"))
            report.amount_actual = sum(report.line_ids.mapped("amount_actual"))

    @api.depends("site_id", "year")
    def _compute_amount_fees(self):
        for report in self:
            total = self.env["pm.month.report"]._read_group(
                Domain("site_id", "=", report.site_id.id)
                & Domain("kind", "=", "fee")
                & report._get_days("month"),
                [],
                ["amount_receivable:sum", "amount_waived:sum"],
            )[0]
            report.amount_fees = total[0] - total[1]

    @api.depends("site_id.name", "year")
    def _compute_display_name(self):
        for report in self:
            report.display_name = " ".join(filter(None, (report.site_id.name, str(report.year))))

    def action_print(self):
        """Print the annual report."""
        return self.env.ref("pm_billing.action_report_pm_use").report_action(self)

    def _get_days(self, name):
        self.ensure_one()
        return Domain(name, ">=", f"{self.year}-01-01") & Domain(name, "<=", f"{self.year}-12-31")

    def _get_accounts(self, uses):
        """Return the analytic accounts of some uses at this office."""
        self.ensure_one()
        return self.env["account.analytic.account"].search(
            Domain("pm_use", "in", uses)
            & Domain("pm_site_id", "in", [self.site_id.id, False])
            & Domain("company_id", "in", [self.company_id.id, False])
        )

    def _get_entry_domain(self, uses):
        """Return the domain of what was booked for some uses in the year."""
        self.ensure_one()
        parts = [
            Domain(plan._column_name(), "in", accounts.ids)
            for plan, accounts in self._get_accounts(uses).grouped("root_plan_id").items()
        ]
        return (
            Domain.OR(parts)
            & self._get_days("date")
            & Domain("company_id", "=", self.company_id.id)
        )

    def _pm_get_use_words(self):
        """Return what the annual report says, in the language of the environment."""
        self.ensure_one()
        env = self.env
        whole = self.amount_actual
        return {
            "rows": [
                {
                    "name": line._label(),
                    "budget": word_amount(env, line.amount_budget),
                    "actual": word_amount(env, line.amount_actual),
                    "left": word_amount(env, line.amount_left),
                    "share": f"{100 * line.amount_actual / whole:.1f}" if whole else "",
                    "note": line.note or "",
                }
                for line in self.line_ids
            ],
            "budget": word_amount(env, self.amount_budget),
            "actual": word_amount(env, whole),
            "left": word_amount(env, self.amount_budget - whole),
            "fees": word_amount(env, self.amount_fees),
        }


class PmUseReportLine(models.Model):
    _name = "pm.use.report.line"
    _description = "Use of the Management Fee: Line"
    _order = "report_id, sequence, id"
    _rec_name = "use"

    report_id = fields.Many2one("pm.use.report", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="report_id.site_id", store=True, precompute=True)
    company_id = fields.Many2one(related="report_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    use = fields.Selection(USES, required=True)
    amount_budget = fields.Monetary(string="Budget")
    amount_actual = fields.Monetary(
        string="Actual",
        compute="_compute_amount_actual",
        compute_sudo=True,
        help="Booked on the analytic accounts of the use within the year.",
    )
    amount_left = fields.Monetary(string="Left of the Budget", compute="_compute_amount_left")
    note = fields.Char()

    _one_a_use = models.UniqueIndex("(report_id, use)", "A use is listed once.")

    @api.depends("use", "report_id.year", "report_id.site_id")
    def _compute_amount_actual(self):
        for line in self:
            line.amount_actual = -sum(
                self.env["account.analytic.line"]._read_group(
                    line.report_id._get_entry_domain([line.use]), [], ["amount:sum"]
                )[0]
            )

    @api.depends("amount_budget", "amount_actual")
    def _compute_amount_left(self):
        for line in self:
            line.amount_left = line.amount_budget - line.amount_actual

    def action_view_entries(self):
        """Open what was booked for the use."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self._label(),
            "res_model": "account.analytic.line",
            "views": [[False, "list"], [False, "pivot"]],
            "domain": list(self.report_id._get_entry_domain([self.use])),
        }

    def _label(self):
        return dict(self._fields["use"]._description_selection(self.env))[self.use]
