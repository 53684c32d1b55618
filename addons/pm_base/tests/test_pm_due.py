from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import PmCommon


class DueCommon(PmCommon):
    """Papers whose receipts are awaited, at two offices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.form = cls.env.ref("pm_base.form_f_bil_11")
        cls.site.receipt_days = 7

    @classmethod
    def _deliver(cls, day, **vals):
        """Return a paper delivered on `day`: its receipt is due 7 days later."""
        return cls.env["pm.document"].create(
            {
                "form_id": cls.form.id,
                "site_id": cls.site.id,
                "date": day,
                "state": "delivered",
                "delivered_on": day,
                **vals,
            }
        )

    def _dues(self, user=None, records=None):
        dues = self.env["pm.due"].with_user(user or self.env.user)
        dues.invalidate_model()
        domain = [("site_id", "in", (self.site + self.other_site).ids)]
        if records is not None:
            domain += [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        return dues.search(domain)

    def _plan(self, record, day, **vals):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "date_deadline": day,
                "user_id": self.env.uid,
                **vals,
            }
        )

    def _set_department(self, user, department):
        self.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "department_id": department.id,
                "company_id": self.site.company_id.id,
            }
        )


@tagged("post_install", "-at_install")
class TestPmDue(DueCommon):
    @freeze_time("2026-03-23 04:00:00")
    def test_delivered_paper_waits_for_its_receipt(self):
        paper = self._deliver("2026-03-20", subject="A-12-03")
        self.assertRecordValues(
            self._dues(),
            [
                {
                    "name": self.form.name,
                    "kind": "receipt",
                    "record_name": paper.name,
                    "site_id": self.site.id,
                    "company_id": self.site.company_id.id,
                    "place": "A-12-03",
                    "due_date": date(2026, 3, 27),
                    "due_at": datetime(2026, 3, 27, 15, 59, 59),
                    "has_time": False,
                    "stage": "week",
                    "is_late": False,
                    "late_days": 0,
                }
            ],
        )
        paper.action_return()
        self.assertFalse(self._dues())

    @freeze_time("2026-03-23 04:00:00")
    def test_only_papers_that_come_back_signed_are_awaited(self):
        """A statement is delivered and done with, unless the office says that it comes back."""
        statement = self.env.ref("pm_base.form_f_bil_04")
        self._deliver("2026-03-20", form_id=statement.id)
        self.assertFalse(self._dues())
        statement.needs_return = True
        self.assertEqual(self._dues().name, statement.name)

    @freeze_time("2026-03-23 04:00:00")
    def test_day_is_shown_with_its_weekday(self):
        self._deliver("2026-03-20")
        due = self._dues().with_context(lang="en_US")
        self.assertEqual(due._format_due(), "03/27/2026 Fri")

    def test_whole_day_is_late_when_it_is_over_at_the_office(self):
        """At 16:00 UTC the day is over in Shanghai; in London it lasts until midnight."""
        here = self._deliver("2026-03-20")
        self.other_site.tz = "Europe/London"
        there = self._deliver("2026-03-20", site_id=self.other_site.id)
        for now, stage_here, stage_there in (
            ("2026-03-19 15:59:59", "later", "later"),
            ("2026-03-19 16:00:00", "week", "later"),
            ("2026-03-20 00:00:00", "week", "week"),
            ("2026-03-26 15:59:59", "week", "week"),
            ("2026-03-26 16:00:00", "today", "week"),
            ("2026-03-27 15:59:59", "today", "today"),
            ("2026-03-27 16:00:00", "late", "today"),
            ("2026-03-28 00:00:00", "late", "late"),
        ):
            with self.subTest(now=now), freeze_time(now):
                self.assertEqual(self._dues(records=here).stage, stage_here)
                self.assertEqual(self._dues(records=there).stage, stage_there)

    @freeze_time("2026-03-30 04:00:00")
    def test_days_late_can_be_searched(self):
        self._deliver("2026-03-20")
        self._deliver("2026-03-23")
        late = self._dues().filtered_domain([("is_late", "=", True)])
        self.assertEqual(late.mapped("late_days"), [3])
        found = self.env["pm.due"].search([("site_id", "=", self.site.id), ("late_days", ">=", 3)])
        self.assertEqual(found, late)

    @freeze_time("2026-03-23 04:00:00")
    def test_office_sets_the_days_until_the_receipt(self):
        self._deliver("2026-03-20")
        self.site.receipt_days = 2
        self.assertEqual(self._dues().due_date, date(2026, 3, 22))
        self.assertTrue(self._dues().is_late)

    @freeze_time("2026-03-23 04:00:00")
    def test_no_receipt_is_awaited_of_who_refused_to_sign(self):
        self._deliver("2026-03-20", outcome="refused")
        absent = self._deliver("2026-03-20", outcome="absent")
        self.assertEqual(self._dues().mapped("res_id"), absent.ids)

    @freeze_time("2026-03-23 04:00:00")
    def test_planned_activity_is_due(self):
        paper = self.env["pm.document"].create({"form_id": self.form.id, "site_id": self.site.id})
        planned = self._plan(paper, "2026-03-22", summary="Ring the tenant")
        self._plan(paper, "2026-03-22", automated=True)
        self._plan(self.env.user.partner_id, "2026-03-22")
        self.assertRecordValues(
            self._dues(),
            [{"name": "Ring the tenant", "kind": "activity", "late_days": 1, "is_late": True}],
        )
        planned.action_done()
        self.assertFalse(self._dues())

    @freeze_time("2026-03-23 04:00:00")
    def test_names_speak_the_language_of_the_user(self):
        self._deliver("2026-03-20")
        self.form.with_context(lang="zh_CN").name = "催费函"
        self.form.with_context(lang="en_US").name = "Demand Letter"
        for lang, name in (("zh_CN", "催费函"), ("en_US", "Demand Letter")):
            with self.subTest(lang=lang):
                self.assertEqual(self._dues(self.env.user).with_context(lang=lang).name, name)

    @freeze_time("2026-03-23 04:00:00")
    def test_ids_are_unique_and_fit_the_browser(self):
        paper = self._deliver("2026-03-20")
        for _unused in range(3):
            self._plan(paper, "2026-03-22")
        ids = [
            due_id for (due_id,) in self.env.execute_query(self.env["pm.due"]._search([]).select())
        ]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertGreaterEqual(len(ids), 4)
        self.assertLess((2**31 - 1) * 100 + 99, 2**53)

    @freeze_time("2026-03-23 04:00:00")
    def test_row_opens_its_record(self):
        paper = self._deliver("2026-03-20")
        action = self._dues(self._user("receptionist")).action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("pm.document", paper.id))

    def test_source_with_an_unknown_column_is_refused(self):
        with self.assertRaises(ValueError):
            self.env["pm.due"]._prepare_due_select(1, "receipt", None, id=None, palce=None)


@tagged("post_install", "-at_install")
class TestPmDueSources(DueCommon):
    def test_every_source_has_a_number_of_its_own(self):
        """Two sources of one number would show one row for two matters."""
        due = self.env["pm.due"]
        numbers = []

        def prepare(self, number, kind, *args, **columns):
            if number:  # activities of every model come from one table
                numbers.append(number)
            return SQL()

        with patch.object(type(due), "_prepare_due_select", prepare):
            due._get_due_selects()
        self.assertGreater(len(numbers), 3)
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        self.assertFalse(twice, "The README keeps the numbers: take the next free one")
        self.assertLess(max(numbers), 1000)


@tagged("post_install", "-at_install")
class TestPmDueSecurity(DueCommon):
    @freeze_time("2026-03-23 04:00:00")
    def test_user_sees_only_the_assigned_offices(self):
        mine = self._deliver("2026-03-20")
        foreign = self._deliver("2026-03-20", site_id=self.other_site.id)
        everything = self._dues()
        user = self._user("receptionist")
        self.assertEqual(self._dues(user).mapped("res_id"), mine.ids)
        hidden = everything.filtered(lambda due: due.res_id == foreign.id)
        with self.assertRaises(AccessError):
            hidden.with_user(user).read(["name"])
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        self.assertEqual(len(self._dues(user)), 2)

    @freeze_time("2026-03-23 04:00:00")
    def test_other_company_is_out_of_sight(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        site = self._create_site("Far Office", "FA", company_id=company.id)
        self._deliver("2026-03-20", site_id=site.id)
        user = self._user("receptionist", site)
        self.assertFalse(self.env["pm.due"].with_user(user).search([]))

    @freeze_time("2026-03-23 04:00:00")
    def test_name_of_a_record_that_may_not_be_read_stays_empty(self):
        paper = self._deliver("2026-03-20")
        user = self._user("receptionist")
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id("pm.document"),
                "domain_force": f"[('id', '!=', {paper.id})]",
            }
        )
        due = self._dues(user)
        self.assertEqual(due.record_name, "")
        self.assertTrue(due.display_name)

    def test_nobody_writes_the_list(self):
        for post in ("receptionist", "director"):
            with self.subTest(post=post), self.assertRaises(AccessError):
                self.env["pm.due"].with_user(self._user(post)).create({"name": "x"})


@tagged("post_install", "-at_install")
class TestPmDueBoard(DueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user("area")

    def _board(self, user=None, site=None, scope="all"):
        self.env.invalidate_all()
        return (
            self.env["pm.due"].with_user(user or self.user).get_today_board(site and site.id, scope)
        )

    @staticmethod
    def _tiles(board):
        return {tile["key"]: tile["value"] for tile in board["tiles"]}

    @freeze_time("2026-03-23 04:00:00")
    def test_board_counts_and_groups(self):
        self._deliver("2026-03-10")  # due on the 17th: late
        self._deliver("2026-03-16", delivered_by_id=self.user.id)  # today
        self._deliver("2026-03-17")  # tomorrow
        self._deliver("2026-03-23")  # in a week
        self._deliver("2026-03-24")  # in eight days
        board = self._board()
        self.assertEqual(
            {key: self._tiles(board)[key] for key in ("late", "today", "week", "nobody")},
            {"late": 1, "today": 1, "week": 2, "nobody": 3},
        )
        self.assertEqual([group["key"] for group in board["groups"]], ["late", "today", "week"])
        self.assertEqual(board["groups"][0]["rows"][0]["late_days"], 6)
        bars = [bar["value"] for bar in board["chart"]]
        self.assertEqual(bars, [1, 1, 1, *[0] * 5, 1, 1, *[0] * 5])
        for tile in board["tiles"][:4]:
            found = self.env["pm.due"].with_user(self.user).search_count(tile["domain"])
            self.assertEqual(found, tile["value"], tile["key"])
        for bar in board["chart"]:
            found = self.env["pm.due"].with_user(self.user).search_count(bar["domain"])
            self.assertEqual(found, bar["value"], bar["label"])

    @freeze_time("2026-03-23 04:00:00")
    def test_board_is_empty_when_nothing_is_due(self):
        board = self._board()
        self.assertEqual(board["groups"], [])
        self.assertEqual(set(self._tiles(board).values()), {0})

    @freeze_time("2026-03-23 04:00:00")
    def test_mine_and_my_department(self):
        """An addon's own source, here of printed papers, names the department that owes."""
        service, desk, security = self.env["hr.department"].create(
            [{"name": name, "site_id": self.site.id} for name in ("Service", "Desk", "Security")]
        )
        desk.parent_id = service
        self._set_department(self.user, service)
        self._deliver("2026-03-16", delivered_by_id=self.user.id)
        self._deliver("2026-03-16")
        for department, number in ((service, 1), (desk, 2), (security, 4)):
            for _unused in range(number):
                self.env["pm.document"].create(
                    {"form_id": self.form.id, "site_id": self.site.id, "subject": department.id}
                )
        dues = self.env["pm.due"]
        selects = [
            *dues._get_due_selects(),
            dues._prepare_due_select(
                99,
                "receipt",
                SQL("FROM pm_document WHERE state = 'printed'"),
                id=SQL("id"),
                name=SQL("name"),
                res_model=SQL("'pm.document'"),
                res_id=SQL("id"),
                site_id=SQL("site_id"),
                department_id=SQL("subject"),
                due_at=SQL("'2026-03-23 09:30:00'"),
            ),
        ]
        self.patch(type(dues), "_get_due_selects", lambda self: selects)
        for scope, number in (("mine", 1), ("department", 4), ("all", 9)):
            with self.subTest(scope=scope):
                self.assertEqual(self._tiles(self._board(scope=scope))["today"], number)
        row = self._board()["groups"][0]["rows"][0]
        self.assertEqual(row["department"], "Service")
        self.assertIn("17:30", row["due"].replace("5:30", "17:30"))

    @freeze_time("2026-03-23 04:00:00")
    def test_offices_of_the_switcher(self):
        self._deliver("2026-03-16")
        self._deliver("2026-03-16", site_id=self.other_site.id)
        board = self._board(site=self.other_site)
        self.assertEqual(board["sites"], [{"id": self.site.id, "name": self.site.name}])
        self.assertEqual(self._tiles(board)["today"], 1, "a foreign office shows nothing")
        both = self._user("area", self.site + self.other_site)
        self.assertEqual(self._tiles(self._board(both, self.other_site))["today"], 1)
        dues = self.env["pm.due"].with_user(both)
        self.assertEqual(self._tiles(dues.get_today_board(0, "all"))["today"], 2)

    @freeze_time("2026-03-23 04:00:00")
    def test_user_of_no_office_sees_an_empty_board(self):
        self._deliver("2026-03-16")
        board = self._board(self._user("area", self.env["pm.site"]))
        self.assertEqual((board["sites"], board["groups"]), ([], []))

    @freeze_time("2026-03-23 04:00:00")
    def test_board_costs_the_same_for_10_and_1000_rows(self):
        start = date(2026, 3, 1)
        for number in (10, 990):
            self.env["pm.document"].with_context(tracking_disable=True).create(
                [
                    {
                        "form_id": self.form.id,
                        "site_id": self.site.id,
                        "state": "delivered",
                        "delivered_on": start + timedelta(days=index % 22),
                        "partner_id": self.env.user.partner_id.id,
                    }
                    for index in range(number)
                ]
            )
            self._board()  # caches of rules and menus
            self.env.flush_all()
            with self.subTest(number=number), self.assertQueryCount(15):
                board = self._board()
        self.assertEqual(sum(group["total"] for group in board["groups"]), 1000)
        self.assertLessEqual(max(len(group["rows"]) for group in board["groups"]), 40)

    @freeze_time("2026-03-23 04:00:00")
    def test_addon_adds_a_tile(self):
        dues = self.env["pm.due"]
        tile = {"key": "vacant", "label": "Vacant", "value": 7, "action": "pm_base.pm_form_action"}
        self.patch(type(dues), "_get_board_tiles", lambda self, sites, today: [tile])
        self.assertEqual(self._board()["tiles"][-1], tile)


