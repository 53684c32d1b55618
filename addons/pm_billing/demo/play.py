"""The demo office at work: the last months billed, paid and pursued up to today.

Everything happens through the actions that the clerks use, so that the demo obeys the rules.
"""

import logging
import time

from odoo.fields import Command

from odoo.addons.pm_base.tools.calendar import add_months, month_day, month_start

from .play_bank import play_bank
from .play_cash import play_cash
from .play_deposits import play_deposits
from .play_slips import play_slips
from .play_suspension import play_suspensions
from .play_waivers import play_waivers

_logger = logging.getLogger(__name__)

# Every so many tenancies one pays late, or in part, or not at all.
_LATE, _PARTLY, _NEVER = 7, 23, 29


def play(env):
    began = time.monotonic()
    site = env.ref("pm_base.site_yunhe")
    site = site.with_context(lang=site.print_lang)
    if not site._get_fee_journal():
        return
    today = site._today()
    month = month_start(today)
    _name_payments(site)
    _agree_on_fees(site)
    _share_costs(site, add_months(month, -1))
    for number in (-2, -1, 0):
        _play_month(site, add_months(month, number), today, is_current=not number)
    play_deposits(site, today)
    play_slips(site, today)
    play_cash(site, today)
    play_suspensions(site, today)
    play_waivers(site, today)
    play_bank(site, today)
    coming = site.env["pm.bill.run"].create({"site_id": site.id, "month": add_months(month, 1)})
    coming.action_collect()
    coming.action_check()
    _logger.info("The demo office was played in %.1f s", time.monotonic() - began)


def _name_payments(site):
    """Name the ways to pay as the cashier calls them."""
    names = {"bank": "银行转账", "cash": "现金"}
    journals = site.env["account.journal"].search(
        [("company_id", "=", site.company_id.id), ("type", "in", list(names))]
    )
    for line in journals.inbound_payment_method_line_ids:
        line.name = names[line.journal_id.type]


def _agree_on_fees(site):
    tenancies = site.env["pm.tenancy"].search(
        [("site_id", "=", site.id), ("state", "=", "active")], order="unit_codes"
    )
    parking = site.env.ref("pm_billing.fee_yunhe_parking")
    sign = site.env.ref("pm_billing.fee_yunhe_sign")
    management = site.env.ref("pm_billing.fee_yunhe_management")
    site.env["pm.tenancy.fee"].create(
        [
            {"tenancy_id": tenancy.id, "fee_id": parking.id, "terms": "tariff"}
            for tenancy in tenancies[::6]
        ]
        + [
            {"tenancy_id": tenancy.id, "fee_id": sign.id, "terms": "tariff"}
            for tenancy in tenancies[10:100:40]
        ]
        + [
            {
                "tenancy_id": tenancy.id,
                "fee_id": management.id,
                "terms": "agreed",
                "price": 9.5,
                "note": "续租优惠，管理处主任批准",
            }
            for tenancy in tenancies[3:4]
        ]
    )


def _share_costs(site, month):
    """Share the electricity of the lobby of tower A for a month among its occupants."""
    building = site.building_ids.filtered(lambda each: each.code == "A")
    site.env["pm.cost.share"].create(
        {
            "name": "A座大堂及走廊照明",
            "site_id": site.id,
            "fee_id": site.env.ref("pm_billing.fee_yunhe_lobby").id,
            "month": month,
            "amount": 3860.0,
            "building_ids": building.ids,
        }
    ).action_share()


def _play_month(site, month, today, is_current):
    env = site.env
    run = env["pm.bill.run"].create({"site_id": site.id, "month": month})
    run.action_collect()
    run.action_check()
    run._invoice(month)
    bills = run.bill_ids.sorted("pm_unit_codes")
    if not is_current:
        run.action_deliver()
        run.action_hand_over()
        papers = _file(bills, "pm_base.form_f_bil_04")
        papers.action_deliver()
        papers[::2].action_return()
    late = bills[2::_LATE]
    never = bills[5::_NEVER]
    partly = bills[11::_PARTLY] - late - never
    prompt = bills - late - never - partly
    _collect_by_bank(prompt, month_day(month.year, month.month, 4), today)
    _pay(partly, month_day(month.year, month.month, 5), today, share=0.5)
    reminder = month_day(month.year, month.month, site.reminder_day)
    if reminder <= today:
        site._run_dunning(reminder)
        _make_calls(site, month, is_current)
    letter = month_day(month.year, month.month, site.letter_day)
    if letter <= today:
        _pay(late, month_day(month.year, month.month, 21), today)
        site._run_dunning(letter)
        _send_letters(site, month, is_current, waiting=2 if _is_latest(site, month, today) else 0)
    for number in (27, 28):  # the visits, and what is proposed after them
        day = month_day(month.year, month.month, number)
        if day <= today:
            site._run_dunning(day)
            _make_visits(site, month)


