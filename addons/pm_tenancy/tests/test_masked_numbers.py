from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import TenancyCommon

CARD = "11010519491231002X"
CARD_MASK = "110***********002X"
MOBILE = "19055556666"
MOBILE_MASK = "190****6666"


@tagged("post_install", "-at_install")
class TestMaskedNumbers(TenancyCommon):
    """TEN-010, DESIGN §7: identity and mobile numbers are masked, and logged when shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenancy = cls._create_tenancy(state="active")
        cls.log_before = cls.env["pm.reveal.log"].search([])
        cls.clerk = cls._user("receptionist")
        cls.guard = cls._user("security")
        cls.person = cls.env["res.partner"].create(
            {"name": "Li Lei", "pm_identity_no": CARD, "pm_mobile": "190 5555 6666"}
        )
        cls.worker = cls.env["pm.tenancy.staff"].create(
            {
                "tenancy_id": cls.tenancy.id,
                "name": "Wei Hua",
                "pm_identity_no": CARD,
                "pm_mobile": MOBILE,
            }
        )

    def _logs(self):
        """Return what the test has logged."""
        return self.env["pm.reveal.log"].search([]) - self.log_before

    def test_clerk_sees_what_he_typed_until_it_is_saved(self):
        form = Form(
            self.env["res.partner"].with_user(self.clerk), "pm_tenancy.view_partner_form_data_sheet"
        )
        form.company_type = "person"
        form.name = "Zhang San"
        form.pm_identity_no = "11010519491231002x"
        form.pm_mobile = MOBILE
        form.pm_name_en = "Three"  # an onchange later it is still there
        self.assertEqual(form.pm_identity_no, "11010519491231002x")
        partner = form.save()
        self.assertEqual(partner.pm_identity_no, CARD_MASK)
        self.assertEqual(partner.sudo().pm_identity_no_full, CARD)
        self.assertEqual(form.pm_identity_no, CARD_MASK)

    def test_who_sees_what(self):
        for record in (self.person, self.worker):
            for user, mobile in ((self.clerk, MOBILE), (self.guard, MOBILE_MASK)):
                with self.subTest(record=record.name, user=user.login):
                    self.assertRecordValues(
                        record.with_user(user),
                        [{"pm_identity_no": CARD_MASK, "pm_mobile": mobile}],
                    )
        # Not even the superuser reads an identity number by accident.
        self.assertEqual(self.person.sudo().pm_identity_no, CARD_MASK)

    def test_number_of_a_firm_or_a_licence_is_public(self):
        licence = "91110000600037341L"
        self.person.write({"pm_identity_kind": "licence", "pm_identity_no": licence})
        self.assertEqual(self.person.with_user(self.guard).pm_identity_no, licence)
        self.person.is_company = True
        self.assertEqual(self.person.with_user(self.guard).pm_mobile, MOBILE)

    def test_stored_numbers_are_out_of_reach(self):
        self.env.flush_all()
        exporter = self._user("director")
        exporter.group_ids += self.env.ref("base.group_allow_export")
        for user in (self.clerk, exporter, self.env.ref("base.user_admin")):
            for record, name in (
                (self.person, "pm_identity_no_full"),
                (self.person, "pm_mobile_full"),
                (self.person, "pm_mobile2_full"),
                (self.worker, "pm_identity_no_full"),
            ):
                own = record.with_user(user)
                with self.subTest(user=user.login, name=name):
                    for read in (
                        lambda own=own, name=name: own.read([name]),
                        lambda own=own, name=name: own.export_data([name]),
                        lambda own=own, name=name: own.search([(name, "like", "110")]),
                        lambda own=own, name=name: own.search([], order=name),
                        lambda own=own, name=name: own.formatted_read_group(
                            [("id", "in", own.ids)], [name], ["__count"]
                        ),
                        lambda own=own, name=name: own.write({name: "1"}),
                    ):
                        with self.assertRaises(UserError):
                            read()
                    self.assertNotIn(name, own.fields_get())
        # Nor through what a user inherits from its contact, or through a relation.
        account = self._user("area")
        account.partner_id.pm_identity_no = CARD
        with self.assertRaises(AccessError):
            account.with_user(self.clerk).read(["pm_identity_no_full"])
        with self.assertRaises(AccessError):
            self.tenancy.with_user(self.clerk).search([("partner_id.pm_mobile_full", "like", "1")])

    def test_identity_number_cannot_be_searched(self):
        with self.assertRaisesRegex(ValueError, "not stored"):
            self.env["res.partner"].with_user(self.clerk).search([("pm_identity_no", "like", "1")])

    def test_search_by_mobile(self):
        partners = self.env["res.partner"]
        for user, text, found in (
            (self.clerk, "190 5555 6666", True),
            (self.clerk, "5555", True),
            (self.guard, "190 5555 6666", True),
            (self.guard, "5555", False),
        ):
            with self.subTest(user=user.login, text=text):
                hits = partners.with_user(user).search([("pm_mobile", "ilike", text)])
                self.assertEqual(self.person in hits, found)
        self.assertIn(self.person, partners.search([("pm_mobile", "!=", False)]))
        self.assertNotIn(self.tenant, partners.search([("pm_mobile", "!=", False)]))

    def test_saving_the_mask_changes_nothing(self):
        person = self.person.with_user(self.clerk)
        person.write({"pm_identity_no": CARD_MASK})
        self.assertEqual(self.person.sudo().pm_identity_no_full, CARD)
        with self.assertRaisesRegex(ValidationError, "enter the full number"):
            person.write({"pm_identity_no": "110*****"})
        person.write({"pm_identity_no": False})
        self.assertFalse(self.person.sudo().pm_identity_no_full)

    def test_wrong_id_card_is_refused(self):
        for vals in (
            {"pm_identity_no": "110105194912310021"},
            {"pm_identity_kind": "passport", "pm_identity_no": "110105194912310021"},
        ):
            with self.subTest(vals=vals):
                if vals.get("pm_identity_kind") == "passport":
                    self.person.write(vals)
                    with self.assertRaisesRegex(ValidationError, "check digit"):
                        self.person.pm_identity_kind = "id_card"
                else:
                    with self.assertRaisesRegex(ValidationError, "Li Lei"):
                        self.person.write(vals)

    def test_copy_takes_no_numbers_along(self):
        copy = self.person.with_user(self.clerk).copy()
        self.assertFalse(copy.sudo().pm_identity_no_full or copy.sudo().pm_mobile_full)

    def _reveal(self, record, user, reason=""):
        action = record.with_user(user).action_pm_reveal()
        reveal = self.env["pm.reveal"].with_user(user).with_context(action["context"]).create({})
        reveal.reason = reason
        shown = reveal.action_show()
        return reveal.with_context(shown["context"])

    def test_showing_is_logged(self):
        reveal = self._reveal(self.person, self.clerk, "Leak above")
        self.assertIn(CARD, reveal.numbers)
        log = self._logs()
        self.assertRecordValues(
            log,
            [
                {
                    "name": "Li Lei",
                    "user_id": self.clerk.id,
                    "reason": "Leak above",
                    "numbers": "Identity No., Mobile",
                    "site_id": self.site.id,
                    "res_id": self.person.id,
                }
            ],
        )
        self.assertTrue(log.shown_at)
        self.assertNotIn(CARD, str(log.read()))
        # Nothing stays behind: without the action there is nothing to see.
        self.env.invalidate_all()
        own = self.env["pm.reveal"].with_user(self.clerk).browse(reveal.id)
        self.assertFalse(own.numbers)

    def test_guard_has_the_mobile_shown_but_not_the_identity(self):
        """TEN-071: somebody can be called at night."""
        reveal = self._reveal(self.worker, self.guard)
        self.assertIn(MOBILE, reveal.numbers)
        self.assertNotIn(CARD, reveal.numbers)
        self.assertRecordValues(self._logs(), [{"numbers": "Mobile", "reason": False}])

    def test_nothing_to_show(self):
        with self.assertRaisesRegex(UserError, "No number of Blue Kite"):
            self._reveal(self.tenant, self.clerk)
        self.assertFalse(self._logs())

    def test_outsiders_have_nothing_shown(self):
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self._reveal(self.person, outsider)
        stranger = self._user("receptionist", self.other_site)
        with self.assertRaises(AccessError):
            self._reveal(self.worker, stranger)
        self.assertFalse(self._logs())

    def test_log_is_never_changed(self):
        self._reveal(self.worker, self.clerk)
        log = self._logs()
        for user in (self._user("director"), self.env.ref("base.user_admin")):
            own = log.with_user(user)
            for change in (
                lambda own=own: own.write({"reason": "x"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.create({"name": "x"}),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    change()
        with self.assertRaises(UserError):
            log.sudo().reason = "x"
        with self.assertRaises(UserError):
            log.sudo().unlink()

    def test_managers_of_the_office_read_the_log(self):
        self._reveal(self.worker, self.clerk)
        log = self._logs()
        self.assertTrue(log.with_user(self._user("supervisor")).read(["name"]))
        other = self._user("supervisor", self.other_site)
        self.assertFalse(self.env["pm.reveal.log"].with_user(other).search([]))
        with self.assertRaises(AccessError):
            log.with_user(self.clerk).read(["name"])

    def test_paper_takes_the_number_and_is_logged(self):
        number = self.person.with_user(self.clerk)._pm_get_identity_no("Data sheet")
        self.assertEqual(number, CARD)
        self.assertRecordValues(self._logs(), [{"numbers": "Identity No.", "reason": "Data sheet"}])
