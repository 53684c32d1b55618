from datetime import date

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_base.tests.common import POSTS

from .common import MARCH, BillingCommon

APRIL = date(2026, 4, 1)
MAY = date(2026, 5, 1)


class SlipCommon(BillingCommon):
    """Repairs cost 80 yuan an hour, material what it costs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.repair = cls._create_fee(
            "Repair", "REP", price=80.0, basis="quantity", sequence=60, uom_name="h"
        )
        cls.tenancy = cls._create_active()

    @classmethod
    def _create_slip(cls, day="2026-03-20", **vals):
        return cls.env["pm.charge.slip"].create(
            {
                "tenancy_id": cls.tenancy.id,
                "fee_id": cls.repair.id,
                "date": day,
                "subject": "Pantry tap",
                "line_ids": [
                    Command.create({"name": "Labour", "quantity": 1.5}),
                    Command.create(
                        {"name": "Tap", "kind": "material", "quantity": 2, "price": 12.5}
                    ),
                ],
                **vals,
            }
        )

    @classmethod
    def _create_confirmed(cls, day="2026-03-20", **vals):
        slip = cls._create_slip(day, **vals)
        slip.action_confirm()
        return slip

    def _charged(self, run, fee=None):
        fee = fee or self.repair
        return run.charge_ids.filtered(lambda charge: charge.fee_id == fee)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 04:00:00")
class TestPmChargeSlip(SlipCommon):
    """F-BIL-06, BIL-015, BIL-020, BIL-026: what is charged once, for something done."""

    def test_amounts(self):
        """F-BIL-06: labour at the price of the tariff, material at its own."""
        slip = self._create_slip()
        self.assertRecordValues(
            slip.line_ids,
            [
                {"price": 80.0, "uom": "h", "amount": 120.0},
                {"price": 12.5, "uom": False, "amount": 25.0},
            ],
        )
        self.assertRecordValues(
            slip, [{"amount_labour": 120.0, "amount_material": 25.0, "amount": 145.0}]
        )

    def test_amount_is_exact(self):
        """F-BIL-06: quantity × price, rounded once: 1.15 × 0.70 is 0.805, which is 0.81."""
        line = self._create_slip(
            line_ids=[Command.create({"name": "Call", "quantity": 1.15, "price": 0.7})]
        )
        self.assertEqual(line.amount, 0.81)

    def test_agreed_price_and_price_of_the_day(self):
        """F-BIL-06: the agreed price before the tariff, each of the day on which it was done."""
        self.repair.price_ids.date_end = "2026-03-15"
        self.env["pm.fee.price"].create(
            {"fee_id": self.repair.id, "date_start": "2026-03-16", "price": 90.0}
        )
        price = self.tenancy._get_slip_price
        self.assertEqual(price(self.repair, self.unit, date(2026, 3, 15)), 80.0)
        self.assertEqual(price(self.repair, self.unit, date(2026, 3, 16)), 90.0)
        self.env["pm.tenancy.fee"].create(
            {"tenancy_id": self.tenancy.id, "fee_id": self.repair.id, "price": 50.0}
        )
        self.assertEqual(price(self.repair, self.unit, date(2026, 3, 16)), 50.0)

    def test_form_proposes_unit_and_price(self):
        """F-BIL-06: what is known needs no typing."""
        form = Form(self.env["pm.charge.slip"].with_user(self._user("engineer")))
        form.tenancy_id = self.tenancy
        form.fee_id = self.repair
        form.subject = "Tap"
        self.assertEqual(form.unit_id, self.unit)
        with form.line_ids.new() as line:
            line.name = "Labour"
            line.quantity = 2
            self.assertEqual(line.price, 80.0)
        slip = form.save()
        self.assertEqual(slip.amount, 160.0)
        self.assertEqual(slip.charge_mode, "month_end")

    def test_numbered_per_office(self):
        """F-BIL-06: each office counts for itself."""
        first, second = self._create_slip(), self._create_slip()
        other_fee = self._create_fee(
            "Repair", "REP", price=70.0, basis="quantity", site_id=self.other_site.id
        )
        other_tenancy = self._create_active(
            self.other_unit, site_id=self.other_site.id, partner_id=self.other_tenant.id
        )
        other = self._create_slip(tenancy_id=other_tenancy.id, fee_id=other_fee.id)
        for slip, site in ((first, self.site), (other, self.other_site)):
            self.assertRegex(slip.name, rf"^{site.code}-SF2026-\d{{5}}$")
        self.assertEqual(int(second.name[-5:]), int(first.name[-5:]) + 1)

    def test_nothing_is_not_charged(self):
        """F-BIL-06: a slip without an amount is not confirmed."""
        with self.assertRaisesRegex(UserError, "comes to nothing"):
            self._create_slip(line_ids=[]).action_confirm()

    def test_forbidden_moves(self):
        """BIL-026: no other move of the states, whoever asks."""
        slip = self._create_slip()
        for state, allowed in slip._TRANSITIONS.items():
            for target in slip._TRANSITIONS.keys() - allowed:
                self.env.cr.execute(
                    "UPDATE pm_charge_slip SET state = %s WHERE id = %s", (state, slip.id)
                )
                slip.invalidate_recordset(["state"])
                with self.subTest(state=state, target=target), self.assertRaises(UserError):
                    slip.write({"state": target})

    def test_confirmed_slip_keeps_its_facts(self):
        """BIL-026: what the customer signed is not changed behind his back."""
        slip = self._create_confirmed()
        for vals in ({"date": "2026-03-01"}, {"subject": "Other"}, {"line_ids": [Command.clear()]}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "was confirmed"):
                slip.write(vals)
        with self.assertRaisesRegex(UserError, "was confirmed"):
            slip.line_ids[0].price = 1.0
        with self.assertRaisesRegex(UserError, "was confirmed"):
            slip.line_ids[0].unlink()
        other = self._create_slip()
        with self.assertRaisesRegex(UserError, "was confirmed"), self.cr.savepoint():
            other.line_ids[0].slip_id = slip
        with self.assertRaises(UserError):
            slip.unlink()
        slip.action_draft()
        slip.line_ids[0].price = 100.0
        self.assertEqual(slip.amount, 175.0)

    def test_signature_is_noted(self):
        """F-BIL-06: who signed for the customer, and when; also when it is billed already."""
        slip = self._create_confirmed()
        slip.action_sign()
        self.assertRecordValues(
            slip, [{"signed_by": self.tenant.name, "signed_on": date(2026, 3, 20)}]
        )

    def test_fee_and_unit_belong_to_the_tenancy(self):
        """F-BIL-06: no slip on a fee of another kind, nor on a unit of somebody else."""
        for vals in ({"fee_id": self.fee.id}, {"unit_id": self.unit_2.id}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._create_slip(**vals)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 04:00:00")
class TestSlipsBilled(SlipCommon):
    """BIL-020, BIL-026: by the 25th on this statement, later on the next one, or at once."""

    def test_cut_off_day(self):
        """BIL-020: written on the 25th it is on the April statement, on the 26th on that of May."""
        early = self._create_confirmed("2026-03-25")
        late = self._create_confirmed("2026-03-26")
        self.assertEqual((early + late).mapped("month"), [APRIL, MAY])
        april = self._bill(APRIL)
        self.assertEqual(self._charged(april).source_id, early.id)
        self.assertEqual((early + late).mapped("state"), ["billed", "confirmed"])
        self.assertEqual(self._charged(self._bill(MAY)).source_id, late.id)

    def test_cut_off_day_of_the_office(self):
        """BIL-020: the 31st is the last day of every month."""
        self.site.read_cutoff_day = 31
        self._create_confirmed("2026-02-28")
        self.assertTrue(self._charged(self._collect(MARCH)))

    def test_charge_can_be_followed(self):
        """BIL-027: number, items, quantities and prices of the slip are on the bill."""
        slip = self._create_confirmed()
        charge = self._charged(self._bill(APRIL))
        self.assertRecordValues(
            charge,
            [{"amount": 145.0, "date_from": date(2026, 3, 20), "unit_id": self.unit.id}],
        )
        self.assertEqual(charge.formula, f"收费单{slip.name}：Labour 1.5 h × 80.00 + Tap 2 × 12.50")
        self.assertEqual(charge.action_open_source()["res_id"], slip.id)
        self.assertEqual(slip.move_id, charge.move_id)

    def test_drafts_wait(self):
        """BIL-020: what is not confirmed is not charged; however late it is, the next run does."""
        slip = self._create_slip("2026-03-02")
        self.assertFalse(self._charged(self._bill(APRIL)))
        slip.action_confirm()
        self.assertTrue(self._charged(self._bill(MAY)))

    def test_occupant_who_left(self):
        """BIL-064: a slip of somebody who is gone since is billed as well."""
        self._create_confirmed("2026-03-02")
        self.tenancy.date_moved_out = "2026-03-03"
        self.assertTrue(self._charged(self._collect(MAY)))

    def test_slip_taken_back_reopens_the_run(self):
        """BIL-026: a run that was checked with the slip is collected again without it."""
        slip = self._create_confirmed()
        run = self._collect(APRIL)
        run.action_check()
        slip.action_cancel()
        self.assertEqual(run.state, "collected")
        run.action_check()
        self.assertFalse(self._charged(run))

    def test_cancelled_bill_frees_the_slip(self):
        """BIL-026: it can be corrected and billed anew."""
        slip = self._create_confirmed()
        bill = self._bill(APRIL).bill_ids
        with self.assertRaisesRegex(UserError, "on a bill"):
            slip.action_draft()
        bill.button_draft()
        bill.button_cancel()
        self.assertEqual(slip.state, "confirmed")
        slip.action_draft()

    def test_billed_at_once(self):
        """BIL-026, CON-06: the office of the setting makes a bill of each slip."""
        self.site.repair_charge_mode = "now"
        cashier = self._user("cashier")
        slip = self._create_confirmed()
        self.assertEqual(slip.charge_mode, "now")
        slip.with_user(cashier).action_bill()
        self.assertEqual(slip.state, "billed")
        self.assertRecordValues(
            slip.move_id,
            [
                {
                    "state": "posted",
                    "amount_total": 145.0,
                    "invoice_date": date(2026, 3, 31),
                    "invoice_date_due": date(2026, 3, 31),
                    "pm_month": MARCH,
                    "pm_tenancy_id": self.tenancy.id,
                }
            ],
        )
        self.assertFalse(self._charged(self._collect(APRIL)))
        with self.assertRaises(UserError):
            slip.with_user(cashier).action_bill()

    def test_billed_at_once_less_what_is_waived(self):
        """BIL-026, BIL-074: as the run of the month would have charged it."""
        slip = self._create_confirmed()
        director = self._user("director")
        waiver = self.env["pm.waiver"].create(
            {
                "tenancy_id": self.tenancy.id,
                "fee_id": self.repair.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "rate": 50,
                "reason": "Fault of the office",
            }
        )
        waiver.with_user(self._user("cashier")).action_ask()
        waiver.approval_ids.with_user(director).action_approve()
        self.assertEqual(self._charged(self._collect(APRIL)).amount, 72.5)
        slip.with_user(self._user("cashier")).action_bill()
        self.assertEqual(slip.move_id.amount_total, 72.5)
        self.assertEqual(waiver.amount_waived, 72.5)
        self.assertIn(waiver.name, slip.move_id.invoice_line_ids.name)

    def test_slip_taken_back_is_to_be_signed_again(self):
        """F-BIL-06: what was signed for may change."""
        slip = self._create_confirmed()
        slip.action_sign()
        slip.action_draft()
        self.assertFalse(slip.signed_by or slip.signed_on)

    def test_billed_at_once_leaves_the_run(self):
        """BIL-026: what waited in the run of the month is not charged twice."""
        slip = self._create_confirmed()
        run = self._collect(APRIL)
        run.action_check()
        slip.action_bill()
        run._invoice(run.month)
        self.assertFalse(self._charged(run))
        self.assertEqual(self.tenancy.charge_ids.filtered("source_id").move_id, slip.move_id)

    def test_bill_at_once_that_is_cancelled(self):
        """BIL-026: the next statement asks for it."""
        slip = self._create_confirmed()
        slip.action_bill()
        slip.move_id.button_draft()
        slip.move_id.button_cancel()
        self.assertTrue(self._charged(self._collect(APRIL)))

    def test_slip_is_on_the_due_list(self):
        """BIL-020: to be confirmed by the 25th; to be billed at once where that is agreed."""
        slip = self._create_slip("2026-03-20")
        dues = self.env["pm.due"].with_context(lang="en_US")

        def due():
            dues.invalidate_model()
            return dues.search([("kind", "=", "charge_slip"), ("res_id", "=", slip.id)])

        self.assertRecordValues(
            due(), [{"name": "Charge slip to be confirmed", "due_date": date(2026, 3, 25)}]
        )
        slip.action_confirm()
        self.assertFalse(due())
        slip.charge_mode = "now"
        self.assertRecordValues(
            due(), [{"name": "Charge slip to be billed now", "due_date": date(2026, 3, 20)}]
        )

    def test_paper(self):
        """F-BIL-06: number, order, unit, occupant, item, material, labour, amount, signatures."""
        self.tenant.name = "蓝鸢贸易"
        slip = self._create_confirmed(
            order_no="WX-0315",
            line_ids=[
                Command.create({"name": "维修人工", "quantity": 1.5}),
                Command.create({"name": "龙头", "kind": "material", "quantity": 2, "price": 12.5}),
            ],
        )
        page = self._print(slip.action_print())[0]
        for text in (
            "维修收费单",
            slip.name,
            "WX-0315",
            self.unit.code,
            "蓝鸢贸易",
            "Pantrytap",
            "维修人工",
            "1.5",
            "80.00",
            "龙头",
            "25.00",
            "人工",
            "145.00",
            "壹佰肆拾伍元",
            "业户签字",
            "维修人",
            "2026年4月",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 04:00:00")
class TestAddSlip(SlipCommon):
    """BIL-015: other addons have what they did charged, once for each record."""

    def test_slip_of_a_source(self):
        """BIL-015: the tariff holds unless a price is given."""
        source = self.unit_2
        slip = self.tenancy._add_slip(source, self.repair, 2, note="AC overtime")
        self.assertRecordValues(
            slip,
            [{"state": "confirmed", "amount": 160.0, "subject": "AC overtime"}],
        )
        self.assertEqual(slip.action_open_source()["res_id"], source.id)
        again = self.tenancy._add_slip(source, self.repair, 3, price=10.0, date=date(2026, 3, 1))
        self.assertEqual(again, slip)
        self.assertRecordValues(slip, [{"amount": 30.0, "date": date(2026, 3, 1)}])

    def test_billed_slip_stays(self):
        """BIL-015: asked again with the same amount nothing happens, with another it is refused."""
        slip = self.tenancy._add_slip(self.unit_2, self.repair, 2)
        slip.action_bill()
        self.assertEqual(self.tenancy._add_slip(self.unit_2, self.repair, 2), slip)
        with self.assertRaisesRegex(UserError, "is on bill"):
            self.tenancy._add_slip(self.unit_2, self.repair, 3)

    @mute_logger("odoo.sql_db")
    def test_database_refuses_a_second_one(self):
        """BIL-015: two clerks at once charge it once."""
        slip = self.tenancy._add_slip(self.unit_2, self.repair, 2)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            slip.copy({"source_model": slip.source_model, "source_id": slip.source_id})

    def test_source_of_a_cancelled_slip(self):
        """BIL-015: what was cancelled may be charged anew."""
        slip = self.tenancy._add_slip(self.unit_2, self.repair, 2)
        slip.action_cancel()
        self.assertNotEqual(self.tenancy._add_slip(self.unit_2, self.repair, 2), slip)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 04:00:00")
class TestSlipSecurity(SlipCommon):
    """BIL-020, BIL-026: who writes slips, and who bills them."""

    def test_who_writes_slips(self):
        """BIL-020: maintenance, the desk and the area write them; the others look."""
        slip = self._create_slip()
        for post in POSTS:
            slip_of_post = slip.with_user(self._user(post))
            with self.subTest(post=post):
                self.assertEqual(slip_of_post.amount, 145.0)
                self.assertTrue(slip_of_post.line_ids.mapped("name"))
                if not slip_of_post.has_access("write"):
                    with self.assertRaises(AccessError):
                        slip_of_post.action_confirm()
        for post in ("engineer", "receptionist", "area"):
            self.assertTrue(slip.with_user(self._user(post)).has_access("write"))
        for post in ("security", "leasing"):
            self.assertFalse(slip.with_user(self._user(post)).has_access("write"))

    def test_only_the_fee_office_bills(self):
        """BIL-026: the maintenance man takes no money."""
        slip = self._create_confirmed()
        for post in ("engineer", "receptionist", "area", "leasing", "security"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                slip.with_user(self._user(post)).action_bill()
        self.assertEqual(slip.state, "confirmed")

    def test_nobody_notes_by_hand_what_follows_from_the_bill(self):
        """BIL-026: state, number and source are the system's."""
        slip = self._create_confirmed().with_user(self._user("director"))
        for vals in (
            {"state": "billed"},
            {"name": "X"},
            {"source_model": "pm.unit", "source_id": self.unit.id},
            {"amount": 0.01},
            {"confirmed_by_id": self.env.uid},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                slip.write(vals)

    def test_slips_of_another_office_are_out_of_sight(self):
        """BIL-026: also for the director and the cashier."""
        fee = self._create_fee(
            "Other", "OTH", price=70.0, basis="quantity", site_id=self.other_site.id
        )
        tenancy = self._create_active(
            self.other_unit, site_id=self.other_site.id, partner_id=self.other_tenant.id
        )
        slip = self._create_slip(tenancy_id=tenancy.id, fee_id=fee.id)
        for post in ("director", "cashier", "engineer"):
            env = self.env(user=self._user(post))
            with self.subTest(post=post):
                for records in (slip, slip.line_ids):
                    self.assertFalse(env[records._name].search([("id", "in", records.ids)]))
                    with self.assertRaises(AccessError):
                        records.with_env(env).read(["amount"])
                with self.assertRaises(AccessError):
                    slip.with_env(env).action_confirm()
                with self.assertRaises(UserError):
                    env["pm.charge.slip"].create(
                        {"tenancy_id": tenancy.id, "fee_id": fee.id, "subject": "X"}
                    )
