from odoo import api, fields, models

from .pm_cash_day import COUNTER_METHODS


class PmCashDayLine(models.Model):
    """One means of payment on a day-end sheet."""

    _name = "pm.cash.day.line"
    _inherit = "pm.part.mixin"
    _description = "Day-end Sheet by Method"
    _order = "id"
    _part_of = "day_id"

    day_id = fields.Many2one("pm.cash.day", required=True, index=True, ondelete="cascade")
    site_id = fields.Many2one(related="day_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="day_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    method = fields.Selection(COUNTER_METHODS, required=True)
    payment_count = fields.Integer(string="No. of Payments", compute="_compute_booked")
    amount_booked = fields.Monetary(string="Booked", compute="_compute_booked")
    amount_counted = fields.Monetary(
        string="Counted",
        compute="_compute_amount_counted",
        store=True,
        readonly=False,
        help="Of cash, the sum of notes and coins where they were counted piece by piece.",
    )
    amount_difference = fields.Monetary(string="Difference", compute="_compute_amount_difference")
    reason = fields.Char(string="Why They Differ")

    _one_line = models.UniqueIndex("(day_id, method)", "Each method stands once on a sheet.")

    @api.depends("day_id.payment_ids.amount", "day_id.payment_ids.state", "method")
    def _compute_booked(self):
        booked = self.day_id._get_booked()
        for line in self:
            key = (line.day_id.id or line.day_id._origin.id, line.method)
            line.payment_count, line.amount_booked = booked.get(key, (0, 0.0))

    @api.depends("day_id.amount_pieces")
    def _compute_amount_counted(self):
        for line in self:
            pieces = line.day_id.amount_pieces
            if line.method == "cash" and pieces:
                line.amount_counted = pieces
            else:
                line.amount_counted = line.amount_counted

    @api.depends("amount_booked", "amount_counted")
    def _compute_amount_difference(self):
        for line in self:
            line.amount_difference = line.amount_counted - line.amount_booked

    def _check_whole(self):
        self.day_id._check_changeable()

    def _label_method(self):
        self.ensure_one()
        return dict(self._fields["method"]._description_selection(self.env))[self.method]


class PmCashCount(models.Model):
    """How many notes or coins of one value were in the drawer."""

    _name = "pm.cash.count"
    _inherit = "pm.part.mixin"
    _description = "Notes and Coins"
    _order = "value desc"
    _part_of = "day_id"

    day_id = fields.Many2one("pm.cash.day", required=True, index=True, ondelete="cascade")
    site_id = fields.Many2one(related="day_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="day_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    value = fields.Monetary(string="Note or Coin", required=True)
    pieces = fields.Integer()
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)

    _one_value = models.UniqueIndex("(day_id, value)", "Each note stands once on a sheet.")
    _pieces_positive = models.Constraint(
        "CHECK (pieces >= 0 AND value > 0)", "Pieces are counted from zero up."
    )

    @api.depends("pieces", "value")
    def _compute_amount(self):
        for count in self:
            count.amount = count.value * count.pieces

    def _check_whole(self):
        self.day_id._check_changeable()