@tagged("post_install", "-at_install")
class TestPmDueDigest(DueCommon):
    """On Monday 2026-03-23, half past seven in Shanghai is 23:30 UTC of the day before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Users of the demo office would be mailed as well.
        cls.env["pm.site"].search([]).filtered(
            lambda site: site not in cls.site + cls.other_site
        ).digest_enabled = False
        cls.user = cls._user("area")
        cls.user.email = "area@example.com"

    def _run(self, now):
        """Run the scheduled action at `now` (UTC) and return the new mails."""
        before = self.env["mail.mail"].search([])
        with freeze_time(now), self.enter_registry_test_mode():
            self.env.invalidate_all()
            self.env.ref("pm_base.ir_cron_send_digests").method_direct_trigger()
        return self.env["mail.mail"].search([]) - before

    def test_digest_goes_out_once_after_its_hour(self):
        self._deliver("2026-03-10", delivered_by_id=self.user.id)
        self._deliver("2026-03-16", delivered_by_id=self.user.id)
        self.assertFalse(self._run("2026-03-22 23:29:00"))
        mail = self._run("2026-03-22 23:30:00")
        self.assertEqual(mail.email_to, self.user.email_formatted)
        self.assertIn("1 late, 1 today", mail.subject)
        self.assertFalse(self._run("2026-03-22 23:59:00"))
        self.assertFalse(self._run("2026-03-23 09:00:00"))
        self.assertEqual(len(self._run("2026-03-24 02:00:00")), 1, "a late server sends once")
        self.assertFalse(self._run("2026-03-24 03:00:00"))

    def test_digest_links_to_the_records(self):
        paper = self._deliver("2026-03-16", delivered_by_id=self.user.id)
        body = self._run("2026-03-23 00:00:00").body_html
        self.assertIn(f"/odoo/pm.document/{paper.id}", body)
        self.assertIn(paper.name, body)

    def test_digest_speaks_the_language_of_the_user(self):
        self.form.with_context(lang="zh_CN").name = "催费函"
        self._deliver("2026-03-16", delivered_by_id=self.user.id)
        self.user.lang = "zh_CN"
        self.assertIn("催费函", self._run("2026-03-23 00:00:00").body_html)

    def test_no_digest_on_days_off(self):
        self._deliver("2026-03-10", delivered_by_id=self.user.id)
        self.assertFalse(self._run("2026-03-22 02:00:00"))  # a Sunday
        self.env["pm.calendar.day"].create({"name": "Typhoon", "date": "2026-03-23"})
        self.assertFalse(self._run("2026-03-23 02:00:00"))

    def test_no_digest_when_nothing_is_due(self):
        self._deliver("2026-03-10")  # nobody's
        self._deliver("2026-03-30", delivered_by_id=self.user.id)  # in two weeks
        self.assertFalse(self._run("2026-03-23 00:00:00"))
        self._deliver("2026-03-16", delivered_by_id=self.user.id)
        self.assertFalse(self._run("2026-03-23 06:00:00"), "the morning is over")

    def test_nothing_of_other_offices_is_mailed(self):
        foreign = self._deliver(
            "2026-03-10", site_id=self.other_site.id, delivered_by_id=self.user.id
        )
        self.assertFalse(self._run("2026-03-23 00:00:00"))
        leader = self._user("leader")
        leader.email = "leader@example.com"
        mine = self._deliver("2026-03-10")
        mail = self._run("2026-03-24 00:00:00")
        self.assertEqual(mail.email_to, leader.email_formatted)
        self.assertIn(mine.name, mail.body_html)
        self.assertNotIn(foreign.name, mail.body_html)

    def test_user_and_office_can_switch_it_off(self):
        self._deliver("2026-03-10", delivered_by_id=self.user.id)
        self.user.with_user(self.user).pm_digest = False
        self.assertFalse(self._run("2026-03-23 00:00:00"))
        self.user.pm_digest = True
        self.site.digest_enabled = False
        self.assertFalse(self._run("2026-03-23 00:00:00"))

    def test_user_of_two_offices_gets_one_mail(self):
        user = self._user("leader", self.site + self.other_site)
        user.email = "both@example.com"
        papers = self._deliver("2026-03-10") + self._deliver(
            "2026-03-10", site_id=self.other_site.id
        )
        mail = self._run("2026-03-23 00:00:00")
        self.assertEqual(mail.email_to, user.email_formatted)
        for paper in papers:
            self.assertIn(paper.name, mail.body_html)

    def test_long_list_is_cut(self):
        for _unused in range(23):
            self._deliver("2026-03-10", delivered_by_id=self.user.id)
        mail = self._run("2026-03-23 00:00:00")
        self.assertIn("23 late", mail.subject)
        self.assertEqual(mail.body_html.count("/odoo/pm.document/"), 20)
