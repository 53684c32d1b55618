"""The waivers of the demo office: one credited, one for the next month, one to be decided."""

from odoo.addons.pm_base.tools.calendar import add_months, month_end, month_start


def play_waivers(site, today):
    env = site.env
    tenancies = env["pm.tenancy"].search(
        [("site_id", "=", site.id), ("state", "=", "active"), ("charge_ids", "!=", False)],
        order="unit_codes",
        limit=9,
    )
    month = month_start(today)
    coming = add_months(month, 1)
    plans = [
        (tenancies[4:5], month, {"rate": 30.0}, "空调主机检修，公区无冷气十日", True),
        (tenancies[6:7], coming, {"mode": "amount", "amount": 800.0}, "漏水损坏，协商减免", True),
        (tenancies[8:9], coming, {"rate": 50.0}, "续租三年，申请减免首月管理费", False),
    ]
    for tenancy, start, terms, reason, is_approved in plans:
        if not tenancy:
            continue
        waiver = (
            env["pm.waiver"]
            .with_user(env.ref("pm_base.user_cashier"))
            .create(
                {
                    "tenancy_id": tenancy.id,
                    "fee_id": env.ref("pm_billing.fee_yunhe_management").id,
                    "date_from": start,
                    "date_to": month_end(start),
                    "reason": reason,
                    **terms,
                }
            )
        )
        waiver.action_ask()
        if is_approved:
            waiver.sudo().approval_ids.with_user(env.ref("pm_base.user_director")).action_approve()
