import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

from .account_payment import METHODS, TAKEN
from .wording import word_amount

# What a cashier takes himself; the bank collects the rest.
COUNTER_METHODS = [(method, label) for method, label in METHODS if method != "debit"]
# Notes and coins of the yuan.
_PIECES = [100.0, 50.0, 20.0, 10.0, 5.0, 1.0, 0.5, 0.1]


class PmCashDay(models.Model):
    """The day-end sheet of a cashier: what was counted against what was booked, by method.

    It opens with the first payment of the day. What stands on a closed sheet stays.
    """

    _name = "pm.cash.day"
    _inherit = ["mail.thread", "pm.printable.mixin", "pm.site.mixin", "pm.state.mixin"]
    _description = "Day-end Sheet"
    _order = "date desc, id desc"
    _rec_name = "date"

    _NOTED = frozenset({"closed_on", "closed_by_id", "state"})
    # The only moves a sheet can make, whoever asks.
    _TRANSITIONS = {"open": {"closed"}, "closed": {"open"}}

    user_id = fields.Many2one(
        "res.users",
        string="Cashier",
        required=True,
        default=lambda self: self.env.uid,
        index=True,
        ondelete="restrict",
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    line_ids = fields.One2many("pm.cash.day.line", "day_id", string="By Method")
    count_ids = fields.One2many("pm.cash.count", "day_id", string="Notes and Coins")
    payment_ids = fields.One2many("account.payment", "pm_cash_day_id", string="Payments")
    amount_pieces = fields.Monetary(
        string="Notes and Coins in All", compute="_compute_amount_pieces", store=True
    )
    amount_booked = fields.Monetary(string="Booked in All", compute="_compute_totals")
    amount_counted = fields.Monetary(string="Counted in All", compute="_compute_totals")
    amount_difference = fields.Monetary(string="Difference", compute="_compute_totals")
    closed_on = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    note = fields.Text()
    state = fields.Selection(
        [("open", "Day Open"), ("closed", "Day Closed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _one_sheet = models.UniqueIndex(
        "(site_id, user_id, date)", "This cashier has a sheet for the day already."
    )

    @api.depends("count_ids.amount")
    def _compute_amount_pieces(self):
        for day in self:
            day.amount_pieces = sum(day.count_ids.mapped("amount"))

    @api.depends("line_ids.amount_booked", "line_ids.amount_counted")
    def _compute_totals(self):
        for day in self:
            day.amount_booked = sum(day.line_ids.mapped("amount_booked"))
            day.amount_counted = sum(day.line_ids.mapped("amount_counted"))
            day.amount_difference = day.amount_counted - day.amount_booked

    @api.depends_context("lang")
    @api.depends("date", "user_id.name")
    def _compute_display_name(self):
        for day in self:
            cashier = day.user_id.sudo().name  # who takes the money is no secret
            day.display_name = f"{format_date(self.env, day.date)} {cashier}"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_own([vals.get("user_id", self.env.uid) for vals in vals_list])
        vals_list = [
            {
                "line_ids": [Command.create({"method": method}) for method, _l in COUNTER_METHODS],
                "count_ids": [Command.create({"value": value}) for value in _PIECES],
                **vals,
            }
            for vals in vals_list
        ]
        try:
            return super().create(vals_list)
        except psycopg2.errors.UniqueViolation as error:
            if not self.env.su:
                raise
            # Another payment of the cashier opened the sheet this very moment: begin again.
            raise ConcurrencyError(str(error)) from error

    def write(self, vals):
        if {"user_id", "date", "site_id"} & vals.keys():
            raise UserError(self.env._("Whose sheet it is, and of which day, stays."))
        if not self.env.su:
            self._check_own(self.user_id.ids)
            if {"line_ids", "count_ids"} & vals.keys():
                self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for day in self:
            if day.state == "closed" or day.sudo().payment_ids:
                raise UserError(
                    self.env._("%(sheet)s has payments and is kept.", sheet=day.display_name)
                )

    def action_close(self):
        """Close the day: each difference is explained, and nothing is added any more."""
        for day in self:
            day.check_access("write")
            day._check_own(day.user_id.ids)
            day.lock_for_update(allow_referencing=True)
            day._check_explained()
            day._write_noted(
                {
                    "state": "closed",
                    "closed_on": fields.Datetime.now(),
                    "closed_by_id": self.env.uid,
                }
            )

    def action_reopen(self):
        """Open the day again; for the director."""
        if not self.env.su and not self.env.user.has_group("pm_billing.group_pm_billing_manager"):
            raise AccessError(self.env._("A closed sheet is opened again by the director."))
        self._write_noted({"state": "open", "closed_on": False, "closed_by_id": False})

    def action_print(self):
        """Print the day-end sheet."""
        return self.env.ref("pm_billing.action_report_pm_cash_day").report_action(self)

    def action_view_payments(self):
        """Open the receipts of the day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_receipt_action")
        domain = Domain("payment_id.pm_cash_day_id", "=", self.id)
        return {**action, "domain": list(domain), "context": {}}

    @api.model
    def action_open_today(self):
        """Open the user's own sheet of today."""
        site = self.env["pm.site"]._get_default_site()
        if not site:
            raise UserError(self.env._("You belong to no management office."))
        day = self.search(
            [
                ("site_id", "=", site.id),
                ("user_id", "=", self.env.uid),
                ("date", "=", site._today()),
            ]
        ) or self.create({"site_id": site.id, "date": site._today()})
        return day.get_formview_action()

    @api.model
    def _find_for_payments(self, payments):
        """Return {sheet: payments} of the user, each sheet opened if needed.

        A payment belongs to its day. A closed one takes no more cash; what else comes in for it
        stands on the sheet of today, or tomorrow. What the bank collects has no sheet.
        """
        groups = {}
        for (site, method, date), group in payments.grouped(
            lambda payment: (payment.pm_site_id, payment.pm_method, payment.date)
        ).items():
            is_cash = method == "cash"
            day = self.browse()
            if method != "debit":
                day = self._find_open(self.env.user, date, is_cash, site)
            groups[day] = groups.get(day, payments.browse()) | group
        return groups

    @api.model
    def _find_open(self, user, date, is_cash, site=None):
        """Return the open sheet of a cashier, kept from being closed until the work is done."""
        site = site or self.site_id
        today = site._today()
        days = [date] if is_cash else [date, today, fields.Date.add(today, days=1)]
        for day in days:
            sheet = self.sudo()._get_or_open(site, user, day)
            if sheet.try_lock_for_update(allow_referencing=True) != sheet:
                raise UserError(
                    self.env._("%(sheet)s is being closed. Try again.", sheet=sheet.display_name)
                )
            if sheet.state == "open":
                return sheet
        raise UserError(
            self.env._(
                "%(sheet)s is closed: no more cash is booked on that day. Take it with the date of "
                "another day, or ask the director to open the sheet again.",
                sheet=sheet.display_name,
            )
        )

    def _get_or_open(self, site, user, date):
        found = self.search(
            [("site_id", "=", site.id), ("user_id", "=", user.id), ("date", "=", date)]
        )
        return found or self.create({"site_id": site.id, "user_id": user.id, "date": date})

    def _get_booked(self):
        """Return {(sheet, method): (number, amount)} of what was taken less what was given back."""
        Payment = self.env["account.payment"].sudo()
        was_taken = Domain("state", "in", TAKEN) | Domain("pm_undone_on", "!=", False)
        booked = {}
        for name, sign in (("pm_cash_day_id", 1), ("pm_undo_day_id", -1)):
            for day, method, kind, count, amount in Payment._read_group(
                Domain(name, "in", self.ids) & was_taken,
                [name, "pm_method", "payment_type"],
                ["__count", "amount:sum"],
            ):
                number, total = booked.get((day.id, method), (0, 0.0))
                direction = sign if kind == "inbound" else -sign
                booked[day.id, method] = (number + sign * count, total + direction * amount)
        return booked

    def _check_own(self, user_ids):
        is_manager = self.env.user.has_group("pm_billing.group_pm_billing_manager")
        if not self.env.su and not is_manager and set(user_ids) - {self.env.uid}:
            raise AccessError(self.env._("Every cashier keeps the own sheet."))

    def _check_changeable(self):
        """Refuse to change what was counted, but for the cashier, while the sheet is open."""
        self._check_own(self.user_id.ids)
        self._check_open()

    def _check_open(self):
        for day in self:
            if day.state == "closed":
                raise UserError(
                    self.env._("%(sheet)s is closed and stays.", sheet=day.display_name)
                )

    def _check_explained(self):
        self.ensure_one()
        self.invalidate_recordset()
        for line in self.line_ids:
            if line.currency_id.is_zero(line.amount_difference) or line.reason:
                continue
            raise UserError(
                self.env._(
                    "%(method)s: %(counted)s counted, %(booked)s booked. Count again, or say why "
                    "they differ.",
                    method=line._label_method(),
                    counted=line.currency_id.format(line.amount_counted),
                    booked=line.currency_id.format(line.amount_booked),
                )
            )

    @api.model
    def _get_due_select(self):
        """Return the sheets to be closed at the end of their day, for the due list."""
        dues = self.env["pm.due"]
        return dues._prepare_due_select(
            51,
            "cash_day",
            SQL(
                "FROM pm_cash_day sheet JOIN pm_site office ON office.id = sheet.site_id"
                " WHERE sheet.state = 'open'"
            ),
            id=SQL("sheet.id"),
            name=SQL("%s", self.env._("Count and close the day")),
            res_model=SQL("'pm.cash.day'"),
            res_id=SQL("sheet.id"),
            site_id=SQL("sheet.site_id"),
            department_id=dues._get_department_sql("finance"),
            user_id=SQL("sheet.user_id"),
            due_date=SQL("sheet.date"),
        )

    def _pm_get_words(self):
        """Return what the printed sheet says, in the language of the environment."""
        self.ensure_one()
        env = self.env
        receipts = self.env["pm.receipt"].search(
            [("payment_id.pm_cash_day_id", "=", self.id)], order="number"
        )
        methods = dict(self.env["pm.receipt"]._fields["method"]._description_selection(env))
        return {
            "lines": [
                {
                    "method": line._label_method(),
                    "number": line.payment_count,
                    "booked": word_amount(env, line.amount_booked),
                    "counted": word_amount(env, line.amount_counted),
                    "difference": word_amount(env, line.amount_difference),
                    "reason": line.reason or "",
                }
                for line in self.line_ids
            ],
            "total": {
                "booked": word_amount(env, self.amount_booked),
                "counted": word_amount(env, self.amount_counted),
                "difference": word_amount(env, self.amount_difference),
            },
            "pieces": [
                {
                    "value": f"{piece.value:g}",
                    "pieces": piece.pieces,
                    "amount": word_amount(env, piece.amount),
                }
                for piece in self.count_ids
                if piece.pieces
            ],
            "pieces_total": word_amount(env, self.amount_pieces),
            "receipts": [
                {
                    "name": receipt.name,
                    "unit": receipt.unit_codes or "",
                    "payer": receipt.partner_id.name,
                    "method": methods[receipt.method],
                    "amount": word_amount(env, receipt.amount),
                    "state": receipt._label_state(receipt.state)
                    if receipt.state == "cancelled"
                    else "",
                }
                for receipt in receipts
            ],
            "cashier": self.sudo().user_id.name,
            "closed": self.site_id._word_time(self.closed_on),
        }
