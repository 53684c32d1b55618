from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Days after which a debt is counted as older, with the fields that hold it.
_AGES = (("amount_due_30", 0, 30), ("amount_due_90", 30, 90), ("amount_due_365", 90, 365))
_RATE = "collection_rate"


class PmMonthReport(models.Model):
    """What was billed, waived and collected, fee by fee, and the deposits held (BIL-050).

    One row for each charge on a bill; what was paid of a bill is spread over its charges. Bills
    without charges, such as opening balances, and deposits have rows of their own. So has what of
    a credit note is not set off against bills: it is waived, and was paid out or is still owed.
    """

    _name = "pm.month.report"
    _description = "Month Report"
    _auto = False
    _order = "month desc, building_id, tenancy_id"
    _rec_name = "month"
    _depends = {
        "account.move": [
            "amount_residual",
            "amount_total",
            "invoice_date_due",
            "move_type",
            "payment_state",
            "pm_deposit_id",
            "pm_month",
            "pm_site_id",
            "pm_tenancy_id",
            "state",
        ],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id"],
        "pm.charge": ["amount", "fee_id", "move_id", "state", "tenancy_id", "unit_id"],
        "pm.deposit": ["amount_held", "received_on", "site_id", "state", "tenancy_id", "unit_id"],
        "pm.tenancy": ["site_id"],
        "pm.tenancy.unit": ["tenancy_id", "unit_id"],
        "pm.unit": ["building_id"],
    }

    month = fields.Date(readonly=True, help="Month billed; of a deposit, the month received.")
    site_id = fields.Many2one("pm.site", string="Management Office", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    building_id = fields.Many2one("pm.building", readonly=True)
    tenancy_id = fields.Many2one("pm.tenancy", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Payer", readonly=True)
    fee_id = fields.Many2one("pm.fee", readonly=True)
    move_id = fields.Many2one("account.move", string="Bill", readonly=True)
    deposit_id = fields.Many2one("pm.deposit", readonly=True)
    kind = fields.Selection(
        [("fee", "Fees"), ("deposit", "Deposits")], string="What", readonly=True
    )
    amount_receivable = fields.Monetary(
        string="Receivable", readonly=True, help="As it was charged, before anything was waived."
    )
    amount_waived = fields.Monetary(
        readonly=True, help="Waived before the bill, or credited after it."
    )
    amount_received = fields.Monetary(readonly=True, help="Of these bills, until today.")
    amount_open = fields.Monetary(string="Unpaid", readonly=True)
    collection_rate = fields.Float(
        string="Collection Rate (%)",
        readonly=True,
        aggregator="sum",
        digits=(5, 2),
        help="Received of what was receivable and not waived.",
    )
    amount_not_due = fields.Monetary(string="Not Yet Due", readonly=True)
    amount_due_30 = fields.Monetary(string="Up to 30 Days Overdue", readonly=True)
    amount_due_90 = fields.Monetary(string="31 to 90 Days Overdue", readonly=True)
    amount_due_365 = fields.Monetary(string="91 to 365 Days Overdue", readonly=True)
    amount_due_old = fields.Monetary(string="Over a Year Overdue", readonly=True)
    amount_deposits = fields.Monetary(string="Deposits Held", readonly=True)

    @property
    def _table_query(self):
        Move = self.env["account.move"].sudo()  # the rules of this model decide who sees a row
        return SQL(
            """
            WITH bill AS (
                SELECT move.id AS move_id, move.pm_site_id AS site_id, move.company_id,
                       move.pm_tenancy_id, move.partner_id, COALESCE(move.pm_month, date_trunc(
                           'month', move.invoice_date_due)::date) AS month,
                       move.amount_total, move.amount_residual,
                       COALESCE(credit.amount, 0) AS amount_credited,
                       %(today)s - move.invoice_date_due AS days,
                       home.building_id
                  FROM account_move move
                  JOIN pm_site office ON office.id = move.pm_site_id
             LEFT JOIN LATERAL (
                     SELECT SUM(partial.amount) AS amount
                       FROM account_move_line line
                       JOIN account_partial_reconcile partial ON partial.debit_move_id = line.id
                       JOIN account_move_line other ON other.id = partial.credit_move_id
                       JOIN account_move refund ON refund.id = other.move_id
                      WHERE line.move_id = move.id AND refund.move_type = 'out_refund'
                   ) credit ON TRUE
             LEFT JOIN LATERAL (%(home)s) home ON TRUE
                 WHERE move.id IN %(bills)s
            ), part AS (
                SELECT charge.id * 10 AS id,
                       bill.move_id, bill.site_id, bill.company_id, bill.pm_tenancy_id,
                       bill.partner_id, bill.month, bill.amount_residual, bill.amount_credited,
                       bill.days,
                       charge.fee_id,
                       COALESCE(unit.building_id, bill.building_id) AS place_id,
                       charge.amount, COALESCE(charge.amount_waived, 0) AS amount_waived,
                       CASE WHEN bill.amount_total = 0 THEN 0
                            ELSE charge.amount / bill.amount_total END AS share
                  FROM pm_charge charge
                  JOIN bill ON bill.move_id = charge.move_id
             LEFT JOIN pm_unit unit ON unit.id = charge.unit_id
                 WHERE charge.state = 'invoiced'
             UNION ALL
                SELECT bill.move_id * 10 + 1,
                       bill.move_id, bill.site_id, bill.company_id, bill.pm_tenancy_id,
                       bill.partner_id, bill.month, bill.amount_residual, bill.amount_credited,
                       bill.days, NULL,
                       bill.building_id, bill.amount_total, 0, 1
                  FROM bill
                 WHERE NOT EXISTS (
                     SELECT 1 FROM pm_charge charge
                      WHERE charge.move_id = bill.move_id AND charge.state = 'invoiced')
            ), note AS (
                SELECT move.id AS move_id, move.pm_site_id AS site_id, move.company_id,
                       move.pm_tenancy_id, move.partner_id, COALESCE(move.pm_month, date_trunc(
                           'month', move.invoice_date_due)::date) AS month,
                       move.amount_total - COALESCE(set_off.amount, 0) AS amount,
                       move.amount_residual, home.building_id
                  FROM account_move move
             LEFT JOIN LATERAL (
                     SELECT SUM(partial.amount) AS amount
                       FROM account_move_line line
                       JOIN account_partial_reconcile partial ON partial.credit_move_id = line.id
                       JOIN account_move_line other ON other.id = partial.debit_move_id
                       JOIN account_move bill ON bill.id = other.move_id
                      WHERE line.move_id = move.id AND bill.move_type = 'out_invoice'
                   ) set_off ON TRUE
             LEFT JOIN LATERAL (%(home)s) home ON TRUE
                 WHERE move.id IN %(notes)s
            )
            SELECT part.id, 'fee' AS kind, part.month, part.site_id, part.company_id,
                   part.place_id AS building_id, part.pm_tenancy_id AS tenancy_id,
                   part.partner_id, part.fee_id, part.move_id, NULL::integer AS deposit_id,
                   part.amount + part.amount_waived AS amount_receivable,
                   part.amount_waived + part.share * part.amount_credited AS amount_waived,
                   part.amount - part.share * (part.amount_residual + part.amount_credited)
                       AS amount_received,
                   part.share * part.amount_residual AS amount_open,
                   CASE WHEN part.amount = part.share * part.amount_credited THEN 0
                        ELSE 100 * (part.amount - part.share
                                    * (part.amount_residual + part.amount_credited))
                             / (part.amount - part.share * part.amount_credited)
                    END AS collection_rate,
                   CASE WHEN part.days <= 0 THEN part.share * part.amount_residual ELSE 0 END
                       AS amount_not_due,
                   %(ages)s,
                   CASE WHEN part.days > 365 THEN part.share * part.amount_residual ELSE 0 END
                       AS amount_due_old,
                   0.0 AS amount_deposits
              FROM part
         UNION ALL
            SELECT note.move_id * 10 + 3, 'fee', note.month, note.site_id, note.company_id,
                   note.building_id, note.pm_tenancy_id, note.partner_id, NULL, note.move_id, NULL,
                   0, note.amount, note.amount_residual - note.amount, -note.amount_residual,
                   100 * (note.amount - note.amount_residual) / note.amount,
                   -note.amount_residual, 0, 0, 0, 0, 0
              FROM note
             WHERE note.amount > 0
         UNION ALL
            SELECT deposit.id * 10 + 2, 'deposit', date_trunc('month', deposit.received_on)::date,
                   deposit.site_id, deposit.company_id,
                   COALESCE(unit.building_id, home.building_id), deposit.tenancy_id,
                   deposit.partner_id, NULL, NULL, deposit.id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                   deposit.amount_held
              FROM pm_deposit deposit
         LEFT JOIN pm_unit unit ON unit.id = deposit.unit_id
         LEFT JOIN LATERAL (%(home_of_deposit)s) home ON TRUE
             WHERE deposit.state = 'held'
            """,
            today=self.env["pm.due"]._get_today_sql(),
            bills=Move._search(Move._pm_get_bill_domain()).subselect(),
            notes=Move._search(Move._pm_get_credit_note_domain()).subselect(),
            home=self._get_home_sql(SQL("move.pm_tenancy_id")),
            home_of_deposit=self._get_home_sql(SQL("deposit.tenancy_id")),
            ages=SQL(", ").join(
                SQL(
                    "CASE WHEN part.days > %s AND part.days <= %s"
                    " THEN part.share * part.amount_residual ELSE 0 END AS %s",
                    after,
                    until,
                    SQL.identifier(name),
                )
                for name, after, until in _AGES
            ),
        )

    @api.model
    def _get_home_sql(self, tenancy):
        """Return the SELECT of the building of a tenancy, that of its first unit."""
        return SQL(
            "SELECT unit.building_id FROM pm_tenancy_unit line"
            " JOIN pm_unit unit ON unit.id = line.unit_id"
            " WHERE line.tenancy_id = %s ORDER BY line.id LIMIT 1",
            tenancy,
        )

    def _read_group_select(self, aggregate_spec, query):
        """A rate of a group is not the sum of the rates of its rows."""
        if aggregate_spec.startswith(f"{_RATE}:"):
            received, receivable, waived = (
                self._field_to_sql(self._table, name, query)
                for name in ("amount_received", "amount_receivable", "amount_waived")
            )
            return SQL(
                "COALESCE(100 * SUM(%s) / NULLIF(SUM(%s) - SUM(%s), 0), 0)",
                received,
                receivable,
                waived,
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_open_source(self):
        """Open the bill or the deposit of the row."""
        self.ensure_one()
        if self.deposit_id:
            return self.deposit_id.get_formview_action()
        return self.move_id._pm_get_form_action()

    @api.model
    def _prepare_month(self, site, month):
        """Return what the owners' committee is told of a month, building by building, with the
        total last; debts and deposits are those of today, whatever their month."""
        ours = Domain("site_id", "=", site.id)
        rows = {}
        for domain, names in (
            (
                Domain("month", "=", month) & Domain("kind", "=", "fee"),
                ("amount_receivable", "amount_waived", "amount_received", "amount_open", _RATE),
            ),
            (
                Domain.TRUE,
                (*(name for name, *_ages in _AGES), "amount_due_old", "amount_deposits"),
            ),
        ):
            aggregates = [f"{name}:sum" for name in names]
            groups = self._read_group(ours & domain, ["building_id"], aggregates)
            total = self._read_group(ours & domain, [], aggregates)[0]
            for building, *values in [*groups, (False, *total)]:
                rows.setdefault(building, {}).update(zip(names, values, strict=True))
        names = {name for row in rows.values() for name in row}
        total = rows.pop(False)
        ordered = sorted(rows.items(), key=lambda item: (not item[0], item[0].name or ""))
        return [
            (building, {name: row.get(name) or 0.0 for name in names})
            for building, row in [*ordered, (False, total)]
        ]
