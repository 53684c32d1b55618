"""What the clerks do in the course of the year, and what is compared at once."""

import base64
from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tools.pdf import PdfFileWriter

from . import story
from .audit import Audit, to_decimal
from .estate import MONTHS, OCCUPANTS, TOWERS, UNITS, YEAR
from .reckoning import Reckoning

# What a scheduled action must not make a second time.
_MADE = [
    "pm.charge",
    "pm.bill.run",
    "pm.bill.exception",
    "pm.document",
    "pm.dunning.case",
    "pm.dunning.round",
    "pm.dunning.action",
    "pm.suspension",
    "pm.receipt",
    "pm.deposit",
    "account.move",
    "account.move.line",
    "account.payment",
    "account.partial.reconcile",
    "pm.register.issue",
    "mail.activity",
]
_DAILY_WORK = ["pm_billing.ir_cron_follow_deposits", "pm_base.ir_cron_issue_registers"]
_QUARTERS = [date(YEAR, 3, 31), date(YEAR, 9, 30)]


class Clerks(Audit):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reckoning = Reckoning()
        cls.runs = {}
        cls.occupants = {occupant.name: occupant for occupant in OCCUPANTS}
        cls.taken = Counter()  # {(day, method): money}

    def play(self, until=MONTHS[-1].month):
        """Play the acts of the year in the order of the calendar."""
        acts = sorted(self._plan_acts(until), key=lambda act: act[0])
        for moment, act, *facts in acts:
            with freeze_time(self.site._to_utc(moment)):
                try:
                    act(*facts)
                except Exception as error:
                    error.add_note(f"{moment:%Y-%m-%d %H:%M} {act.__name__} {facts}")
                    raise

    def _plan_acts(self, until):
        """Yield (moment, act, facts) of the year."""
        for month in MONTHS[:until]:
            before = month - timedelta(days=1)
            prepared = before.replace(day=min(before.day, 30))
            yield at(prepared, 7), self.prepare_month, month
            yield at(month, 8), self.share_water, month
            yield at(month, 9), self.bill_month, month
            to_bank, answered = story.get_collect_days(month)
            yield at(to_bank, 9), self.send_to_bank, month
            yield at(answered, 9), self.book_answer, month
            yield at(month.replace(day=story.READ_DAY), 9), self.read_meters, month
            for day in (6, 18, 23, 26, 27, 28):
                yield at(month.replace(day=day), 7), self.run_dunning
            for day in (4, 12, 16, 20):
                yield at(month.replace(day=day), 20), self.close_day
            for occupant in OCCUPANTS:
                for number, payment in enumerate(story.get_payments(occupant, month)):
                    yield at(payment.day, 10, number), self.take_payment, occupant, payment
        last = month.replace(day=28) + timedelta(days=3)
        for occupant in OCCUPANTS:
            if occupant.comes and occupant.start <= last:
                yield at(occupant.start, 14), self.let_in, occupant
            if occupant.end and occupant.end <= last:
                yield at(occupant.end, 15), self.let_out, occupant
        for slip in story.SLIPS:
            if slip.day <= last:
                yield at(slip.day, 11), self.write_slip, slip
        for waiver in story.WAIVERS:
            if waiver.day <= last:
                yield at(waiver.day, 11), self.waive, waiver
        for day in _QUARTERS:
            if day <= last:
                yield at(day, 21), self.run_daily_work
        if last >= story.CANCELLED_ON:
            yield at(story.CANCELLED_ON, 9), self.cancel_receipt

    # The month.

    def prepare_month(self, month):
        """The scheduled action prepares the run, once."""
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        with self.assert_nothing_made():
            self._run_cron("pm_billing.ir_cron_prepare_runs")
        run = self.env["pm.bill.run"].search(
            [
                ("site_id", "=", self.site.id),
                ("month", "=", month),
                ("occasion", "=", "month"),
            ]
        )
        self.assertEqual(run.state, "checked")
        self.runs[month] = run

    def share_water(self, month):
        """The cashier shares the water of the month that is over."""
        month = (month - timedelta(days=1)).replace(day=1)
        if month.year != YEAR:
            return
        self.reckoning.share_water(month)
        for tower, _name, _floors, _rooms in TOWERS:
            form = self.open(self.cashier, "pm.cost.share")
            form.name = f"{tower}座水费"
            form.fee_id = self.fees[story.WATER]
            form.month = month
            form.amount = float(story.water_cost(tower, month))
            form.building_ids.add(self.towers[tower])
            share = form.save().with_env(self.env)
            self.press(self.cashier, share, "action_share")
            self.assertEqual(
                to_decimal(share.amount_shared + share.amount_vacant),
                story.water_cost(tower, month),
            )

    def bill_month(self, month):
        """The cashier makes the bills and prints the statements; nothing is billed twice."""
        run = self.runs[month]
        for button in ("action_collect", "action_check", "action_invoice"):
            self.press(self.cashier, run, button)
        made = self.reckoning.run_month(month)
        self.compare_bills(run.bill_ids, made)
        with self.assert_nothing_made():
            call_kw(self.screen(self.cashier, run), "action_invoice", [run.ids], {})
        with self.unread():
            self.download(self.cashier, self.press(self.cashier, run, "action_deliver"))
        self.assertEqual(run.state, "delivered")
        statements = run.bill_ids.paper_ids
        self.assertEqual(len(statements), len(run.bill_ids))
        statements.with_user(self.receptionist).action_deliver()

    def read_meters(self, month):
        """The engineer enters the readings of the round."""
        day = month.replace(day=story.READ_DAY)
        read = {
            unit.code: story.VALUES[unit.code][day]
            for occupant in OCCUPANTS
            if day in story.get_meter_days(occupant)
            for unit in occupant.units
        }
        readings = self.screen(self.engineer, self.env["pm.meter.reading"]).create(
            [
                {"meter_id": self.meters[unit.code].id, "date": day, "value": float(value)}
                for unit in UNITS
                for value in [read.get(unit.code)]
                if value is not None
            ]
        )
        self.assertTrue(all(readings.mapped("tenancy_id")))

    def write_slip(self, slip):
        lines = [Command.create({"name": "人工", "quantity": float(slip.hours)})]
        lines += [
            Command.create(
                {
                    "kind": "material",
                    "name": "配件",
                    "quantity": float(quantity),
                    "price": float(price),
                }
            )
            for quantity, price in slip.material
        ]
        tenancy = self.get_tenancy(slip.number, slip.day)
        record = self.screen(self.engineer, self.env["pm.charge.slip"]).create(
            {
                "tenancy_id": tenancy.id,
                "fee_id": self.fees[story.REPAIR].id,
                "date": slip.day,
                "subject": "维修",
                "line_ids": lines,
            }
        )
        self.press(self.engineer, record, "action_confirm")

    def waive(self, waiver):
        """The cashier proposes, the director decides."""
        occupant = self.get_occupant(waiver.number, waiver.day)
        terms = {"mode": "amount", "amount": float(waiver.amount or 0)}
        if waiver.rate is not None:
            terms = {"mode": "rate", "rate": float(waiver.rate)}
        record = self.screen(self.cashier, self.env["pm.waiver"]).create(
            {
                "tenancy_id": self.tenancies[occupant.name].id,
                "fee_id": self.fees[story.MANAGEMENT].id,
                "date_from": waiver.start,
                "date_to": waiver.end,
                "reason": "空调检修",
                **terms,
            }
        )
        self.press(self.cashier, record, "action_ask")
        approval = record.with_env(self.env).approval_ids
        approval.with_user(self.director).action_approve()
        self.assertEqual(record.state, "approved")
        before = self.reckoning.books[occupant.name].credits
        self.reckoning.waive(waiver, occupant)
        self.assertEqual(
            to_decimal(sum(record.with_env(self.env).line_ids.move_id.mapped("amount_total"))),
            self.reckoning.books[occupant.name].credits - before,
            f"{occupant.name} {waiver}",
        )

    # Who comes and who goes.

    def let_in(self, occupant):
        """The base reading, the move-in bill with its deposits, the money, the keys."""
        vals = self._prepare_tenancy_vals(occupant)
        agreed = vals.pop("fee_ids", [])
        tenancy = self.screen(self.receptionist, self.env["pm.tenancy"]).create(vals)
        # What was agreed on fees is the director's.
        self.screen(self.director, tenancy).write({"fee_ids": agreed})
        tenancy = tenancy.with_env(self.env)
        self.tenancies[occupant.name] = tenancy
        self.press(self.receptionist, tenancy, "action_move_in")
        self.read(occupant, occupant.start, "base")
        if occupant.bill_at_once:
            action = self.press(self.cashier, tenancy, "action_bill_move_in")
            run = self.env["pm.bill.run"].browse(action["res_id"])
            self.press(self.cashier, run, "action_invoice")
            bill, deposits = self.reckoning.move_in(occupant)
            self.compare_bills(run.bill_ids, {occupant.name: bill})
            self.compare_deposits(tenancy, deposits)
            payment = story.Payment(occupant.number, occupant.start, occupant.start)
            self.take_payment(occupant, payment)
            self.assertEqual(set(tenancy.deposit_ids.mapped("state")), {"held"})
        self.press(self.receptionist, tenancy, "action_activate")
        self.assertEqual(tenancy.date_moved_in, occupant.start)
        if not occupant.bill_at_once:
            run = self.runs[occupant.start.replace(day=1)]
            known = run.bill_ids
            for button in ("action_collect", "action_check", "action_invoice"):
                call_kw(self.screen(self.cashier, run), button, [run.ids], {})
            bill = self.reckoning.run_again(occupant, occupant.start)
            self.compare_bills(run.bill_ids - known, {occupant.name: bill})

    def let_out(self, occupant):
        """The final reading, the final bill, its payment; the file is closed."""
        tenancy = self.tenancies[occupant.name]
        self.press(self.area, tenancy, "action_move_out")
        self.screen(self.area, tenancy).date_moved_out = occupant.end
        self.read(occupant, occupant.end, "move_out")
        action = self.press(self.cashier, tenancy, "action_bill_final")
        run = self.env["pm.bill.run"].browse(action["res_id"])
        self.press(self.cashier, run, "action_invoice")
        bill = self.reckoning.move_out(occupant)
        self.compare_bills(run.bill_ids, {occupant.name: bill})
        if bill.total > 0:
            payment = story.Payment(occupant.number, occupant.start, occupant.end)
            self.take_payment(occupant, payment)
        self.close_file(occupant)

    def close_file(self, occupant):
        tenancy = self.tenancies[occupant.name]
        self.press(self.area, tenancy, "action_close")
        self.assertEqual(tenancy.state, "closed")

    def read(self, occupant, day, kind):
        self.screen(self.engineer, self.env["pm.meter.reading"]).create(
            [
                {
                    "meter_id": self.meters[unit.code].id,
                    "date": day,
                    "kind": kind,
                    "value": float(story.VALUES[unit.code][day]),
                    "is_signed": True,
                    "confirmed_by": "客户",
                }
                for unit in occupant.units
            ]
        )

    # Money.

    def take_payment(self, occupant, payment):
        """The cashier takes money at the counter; the receipt says what the reckoning says."""
        money = self.reckoning.pay(occupant, payment.day, payment.amount)
        if not money:
            return
        vals = {"method": payment.method}
        if payment.method == "cheque":
            vals |= {
                "cheque_no": f"{payment.day:%m%d}{occupant.number:04d}",
                "cheque_bank": "澄江银行",
                "cheque_date": payment.day,
                "is_payee_checked": True,
            }
        elif payment.method != "cash":
            vals["reference"] = f"{payment.day:%m%d}-{occupant.number}"
        take = self.screen(self.cashier, self.env["pm.payment.take"]).create(
            {"site_id": self.site.id, "tenancy_id": self.tenancies[occupant.name].id, **vals}
        )
        if payment.amount is not None:
            take.line_ids  # noqa: B018 - what is owed is proposed, then changed
            take.amount = float(payment.amount)
        self.assertEqual(
            to_decimal(take.amount), money.amount, f"{occupant.name} {payment.day}: open"
        )
        action = call_kw(take, "action_confirm", [take.ids], {"context": take.env.context})
        receipt = self.env["pm.receipt"].browse(action["res_id"])
        self.assertEqual(to_decimal(receipt.amount), money.amount)
        self.taken[payment.day, payment.method] += money.amount

    def close_day(self):
        """The cashier counts what the reckoning says, and closes her sheet."""
        today = self.site._today()
        sheet = self.env["pm.cash.day"].search(
            [("user_id", "=", self.cashier.id), ("date", "=", today)]
        )
        booked = {
            line.method: to_decimal(line.amount_booked)
            for line in sheet.line_ids
            if line.amount_booked
        }
        taken = {method: money for (day, method), money in self.taken.items() if day == today}
        self.assertEqual(booked, taken)
        if not sheet:
            return
        for line in self.screen(self.cashier, sheet).line_ids:
            line.amount_counted = float(taken.get(line.method, 0))
        self.press(self.cashier, sheet, "action_close")
        self.assertEqual(sheet.state, "closed")

    def cancel_receipt(self):
        """The cheque came back: the director cancels the receipt, and the bill is open again."""
        occupant = self.get_occupant(story.BOUNCED, story.BOUNCED_ON)
        receipt = self.env["pm.receipt"].search(
            [
                ("tenancy_id", "=", self.tenancies[occupant.name].id),
                ("date", "=", story.BOUNCED_ON),
            ]
        )
        self.confirm(
            self.director, self.press(self.director, receipt, "action_cancel"), reason="退票"
        )
        self.assertEqual(receipt.state, "cancelled")
        self.reckoning.take_back(occupant, story.BOUNCED_ON)

    def send_to_bank(self, month):
        batch = self.fill(
            self.cashier, "pm.bank.batch", month=month, date_collect=self.site._today()
        )
        for button in ("action_collect", "action_send"):
            self.press(self.cashier, batch, button)
        asked = {
            name: bill.open
            for occupant in OCCUPANTS
            if story.is_collected(occupant)
            for name, bill in [(occupant.name, self._get_month_bill(occupant, month))]
            if bill and bill.open
        }
        self.assertEqual(
            {line.partner_id.name: to_decimal(line.amount) for line in batch.line_ids}, asked
        )

    def book_answer(self, month):
        """The bank has collected what it did not refuse; the same answer is taken once."""
        batch = self.env["pm.bank.batch"].search(
            [("site_id", "=", self.site.id), ("month", "=", month)]
        )
        refused = {occupant.name for occupant in OCCUPANTS if story.is_refused(occupant, month)}
        content = self._write_answer(batch, refused)
        action = {
            "type": "ir.actions.act_window",
            "res_model": "pm.bank.batch.answer",
            "views": [[False, "form"]],
            "context": {"default_filename": "answer.txt"},
        }
        self.confirm(self.cashier, action, batch_id=batch, file=base64.b64encode(content))
        self.assertEqual(batch.state, "answered")
        day = self.site._today()
        for occupant in OCCUPANTS:
            bill = story.is_collected(occupant) and self._get_month_bill(occupant, month)
            if bill and bill.open and occupant.name not in refused:
                self.reckoning.pay_bill(occupant, day, bill)

    def _get_month_bill(self, occupant, month):
        bills = self.reckoning.books[occupant.name].bills
        return next(
            (bill for bill in bills if bill.label == f"{month:%Y-%m}" and bill.total > 0), None
        )

    def _write_answer(self, batch, refused):
        lines = []
        for line in batch.line_ids:
            cells = line._prepare_cells()
            is_refused = line.partner_id.name in refused
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

    @contextmanager
    def unread(self):
        """Statements that nobody reads here are blank pages: their codes alone take minutes."""
        blank = BytesIO()
        writer = PdfFileWriter()
        writer.addBlankPage(width=595, height=842)
        writer.write(blank)
        reports = self.registry["ir.actions.report"]
        with (
            patch.object(reports, "_render_qweb_html", return_value=("", "html")),
            patch.object(reports, "_pm_lay_out", return_value=blank.getvalue()),
        ):
            yield

    # Who does not pay.

    def run_dunning(self):
        """The scheduled action does what is due, once."""
        self._run_cron("pm_billing.ir_cron_run_dunning")
        with self.assert_nothing_made():
            self._run_cron("pm_billing.ir_cron_run_dunning")

    def run_daily_work(self):
        """Deposits are followed and the registers of the month are issued, once."""
        with self.unread():
            for name in _DAILY_WORK:
                self._run_cron(name)
            with self.assert_nothing_made():
                for name in _DAILY_WORK:
                    self._run_cron(name)

    @contextmanager
    def assert_nothing_made(self):
        before = self._count()
        yield
        self.assertEqual(self._count(), before)

    def _count(self):
        self.env.flush_all()
        return {model: self.env[model].sudo().search_count([]) for model in _MADE}

    def get_occupant(self, number, day):
        [occupant] = [
            each
            for each in OCCUPANTS
            if each.number == number and each.start <= day and not (each.end and each.end < day)
        ]
        return occupant

    def get_tenancy(self, number, day):
        return self.tenancies[self.get_occupant(number, day).name]


def at(day, hour, minute=0):
    """Return a moment on the clock of the office."""
    return datetime(day.year, day.month, day.day, hour, minute)
