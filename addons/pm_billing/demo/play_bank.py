"""Occupants of the demo office who pay by direct debit, and what the bank said."""

from datetime import timedelta

# The second of these bills is refused; the rest is at the bank.
_ANSWERED = 2


def play_bank(site, today):
    env = site.env
    bills = env["account.move"].search(
        [
            *env["account.move"]._pm_get_unpaid_domain(),
            ("pm_site_id", "=", site.id),
            ("invoice_date_due", "<=", today),
        ],
        order="invoice_date_due desc, id",
    )
    tenancies = bills.pm_tenancy_id.sorted("unit_codes")[::3][:6]
    for number, tenancy in enumerate(tenancies):
        env["pm.bank.mandate"].create(
            {
                "tenancy_id": tenancy.id,
                "partner_bank_id": _get_account(tenancy.partner_id, number).id,
                "signed_on": today - timedelta(days=60),
                "date_from": today - timedelta(days=60),
            }
        ).action_activate()
    day = today - timedelta(days=2)
    first = _collect(site, day)
    first.line_ids[_ANSWERED:].unlink()
    if not first.line_ids:
        return
    first.action_send()
    first._take_answer(_write_answer(first), "HUIPAN.txt", day)
    _collect(site, today).action_send()


def _get_account(partner, number):
    bank = partner.env.ref("pm_billing.bank_yunhe")
    return partner.env["res.partner.bank"].create(
        {
            "acc_number": f"6200 0000 2310 {4821 + number}",
            "partner_id": partner.id,
            "bank_id": bank.id,
        }
    )


def _collect(site, day):
    batch = site.env["pm.bank.batch"].create(
        {"site_id": site.id, "month": day, "date_collect": day, "with_arrears": True}
    )
    batch.action_collect()
    return batch


def _write_answer(batch):
    """Return the bank's answer: the last bill is refused."""
    lines = []
    for line in batch.line_ids:
        cells = line._prepare_cells()
        is_refused = len(batch.line_ids) > 1 and line == batch.line_ids[-1]
        lines.append(
            {
                **cells,
                "result": "1001" if is_refused else "0000",
                "amount_paid": 0 if is_refused else cells["amount"],
                "reason": "",
            }
        )
    paid = [line["amount_paid"] for line in lines]
    frame = {
        **batch._prepare_frame(lines),
        "count_paid": sum(fen > 0 for fen in paid),
        "total_paid": sum(paid),
    }
    return batch.format_id._write_file(lines, frame, frame, "answer")
