"""The deposits of the demo office: held, to be refunded, refunded with a deduction."""

from datetime import timedelta

from odoo.fields import Command


def play_deposits(site, today):
    env = site.env
    site.company_id._pm_setup_accounting()
    tenancies = env["pm.tenancy"].search(
        [("site_id", "=", site.id), ("kind", "=", "lease"), ("state", "=", "active")],
        order="unit_codes",
        limit=8,
    ) or env["pm.tenancy"].search(
        [("site_id", "=", site.id), ("state", "=", "active")], order="unit_codes", limit=8
    )
    kinds = [
        (env.ref("pm_billing.deposit_kind_lease"), 2.0),
        (env.ref("pm_billing.deposit_kind_utilities"), 0.2),
    ]
    for number, tenancy in enumerate(tenancies):
        for kind, months in kinds:
            deposit = env["pm.deposit"].create(
                {
                    "kind_id": kind.id,
                    "tenancy_id": tenancy.id,
                    "amount": round((tenancy.monthly_rent or 10000.0) * months, -2) or 500.0,
                    "receipt_no": f"00{4100 + number}",
                    "date_due": today - timedelta(days=30),
                }
            )
            deposit.action_ask()
            if number:  # the first has yet to pay
                _pay(deposit.move_id, today - timedelta(days=3 * number))
    umbrella = env["pm.deposit"].create(
        {
            "kind_id": env.ref("pm_billing.deposit_kind_umbrella").id,
            "tenancy_id": tenancies[1:2].id,
            "amount": 20.0,
            "date_due": today - timedelta(days=2),
        }
    )
    umbrella.action_ask()
    _pay(umbrella.move_id, today - timedelta(days=2))
    umbrella.deduction_ids = [Command.create({"name": "伞柄损坏", "amount": 5.0})]
    umbrella.action_claim()
    umbrella.action_refund()


def _pay(move, day):
    env = move.env(user=move.env.ref("pm_base.user_cashier"))
    journal = env["account.journal"].search(
        [("company_id", "=", move.company_id.id), ("type", "=", "bank")], limit=1
    )
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    ).create({"journal_id": journal.id, "payment_date": day})._create_payments()
