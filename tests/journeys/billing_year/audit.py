"""Compares what the suite has booked with the reckoning, to the fen."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from . import story
from .estate import MONTHS, OCCUPANTS, YEAR
from .office import FeeOffice
from .reckoning import Line, days_of, month_end

_SHOWN = 12  # so many differences are told; the rest is counted


def to_decimal(amount):
    return Decimal(f"{amount:.2f}")


class Audit(FeeOffice):
    def compare_bills(self, bills, expected):
        """Each bill has the lines of the reckoning; `expected` is {name of the occupant: bill}."""
        faults = []
        known = {bill.pm_tenancy_id.partner_id.name: bill for bill in bills}
        self.assertEqual(len(known), len(bills))
        for name in sorted(known.keys() | expected.keys()):
            bill, wanted = known.get(name), expected.get(name)
            if not bill or not wanted:
                made = bill and to_decimal(bill.amount_total_signed)
                faults.append(f"{name}: billed {made}, reckoned {wanted and wanted.total}")
                continue
            lines = Counter(self._read_lines(bill))
            right = Counter(wanted.lines)
            label = f"{name} {wanted.label}"
            faults += [f"{label}: billed {_word(line)}" for line in (lines - right)]
            faults += [f"{label}: reckoned {_word(line)}" for line in (right - lines)]
            total = to_decimal(bill.amount_total_signed)
            if total != wanted.total:
                faults.append(f"{label}: bill over {total}, reckoned {wanted.total}")
            if bill.invoice_date_due != wanted.due:
                faults.append(f"{label}: due {bill.invoice_date_due}, reckoned {wanted.due}")
            residual = to_decimal(abs(bill.amount_residual))
            if wanted.total > 0 and residual != wanted.open:
                faults.append(f"{label}: open {residual}, reckoned {wanted.open}")
        self._fail_with(faults)

    def compare_deposits(self, tenancy, deposits):
        self.assertEqual(
            sorted(to_decimal(deposit.amount) for deposit in tenancy.deposit_ids),
            sorted(deposit.total for deposit in deposits),
            tenancy.partner_id.name,
        )

    def audit_year(self):
        """At the end of the year reckoning, charges, bills, ledger and report say the same."""
        for audit in (
            self._audit_charges,
            self._audit_ledger,
            self._audit_days,
            self._audit_numbers,
            self._audit_deposits,
            self._audit_report,
        ):
            with self.subTest(audit.__name__):
                audit()

    def _audit_charges(self):
        """The charges of each occupant come to his bills; nothing waits to be billed."""
        ours = [("site_id", "=", self.site.id)]
        waiting = self.env["pm.charge"].search([*ours, ("state", "=", "open")])
        self.assertFalse(waiting, waiting.mapped("display_name"))
        charged = dict(
            self.env["pm.charge"]._read_group(
                [*ours, ("state", "=", "invoiced")], ["tenancy_id"], ["amount:sum"]
            )
        )
        self._compare(
            "charged",
            {self._name(tenancy): amount for tenancy, amount in charged.items()},
            lambda book: sum(bill.total for bill in book.bills if not bill.is_deposit),
        )
        bills = self.env["account.move"]._read_group(
            [
                ("pm_site_id", "=", self.site.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ],
            ["pm_tenancy_id"],
            ["amount_total_signed:sum", "amount_residual_signed:sum"],
        )
        self._compare(
            "billed less credited",
            {self._name(tenancy): total for tenancy, total, _open in bills},
            lambda book: book.billed - book.credits,
        )

    def _audit_ledger(self):
        """What is receivable is billed less paid less credited; the trial balance is zero."""
        posted = [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        Line = self.env["account.move.line"]
        balances = Line._read_group(
            [*posted, ("account_type", "=", "asset_receivable")], ["partner_id"], ["balance:sum"]
        )
        self._compare(
            "receivable",
            {partner.name: balance for partner, balance in balances},
            lambda book: book.owed,
        )
        [[whole]] = Line._read_group(posted, aggregates=["balance:sum"])
        self.assertEqual(to_decimal(whole), 0)
        for move, balance in Line._read_group(posted, ["move_id"], ["balance:sum"]):
            self.assertEqual(to_decimal(abs(balance)), 0, move.name)

    def _audit_days(self):
        """The days charged of each monthly fee tile each stay: no gap, no day twice."""
        faults = []
        monthly = [fee.id for fee in self.fees.values() if fee.basis in ("area", "fixed", "rent")]
        counts = {}
        for charge in self.env["pm.charge"].search(
            [("fee_id", "in", monthly), ("state", "=", "invoiced")]
        ):
            sign = -1 if charge.source_model else 1
            key = (self._name(charge.tenancy_id), charge.fee_id, charge.unit_id.code)
            days = counts.setdefault(key, Counter())
            for day in days_of(charge.date_from, charge.date_to):
                days[day] += sign
        for (name, fee, unit), days in sorted(counts.items(), key=str):
            occupant = self.occupants[name]
            first, last = max(occupant.start, MONTHS[0]), date(YEAR, 12, 31)
            if occupant.comes and occupant.start.month == 12:
                last = month_end(last + timedelta(days=1))  # moved in after the 20th
            right = Counter(days_of(first, min(occupant.end or last, last)))
            faults += [
                f"{name} {fee.name} {unit or ''} {day}: charged {days[day]} times"
                for day in sorted((right - +days) + (+days - right))
            ]
        expected = {
            (occupant.name, fee)
            for occupant in OCCUPANTS
            for fee in (story.MANAGEMENT, story.ENERGY, story.REFUSE)
        }
        names = self._fee_names
        faults += [
            f"{name}: no {fee}"
            for name, fee in expected - {(name, names[fee]) for name, fee, _unit in counts}
        ]
        self._fail_with(faults)

    def _audit_numbers(self):
        """No number of a receipt or of a bill is missing."""
        receipts = self.env["pm.receipt"].search([("site_id", "=", self.site.id)])
        numbers = sorted(int(receipt.name.rpartition("-")[2]) for receipt in receipts)
        self.assertEqual(numbers, list(range(1, len(receipts) + 1)))
        moves = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("state", "=", "posted")]
        )
        for prefix, group in moves.grouped("sequence_prefix").items():
            found = sorted(group.mapped("sequence_number"))
            self.assertEqual(found, list(range(1, len(found) + 1)), prefix)

    def _audit_deposits(self):
        """What is held stands on the accounts of deposits."""
        held = self.env["pm.deposit"].search(
            [("site_id", "=", self.site.id), ("state", "=", "held")]
        )
        right = sum(
            bill.total
            for book in self.reckoning.books.values()
            for bill in book.bills
            if bill.is_deposit and bill not in book.refunded
        )
        self.assertEqual(to_decimal(sum(held.mapped("amount"))), right)
        [[balance]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.code", "=like", "2241%"),
            ],
            aggregates=["balance:sum"],
        )
        self.assertEqual(to_decimal(-balance), right)

    def _audit_report(self):
        """The month report has what was waived, received and is open of the bills of each month,
        less what is owed to the occupants."""
        self.env.flush_all()
        rows = self.env["pm.month.report"]._read_group(
            [("site_id", "=", self.site.id), ("kind", "=", "fee")],
            ["month:month"],
            [
                "amount_receivable:sum",
                "amount_waived:sum",
                "amount_received:sum",
                "amount_open:sum",
            ],
        )
        bills = [
            bill
            for book in self.reckoning.books.values()
            for bill in book.bills
            if not bill.is_deposit
        ]
        credit_notes = [
            credit for book in self.reckoning.books.values() for credit in book.credit_notes
        ]
        faults = []
        for month, receivable, waived, received, left in rows:
            group = [bill for bill in bills if bill.day.replace(day=1) == month]
            open_ = sum(bill.open for bill in group if bill.total > 0)
            open_ -= sum(credit.left for credit in credit_notes if credit.month == month)
            if to_decimal(left) != open_:
                faults.append(f"{month:%Y-%m}: open {left:.2f}, reckoned {open_}")
            if to_decimal(receivable - waived - received - left) != 0:
                faults.append(f"{month:%Y-%m}: {receivable} is not {waived}+{received}+{left}")
        self.assertEqual([row[0] for row in rows], MONTHS)
        total = to_decimal(sum(row[1] - row[2] for row in rows))
        right = sum(bill.total for bill in bills if bill.total > 0)
        right -= sum(credit.amount for credit in credit_notes)
        if total != right:
            faults.append(f"in all: receivable less waived {total}, reckoned {right}")
        self._fail_with(faults)

    def _compare(self, what, found, reckon):
        """Compare {name: amount} with the reckoning of each occupant."""
        faults = []
        for name, book in self.reckoning.books.items():
            amount, right = to_decimal(found.get(name, 0.0)), Decimal(reckon(book))
            if amount != right:
                faults.append(f"{name}: {what} {amount}, reckoned {right}")
        faults += [f"{name}: {what}, but no occupant" for name in found.keys() - self.occupants]
        self._fail_with(faults)

    def _name(self, tenancy):
        return tenancy.partner_id.name

    def _read_lines(self, bill):
        return [
            Line(
                self._fee_names[charge.fee_id],
                charge.unit_id.code or "",
                charge.date_from,
                charge.date_to,
                to_decimal(charge.amount),
            )
            for charge in bill.pm_charge_ids
        ]

    @property
    def _fee_names(self):
        return {fee: name for name, fee in self.fees.items()}

    def _fail_with(self, faults):
        if faults:
            more = len(faults) - _SHOWN
            told = faults[:_SHOWN] + ([f"and {more} more"] if more > 0 else [])
            self.fail("\n".join(told))


def _word(line):
    where = f" {line.unit}" if line.unit else ""
    return f"{line.fee}{where} {line.start} to {line.end}: {line.amount}"
