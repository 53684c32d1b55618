from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL


class PmPromise(models.Model):
    _name = "pm.promise"
    _inherit = ["mail.thread", "pm.state.mixin"]
    _description = "Promise to Pay"
    _order = "date desc, id desc"
    _rec_name = "case_id"
    _check_company_auto = True
    _NOTED = frozenset({"amount_due", "bill_ids", "made_on", "noted_by_id", "resumed_on"})

    # The only moves a promise can make, whoever asks. Payment and the calendar make the first two.
    _TRANSITIONS = {
        "open": {"kept", "broken", "withdrawn"},
        "kept": set(),
        "broken": set(),
        "withdrawn": set(),
    }

    case_id = fields.Many2one("pm.dunning.case", required=True, ondelete="restrict", index=True)
    action_id = fields.Many2one(
        "pm.dunning.action",
        string="Given In",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('case_id', '=', case_id)]",
        help="The call or visit in which it was given.",
    )
    site_id = fields.Many2one(related="case_id.site_id", store=True, precompute=True, index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tenancy_id = fields.Many2one(related="case_id.tenancy_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor", store=True, precompute=True
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes", string="Unit Nos.")
    contact_phone = fields.Char(related="tenancy_id.contact_phone")
    date = fields.Date(string="Promised For", required=True, tracking=True)
    amount = fields.Monetary(
        string="Amount Promised", required=True, tracking=True, help="All that is owed, or a part."
    )
    bill_ids = fields.Many2many(
        "account.move",
        "pm_promise_bill_rel",
        "promise_id",
        "move_id",
        string="Bills Owed Then",
        readonly=True,
        copy=False,
        help="What the promise is about; bills that follow do not break it.",
    )
    amount_due = fields.Monetary(string="Owed Then", readonly=True)
    made_on = fields.Date(string="Promised On", readonly=True)
    noted_by_id = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.user)
    note = fields.Char(help="Who promised, and why it takes so long.")
    resumed_on = fields.Date(
        readonly=True, help="The day on which the steps of the ladder were taken up again."
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Promise Kept"),
            ("broken", "Promise Broken"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _one_open = models.UniqueIndex(
        "(case_id) WHERE state = 'open'",
        "This debtor has already promised to pay. Change the day of that promise instead.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "Enter the amount that was promised."
    )

    @api.depends("case_id", "date")
    def _compute_display_name(self):
        for promise in self:
            day = fields.Date.to_string(promise.date) if promise.date else ""
            promise.display_name = " ".join(filter(None, (promise.case_id.display_name, day)))

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        promises._check_open_case()
        promises._note_debts()
        promises._check_day()
        promises._pause()
        return promises

    def write(self, vals):
        if {"case_id", "action_id"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("A promise belongs to the debtor who gave it."))
        if {"date", "amount"} & vals.keys():
            for promise in self:
                if promise.state != "open":
                    raise UserError(
                        self.env._(
                            "The promise of %(debtor)s is settled. Note a new one instead.",
                            debtor=promise.partner_id.name,
                        )
                    )
        if "amount" in vals:
            self._check_amount_kept()
        result = super().write(vals)
        if "date" in vals:
            self._check_day()
            self._pause()
        if vals.get("state") == "withdrawn":
            self._lift()
        return result

    def action_withdraw(self):
        """Note that the promise no longer holds: the ladder goes on with the next daily run."""
        self.write({"state": "withdrawn"})

    def _check_transition(self, target):
        if target in ("kept", "broken") and not self.env.su:
            raise UserError(self.env._("Payment and the calendar tell whether a promise is kept."))
        return super()._check_transition(target)

    def _check_open_case(self):
        for promise in self:
            if promise.case_id.state != "open":
                raise UserError(
                    self.env._(
                        "%(debtor)s owes nothing any more: there is nothing to promise.",
                        debtor=promise.partner_id.name,
                    )
                )

    def _check_amount_kept(self):
        """Refuse to make a promise easier to keep, unless a leader in charge does."""
        if not self.env.su and not self.env.user.has_group("pm_base.group_pm_leader"):
            raise AccessError(
                self.env._(
                    "The amount promised stays as it was noted; the leader in charge may change it."
                )
            )

    def _note_debts(self):
        """Freeze the bills that are owed today: by them the promise is judged."""
        for site, promises in self.grouped("site_id").items():
            today = site._today()
            # Whoever hears the promise need not be able to read bills.
            arrears = promises.case_id.sudo()._read_arrears(today)
            for promise in promises:
                facts = arrears.get(promise.case_id._get_key(), {})
                promise._write_noted(
                    {
                        "made_on": promise.made_on or today,
                        "bill_ids": [Command.set([bill.id for bill in facts.get("moves", ())])],
                        "amount_due": facts.get("amount", 0.0),
                    }
                )

    def _get_resting_since(self):
        """Return the day since which the ladder rests; a promise given anew goes on with it."""
        self.ensure_one()
        promises = self.case_id.promise_ids.filtered(lambda each: not each.resumed_on)
        return min(promises.mapped("made_on"))

    def _check_day(self):
        """Refuse a day that is past, and one so far away that a leader has to grant it."""
        if self.env.su:
            return
        is_leader = self.env.user.has_group("pm_base.group_pm_leader")
        for promise in self:
            today, longest = promise.site_id._today(), promise.site_id.promise_days
            if promise.date < today:
                raise UserError(self.env._("A promise to pay is for today or a later day."))
            days = (promise.date - promise._get_resting_since()).days
            if longest and days > longest and not is_leader:
                raise UserError(
                    self.env._(
                        "Dunning rests for %(days)s days at the most. Choose an earlier day, or "
                        "ask the leader in charge to note the promise.",
                        days=longest,
                    )
                )

    def _pause(self):
        """Let the ladder rest until the day of each promise."""
        for promise in self:
            # Whoever hears the promise need not have rights on letters and cases.
            case_sudo = promise.case_id.sudo()
            case_sudo.paused_until = promise.date
            case_sudo.action_ids._hold()

    def _lift(self):
        self.case_id.sudo().paused_until = False

    def _end(self, state, day):
        """Settle promises as kept or broken; those of closed cases leave nothing to take up."""
        self.sudo().write({"state": state})
        self.sudo().filtered(lambda each: each.case_id.state != "open").resumed_on = day

    @api.model
    def _judge(self, site, today):
        """Settle the promises of an office whose day is past, and return those whose cases go on.

        A promise is kept when the bills owed when it was given are paid up to what was promised.
        """
        promises = self.search(Domain("site_id", "=", site.id) & Domain("resumed_on", "=", False))
        over = promises.filtered(lambda each: each.state == "open" and each.date < today)
        for promise in over:
            left = sum(promise.bill_ids._pm_get_unpaid().mapped("amount_residual"))
            asked = max(promise.amount_due - promise.amount, 0.0)
            is_kept = promise.currency_id.compare_amounts(left, asked) <= 0
            promise._end("kept" if is_kept else "broken", today)
        over._lift()
        return promises.filtered(lambda each: each.state != "open" and not each.resumed_on)

    @api.model
    def _get_due_select(self):
        """Return the promises to be looked after on their day, for the due list."""
        return self.env["pm.due"]._prepare_due_select(
            55,
            "promise",
            SQL("FROM pm_promise promise WHERE promise.state = 'open'"),
            id=SQL("promise.id"),
            name=SQL(
                "%s || to_char(promise.amount, 'FM999,999,999,990.00')",
                self.env._("Payment promised: "),
            ),
            res_model=SQL("'pm.promise'"),
            res_id=SQL("promise.id"),
            site_id=SQL("promise.site_id"),
            place=SQL(
                "(SELECT tenancy.unit_codes FROM pm_tenancy tenancy"
                " WHERE tenancy.id = promise.tenancy_id)"
            ),
            partner_id=SQL("promise.partner_id"),
            user_id=SQL("promise.noted_by_id"),
            due_date=SQL("promise.date"),
        )
