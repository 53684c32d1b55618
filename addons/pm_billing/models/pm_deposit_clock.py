from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_base.tools.calendar import add_months


class PmDeposit(models.Model):
    """From which day on a deposit is given back, until when, and when nobody claims it."""

    _inherit = "pm.deposit"

    ready_on = fields.Date(
        string="Refund Begins On",
        readonly=True,
        copy=False,
        help="The inspection is signed and nothing is owed; the fit-out deposit was kept long "
        "enough; or the deposit was claimed.",
    )
    refund_due_on = fields.Date(string="To Be Refunded By", readonly=True, copy=False, index=True)
    claimed_on = fields.Date(string="Refund Asked For On", readonly=True, copy=False, tracking=True)
    unclaimed_on = fields.Date(
        string="Unclaimed From",
        readonly=True,
        copy=False,
        help="From this day on the owner may dispose of a deposit that nobody claimed (TEN-077).",
    )
    is_unclaimed = fields.Boolean(
        string="Unclaimed", compute="_compute_is_unclaimed", search="_search_is_unclaimed"
    )
    keep_reason = fields.Char(string="Still Kept Because", compute="_compute_keep_reason")

    @api.depends("state", "unclaimed_on", "claimed_on")
    def _compute_is_unclaimed(self):
        for deposit in self:
            deposit.is_unclaimed = bool(
                deposit.state == "held"
                and deposit.unclaimed_on
                and not deposit.claimed_on
                and deposit.unclaimed_on <= deposit.site_id._today()
            )

    def _search_is_unclaimed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("state", "=", "held")
            & Domain("claimed_on", "=", False)
            & Domain("unclaimed_on", "<=", fields.Date.context_today(self))
        )

    @api.depends("state", "claimed_on", "tenancy_id.state", "fitout_id.state")
    def _compute_keep_reason(self):
        for deposit in self:
            deposit.keep_reason = deposit.state == "held" and deposit._get_keep_reason()

    @api.model
    def _cron_follow_deposits(self):
        """Set the clocks of the deposits held, at every office."""
        self.env["pm.site"].search([])._do_daily(self._follow_deposits)

    @api.model
    def _follow_deposits(self, site, today):
        held = Domain("site_id", "=", site.id) & Domain("state", "=", "held")
        begun = (
            Domain("tenancy_id.state", "in", ("move_out", "closed"))
            | Domain("fitout_id.state", "in", ("accepted", "closed"))
            | Domain("claimed_on", "!=", False)
        )
        self.search(held & begun)._refresh_clocks()

    def _refresh_clocks(self):
        """Set from when and until when the deposits held are given back; safe to repeat."""
        for deposit in self.sudo().filtered(lambda deposit: deposit.state == "held"):
            vals = deposit._prepare_clock_vals()
            changed = {name: value for name, value in vals.items() if deposit[name] != value}
            if changed:
                deposit.write(changed)

    def _prepare_clock_vals(self):
        self.ensure_one()
        site, ready = self.site_id, self._get_ready_day()
        left = self.clock == "leaving" and self.tenancy_id.date_moved_out
        at_once = self.clock == "return"
        return {
            "ready_on": ready,
            "refund_due_on": ready
            and (ready if at_once else site._add_workdays(ready, site.deposit_refund_workdays)),
            "unclaimed_on": left
            and fields.Date.add(add_months(left, site.deposit_unclaimed_months), days=1),
        }

    def _get_ready_day(self):
        """Return the day from which the refund is due, or False while something is missing."""
        self.ensure_one()
        clock = self._get_clock()
        if clock == "fitout":
            return self.fitout_id.state in ("accepted", "closed") and self.fitout_id.hold_until
        if clock == "leaving":
            return not self._get_leaving_reason() and self._get_cleared_day()
        return self.claimed_on

    def _get_keep_reason(self):
        """Return why the deposit cannot be refunded yet, or False."""
        self.ensure_one()
        deposit = self.sudo()  # everybody may know what is missing
        clock = deposit._get_clock()
        if clock == "fitout":
            return deposit.fitout_id._get_hold_reason()
        if clock == "leaving":
            return deposit._get_leaving_reason()
        if not self.claimed_on:
            return self.env._("Its refund has not been asked for.")
        return False

    def _get_clock(self):
        """Return what the refund waits for: `leaving`, `fitout`, or else to be claimed.

        Nothing is waited for that never came about.
        """
        self.ensure_one()
        works = {"leaving": self.tenancy_id, "fitout": self.fitout_id}.get(self.clock)
        return self.clock if works and works.state != "cancelled" else "claim"

    def _get_leaving_reason(self):
        """Return what is missing before the occupant gets the deposit back, or False."""
        self.ensure_one()
        tenancy = self.tenancy_id
        if tenancy.state not in ("move_out", "closed"):
            return self.env._("%(occupant)s is not leaving.", occupant=tenancy.partner_id.name)
        inspection = tenancy._get_move_out_inspection()
        if inspection.state != "signed" and (inspection or tenancy.state != "closed"):
            return self.env._("The joint inspection is not signed yet.")
        damage = inspection.amount_compensation
        if damage and not tenancy.clearance_id.compensation_paid_on:
            taken = self.env["pm.deposit.deduction"].search([("inspection_id", "=", inspection.id)])
            if self.currency_id.compare_amounts(sum(taken.mapped("amount")), damage) < 0:
                return self.env._("The compensation for damage is neither paid nor deducted.")
        bills = tenancy._get_unpaid_bills()
        if bills and tenancy.clearance_id.deposit_handling != "set_off":
            return self.env._(
                "%(count)s bills of %(amount)s are not paid. Take the payment, or note on the "
                "move-out that the deposit is set off.",
                count=len(bills),
                amount=self.currency_id.format(sum(bills.mapped("amount_residual"))),
            )
        if not tenancy.date_moved_out:
            return self.env._(
                "The day on which %(occupant)s leaves is not entered yet.",
                occupant=tenancy.partner_id.name,
            )
        # Last, as it takes the longest: what is not billed yet cannot be unpaid.
        return tenancy._get_unbilled().get("reason", False)

    def _get_cleared_day(self):
        """Return the day on which the last of inspection, leaving and payments happened."""
        tenancy = self.tenancy_id
        bills = tenancy.bill_ids
        lines = bills.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        days = [
            tenancy._get_move_out_inspection().signed_on,
            tenancy.clearance_id.compensation_paid_on,
            *lines.matched_credit_ids.credit_move_id.mapped("date"),
        ]
        if not tenancy._get_move_out_inspection():
            days.append(tenancy.date_moved_out)
        return max((day for day in days if day), default=self.site_id._today())

    @api.model
    def _get_due_selects(self):
        """Return the deposits to be paid, to be refunded and unclaimed, for the due list."""
        return [
            self._prepare_due_select(
                44,
                "deposit_ask",
                SQL("deposit.state = 'asked'"),
                self.env._("Deposit to be paid"),
                SQL("deposit.date_due"),
            ),
            self._prepare_due_select(
                45,
                "deposit_refund",
                SQL("deposit.state IN ('held', 'refund') AND deposit.refund_due_on IS NOT NULL"),
                self.env._("Refund the deposit"),
                SQL("deposit.refund_due_on"),
            ),
            self._prepare_due_select(
                46,
                "deposit_unclaimed",
                SQL(
                    "deposit.state = 'held' AND deposit.claimed_on IS NULL"
                    " AND deposit.unclaimed_on <= %s",
                    fields.Date.context_today(self),
                ),
                self.env._("Nobody claims the deposit: the owner may dispose of it"),
                SQL("deposit.unclaimed_on"),
            ),
        ]

    @api.model
    def _prepare_due_select(self, number, kind, condition, words, day):
        Due = self.env["pm.due"]
        return Due._prepare_due_select(
            number,
            kind,
            SQL(
                """
                FROM pm_deposit deposit
                JOIN pm_site office ON office.id = deposit.site_id
               WHERE %s
                """,
                condition,
            ),
            id=SQL("deposit.id"),
            name=SQL("%s", words),
            res_model=SQL("'pm.deposit'"),
            res_id=SQL("deposit.id"),
            site_id=SQL("deposit.site_id"),
            place=SQL("deposit.unit_codes"),
            partner_id=SQL("deposit.partner_id"),
            department_id=Due._get_department_sql("finance"),
            due_date=day,
        )


class PmDue(models.Model):
    _inherit = "pm.due"
    _depends = {
        "pm.deposit": [
            "claimed_on",
            "date_due",
            "partner_id",
            "refund_due_on",
            "site_id",
            "state",
            "unclaimed_on",
            "unit_codes",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("deposit_ask", "Deposit to Be Paid"),
            ("deposit_refund", "Deposit to Refund"),
            ("deposit_unclaimed", "Deposit Unclaimed"),
        ]
    )

    @api.model
    def _get_due_selects(self):
        return [*super()._get_due_selects(), *self.env["pm.deposit"]._get_due_selects()]
