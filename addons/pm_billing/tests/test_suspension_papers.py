from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_suspension import SuspensionCommon


@tagged("post_install", "-at_install")
class TestSuspensionPapers(SuspensionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"

    def test_approval_sheet_has_its_fields(self):
        """F-BIL-21: unit, occupant, debt, steps, services, day, applicant, approval, Security."""
        suspension = self._create_stopped(visit_note="asks for time")
        text = "".join(self._print(suspension.action_print_approval()))
        for words in (
            "T-12-03",
            "BlueKiteTrading",
            "February2026",
            "Amountdue1,506.00yuan",
            "壹仟伍佰零陆元整",
            "Reminders,letterandvisit",
            "asksfortime",
            "CleaningoftheUnit",
            "Stopdate03/31/2026",
            f"Applicant{self.area.name}",
            f"Approvedby{self.director.name}",
            "Approvedon03/21/2026",
            "SF10086",
            "Securitytold03/31/2026",
            "Headofthemanagementcompany",
        ):
            with self.subTest(words=words):
                self.assertIn(words.replace(" ", ""), text)

    def test_notice_is_printed_once_it_is_approved(self):
        """F-BIL-21: the occupant is told services, day, reason, and what he can do."""
        suspension = self._create_suspension()
        with freeze_time("2026-03-20 04:00:00"):
            draft = self._print(suspension.action_print_approval())
        self._approve(suspension)
        with freeze_time("2026-03-22 04:00:00"):
            pages = self._print(suspension.action_print_approval())
        self.assertFalse([page for page in draft if "NoticeoftheSuspension" in page])
        notice = next(page for page in pages if "NoticeoftheSuspension" in page)
        for words in (
            "ToBlueKiteTrading,T-12-03:",
            "March31,2026",
            "arenotstoppedtocollectfees",
            "writtenundertaking",
            "Receipt",
        ):
            with self.subTest(words=words):
                self.assertIn(words, notice)

    def test_sheet_of_an_owners_request_names_his_letter(self):
        """F-BIL-21, TEN-074."""
        suspension = self._create_owners()
        text = "".join(self._print(suspension.action_print_approval()))
        self.assertIn("Letter7", text)
        self.assertNotIn("Amountdue", text)

    def test_undertaking_has_its_fields(self):
        """F-BIL-13: occupant, unit, debt, days promised, time, consequence, signatory, approval."""
        suspension = self._create_eased()
        text = "".join(self._print(suspension.undertaking_id.action_print()))
        for words in (
            "BlueKiteTrading",
            "T-12-03",
            "February2026",
            "1,506.00yuan",
            "04/10/2026500.00",
            "04/20/20261,006.00",
            "TemporarysupplyfromApril2,2026toApril20,2026",
            "maydecidetostop",
            "Signatory:LiLei",
            "IDno.",
            f"Approvedby:{self.leader.name}",
            "Occupant(signatureandseal)",
        ):
            with self.subTest(words=words):
                self.assertIn(words.replace(" ", ""), text)

    def test_papers_are_in_the_customer_file(self):
        """F-BIL-13: kept for good in the file of the occupant."""
        suspension = self._create_eased()
        self._print(suspension.undertaking_id.action_print())
        self._print(suspension.action_print_approval())
        codes = self.tenancy._get_file_documents().form_id.mapped("code")
        self.assertIn("F-BIL-13", codes)
        self.assertIn("F-BIL-21", codes)

    def test_what_is_not_carried_out_is_not_printed(self):
        suspension = self._create_suspension()
        suspension.action_cancel()
        with self.assertRaises(UserError):
            self._print(suspension.action_print_approval())
