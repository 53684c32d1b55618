"""What comes round by itself during the year: patrols, registers, leases that end."""

from odoo.exceptions import AccessError

from .estate import Estate
from .office import on

REMIND = "pm_tenancy.ir_cron_remind_lease_expiry"
PATROL = "pm_tenancy.ir_cron_start_vacant_patrols"
ISSUE = "pm_base.ir_cron_issue_registers"

# The units that are occupied in spring.
OCCUPIED = ("H-08-02", "M-01-08", "O-06-01", "S-03-05", "T-02-01")


class Meanwhile(Estate):
    def run_twice(self, cron, look):
        """Run a scheduled action, and again: what is to be seen is the same; return it."""
        self._run_cron(cron)
        seen = look()
        self._run_cron(cron)
        self.assertEqual(look(), seen)
        return seen

    def patrols(self):
        return self.env["pm.vacant.patrol"].search([("site_id", "=", self.site.id)], order="id")

    @on("2023-11-13 08:00")
    def patrols_begin(self):
        """A patrol for each building with vacant units, for the leasing officer (TEN-142)."""
        patrols = self.run_twice(PATROL, self.patrols)
        self.assertEqual(
            sorted(patrols.line_ids.unit_id.mapped("code")), ["H-08-02", "O-06-02", "T-02-01"]
        )
        self.assertEqual(len(patrols), 3)
        self.assertEqual(patrols.user_id, self.leasing)
        patrol = patrols.filtered(lambda one: one.building_id.code == "O")
        self.assert_no_button(self.receptionist, patrol, "action_done")
        with self.assert_refused("O-06-02"):
            self.press(self.leasing, patrol, "action_done")
        with self.open(self.leasing, patrol) as form, form.line_ids.edit(0) as line:
            line.finding = "窗未关"
        with self.assert_refused(error=AccessError):
            patrol.with_user(self.receptionist).action_done()
        self.press(self.leasing, patrol, "action_done")
        self.assertEqual(self.unit("O-06-02").activity_ids.user_id, self.supervisor)
        for other in patrols - patrol:
            self.press(self.leasing, other, "action_tick_all")
            self.press(self.leasing, other, "action_done")
        self.assertEqual(self.unit("O-06-02").last_patrolled_on.isoformat(), "2023-11-13")

    @on("2023-11-29 08:00")
    def patrols_after_a_gap(self):
        """The server slept for two weeks: one patrol more, on its day of the week (TEN-142)."""
        before = self.patrols()
        with self.at("2023-11-19 08:00"):
            self.assertEqual(self.run_twice(PATROL, self.patrols), before)
        patrols = self.run_twice(PATROL, self.patrols) - before
        self.assertEqual(len(patrols), 3)
        self.assertEqual({day.isoformat() for day in patrols.mapped("date")}, {"2023-11-27"})

    def issues(self, name):
        register = self.env.ref(f"pm_tenancy.register_{name}")
        return self.env["pm.register.issue"].search(
            [("register_id", "=", register.id), ("site_id", "=", self.site.id)], order="date"
        )

    def issue_on_the_20th(self):
        """The registers come out, once; return the directory and the list of vacant units."""
        self.run_twice(ISSUE, lambda: self.issues("directory").mapped("version"))
        directory, vacant = self.issues("directory")[-1:], self.issues("vacant")[-1:]
        self.assertEqual((directory.version, vacant.version), (1, 1))
        self.assertEqual(directory.date, vacant.date)
        return directory, vacant

    def rows(self, issue):
        """Return the rows as {unit: mark}."""
        return {row["cells"][0]: row["mark"] for row in issue.content["rows"]}

    @on("2023-12-20 08:00")
    def registers_come_out(self):
        """Directory and vacant units on the 20th; Security signs for a copy (TEN-014, TEN-140)."""
        with self.at("2023-12-19 08:00"):
            self._run_cron(ISSUE)
            self.assertFalse(self.issues("directory"))
        directory, vacant = self.issue_on_the_20th()
        self.assertEqual(directory.date.isoformat(), "2023-12-20")
        self.assertEqual(self.rows(directory), {"M-01-08": "", "S-03-05": ""})
        self.assertEqual(set(self.rows(vacant)), {"H-08-02", "O-06-02", "T-02-01"})
        for issue, told in (
            (directory, self.security | self.area | self.receptionist),
            (vacant, self.supervisor | self.leader),
        ):
            told_partners = issue.message_ids.filtered("attachment_ids").notified_partner_ids
            self.assertLessEqual(told.partner_id, told_partners)
        due = self.env["pm.due"].search([("kind", "=", "register_receipt")])
        self.assertIn(directory.id, due.mapped("res_id"))
        pages = self.download(
            self.receptionist, self.press(self.receptionist, directory, "action_print")
        )
        self.assertIn("许茗", "".join(pages))
        self.press(self.receptionist, directory.paper_ids, "action_deliver")
        self.press(self.security, directory.paper_ids, "action_return")
        due = self.env["pm.due"].search([("kind", "=", "register_receipt")])
        self.assertNotIn(directory.id, due.mapped("res_id"))

    @on("2024-01-15 10:00")
    def telephones_are_confirmed(self):
        """Five days before the directory: the round of calls; one has another number (TEN-013)."""
        active = self.env["pm.tenancy"].search(
            [("site_id", "=", self.site.id), ("state", "=", "active")]
        )
        self.assertEqual(set(active.mapped("unit_codes")), {"S-03-05", "M-01-08", "O-06-01"})
        self.fill(self.area, self.tenancies["春和茶行"], contact_phone="190 0000 1009")
        for tenancy in active:
            call = self.screen(self.area, tenancy)
            call.action_confirm_phone()
        self.assertEqual(
            {day.isoformat() for day in active.mapped("phone_confirmed_on")}, {"2024-01-15"}
        )

    @on("2024-01-22 08:00")
    def registers_come_out_late(self):
        """The server slept on Saturday the 20th: dated so, changes marked (TEN-014, TEN-141)."""
        directory, vacant = self.issue_on_the_20th()
        self.assertEqual(directory.date.isoformat(), "2024-01-20")
        self.assertEqual(
            self.rows(directory), {"M-01-08": "changed", "O-06-01": "new", "S-03-05": ""}
        )
        self.assertEqual(len(self.issues("directory")), 2)
        self.assertEqual(set(self.rows(vacant)), {"H-08-02", "O-06-02", "T-02-01"})

    @on("2024-04-22 08:00")
    def registers_of_april(self):
        """Two months were missed: both are made up for, each dated its own 20th (TEN-014)."""
        directory, vacant = self.issue_on_the_20th()
        self.assertEqual(
            [day.isoformat() for day in self.issues("directory").mapped("date")],
            ["2023-12-20", "2024-01-20", "2024-03-20", "2024-04-20"],
        )
        self.assertEqual(set(self.rows(directory)), set(OCCUPIED))
        self.assertEqual(set(self.rows(vacant)), {"O-06-02"})

    @on("2024-05-20 08:00")
    def registers_after_the_first_move_out(self):
        """Who moved out is struck out of the directory, his unit is on the list of vacant ones."""
        directory, vacant = self.issue_on_the_20th()
        self.assertEqual(
            self.rows(directory),
            {code: "removed" if code == "S-03-05" else "" for code in OCCUPIED},
        )
        self.assertEqual(set(self.rows(vacant)), {"O-06-02", "S-03-05"})

    @on("2024-10-21 08:00")
    def registers_of_the_end(self):
        """On Sunday the 20th three units more are vacant than a year ago (TEN-141)."""
        directory, vacant = self.issue_on_the_20th()
        self.assertEqual(vacant.date.isoformat(), "2024-10-20")
        self.assertEqual(set(self.rows(vacant)), {"O-06-01", "O-06-02", "S-03-05", "T-02-01"})
        in_occupation = {code for code, mark in self.rows(directory).items() if mark != "removed"}
        self.assertEqual(in_occupation, {"H-08-02", "M-01-08"})

    def reminders(self, tenancy):
        """Return who is to visit, and who is to ask the leasing department, since when."""
        kinds = {
            self.env.ref("pm_tenancy.mail_activity_lease_visit"): "visit",
            self.env.ref("pm_tenancy.mail_activity_lease_query"): "query",
        }
        return sorted(
            (kinds[one.activity_type_id], one.date_deadline.isoformat(), one.user_id.login)
            for one in tenancy.activity_ids
            if one.activity_type_id in kinds
        )

    @on("2024-01-31 08:00")
    def tea_house_is_visited(self):
        """Two months before 31 March: the area administrator is to visit, once (TEN-120)."""
        tenancy = self.tenancies["春和茶行"]
        with self.at("2024-01-30 08:00"):
            self._run_cron(REMIND)
            self.assertEqual(self.reminders(tenancy), [])
        self.assertEqual(
            self.run_twice(REMIND, lambda: self.reminders(tenancy)),
            [("visit", "2024-01-31", "moving_area")],
        )

    @on("2024-02-29 08:00")
    def leap_day_has_two_reminders(self):
        """Two months before 30 April and one before 31 March (TEN-120, TEN-121)."""
        tea, consultants = self.tenancies["春和茶行"], self.tenancies["云帆咨询"]
        with self.at("2024-02-28 08:00"):
            self._run_cron(REMIND)
            self.assertEqual(len(self.reminders(tea)), 1)
            self.assertEqual(self.reminders(consultants), [])
        self.assertEqual(
            self.run_twice(REMIND, lambda: self.reminders(consultants)),
            [("visit", "2024-02-29", "moving_area")],
        )
        self.assertEqual(
            self.reminders(tea),
            [("query", "2024-02-29", "moving_leasing"), ("visit", "2024-01-31", "moving_area")],
        )

    @on("2024-03-11 10:00")
    def tea_house_renews(self):
        """Undecided, then renewed: the former term is kept, the reminders are done (TEN-120)."""
        tenancy = self.tenancies["春和茶行"]
        with self.at("2024-03-04 10:00"):
            self.fill(self.area, tenancy, intention="undecided", intention_note="想谈租金")
            self.assertEqual([one[0] for one in self.reminders(tenancy)], ["query"])
        action = self.press(self.area, tenancy, "action_renew")
        with self.assert_refused(tenancy.display_name):
            self.confirm(self.area, action, date_end="2024-03-31", monthly_rent=12500.0)
        self.confirm(
            self.area, action, date_end="2025-03-31", monthly_rent=12500.0, contract_no="ZC-M-18"
        )
        self.assertEqual(
            [
                (str(term.date_start), str(term.date_end), term.monthly_rent, term.contract_no)
                for term in tenancy.term_ids.sorted("date_start")
            ],
            [
                ("2023-10-31", "2024-03-31", 12000.0, "ZC-M-17"),
                ("2024-04-01", "2025-03-31", 12500.0, "ZC-M-18"),
            ],
        )
        self.assertEqual((tenancy.contract_no, tenancy.intention), ("ZC-M-18", "unknown"))
        self.assertEqual(self.run_twice(REMIND, lambda: self.reminders(tenancy)), [])
        with self.assertRaises(AccessError):
            tenancy.term_ids[0].with_user(self.leader).write({"monthly_rent": 1.0})

    @on("2024-04-01 08:00")
    def consultants_are_asked_late(self):
        """The 30th was a Saturday and nobody was there: asked on Monday, once (TEN-121)."""
        tenancy = self.tenancies["云帆咨询"]
        self.assertEqual(
            self.run_twice(REMIND, lambda: self.reminders(tenancy)),
            [("query", "2024-03-30", "moving_leasing"), ("visit", "2024-02-29", "moving_area")],
        )
        self.fill(self.area, tenancy, intention="terminate", intention_note="迁往杭州")
        self.assertEqual(self.reminders(tenancy), [])

    @on("2024-04-01 10:00")
    def april_is_billed(self):
        """The cashier bills April; nobody pays yet."""
        self.bill_month("2024-04-01")
        ours = [("pm_site_id", "=", self.site.id), ("move_type", "=", "out_invoice")]
        bills = self.env["account.move"].search(ours)
        self.assertEqual(
            sorted(bills.filtered("amount_residual").mapped("pm_unit_codes")), sorted(OCCUPIED)
        )
