"""Compares what the suite has booked with the reckoning, to the fen."""

from collections import Counter
from decimal import Decimal

from .office import FeeOffice
from .reckoning import Line

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
