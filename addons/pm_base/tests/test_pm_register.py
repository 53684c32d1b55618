from datetime import date, datetime
from io import BytesIO
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PmCommon
from .toy_item import ToyItem


class RegisterCommon(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyItem.register(cls)
        cls.form = cls.env.ref("pm_base.form_f_ten_77")
        cls.user = cls._user("receptionist")

    @classmethod
    def _field(cls, name, model="toy.item"):
        return cls.env["ir.model.fields"]._get(model, name).id

    @classmethod
    def _create_register(cls, *paths, **vals):
        return cls.env["pm.register"].create(
            {
                "name": "Directory",
                "form_id": cls.form.id,
                "model_id": cls.env["ir.model"]._get("toy.item").id,
                "order": "code",
                "date_start": "2026-01-01",
                "column_ids": [
                    Command.create({"name": path or "Remarks", "path": path, "sequence": number})
                    for number, path in enumerate(paths or ("code", "amount", ""))
                ],
                **vals,
            }
        )

    @classmethod
    def _create_item(cls, code="A1", **vals):
        return cls.env["toy.item"].create({"code": code, "site_id": cls.site.id, **vals})

    def _issue(self, register, day="2026-03-20", user=None, site=None, **kwargs):
        day = date.fromisoformat(day)
        return register.with_user(user or self.user)._issue(
            (site or self.site).with_user(user or self.user), day, **kwargs
        )

    def _cells(self, issue):
        table = issue.with_context(lang="zh_CN")._prepare_table()
        return [row["cells"] for group in table["groups"] for row in group["rows"]]

    def _marks(self, issue):
        return [(row["cells"][0], row["mark"]) for row in issue.content["rows"]]


@tagged("post_install", "-at_install")
class TestPmRegister(RegisterCommon):
    def test_values_are_worded_for_the_office(self):
        tags = self.env["res.partner.category"].create([{"name": "丙"}, {"name": "丁"}])
        partner = self.env["res.partner"].create({"name": "甲", "category_id": tags.ids})
        self._create_item(
            date="2026-03-01",
            moment="2026-03-01 20:30:00",
            amount=1234.5,
            count=1000,
            is_open=True,
            kind="b",
            partner_id=partner.id,
        )
        self._create_item("A2")
        register = self._create_register(
            "date",
            "moment",
            "amount",
            "count",
            "is_open",
            "kind",
            "partner_id",
            "partner_id.category_id.name",
            "partner_id.category_id",
            "partner_id.country_id.name",
            "",
        )
        first, second = self._cells(self._issue(register))
        self.assertEqual(
            [cell for place, cell in enumerate(first) if place != 1],
            ["2026/03/01", "1,234.50", "1,000", "√", "Pear", "甲", "丙、丁", "丙、丁", "", ""],
        )
        # 20:30 in Greenwich is the next morning at the office.
        self.assertIn("2026/3/2 04:30", first[1])
        self.assertEqual(second, ["", "", "0.00", "0", "", "", "", "", "", "", ""])

    def test_rows_are_those_of_the_office_and_the_filter(self):
        self._create_item("A2")
        self._create_item("A1")
        self._create_item("B1", site_id=self.other_site.id)
        self._create_item("C1", is_open=True)
        register = self._create_register("code", domain="[('is_open', '=', False)]")
        self.assertEqual(self._cells(self._issue(register)), [["A1"], ["A2"]])

    def test_only_records_of_the_month_by_the_clock_of_the_office(self):
        for code, moment in (
            ("out", "2026-02-28 15:59:59"),
            ("in", "2026-02-28 16:00:00"),
            ("last", "2026-03-31 15:59:59"),
            ("late", "2026-03-31 16:00:00"),
        ):
            self._create_item(code, moment=moment, date="2026-03-05")
        register = self._create_register(
            "code", date_field_id=self._field("moment"), order="moment"
        )
        self.assertEqual(self._cells(self._issue(register)), [["in"], ["last"]])
        register.date_field_id = self._field("date")
        self.assertEqual(len(self._cells(self._issue(register))), 4)
        issue = self._issue(register, period=date(2026, 2, 10))
        self.assertEqual((issue.period, issue.row_count), (date(2026, 2, 1), 0))

    def test_days_in_the_filter(self):
        for day in ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"):
            self._create_item(day, date=day)
        register = self._create_register(
            "code", domain="[('date', '>=', 'period_start'), ('date', '<=', 'period_end')]"
        )
        self.assertEqual(self._cells(self._issue(register)), [["2026-03-01"], ["2026-03-31"]])
        register.domain = "[('date', '<', 'issue_date')]"
        self.assertEqual(len(self._cells(self._issue(register, "2026-03-02"))), 2)

    def test_what_cannot_be_read_is_refused_on_save(self):
        register = self._create_register()
        for vals in (
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "[('date', '=', context_today())]"},
            {"order": "nothing"},
            {"site_path": "partner_id"},
            {"site_path": "nothing"},
            {"group_path": "partner_id.nothing"},
            {"column_ids": [Command.create({"name": "x", "path": "file"})]},
            {"column_ids": [Command.create({"name": "x", "path": "code.name"})]},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                register.write(vals)

    def test_one_issue_for_a_month_in_versions(self):
        self._create_item()
        register = self._create_register(issue_rule="monthly")
        first = self._issue(register)
        self._create_item("A2")
        again = self._issue(register, "2026-03-25")
        self.assertEqual(again, first)
        self.assertRecordValues(
            again,
            [
                {
                    "version": 2,
                    "row_count": 2,
                    "date": date(2026, 3, 25),
                    "period": date(2026, 3, 1),
                    "issued_by_id": self.user.id,
                }
            ],
        )
        self.assertNotEqual(self._issue(register, "2026-04-20"), first)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            first.sudo().copy()

    def test_one_issue_for_a_day_where_there_are_no_months(self):
        register = self._create_register()
        first = self._issue(register)
        self.assertFalse(first.period)
        self.assertEqual(self._issue(register), first)
        self.assertNotEqual(self._issue(register, "2026-03-21"), first)

    def test_changes_since_the_issue_before(self):
        """The directory marks what changed each month (TEN-014)."""
        items = [self._create_item(code, amount=1) for code in ("A1", "A2", "A3")]
        register = self._create_register(issue_rule="monthly", mark_changes=True)
        self.assertFalse(self._issue(register, "2026-02-20").changes)
        items[1].amount = 2
        items[2].unlink()
        self._create_item("A4")
        issue = self._issue(register)
        self.assertEqual(
            self._marks(issue), [("A1", ""), ("A2", "changed"), ("A4", "new"), ("A3", "removed")]
        )
        self.assertEqual(issue.row_count, 3)
        # Another version of the month compares with the month before, not with the version before.
        self.assertEqual(self._marks(self._issue(register)), self._marks(issue))
        page = "".join(self._print(issue.action_print()))
        self.assertIn("新增1项", page)

    def test_key_columns_tell_the_row(self):
        """Another occupant in the same unit is a change, not a new row."""
        old = self._create_item("A1", amount=1)
        register = self._create_register(issue_rule="monthly", mark_changes=True)
        register.column_ids[0].is_key = True
        self._issue(register, "2026-02-20")
        old.unlink()
        self._create_item("A1", amount=2)
        self.assertEqual(self._marks(self._issue(register)), [("A1", "changed")])

    def test_groups_and_totals(self):
        partners = self.env["res.partner"].create([{"name": "甲"}, {"name": "乙"}])
        for code, place, amount in (("A1", 0, 0.1), ("A2", 1, 5), ("A3", 0, 0.2)):
            self._create_item(code, partner_id=partners[place].id, amount=amount)
        register = self._create_register(group_path="partner_id")
        register.column_ids[1].is_total = True
        table = self._issue(register)._prepare_table()
        self.assertEqual(
            [(group["name"], group["totals"][1]) for group in table["groups"]],
            [("甲", "0.30"), ("乙", "5.00")],
        )
        self.assertEqual(table["totals"], ["", "5.30", ""])

    @freeze_time("2026-03-20 02:00:00")
    def test_print_files_the_paper_in_the_copies_of_the_form(self):
        """The directory goes to Security against receipt (TEN-014)."""
        self._create_item("A-01-02")
        register = self._create_register(
            issue_rule="monthly", distribution="Security", signers="Prepared by"
        )
        issue = self._issue(register)
        pages = self._print(issue.action_print())
        self.assertEqual(len(pages), 2)
        self.assertIn("第2份，共2份", pages[1])
        for word in ("A-01-02", "Directory", "Security", "Preparedby", "2026年3月"):
            self.assertIn(word, pages[0])
        paper = issue.paper_id
        self.assertEqual((paper.form_id, paper.date), (self.form, date(2026, 3, 20)))
        paper.action_deliver()
        self.assertEqual(issue.paper_state, "delivered")

    def test_brief_list_stands_before_the_full_one(self):
        """Few columns twice side by side, then all of them (CON-20)."""
        for number in range(1, 60):
            self._create_item(f"U{number:02}", amount=number)
        register = self._create_register("code", "amount", signers="Compiled by")
        register.column_ids[0].is_brief = True
        self.form.copies = 1
        pages = self._print(self._issue(register).action_print())
        self.assertIn("1U0129U29", pages[0])
        self.assertIn("28U2856U56", pages[0])
        self.assertNotIn("59.00", pages[0])
        self.assertIn("57U5759U59", pages[1])
        self.assertIn("Compiledby", pages[1])
        self.assertIn("59U5959.00", pages[-1])

    def test_posts_are_told_once_for_each_day(self):
        """The list is sent to leader and supervisor, not to others (TEN-140)."""
        groups = self.env.ref("pm_base.group_pm_supervisor") + self.env.ref(
            "pm_base.group_pm_leader"
        )
        told = self._user("supervisor") + self._user("leader")
        self._user("supervisor", self.other_site)
        self._user("security")
        self._create_item()
        register = self._create_register(
            issue_rule="monthly", notify_group_ids=[Command.set(groups.ids)]
        )
        issue = self._issue(register)
        self._issue(register)

        def get_sent():
            messages = issue.sudo().message_ids
            return messages.filtered(lambda message: message.attachment_ids)

        self.assertEqual(get_sent().notified_partner_ids, told.partner_id)
        self.assertEqual(
            sorted(get_sent().attachment_ids.mapped("mimetype")),
            [
                "application/pdf",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ],
        )
        self.assertFalse(issue.paper_id, "A file that is sent is not a paper that was printed")
        self._issue(register, "2026-03-25")
        self.assertEqual(len(get_sent()), 2)

    @freeze_time("2026-04-20 02:00:00")
    def test_latest_issue_waits_for_its_receipt(self):
        """Security signs for its copy; a late receipt is on the due list (TEN-014)."""
        guards = self.env["hr.department"].create(
            {"name": "Guards", "site_id": self.site.id, "pm_role": "security"}
        )
        register = self._create_register(issue_rule="monthly", receipt_role="security")
        self.site.receipt_days = 7
        first, issue = self._issue(register), self._issue(register, "2026-04-10")

        def find(record):
            self.env["pm.due"].invalidate_model()
            return self.env["pm.due"].search(
                [("res_model", "=", record._name), ("res_id", "=", record.id)]
            )

        self.assertFalse(find(first))
        self.assertRecordValues(
            find(issue),
            [
                {
                    "name": "Directory",
                    "kind": "register_receipt",
                    "due_date": date(2026, 4, 17),
                    "is_late": True,
                    "department_id": guards.id,
                }
            ],
        )
        self._print(issue.action_print())
        self.assertTrue(find(issue))
        issue.paper_id.action_deliver()
        self.assertTrue(find(issue))
        issue.paper_id.action_return()
        self.assertFalse(find(issue) or find(issue.paper_id))

    def test_issue_keeps_the_rows_as_they_were(self):
        item = self._create_item("A1")
        register = self._create_register("code")
        issue = self._issue(register)
        item.code = "Z9"
        register.column_ids.unlink()
        self.assertEqual(self._cells(issue), [["A1"]])
        self.assertIn("A1", issue.preview)

    def test_workbook_has_real_numbers_and_dates_and_no_formulas(self):
        self._create_item("=1+1", amount=2.5, date="2026-03-01")
        register = self._create_register("code", "amount", "date")
        issue = self._issue(register)
        sheet = load_workbook(BytesIO(issue._prepare_workbook())).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertEqual(rows[-1], [1, "=1+1", 2.5, datetime(2026, 3, 1)])
        self.assertEqual(sheet.cell(len(rows), 2).data_type, "s")
        self.assertIn("Quiet Lane Office", rows[0])

    def test_ten_rows_and_a_hundred_cost_the_same_queries(self):
        register = self._create_register(
            "code", "partner_id", "partner_id.country_id", "partner_id.category_id.name", "amount"
        )
        counts = []
        for number in (10, 90):
            tag = self.env["res.partner.category"].create({"name": f"Tag {number}"})
            vals = {"name": "x", "category_id": tag.ids}
            for partner in self.env["res.partner"].create([vals] * number):
                self._create_item(partner_id=partner.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._issue(register, f"2026-03-{number}" if number < 30 else "2026-03-11")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install")
class TestPmRegisterCron(RegisterCommon):
    def setUp(self):
        super().setUp()
        self.env["pm.register"].search([]).active = False

    def _run_cron(self, now):
        with freeze_time(f"{now} 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("pm_base.ir_cron_issue_registers").method_direct_trigger()
        return self.env["pm.register.issue"].search(
            [("site_id", "=", self.site.id)], order="period"
        )

    def test_issued_once_on_its_day(self):
        self._create_register(issue_rule="monthly", issue_day=20)
        self.assertFalse(self._run_cron("2026-01-19"))
        issue = self._run_cron("2026-01-20")
        self.assertEqual(issue.date, date(2026, 1, 20))
        self._run_cron("2026-01-20")
        self._run_cron("2026-01-25")
        self.assertEqual((issue.version, issue.date), (1, date(2026, 1, 20)))
        issues = self._run_cron("2026-02-20")
        self.assertEqual(issues.mapped("period"), [date(2026, 1, 1), date(2026, 2, 1)])

    def test_late_server_dates_the_issue_as_it_should_have_been(self):
        self._create_register(issue_rule="monthly", issue_day=31)
        issues = self._run_cron("2026-03-02")
        self.assertEqual(issues.mapped("date"), [date(2026, 2, 28)])
        self.assertEqual(issues.mapped("period"), [date(2026, 2, 1)])

    def test_nothing_is_made_up_for_before_the_register_began(self):
        self._create_register(issue_rule="monthly", issue_day=20, date_start="2026-03-05")
        self.assertFalse(self._run_cron("2026-03-10"))

    def test_issue_by_hand_before_the_day_is_issued_again_on_it(self):
        register = self._create_register(issue_rule="monthly", issue_day=20)
        issue = self._issue(register, "2026-01-10")
        self._run_cron("2026-01-20")
        self.assertEqual((issue.version, issue.date), (2, date(2026, 1, 20)))

    def test_first_of_the_month_covers_the_month_before(self):
        self._create_register(
            issue_rule="monthly",
            issue_day=1,
            covers_previous=True,
            date_field_id=self._field("date"),
        )
        self._create_item(date="2026-01-31")
        issue = self._run_cron("2026-02-01")[-1:]
        self.assertEqual((issue.period, issue.row_count), (date(2026, 1, 1), 1))

    def test_day_may_be_a_setting_of_the_office(self):
        self._create_register(
            issue_rule="monthly", issue_day_setting_id=self._field("sequence", "pm.site")
        )
        self.site.sequence = 12
        self.assertEqual(self._run_cron("2026-01-15").date, date(2026, 1, 12))

    def test_one_bad_register_does_not_stop_the_others(self):
        bad = self._create_register(issue_rule="monthly", issue_day=1)
        good = self._create_register(issue_rule="monthly", issue_day=1, name="Good")
        read = type(bad)._read_rows

        def fail(register, *args):
            if register == bad:
                raise UserError("broken")
            return read(register, *args)

        with (
            patch.object(type(bad), "_read_rows", fail),
            self.assertLogs("odoo.addons.pm_base.models.pm_register", "WARNING"),
        ):
            issues = self._run_cron("2026-01-01")
        self.assertEqual(issues.register_id, good)

    def test_only_offices_that_keep_it(self):
        self._create_register(
            issue_rule="monthly", issue_day=1, site_ids=[Command.set(self.other_site.ids)]
        )
        self.assertFalse(self._run_cron("2026-01-01"))


@tagged("post_install", "-at_install")
class TestPmRegisterSecurity(RegisterCommon):
    def test_other_office_can_neither_issue_nor_read(self):
        register = self._create_register()
        issue = self._issue(register)
        stranger = self._user("receptionist", self.other_site)
        with self.assertRaises(AccessError):
            self._issue(register, user=stranger)
        with self.assertRaises(AccessError):
            issue.with_user(stranger).read(["row_count"])

    def test_nobody_makes_up_rows(self):
        issue = self._issue(self._create_register())
        for user in (self.user, self._user("director")):
            with self.assertRaises(AccessError):
                issue.with_user(user).write({"content": {}})
            with self.assertRaises(AccessError):
                issue.with_user(user).unlink()

    def test_rows_are_read_with_the_rights_of_the_user(self):
        register = self._create_register("secret")
        with self.assertRaises(AccessError):
            self._issue(register)
        self.assertTrue(self._issue(register, user=self._user("leader")))

    def test_register_cannot_read_what_its_writer_may_not(self):
        """A scheduled issue reads everything; so its columns are checked when they are written."""
        register = self._create_register()
        manager = self._user("cashier")
        manager.group_ids += self.env.ref("pm_base.group_pm_base_manager")
        column = {"register_id": register.id, "name": "x", "path": "secret"}
        with self.assertRaises(AccessError):
            self.env["pm.register.column"].with_user(manager).create(column)
        self.env["pm.register.column"].with_user(self._user("director")).create(column)

    def test_register_may_be_kept_from_other_posts(self):
        register = self._create_register(
            group_ids=[Command.set(self.env.ref("pm_base.group_pm_cashier").ids)]
        )
        issue = self._issue(register, user=self._user("cashier"))
        with self.assertRaises(AccessError):
            self._issue(register)
        with self.assertRaises(AccessError):
            issue.with_user(self.user).read(["preview"])

    def test_receptionist_cannot_configure(self):
        with self.assertRaises(AccessError):
            self._create_register().with_user(self.user).name = "x"

    def test_wizard_issues_for_the_month(self):
        register = self._create_register(issue_rule="monthly")
        wizard = (
            self.env["pm.register.prepare"]
            .with_user(self.user)
            .create({"register_id": register.id, "site_id": self.site.id})
        )
        with freeze_time("2026-03-20 02:00:00"):
            self.assertTrue(wizard.has_period)
            wizard.period = "2026-02-11"
            action = wizard.action_confirm()
        issue = self.env["pm.register.issue"].browse(action["res_id"])
        self.assertEqual(issue.period, date(2026, 2, 1))
