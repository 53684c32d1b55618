"""A draft invoice made by `create`, after which others like it are written.

The same columns, with their own party, texts and amounts. Amounts and taxes are reckoned by Odoo's
own functions, and what the pattern would have written of itself must be what `create` wrote.
"""

import logging

from odoo.fields import Command

from .insert_like import browse_among, get_given, insert_like, read_rows

_logger = logging.getLogger(__name__)

# Whose overrides and fields on invoices and their lines were read: what the pattern passes by of
# them does nothing to a bill of fees. A further addon is named here once it was read and the test
# of equality passed with it; until then its presence makes every bill the ordinary way.
KNOWN_ADDONS = {"account", "analytic", "l10n_cn", "mail"}
# What one bill has for itself, and one line of it.
OWN_TO_A_BILL = {"partner_id", "ref", "pm_tenancy_id", "invoice_line_ids"}
OWN_TO_A_LINE = {"name", "price_unit"}
# Nothing is kept in step with anything while invoices are written whole.
AS_WRITTEN = {
    "skip_invoice_sync": True,
    "skip_invoice_line_sync": True,
    "skip_is_manually_modified": True,
    "tracking_disable": True,
}


class Pattern:
    """A draft made by `create`, after which others like it are written."""

    def __init__(self, move, parties):
        self.move = move
        self.parties = parties
        self.env = move.env
        self.env.flush_all()
        self.lines = move.line_ids.sorted("id")
        self.products = self.lines.filtered(lambda line: line.display_type == "product")
        self.taxes = self.lines.filtered("tax_repartition_line_id")
        self.term = self.lines.filtered(lambda line: line.display_type == "payment_term")
        self.row = read_rows(move, KNOWN_ADDONS)[0]
        self.line_rows = dict(zip(self.lines, read_rows(self.lines, KNOWN_ADDONS), strict=True))
        self.base_lines = [
            move._prepare_product_base_line_for_taxes_computation(line) for line in self.products
        ]
        self.tax_lines = [move._prepare_tax_line_for_taxes_computation(line) for line in self.taxes]
        self._totals = {}

    def reckon_all(self, vals_list):
        """Return for each invoice its values and those of its lines, or None if it is not alike."""
        if not self._is_simple() or self._tell_differences():
            return [None] * len(vals_list)
        return [self.reckon(vals) for vals in vals_list]

    def reckon(self, vals):
        """Return (values, {line of the pattern: values}), or None if it is built otherwise."""
        own = [line for _command, _id, line in vals["invoice_line_ids"]]
        prices = [line["price_unit"] for line in own]
        amounts, totals = self._reckon_taxes(prices)
        if amounts is None:
            return None
        partner = browse_among(self.parties, vals["partner_id"])
        total = -sum(balance for balance, _base in amounts.values())
        total = self.move.currency_id.round(total)
        if self.move.currency_id.is_zero(total):
            return None  # paid the moment it is posted
        amounts[self.term] = (total, None)
        common = {"partner_id": partner.commercial_partner_id.id, "ref": vals.get("ref")}
        line_vals = {}
        for line in self.lines:
            balance, tax_base = amounts[line]
            line_vals[line] = {**common, **self._prepare_balance_vals(line, balance)}
            if tax_base is not None:
                line_vals[line]["tax_base_amount"] = tax_base
        for number, (line, product) in enumerate(zip(own, self.products, strict=True)):
            line_vals[product] |= {
                "name": line["name"],
                "price_unit": line["price_unit"],
                **totals[number],
            }
        return self._prepare_move_vals(vals, partner, amounts), line_vals

    def make(self, reckoned):
        """Write the invoices as drafts, past all that keeps an invoice in step with itself."""
        if not reckoned:
            return self.move.browse()
        move = self.move.with_context(**AS_WRITTEN)
        drafts = [(move, vals) for vals, _lines in reckoned]
        moves = insert_like({move: self.row}, drafts, KNOWN_ADDONS)
        rows = {line.with_env(move.env): row for line, row in self.line_rows.items()}
        with self.env.protecting(get_given(moves, KNOWN_ADDONS), moves):
            insert_like(
                rows,
                [
                    (line, {**line_vals[line], "move_id": made.id})
                    for made, (_vals, line_vals) in zip(moves, reckoned, strict=True)
                    for line in rows
                ],
                KNOWN_ADDONS,
            )
        return moves

    def _is_simple(self):
        """Tell whether the pattern knows all lines of its move, and how they come about."""
        return (
            len(self.products) + len(self.taxes) + 1 == len(self.lines)
            and len(self.term) == 1
            and self.move.currency_id == self.move.company_currency_id
            and not any(line.discount or line.extra_tax_data for line in self.products)
        )

    def _tell_differences(self):
        """Return what the pattern would have written otherwise than `create` did, of its own."""
        reckoned = self.reckon(
            {
                **{name: self.row.get(name) for name in ("partner_id", "ref", "pm_tenancy_id")},
                "invoice_line_ids": [
                    Command.create({name: line[name] for name in OWN_TO_A_LINE})
                    for line in self.products
                ],
            }
        )
        if reckoned is None:
            return ["total"]
        vals, line_vals = reckoned
        pairs = [(self.move, self.row, vals)]
        pairs += [(line, self.line_rows[line], line_vals[line]) for line in self.lines]
        found = [
            name
            for record, row, own in pairs
            for name, value in own.items()
            if not _is_same(record._fields[name], row.get(name), value)
        ]
        if found:
            _logger.info("Bills like %s are made one by one: %s", self.move.id, sorted(set(found)))
        return found

    def _reckon_taxes(self, prices):
        """Return {line: (balance, base of the tax)} of products and taxes, or None where there are
        other taxes, and the subtotal and total of each product."""
        Tax = self.env["account.tax"]
        company = self.move.company_id
        base_lines = [
            {**base_line, "price_unit": price}
            for base_line, price in zip(self.base_lines, prices, strict=True)
        ]
        Tax._add_tax_details_in_base_lines(base_lines, company)
        Tax._round_base_lines_tax_details(base_lines, company)
        Tax._add_accounting_data_in_base_lines_tax_details(
            base_lines, company, include_caba_tags=self.move.always_tax_exigible
        )
        results = Tax._prepare_tax_lines(
            base_lines,
            company,
            tax_lines=[{**tax_line} for tax_line in self.tax_lines],
        )
        if results["tax_lines_to_add"] or results["tax_lines_to_delete"]:
            return None, None
        amounts = {
            base_line["record"]: (values["balance"], None)
            for base_line, values in results["base_lines_to_update"]
        }
        for tax_line, _key, values in results["tax_lines_to_update"]:
            amounts[tax_line["record"]] = (values["balance"], values["tax_base_amount"])
        if company.tax_calculation_rounding_method == "round_per_line":
            return amounts, [_get_totals(base_line) for base_line in base_lines]
        # Rounded over the whole bill, a line by itself may come to something else.
        return amounts, [self._reckon_line(*each) for each in enumerate(prices)]

    def _reckon_line(self, number, price):
        """Return subtotal and total of a line by itself; many lines of a run cost the same."""
        if (number, price) not in self._totals:
            Tax = self.env["account.tax"]
            base_line = {**self.base_lines[number], "price_unit": price}
            Tax._add_tax_details_in_base_line(base_line, self.move.company_id)
            Tax._round_base_lines_tax_details([base_line], self.move.company_id)
            self._totals[number, price] = _get_totals(base_line)
        return self._totals[number, price]

    def _prepare_balance_vals(self, line, balance):
        sign = -1 if line.is_storno else 1
        open_amount = balance if line.account_id.reconcile or line == self.term else 0.0
        return {
            "balance": balance,
            "amount_currency": balance,
            "debit": sign * max(sign * balance, 0.0),
            "credit": sign * max(-sign * balance, 0.0),
            "amount_residual": open_amount,
            "amount_residual_currency": open_amount,
        }

    def _prepare_move_vals(self, vals, partner, amounts):
        """Return the values of the invoice as Odoo sums them up from its lines."""
        move = self.move
        sign = move.direction_sign
        untaxed = sum(amounts[line][0] for line in self.products)
        tax = sum(amounts[line][0] for line in self.taxes)
        total = untaxed + tax
        open_amount = amounts[self.term][0]
        return {
            "partner_id": partner.id,
            "commercial_partner_id": partner.commercial_partner_id.id,
            "partner_shipping_id": partner.address_get(["delivery"])["delivery"],
            "invoice_partner_display_name": partner.display_name,
            "ref": vals.get("ref"),
            "pm_tenancy_id": vals.get("pm_tenancy_id"),
            "amount_untaxed": sign * untaxed,
            "amount_tax": sign * tax,
            "amount_total": sign * total,
            "amount_residual": -sign * open_amount,
            "amount_untaxed_signed": -untaxed,
            "amount_untaxed_in_currency_signed": -untaxed,
            "amount_tax_signed": -tax,
            "amount_total_signed": -total,
            "amount_total_in_currency_signed": -total,
            "amount_residual_signed": open_amount,
        }


def _get_totals(base_line):
    details = base_line["tax_details"]
    return {
        "price_subtotal": details["total_excluded_currency"],
        "price_total": details["total_included_currency"],
    }


def _is_same(field, known, value):
    if isinstance(known, float) or isinstance(value, float):
        return abs((known or 0.0) - (value or 0.0)) < 1e-6
    return (known or False) == (value or False)
