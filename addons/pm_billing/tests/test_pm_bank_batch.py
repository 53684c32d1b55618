import base64
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import FEBRUARY, MARCH
from .common_bank import BankCommon

SHORT = {"result": "1001", "amount_paid": 0}


@tagged("post_install", "-at_install")
class TestPmBankBatch(BankCommon):
    """BIL-024, BIL-030: open bills go to the bank, what it collected is booked."""

    def test_only_bills_of_debtors_with_a_mandate_are_collected(self):
        self.mandate_2.action_end()
        batch = self._create_batch()
        batch.with_user(self.cashier).action_collect()
        self.assertRecordValues(
            batch.line_ids,
            [
                {
                    "move_id": self.bill.id,
                    "amount": 1506.0,
                    "account_no": "6200111122223333",
                    "holder_name": "蓝鸢贸易",
                    "state": "waiting",
                }
            ],
        )

    def test_the_form_of_a_new_collection_is_saved(self):
        """BIL-024: what the system notes is not entered, so the form does not send it."""
        with freeze_time("2026-03-03 02:00:00"):
            batch = Form(self.env["pm.bank.batch"].with_user(self.cashier)).save()
            batch.action_collect()
        self.assertEqual(batch.line_ids.move_id, self.bill | self.bill_2)

    def test_mandate_of_a_later_day_or_another_debtor_collects_nothing(self):
        self.mandate_2.action_end()
        self._create_mandate(self.tenancy_2, "6200000000000001", date_from="2026-03-04")
        self.mandate.action_end()
        self._create_mandate(self.tenancy, "6200000000000002", partner_id=self.other_tenant.id)
        batch = self._create_batch()
        batch.action_collect()
        self.assertFalse(batch.line_ids)

    def test_earlier_bills_only_where_asked_for(self):
        self._bill(FEBRUARY)
        batch = self._create_batch()
        batch.action_collect()
        self.assertEqual(batch.count, 2)
        batch.with_arrears = True
        batch.action_collect()
        self.assertEqual(batch.count, 4)

    def test_file_says_what_the_format_wants(self):
        batch = self._create_sent()
        name = batch.name
        content = base64.b64decode(batch.file).decode("gb18030").split("\r\n")
        self.assertEqual(content[0], f"H|C-77|{name}|20260303|2|2526.00")
        self.assertEqual(
            content[1],
            f"1|{name}-00001|6200111122223333|蓝鸢贸易|1506.00|202603|{self.unit.code}",
        )
        self.assertEqual(content[3:], [""])
        self.assertEqual(batch.filename, f"{name}.txt")

    def test_what_the_office_has_not_entered_stays_blank(self):
        self.site.bank_contract_no = False
        batch = self._create_sent()
        self.assertTrue(base64.b64decode(batch.file).startswith(b"H||TS"))
        self._answer(batch)
        self.assertEqual(batch.state, "answered")

    def test_fixed_width_in_fen(self):
        batch = self._create_sent(format_id=self.env.ref("pm_billing.bank_format_fixed").id)
        header, line = base64.b64decode(batch.file).split(b"\r\n")[:2]
        self.assertEqual(len(header), 12 + 20 + 8 + 8 + 15)
        self.assertTrue(header.endswith(b"2026030300000002000000000252600"))
        self.assertEqual(len(line), 8 + 20 + 32 + 60 + 15 + 30)
        self.assertIn("蓝鸢贸易".encode("gbk"), line)
        self.assertIn(b"000000000150600", line)
        self._answer(batch, {each: {"result": "00"} for each in self.bill + self.bill_2})
        self.assertEqual(batch.amount_paid, 2526.0)

    def test_collected_bills_are_paid_refused_ones_stay_open(self):
        """The whole way, as the cashier; nothing is booked before the bank has answered."""
        batch = self._create_sent()
        self.assertEqual(self.bill.payment_state, "not_paid")
        content = self._prepare_answer(batch, {self.bill_2: SHORT})
        wizard = (
            self.env["pm.bank.batch.answer"]
            .with_user(self.cashier)
            .create(
                {
                    "batch_id": batch.id,
                    "file": base64.b64encode(content),
                    "filename": "HD.txt",
                    "day": "2026-03-06",
                }
            )
        )
        wizard.action_confirm()
        self.assertIn(self.bill.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.bill_2.payment_state, "not_paid")
        self.assertEqual(self.bill_2.amount_residual, 1020.0)
        self.assertRecordValues(
            batch.line_ids,
            [
                {"state": "paid", "amount_paid": 1506.0, "reason": False, "result_code": "0000"},
                {
                    "state": "refused",
                    "amount_paid": 0.0,
                    "reason": "账户余额不足",
                    "result_code": "1001",
                },
            ],
        )
        payment = batch.line_ids[0].payment_id
        self.assertRecordValues(
            payment,
            [{"amount": 1506.0, "date": date(2026, 3, 6), "journal_id": self.journal.id}],
        )
        self.assertEqual(payment.move_id.state, "posted")
        self.assertFalse(batch.line_ids[1].payment_id)
        self.assertRecordValues(
            batch,
            [
                {
                    "state": "answered",
                    "paid_count": 1,
                    "refused_count": 1,
                    "amount_paid": 1506.0,
                    "amount_refused": 1020.0,
                }
            ],
        )

    def test_day_of_the_bank_goes_before_the_day_of_the_import(self):
        batch = self._create_sent()
        self._answer(batch, {self.bill: {"paid_on": date(2026, 3, 4)}})
        self.assertEqual(batch.line_ids[0].payment_id.date, date(2026, 3, 4))
        self.assertEqual(batch.line_ids[1].payment_id.date, date(2026, 3, 9))

    def test_part_of_an_amount_leaves_the_rest_open(self):
        batch = self._create_sent()
        self._answer(batch, {self.bill: {"result": "1006", "amount_paid": 50000}})
        self.assertEqual(self.bill.payment_state, "partial")
        self.assertEqual(self.bill.amount_residual, 1006.0)
        self.assertEqual(batch.line_ids[0].state, "part")
        self.assertEqual(self.bill.pm_bank_reason, "余额不足，部分扣款")
        # What is left can be collected anew.
        again = self._create_batch()
        again.action_collect()
        self.assertEqual(again.line_ids.mapped("amount"), [1006.0])

    def test_bill_paid_in_cash_meanwhile_leaves_a_credit(self):
        """Money that the bank collected is never lost: it is paid ahead."""
        batch = self._create_sent()
        self._pay(self.bill, day=date(2026, 3, 4))
        self._pay(self.bill_2, 1000.0, day=date(2026, 3, 4))
        self._answer(batch)
        credit, rest = (line.payment_id.move_id.line_ids for line in batch.line_ids)
        for lines, left in ((credit, -1506.0), (rest, -1000.0)):
            line = lines.filtered(lambda line: line.account_type == "asset_receivable")
            self.assertEqual(line.amount_residual, left)
        self.assertIn(self.bill_2.payment_state, ("paid", "in_payment"))

    def test_bill_cancelled_meanwhile_leaves_a_credit(self):
        batch = self._create_sent()
        self.bill.button_draft()
        self.bill.button_cancel()
        self._answer(batch)
        line = batch.line_ids[0].payment_id.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertEqual(line.amount_residual, -1506.0)

    def test_payments_of_an_answer_are_made_in_one_go(self):
        """One call makes all payments of an answer."""
        batch = self._create_sent()
        calls = []
        create = type(self.env["account.payment"]).create

        def counted(model, vals_list):
            calls.append(len(vals_list))
            return create(model, vals_list)

        self.patch(type(self.env["account.payment"]), "create", counted)
        self._answer(batch)
        self.assertEqual(calls, [2])

    def test_bill_is_in_one_open_collection_only(self):
        """The database refuses the second, whoever writes it."""
        batch = self._create_sent()
        again = self._create_batch()
        again.action_collect()
        self.assertFalse(again.line_ids)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            batch.line_ids[0].copy({"batch_id": again.id, "number": 1})
            self.env.flush_all()

    def test_cancelled_collection_frees_its_bills(self):
        batch = self._create_sent()
        with self.assertRaisesRegex(UserError, "director"):
            batch.with_user(self.cashier).action_cancel()
        batch.with_user(self._user("director")).action_cancel()
        again = self._create_batch()
        again.action_collect()
        self.assertEqual(again.count, 2)
        with self.assertRaisesRegex(UserError, "waits for no answer"):
            self._answer(batch)

    def test_what_changed_since_it_was_listed_is_not_sent(self):
        batch = self._create_batch()
        batch.action_collect()
        self._pay(self.bill, 6.0, day=date(2026, 3, 2))
        with self.assertRaisesRegex(UserError, "changed since"):
            batch.action_send()
        batch.action_collect()
        batch.action_send()
        self.assertEqual(batch.line_ids.mapped("amount"), [1500.0, 1020.0])

    def test_nothing_is_sent_without_lines(self):
        with self.assertRaisesRegex(UserError, "Collect the open bills"):
            self._create_batch().action_send()

    def test_sent_lines_stay_as_they_are(self):
        batch = self._create_sent()
        for act in (
            lambda: batch.write({"month": FEBRUARY}),
            lambda: batch.write({"format_id": self.format.id}),
            batch.action_collect,
            batch.unlink,
            batch.line_ids[0].unlink,
            lambda: batch.write({"line_ids": [Command.delete(batch.line_ids[0].id)]}),
        ):
            with self.assertRaises(UserError):
                act()

    def test_forbidden_moves(self):
        batch = self._create_batch()
        states = set(batch._TRANSITIONS)
        for target in states - batch._TRANSITIONS["draft"]:
            with self.subTest(target=target), self.assertRaises(UserError):
                batch.write({"state": target})

    def test_any_day_stands_for_its_month(self):
        self.assertEqual(self._create_batch(month="2026-03-17").month, MARCH)

    def test_name_that_the_bank_cannot_write_is_named_with_its_line(self):
        self.mandate_2.action_end()
        self._create_mandate(self.tenancy_2, "62001", holder_name="红帆|旅行")
        batch = self._create_batch()
        batch.action_collect()
        with self.assertRaisesRegex(UserError, r"Line 3: .*红帆\|旅行.*Account Holder"):
            batch.action_send()
        self.assertEqual(batch.state, "draft")


