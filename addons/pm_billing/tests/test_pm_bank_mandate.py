from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_bank import BankCommon


@tagged("post_install", "-at_install")
class TestPmBankMandate(BankCommon):
    """F-BIL-07, BIL-017, BIL-030."""

    def test_one_in_force_for_each_tenancy(self):
        second = self._create_mandate(self.tenancy, "62000001", is_active=False)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            second.action_activate()
        self.mandate.action_end()
        second.action_activate()
        self.assertEqual(self.tenancy.bank_mandate_id, second)
        self.assertTrue(self.mandate.ended_on)

    def test_unsigned_mandate_is_not_in_force(self):
        mandate = self._create_mandate(
            self.tenancy, "62000001", is_active=False, signed_on=False, partner_bank_id=False
        )
        with self.assertRaisesRegex(UserError, "Bank Account.*Signed"):
            mandate.action_activate()

    def test_what_was_signed_stays(self):
        with self.assertRaisesRegex(UserError, "signed as it is"):
            self.mandate.partner_bank_id = self.mandate_2.partner_bank_id
        with self.assertRaisesRegex(UserError, "kept as evidence"):
            self.mandate.unlink()

    def test_clerk_enters_one(self):
        """The holder's name comes from the account, and may be corrected."""
        self.mandate.action_end()
        form = Form(self.env["pm.bank.mandate"].with_user(self.cashier))
        form.tenancy_id = self.tenancy
        self.assertEqual(form.partner_id, self.tenant)
        form.partner_bank_id = self.mandate.partner_bank_id
        self.assertEqual(form.holder_name, "蓝鸢贸易")
        form.holder_name = "韩梅"
        form.signed_on = "2026-03-01"
        mandate = form.save()
        mandate.action_activate()
        self.assertEqual((mandate.holder_name, mandate.state), ("韩梅", "active"))
        self.assertTrue(mandate.name.startswith("WT"))

    def test_printed_form(self):
        mandate = self._create_mandate(
            self.tenancy, "6200555566667777", is_active=False, holder_id_no="91440000X"
        )
        mandate.partner_bank_id.bank_id = self.env["res.bank"].create({"name": "云溪银行支行"})
        page = "".join(self._print(mandate.with_user(self.cashier).action_print()))
        for text in (
            "银行电脑托收合同",
            "蓝鸢贸易",
            self.unit.code,
            "6200555566667777",
            "云溪银行支行",
            "91440000X",
            "户名",
            "证件",
            "托收费用",
            "2026年1月2日",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)
        self.assertEqual(mandate.paper_ids.form_id, self.env.ref("pm_base.form_f_bil_07"))

    def test_only_the_fee_office_prints_a_mandate(self):
        """It shows the whole account number and the ID of the holder."""
        self.mandate_2.sudo().action_end()
        draft = self._create_mandate(self.tenancy_2, "62001", is_active=False)
        draft.holder_id_no = "310101199001010000"
        report = self.env.ref("pm_billing.action_report_pm_bank_mandate")
        for post in ("security", "receptionist", "leader"):
            own = report.with_user(self._user(post))
            for render in (own._render_qweb_html, own._render_qweb_pdf):
                with self.subTest(post=post), self.assertRaises(AccessError):
                    render(report.report_name, draft.ids)
        page = report.with_user(self.cashier)._render_qweb_html(report.report_name, draft.ids)[0]
        self.assertIn("310101199001010000", str(page))

    def test_bank_that_collects_is_not_the_bank_of_the_counter(self):
        second = self.journal.copy({"name": "Second bank", "code": "BNK2"})
        self.site.write({"collecting_journal_id": second.id, "bank_journal_id": self.journal.id})
        self.assertEqual(self.site._get_bank_journal(), second)
        self.assertEqual(self.site._get_counter_journal("transfer"), self.journal)

    def test_nobody_notes_by_hand_what_the_bank_says(self):
        """Lines, results and days follow from files, not from a hand."""
        batch = self._create_sent()
        line = batch.line_ids[0]
        for user in (self.cashier, self._user("director")):
            for record, vals in (
                (line, {"state": "paid"}),
                (line, {"amount": 1.0}),
                (line, {"account_no": "1"}),
                (batch, {"file": "x"}),
                (batch, {"answer_hash": "x"}),
                (batch, {"sent_on": "2026-01-01"}),
                (batch, {"state": "answered"}),
                (self.mandate, {"state": "ended"}),
                (self.mandate, {"ended_on": "2026-01-01"}),
            ):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(AccessError):
                    record.with_user(user).write(vals)

    def test_offices_and_posts(self):
        """The neighbour's people see none of it; only the fee office collects."""
        batch = self._create_sent()
        records = (self.mandate, batch, batch.line_ids[0])
        for record in records:
            for post in ("cashier", "director", "receptionist"):
                stranger = self._user(post, self.other_site)
                with self.subTest(record=record, post=post):
                    self.assertNotIn(record, record.with_user(stranger).search([]))
                    with self.assertRaises(AccessError):
                        record.with_user(stranger).read(["display_name"])
            desk = record.with_user(self._user("receptionist"))
            self.assertTrue(desk.read(["display_name"]))
            for mode in ("write", "create", "unlink"):
                self.assertFalse(desk.has_access(mode))
        desk = self._user("receptionist")
        for record, name in ((batch, "file"), (batch.line_ids[0], "account_no")):
            with self.assertRaises(AccessError):
                record.with_user(desk).read([name])
        for act in ("action_collect", "action_send", "action_cancel"):
            with self.subTest(act=act), self.assertRaises(AccessError):
                getattr(batch.with_user(desk), act)()
        with self.assertRaises(AccessError):
            self._answer(batch, user=desk)
        with self.assertRaises(AccessError):
            self._answer(batch, user=self._user("cashier", self.other_site))

    def test_other_company_is_out_of_reach(self):
        company = self.env["res.company"].create({"name": "Far Ltd"})
        site = self._create_site("Far Office", "FAR", company_id=company.id)
        director = self._user("director")
        director.site_ids = [Command.link(site.id)]
        batch = self.env["pm.bank.batch"].create(
            {
                "site_id": site.id,
                "format_id": self.format.id,
                "journal_id": self.env["account.journal"]
                .create(
                    {"name": "Far Bank", "code": "FARB", "type": "bank", "company_id": company.id}
                )
                .id,
            }
        )
        with self.assertRaises(AccessError):
            batch.with_user(director).read(["name"])
