from odoo import api, fields, models

from odoo.addons.pm_base.models.wording import word_day
from odoo.addons.pm_base.tools.calendar import add_months, month_start

from ..models.wording import word_amount, word_month


class PmMonthReportPrint(models.TransientModel):
    _name = "pm.month.report.print"
    _description = "Print the Month Report"

    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        required=True,
        default=lambda self: self.env["pm.site"]._get_default_site(),
    )
    month = fields.Date(
        required=True,
        default=lambda self: add_months(month_start(fields.Date.context_today(self)), -1),
        help="Any of its days may be entered.",
    )

    @api.depends("month")
    def _compute_display_name(self):
        for each in self:
            each.display_name = f"{each.site_id.name} {each.month:%Y-%m}"

    def action_confirm(self):
        """Print the report for the owners' committee."""
        return self.env.ref("pm_billing.action_report_pm_month").report_action(self)

    def _pm_get_print_site(self):
        self.ensure_one()
        return self.site_id

    def _pm_get_month_words(self):
        """Return what the report says, in the language of the environment."""
        self.ensure_one()
        env, site = self.env, self.site_id
        month = month_start(self.month)
        rows = env["pm.month.report"]._prepare_month(site, month)
        total = rows[-1][1]
        return {
            "month": word_month(env, month),
            "today": word_day(env, site._today()),
            "target": f"{site.collection_target:.2f} %",
            "rate": f"{total['collection_rate']:.2f} %",
            "is_reached": total["collection_rate"] >= site.collection_target,
            "facts": [
                (env._("Receivable"), word_amount(env, total["amount_receivable"])),
                (env._("Amount Waived"), word_amount(env, total["amount_waived"])),
                (env._("Amount Received"), word_amount(env, total["amount_received"])),
                (env._("Unpaid"), word_amount(env, total["amount_open"])),
            ],
            "rows": [
                {
                    "name": building.name
                    if building
                    else env._("Total")
                    if building is False
                    else env._("No building"),
                    "is_total": building is False,
                    "rate": f"{row['collection_rate']:.2f}",
                    "width": f"{min(max(row['collection_rate'], 0), 100):.1f}",
                    **{
                        name: word_amount(env, value)
                        for name, value in row.items()
                        if name.startswith("amount_")
                    },
                }
                for building, row in rows
            ],
            "earlier": self._prepare_earlier(month),
        }

    def _prepare_earlier(self, month):
        """Return the collection rates of the year up to the month, as bars."""
        rates = dict(
            self.env["pm.month.report"]._read_group(
                [
                    ("site_id", "=", self.site_id.id),
                    ("kind", "=", "fee"),
                    ("month", ">", add_months(month, -12)),
                    ("month", "<=", month),
                ],
                ["month:month"],
                ["collection_rate:sum"],
            )
        )
        return [
            {
                "month": word_month(self.env, first),
                "rate": f"{rate:.2f}",
                "width": f"{min(max(rate, 0), 100):.1f}",
            }
            for first, rate in sorted(rates.items())
        ]
