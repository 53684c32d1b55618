from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.pm_billing.models import account_move_fast

from .common import MARCH, BillingCommon

_IDS = {"id", "move_id", "move_line_id"}


@tagged("post_install", "-at_install")
class FastBillsCommon(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.site._get_fee_journal()
        cls.tax = cls.company.pm_fee_tax_id
        cls.products = cls.env["product.product"].search([("type", "=", "service")], limit=4)
        cls.parties = cls._create_parties(7)

    @classmethod
    def _prepare_vals(cls, number, partner, tax=None, **line_vals):
        """Return a bill of four lines with odd prices, the second of them a correction."""
        prices = [103.37, -20.01, 7.77 + number, 1446.0 + number * 0.37]
        return {
            "move_type": "out_invoice",
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
                        "price_unit": price,
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

    def _refunds(self):
        return [
            {**vals, "move_type": "out_refund", "partner_bank_id": False}
            for vals in self._vals_list()
        ]

    def _make_plain(self, env, vals_list):
        moves = env["account.move"].create(vals_list)
        moves.action_post()
        return moves

    def _dump(self, moves):
        """Return all that the database holds of invoices, without ids."""
        moves.env.flush_all()  # by who made them
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
            "ranks": [self._get_rank(partner) for partner in self.parties],
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
        return [self._without_ids(rows[number]) for number in records.ids]

    def _without_ids(self, row):
        """Return a row without ids, and without the hash, which is one over the ids."""
        row = {name: value for name, value in row.items() if name not in _IDS}
        if "inalterable_hash" in row:
            row["inalterable_hash"] = bool(row["inalterable_hash"])
        return row

    def _get_rank(self, partner):
        """Return the rank of a party, with what is added to it after the commit."""
        data = self.env.cr.postcommit.data
        later = data.get("account.res.partner.increase_rank.customer_rank", {})
        ours = data.get("pm_billing.ranks_later", {})
        return (
            partner.customer_rank
            + later.get(partner.id, 0)
            + ours.get(("customer_rank", partner.id), 0)
        )

    def _dump_links(self, record):
        return {
            name: record[name].ids
            for name, field in record._fields.items()
            if field.type == "many2many" and field.store
        }

    def _assert_same(self, vals_list, env=None, fast=True):
        """Assert that what the run writes is what `create` and `action_post` write."""
        env = env or self.env
        self.env.cr.postcommit.clear()
        with self.env.cr.savepoint() as savepoint:
            plain = self._dump(self._make_plain(env, vals_list))
            savepoint.rollback()
        # What Odoo remembers of a transaction: the last number, ranks still to be raised.
        self.env.cr.precommit.clear()
        self.env.cr.postcommit.clear()
        self.env.invalidate_all()
        made = []
        create = account_move_fast.Pattern.make

        def count(pattern, reckoned):
            made.extend(reckoned)
            return create(pattern, reckoned)

        with patch.object(account_move_fast.Pattern, "make", count):
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

    def test_analytic_distribution(self):
        plan = self.env["account.analytic.plan"].create({"name": "Uses"})
        one, other = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("Security", "Cleaning")]
        )
        moves = self._assert_same(
            self._vals_list(analytic_distribution={str(one.id): 33.33, str(other.id): 66.67})
        )
        self.assertEqual(len(moves.line_ids.analytic_line_ids), 7 * 4 * 2)

    def test_analytic_accounts_chosen_by_the_party(self):
        plan = self.env["account.analytic.plan"].create({"name": "Uses"})
        account = self.env["account.analytic.account"].create({"name": "Shop", "plan_id": plan.id})
        self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.parties[2].id,
                "analytic_distribution": {str(account.id): 100.0},
                "company_id": self.company.id,
            }
        )
        moves = self._assert_same(self._vals_list())
        self.assertEqual(moves.line_ids.analytic_line_ids.partner_id, self.parties[2])

    def test_credit_notes(self):
        """What is owed to the occupant is a credit note, in figures without a sign."""
        moves = self._assert_same(self._refunds())
        self.assertEqual(set(moves.mapped("move_type")), {"out_refund"})
        self.assertTrue(all(move.amount_total_signed < 0 for move in moves))

    def test_invoices_and_credit_notes_of_one_run(self):
        for refund_sequence in (False, True):
            self.journal.refund_sequence = refund_sequence
            refunds = self._refunds()
            mixed = [
                refund if number % 2 else bill
                for number, (bill, refund) in enumerate(
                    zip(self._vals_list(), refunds, strict=True)
                )
            ]
            with self.subTest(refund_sequence=refund_sequence):
                self._assert_same(mixed)

    def test_ranks_are_raised_once_the_bills_are_kept(self):
        """A party billed twice in a transaction is raised twice, after it."""
        first, second = self.parties[:2]
        (first + second).customer_rank = 3
        (first + second)._pm_raise_ranks_later("customer_rank", 1)
        first._pm_raise_ranks_later("customer_rank", 2)
        self.assertEqual((first + second).mapped("customer_rank"), [3, 3])
        self.env.flush_all()

        @contextmanager
        def own_cursor():
            yield self.env.cr

        with patch.object(self.env.registry, "cursor", own_cursor):
            self.env["res.partner"]._pm_write_waiting_ranks()
        self.env.invalidate_all()
        self.assertEqual((first + second).mapped("customer_rank"), [6, 4])

    def test_parties_of_many_kinds(self):
        """Terms, language, contacts, categories and methods of payment of the party."""
        parties = self.env["res.partner"].create(
            [{"name": f"Kind {number}"} for number in range(24)]
        )
        term = self.env.ref("account.account_payment_term_30days")
        parties[3:6].property_payment_term_id = term
        parties[6:9].lang = "zh_CN"
        parties[9:12].parent_id = parties[0]
        parties[12:15].property_account_receivable_id = self.env["account.account"].create(
            {"name": "Other", "code": "112288", "account_type": "asset_receivable"}
        )
        self.env["res.partner"].create(
            [
                {"name": "Door", "parent_id": partner.id, "type": "delivery"}
                for partner in parties[15:18]
            ]
        )
        parties[18:21].user_id = self.env.user
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        parties[21:].property_account_position_id = position
        self.parties = parties
        self.company.invoice_terms = "Pay in time"
        self.env["ir.config_parameter"].set_param("account.use_invoice_terms", True)
        self._assert_same(self._vals_list())
        for vals in (vals_list := self._vals_list()):
            del vals["invoice_payment_term_id"], vals["invoice_user_id"], vals["invoice_date_due"]
        self._assert_same(vals_list)

    def test_positions_that_apply_by_themselves(self):
        country = self.env.ref("base.fr")
        self.env["account.fiscal.position"].create(
            {"name": "Abroad", "auto_apply": True, "country_id": country.id}
        )
        self.parties[:4].country_id = country
        moves = self._assert_same(self._vals_list())
        self.assertEqual(len(moves.filtered("fiscal_position_id")), 4)

    def test_reference_of_payment_by_the_party(self):
        self.journal.invoice_reference_type = "partner"
        self._assert_same(self._vals_list())

    def test_lock_date_moves_the_date(self):
        self.company.sale_lock_date = "2026-04-30"
        moves = self._assert_same(self._vals_list())
        self.assertTrue(all(move.date > date(2026, 4, 30) for move in moves))

    def test_journal_secured_by_hash(self):
        self.journal.restrict_mode_hash_table = True
        moves = self._assert_same(self._vals_list())
        self.assertTrue(all(moves.mapped("inalterable_hash")))
        accountant = new_test_user(self.env, "accountant", "account.group_account_user")
        results = self.company.with_user(accountant)._check_hash_integrity()["results"]
        self.assertIn("verified", [result["status"] for result in results])
        self.assertNotIn("corrupted", [result["status"] for result in results])

    def test_numbers_have_no_gap(self):
        """Numbers go on after bills made before and are continued by bills made after."""
        last = self._make_plain(self.env, self._vals_list()[:1])
        moves = self._assert_same(self._vals_list())
        after = self._make_plain(self.env, self._vals_list()[:1])
        numbers = (last + moves + after).mapped("sequence_number")
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 9)))
        self.assertFalse(any((last + moves + after).mapped("made_sequence_gap")))

    def test_as_a_cashier(self):
        cashier = self._user("cashier")
        self._assert_same(self._vals_list(), env=self.env(user=cashier))

    def test_who_may_not_bill_cannot(self):
        guard = self._user("security")
        with self.assertRaises(AccessError):
            self.env["account.move"].with_user(guard)._pm_create_posted(self._vals_list())

    def test_bills_of_another_company_are_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.parties[6].company_id = other
        with self.assertRaises(UserError):
            self.env["account.move"]._pm_create_posted(self._vals_list())

    def test_archived_account_is_named(self):
        account = self.parties[0].property_account_receivable_id
        vals_list = self._vals_list()
        account.active = False
        with self.assertRaisesRegex(UserError, account.code):
            self.env["account.move"]._pm_create_posted(vals_list)

    def test_bill_of_nothing(self):
        """A bill of zero is paid when it is posted; it is made the ordinary way among others."""
        vals_list = self._vals_list()
        for _command, _id, line in vals_list[3]["invoice_line_ids"]:
            line["price_unit"] = 0.0
        moves = self._assert_same(vals_list)
        self.assertEqual(moves[3].payment_state, "paid")

    def test_tax_that_vanishes(self):
        """A bill too small for a tax line has other lines than the rest."""
        vals_list = self._vals_list()
        for _command, _id, line in vals_list[3]["invoice_line_ids"]:
            line["price_unit"] = 0.01 if line["price_unit"] > 0 else -0.01
        moves = self._assert_same(vals_list)
        self.assertLess(len(moves[3].line_ids), 6)

    def test_bills_after_a_payment_look_the_same_to_accounting(self):
        moves = self._assert_same(self._vals_list())
        self._pay(moves[0])
        self.assertIn(moves[0].payment_state, ("paid", "in_payment"))
        moves[1].button_draft()
        moves[1].action_post()
        self.assertEqual(moves[1].state, "posted")


