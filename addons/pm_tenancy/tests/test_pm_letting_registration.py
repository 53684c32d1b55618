from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .leasing_common import LeasingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 04:00:00")
class TestPmLettingRegistration(LeasingCommon):
    """TEN-150 to TEN-152: the letting of a flat is registered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls._create_unit(room="51", usage="residential")
        cls.owner.write({"street": "1 Quiet Lane", "city": "Yunhe"})
        cls._create_ownership(unit_id=cls.flat.id)
        with freeze_time("2026-06-01 04:00:00"):
            cls.tenancy = cls._create_tenancy(cls.flat, state="active")

    def _create_letting(self, **vals):
        return self.env["pm.letting.registration"].create(
            {
                "site_id": self.site.id,
                "unit_id": self.flat.id,
                "tenancy_id": self.tenancy.id,
                "user_id": self.leasing.id,
                **vals,
            }
        )

    def test_owner_tenant_and_lease_are_filled_in(self):
        with Form(
            self.env["pm.letting.registration"].with_user(self._user("receptionist"))
        ) as form:
            form.unit_id = self.flat
            form.tenancy_id = self.tenancy
        self.assertRecordValues(
            form.record,
            [
                {
                    "owner_id": self.owner.id,
                    "owner_phone": "190 1111 0001",
                    "partner_id": self.tenant.id,
                    "tenant_phone": "190 1111 0002",
                    "date_start": date(2026, 1, 1),
                    "date_end": date(2026, 12, 31),
                    "moved_in_on": date(2026, 6, 1),
                    "household_papers_due_on": date(2026, 6, 8),
                    "registered_on": date(2026, 6, 15),
                }
            ],
        )
        self.assertIn("1 Quiet Lane", form.record.owner_address)

    def test_only_flats_are_registered(self):
        """TEN-152"""
        with self.assertRaises(ValidationError):
            self._create_letting(unit_id=self.unit.id, tenancy_id=False, partner_id=self.tenant.id)
        with self.assertRaises(ValidationError):
            self._create_letting(tenancy_id=self._create_tenancy().id)

    def test_letting_is_registered_once(self):
        self._create_letting()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_letting()

    def test_late_household_papers_are_asked_for_once(self):
        """TEN-150: within one week of moving in."""
        letting = self._create_letting()
        with freeze_time("2026-06-08 04:00:00"):
            self._run_cron("remind_household_papers")
            self.assertFalse(letting.is_late)
            self.assertEqual(self._activities(letting, "household_papers"), [])
        with freeze_time("2026-06-09 04:00:00"):
            letting.invalidate_recordset(["is_late"])
            for _run in range(2):
                self._run_cron("remind_household_papers")
            self.assertTrue(letting.is_late)
            self.assertEqual(
                self._activities(letting, "household_papers"), [(self.leasing, "2026-06-09")]
            )
            letting.action_papers_done()
        self.assertEqual(letting.household_papers_done_on, date(2026, 6, 9))
        self.assertFalse(letting.is_late)
        self.assertEqual(self._activities(letting, "household_papers"), [])

    def test_papers_of_a_tenant_who_has_not_moved_in_are_not_late(self):
        letting = self._create_letting(
            tenancy_id=False, partner_id=self.tenant.id, moved_in_on=False
        )
        self._run_cron("remind_household_papers")
        self.assertFalse(letting.is_late)
        self.assertFalse(letting.activity_ids)

    def test_week_is_a_setting(self):
        self.site.household_papers_days = 10
        self.assertEqual(self._create_letting().household_papers_due_on, date(2026, 6, 11))

    def test_rules_are_acknowledged_together_or_one_by_one(self):
        """TEN-151, TEN-152"""
        letting = self._create_letting(rule_lawful=True)
        self.assertFalse(letting.is_acknowledged)
        letting.action_acknowledge()
        self.assertTrue(letting.is_acknowledged)
        letting.rule_liable = False
        self.assertFalse(letting.is_acknowledged)

    def test_form_states_the_rules(self):
        """TEN-150 to TEN-152: papers within a week or services stopped; who may rent; the rules."""
        self.site.print_lang = "zh_CN"
        letting = self._create_letting(residence="temporary", is_owner_id_kept=True)
        report = self.env.ref("pm_tenancy.action_report_letting_registration")
        page = "".join(self._print(report.report_action(letting)))
        for fact in (
            "户籍手续应于入住后7天内办妥，截止2026/06/08；逾期的，可依法停水停电",
            "承租人须为有正当职业的本地居民，或出示暂住证",
            "只限居住",
            "不进行违法活动",
            "经常了解承租人生活情况，发现不正当行为或可疑情况及时向管理处或公安机关报告",
            "拒不接受处理的，业主承担连带责任",
            "遵守物业管理法规和各项管理规定，否则接受处罚",
        ):
            with self.subTest(fact=fact):
                self.assertIn(fact, page)