@tagged("post_install", "-at_install")
class TestPmBankAnswer(BankCommon):
    """BIL-024: whatever does not fit is named, and nothing is half done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.batch = cls._create_sent()
        cls.good = cls._prepare_answer(cls.batch)

    def _refuse(self, content, words):
        """Import a file that is refused; say so and leave everything as it was."""
        with self.assertRaisesRegex(UserError, words):
            self.batch._take_answer(content, "answer.txt", date(2026, 3, 9))
        self.assertEqual(self.batch.state, "sent")
        self.assertEqual(set(self.batch.line_ids.mapped("state")), {"waiting"})
        self.assertFalse(self.batch.line_ids.payment_id)
        self.assertFalse(self.batch.answer_hash)
        self.assertEqual(self.bill.payment_state, "not_paid")

    def _change(self, old, new):
        text = self.good.decode("gb18030")
        self.assertIn(old, text)
        return text.replace(old, new).encode("gb18030")

    def test_same_file_is_imported_once(self):
        self.batch._take_answer(self.good, "answer.txt", date(2026, 3, 9))
        with self.assertRaisesRegex(UserError, "imported on 2026-.* already"):
            self.batch._take_answer(self.good, "copy.txt", date(2026, 3, 9))
        other = self._create_sent_for_february()
        with self.assertRaisesRegex(UserError, f"as the answer to {self.batch.name}"):
            other._take_answer(self.good, "answer.txt", date(2026, 3, 9))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            other.answer_hash = self.batch.answer_hash
            self.env.flush_all()

    def _create_sent_for_february(self):
        self._bill(FEBRUARY)
        return self._create_sent(month=FEBRUARY)

    def test_answered_collection_takes_no_second_answer(self):
        self.batch._take_answer(self.good, "answer.txt", date(2026, 3, 9))
        other = self._change("0000|1506.00|", "0000|1506.00|20260305")
        with self.assertRaisesRegex(UserError, "waits for no answer: it is “Bank Answered”"):
            self.batch._take_answer(other, "answer.txt", date(2026, 3, 9))
        self.assertEqual(len(self.batch.line_ids.payment_id), 2)

    def test_wrong_files(self):
        february = self._create_sent_for_february()
        lines = self.good.decode("gb18030").split("\r\n")
        for content, words in (
            (b"", "no lines in this file"),
            (b"PK\x03\x04\xff\xff\xff\n\xff\xff\nx", "Line 1: This is not text in GB18030"),
            ("蓝|a\nb\nc\nd".encode("utf-16"), "Line 1"),
            ("\r\n".join(lines[1:]).encode("gb18030"), "Line 1"),
            (self._prepare_answer(february), f"should be {self.batch.name}"),
            (self.good.replace(b"H|", b"X|"), "Line 1: “Fixed Text” says “X”"),
            (self.good.replace(b"|C-77|", b"|C-78|"), "C-78, but it should be C-77"),
        ):
            with self.subTest(words=words):
                self._refuse(content, words)

    def test_wrong_encoding(self):
        text = self.good.decode("gb18030")
        self._refuse(text.encode("utf-8"), "encoding|GB18030")
        self.format.encoding = "utf-8"
        self._refuse(self.good, "Line 2: This is not text in UTF-8")

    def test_unknown_and_missing_lines(self):
        name = self.batch.name
        self._refuse(self._change("-00002|", "-00009|"), f"Line 3: “{name}-00009” was not asked")
        self._refuse(self._change("-00002|", "-00001|"), f"Line 3: “{name}-00001”.*answered twice")
        lines = self.good.decode("gb18030").split("\r\n")
        self._refuse(
            "\r\n".join(lines[:2] + lines[3:]).encode("gb18030"), "does not answer 1 lines"
        )

    def test_amounts_that_differ(self):
        line = "|蓝鸢贸易|1506.00|0000|1506.00|"
        for new, words in (
            ("|蓝鸢贸易|1506.01|0000|1506.01|", "Line 2: “Amount”.*1506.01, but 1506.00 was sent"),
            ("|蓝鸢贸易|1506.00|0000|1506.01|", "Line 2: .*“0000” does not fit 1506.01"),
            ("|蓝鸢贸易|1506.00|0000|0.00|", "Line 2: .*“0000” does not fit 0.00"),
            ("|蓝鸢贸易|1506.00|1001|6.00|", "Line 2: .*“1001” does not fit 6.00"),
            ("|蓝鸢贸易|1506.00|7777|1506.00|", "Line 2: .*“7777” is not known"),
            ("|蓝莺贸易|1506.00|0000|1506.00|", "Line 2: “Account Holder”.*蓝莺贸易, but 蓝鸢贸易"),
            ("|蓝鸢贸易|1506.00|0000|15,06|", "Line 2: “Amount Collected” is no amount: “15,06”"),
        ):
            with self.subTest(new=new):
                self._refuse(self._change(line, new), words)

    def test_totals_that_do_not_match(self):
        for frame, words in (
            ({"total_paid": 252599}, "Line 4: “Total Collected” says 2525.99.*2526.00"),
            ({"count_paid": 1}, "Line 4: “Number Collected” says 1.*2"),
            ({"total": 1}, "Line 1: “Total” says 0.01.*2526.00"),
            ({"count": 3}, "Line 1: “Number of Lines” says 3.*2"),
        ):
            with self.subTest(frame=frame):
                self._refuse(self._prepare_answer(self.batch, **frame), words)

    def test_every_fault_is_told_at_once(self):
        content = self._prepare_answer(
            self.batch, {self.bill: {"result": "7777"}, self.bill_2: {"amount": 1}}
        )
        self._refuse(content, r"Line 2: .*\n?.*Line 3: ")

    def test_fault_while_booking_undoes_everything(self):
        """The last payment cannot be booked: none is."""
        create = type(self.env["account.payment"]).create

        def fail(model, vals_list):
            create(model, vals_list)
            raise UserError("The journal is closed")

        self.patch(type(self.env["account.payment"]), "create", fail)
        with self.env.cr.savepoint(), self.assertRaises(UserError):
            self.batch._take_answer(self.good, "answer.txt", date(2026, 3, 9))
        self.assertEqual(self.batch.state, "sent")

    def test_answer_matched_by_account_alone(self):
        """Two bills of one account are told apart by their amounts."""
        self.batch.action_cancel()
        self._bill(FEBRUARY)
        ours = self.format.column_ids.filtered(
            lambda column: column.part == "line" and column.content in ("ref", "number")
        )
        ours.direction = "request"
        self._pay(self.tenancy.bill_ids.filtered(lambda b: b.pm_month == FEBRUARY), 6.0)
        batch = self._create_sent(with_arrears=True)
        february = batch.line_ids.move_id.filtered(
            lambda bill: bill.pm_month == FEBRUARY and bill.pm_tenancy_id == self.tenancy
        )
        self._answer(batch, {february: {"result": "1001", "amount_paid": 0}})
        refused = batch.line_ids.filtered(lambda line: line.state == "refused")
        self.assertEqual(refused.move_id, february)
        self.assertEqual(refused.amount, 1500.0)


@tagged("post_install", "-at_install")
class TestPmBankFeedback(BankCommon):
    """F-BIL-08: the service centre learns what the bank refused, and why."""

    def _dues(self, kind):
        dues = self.env["pm.due"].with_context(lang="en_US")
        dues.invalidate_model()
        return dues.search([("site_id", "=", self.site.id), ("kind", "=", kind)])

    def test_result_for_the_service_centre(self):
        batch = self._create_sent()
        with self.assertRaisesRegex(UserError, "not answered"):
            self._print(batch.action_hand_over())
        self._answer(batch, {self.bill_2: SHORT})
        page = self._print(batch.with_user(self.cashier).action_hand_over())[0]
        for text in (
            "2026年3月",
            self.unit.code,
            "蓝鸢贸易",
            "RedSailTravel",
            "620*********7777",
            "1,506.00",
            "1,020.00",
            "账户余额不足",
            "未扣原因",
            "制表",
            "户",
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)
        self.assertNotIn("6200999988887777", page)
        self.assertEqual(batch.state, "closed")
        self.assertEqual(batch.paper_ids.form_id, self.env.ref("pm_base.form_f_bil_08"))

    @freeze_time("2026-03-04 02:00:00")
    def test_due_list_follows_the_collection(self):
        """Bills to be collected, the file by the due day, the result by the feedback day."""
        self.assertRecordValues(
            self._dues("bank_start"), [{"due_date": date(2026, 3, 5), "res_id": self.site.id}]
        )
        batch = self._create_batch()
        batch.action_collect()
        self.assertFalse(self._dues("bank_start"))
        self.assertRecordValues(
            self._dues("bank_batch"),
            [{"name": "Send the file to the bank", "due_date": date(2026, 3, 5)}],
        )
        batch.action_send()
        self.assertRecordValues(
            self._dues("bank_batch"),
            [{"name": "Import the bank's answer", "due_date": date(2026, 3, 10)}],
        )
        self._answer(batch)
        self.assertEqual(
            self._dues("bank_batch").name, "Give the bank's result to the service centre"
        )
        batch.action_hand_over()
        self.assertFalse(self._dues("bank_batch"))
        self.site.bank_feedback_day = 31
        again = self._create_batch(month="2026-04-01")
        self.site.due_day = 31
        self.assertEqual(self._dues("bank_batch").due_date, date(2026, 4, 30))
        self.assertTrue(again)

    def test_due_row_opens_a_new_collection(self):
        with freeze_time("2026-03-04 02:00:00"):
            action = self._dues("bank_start").action_open()
        self.assertEqual(action["res_model"], "pm.bank.batch")
        self.assertEqual(action["context"]["default_site_id"], self.site.id)

    def test_reason_stands_on_the_statement_and_in_the_calls(self):
        batch = self._create_sent()
        self._answer(batch, {self.bill: SHORT})
        page = self._print(self.bill._pm_print_statements())[0]
        self.assertIn("银行未能扣收本账单：账户余额不足", page)
        april = self._bill(date(2026, 4, 1)).bill_ids
        mine = april.filtered(lambda bill: bill.pm_tenancy_id == self.tenancy)
        page = self._print(mine._pm_print_statements())[0]
        self.assertIn("账户余额不足", page)
        self.assertIn("620*********3333", page)
        self.site._run_dunning(date(2026, 3, 18))
        call = self._rounds(self.call_step).action_ids
        self.assertEqual(call.tenancy_id, self.tenancy)
        self.assertEqual(call.bank_reason, "账户余额不足")
        page = "".join(self._print(call.round_id.action_print_list()))
        self.assertIn("账户余额不足", page)

    def test_reason_goes_when_the_bank_collects_it_at_last(self):
        self._answer(self._create_sent(), {self.bill: SHORT})
        self.assertTrue(self.bill.pm_bank_reason)
        self._answer(self._create_sent())
        self.assertFalse(self.bill.pm_bank_reason)


@tagged("post_install", "-at_install")
class TestPmBankFormat(BankCommon):
    def test_format_that_cannot_work_is_refused(self):
        """BIL-030: the bank needs account and amount, the office a key and a result."""
        Format = self.env["pm.bank.format"]
        line = {"part": "line", "direction": "both"}
        account, amount = {**line, "content": "account"}, {**line, "content": "amount"}
        result = {"part": "line", "direction": "answer", "content": "result"}
        for columns, words in (
            ([amount, result], "account and the amount"),
            ([account, amount], "result code"),
            ([{**account, "direction": "request"}, amount, result], "the reference"),
            ([account, account, amount, result], "twice"),
            ([account, amount, {**result, "direction": "both"}], "only the bank's answer"),
            ([account, amount, result, {**line, "content": "total"}], "first or the last line"),
            ([account, {**amount, "pad": "zero"}, result], "align it on the right"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(ValidationError, words):
                Format.create(
                    {"name": "Bad", "column_ids": [Command.create(vals) for vals in columns]}
                )
        with self.assertRaisesRegex(ValidationError, "width"):
            self.format.shape = "fixed"

    def test_columns_spoilt_one_by_one_are_noticed_when_used(self):
        self.format.column_ids.filtered(lambda column: column.content == "result").unlink()
        with self.assertRaisesRegex(ValidationError, "result code"):
            self._create_sent()

    def test_column_not_used_is_left_out(self):
        self.format.column_ids = [
            Command.create({"part": "line", "content": "skip", "sequence": 115})
        ]
        batch = self._create_sent()
        line = base64.b64decode(batch.file).decode("gb18030").split("\r\n")[1]
        self.assertTrue(line.startswith(f"1||{batch.name}"))
        self._answer(batch)
        self.assertEqual(batch.state, "answered")
