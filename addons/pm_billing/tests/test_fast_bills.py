from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.pm_billing.models import account_move_fast

from .common import MARCH, BillingCommon



@tagged("post_install", "-at_install")
class FastBillsCommon(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.site._get_fee_journal()
        cls.tax = cls.company.pm_fee_tax_id
        cls.products = cls.env["product.product"].search([("type", "=", "service")], limit=4)
        cls.parties = cls.env["res.partner"].create(
            [{"name": f"Party {number}"} for number in range(7)]
        )

    @classmethod
    def _prepare_vals(cls, number, partner, sign=1, tax=None, **line_vals):
        """Return a bill of four lines with odd prices, the second of them a correction."""
        prices = [103.37, -20.01, 7.77 + number, 1446.0 + number * 0.37]
        return {
            "move_type": "out_invoice" if sign > 0 else "out_refund",
            "partner_id": partner.id,
            "journal_id": cls.journal.id,
            "invoice_date": MARCH,
            "invoice_date_due": date(2026, 3, 5),
            "invoice_payment_term_id": False,
            "invoice_user_id": False,
            "ref": f"A-{number:03d} 2026-03",
            "pm_site_id": cls.site.id,
            "pm_month": MARCH,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "name": f"Fee of {partner.name}",
                        "quantity": 1.0,
                        "price_unit": sign * price,
                        "tax_ids": [Command.set((cls.tax if tax is None else tax).ids)],
                        "sequence": sequence,
                        **line_vals,
                    }
                )
                for sequence, (price, product) in enumerate(
                    zip(prices, cls.products, strict=True), start=1
                )
            ],
        }

    def _vals_list(self, **vals):
        return [
            self._prepare_vals(number, partner, **vals)
            for number, partner in enumerate(self.parties)
        ]

    def _make_plain(self, env, vals_list):
        moves = env["account.move"].create(vals_list)
        moves.action_post()
        return moves

    def _dump(self, moves):
        """Return all that the database holds of invoices, without ids."""
        self.env.flush_all()
        lines = moves.line_ids.sorted(lambda line: (moves.ids.index(line.move_id.id), line.id))
        analytic = lines.sudo().analytic_line_ids.sorted(
            lambda each: (lines.ids.index(each.move_line_id.id), each.id)
        )
        return {
            "moves": self._dump_rows(moves),
            "lines": self._dump_rows(lines),
            "links": [self._dump_links(record) for record in (*moves, *lines)],
            "lines of a move": [
                (len(move.line_ids), len(move.invoice_line_ids), len(move.journal_line_ids))
                for move in moves
            ],
            "analytic": self._dump_rows(analytic),
            "messages": [
                (message.model, message.subject, message.body)
                for message in moves.sudo().message_ids
            ],
            "followers": [move.sudo().message_partner_ids.ids for move in moves],
            "ranks": moves.partner_id.mapped("customer_rank"),
        }

    def _dump_rows(self, records):
        if not records:
            return []
        self.env.cr.execute(
            SQL(
                "SELECT * FROM %s WHERE id IN %s",
                SQL.identifier(records._table),
                tuple(records.ids),
            )
        )
        rows = {row["id"]: row for row in self.env.cr.dictfetchall()}
        ids = {"id", "move_id", "move_line_id"}
        return [
            {name: value for name, value in rows[number].items() if name not in ids}
            for number in records.ids
        ]

    def _dump_links(self, record):
        return {
            name: record[name].ids
            for name, field in record._fields.items()
            if field.type == "many2many" and field.store
        }

    def _assert_same(self, vals_list, env=None, fast=True):
        """Assert that what the run writes is what `create` and `action_post` write."""
        env = env or self.env
        with self.env.cr.savepoint() as savepoint:
            plain = self._dump(self._make_plain(env, vals_list))
            savepoint.rollback()
        # What Odoo remembers of a transaction: the last number, ranks still to be raised.
        self.env.cr.precommit.clear()
        self.env.cr.postcommit.clear()
        self.env.invalidate_all()
        made = []
        create = account_move_fast.Pattern.create

        def count(pattern, reckoned):
            made.extend(reckoned)
            return create(pattern, reckoned)

        with patch.object(account_move_fast.Pattern, "create", count):
            moves = env["account.move"]._pm_create_posted(vals_list)
        self.assertEqual(bool(made), fast)
        dumped = self._dump(moves)
        for part, known in plain.items():
            for number, (one, other) in enumerate(zip(known, dumped[part], strict=True)):
                self.assertEqual(one, other, f"{part} {number}")
        return moves


class TestFastBills(FastBillsCommon):
    """Bills made after a pattern are, column by column, the bills that Odoo makes."""

    def test_taxed(self):
        moves = self._assert_same(self._vals_list())
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(len(moves.line_ids), 7 * 6)

    def test_tax_rounded_over_the_bill(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self._assert_same(self._vals_list())

    def test_tax_on_top(self):
        tax = self.tax.copy({"name": "On top", "price_include_override": "tax_excluded"})
        self._assert_same(self._vals_list(tax=tax))

    def test_two_taxes(self):
        tax = self.tax.copy({"name": "Another", "amount": 3.0})
        self._assert_same(self._vals_list(tax=self.tax + tax))

    def test_untaxed(self):
        self._assert_same(self._vals_list(tax=self.env["account.tax"]))
