"""A user with a valid login who speaks RPC: each test is a way in that is closed."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .test_pm_approval import ApprovalCommon


@tagged("post_install", "-at_install")
class TestBreakIn(ApprovalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("receptionist")
        cls.form = cls.env.ref("pm_base.form_f_bil_04")
        cls.foreign_plan = cls.env["toy.plan"].create({"name": "B", "site_id": cls.other_site.id})
        cls.template = cls.env["pm.inspection.template"].create(
            {
                "name": "Round",
                "form_id": cls.env.ref("pm_base.form_f_ten_03").id,
                "line_ids": [Command.create({"name": "Walls"})],
            }
        )

    def _rpc(self, user, model, method, *args, **kwargs):
        """Call a method as a client does, and let the database have its say."""
        self.env.invalidate_all()
        result = call_kw(self.env[model].with_user(user), method, list(args), kwargs)
        self.env.flush_all()
        return result

    def _create_paper(self, user=None, **vals):
        vals = {"form_id": self.form.id, "site_id": self.site.id, **vals}
        return self.env["pm.document"].with_user(user or self.clerk).create(vals)

    def _inspect(self, site=None, **vals):
        vals = {"template_id": self.template.id, "site_id": (site or self.site).id, **vals}
        return self.env["pm.inspection"].create(vals)

    def test_paper_of_a_record_is_made_by_printing_it(self):
        """A paper made up for a record would close the gates that wait for it."""
        vals = {"form_id": self.form.id, "site_id": self.site.id}
        record = {"res_model": "toy.plan", "res_id": self.plan.id}
        with self.assertRaises(AccessError):
            self._rpc(self.clerk, "pm.document", "create", {**vals, **record})
        context = {f"default_{name}": value for name, value in record.items()}
        paper_id = self._rpc(self.clerk, "pm.document", "create", vals, context=context)
        paper = self.env["pm.document"].browse(paper_id)
        self.assertFalse(paper.res_model or paper.res_id)
        with self.assertRaises(AccessError):
            self._rpc(self.clerk, "pm.document", "write", paper.ids, record)

    def test_default_of_a_user_notes_nothing(self):
        field = self.env["ir.model.fields"]._get("pm.document", "print_count")
        self.env["ir.default"].with_user(self.clerk).create(
            {"field_id": field.id, "user_id": self.clerk.id, "json_value": "7"}
        )
        self.assertEqual(self._create_paper().print_count, 0)

    def test_number_is_taken_not_chosen(self):
        with self.assertRaises(AccessError):
            self._create_paper(name="D-0001")
        paper = self._create_paper()
        with self.assertRaises(AccessError):
            self._rpc(self.clerk, "pm.document", "write", paper.ids, {"name": "D-0001"})
        self.assertNotIn(paper.name, ("/", "D-0001"))

    def test_printed_paper_is_not_dated_back(self):
        """Its retention follows from its form and its day; TEN-005."""
        papers = self._create_paper()
        papers.sudo().print_count = 1
        papers |= self._create_paper(state="printed")
        papers[1].action_file()
        other_form = self.env.ref("pm_base.form_f_ten_77")
        for paper in papers:
            for vals in ({"date": "1999-01-01"}, {"form_id": other_form.id}):
                with self.subTest(state=paper.state, vals=vals), self.assertRaises(UserError):
                    self._rpc(self.clerk, "pm.document", "write", paper.ids, vals)
            with self.assertRaises(AccessError):
                vals = {"retention_date": "1999-01-01"}
                self._rpc(self._user("director"), "pm.document", "write", paper.ids, vals)

    def test_record_is_not_handed_to_another_office(self):
        paper = self._create_paper()
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._rpc(
                self.clerk, "pm.document", "write", paper.ids, {"site_id": self.other_site.id}
            )
        self.assertEqual(paper.site_id, self.site)

    def test_what_is_not_the_papers_is_not_destroyed_with_it(self):
        Attachment = self.env["ir.attachment"]
        paper, other = self._create_paper().sudo(), self._create_paper()
        own = Attachment.create({"name": "own", "raw": b"1", "res_model": "pm.document"})
        strange = Attachment.create(
            {"name": "strange", "raw": b"2", "res_model": "pm.document", "res_id": other.id}
        )
        logo = Attachment.create(
            {"name": "logo", "raw": b"3", "res_model": "pm.site", "res_id": self.site.id}
        )
        paper.scan_ids = own | strange | logo
        self.form.write({"retention": "years", "retention_years": 1})
        paper.date = "2001-01-01"
        paper.action_file()
        area, leader = self._user("area"), self._user("leader")
        destruction = self.env["pm.destruction"].with_user(area).create({"site_id": self.site.id})
        destruction.action_collect()
        destruction.with_user(leader).action_approve()
        destruction.action_destroy()
        self.assertEqual((own | strange | logo).exists(), strange | logo)

    def test_approval_of_one_thing_is_not_one_of_another(self):
        self._create_kind("director", code="other")
        approval = self._ask()
        approval.with_user(self.director).action_approve()
        with self.assertRaises(AccessError):
            self._rpc(self.asker, "pm.approval", "write", approval.ids, {"code": "other"})
        self.assertFalse(self.plan._is_approved("other"))

    def test_nobody_imports_in_the_name_of_another(self):
        director = self._user("director")
        run = self.env["pm.import"].create({"site_id": self.site.id, "file": b"eA=="})
        root = self.env.ref("base.user_root")
        for vals in (
            {"state": "queued"},
            {"requested_by_id": root.id},
            {"row_count": 99999},
            {"site_id": self.other_site.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError), self.cr.savepoint():
                self._rpc(director, "pm.import", "write", run.ids, vals)
        run.state = "done"
        with self.assertRaisesRegex(UserError, "already been imported"):
            self._rpc(director, "pm.import", "write", run.ids, {"file": b"eQ=="})

    def test_record_of_another_office_is_not_inspected_from_here(self):
        """What an inspection says may open the gates of the record inspected."""
        vals = {"template_id": self.template.id, "site_id": self.site.id, "res_model": "toy.plan"}
        with self.assertRaises(UserError), self.cr.savepoint():
            self._rpc(
                self.clerk, "pm.inspection", "create", {**vals, "res_id": self.foreign_plan.id}
            )
        own = self._rpc(self.clerk, "pm.inspection", "create", {**vals, "res_id": self.plan.id})
        for name, value in (("res_id", self.foreign_plan.id), ("res_model", "res.users")):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self._rpc(self.clerk, "pm.inspection", "write", [own], {name: value})

    def test_inspection_of_another_record_is_not_taken_over(self):
        plan = self.plan.copy()
        inspection = self._inspect(res_model="toy.plan", res_id=self.plan.id)
        inspection.line_ids.verdict = "ok"
        inspection.action_judge()
        command = {"inspection_ids": [Command.link(inspection.id)]}
        with self.assertRaises(AccessError):
            self._rpc(self.clerk, "toy.plan", "write", plan.ids, command)
        with self.assertRaises(AccessError):
            self._rpc(self.clerk, "pm.inspection", "write", inspection.ids, {"is_in_order": True})

    def test_upload_of_somebody_else_is_not_adopted(self):
        line = self._inspect().line_ids
        Upload = self.env["ir.attachment"].with_user(self.director)
        upload = Upload.create({"name": "secret.pdf", "raw": b"1"})
        shared = Upload.create({"name": "stylesheet.css", "raw": b"1"})
        shared.sudo().public = True
        own = self.env["ir.attachment"].with_user(self.clerk).create({"name": "wall.jpg"})
        lines = ("pm.inspection.line", "write", line.ids)
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._rpc(self.clerk, *lines, {"photo_ids": [Command.link(upload.id)]})
        self._rpc(self.clerk, *lines, {"photo_ids": [Command.set((shared | own).ids)]})
        self.assertFalse(shared.sudo().res_id)
        self.assertEqual(own.sudo().res_id, line.id)

    def test_print_of_another_office_is_refused_before_anything_is_read(self):
        """Which form to print on is looked up elevated: that must open no door."""
        inspection = self._inspect(self.other_site, place="Vault 7")
        report = self.env.ref("pm_base.action_report_pm_inspection")
        reports = self.env["ir.actions.report"].with_user(self.clerk)
        reports = reports.with_context(force_report_rendering=True)
        for render in (reports._render_qweb_pdf, reports._render_qweb_html):
            self.env.invalidate_all()
            with self.subTest(render=render), self.assertRaises(AccessError), self.cr.savepoint():
                render(report.report_name, inspection.ids)
        self.assertFalse(inspection.paper_ids)

    def test_filter_of_a_register_asks_no_secret(self):
        """A scheduled issue reads everything: its filter must not find out what is hidden."""
        director = self._user("director")
        register = self.env["pm.register"].create(
            {
                "name": "Departments",
                "form_id": self.form.id,
                "model_id": self.env["ir.model"]._get("hr.department").id,
                "site_path": "site_id",
            }
        )
        for domain in (
            "[('site_id.guard_pin_hash', '=like', '$%')]",
            "[('site_id', 'any', [('guard_pin_hash', '!=', False)])]",
        ):
            with self.subTest(domain=domain), self.assertRaises(AccessError), self.cr.savepoint():
                self._rpc(director, "pm.register", "write", register.ids, {"domain": domain})

    def test_pin_of_the_guard_post_is_found_out_by_nobody(self):
        self.site.guard_pin = "482913"
        director = self._user("director")
        director.group_ids += self.env.ref("base.group_allow_export")
        for method, args in (
            ("search", [[("guard_pin_hash", "=like", "$%")]]),
            ("search", [[], 0, None, "guard_pin_hash"]),
            ("read", [self.site.ids, ["guard_pin_hash"]]),
            ("export_data", [self.site.ids, ["guard_pin_hash"]]),
            ("formatted_read_group", [[], ["guard_pin_hash"], ["__count"]]),
            ("write", [self.site.ids, {"guard_pin_hash": "x"}]),
            ("write", [self.site.ids, {"guard_tries": 0}]),
            ("write", [self.site.ids, {"guard_locked_until": False}]),
        ):
            with self.subTest(method=method, args=args), self.assertRaises(UserError):
                self._rpc(director, "pm.site", method, *args)
        self.assertFalse(self.site.with_user(director).guard_pin)

    def test_action_on_own_and_foreign_records_together_is_refused(self):
        paper = self._create_paper()
        foreign = self._create_paper(self.env.user, site_id=self.other_site.id)
        for method in ("action_file", "action_deliver", "unlink"):
            with (
                self.subTest(method=method),
                self.assertRaises(AccessError),
                self.cr.savepoint(),
            ):
                self._rpc(self.clerk, "pm.document", method, (paper | foreign).ids)
        self.assertEqual((paper | foreign).sudo().mapped("state"), ["printed", "printed"])

    def test_models_are_looked_up_by_who_writes_texts_and_registers(self):
        """Texts, registers and steps name a model: only who enters them reads the list."""
        director = self._user("director")
        self.assertTrue(self._rpc(director, "ir.model", "name_search", "Inspection"))
        for user in (self.clerk, self._user("leader")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._rpc(user, "ir.model", "name_search", "Inspection")
