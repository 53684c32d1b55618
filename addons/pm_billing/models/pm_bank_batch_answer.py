"""The bank's answer: checked as a whole, then booked as a whole."""

import base64
import hashlib

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .pm_bank_batch_line import to_fen
from .pm_bank_format import KEYS

# So many faults are named; the first of them usually explain the others.
_MAX_FAULTS = 20
# What the bank repeats of the line, and what the line calls it.
_REPEATED = ("ref", "number", "account", "amount", "holder", "bill", "mandate")


class PmBankBatch(models.Model):
    _inherit = "pm.bank.batch"

    def _take_answer(self, content, filename, day):
        """Book what the bank collected, as of the day it says, else of `day`; note what it refused.

        All of it or nothing: whatever does not fit is named by its line and nothing is booked.
        """
        self.ensure_one()
        batch = self._lock()
        digest = hashlib.sha256(content).hexdigest()
        batch._check_new(digest)
        rows, header, footer = batch.format_id.with_env(self.env)._read_file(content)
        outcomes, faults = batch._match(rows, header)
        frame_faults = batch._find_frame_faults(None if faults else outcomes, header, footer, rows)
        # What the file as a whole is explains more than any of its lines.
        faults = frame_faults + faults
        if faults:
            more = len(faults) - _MAX_FAULTS
            if more > 0:
                faults[_MAX_FAULTS:] = [self.env._("… and %(count)s more.", count=more)]
            raise UserError(
                self.env._(
                    "%(filename)s was not imported, nothing was booked:\n%(faults)s",
                    filename=filename or "",
                    faults="\n".join(faults),
                )
            )
        # What is booked is booked with the rights of the user.
        self._book(outcomes, day)
        batch._write_noted(
            {
                "state": "answered",
                "answer_file": base64.b64encode(content),
                "answer_filename": filename,
                "answer_hash": digest,
                "answered_on": batch.site_id._today(),
                "answered_by_id": self.env.uid,
            }
        )

    def _check_new(self, digest):
        # Also an answer that another office imported counts.
        known = self.search(Domain("answer_hash", "=", digest), limit=1)
        if known:
            raise UserError(
                self.env._(
                    "This file was imported on %(day)s already, as the answer to %(batch)s.",
                    day=known.answered_on,
                    batch=known.display_name,
                )
            )
        if self.state != "sent":
            raise UserError(
                self.env._(
                    "%(batch)s waits for no answer: it is “%(state)s”. Choose the collection that "
                    "is at the bank.",
                    batch=self.display_name,
                    state=self._label_state(self.state),
                )
            )

    def _match(self, rows, header):
        """Return ([(line, row, result)], faults) of the lines of an answer."""
        answered = self.format_id._get_columns("answer", "line").mapped("content")
        key = next(name for name in KEYS if name in answered)
        known = {}
        for line in self.line_ids:
            known.setdefault(self._get_key(key, line._prepare_cells()[key]), []).append(line)
        results = {result.code: result for result in self.format_id.result_ids}
        outcomes, faults = [], []
        for number, row in enumerate(rows, 2 if header is not None else 1):
            candidates = known.get(self._get_key(key, row[key]), [])
            # Several bills of one account are told apart by their amounts.
            line = next(
                (line for line in candidates if row.get("amount") in (None, to_fen(line.amount))),
                candidates[0] if candidates else None,
            )
            if line is None:
                faults.append(self._word_unknown(number, row[key]))
                continue
            candidates.remove(line)
            result = results.get(row["result"])
            if fault := self._find_line_fault(line, row, result):
                faults.append(
                    self.env._("Line %(line)s: %(sentence)s", line=number, sentence=fault)
                )
                continue
            outcomes.append((line, row, result))
        missing = [line for lines in known.values() for line in lines]
        if missing:
            faults.append(
                self.env._(
                    "The bank does not answer %(count)s lines, such as %(lines)s. Ask it for the "
                    "whole answer.",
                    count=len(missing),
                    lines=", ".join(f"{line.number} ({line.display_name})" for line in missing[:5]),
                )
            )
        return outcomes, faults

    def _get_key(self, key, value):
        return value if key == "number" else (value or "").replace(" ", "")

    def _word_unknown(self, number, key):
        return self.env._(
            "Line %(line)s: “%(key)s” was not asked for in %(batch)s, or is answered twice. Is it "
            "the answer to another collection?",
            line=number,
            key=key,
            batch=self.name,
        )

    def _find_line_fault(self, line, row, result):
        """Say what is wrong with the answer to a line, or return nothing."""
        env = self.env
        asked = line._prepare_cells()
        labels = self._label_contents()
        for name in _REPEATED:
            if name in row and row[name] != asked[name]:
                is_amount = name == "amount"
                return env._(
                    "“%(column)s” of %(bill)s says %(found)s, but %(expected)s was sent. Is it "
                    "the answer to another collection, or in another encoding?",
                    column=labels[name],
                    bill=line.display_name,
                    found=_word_fen(row[name]) if is_amount else row[name],
                    expected=_word_fen(asked[name]) if is_amount else asked[name],
                )
        if not result:
            return env._(
                "the result code “%(code)s” is not known. Enter what it means in the format "
                "“%(format)s”.",
                code=row["result"],
                format=self.format_id.name,
            )
        paid = self._get_paid(row, result, asked["amount"])
        if (result.outcome == "paid") != (paid > 0) or paid > asked["amount"]:
            return env._(
                "result “%(code)s” does not fit %(paid)s collected of %(asked)s. Ask the bank.",
                code=row["result"],
                paid=_word_fen(paid),
                asked=_word_fen(asked["amount"]),
            )
        return None

    def _get_paid(self, row, result, asked):
        """Return what the bank collected, in fen."""
        if "amount_paid" in row:
            return row["amount_paid"]
        return asked if result.outcome == "paid" else 0

    def _find_frame_faults(self, outcomes, header, footer, rows):
        """Return what the first and the last line say that is not so."""
        facts = self._prepare_frame([line._prepare_cells() for line in self.line_ids])
        del facts["date"]  # banks give the day of their answer
        if outcomes is not None:
            paid = [
                self._get_paid(row, result, to_fen(line.amount)) for line, row, result in outcomes
            ]
            facts |= {"count_paid": sum(fen > 0 for fen in paid), "total_paid": sum(paid)}
        labels = self._label_contents()
        last = len(rows) + 1 + (header is not None)
        faults = []
        for number, frame in ((1, header), (last, footer)):
            for name in facts.keys() & (frame or {}).keys():
                found, expected = frame[name], facts[name]
                if found == expected:
                    continue
                if name.startswith("total"):
                    found, expected = _word_fen(found), _word_fen(expected)
                faults.append(
                    self.env._(
                        "Line %(line)s: “%(column)s” says %(found)s, but it should be "
                        "%(expected)s. Is the file complete, and the answer to %(batch)s?",
                        line=number,
                        column=labels[name],
                        found=found,
                        expected=expected,
                        batch=self.name,
                    )
                )
        return faults

    def _label_contents(self):
        content = self.env["pm.bank.format.column"]._fields["content"]
        return dict(content._description_selection(self.env))

    def _book(self, outcomes, day):
        """Post the payments in one batch, and let them pay their bills as far as these are open.

        A bill that was paid otherwise meanwhile leaves the payment as a credit of the debtor.
        """
        paid = [
            (line, row, self._get_paid(row, result, to_fen(line.amount)))
            for line, row, result in outcomes
            if result.outcome == "paid"
        ]
        Payment = self.env["account.payment"].with_company(self.company_id)
        payments = Payment.create(
            [
                line._prepare_payment_vals(fen / 100, row.get("paid_on") or day)
                for line, row, fen in paid
            ]
        )
        payments.action_post()
        plan = []
        for (line, _row, fen), payment in zip(paid, payments, strict=True):
            amount = fen / 100
            is_part = line.currency_id.compare_amounts(amount, line.amount) < 0
            line._write_noted(
                {
                    "state": "part" if is_part else "paid",
                    "amount_paid": amount,
                    "paid_on": payment.date,
                    "payment_id": payment.id,
                }
            )
            credit = payment.move_id.line_ids.filtered(
                lambda item: item.account_type == "asset_receivable"
            )
            debit = line.move_id.line_ids.filtered(
                lambda item, account=credit.account_id: (
                    item.account_id == account
                    and not item.reconciled
                    and item.parent_state == "posted"
                    and item.balance > 0
                )
            )
            if debit:
                plan.append(debit.with_env(self.env) | credit)
        for line, row, result in outcomes:
            if result.outcome == "refused":
                line.state = "refused"
            line._write_noted(
                {
                    "result_code": row["result"],
                    "reason": self._word_reason(line, row, result),
                }
            )
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    def _word_reason(self, line, row, result):
        """Return why something was not collected, as occupant and service centre are told."""
        if line.state == "paid":
            return False
        local = result.with_context(lang=self.site_id.print_lang)
        words = row.get("reason") or local.reason
        if line.state == "part" and not words:
            return local.env._("Collected in part")
        return words or local.env._("Refused by the bank (%(code)s)", code=result.code)


def _word_fen(fen):
    return f"{fen // 100}.{fen % 100:02}"
