"""The first month of an office, from its unit list to the first demand letter, day by day."""

import base64
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

import openpyxl
from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools.misc import file_open

from odoo.addons.pm_base.tests.common import PmCommon

# What the office charges, as its price list says: fee, building, yuan, by m² or for the tenancy.
TARIFFS = [
    ("物业管理费", "A", Decimal("12.50"), "area"),
    ("物业管理费", "B", Decimal("9.85"), "area"),
    ("公共能耗费", None, Decimal("1.37"), "area"),
    ("垃圾清运费", None, Decimal("60"), "fixed"),
]
# The occupants of the story: units, first and last day of the tenancy.
CAST = {
    "澄心科技": (["A-04-01"], "2025-09-01", "2028-08-31"),
    "远帆物流": (["A-07-02", "A-07-03"], "2026-04-11", None),
    "半亩书店": (["B-05-06"], "2024-05-16", "2026-04-15"),
    "听松律所": (["B-18-01"], "2025-01-01", "2027-12-31"),
    "知味茶业": (["A-20-08"], "2023-04-01", "2026-03-31"),
}
FEN = Decimal("0.01")


def reckon(units, days, month_days=30):
    """Return what a tenancy owes for a part of April, fee by fee, without any code of the suite.

    `units` are (building code, area) pairs. Each line of the statement is rounded to the fen.
    """
    lines = []
    for _name, building, price, basis in TARIFFS:
        if basis == "fixed":
            lines.append(price * days / month_days)
        else:
            lines += [
                Decimal(str(area)) * price * days / month_days
                for code, area in units
                if building in (None, code)
            ]
    return sum((line.quantize(FEN, ROUND_HALF_UP) for line in lines), Decimal(0))


def money(amount):
    return f"{amount:,.2f}"


