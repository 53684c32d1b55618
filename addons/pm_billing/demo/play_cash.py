"""The counter of the demo office: payments by every means, receipts, sheets, invoices."""

from odoo.fields import Command

from odoo.addons.pm_base.tools.calendar import add_months, month_start


def play_cash(site, today):
    cashier = site.env.ref("pm_base.user_cashier")
    unpaid = site.env["account.move"].search(
        [*site.env["account.move"]._pm_get_unpaid_domain(), ("pm_site_id", "=", site.id)],
        order="invoice_date_due, pm_tenancy_id",
    )
    companies = unpaid.filtered(lambda bill: bill.commercial_partner_id.is_company)
    tenancies = companies.pm_tenancy_id[:4].with_user(cashier)
    bank = {"cheque_bank": "云和银行开发区支行", "cheque_date": today, "is_payee_checked": True}
    ways = [
        {"method": "cheque", "cheque_no": "30104522", **bank},
        {"method": "pos", "reference": "POS 004417"},
        {"method": "transfer", "reference": "网银 20261130"},
        {"method": "cash", "payer_name": "李会计"},
    ]
    receipts = [_take(tenancy, way) for tenancy, way in zip(tenancies, ways, strict=False)]
    _pay_ahead(receipts)
    _cancel(site, receipts)
    _take_outside(site, unpaid, today)
    _issue_invoices(site, today)
    _close_days(site, today)


def _take(tenancy, vals):
    counter = tenancy.env["pm.payment.take"].create(
        {"site_id": tenancy.site_id.id, "tenancy_id": tenancy.id, **vals}
    )
    return counter._take()


def _pay_ahead(receipts):
    """The last customer pays two hundred yuan more than was asked."""
    for receipt in receipts[-1:]:
        counter = receipt.env["pm.payment.take"].create(
            {
                "site_id": receipt.site_id.id,
                "tenancy_id": receipt.tenancy_id.id,
                "line_ids": [Command.clear()],
                "amount": 200.0,
            }
        )
        counter._take()


def _cancel(site, receipts):
    for receipt in receipts[:1]:
        director = site.env.ref("pm_base.user_director")
        receipt.with_user(director)._cancel("支票日期填写有误，退回客户重开")


def _take_outside(site, unpaid, today):
    """The desk took money in a special case, and has still to hand it in."""
    for tenancy in unpaid.pm_tenancy_id[-1:]:
        site.env["pm.receipt"].with_user(site.env.ref("pm_base.user_receptionist")).create(
            {
                "site_id": site.id,
                "tenancy_id": tenancy.id,
                "amount": 300.0,
                "date": today,
                "special_reason": "客户当晚离京，收费室已下班",
                "note": "水费",
            }
        )


def _issue_invoices(site, today):
    """The invoices of the last months are delivered, those of this month half issued."""
    Move = site.env["account.move"]
    domain = [*Move._pm_get_invoice_domain(), ("pm_site_id", "=", site.id)]
    paid = Move.search(domain, order="pm_month, id")
    this_month = month_start(today)
    known = paid.browse(
        [move.id for number, move in enumerate(paid) if move.pm_month < this_month or number % 2]
    )
    form = site.env.ref("pm_base.form_f_bil_09")
    papers = site.env["pm.document"]._file_printed(form, known)
    for number, move in enumerate(known):
        move.fapiao = f"261120000000{number:08d}"
    delivered = site.env["pm.document"].union(
        *(papers[move.id] for move in known if move.pm_month < this_month)
    )
    delivered.write(
        {"delivered_on": add_months(this_month, -1).replace(day=9), "signed_by": "前台"}
    )
    delivered.action_deliver()


def _close_days(site, today):
    """The sheets of the past days are counted and closed; once five yuan were missing."""
    days = site.env["pm.cash.day"].search(
        [("site_id", "=", site.id), ("date", "<", today)], order="date"
    )
    for number, day in enumerate(days):
        for line in day.line_ids:
            line.amount_counted = line.amount_booked
        if number == 1:
            cash = day.line_ids.filtered(lambda line: line.method == "cash")
            cash.write({"amount_counted": cash.amount_booked - 5.0, "reason": "找零多付5元"})
        day.with_user(day.user_id).action_close()