class TestFastBillsFallback(FastBillsCommon):
    """Whatever is not known for certain is made the ordinary way."""

    def test_rule_of_automation_on_create(self):
        Move = self.registry["account.move"]
        create = Move.create
        seen = []

        def watched(moves, vals_list):
            seen.extend(vals_list)
            return create(moves, vals_list)

        self.patch(Move, "create", watched)
        self.assertIn("create", self.env["account.move"]._pm_get_plain_reason())
        self._assert_same(self._vals_list(), fast=False)
        self.assertEqual(len(seen), 2 * 7)

    def test_addon_nobody_looked_at(self):
        known = account_move_fast.KNOWN_ADDONS
        self.assertFalse(self.env["account.move"]._pm_get_plain_reason())
        for addon in ("account", "analytic", "l10n_cn", "mail"):
            with (
                self.subTest(addon=addon),
                patch.object(account_move_fast, "KNOWN_ADDONS", known - {addon}),
            ):
                reason = self.env["account.move"]._pm_get_plain_reason()
                self.assertIn(f"odoo.addons.{addon}.", reason)
                self._assert_same(self._vals_list(), fast=False)

    def test_audit_trail_wants_messages(self):
        self.company.restrictive_audit_trail = True
        self._assert_same(self._vals_list(), fast=False)

    def test_pattern_that_errs_is_not_used(self):
        """The pattern is tried on its own bill first; what it would write must be the same."""
        prepare = account_move_fast.Pattern._prepare_move_vals

        def err(pattern, *args):
            return {**prepare(pattern, *args), "amount_tax": 0.01}

        with patch.object(account_move_fast.Pattern, "_prepare_move_vals", err):
            self._assert_same(self._vals_list(), fast=False)
