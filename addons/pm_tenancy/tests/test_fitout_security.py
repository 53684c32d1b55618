from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .fitout_common import FitoutCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestFitoutSecurity(FitoutCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fitout = cls._create_fitout("works")
        cls.fitout.holiday_ids = [
            Command.create({"date_from": "2026-03-07", "content": "Ceiling"}),
        ]
        cls.parts = {
            "pm.fitout": cls.fitout,
            "pm.fitout.drawing": cls.fitout.drawing_ids[0],
            "pm.fitout.review": cls.fitout.review_id,
            "pm.fitout.review.line": cls.fitout.review_id.line_ids[0],
            "pm.fitout.opinion": cls.fitout.opinion_ids[0],
            "pm.fitout.worker": cls.fitout.worker_ids,
            "pm.fitout.violation": cls._create_violation(cls.fitout),
            "pm.fitout.holiday": cls.fitout.holiday_ids,
        }

    def test_everybody_of_the_office_reads(self):
        for post in ("receptionist", "engineer", "security", "cashier", "leasing", "leader"):
            for model, record in self.parts.items():
                with self.subTest(post=post, model=model):
                    self.assertTrue(record.with_user(self._user(post)).read([]))

    def test_user_of_another_office_sees_and_changes_nothing(self):
        stranger = self._user("director", self.other_site)
        for model, record in self.parts.items():
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(stranger).search([]))
                with self.assertRaises(AccessError):
                    record.with_user(stranger).read(["display_name"])
                with self.assertRaises(AccessError):
                    record.with_user(stranger).write({"create_uid": stranger.id})

    def test_outsiders_have_no_access(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"outsider_{groups}", groups)
            for model in (*self.parts, "pm.fitout.drawing.template"):
                with self.subTest(groups=groups, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_other_company_is_out_of_sight(self):
        user = self._user("receptionist")
        user.group_ids += self.env.ref("pm_base.group_pm_all_sites")
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        far = self._create_site("Far Office", "FA", company_id=company.id)
        building = self._create_building(site_id=far.id)
        unit = self._create_unit(building_id=building.id)
        partner = self._create_partner(name="Far Tenant")
        tenancy = self._create_tenancy(unit, site_id=far.id, partner_id=partner.id)
        fitout = self.env["pm.fitout"].create({"tenancy_id": tenancy.id})
        self.assertNotIn(fitout, self.env["pm.fitout"].with_user(user).search([]))
        self.assertIn(self._fitout_2(), self.env["pm.fitout"].with_user(user).search([]))

    def test_works_are_begun_by_customer_service(self):
        """TEN-094: wrong posts, by button and by RPC"""
        fitout = self._create_fitout("approved")
        self._open_works_gates(fitout)
        for user in (self.engineer, self.security, self.cashier):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    fitout.with_user(user).action_start()
                with self.assertRaises(AccessError):
                    fitout.with_user(user).write({"state": "works"})
        fitout.with_user(self.desk).action_start()
        self.assertEqual(fitout.permit_by_id, self.desk)

    def test_each_department_speaks_for_itself(self):
        fitout = self._create_fitout("applied")
        opinions = fitout.opinion_ids.filtered(lambda one: one.stage == "approval")
        users = {"service": self.desk, "engineering": self.engineer, "security": self.security}
        for opinion in opinions:
            for party, user in users.items():
                own = opinion.with_user(user)
                with self.subTest(party=opinion.party, user=user.login):
                    if party == opinion.party:
                        own.action_agree()
                        self.assertEqual(own.signed_by, user.name)
                        self.assertEqual(str(own.signed_on), "2026-03-02")
                    else:
                        with self.assertRaises(AccessError):
                            own.action_agree()
        with self.assertRaises(AccessError):
            opinions[0].with_user(self.desk).write({"party": "security"})
        with self.assertRaises(AccessError):
            self.env["pm.fitout.opinion"].with_user(self.desk).create(
                {"fitout_id": fitout.id, "stage": "approval", "party": "finance"}
            )

    def test_opinions_have_their_time(self):
        fitout = self._create_fitout("applied")
        routing = fitout.opinion_ids.filtered(
            lambda one: (one.stage, one.party) == ("routing", "service")
        )
        with self.assertRaisesRegex(UserError, "not the time"):
            routing.with_user(self.desk).action_agree()

    def test_routing_slip_goes_from_department_to_department(self):
        """TEN-094"""
        fitout = self._create_fitout("approved")
        slip = fitout.opinion_ids.filtered(lambda one: one.stage == "routing").sorted("sequence")
        with self.assertRaisesRegex(UserError, "still with: Customer Service"):
            slip[1].with_user(self.engineer).action_agree()
        for line, user in zip(
            slip, (self.desk, self.engineer, self.security, self.cashier), strict=True
        ):
            line.with_user(user).action_agree()
        self.assertEqual(set(slip.mapped("verdict")), {"agree"})

    def test_customers_word_needs_the_name_of_who_signed(self):
        fitout = self._create_fitout("acceptance")
        customer = fitout.opinion_ids.filtered(
            lambda one: (one.stage, one.party) == ("acceptance", "customer")
        ).with_user(self.desk)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            customer.action_agree()
            self.env.flush_all()
        customer.write({"verdict": "agree", "signed_by": "Ms Chen"})
        self.assertEqual(customer.signed_by, "Ms Chen")

    def test_what_proves_is_not_entered(self):
        for vals in (
            {"permit_no": "KG-1"},
            {"date_accepted": "2026-03-02"},
            {"hold_until": "2026-03-02"},
            {"deposit_paid_on": "2026-03-02"},
            {"name": "F1"},
        ):
            with self.subTest(vals=vals):
                with self.assertRaises(AccessError):
                    self.fitout.with_user(self.leader).write(vals)
                with self.assertRaises(AccessError):
                    self.env["pm.fitout"].with_user(self.leader).create(
                        {"tenancy_id": self.tenancy.id, **vals}
                    )

    def test_a_user_begins_at_the_beginning(self):
        with self.assertRaises(UserError):
            self.env["pm.fitout"].with_user(self.desk).create(
                {"tenancy_id": self.tenancy.id, "state": "works"}
            )

    def test_engineering_and_security_note_violations_and_begin_rounds(self):
        """TEN-095"""
        uses = {"engineer": "engineering", "security": "security", "receptionist": "service"}
        for post, use in uses.items():
            user = self._user(post)
            with self.subTest(post=post):
                violation = (
                    self.env["pm.fitout.violation"]
                    .with_user(user)
                    .create(
                        {"fitout_id": self.fitout.id, "name": "Smoking", "found_on": "2026-03-02"}
                    )
                )
                violation.action_rectify()
                action = self.fitout.with_user(user).action_round()
                inspection = self.env["pm.inspection"].browse(action["res_id"])
                self.assertEqual(inspection.template_id.fitout_use, use)
                with self.assertRaises(AccessError):
                    violation.unlink()

    def test_offices_keep_their_own_list_of_drawings(self):
        director = self._user("director")
        Template = self.env["pm.fitout.drawing.template"].with_user(director)
        with self.assertRaises(AccessError):
            self.env.ref("pm_tenancy.fitout_drawing_template_1").with_user(director).write(
                {"copies": 9}
            )
        Template.create({"name": "Only plan", "stage": "plan", "site_id": self.site.id})
        self.assertEqual(self._create_fitout().drawing_ids.mapped("name"), ["Only plan"])
        with self.assertRaises(AccessError):
            self.env["pm.fitout.drawing.template"].with_user(self.desk).create({"name": "No"})
