from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.pm_base.tests.common import POSTS

from .common import BillingCommon

MODELS = [
    "pm.fee",
    "pm.fee.price",
    "pm.tenancy.fee",
    "pm.charge",
    "pm.bill.run",
    "pm.bill.exception",
    "pm.dunning.case",
    "pm.dunning.round",
    "pm.dunning.action",
    "pm.dunning.action.line",
]


@tagged("post_install", "-at_install")
class TestBillingSecurity(BillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active()
        cls.env["pm.tenancy.fee"].create(
            {"tenancy_id": cls.tenancy.id, "fee_id": cls.fee.id, "price": 12.0}
        )
        cls.other_fee = cls._create_fee("Other", "OTH", price=8.0, site_id=cls.other_site.id)
        cls.free_fee = cls._create_fee("Free", "FRE", price=0.0, site_id=cls.other_site.id)
        cls.other_tenancy = cls._create_active(
            cls.other_unit, site_id=cls.other_site.id, partner_id=cls.other_tenant.id
        )
        cls.env["pm.tenancy.fee"].create(
            {"tenancy_id": cls.other_tenancy.id, "fee_id": cls.other_fee.id, "price": 8.0}
        )
        cls.bill_run = cls._bill()
        cls.other_bill_run = cls._bill(site_id=cls.other_site.id)
        for site in cls.site + cls.other_site:
            site._run_dunning(date(2026, 3, 23))

    def test_everybody_reads_the_own_office_and_no_other(self):
        for post in POSTS:
            user = self._user(post)
            for model in MODELS:
                with self.subTest(post=post, model=model):
                    found = self.env[model].with_user(user).search([])
                    self.assertFalse(found.sudo().site_id - self.site)
                    if model != "pm.bill.exception":
                        self.assertTrue(found)

    def test_nobody_rewrites_a_charge_or_settles_a_call(self):
        """What is asked for follows from tariff and payment, not from a hand."""
        charge = self.bill_run.charge_ids[:1].with_user(self._user("director"))
        for vals in ({"amount": 0.01}, {"move_id": False}, {"date_to": "2026-01-01"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                charge.write(vals)
        action = self.env["pm.dunning.action"].search([("site_id", "=", self.site.id)], limit=1)
        action = action.with_user(self._user("receptionist"))
        for vals in ({"state": "settled"}, {"approved_by_id": 1}, {"amount": 0.01}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                action.write(vals)

    def test_all_offices_with_the_group_for_them(self):
        user = new_test_user(self.env, "head_office", "pm_base.group_pm_all_sites")
        for model in MODELS:
            if model == "pm.bill.exception":
                continue
            sites = self.env[model].with_user(user).search([]).sudo().site_id
            self.assertLessEqual(self.site + self.other_site, sites)

    def test_bills_of_another_office_are_hidden_from_every_post(self):
        """Also from the cashier, who has rights on accounting."""
        bill, foreign = self.bill_run.bill_ids, self.other_bill_run.bill_ids
        for post in POSTS:
            env = self.env(user=self._user(post))
            with self.subTest(post=post):
                found = env["account.move"].search([("pm_site_id", "!=", False)])
                self.assertEqual(found.sudo().pm_site_id, self.site)
                self.assertTrue(bill.with_env(env).amount_total)
                with self.assertRaises(AccessError):
                    foreign.with_env(env).read(["amount_total"])
                with self.assertRaises(AccessError):
                    foreign.line_ids.with_env(env).read(["balance"])
                self.assertTrue(bill.line_ids.with_env(env).read(["balance"]))

    def test_office_sees_no_entry_that_is_not_a_fee_bill(self):
        entry = self.env["account.move"].create({"move_type": "entry"})
        for post in ("receptionist", "area", "engineer", "leader"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                entry.with_user(self._user(post)).read(["state"])
        self.assertTrue(entry.with_user(self._user("cashier")).read(["state"]))

    def test_accountant_who_belongs_to_no_office_sees_all(self):
        accountant = new_test_user(self.env, "accountant", "account.group_account_manager")
        bills = (self.bill_run.bill_ids + self.other_bill_run.bill_ids).with_user(accountant)
        self.assertTrue(bills.read(["amount_total"]))
        self.assertTrue(bills.line_ids.read(["balance"]))

    def test_portal_sees_only_the_own_bill(self):
        portal = new_test_user(self.env, "portal_tenant", "base.group_portal")
        self.tenant.user_ids = portal
        portal.partner_id = self.tenant
        env = self.env(user=portal)
        self.assertTrue(self.bill_run.bill_ids.with_env(env).read(["amount_total"]))
        with self.assertRaises(AccessError):
            self.other_bill_run.bill_ids.with_env(env).read(["amount_total"])
        with self.assertRaises(AccessError):
            env["pm.charge"].search([])

    def test_who_may_bill_and_take_money(self):
        """The fee office does; the desk and the area only look and print."""
        for post in ("receptionist", "area", "leasing", "supervisor", "leader", "security"):
            env = self.env(user=self._user(post))
            with self.subTest(post=post):
                for step in ("action_collect", "action_check", "action_invoice"):
                    run = self._create_run(date(2026, 4, 1))
                    with self.assertRaises(AccessError):
                        getattr(run.with_env(env), step)()
                    run.unlink()
                bill = self.bill_run.bill_ids.with_env(env)
                self.assertFalse(bill.has_access("write"))
                self.assertFalse(env["account.payment"].has_access("create"))
                self.assertTrue(bill.action_pm_print_statement())

    def test_cashier_runs_the_month(self):
        """BIL-020 to BIL-023: from collecting to printing with the rights of the fee office."""
        env = self.env(user=self._user("cashier"))
        run = env["pm.bill.run"].create({"site_id": self.site.id, "month": "2026-04-01"})
        run.action_collect()
        run.action_check()
        run.action_invoice()
        self.assertEqual(run.bill_ids.mapped("state"), ["posted"])
        self.assertEqual(len(self._print(run.action_deliver())), 1)
        self.assertEqual(run.state, "delivered")
        # But makes no charge, fee or price by hand.
        for model in ("pm.charge", "pm.fee", "pm.fee.price", "pm.tenancy.fee"):
            self.assertFalse(env[model].has_access("create"))
            self.assertFalse(env[model].has_access("write"))

    def test_director_keeps_fees_and_profile(self):
        env = self.env(user=self._user("director"))
        self.fee.with_env(env).price_ids[0].price = 12.5
        env["pm.tenancy.fee"].create(
            {"tenancy_id": self.tenancy.id, "fee_id": self.refuse.id, "terms": "excluded"}
        )
        # The profile that every office shares is not his; a copy of it is his company's.
        own = self.letter_step.profile_id.with_env(env).copy()
        own.step_ids.filtered(lambda step: step.action == "letter").needs_review = False
        with self.assertRaises(AccessError):
            self.other_fee.with_env(env).name = "Mine now"

    def test_desk_prints_a_statement_and_notes_a_call(self):
        """The receptionist prints and calls, and changes neither amounts nor fees."""
        env = self.env(user=self._user("receptionist"))
        report = env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, _kind = report._render_qweb_pdf(
            "pm_billing.report_pm_statement", self.bill_run.bill_ids.ids
        )
        self.assertTrue(pdf.startswith(b"%PDF"))
        call = env["pm.dunning.action"].search([("action", "=", "call")])
        call.action_reached()
        self.assertEqual(call.state, "done")
        reminder = env["pm.dunning.action"].search([("action", "=", "reminder")])
        pdf, _kind = report._render_qweb_pdf("pm_billing.report_pm_dunning_reminder", reminder.ids)
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertFalse(env["pm.dunning.case"].has_access("write"))
        self.assertFalse(env["pm.fee"].has_access("write"))

    def test_security_and_engineering_only_look(self):
        for post in ("security", "engineer", "training"):
            env = self.env(user=self._user(post))
            for model in MODELS:
                with self.subTest(post=post, model=model):
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(env[model].has_access(operation))

    def test_user_without_an_office_sees_nothing(self):
        user = self._user("cashier", sites=self.env["pm.site"])
        for model in MODELS:
            self.assertFalse(self.env[model].with_user(user).search([]))
        found = self.env["account.move"].with_user(user).search([("pm_site_id", "!=", False)])
        self.assertFalse(found)

    def test_other_company_is_out_of_reach(self):
        company = self.env["res.company"].create({"name": "Far Ltd"})
        site = self._create_site("Far Office", "FAR", company_id=company.id)
        fee = self._create_fee("Far", "FAR", site_id=site.id)
        director = self._user("director")
        director.site_ids = [Command.link(site.id)]
        with self.assertRaises(AccessError):
            fee.with_user(director).read(["name"])
