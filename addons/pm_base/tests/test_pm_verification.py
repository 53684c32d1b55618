import re
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import POSTS, PmCommon
from .toy_pass import ToyPass

_PIN = "280416"


class VerificationCommon(PmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ToyPass.register(cls)
        cls.site.guard_pin = _PIN
        cls.goods_pass = cls._create_pass()

    @classmethod
    def _create_pass(cls, **vals):
        return cls.env["toy.pass"].create(
            {
                "name": "Goods Pass",
                "company_phone": "0579-5550000",
                "site_id": cls.site.id,
                "valid_until": "2026-03-23",
                **vals,
            }
        )

    def _log(self, record=None):
        """Return [(result, guard)] of the checks of a record, the oldest first."""
        verification = self.env["pm.verification"]._get_for(record or self.goods_pass)
        checks = self.env["pm.verification.log"].search(
            [("verification_id", "=", verification.id)], order="id"
        )
        return [(check.result, check.guard) for check in checks]


@tagged("post_install", "-at_install")
class TestPmVerification(VerificationCommon):
    def test_address_is_lasting_unguessable_and_tells_nothing(self):
        url = self.goods_pass._get_verify_url()
        self.assertEqual(self.goods_pass._get_verify_url(), url)
        self.assertRegex(url, r"^http.*/pm/v/[\w-]{22}$")
        self.assertNotEqual(self._create_pass()._get_verify_url(), url)
        self.assertNotEqual(self.goods_pass.copy()._get_verify_url(), url)

    def test_whoever_may_read_the_record_has_its_code_made(self):
        record = self.goods_pass.with_user(self._user("receptionist"))
        self.assertIn("/pm/v/", record._get_verify_url())

    def test_code_goes_with_its_record(self):
        token = self.env["pm.verification"]._get_for(self.goods_pass).token
        self.goods_pass.unlink()
        self.assertFalse(self.env["pm.verification"]._find(token))

    def test_pin_is_kept_encrypted(self):
        self.env.flush_all()
        self.assertFalse(self.site.guard_pin)
        self.assertTrue(self.site.guard_pin_is_set)
        self.env.cr.execute("SELECT guard_pin_hash FROM pm_site WHERE id = %s", self.site.ids)
        [kept] = self.env.cr.fetchone()
        self.assertNotIn(_PIN, kept)
        with self.assertRaises(AccessError):
            self.site.with_user(self._user("director")).read(["guard_pin_hash"])
        for name in ("guard_pin", "guard_networks"):
            with self.assertRaises(AccessError):
                self.site.with_user(self._user("security")).read([name])

    def test_pin_that_is_easily_guessed_is_refused(self):
        for pin in ("12345", "111111", "123456", "abcdef"):
            with self.subTest(pin=pin), self.assertRaises(ValidationError):
                self.site.guard_pin = pin

    def test_empty_pin_keeps_the_one_in_use(self):
        self.site.with_user(self._user("director")).write({"guard_pin": False, "phone": "1"})
        self.site._check_guard_pin(_PIN)

    def test_network_that_lets_everybody_in_is_refused(self):
        for networks in ("0.0.0.0/0", "here"):
            with self.subTest(networks=networks), self.assertRaises(ValidationError):
                self.site.guard_networks = networks

    def test_checks_are_for_supervisors_of_the_office(self):
        logs = self.env["pm.verification.log"]
        for site in (self.site, self.other_site):
            record = self._create_pass(site_id=site.id)
            logs._note("seen", "10.0.0.1", self.env["pm.verification"]._get_for(record))
        logs._note("unknown", "10.0.0.1")
        supervisor = self._user("supervisor")
        self.assertEqual(logs.with_user(supervisor).search([]).site_id, self.site)
        codes = self.env["pm.verification"].with_user(supervisor).search([])
        self.assertEqual(codes.site_id, self.site)
        for model in ("pm.verification", "pm.verification.log"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self._user("security")).search([])
            with self.assertRaises(AccessError):
                self.env[model].with_user(self._user("director")).search([]).unlink()

    def test_checks_are_kept_as_long_as_the_office_says(self):
        logs = self.env["pm.verification.log"]
        self.site.verification_months = 3
        code = self.env["pm.verification"]._get_for(self.goods_pass)
        keep = logs._note("seen", "10.0.0.1", code, at=datetime(2026, 1, 31))
        keep += logs._note("unknown", "10.0.0.1", at=datetime(2026, 3, 30))
        drop = logs._note("seen", "10.0.0.1", code, at=datetime(2026, 1, 29, 23, 59))
        drop += logs._note("unknown", "10.0.0.1", at=datetime(2026, 3, 29, 23, 59))
        with freeze_time("2026-04-30"):
            logs._gc_old_checks()
        self.assertEqual((keep + drop).exists(), keep)

    def test_five_wrong_pins_lock_it_for_15_minutes(self):
        def attempt(now, pin):
            with freeze_time(now):
                try:
                    self.site._check_guard_pin(pin)
                except UserError as error:
                    return "locked" if "locked" in str(error) else "wrong"
                return "right"

        for second in range(4):
            self.assertEqual(attempt(f"2026-03-23 04:00:0{second}", "739201"), "wrong")
        self.assertEqual(attempt("2026-03-23 04:00:05", _PIN), "right")  # the count begins anew
        for second in range(5):
            self.assertEqual(attempt(f"2026-03-23 04:01:0{second}", "739201"), "wrong")
        self.assertEqual(attempt("2026-03-23 04:01:05", _PIN), "locked")
        self.assertEqual(attempt("2026-03-23 04:16:03", _PIN), "locked")
        self.assertEqual(attempt("2026-03-23 04:16:04", _PIN), "right")

    def test_new_pin_unlocks(self):
        self.site.guard_locked_until = "2099-01-01"
        self.site.guard_pin = "739201"
        self.site._check_guard_pin("739201")


@tagged("post_install", "-at_install")
class TestPmVerifyPage(VerificationCommon, HttpCase):
    """The page itself, asked for like a telephone does."""

    def setUp(self):
        super().setUp()
        self.site.print_lang = "en_US"
        self.frozen = freeze_time("2026-03-23 04:00:00")
        self.frozen.start()
        self.addCleanup(self.frozen.stop)

    def _path(self, record=None):
        token = self.env["pm.verification"]._get_for(record or self.goods_pass).token
        return f"/pm/v/{token}"

    def _get(self, record=None):
        return self.url_open(self._path(record))

    def _tick(self, record=None, pin=None):
        """Press the button of the page, the PIN entered or not."""
        page = self._get(record).text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
        data = {"csrf_token": csrf and csrf[1]}
        if pin:
            data["pin"] = pin
        return self.url_open(self._path(record), data=data, allow_redirects=False)

    def _guard(self, site, post="security"):
        login = f"guard_{post}_{site.code.lower()}"
        return new_test_user(self.env, login, POSTS[post], password=login, site_ids=site.ids).login

    def test_valid_pass(self):
        page = self._get()
        self.assertEqual(page.status_code, 200)
        for text in ("Valid", "Goods Pass", "2 tables", "1 safe", "2026-03-23", "Goods are out"):
            self.assertIn(text, page.text)
        self.assertNotIn("0579-5550000", page.text)
        self.assertEqual(self._log(), [("seen", False)])

    def test_page_is_kept_out_of_caches_and_search_engines(self):
        headers = self._get().headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])

    def test_page_speaks_the_language_of_the_office(self):
        self.site.print_lang = "zh_CN"
        self.assertIn('lang="zh-CN"', self._get().text)

    def test_expired_pass_cannot_be_ticked(self):
        record = self._create_pass(valid_until="2026-03-22")
        page = self._get(record)
        self.assertIn("Expired", page.text)
        self.assertNotIn("<form", page.text)

    def test_unknown_code_tells_nothing(self):
        self.goods_pass.unlink()
        for path in ("/pm/v/abcdefghijklmnopqrstuv", "/pm/v/1"):
            page = self.url_open(path)
            self.assertEqual(page.status_code, 404)
            self.assertIn("Unknown code", page.text)
            self.assertNotIn("Quiet Lane", page.text)

    def test_codes_cannot_be_tried_out(self):
        for _unused in range(5):
            self.assertEqual(self.url_open("/pm/v/guess").status_code, 404)
        self.assertEqual(self.url_open("/pm/v/guess").status_code, 429)
        self.assertEqual(self._get().status_code, 429)
        self.frozen.stop()
        self.frozen = freeze_time("2026-03-23 04:01:00")
        self.frozen.start()
        self.assertEqual(self._get().status_code, 200)

    def test_thirty_looks_a_minute(self):
        logs = self.env["pm.verification.log"]
        for _unused in range(29):
            logs._note("seen", "127.0.0.1")
        for _unused in range(40):
            logs._note("seen", "10.9.9.9")
        self.assertEqual(self._get().status_code, 200)
        self.assertEqual(self._get().status_code, 429)

    def test_guard_post_ticks_with_its_pin(self):
        answer = self._tick(pin=_PIN)
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self.goods_pass.is_out)
        self.assertEqual(self.goods_pass.guard, "Guard post, PIN")
        self.assertIn("Used", self._get().text)
        self.assertEqual([result for result, _guard in self._log()], ["seen", "ticked", "seen"])

    def test_wrong_pin_ticks_nothing(self):
        answer = self._tick(pin="739201")
        self.assertEqual(answer.status_code, 403)
        self.assertIn("This PIN is wrong.", answer.text)
        self.assertFalse(self.goods_pass.is_out)
        self.assertEqual(self._log(), [("seen", False), ("refused", False)])

    def test_locked_pin_ticks_nothing(self):
        for _unused in range(5):
            self._tick(pin="739201")
        answer = self._tick(pin=_PIN)
        self.assertIn("locked for 15 minutes", answer.text)
        self.assertFalse(self.goods_pass.is_out)

    def test_nobody_ticks_without_a_pin(self):
        self.assertEqual(self._tick().status_code, 403)
        self.assertFalse(self.goods_pass.is_out)

    def test_form_of_another_site_is_refused(self):
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.url_open(self._path(), data={"pin": _PIN, "csrf_token": "forged"})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.goods_pass.is_out)

    def test_second_tick_is_refused(self):
        page = self._get().text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        data = {"csrf_token": csrf, "pin": _PIN}
        first = self.url_open(self._path(), data=data, allow_redirects=False)
        second = self.url_open(self._path(), data=data, allow_redirects=False)
        self.assertEqual((first.status_code, second.status_code), (303, 409))
        self.assertIn("ticked already", second.text)
        self.assertEqual([result for result, _guard in self._log()], ["seen", "ticked", "refused"])

    def test_refusal_of_the_record_undoes_the_tick(self):
        self.goods_pass.is_blocked = True
        answer = self._tick(pin=_PIN)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("The fee is not paid.", answer.text)
        self.goods_pass.invalidate_recordset()
        self.assertFalse(self.goods_pass.is_out)
        self.assertEqual(self._log()[-1], ("refused", "Guard post, PIN"))

    def test_guard_who_logged_in_needs_no_pin(self):
        login = self._guard(self.site)
        self.authenticate(login, login)
        self.assertNotIn('name="pin"', self._get().text)
        self.assertEqual(self._tick().status_code, 303)
        self.assertIn(login, self.goods_pass.guard)
        check = self.env["pm.verification.log"].search([("result", "=", "ticked")], limit=1)
        self.assertEqual(check.user_id.login, login)

    def test_guard_of_another_office_and_other_posts_need_the_pin(self):
        for login in (self._guard(self.other_site), self._guard(self.site, "receptionist")):
            with self.subTest(login=login):
                self.authenticate(login, login)
                self.assertIn('name="pin"', self._get().text)
                self.assertEqual(self._tick().status_code, 403)
                self.assertFalse(self.goods_pass.is_out)

    def test_site_network_needs_no_pin(self):
        self.site.guard_networks = "127.0.0.0/8"
        self.assertNotIn('name="pin"', self._get().text)
        self.assertEqual(self._tick().status_code, 303)
        self.assertEqual(self.goods_pass.guard, "Guard post, site network")

    def test_network_of_another_office_does_not_help(self):
        self.other_site.guard_networks = "127.0.0.0/8"
        self.assertEqual(self._tick().status_code, 403)

    def test_office_without_a_pin_says_who_may_tick(self):
        self.site.action_clear_guard_pin()
        page = self._get().text
        self.assertNotIn("<button", page)
        self.assertIn("Only a guard who has logged in", page)
