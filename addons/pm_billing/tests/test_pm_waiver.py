from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_tenancy.tests.test_break_in import BreakIn

from .common import FEBRUARY, MARCH, BillingCommon

APRIL = date(2026, 4, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestPmWaiver(BreakIn, BillingCommon):
    """Management 120.5 m² × 12.00 = 1,446.00 and refuse 60.00 a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = cls._user("cashier")
        cls.director = cls._user("director")
        cls.tenancy = cls._create_active()

    def _create_waiver(self, approve=True, **vals):
        waiver = (
            self.env["pm.waiver"]
            .with_user(self.cashier)
            .create(
                {
                    "tenancy_id": self.tenancy.id,
                    "fee_id": self.fee.id,
                    "date_from": "2026-03-01",
                    "date_to": "2026-03-31",
                    "rate": 50,
                    "reason": "Water damage",
                    **vals,
                }
            )
        )
        if approve:
            self._approve(waiver)
        return waiver

    def _approve(self, waiver):
        waiver.action_ask()
        asked = waiver.sudo().approval_ids.filtered(lambda approval: approval.state == "asked")
        asked.with_user(self.director).action_approve()

    def _get_charges(self, run, fee=None):
        fee = fee or self.fee
        return run.charge_ids.filtered(
            lambda charge: charge.fee_id == fee and charge.state != "cancelled"
        )

    def test_waiver_is_approved_by_the_director(self):
        """BIL-074: the director decides, not who registers it."""
        waiver = self._create_waiver(approve=False)
        with self.assertRaises(UserError):
            waiver.write({"state": "approved"})
        waiver.action_ask()
        with self.assertRaises(AccessError):
            waiver.approval_ids.action_approve()
        waiver.sudo().approval_ids.with_user(self.director).action_approve()
        self.assertRecordValues(
            waiver,
            [
                {
                    "state": "approved",
                    "approved_by_id": self.director.id,
                    "approved_on": date(2026, 3, 10),
                    "user_id": self.cashier.id,
                }
            ],
        )

    def test_rate_is_taken_off_the_charge_and_its_formula_says_so(self):
        """BIL-074."""
        waiver = self._create_waiver()
        charge = self._get_charges(self._collect())
        self.assertRecordValues(charge, [{"amount": 723.0, "amount_waived": 723.0}])
        self.assertIn(waiver.name, charge.formula)
        self.assertIn("723.00", charge.formula)
        self.assertEqual(waiver.amount_waived, 723.0)
        self.assertEqual(waiver.line_ids.charge_id, charge)
        other = self._get_charges(charge.run_id, self.refuse)
        self.assertEqual((other.amount, other.amount_waived), (60.0, 0.0))

    def test_bill_asks_for_what_is_left(self):
        """BIL-074: to the fen, and the line of the bill says it."""
        waiver = self._create_waiver()
        bill = self._bill().bill_ids
        self.assertEqual(bill.amount_total, 783.0)
        self.assertIn(waiver.name, " ".join(bill.invoice_line_ids.mapped("name")))

    def test_days_of_the_waiver_count(self):
        """BIL-074: 10 of 31 days, 100 %."""
        self._create_waiver(date_from="2026-03-22", date_to="2026-04-05", rate=100)
        charge = self._get_charges(self._collect())
        self.assertEqual(charge.amount_waived, 466.45)
        self.assertEqual(charge.amount, 979.55)

    def test_repeated_runs_keep_the_waiver(self):
        """BIL-074: collected again and again, nothing is waived twice, nothing is made anew."""
        waiver = self._create_waiver()
        run = self._collect()
        charge = self._get_charges(run)
        for _time in range(2):
            run.action_collect()
            run.action_check()
        self.assertEqual(self._get_charges(run), charge)
        self.assertEqual(len(waiver.line_ids), 1)
        run._invoice(run.month)
        run.action_collect()
        self.assertEqual(self._get_charges(run), charge)
        self.assertEqual(waiver.amount_waived, 723.0)

    def test_amount_is_spread_over_its_days(self):
        """BIL-074: 590 for two months of 31 and 28 days."""
        waiver = self._create_waiver(
            mode="amount", amount=590, rate=0, date_from="2026-02-01", date_to="2026-03-31"
        )
        february = self._get_charges(self._collect(FEBRUARY))
        march = self._get_charges(self._collect(MARCH))
        self.assertEqual((february.amount_waived, march.amount_waived), (280.0, 310.0))
        self.assertEqual(waiver.amount_waived, 590.0)

    def test_amount_is_shared_by_the_units_and_never_exceeds_the_charge(self):
        both = self._create_active(
            self.unit_2 | self._create_unit(room="05", area=40.0),
            partner_id=self.other_tenant.id,
        )
        waiver = self._create_waiver(tenancy_id=both.id, mode="amount", amount=300, rate=0)
        run = self._collect()
        self.assertEqual(sorted(waiver.line_ids.mapped("amount")), [100.0, 200.0])
        fee = self._create_waiver(
            tenancy_id=both.id, fee_id=self.refuse.id, mode="amount", amount=500, rate=0
        )
        run.action_collect()
        self.assertEqual(fee.amount_waived, 60.0)

    def test_waiver_of_one_unit_leaves_the_other(self):
        both = self._create_active(
            self.unit_2 | self._create_unit(room="05", area=40.0),
            partner_id=self.other_tenant.id,
        )
        self._create_waiver(tenancy_id=both.id, unit_id=self.unit_2.id, rate=100)
        charges = self._get_charges(self._collect()).filtered(
            lambda charge: charge.tenancy_id == both
        )
        self.assertEqual(
            {charge.unit_id.room: charge.amount for charge in charges}, {"04": 0.0, "05": 480.0}
        )

    def test_what_is_waived_altogether_is_billed_at_nothing(self):
        """BIL-074: no exception holds the bill, and the statement shows it."""
        self._create_waiver(rate=100)
        self._create_waiver(rate=100, fee_id=self.refuse.id)
        run = self._collect()
        run.action_check()
        self.assertNotIn("zero", run.exception_ids.mapped("kind"))
        run._invoice(run.month)
        self.assertRecordValues(
            run.bill_ids, [{"state": "posted", "amount_total": 0.0, "payment_state": "paid"}]
        )

    def test_bill_of_nothing_among_many_is_paid(self):
        """BIL-074: bills made after a pattern are those that Odoo would make."""
        for room in ("05", "06", "07"):
            self._create_active(
                self._create_unit(room=room, area=120.5), partner_id=self.other_tenant.id
            )
        self._create_waiver(rate=100)
        self._create_waiver(rate=100, fee_id=self.refuse.id)
        bills = self._bill().bill_ids.sorted("amount_total")
        self.assertEqual(bills.mapped("amount_total"), [0.0, 1506.0, 1506.0, 1506.0])
        self.assertEqual(
            bills.mapped("payment_state"), ["paid", "not_paid", "not_paid", "not_paid"]
        )
        self.assertFalse(self.tenancy.amount_unpaid)

    def test_approval_changes_what_is_collected_already(self):
        """BIL-074: charges not yet billed are reckoned anew, and checked anew."""
        run = self._collect()
        run.action_check()
        waiver = self._create_waiver()
        self.assertEqual(run.state, "collected")
        self.assertEqual(self._get_charges(run).amount, 723.0)
        waiver.sudo().approval_ids.with_user(self.director).action_withdraw()
        self.assertEqual(waiver.state, "draft")
        self.assertFalse(waiver.approved_on)
        self.assertEqual(self._get_charges(run).amount, 1446.0)

    def test_what_is_billed_is_credited(self):
        """BIL-074: a credit note that is set off against the bill."""
        run = self._bill()
        bill = run.bill_ids
        waiver = self._create_waiver()
        note = waiver.line_ids.move_id
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_refund",
                    "state": "posted",
                    "amount_total": 723.0,
                    "reversed_entry_id": bill.id,
                    "pm_site_id": self.site.id,
                }
            ],
        )
        self.assertEqual(bill.amount_residual, 783.0)
        self.assertEqual(self.tenancy.amount_unpaid, 783.0)
        self.assertEqual(self._get_charges(run).amount, 1446.0)
        waiver.sudo()._credit_billed()
        self.assertEqual(len(waiver.line_ids), 1)

    def test_credit_of_a_paid_bill_stays_open(self):
        bill = self._bill().bill_ids
        self._pay(bill)
        waiver = self._create_waiver()
        self.assertEqual(bill.payment_state, "paid")
        self.assertEqual(waiver.line_ids.move_id.amount_residual, 723.0)

    def test_open_credit_pays_the_next_bill(self):
        """BIL-030, BIL-074: as what was paid ahead does."""
        self._pay(self._bill().bill_ids)
        note = self._create_waiver().line_ids.move_id
        other = self._create_active(self.unit_2)
        april = {bill.pm_tenancy_id: bill for bill in self._bill(APRIL).bill_ids}
        self.assertEqual(april[self.tenancy].amount_residual, 783.0)
        self.assertEqual(april[other].payment_state, "not_paid")
        self.assertEqual(note.payment_state, "paid")

    def test_credit_of_a_paid_bill_pays_the_oldest_open_one(self):
        """BIL-074: the own bill first, then what is open longest."""
        february, march = self._bill(FEBRUARY).bill_ids, self._bill().bill_ids
        self._pay(march, 1000.0)
        self._create_waiver(rate=50)
        self.assertEqual(march.amount_residual, 0.0)
        self.assertEqual(february.amount_residual, 1506.0 - (723.0 - 506.0))

    def test_final_credit_note_pays_what_is_open(self):
        """BIL-064: what is given back comes off the debt, the rest is the occupant's."""
        self._bill()
        bill = self.tenancy.bill_ids
        note = self._leave().bill_ids
        self.assertEqual((note.move_type, note.amount_residual), ("out_refund", 0.0))
        self.assertEqual(bill.amount_residual, 1506.0 - note.amount_total)

    def test_credit_of_another_office_or_deposit_pays_nothing(self):
        self._pay(self._bill().bill_ids)
        note = self._create_waiver().line_ids.move_id
        for vals in ({"pm_site_id": self.other_site.id}, {"pm_tenancy_id": False}):
            with self.subTest(vals=vals):
                note.sudo().write({"pm_tenancy_id": False, **vals})
                april = self._bill(APRIL if "pm_site_id" in vals else date(2026, 5, 1)).bill_ids
                paid = "not_paid" if "pm_site_id" in vals else "partial"
                self.assertEqual(april.payment_state, paid)
                note.sudo().pm_site_id = self.site

    def _leave(self, day="2026-03-15"):
        """Let the tenant leave, and bill him for the last time."""
        self.tenancy.action_move_out()
        self.tenancy.date_moved_out = day
        run = self.env["pm.bill.run"]._open_occasion(self.tenancy, "final")
        run.action_invoice()
        return run

    def test_final_bill_gives_back_less_what_was_credited(self):
        """BIL-064, BIL-074: 16 of 31 days of 1,446.00 are 746.32; half of them was credited."""
        self._bill()
        self._create_waiver()
        back = self._get_charges(self._leave())
        self.assertEqual(back.amount, -373.16)
        self.assertIn("373.16", back.formula)

    def test_final_bill_gives_back_nothing_of_what_was_credited_whole(self):
        """BIL-064, BIL-074: nothing was asked for, nothing is given back."""
        self._bill()
        self._create_waiver(rate=100)
        run = self._leave()
        self.assertFalse(self._get_charges(run))
        self.assertEqual(self._get_charges(run, self.refuse).amount, -30.97)

    def test_credit_of_other_days_is_not_taken_off(self):
        """BIL-064, BIL-074: waived were days on which he was there."""
        self._bill()
        self._create_waiver(date_to="2026-03-10")
        self.assertEqual(self._get_charges(self._leave()).amount, -746.32)

    def test_days_given_back_are_not_credited(self):
        """BIL-064, BIL-074: a waiver after the final bill credits the days he was there."""
        self._bill()
        self._leave()
        waiver = self._create_waiver(rate=100)
        self.assertEqual(waiver.line_ids.move_id.amount_total, 699.68)

    def test_amount_over_billed_and_unbilled_months(self):
        """BIL-074: credited for March, charged less in April, 610 in all."""
        self._bill()
        waiver = self._create_waiver(mode="amount", amount=610, rate=0, date_to="2026-04-30")
        self.assertEqual(waiver.line_ids.move_id.amount_total, 310.0)
        april = self._get_charges(self._collect(APRIL))
        self.assertEqual(april.amount_waived, 300.0)
        self.assertEqual(waiver.amount_waived, 610.0)

    def test_amount_used_on_one_bill_is_not_waived_on_the_next(self):
        """BIL-074: two buildings billed apart in one month, 300 in all."""
        annex = self._create_building(code="U")
        both = self._create_active(
            self.unit_2 | self._create_unit(building_id=annex.id, room="05", area=40.0),
            partner_id=self.other_tenant.id,
        )
        self._bill(building_ids=[Command.set(self.building.ids)])
        waiver = self._create_waiver(tenancy_id=both.id, mode="amount", amount=300, rate=0)
        self.assertEqual(waiver.line_ids.move_id.amount_total, 300.0)
        rest = self._get_charges(self._collect(building_ids=[Command.set(annex.ids)]))
        self.assertEqual((rest.amount, rest.amount_waived), (480.0, 0.0))

    def test_waiver_used_on_a_bill_is_not_withdrawn(self):
        self._bill()
        waiver = self._create_waiver()
        with self.assertRaises(UserError):
            waiver.sudo().approval_ids.with_user(self.director).action_withdraw()

    @mute_logger("odoo.sql_db")
    def test_same_days_are_waived_once(self):
        """BIL-074: the database refuses a second waiver, of a unit or of all."""
        self._create_waiver(unit_id=self.unit.id)
        for vals in (
            {"unit_id": self.unit.id, "date_from": "2026-03-31", "date_to": "2026-04-30"},
            {"date_from": "2026-02-01", "date_to": "2026-03-01"},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError), self.cr.savepoint():
                self._create_waiver(approve=False, **vals)
        self._create_waiver(approve=False, date_from="2026-04-01", date_to="2026-04-30")
        self._create_waiver(approve=False, fee_id=self.refuse.id)

    @mute_logger("odoo.sql_db")
    def test_impossible_waivers_are_refused(self):
        for vals in (
            {"rate": 0},
            {"rate": 100.01},
            {"mode": "amount", "amount": 0},
            {"date_to": "2026-02-28"},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError), self.cr.savepoint():
                self._create_waiver(approve=False, **vals)

    def test_what_was_decided_stays(self):
        waiver = self._create_waiver(approve=False)
        waiver.action_ask()
        for vals in ({"rate": 100}, {"date_to": "2026-12-31"}, {"reason": "x"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                waiver.write(vals)
        waiver.action_cancel()
        self.assertEqual(waiver.sudo().approval_ids.state, "withdrawn")

    def test_nobody_slips_a_waiver_in(self):
        """BIL-074: not by RPC, not from another office, not by another post."""
        waiver = self._create_waiver(approve=False)
        charge = self._get_charges(self._collect())
        for model, record, vals in (
            ("pm.waiver", waiver, {"approved_by_id": self.director.id}),
            ("pm.waiver", waiver, {"approved_on": "2026-03-01"}),
            ("pm.waiver", waiver, {"amount_waived": 1}),
            ("pm.charge", charge, {"amount_waived": 1}),
        ):
            with self.subTest(vals=vals):
                self._assert_denied(self.director, model, "write", record.ids, vals)
        line = {"waiver_id": waiver.id, "charge_id": charge.id, "amount": 1}
        self._assert_denied(self.director, "pm.waiver.line", "create", [line])
        self._assert_denied(
            self.director,
            "pm.waiver",
            "write",
            waiver.ids,
            {"line_ids": [Command.create({"charge_id": charge.id, "amount": 1})]},
        )
        stranger = self._user("director", self.other_site)
        self._assert_denied(stranger, "pm.waiver", "action_ask", waiver.ids)
        self.assertFalse(self.env["pm.waiver"].with_user(stranger).search([]).sudo() & waiver)
        for post in ("receptionist", "security", "engineer"):
            with self.subTest(post=post):
                self.assertFalse(waiver.with_user(self._user(post)).has_access("write"))
        with self.assertRaises(UserError):
            self._create_waiver(
                approve=False,
                fee_id=self._create_fee("Other", "OTH", price=1, site_id=self.other_site.id).id,
            )

    def test_register_lists_what_was_approved_in_the_month(self):
        """F-BIL-15: unit, occupant, fee, period, amount or rate, reason, approver, registrar."""
        self.site.print_lang = "en_US"
        waiver = self._create_waiver()
        self._create_waiver(approve=False, fee_id=self.refuse.id)
        register = self.env.ref("pm_billing.register_waivers")
        issue = register._issue(self.site, date(2026, 3, 31))
        self.assertEqual(issue.row_count, 1)
        text = "".join(
            self._print(self.env.ref("pm_base.action_report_pm_register").report_action(issue))
        )
        for words in (
            "T-12-03",
            "BlueKiteTrading",
            "Management",
            "50%",
            "Waterdamage",
            self.director.name.replace(" ", ""),
            self.cashier.name.replace(" ", ""),
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        self.assertFalse(register._issue(self.site, date(2026, 4, 30)).row_count)
        self.assertEqual(waiver.period_text.count("2026"), 2)
