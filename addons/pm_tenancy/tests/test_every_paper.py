import csv
import re
from io import BytesIO
from itertools import groupby

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.tests import tagged
from odoo.tools.misc import file_open

from odoo.addons.pm_base.tests.common import read_pages

from .papers_common import PapersCommon

# Who prints what the receptionist does not.
POSTS = {
    "listing": "leasing",
    "plan": "supervisor",
    "register": "director",
    "request": "leasing",
    "review": "engineer",
    "sheet": "engineer",
}
# Names of the cast, and what is no word.
NO_ENGLISH = (
    "QuietLaneOffice|QuietLanePlaza|BlueKiteTrading|RedSailTravel|StraightLineBuilders|HanMeimei"
    "|LiLei|WangGang|MsChen|ZhaoSi|Electrician|Tower1|Partitionsandceiling|Somebody|kWh|Door"
    "|OdooBot"
    r"|test_[a-z]+_QL\(pm_base\.[a-z_]+\)"
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 04:00:00")
class TestEveryPaper(PapersCommon):
    """F-TEN-01 to 85: each form is printed in Chinese with its title and every field.

    The table says where a form is printed: `register:` a register, `sheet:` an inspection of the
    occupant, anything else the record whose menu Print offers it. Its labels are those of the
    catalogue, proposed ones included; those that were bettered stand there as they are printed,
    and in the last column as the catalogue has them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open("pm_tenancy/tests/every_paper.csv") as table:
            cls.papers = list(csv.DictReader(table))

    def test_every_form_of_the_catalogue_is_in_the_table(self):
        forms = self.env["pm.form"].search([("area", "=", "pm_tenancy")])
        self.assertEqual(len(forms), 85)
        self.assertEqual(set(forms.mapped("code")), {paper["form"] for paper in self.papers})

    def test_no_field_of_the_catalogue_is_left_out(self):
        """The catalogue gives the Chinese of a field in brackets."""
        for form, papers in groupby(self.papers, lambda paper: paper["form"]):
            known = " ".join(paper["labels"] + " " + paper["bettered"] for paper in papers)
            content = self.env["pm.form"].search([("code", "=", form)]).content
            fields = re.findall(r"[^()/、;,\s]+", " ".join(re.findall(r"\(([^()]*)\)", content)))
            fields = [field for field in fields if re.fullmatch(r"[\d\u4e00-\u9fff]+", field)]
            with self.subTest(form=form):
                self.assertFalse([one for one in fields if one not in known and not one.isdigit()])

    def test_every_paper_says_what_the_catalogue_lists(self):
        for paper in self.papers:
            with self.subTest(form=paper["form"], place=paper["place"]):
                form = self.env["pm.form"].search([("code", "=", paper["form"])])
                pages = self._print_form(form, paper["place"])
                text = "".join(pages)
                wanted = [paper["title"], *paper["labels"].split(), form.form_no or ""]
                self.assertFalse([word for word in wanted if word not in text], text)
                self.assertFalse([page for page in pages if len(page) < 40], "a page is empty")
                left = re.findall("[A-Za-z]{3,}|[{}]", re.sub(NO_ENGLISH, "", text))
                self.assertFalse(left, text)

    def test_registers_have_their_headings_in_the_workbook(self):
        for paper in self.papers:
            place, _colon, name = paper["place"].partition(":")
            if place != "register":
                continue
            with self.subTest(form=paper["form"], register=name):
                issue = self._issue(name)
                sheet = load_workbook(BytesIO(issue._prepare_workbook())).active
                headings = {cell.value for row in sheet.iter_rows() for cell in row}
                columns = issue.register_id.with_context(lang="zh_CN").column_ids
                self.assertLessEqual({"序号", *columns.mapped("name")}, headings)

    def _print_form(self, form, place):
        """Return the pages that a clerk prints of a form."""
        kind, _colon, name = place.partition(":")
        user = self._user(POSTS.get(kind, "receptionist"))
        if kind == "register":
            action = self._issue(name).action_print()
            return self._print_as(user, self.env.ref("pm_base.action_report_pm_register"), action)
        record = self.records[name or kind].with_user(user)
        if kind == "sheet":
            record = record.inspection_ids.browse(record._open_inspection_of_form(form)["res_id"])
        menu = self.env["ir.actions.actions"].with_user(user).get_bindings(record._name)["report"]
        reports = self.env["ir.actions.report"].with_user(user)
        offered = reports.browse(entry["id"] for entry in menu)
        offered = offered.browse(offered.get_valid_action_reports(record._name, record.ids))
        [report] = offered.filtered(
            lambda one: one.sudo()._pm_get_forms(record)[record.ids[0]] == form
        )
        return self._print_as(user, report, report.report_action(record))

    def _print_as(self, user, report, action):
        report = report.with_user(user).with_context(force_report_rendering=True)
        ids = action["context"]["active_ids"]
        return read_pages(report._render_qweb_pdf(report.report_name, ids)[0])

    def _issue(self, name):
        """Return the issue of a register that its director asks for."""
        wizard = self.env["pm.register.prepare"].with_user(self._user("director"))
        register = self.env.ref(f"pm_tenancy.register_{name}")
        action = wizard.create(
            {"register_id": register.id, "site_id": self.site.id}
        ).action_confirm()
        return self.env["pm.register.issue"].with_user(wizard.env.user).browse(action["res_id"])