class TestFirstMonth(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        area_user = new_test_user(cls.env, "journey_area", "pm_base.group_pm_area_administrator")
        cls.site = cls._create_site(
            "和苑管理处",
            "HY",
            property_name="和苑中心",
            phone="0571-8000 5168",
            payment_place="首层收费室",
            dunning_user_id=area_user.id,
            late_fee_rate=0,
        )
        area_user.site_ids = cls.site
        cls.area_user = area_user
        cls.tenancies = {}
        cls.areas = {}

    def test_first_month(self):
        """From the unit list to the signed-for statement and the letter (BIL-020 to BIL-042)."""
        with freeze_time("2026-03-16 01:00:00"):
            self._import_units()
            self._set_tariffs()
        with freeze_time("2026-03-18 01:00:00"):
            self._let_tenants_in()
        with freeze_time("2026-03-30 01:00:00"):
            run = self._prepare_april()
        with freeze_time("2026-04-01 01:00:00"):
            self._bill(run)
            self._deliver(run)
        with freeze_time("2026-04-03 06:00:00"):
            self._pay("澄心科技")
            self._pay("听松律所", Decimal("1000.00"))
        with freeze_time("2026-04-11 01:00:00"):
            self._bill_the_newcomer(run)
        with freeze_time("2026-04-18 00:30:00"):
            self._eighteenth()
        with freeze_time("2026-04-20 02:00:00"):
            self._pay("半亩书店")
        # The server slept over the 23rd: the letters are made the day after, dated the 23rd.
        with freeze_time("2026-04-24 00:30:00"):
            self._twenty_third()
        self._check_ledger()

    def _import_units(self):
        """The office's own list comes in through the import: towers, owners, units (TEN-001)."""
        with file_open("pm_tenancy/demo/yunhe_unit_list.xlsx", "rb") as unit_list:
            book = openpyxl.load_workbook(unit_list)
        book.remove(book["入住登记"])
        content = BytesIO()
        book.save(content)
        upload = self.env["pm.import"].create(
            {
                "site_id": self.site.id,
                "filename": "和苑单元清单.xlsx",
                "file": base64.b64encode(content.getvalue()),
            }
        )
        upload.action_check()
        self.assertEqual(upload.state, "checked", upload.line_ids.mapped("message"))
        upload.action_import()
        units = self.env["pm.unit"].search([("site_id", "=", self.site.id)])
        by_building = units.grouped(lambda unit: unit.building_id.code)
        self.assertEqual(
            {code: len(found) for code, found in by_building.items()}, {"A": 17 * 8, "B": 15 * 6}
        )
        self.assertEqual(set(units.mapped("state")), {"vacant"})
        for row in book["单元"].iter_rows(min_row=2, values_only=True):
            if row[0]:
                self.areas[f"{row[0]}-{int(row[1]):02d}-{row[2]}"] = (row[0], row[3])
        self.assertEqual(len(self.areas), len(units))

    def _set_tariffs(self):
        products = {
            "物业管理费": "pm_billing.product_management_fee",
            "公共能耗费": "pm_billing.product_common_energy",
            "垃圾清运费": "pm_billing.product_refuse",
        }
        for sequence, (name, building_code, price, basis) in enumerate(TARIFFS):
            fee = self.env["pm.fee"].search(
                [("site_id", "=", self.site.id), ("name", "=", name)]
            ) or self.env["pm.fee"].create(
                {
                    "name": name,
                    "code": f"F{sequence}",
                    "sequence": sequence,
                    "site_id": self.site.id,
                    "product_id": self.env.ref(products[name]).id,
                    "basis": basis,
                }
            )
            building = self.env["pm.building"].search(
                [("site_id", "=", self.site.id), ("code", "=", building_code)]
            )
            fee.price_ids = [
                Command.create(
                    {
                        "building_id": building.id,
                        "date_start": "2026-01-01",
                        "price": float(price),
                    }
                )
            ]

    def _let_tenants_in(self):
        # How an occupant moves in is a journey of its own.
        self.site.building_ids.move_in_template_id = False
        for name, (codes, start, end) in CAST.items():
            units = self.env["pm.unit"].search(
                [("site_id", "=", self.site.id), ("code", "in", codes)]
            )
            self.assertEqual(len(units), len(codes))
            tenancy = self.env["pm.tenancy"].create(
                {
                    "site_id": self.site.id,
                    "partner_id": self.env["res.partner"].create({"name": name}).id,
                    "date_start": start,
                    "date_end": end,
                    "unit_ids": [Command.set(units.ids)],
                }
            )
            tenancy.action_move_in()
            if start <= "2026-03-18":
                tenancy.date_moved_in = start
                tenancy.action_activate()
                self.assertEqual(set(units.mapped("state")), {"occupied"})
            self.tenancies[name] = tenancy
        self.assertEqual(self.tenancies["远帆物流"].unit_ids[0].state, "reserved")

    def _prepare_april(self):
        """On the statement day the run of the coming month is ready, once (BIL-021)."""
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        run = self._april_run()
        self.assertRecordValues(run, [{"state": "checked", "month": date(2026, 4, 1)}])
        self._run_cron("pm_billing.ir_cron_prepare_runs")
        self.assertEqual(self._april_run(), run)
        # The newcomer is not in yet, and one should have left: the run says so, and goes on.
        self.assertEqual(
            {found.tenancy_id.partner_id.name: found.kind for found in run.exception_ids},
            {"远帆物流": "move_in", "知味茶业": "ended"},
        )
        self.assertEqual(
            run.charge_ids.tenancy_id,
            self._tenancies("澄心科技", "半亩书店", "听松律所"),
        )
        return run

    def _bill(self, run):
        run.action_invoice()
        self.assertEqual(len(run.bill_ids), 3)
        for name, days in (("澄心科技", 30), ("半亩书店", 15), ("听松律所", 30)):
            self._check_bill(name, days, due=date(2026, 4, 5))
        before = self._count_everything()
        run.action_invoice()
        run.action_collect()
        self.assertEqual(self._count_everything(), before)
        self.assertEqual(run.state, "invoiced")

    def _deliver(self, run):
        """One page for each bill, with what is owed, until when, and whom to ask (BIL-022, 027)."""
        pages = self._print(run.action_deliver())
        self.assertEqual(len(pages), 3)
        bills = run.bill_ids.sorted("pm_unit_codes")
        by_unit = {bill.pm_tenancy_id.unit_codes: bill for bill in bills}
        for codes, bill in by_unit.items():
            page = next(page for page in pages if codes.replace(" ", "") in page)
            for text in (
                "收费通知单",
                "和苑管理处",
                bill.partner_id.name,
                "2026年4月",
                "2026年4月5日",
                "0571-80005168",
                "首层收费室",
                "不收取滞纳金",
                money(bill.amount_total),
                "1/1",
            ):
                self.assertIn(text, page)
        # Half of April for the one who leaves on the 15th, in words that can be followed.
        leaver = next(page for page in pages if "半亩书店" in page)
        self.assertIn("15/30", leaver)
        papers = bills.paper_ids
        self.assertEqual(len(papers), 3)
        papers.action_deliver()
        papers.write({"signed_by": "前台"})
        papers.action_return()
        self.assertEqual(set(papers.mapped("outcome")), {"signed"})
        self.assertEqual(set(papers.mapped("delivered_on")), {date(2026, 4, 1)})

    def _bill_the_newcomer(self, run):
        """Who moves in within the month is billed from that day by the same run."""
        newcomer = self.tenancies["远帆物流"]
        newcomer.action_activate()
        run.action_collect()
        run.action_check()
        run.action_invoice()
        self.assertEqual(len(run.bill_ids), 4)
        self._check_bill("远帆物流", 20, due=date(2026, 4, 11))

    def _eighteenth(self):
        """The unpaid are listed and called, and get a reminder, once (BIL-041)."""
        self._run_cron("pm_billing.ir_cron_run_dunning")
        debtors = self._tenancies("远帆物流", "半亩书店", "听松律所")
        rounds = self.env["pm.dunning.round"].search([("site_id", "=", self.site.id)])
        self.assertRecordValues(
            rounds, [{"date": date(2026, 4, 18), "date_pay_by": date(2026, 4, 23)}] * 2
        )
        found = rounds.filtered(lambda each: each.action == "call")
        calls = found.action_ids
        self.assertEqual(calls.tenancy_id, debtors)
        self.assertEqual(
            {call.tenancy_id: Decimal(f"{call.amount:.2f}") for call in calls},
            {tenancy: self._owed(tenancy) for tenancy in debtors},
        )
        self.assertEqual(calls.mapped("user_id"), self.area_user)
        before = self._count_everything()
        self._run_cron("pm_billing.ir_cron_run_dunning")
        self.assertEqual(self._count_everything(), before)

        listed = "".join(self._print(found.action_print_list()))
        reminders = self._print((rounds - found).action_print_papers())
        self.assertEqual(len(reminders), 3)
        for call in calls:
            amount = money(call.amount)
            self.assertIn(call.partner_id.name, listed)
            self.assertIn(amount, listed)
            page = next(page for page in reminders if call.partner_id.name in page)
            for text in ("催费通知单", amount, "2026年4月23日", "首层收费室"):
                self.assertIn(text, page)
        self.assertNotIn("澄心科技", listed)

        call = calls.filtered(lambda call: call.tenancy_id == self.tenancies["半亩书店"])
        call.with_user(self.area_user).action_promise()
        self.assertEqual(call.state, "done")

    def _twenty_third(self):
        """The letter in two copies with its receipt slip, after the leader's review (BIL-042)."""
        self._run_cron("pm_billing.ir_cron_run_dunning")
        found = self.env["pm.dunning.round"].search(
            [("site_id", "=", self.site.id), ("step_id.action", "=", "letter")]
        )
        self.assertEqual(found.date, date(2026, 4, 23))
        letters = found.action_ids
        self.assertEqual(letters.tenancy_id, self._tenancies("远帆物流", "听松律所"))
        before = self._count_everything()
        self._run_cron("pm_billing.ir_cron_run_dunning")
        self.assertEqual(self._count_everything(), before)
        leader = self._user("leader")
        found.with_user(leader).action_approve()
        self.assertEqual(letters.approved_by_id, leader)
        pages = self._print(found.with_user(leader).action_print_papers())
        self.assertEqual(len(pages), 4)
        for letter in letters:
            copies = [page for page in pages if letter.partner_id.name in page]
            self.assertEqual(len(copies), 2)
            for number, page in enumerate(copies, start=1):
                for text in (
                    "关于催缴物业管理费用的函",
                    f"第{number}份，共2份",
                    letter.unit_codes.replace(" ", ""),
                    money(letter.amount),
                    "2026年4月27日",  # printed a day late, it leaves three days all the same
                    "2026年4月23日",
                    "回执",
                    "和苑管理处",
                ):
                    self.assertIn(text, page)
        papers = letters.paper_ids
        papers[0].write({"delivery_method": "hand", "signed_by": "林"})
        papers[0].action_return()
        papers[1].write(
            {"delivery_method": "courier", "delivery_ref": "EX20260424", "outcome": "refused"}
        )
        papers[1].action_deliver()
        self.assertEqual(papers.mapped("state"), ["returned", "delivered"])

    def _check_ledger(self):
        """Every fen charged is paid or still owed, and the entries balance."""
        ours = [("pm_site_id", "=", self.site.id), ("move_type", "=", "out_invoice")]
        bills = self.env["account.move"].search(ours)
        charged = sum(
            (
                self._reckon_tenancy(name, days)
                for name, days in (
                    ("澄心科技", 30),
                    ("远帆物流", 20),
                    ("半亩书店", 15),
                    ("听松律所", 30),
                )
            ),
            Decimal(0),
        )
        owed = self._owed(self.tenancies["远帆物流"]) + self._owed(self.tenancies["听松律所"])
        self.assertEqual(Decimal(f"{sum(bills.mapped('amount_total')):.2f}"), charged)
        self.assertEqual(Decimal(f"{sum(bills.mapped('amount_residual')):.2f}"), owed)
        for bill in bills:
            self.assertFalse(
                self.company.currency_id.compare_amounts(
                    sum(bill.line_ids.mapped("debit")), sum(bill.line_ids.mapped("credit"))
                )
            )
            tax = Decimal(f"{bill.amount_tax:.2f}")
            exact = Decimal(f"{bill.amount_total:.2f}") * 6 / 106
            self.assertLessEqual(abs(tax - exact), Decimal("0.02"))

    def _check_bill(self, name, days, due):
        bill = self._bill_of(self.tenancies[name])
        self.assertEqual(bill.state, "posted")
        self.assertEqual(bill.invoice_date_due, due)
        self.assertEqual(Decimal(f"{bill.amount_total:.2f}"), self._reckon_tenancy(name, days))

    def _reckon_tenancy(self, name, days):
        return reckon([self.areas[code] for code in CAST[name][0]], days)

    def _owed(self, tenancy):
        name = next(name for name, known in self.tenancies.items() if known == tenancy)
        days = {"远帆物流": 20, "半亩书店": 15}.get(name, 30)
        paid = {"听松律所": Decimal(1000)}.get(name, Decimal(0))
        return self._reckon_tenancy(name, days) - paid

    def _pay(self, name, amount=None):
        """Take money at the counter, as the cashier does."""
        bill = self._bill_of(self.tenancies[name])
        wizard = Form.from_action(self.env, bill.action_register_payment())
        if amount:
            wizard.amount = float(amount)
        wizard.save().action_create_payments()
        if not amount:
            self.assertTrue(self.company.currency_id.is_zero(bill.amount_residual))

    def _april_run(self):
        return self.env["pm.bill.run"].search([("site_id", "=", self.site.id)])

    def _bill_of(self, tenancy):
        bill = self.env["account.move"].search([("pm_tenancy_id", "=", tenancy.id)])
        self.assertEqual(len(bill), 1)
        return bill

    def _tenancies(self, *names):
        return self.env["pm.tenancy"].union(*(self.tenancies[name] for name in names))

    def _count_everything(self):
        """Count what a second run must not make again."""
        models = (
            "pm.charge",
            "pm.bill.run",
            "pm.document",
            "pm.dunning.case",
            "pm.dunning.round",
            "pm.dunning.action",
            "account.move",
            "account.payment",
            "mail.activity",
        )
        return {model: self.env[model].search_count([]) for model in models}
