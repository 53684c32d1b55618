"""The suspensions of the demo office: one under way to each of its ends, one that the owner asks
for, and one that the debtor eased by an undertaking."""

from datetime import timedelta

from odoo.fields import Command

from odoo.addons.pm_base.tools.calendar import add_months, month_end


def play_suspensions(site, today):
    env = site.env
    area = env.ref("pm_base.user_area")
    open_cases = env["pm.dunning.case"].search(
        [("site_id", "=", site.id), ("state", "=", "open")], order="date_oldest_due, id"
    )
    last_month = month_end(add_months(today, -1))
    old = open_cases.filtered(lambda case: case.month_count >= 2)[:2]
    (open_cases - old)[:1]._propose_suspension()  # to be visited
    for case in old:
        suspension = case._propose_suspension().with_user(area)
        suspension.write(
            {
                "visited_on": last_month - timedelta(days=3),
                "letter_until": last_month - timedelta(days=4),
                "visit_note": "负责人出差，答复下月付清",
                "exception_reason": "催费函签收单与拜访记录存于纸质档案",
            }
        )
        suspension.with_user(env.ref("pm_base.user_leader")).action_record_exception()
        _decide(suspension)
        suspension.write(
            {
                "notice_on": last_month - timedelta(days=1),
                "notice_way": "hand",
                "notice_proof": "前台王女士签收",
            }
        )
        suspension.action_stop()
        # As if it had been stopped on its day.
        suspension.sudo().stopped_on = last_month
        if case == old[-1]:
            suspension.with_user(env.ref("pm_base.user_security")).action_note_security()
            _ease(suspension, today)
    _play_owners_request(site, area, today)


def _decide(suspension):
    suspension.action_ask()
    director = suspension.env.ref("pm_base.user_director")
    suspension.sudo().approval_ids.with_user(director).action_approve()


def _ease(suspension, today):
    """Let the debtor pay in two parts, and restore his services for now."""
    owed = suspension._get_owed()
    half = round(owed / 2, 2)
    undertaking = suspension.env["pm.undertaking"].create(
        {
            "suspension_id": suspension.id,
            "date_from": today,
            "signed_by": "陈国栋",
            "line_ids": [
                Command.create({"date": today + timedelta(days=7), "amount": half}),
                Command.create({"date": today + timedelta(days=14), "amount": owed - half}),
            ],
        }
    )
    undertaking.action_sign()
    suspension.with_user(suspension.env.ref("pm_base.user_leader")).action_ease()


def _play_owners_request(site, area, today):
    """The owner of a unit that was let asks to have water and electricity stopped."""
    env = site.env
    tenancy = env["pm.tenancy"].search(
        [
            ("site_id", "=", site.id),
            ("kind", "=", "lease"),
            ("state", "=", "active"),
            ("suspension_ids", "=", False),
            ("line_ids.unit_id.ownership_ids", "!=", False),
        ],
        order="unit_codes",
        limit=1,
    )
    owner = tenancy.line_ids.unit_id[:1].owner_id
    if not owner or len(tenancy.line_ids) > 1:
        return
    env["pm.suspension"].with_user(area).create(
        {
            "tenancy_id": tenancy.id,
            "ground": "owner",
            "ground_partner_id": owner.id,
            "ground_on": today - timedelta(days=1),
            "ground_reference": "业主来函第 7 号",
            "service_ids": [
                Command.set(
                    (
                        env.ref("pm_billing.service_water")
                        | env.ref("pm_billing.service_electricity")
                    ).ids
                )
            ],
            "note": "租户擅自转租，业主书面要求停止水电供应。",
        }
    )
