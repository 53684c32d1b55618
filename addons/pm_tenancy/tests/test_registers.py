from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .handover_common import HandoverCommon
from .leasing_common import LeasingCommon


class RegisterCommon(HandoverCommon, LeasingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"
        cls.env["pm.register"].search([]).date_start = "2026-01-01"

    def _register(self, name):
        return self.env.ref(f"pm_tenancy.register_{name}")

    def _issue(self, name, day="2026-06-20", user=None, period=None):
        user = user or self.env.user
        return (
            self._register(name)
            .with_user(user)
            ._issue(self.site.with_user(user), date.fromisoformat(day), period)
        )

    def _rows(self, name, *labels, **kwargs):
        """Return the cells below these headings, as the print has them."""
        issue = self._issue(name, **kwargs)
        table = issue.with_context(lang="en_US")._prepare_table()
        places = [column["label"] for column in table["columns"]]
        rows = [row["cells"] for group in table["groups"] for row in group["rows"]]
        return [tuple(row[places.index(label)] for label in labels) for row in rows]

    @classmethod
    def _add_contact(cls, role, name, phone):
        return cls.env["res.partner"].create(
            {"parent_id": cls.tenant.id, "pm_contact_role": role, "name": name, "phone": phone}
        )


@tagged("post_install", "-at_install")
class TestRegisters(RegisterCommon):
    def test_occupants_of_today(self):
        """The overview is adjusted at the move-out by itself (TEN-016)."""
        self.tenancy.write({"note": "Two cats", "date_moved_out": "2026-06-10"})
        row = ("T-12-03", "Blue Kite Trading", "120.50", "01/01/2026", "12/31/2026", "Li Lei")
        labels = ("Unit", "Customer Name", "Area (m²)", "Lease From", "Lease Until", "Contact")
        self.assertEqual(self._rows("occupants", *labels), [row])
        self.tenancy.action_move_out()
        self.assertEqual(
            self._rows("occupants", "State", "Telephone", "Moved In On", "Remarks"),
            [("Moving Out", "190 1111 0002", "01/01/2026", "Two cats")],
        )
        with freeze_time("2026-06-10 04:00:00"):
            self.tenancy.action_close()
        for name in ("occupants", "directory", "customers"):
            self.assertFalse(self._rows(name, "Unit"))

    def test_move_in_register_of_the_month(self):
        """What was printed for the occupant is ticked, the rest is ticked by hand (TEN-033)."""
        covenant = self.env.ref("pm_base.form_f_ten_22")
        self.env["pm.document"].create(
            {
                "form_id": covenant.id,
                "site_id": self.site.id,
                "res_model": "pm.tenancy",
                "res_id": self.tenancy.id,
            }
        )
        self._create_tenancy(self.unit_2, "move_in", date_start="2026-02-01")
        notice = self.env["pm.file.paper"].create(
            {
                "tenancy_id": self.tenancy.id,
                "kind_id": self.env.ref("pm_tenancy.file_kind_notice_shop").id,
                "name": "Move-in notice",
            }
        )
        with freeze_time("2026-01-05 04:00:00"):
            notice.action_receive()
        labels = ("Unit", "Occupant Name", "Notice Collected", "Documents Issued")
        [(unit, occupant, collected, papers)] = self._rows("move_in", *labels, day="2026-01-31")
        self.assertEqual((unit, occupant), ("T-12-03", "Blue Kite Trading"))
        self.assertEqual(collected, "01/05/2026")
        self.assertEqual((papers.count("√"), papers.count("□")), (1, 8))
        self.assertIn(f"√ {covenant._get_title()}", papers)

    @freeze_time("2026-06-03 04:00:00")
    def test_keys_of_the_month(self):
        """Issued keys and lent keys stand in registers of their own (TEN-037, TEN-086)."""
        self.tenancy.write(
            {"acceptance_at": "2026-06-05 02:00:00", "acceptance_method": "with Engineering"}
        )
        issued, lent = self._create_key(name="Front door"), self._create_key(code="S-7")
        self._issue_to_occupant(issued)
        self._lend(lent, purpose="Leaking pipe", department="Works")
        labels = ("Unit", "Occupant Name", "Key No.", "Quantity", "Handed Out By", "Received By")
        self.assertEqual(
            self._rows("key_issue", *labels),
            [
                (
                    "T-12-03",
                    "Blue Kite Trading",
                    issued.code,
                    "1",
                    self.leader.name,
                    "Li Lei",
                )
            ],
        )
        labels = ("Acceptance Agreed For", "Method of Acceptance")
        [(agreed, method)] = self._rows("key_issue", *labels)
        self.assertIn("6/5/26", agreed)
        self.assertEqual(method, "with Engineering")
        labels = ("Unit", "Key No.", "Purpose", "Borrower", "Department", "Returned At")
        self.assertEqual(
            self._rows("key_loan", *labels),
            [("T-12-03", "S-7", "Leaking pipe", "Plumber Zhao", "Works", "")],
        )
        self.assertFalse(self._rows("key_loan", "Unit", day="2026-07-20"))

    def _issue_to_occupant(self, key):
        return self.tenancy._issue_keys(key, issued_by_id=self.leader.id, borrower_name="Li Lei")

    def test_vacant_units_with_owner_and_price(self):
        """TEN-141: owner, contact, area, condition, orientation, price asked."""
        self.unit_2.write({"orientation": "s", "condition": "Carpet left"})
        self._create_listing(unit_id=self.unit_2.id)
        labels = (
            "Unit Number",
            "Area (m²)",
            "Owner",
            "Owner's Contact",
            "Condition Found",
            "Orientation",
        )
        row = ("T-12-04", "80.00", "Han Meimei", "190 1111 0001", "Carpet left", "South")
        self.assertEqual(self._rows("vacant", *labels), [row])
        self.assertEqual(self._rows("vacant", "Monthly Rent Asked"), [("8,000.00",)])
        pages = self._print(self._issue("vacant").action_print())
        self.assertIn("FM-GL-031-0", pages[0])
        head = "SerialNo.UnitNumberArea(m²)"
        self.assertIn(f"{head}{head}1T-12-0480.00", pages[0])
        self.assertIn("Compiledby", pages[0])
        self.assertNotIn("HanMeimei", pages[0])
        self.assertIn("HanMeimei", pages[1])

    def test_change_of_an_owner_is_on_the_next_list(self):
        """TEN-015: customer staff note it, the list of vacant units publishes it."""
        self._issue("vacant")
        self.owner.with_user(self._user("area")).phone = "0000-4711"
        self.assertEqual(
            self._rows("vacant", "Owner's Contact", day="2026-07-20"), [("0000-4711",)]
        )

    def test_list_of_customers_goes_to_the_departments(self):
        """TEN-016: once a month, to Engineering, Security and Finance."""
        posts = [self._user(post) for post in ("engineer", "security", "cashier")]
        register = self._register("customers")
        self.assertEqual(register.issue_rule, "monthly")
        issue = self._issue("customers", day="2026-06-30")
        message = issue.message_ids.filtered("attachment_ids")
        for user in posts:
            self.assertIn(user.partner_id, message.notified_partner_ids)
            self.assertIn("BlueKiteTrading", "".join(issue.with_user(user).preview.split()))

    def test_lettable_units_and_lettings(self):
        """TEN-146: what is offered, and what was let this month and for which commission."""
        self.tenancy.date_moved_out = "2026-05-31"
        self.tenancy.action_move_out()
        with freeze_time("2026-06-01 04:00:00"):
            self.tenancy.action_close()
        listing = self._create_listing()
        labels = ("Unit", "Unit Rent Asked", "Monthly Rent Asked", "Owner", "Available From")
        self.assertEqual(
            self._rows("lettable", *labels),
            [("T-12-03", "100.00", "12,050.00", "Han Meimei", "01/01/2026")],
        )
        with freeze_time("2026-06-15 04:00:00"):
            self._create_signed_request()
        self.assertEqual(listing.state, "let")
        labels = ("Unit", "Owner", "Lessee", "Lease From", "Monthly Rent", "Commission")
        row = ("T-12-03", "Han Meimei", "Green Leaf Tea", "07/01/2026", "12,000.00", "6,000.00")
        self.assertEqual(self._rows("lettings", *labels), [row])
        self.assertEqual(self._rows("lettings", "Contract Date"), [("06/15/2026",)])
        self.assertFalse(self._rows("lettable", "Unit"))
        self.assertFalse(self._rows("lettings", "Unit", day="2026-07-31"))

    def test_parking_overview(self):
        """TEN-002: which spaces are leased, sold or free."""
        self.site.manages_parking = True
        space, free = self.env["pm.parking.space"].create(
            [{"name": f"B1-0{number}", "site_id": self.site.id} for number in (1, 2)]
        )
        vehicle = self.env["pm.vehicle"].create(
            {"plate": "沪A12345", "site_id": self.site.id, "tenancy_id": self.tenancy.id}
        )
        contract = self.env["pm.parking.contract"].create(
            {
                "site_id": self.site.id,
                "tenancy_id": self.tenancy.id,
                "space_id": space.id,
                "vehicle_id": vehicle.id,
                "date_start": "2026-03-01",
                "fee": 400,
            }
        )
        contract.action_approve()
        contract.action_start()
        labels = ("Space No.", "Leased or Sold", "Customer Name", "Unit", "Plate No.", "Fee")
        self.assertEqual(
            self._rows("parking", *labels),
            [
                ("B1-01", "Leased", "Blue Kite Trading", "T-12-03", "沪A12345", "400.00"),
                (free.name, "Free", "", "", "", ""),
            ],
        )

    def test_base_archive(self):
        """Who wrote in the committee's records and reviewed contracts; drawings and copies."""
        keeper, reviewer = self.env["hr.employee"].create(
            [{"name": "Keeper Qian"}, {"name": "Reviewer Sun"}]
        )
        self.env["pm.committee.record"].create(
            {
                "site_id": self.site.id,
                "name": "Spring meeting",
                "date": "2026-03-01",
                "decision": "Awnings",
                "keeper_id": keeper.id,
            }
        )
        clerk = self._user("receptionist")
        labels = ("Meeting or Document", "Decision", "Keeper")
        self.assertEqual(
            self._rows("committee", *labels, user=clerk),
            [("Spring meeting", "Awnings", "Keeper Qian")],
        )
        self.env["pm.contract.review"].create(
            {
                "site_id": self.site.id,
                "name": "Lift service",
                "partner_id": self.owner.id,
                "amount": 500,
                "date": "2026-03-01",
                "opinion_ids": [
                    Command.create(
                        {"employee_id": reviewer.id, "verdict": "agree", "opinion": "Fair price"}
                    )
                ],
            }
        )
        labels = ("Contract", "Amount", "Opinions of the Reviewers", "Reviewers")
        self.assertEqual(
            self._rows("reviews", *labels, user=self.supervisor),
            [("Lift service", "500.00", "Reviewer Sun Agrees Fair price", "Reviewer Sun")],
        )
        self.env["pm.building.drawing"].create(
            {"site_id": self.site.id, "drawing_no": "A-1", "name": "Floor 1", "copy_count": 2}
        )
        labels = ("Drawing No.", "Discipline", "Copies", "Borrower and Date")
        self.assertEqual(
            self._rows("drawings", *labels, user=clerk), [("A-1", "Architecture", "2", "")]
        )

    def test_people_of_the_occupants_without_identity_numbers(self):
        """The register of people shows identity numbers masked, whoever issues it (TEN-071)."""
        self.tenancy.partner_id.pm_phone_24h = "400 000 1111"
        self.tenancy.staff_ids = [
            Command.create(
                {"name": "Wang Wu", "pm_identity_kind": "other", "pm_identity_no": "X1234567890"}
            ),
            Command.create({"name": "Gone", "date_registered": "2026-01-01"}),
        ]
        gone = self.tenancy.staff_ids.filtered(lambda person: person.name == "Gone")
        gone.date_left = "2026-02-01"
        labels = ("Customer Name", "Full Name", "ID No.", "24-hour Contact Telephone")
        [(customer, name, number, phone)] = self._rows("staff", *labels)
        self.assertEqual((customer, name), ("Blue Kite Trading", "Wang Wu"))
        self.assertEqual(phone, "400 000 1111")
        self.assertIn("*", number)

    def test_flats_let(self):
        flat = self._create_unit(room="09", usage="residential")
        self.env["pm.letting.registration"].create(
            {
                "site_id": self.site.id,
                "unit_id": flat.id,
                "partner_id": self.tenant.id,
                "registered_on": "2026-06-01",
                "residence": "local",
                "occupant_count": 3,
            }
        )
        labels = (
            "Unit",
            "Tenant",
            "Household or Residence Permit",
            "Persons Living There",
            "Registered On",
        )
        self.assertEqual(
            self._rows("flats", *labels),
            [("T-12-09", "Blue Kite Trading", "Local Household", "3", "06/01/2026")],
        )

    def test_readers(self):
        """Prices, people and the directory are not for every post."""
        for name, allowed, refused in (
            ("directory", ("security", "engineer", "receptionist"), ("cashier", "training")),
            ("lettings", ("leasing", "leader"), ("security", "engineer")),
            ("vacant", ("leasing", "leader"), ("security",)),
            ("staff", ("area",), ("security", "engineer")),
            ("reviews", ("supervisor",), ("receptionist",)),
            ("key_loan", ("security", "receptionist"), ()),
        ):
            for post in allowed + refused:
                with self.subTest(register=name, post=post):
                    user = self._user(post)
                    if post in allowed:
                        self.assertTrue(self._issue(name, user=user))
                    else:
                        with self.assertRaises(AccessError):
                            self._issue(name, user=user)


@tagged("post_install", "-at_install")
class TestDirectory(RegisterCommon):
    """TEN-014: the booklet of telephone numbers, every month on the 20th."""

    def setUp(self):
        super().setUp()
        self.directory = self._register("directory")
        (self.env["pm.register"].search([]) - self.directory).active = False

    def _run(self, day):
        """Let the scheduler run at the office on `day`; return the issues, the first one first."""
        with freeze_time(f"{day} 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("pm_base.ir_cron_issue_registers").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["pm.register.issue"].search([("site_id", "=", self.site.id)], order="date")

    def test_20th_whether_or_not_anything_changed(self):
        self.assertFalse(self._run("2026-01-19"))
        for day in ("2026-01-20", "2026-02-20", "2026-06-20"):  # a Tuesday, a Friday, a Saturday
            issue = self._run(day)[-1:]
            self.assertEqual((str(issue.date), issue.changes), (day, ""))

    def test_second_and_late_run(self):
        self._run("2026-03-20")
        issue = self._run("2026-03-20")[-1:]
        self.assertEqual((str(issue.date), issue.version), ("2026-03-20", 1))
        late = self._run("2026-04-27")[-1:]
        self.assertEqual(str(late.date), "2026-04-20")

    def test_occupant_who_has_left_is_not_in_the_directory(self):
        """TEN-133"""
        unit = self._create_unit(room="41")
        gone = self._create_tenancy(unit, state="active", partner_id=self.other_tenant.id)
        self._add_contact("emergency_in", "Zhou", "0000-1")

        def read_names(day):
            rows = self._run(day)[-1:].content["rows"]
            return " ".join(
                str(cell) for row in rows if row["mark"] != "removed" for cell in row["cells"]
            )

        self.assertIn("Red Sail Travel", read_names("2026-01-20"))
        gone.action_move_out()
        gone.action_close()
        self.assertNotIn("Red Sail Travel", read_names("2026-02-20"))

    def test_last_day_of_february(self):
        self.site.directory_day = 31
        self.assertEqual(str(self._run("2026-03-01").date), "2026-02-28")

    def test_changed_number_is_marked(self):
        self._add_contact("emergency_in", "Zhou", "0000-1")
        self._add_contact("emergency_out", "Wu", "0000-2")
        self._run("2026-01-20")
        self.tenancy.contact_phone = "0000-9999"
        self._create_tenancy(self.unit_2, "active", partner_id=self.other_tenant.id)
        issue = self._run("2026-02-20")[-1:]
        self.assertEqual(
            [(row["cells"][0], row["mark"]) for row in issue.content["rows"]],
            [("T-12-03", "changed"), ("T-12-04", "new")],
        )
        text = "".join(self._print(issue.action_print()))
        for word in ("0000-9999", "Zhou0000-1", "Wu0000-2", "1new,1changed", "ReceivedbySecurity"):
            self.assertIn(word, text)

    def test_confirmed_number_is_no_change(self):
        """TEN-014: the monthly round of calls does not mark everybody."""
        self._run("2026-01-20")
        self.tenancy.action_confirm_phone()
        issue = self._run("2026-02-20")[-1:]
        self.assertTrue(issue.content["rows"][0]["cells"][-1])
        self.assertEqual(issue.changes, "")

    def test_published_and_sent(self):
        """Staff read it in the client; Security and Customer Service get the file."""
        guard, clerk = self.guard, self.receptionist
        issue = self._run("2026-01-20")
        self.assertIn("T-12-03", issue.with_user(guard).preview)
        message = issue.message_ids.filtered("attachment_ids")
        self.assertIn(guard.partner_id, message.notified_partner_ids)
        self.assertIn(clerk.partner_id, message.notified_partner_ids)
        self.assertEqual(len(message.attachment_ids), 2)
        self.assertTrue(message.attachment_ids[0].with_user(guard).raw)
        self._run("2026-01-21")
        self.assertEqual(issue.message_ids.filtered("attachment_ids"), message)

    def test_receipt_of_security_is_awaited(self):
        issue = self._run("2026-01-20")
        with freeze_time("2026-02-01 02:00:00"):
            due = self.env["pm.due"].search([("kind", "=", "register_receipt")])
            due = due.filtered(lambda due: due.res_id == issue.id)
            self.assertTrue(due.is_late)


@tagged("post_install", "-at_install")
class TestVacancyList(RegisterCommon):
    def test_copies_to_leader_and_supervisor(self):
        """TEN-140: company leader, leader in charge and supervisor get the list, once; the
        leasing officer made it."""
        leader, director = self._user("leader"), self._user("director")
        issue = self._issue("vacant", user=self.leasing)
        again = self._issue("vacant", user=self.leasing)
        message = again.sudo().message_ids.filtered("attachment_ids")
        self.assertEqual(again, issue)
        self.assertEqual(len(message), 1)
        self.assertIn(director.partner_id, message.notified_partner_ids)
        self.assertIn(leader.partner_id, message.notified_partner_ids)
        self.assertIn(self.supervisor.partner_id, message.notified_partner_ids)
        self.assertNotIn(self.leasing.partner_id, message.notified_partner_ids)
        self.assertNotIn(self.guard.partner_id, message.notified_partner_ids)

    def test_day_of_the_list_is_a_setting(self):
        """TEN-141: renewed on the 20th, or on the day of the office."""
        vacant = self._register("vacant")

        def read_days(today):
            vacant._issue_missing(self.site, date.fromisoformat(today))
            issues = vacant.issue_ids.filtered(lambda issue: issue.site_id == self.site)
            return [str(day) for day in issues.sorted("date").mapped("date")]

        self.assertEqual(read_days("2026-01-19"), [])
        self.assertEqual(read_days("2026-01-20"), ["2026-01-20"])
        self.site.vacancy_list_day = 31
        self.assertEqual(read_days("2026-02-28"), ["2026-01-31", "2026-02-28"])

    def test_filing_of_the_lists(self):
        """TEN-146: what is offered and what was let every month, vacant units as it happens."""
        rhythms = {"lettable": "monthly", "lettings": "monthly", "vacant": "occurrence"}
        for name, rhythm in rhythms.items():
            with self.subTest(register=name):
                self.assertEqual(self._register(name).form_id.rhythm, rhythm)

    def test_vacant_units_are_counted_for_each_building(self):
        """TEN-140"""
        self._create_unit(room="42")
        self.env.invalidate_all()
        before = self.building.vacant_count
        self._create_tenancy(self.unit_2, state="active", partner_id=self.other_tenant.id)
        self.env.invalidate_all()
        self.assertEqual(self.building.vacant_count, before - 1)


@tagged("post_install", "-at_install")
class TestPhoneRound(RegisterCommon):
    """TEN-014: Customer Service confirms the telephone numbers before the directory comes out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.area.site_ids += cls.site
        cls.tenancy.user_id = cls.area
        cls.env.cr.execute(
            "UPDATE pm_tenancy SET create_date = '2026-01-01' WHERE id = %s", [cls.tenancy.id]
        )
        cls.env.invalidate_all()

    def _get_open(self):
        tenancies = self.env["pm.tenancy"]
        tenancies.invalidate_model(["is_phone_unconfirmed"])
        found = tenancies.search(
            [("is_phone_unconfirmed", "=", True), ("site_id", "=", self.site.id)]
        )
        everybody = tenancies.search([("site_id", "=", self.site.id)])
        self.assertEqual(found, everybody.filtered("is_phone_unconfirmed"))
        return found

    def test_round_begins_five_days_before(self):
        for today, since, day in (
            ("2026-06-14", "2026-05-15", "2026-05-20"),
            ("2026-06-15", "2026-06-15", "2026-06-20"),
            ("2026-06-30", "2026-06-15", "2026-06-20"),
        ):
            with self.subTest(today=today), freeze_time(f"{today} 02:00:00"):
                found = self.site._get_phone_round()
                self.assertEqual([str(one) for one in found], [since, day])
        self.site.directory_day = 2
        with freeze_time("2026-02-26 02:00:00"):
            found = self.site._get_phone_round()
            self.assertEqual([str(one) for one in found], ["2026-02-25", "2026-03-02"])

    def test_confirmed_until_the_next_round(self):
        with freeze_time("2026-06-16 02:00:00"):
            self.assertEqual(self._get_open(), self.tenancy)
            self.tenancy.with_user(self.area).action_confirm_phone()
            self.assertFalse(self._get_open())
        with freeze_time("2026-07-14 02:00:00"):
            self.assertFalse(self._get_open())
        with freeze_time("2026-07-15 02:00:00"):
            self.assertEqual(self._get_open(), self.tenancy)

    @freeze_time("2026-06-16 02:00:00")
    def test_one_row_on_the_due_list(self):
        due = self.env["pm.due"].search(
            [("kind", "=", "phone_round"), ("site_id", "=", self.site.id)]
        )
        self.assertRecordValues(
            due,
            [{"user_id": self.area.id, "due_date": date(2026, 6, 20), "res_id": self.tenancy.id}],
        )
        self.assertIn("1 left", due.name)
        self.tenancy.action_confirm_phone()
        due.invalidate_model()
        self.assertFalse(due.search([("id", "=", due.id)]))

    def test_due_list_reckons_the_same_round(self):
        """The list works the round out in the database: the same days, at ends of months too."""
        for number, lead, today in (
            (20, 5, "2026-03-14"),
            (20, 5, "2026-03-15"),
            (31, 5, "2026-02-25"),
            (31, 0, "2026-02-27"),
            (2, 5, "2026-02-26"),
            (1, 25, "2026-12-30"),
        ):
            self.site.write({"directory_day": number, "directory_confirm_days": lead})
            with self.subTest(day=number, today=today), freeze_time(f"{today} 02:00:00"):
                self.env["pm.due"].invalidate_model()
                due = self.env["pm.due"].search(
                    [("kind", "=", "phone_round"), ("site_id", "=", self.site.id)]
                )
                self.assertEqual(due.due_date, self.site._get_phone_round()[1])

    def test_who_is_not_in_occupation_confirms_nothing(self):
        with self.assertRaises(UserError):
            self._create_tenancy(self.unit_2).action_confirm_phone()

    def test_guard_cannot_confirm(self):
        with self.assertRaises(AccessError):
            self.tenancy.with_user(self.guard).action_confirm_phone()
