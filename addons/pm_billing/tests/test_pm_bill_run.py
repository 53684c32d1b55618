from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import float_compare, mute_logger

from .common import FEBRUARY, MARCH, BillingCommon


@tagged("post_install", "-at_install")
class TestPmBillRun(BillingCommon):
    def _snapshot(self, run):
        """What a repeated step must leave as it is: the very same records."""
        run.invalidate_recordset()
        charges = run.charge_ids.sorted("id")
        return (
            [(charge.id, charge.amount, charge.state) for charge in charges],
            [(bill.id, bill.amount_total, bill.state) for bill in run.bill_ids.sorted("id")],
            run.state,
        )

    def test_each_step_repeated_changes_nothing(self):
        """BIL-021 to BIL-023: collect, check, bill and deliver are safe to repeat."""
        self._create_active()
        self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        run = self._create_run()
        for step in ("action_collect", "action_check", "action_invoice", "action_deliver"):
            getattr(run, step)()
            before = self._snapshot(run)
            getattr(run, step)()
            self.assertEqual(self._snapshot(run), before, step)
        run.action_collect()
        self.assertEqual(self._snapshot(run), before)

    def test_bill_of_a_tenancy(self):
        """BIL-023: one bill for each tenancy, due on the office's day, numbered and posted."""
        tenancy = self._create_active(self.unit + self.unit_2)
        bill = self._bill().bill_ids
        self.assertRecordValues(
            bill,
            [
                {
                    "state": "posted",
                    "partner_id": self.tenant.id,
                    "pm_tenancy_id": tenancy.id,
                    "pm_site_id": self.site.id,
                    "pm_month": MARCH,
                    "invoice_date": MARCH,
                    "invoice_date_due": date(2026, 3, 5),
                    "amount_total": 2466.0,
                    "amount_tax": 139.59,
                }
            ],
        )
        self.assertEqual(len(bill.invoice_line_ids), 3)
        self.assertEqual(bill.pm_charge_ids.mapped("state"), ["invoiced"] * 3)
        self.assertEqual(
            sorted(bill.invoice_line_ids.mapped("price_total")),
            sorted(bill.pm_charge_ids.mapped("amount")),
        )
        self.assertIn("2026-03-01 至 2026-03-31", bill.invoice_line_ids[0].name)

    def test_payment_term_of_the_payer_does_not_move_the_due_day(self):
        self.tenant.property_payment_term_id = self.env.ref("account.account_payment_term_30days")
        self._create_active()
        self.assertEqual(self._bill().bill_ids.invoice_date_due, date(2026, 3, 5))

    def test_bill_made_late_is_not_due_before_it_was_made(self):
        self._create_active()
        run = self._collect()
        run.action_check()
        run._invoice(date(2026, 3, 11))
        self.assertEqual(run.bill_ids.invoice_date_due, date(2026, 3, 11))

    def test_sum_of_the_lines_is_the_total_to_the_fen(self):
        """The tax is included: the bill asks for the charges, neither a fen more nor less."""
        prices = [3.37, 7.01, 0.0333, 11.9999, 2.2225]
        for number, price in enumerate(prices):
            self._create_fee(f"Fee {number}", f"N{number}", price=price)
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            units = [
                self._create_unit(room=f"{method[6]}{n}", area=17.03 + n * 13.77) for n in range(6)
            ]
            for unit in units:
                self._create_active(unit)
            month = FEBRUARY if method == "round_globally" else MARCH
            for bill in self._bill(month).bill_ids:
                total = sum(bill.pm_charge_ids.mapped("amount"))
                self.assertEqual(float_compare(bill.amount_total, total, 2), 0)
                self.assertFalse(
                    float_compare(bill.amount_untaxed + bill.amount_tax, bill.amount_total, 2)
                )

    def test_collecting_again_adds_and_drops(self):
        gone = self._create_active()
        run = self._collect()
        kept_out = run.charge_ids
        new = self._create_active(self.unit_2, partner_id=self.other_tenant.id)
        gone.action_move_out()
        gone.date_moved_out = "2026-02-10"
        run.action_collect()
        self.assertEqual(run.charge_ids.tenancy_id, new)
        self.assertFalse(kept_out.exists())

    def test_charges_follow_a_new_price_until_they_are_billed(self):
        self._create_active()
        run = self._collect()
        self.fee.price_ids.price = 13.0
        run.action_check()
        self.assertEqual(run.amount_charged, 1566.5 + 60)
        run._invoice(MARCH)
        self.fee.price_ids.price = 14.0
        run.action_collect()
        self.assertEqual(run.amount_charged, 1566.5 + 60)
        self.assertEqual(run.state, "invoiced")

    def test_who_comes_later_is_billed_by_the_same_run(self):
        """BIL-014: who moves in after the run is billed from that day on."""
        self._create_active()
        run = self._bill()
        self._create_active(self.unit_2, partner_id=self.other_tenant.id, date_start="2026-03-17")
        run.action_collect()
        self.assertEqual(run.state, "collected")
        run.action_check()
        run._invoice(date(2026, 3, 17))
        self.assertEqual(run.bill_ids.mapped("amount_total"), [1506.0, 493.55])

    def test_days_billed_already_are_left_out(self):
        """A stay that grows after billing is charged for the new days only."""
        tenancy = self._create_active(date_end="2026-03-10")
        run = self._bill()
        tenancy.date_end = "2026-03-20"
        run.action_collect()
        added = run.charge_ids.filtered(lambda charge: charge.state == "open")
        self.assertEqual(
            [(charge.date_from.day, charge.date_to.day) for charge in added], [(11, 20)] * 2
        )

    def test_runs_of_buildings_do_not_charge_twice(self):
        tower = self._create_building(code="U")
        unit = self._create_unit(building_id=tower.id)
        self._create_active()
        second = self._create_active(unit, partner_id=self.other_tenant.id)
        one = self._bill(building_ids=[Command.set(tower.ids)])
        self.assertEqual(one.bill_ids.pm_tenancy_id, second)
        rest = self._collect()
        self.assertNotIn(second, rest.charge_ids.tenancy_id)

    @mute_logger("odoo.sql_db")
    def test_one_run_for_a_month_and_its_buildings(self):
        self._create_run()
        self._create_run(building_ids=[Command.set(self.building.ids)])
        for vals in ({}, {"building_ids": [Command.set(self.building.ids)]}):
            with (
                self.subTest(vals=vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_run(**vals)
                self.env.flush_all()

    def test_any_day_stands_for_its_month(self):
        run = self._create_run("2026-03-17")
        self.assertEqual(run.month, MARCH)
        run.month = "2026-02-28"
        self.assertEqual(run.month, FEBRUARY)
        self.assertEqual(run.date_due, date(2026, 2, 5))

    def test_next_month_is_proposed(self):
        self._create_run(date(2031, 12, 1))
        self.assertEqual(self.env["pm.bill.run"]._default_month(), date(2032, 1, 1))
        self._create_run(date(2032, 1, 1), building_ids=[Command.set(self.building.ids)])
        self.assertEqual(self.env["pm.bill.run"]._default_month(), date(2032, 1, 1))

    def test_forbidden_moves(self):
        Run = self.env["pm.bill.run"]
        run = self._create_run()
        for state, targets in Run._TRANSITIONS.items():
            for target in set(Run._TRANSITIONS) - targets:
                self.env.cr.execute(
                    "UPDATE pm_bill_run SET state = %s WHERE id = %s", (state, run.id)
                )
                run.invalidate_recordset()
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    run.state = target

    def test_billed_run_is_neither_changed_nor_deleted(self):
        self._create_active()
        run = self._bill()
        for change in (run.unlink, lambda: run.write({"month": FEBRUARY})):
            with self.assertRaisesRegex(UserError, "no longer be changed"):
                change()
        self.assertTrue(self._collect(FEBRUARY).unlink())

    def test_run_that_somebody_works_on_is_refused(self):
        """Two clerks at once: the second is told so, and nothing is billed twice."""
        run = self._collect()
        self.patch(self.registry["pm.bill.run"], "try_lock_for_update", lambda run, **kw: run[:0])
        for step in ("action_collect", "action_check", "action_deliver"):
            with self.subTest(step=step), self.assertRaisesRegex(UserError, "Somebody else"):
                getattr(run, step)()

    def test_nothing_to_bill_is_told(self):
        run = self._collect()
        run.action_check()
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            run.action_invoice()

    def test_totals(self):
        self._create_active()
        run = self._bill()
        self._pay(run.bill_ids, 506.0)
        run.invalidate_recordset()
        self.assertRecordValues(
            run,
            [
                {
                    "charge_count": 2,
                    "open_count": 0,
                    "bill_count": 1,
                    "printed_count": 0,
                    "amount_charged": 1506.0,
                    "amount_billed": 1506.0,
                    "amount_unpaid": 1000.0,
                }
            ],
        )
        self.assertAlmostEqual(run.collection_rate, 33.6, 1)


@tagged("post_install", "-at_install")
class TestPmBillException(BillingCommon):
    def _exceptions(self, run):
        return {(found.kind, found.is_blocking) for found in run.exception_ids}

    def _check(self):
        run = self._collect()
        run.action_check()
        return run

    def test_nothing_wrong(self):
        self._create_active()
        self.assertFalse(self._check().exception_ids)

    def test_no_tariff_keeps_out_the_tenancy_and_no_other(self):
        """A gap in the tariff is an exception, never a charge of zero."""
        self.fee.price_ids.building_id = self.building
        tower = self._create_building(code="U")
        fine = self._create_active()
        self._create_active(
            self._create_unit(building_id=tower.id), partner_id=self.other_tenant.id
        )
        run = self._check()
        self.assertEqual(self._exceptions(run), {("tariff", True)})
        self.assertEqual(run.exception_ids.date_from, MARCH)
        run.action_invoice()
        self.assertEqual(run.bill_ids.pm_tenancy_id, fine)
        # Put right, the same run adds what was kept out.
        self._create_price(building_id=tower.id)
        run.action_collect()
        run.action_check()
        run.action_invoice()
        self.assertEqual(run.bill_count, 2)
        self.assertFalse(run.exception_ids)

    def test_no_receivable_account(self):
        self._create_active()
        self.tenant.property_account_receivable_id = False
        self.env["ir.default"].search(
            [("field_id.name", "=", "property_account_receivable_id")]
        ).unlink()
        self.env["ir.default"].set(
            "res.partner", "property_account_receivable_id", False, company_id=self.company.id
        )
        self.tenant.invalidate_recordset()
        self.assertIn(("receivable", True), self._exceptions(self._check()))

    def test_receivable_account_in_another_currency(self):
        self._create_active()
        self.tenant.property_account_receivable_id = self.env["account.account"].create(
            {
                "name": "Receivable in dollars",
                "code": "112299",
                "account_type": "asset_receivable",
                "currency_id": self.env.ref("base.USD").id,
            }
        )
        self.assertEqual(self._exceptions(self._check()), {("receivable", True)})

    def test_tax_that_comes_on_top(self):
        self._create_active()
        tax = self.company.pm_fee_tax_id.copy(
            {"name": "6 on top", "price_include_override": "tax_excluded"}
        )
        self.fee.product_id.taxes_id = tax
        run = self._check()
        self.assertIn(("tax", True), self._exceptions(run))
        with self.assertRaisesRegex(UserError, "nothing to bill"):
            run.action_invoice()

    def test_warnings_do_not_keep_out(self):
        self._create_active()
        self.refuse.price_ids.price = 0.0
        run = self._check()
        self.assertEqual(self._exceptions(run), {("zero", False)})
        run.action_invoice()
        self.assertEqual(run.bill_ids.amount_total, 1446.0)

    def test_tenancies_that_need_a_look(self):
        self._create_active(date_end="2026-02-27")
        self._create_tenancy(self.unit_2, state="move_in", date_start="2026-03-31")
        fee = self._create_unit(room="09")
        nobody_pays = self._create_active(fee, partner_id=self.other_tenant.id)
        self.env["pm.tenancy.fee"].create(
            [
                {"tenancy_id": nobody_pays.id, "fee_id": each.id, "terms": "excluded"}
                for each in self.fee + self.refuse
            ]
        )
        run = self._check()
        self.assertEqual(
            self._exceptions(run), {("ended", False), ("move_in", False), ("nothing", False)}
        )
        for found in run.exception_ids:
            self.assertTrue(found.message)
            self.assertTrue(found.action_open()["res_id"])

    def test_every_kind_says_what_to_do(self):
        Exception_ = self.env["pm.bill.exception"]
        run = self._collect()
        for lang in ("en_US", "zh_CN"):
            for kind in dict(Exception_._fields["kind"].selection):
                found = Exception_.with_context(lang=lang).new({"kind": kind, "run_id": run.id})
                self.assertTrue(found.message, kind)
