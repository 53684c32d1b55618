from odoo import api, fields, models

from odoo.addons.pm_base.tools.calendar import add_months, month_day, month_start


class PmSite(models.Model):
    """How an office charges what it does for an occupant, and what it charges for late payment."""

    _inherit = "pm.site"

    repair_charge_mode = fields.Selection(
        [("now", "At Once"), ("month_end", "With the Next Statement")],
        string="Paid Repairs",
        required=True,
        default="month_end",
        help="At once: the fee office makes a bill of each slip. Otherwise the slips written by "
        "the day on which the meters are read are on the next statement.",
    )
    late_fee_grace_days = fields.Integer(
        string="Days of Grace", help="After the due day, for which no late fee is charged."
    )
    late_fee_cap = fields.Float(
        string="Late Fee at Most (%)",
        digits=(6, 2),
        default=100.0,
        help="Of the amount of the bill; 0 for no limit.",
    )
    late_fee_method = fields.Selection(
        [("simple", "On the Fees Alone"), ("compound", "On Late Fees Too")],
        string="Late Fee Charged",
        required=True,
        default="simple",
    )

    _late_fee_terms = models.Constraint(
        "CHECK (late_fee_grace_days >= 0 AND late_fee_cap >= 0)",
        "Days of grace and the limit of the late fee cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        for site in sites:
            site._make_slip_sequence()
        return sites

    def _next_slip_number(self):
        """Return the next number of a charge slip of the office, counted for itself."""
        self.ensure_one()
        sequences_sudo = self.env["ir.sequence"].sudo()  # whoever writes slips keeps no sequences
        code = f"pm.charge.slip.{self.id}"
        if not sequences_sudo.search_count([("code", "=", code)], limit=1):
            self._make_slip_sequence()
        return sequences_sudo.next_by_code(code, sequence_date=self._today())

    def _make_slip_sequence(self):
        self.env["ir.sequence"].sudo().create(  # as above
            {
                "name": self.env._("Charge slips of %(office)s", office=self.name),
                "code": f"pm.charge.slip.{self.id}",
                "prefix": f"{self.code}-SF%(year)s-",
                "padding": 5,
                "company_id": False,
            }
        )

    def _get_slip_month(self, day):
        """Return the month whose statement asks for a slip of that day."""
        self.ensure_one()
        cutoff = month_day(day.year, day.month, self.read_cutoff_day)
        return add_months(month_start(day), 1 if day <= cutoff else 2)

    def _word_late_fee(self):
        words = super()._word_late_fee()
        if not self.late_fee_rate or not self.late_fee_grace_days:
            return words
        return self.env._(
            "%(terms)s, from the day after %(grace)s days of grace",
            terms=words,
            grace=self.late_fee_grace_days,
        )