def _collect_by_bank(bills, day, today):
    """Book what the bank collected for many bills in one entry, and settle the bills with it."""
    if not bills or day > today:
        return
    env = bills.env
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    owed = bills.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    entry = env["account.move"].create(
        {
            "journal_id": journal.id,
            "date": day,
            "ref": "银行托收",
            "line_ids": [
                Command.create(
                    {
                        "account_id": journal.default_account_id.id,
                        "name": "银行托收",
                        "debit": sum(owed.mapped("amount_residual")),
                    }
                ),
                *(
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "name": line.move_id.name,
                            "credit": line.amount_residual,
                        }
                    )
                    for line in owed
                ),
            ],
        }
    )
    entry.action_post()
    received = entry.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    env["account.move.line"]._reconcile_plan(
        [line + paid for line, paid in zip(owed, received, strict=True)]
    )


def _pay(bills, day, today, share=1.0):
    """Register a payment at the counter for each bill."""
    if day > today:
        return
    journal = bills.env["account.journal"].search([("type", "=", "cash")], limit=1)
    for bill in bills.with_user(bills.env.ref("pm_base.user_cashier")):
        bill.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids, tracking_disable=True
        ).create(
            {
                "payment_date": day,
                "journal_id": journal.id,
                "amount": bill.amount_residual * share,
            }
        )._create_payments()


def _file(records, form):
    """File the papers of the records as if they had been printed; return them."""
    papers = records.env["pm.document"]._file_printed(records.env.ref(form), records)
    return records.env["pm.document"].union(*papers.values()).with_context(tracking_disable=True)


def _make_calls(site, month, is_current):
    """Note the results of the calls, beside which reminders are sent; in the current month most
    are still to be made."""
    calls = site.env["pm.dunning.action"].search(
        [("site_id", "=", site.id), ("period", "=", month), ("action", "=", "call")]
    )
    caller = site.env.ref("pm_base.user_area")
    todo = calls.filtered(lambda call: call.state == "draft").with_user(caller)
    if is_current:
        todo[2:12:3].action_no_answer()
        todo = todo[:12]
    todo[::3].action_reached()
    todo[1::3].action_promise()
    if is_current:
        _promise(site, todo[1::3], month)
    else:
        reminders = site.env["pm.dunning.action"].search(
            [
                ("site_id", "=", site.id),
                ("period", "=", month),
                ("action", "=", "reminder"),
                ("state", "=", "draft"),
            ]
        )
        reminders.write({"state": "issued"})
        _file(reminders, "pm_base.form_f_bil_10")


def _make_visits(site, month):
    """Note what came of the visits: now and then nobody is there."""
    visits = site.env["pm.dunning.action"].search(
        [
            ("site_id", "=", site.id),
            ("period", "=", month),
            ("action", "=", "visit"),
            ("state", "=", "draft"),
        ]
    )
    for number, visit in enumerate(visits.with_user(site.env.ref("pm_base.user_area"))):
        if number % 4 == 3:
            visit.action_nobody()
        elif number % 4 == 1:
            visit.action_refused()
        else:
            visit.action_reached()


def _promise(site, calls, month):
    """Note for which day payment was promised, some until after the letter day."""
    today = site._today()
    for number, call in enumerate(calls):
        day = month_day(month.year, month.month, 22 + number % 2 * 6)
        if day >= today:
            site.env["pm.promise"].with_user(call.called_by_id).create(
                {
                    "case_id": call.case_id.id,
                    "action_id": call.id,
                    "date": day,
                    "amount": call.amount,
                    "note": "财务出差，回来后付款" if number % 2 else False,
                }
            )


def _is_latest(site, month, today):
    """Tell whether no later letter day has come yet."""
    following = add_months(month, 1)
    return month_day(following.year, following.month, site.letter_day) > today


def _send_letters(site, month, is_current, waiting):
    """Approve and deliver the letters, but for `waiting` that the leader has still to read."""
    forms = {"letter": "pm_base.form_f_bil_11", "owner_letter": "pm_base.form_f_bil_12"}
    for action, form in forms.items():
        letters = site.env["pm.dunning.action"].search(
            [("site_id", "=", site.id), ("period", "=", month), ("action", "=", action)]
        )
        ready = letters.filtered(lambda letter: letter.state == "draft")[waiting:]
        day = month_day(month.year, month.month, site.letter_day)
        ready.with_user(site.env.ref("pm_base.user_leader"))._approve(day)
        if not is_current and ready:
            ready.write({"state": "issued"})
            papers = _file(ready, form)
            papers.action_deliver()
            papers[1:].action_return()
