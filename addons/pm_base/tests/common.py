from io import BytesIO
from unittest.mock import patch

from weasyprint.document import Document
from weasyprint.formatting_structure import boxes

from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.tests.common import BaseCommon

# Group of each post, for tests that act as one.
POSTS = {
    "receptionist": "pm_base.group_pm_receptionist",
    "area": "pm_base.group_pm_area_administrator",
    "supervisor": "pm_base.group_pm_supervisor",
    "engineer": "pm_base.group_pm_engineering",
    "security": "pm_base.group_pm_security",
    "cashier": "pm_base.group_pm_cashier",
    "leasing": "pm_base.group_pm_leasing_officer",
    "training": "pm_base.group_pm_training_officer",
    "leader": "pm_base.group_pm_leader",
    "director": "pm_base.group_pm_director",
}


def read_pages(pdf):
    """Return the text of each page of a PDF (bytes), without white space."""
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    return ["".join(page.extract_text().split()) for page in reader.pages]


_write_pdf = Document.write_pdf
_UNPRINTABLE = 19  # five millimetres that no printer reaches, in pixels of CSS


def _write_checked_pdf(document, *args, **options):
    """Fail where a paper has something that no printer would print."""
    for number, page in enumerate(document.pages, start=1):
        for box in page._page_box.descendants():
            if isinstance(box, boxes.TextBox | boxes.TableCellBox | boxes.ReplacedBox):
                right = box.position_x + box.margin_width()
                if right > page.width - _UNPRINTABLE:
                    words = getattr(box, "text", box.element_tag)
                    raise AssertionError(f"Page {number}: “{words}” reaches over the edge.")
    return _write_pdf(document, *args, **options)


class PmCommon(BaseCommon):
    """The cast of every test: an office, its neighbour, and one user for each post."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(Document, "write_pdf", _write_checked_pdf))
        cls.site = cls._create_site("Quiet Lane Office", "QL")
        cls.other_site = cls._create_site("Loud Street Office", "LS")

    @classmethod
    def setup_main_company(cls, currency_code="CNY"):
        """The office bills in yuan; the base class would switch the company to dollars."""
        cls._use_currency(cls.env.company, currency_code)

    @classmethod
    def _create_site(cls, name, code, **vals):
        return cls.env["pm.site"].create(
            {
                "name": name,
                "code": code,
                "property_name": name.replace("Office", "Plaza"),
                "phone": "0000-1234567",
                "print_lang": "zh_CN",
                **vals,
            }
        )

    @classmethod
    def _user(cls, post, sites=None):
        """Return a user of that post, assigned to `sites` (by default the office of the cast)."""
        sites = cls.site if sites is None else sites
        login = f"test_{post}_{'_'.join(sites.mapped('code')) or 'nowhere'}"
        return cls.env["res.users"].search([("login", "=", login)]) or new_test_user(
            cls.env, login, POSTS[post], site_ids=[Command.set(sites.ids)]
        )

    def _print(self, action):
        """Return the pages, as text without white space, that a print button opens."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        ids = action["context"]["active_ids"]
        return read_pages(report._render_qweb_pdf(action["report_name"], ids)[0])

    def _run_cron(self, xml_id):
        """Let a scheduled action run now, as the scheduler would."""
        with self.enter_registry_test_mode():
            self.env.ref(xml_id).method_direct_trigger()
