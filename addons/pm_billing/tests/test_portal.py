from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.pm_base.tests.common import read_pages

from .common import FEBRUARY, JANUARY, MARCH, BillingCommon
from .common_bank import BankCommon


@tagged("post_install", "-at_install")
class TestPortalBills(BillingCommon, HttpCase):
    """What an occupant sees of his bills on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_active()
        cls.neighbour = cls._create_active(cls.unit_2, partner_id=cls.other_tenant.id)
        cls._bill(FEBRUARY)
        cls._bill(MARCH)
        cls.bill = cls.tenancy.bill_ids.filtered(lambda bill: bill.pm_month == MARCH)
        cls.foreign = cls.neighbour.bill_ids
        cls.portal = new_test_user(
            cls.env, "blue.kite", "base.group_portal", partner_id=cls.tenant.id
        )

    def test_own_bills_only(self):
        self.authenticate("blue.kite", "blue.kite")
        page = self.url_open("/my/invoices").text
        for bill in self.tenancy.bill_ids:
            self.assertIn(bill.name, page)
        for bill in self.foreign:
            self.assertNotIn(bill.name, page)
            for address in (f"/my/invoices/{bill.id}", f"/my/invoices/{bill.id}?report_type=pdf"):
                answer = self.url_open(address)
                self.assertTrue(answer.url.endswith("/my"), answer.url)
        found = self.env["account.move"].with_user(self.portal).search([])
        self.assertEqual(found, self.tenancy.bill_ids)
        for model in ("pm.tenancy", "pm.charge", "pm.bank.mandate", "pm.month.report"):
            self.assertFalse(self.env[model].with_user(self.portal).has_access("read"))

    def test_statement_is_shown_and_downloaded_without_being_a_print(self):
        self.authenticate("blue.kite", "blue.kite")
        pdf = self.url_open(f"/my/invoices/{self.bill.id}?report_type=pdf&download=true")
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        page = read_pages(pdf.content)[0]
        for text in ("收费通知单", self.unit.code, "120.50m²×12.00", "3,012.00"):
            self.assertIn(text, page)
        html = self.url_open(f"/my/invoices/{self.bill.id}?report_type=html").text
        self.assertIn(self.unit.code, html)
        self.assertIn('id="wrapwrap"', html)  # what the portal measures
        self.assertFalse(self.bill.paper_ids)

    def test_code_on_the_statement_leads_to_this_bill_without_login(self):
        address = self.bill._pm_get_portal_address()
        self.assertFalse(self.bill.access_token)  # a print writes no bill
        path = address.removeprefix(self.bill.get_base_url())
        self.assertIn(self.bill.name, self.url_open(path).text)
        token = path.rpartition("/")[2]
        foreign = self.foreign[0]._pm_get_portal_address().rpartition("/")[2]
        for other in (
            f"/pm/bill/{token[:-2]}xx",
            f"/pm/bill/{token[:56]}{foreign[56:]}",
            "/pm/bill/%C3%A4",
            "/pm/bill/AQ",
            f"/my/invoices/{self.bill.id}",
            f"/my/invoices/{self.bill.id}?report_type=pdf",
            f"/my/invoices/{self.foreign[0].id}?access_token={self.bill.access_token}",
        ):
            with self.subTest(address=other):
                answer = self.url_open(other)
                for bill in self.bill + self.foreign:
                    self.assertNotIn(bill.name, answer.text)
                self.assertNotEqual(answer.headers["Content-Type"], "application/pdf")
        words = self.env["report.pm_billing.report_pm_statement"]._prepare_statements(self.bill)
        self.assertEqual(words[self.bill.id]["portal_address"], address)

    def test_code_on_a_credit_note_leads_to_it(self):
        note = self.bill._reverse_moves([{"invoice_date": "2026-03-10"}])
        note.action_post()
        path = note._pm_get_portal_address().removeprefix(note.get_base_url())
        self.assertIn(f"/my/invoices/{note.id}", self.url_open(path).url)

    def test_nobody_is_asked_to_pay_online_where_nobody_takes_the_money(self):
        Provider = self.env["payment.provider"]
        Provider.search([]).write({"state": "disabled"})
        self.assertFalse(self.bill._has_to_be_paid())
        Provider.create({"name": "Shop", "code": "none", "state": "test"})
        self.assertTrue(self.bill._has_to_be_paid())

    def test_code_of_a_cancelled_bill_leads_nowhere(self):
        address = self.bill._pm_get_portal_address()
        token = address.rpartition("/")[2]
        self.assertEqual(self.env["account.move"]._pm_find_by_token(token), self.bill)
        self.bill.button_draft()
        self.bill.button_cancel()
        self.assertFalse(self.env["account.move"]._pm_find_by_token(token))

    def test_other_invoices_are_shown_as_ever(self):
        deposit = self.env["pm.deposit"].create(
            {
                "kind_id": self.env.ref("pm_billing.deposit_kind_lease").id,
                "tenancy_id": self.tenancy.id,
                "amount": 3000.0,
            }
        )
        deposit.action_ask()
        self.assertFalse(deposit.move_id._pm_has_statement())
        self.assertTrue(self.bill._pm_has_statement())


@tagged("post_install", "-at_install")
class TestStatementOfStrangers(BankCommon, HttpCase):
    """The paper leads to its bill for good, whoever holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._bill(JANUARY)
        cls._bill(FEBRUARY)
        reasons = dict.fromkeys(cls.tenancy.bill_ids.ids, "余额不足")
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["account.move"], "_pm_get_bank_reasons", lambda self: reasons
            )
        )
        for login, partner in (("blue.kite", cls.tenant), ("red.sail", cls.other_tenant)):
            new_test_user(cls.env, login, "base.group_portal", partner_id=partner.id)
        contact = cls.env["res.partner"].create({"name": "Clerk", "parent_id": cls.tenant.id})
        new_test_user(cls.env, "kite.clerk", "base.group_portal", partner_id=contact.id)

    def _read(self, reader):
        """Return the statement behind the code as a reader sees and downloads it."""
        self.authenticate(reader, reader)
        path = self.bill._pm_get_portal_address().removeprefix(self.bill.get_base_url())
        address = self.url_open(path).url
        html = self.url_open(f"{address}&report_type=html").content.decode()
        pdf = self.url_open(f"{address}&report_type=pdf&download=true").content
        return "".join(html.split()), read_pages(pdf)[0]

    def test_a_stranger_sees_nothing_but_this_bill(self):
        """No arrears of other months, no account of the payer, not what his bank answered."""
        others = (self.tenancy.bill_ids - self.bill).mapped("name")
        for reader in (None, "red.sail"):
            for text in self._read(reader):
                for known in (self.bill.name, "1,506.00", "未登录时仅显示本账单"):
                    self.assertIn(known, text)
                for secret in (*others, "前欠", "4,518.00", "3333", "余额不足", "2026年2月"):
                    with self.subTest(reader=reader, secret=secret):
                        self.assertNotIn(secret, text)

    def test_the_payer_and_his_contacts_see_all_of_it(self):
        others = (self.tenancy.bill_ids - self.bill).mapped("name")
        for reader in ("blue.kite", "kite.clerk"):
            for text in self._read(reader):
                for known in (*others, "前欠", "4,518.00", "余额不足", "较2月"):
                    with self.subTest(reader=reader, known=known):
                        self.assertIn(known, text)

    def test_a_stranger_is_not_told_which_account_is_debited(self):
        """Before the bank has answered, the statement names the account that it will debit."""
        with patch.object(
            self.env.registry["account.move"], "_pm_get_bank_reasons", lambda self: {}
        ):
            for text in self._read(None):
                self.assertNotIn("3333", text)
            for text in self._read("blue.kite"):
                self.assertIn("3333", text)
