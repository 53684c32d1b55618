"""Charge slips of the demo office: billed at once, to be billed, still to be confirmed."""

from datetime import timedelta

from odoo.fields import Command

from odoo.addons.pm_base.tools.calendar import month_start

_SLIPS = [
    (1, "茶水间水龙头更换", [("人工", 1.0, None), ("DN15 水龙头", 1, 68.0)]),
    (3, "办公室门锁维修", [("人工", 1.5, None), ("锁芯", 1, 120.0)]),
    (6, "会议室灯管更换", [("人工", 0.5, None), ("LED 灯管", 4, 22.5)]),
    (9, "插座移位", [("人工", 2.0, None), ("线管及辅料", 1, 45.0)]),
]


def play_slips(site, today):
    env = site.env
    tenancies = env["pm.tenancy"].search(
        [("site_id", "=", site.id), ("state", "=", "active")], order="unit_codes", limit=40
    )
    if not tenancies:
        return
    slips = env["pm.charge.slip"].create(
        [
            {
                "tenancy_id": tenancies[(number * 7 + 2) % len(tenancies)].id,
                "fee_id": env.ref("pm_billing.fee_yunhe_repair").id,
                "date": max(today - timedelta(days=days), month_start(today)),
                "subject": subject,
                "line_ids": [_prepare_line(*line) for line in lines],
            }
            for number, (days, subject, lines) in enumerate(_SLIPS)
        ]
    )
    slips[1:].action_confirm()
    slips[2:].action_sign()
    slips[3].charge_mode = "now"
    slips[3].action_bill()
    tenancy = tenancies[4 % len(tenancies)]
    tenancy._add_slip(
        tenancy.unit_ids[:1], env.ref("pm_billing.fee_yunhe_cooling"), 3, note="周六加班空调延时"
    )


def _prepare_line(name, quantity, price):
    if price is None:
        return Command.create({"name": name, "quantity": quantity})
    vals = {"name": name, "kind": "material", "quantity": quantity, "price": price}
    return Command.create(vals)
