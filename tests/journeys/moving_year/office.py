"""The office of the moving year: its people, and what they do at their screens.

A scene acts only as a user can: it presses buttons that stand on the user's screen, fills in
forms, prints and downloads, always with the user's own rights. The test itself looks on as the
superuser.
"""

from contextlib import contextmanager
from datetime import datetime

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user
from odoo.tools.safe_eval import safe_eval
from odoo.tools.view_validation import get_expression_field_names

from odoo.addons.pm_base.tests.common import POSTS, PmCommon, read_pages
from odoo.addons.pm_tenancy.models.pm_file_kind import DEMANDS

DEPARTMENTS = {
    "service": "客户服务中心",
    "administration": "行政部",
    "engineering": "工程部",
    "environment": "环境部",
    "security": "安保部",
    "finance": "财务部",
    "leasing": "租赁部",
    "management": "总经理室",
}
PEOPLE = {
    "receptionist": "周静",
    "area": "吴海",
    "supervisor": "郑岚",
    "engineer": "冯工",
    "security": "陈卫",
    "cashier": "褚敏",
    "leasing": "卫青",
    "leader": "蒋宁",
    "director": "沈远",
}
# Where buttons are looked for: a list, the form that holds the rows, or a form that is not the
# usual one of the model.
VIEWS = {
    "account.move": "pm_billing.pm_bill_view_form",
    "pm.file.paper": "pm_tenancy.pm_file_paper_view_list",
    "pm.fitout.drawing": "pm_tenancy.pm_fitout_view_form",
    "pm.fitout.opinion": "pm_tenancy.pm_fitout_view_form",
    "pm.fitout.worker": "pm_tenancy.pm_fitout_view_form",
    "pm.procedure.step": "pm_base.pm_procedure_step_view_list_embedded",
}


def on(moment):
    """Give a scene of the year its moment on the clock of the office."""

    def mark(scene):
        scene.moment = datetime.fromisoformat(moment)
        return scene

    return mark


class MovingOffice(PmCommon):
    """The office 知春里 with one user for each post, and the words in which scenes are told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        # The scheduled actions of the year serve this office alone.
        cls.env["pm.site"].search([]).active = False
        cls.site = cls._create_site(
            "知春里管理处",
            "ZC",
            property_name="知春里",
            phone="0571-8000 7211",
            phone_24h="0571-8000 7200",
            payment_place="首层收费室",
            late_fee_rate=0,
            manages_parking=True,
        )
        cls.departments = {
            role: cls.env["hr.department"].create(
                {"name": name, "site_id": cls.site.id, "pm_role": role}
            )
            for role, name in DEPARTMENTS.items()
        }
        for post, name in PEOPLE.items():
            user = new_test_user(
                cls.env,
                f"moving_{post}",
                POSTS[post],
                name=name,
                lang="zh_CN",
                tz="Asia/Shanghai",
                site_ids=[Command.set(cls.site.ids)],
            )
            cls.env["hr.employee"].create({"name": name, "user_id": user.id})
            setattr(cls, post, user)
        # What the year knows of each occupant.
        cls.tenancies = {}

    def play(self):
        """Play the scenes in the order of the calendar."""
        methods = (getattr(type(self), name) for name in dir(type(self)))
        scenes = [method for method in methods if hasattr(method, "moment")]
        for scene in sorted(scenes, key=lambda scene: scene.moment):
            with freeze_time(self.site._to_utc(scene.moment)):
                try:
                    scene(self)
                except Exception as error:
                    error.add_note(f"{scene.moment:%Y-%m-%d %H:%M} {scene.__name__}")
                    raise

    def local(self, moment):
        """Return a moment on the clock of the office as it is stored."""
        return self.site._to_utc(datetime.fromisoformat(moment))

    @contextmanager
    def at(self, moment):
        """Go on at a later moment of the same scene, on the clock of the office."""
        with freeze_time(self.local(moment)):
            yield

    # At the screen

    def screen(self, user, records):
        """Return the records as a user has them on his screen."""
        context = {**user.with_user(user).context_get(), "allowed_company_ids": user.company_ids.ids}
        return records.with_user(user).with_context(context)

    def press(self, user, records, button):
        """Press a button as a user, who must find it on his screen; return what it opens."""
        screen = self.screen(user, records)
        for record in screen:
            self.assertTrue(
                self._shows(record, button), f"{user.name} has no {button} on {record.display_name}"
            )
        return call_kw(screen, button, [screen.ids], {"context": screen.env.context})

    def assert_no_button(self, user, record, button):
        self.assertFalse(self._shows(self.screen(user, record), button), button)

    def press_in_form(self, user, record, button):
        """Press a button on the form of a record that also stands in a list."""
        screen = self.screen(user, record)
        arch = etree.fromstring(screen.get_view(view_type="form")["arch"])
        nodes = [node for node in arch.iter("button") if node.get("name") == button]
        self.assertTrue([node for node in nodes if not self._is_hidden(screen, node)], button)
        return call_kw(screen, button, [screen.ids], {"context": screen.env.context})

    def open(self, user, target):
        """Open the form of a record, of a new one of a model, or what a button opened."""
        if isinstance(target, dict):
            return Form.from_action(self.screen(user, self.env["pm.site"]).env, target)
        if isinstance(target, str):
            target = self.env[target]
        return Form(self.screen(user, target))

    def open_new(self, user, action):
        """Open the form of a new record from a list that a button opened."""
        views = [view for view in action["views"] if view[1] == "form"]
        context = action["context"]
        if isinstance(context, str):
            context = safe_eval(context)
        return self.open(user, {**action, "views": views, "res_id": False, "context": context})

    def fill(self, user, target, **values):
        """Fill in a form and save it; return the record as the test sees it."""
        form = self.open(user, target)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().with_env(self.env)

    def confirm(self, user, action, **values):
        """Fill in the dialogue that a button opened, and confirm it."""
        wizard = self.fill(user, action, **values)
        return self.press(user, wizard, "action_confirm")

    def download(self, user, action):
        """Download the print that a button opened; return its pages without white space."""
        self.assertEqual(action["type"], "ir.actions.report")
        report = self.screen(user, self.env["ir.actions.report"])
        content, _kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
            action["report_name"], action["context"]["active_ids"]
        )
        return read_pages(content)

    def print_from_menu(self, user, record, code):
        """Print a form from the menu “Print” of a record; return its pages."""
        screen = self.screen(user, record)
        offered = screen.env["ir.actions.actions"].get_bindings(record._name)["report"]
        reports = self.env["ir.actions.report"].browse([report["id"] for report in offered])
        report = reports.filtered(lambda one: one.pm_form_id.code == code)
        return self.download(user, self.screen(user, report).report_action(screen))

    def _shows(self, screen, button):
        model, is_row = screen, False
        view = self.env.ref(VIEWS[screen._name]) if screen._name in VIEWS else None
        if view:
            model = screen.env[view.model]
            is_row = view.model != screen._name
        arch = etree.fromstring(
            model.get_view(view and view.id, view.type if view else "form")["arch"]
        )
        return any(
            not self._is_hidden(screen, node)
            for node in arch.iter("button")
            if node.get("name") == button
            and is_row == any(above.tag == "field" for above in node.iterancestors())
        )

    def _is_hidden(self, screen, node):
        """Tell whether the button, or something around it in its own view, is invisible."""
        expressions = []
        for above in (node, *node.iterancestors()):
            if above.tag == "field":
                break
            expressions.append(above.get("invisible"))
        for expression in filter(None, expressions):
            names = get_expression_field_names(expression) & set(screen._fields)
            values = screen.read(list(names), load=None)[0]
            if safe_eval(expression, {**values, "id": screen.id, "uid": screen.env.uid}):
                return True
        return False

    # Refusals

    @contextmanager
    def assert_refused(self, *words, error=UserError):
        """The work is refused, and the message says these words."""
        with self.assertRaises(error) as refusal:
            yield
        for word in words:
            self.assertIn(word, str(refusal.exception))

    def assert_held_up(self, record, work, *keys):
        """The work is refused until these steps are done: the message names just them.

        Each line says who owes the step and, where the system judges it, why it is open; the
        record stays in its state.
        """
        state = record.state
        with self.assertRaises(UserError) as refusal:
            work()
        lines = [
            line.removeprefix("• ")
            for line in str(refusal.exception).splitlines()
            if line.startswith("• ")
        ]
        steps = [self.step(record, key) for key in keys]
        self.assertEqual(len(lines), len(steps), refusal.exception)
        for line, step in zip(lines, steps, strict=True):
            self.assertTrue(line.startswith(step.name), f"{line}\nis not\n{step.name}")
            self.assertIn(step.department_id.name, line)
            if step.check:
                self.assertTrue(step.message)
                self.assertIn(step.message, line)
        self.assertEqual(record.state, state)

    # Procedures

    def step(self, record, key):
        """Return the step of a procedure under way by the end of its name in the data."""
        for procedure in record.procedure_ids:
            name = procedure.template_id.get_external_id()[procedure.template_id.id]
            template = self.env.ref(f"{name}_{key}", raise_if_not_found=False)
            if template:
                return procedure.step_ids.filtered(lambda one: one.template_step_id == template)
        return self.fail(f"{record.display_name} has no step {key}")

    def work(self, user, record, key):
        """Press “Work” at a step, as a user; return what opens."""
        return self.press(user, self.step(record, key), "action_work")

    def tick(self, user, record, *keys):
        """Press “Mark Done” at steps, as a user."""
        for key in keys:
            step = self.step(record, key)
            self.press(user, step, "action_done")
            self.assert_done(record, key)

    def assert_done(self, record, *keys):
        for key in keys:
            step = self.step(record, key)
            self.assertEqual(step.state, "done", f"{key}: {step.message}")

    def assert_open(self, record, *keys):
        for key in keys:
            self.assertEqual(self.step(record, key).state, "open", key)

    def assert_due(self, record, key, day):
        due_at = self.step(record, key).due_at
        self.assertEqual(due_at and self.site._to_local(due_at).date().isoformat(), day)

    # Papers

    def paper(self, record, key):
        """Return the paper of the form of a step."""
        form = self.step(record, key).form_id
        return record.paper_ids.filtered(lambda paper: paper.form_id == form)

    def print_step(self, user, record, *keys):
        """Print the papers of steps, at the steps."""
        for key in keys:
            self.download(user, self.work(user, record, key))

    def hand_out(self, user, record, *keys):
        """Print the papers of steps, hand them over, and note that they came back signed."""
        self.print_step(user, record, *keys)
        for key in keys:
            paper = self.paper(record, key)
            self.press(user, paper, "action_deliver")
            self.press(user, paper, "action_return")

    def verify_papers(self, tenancy):
        """The area administrator sees the originals, keeps what is to be kept, and verifies."""
        for paper in tenancy.file_paper_ids.filtered(
            lambda paper: paper.use == "verify" and paper.is_needed and paper.state == "missing"
        ):
            asked = [done for demand, done in DEMANDS.items() if paper.kind_id[demand]]
            self.fill(self.area, paper, **dict.fromkeys(asked, True))
            self.press(self.area, paper, "action_verify")

    # Occupants

    def meet(self, name, **values):
        """The receptionist enters a party."""
        return self.fill(self.receptionist, "res.partner", name=name, **values)

    def register(self, code, party, start, end=False, **values):
        """The receptionist opens a tenancy from the unit, and begins the move-in."""
        unit = self.unit(code)
        action = self.press(self.receptionist, unit, "action_new_tenancy")
        tenancy = self.fill(
            self.receptionist,
            action,
            partner_id=party,
            date_start=start,
            date_end=end,
            user_id=self.area,
            **values,
        )
        self.press(self.receptionist, tenancy, "action_move_in")
        self.assertEqual((tenancy.state, unit.state), ("move_in", "reserved"))
        self.tenancies[party.name] = tenancy
        return tenancy

    def unit(self, code):
        return self.env["pm.unit"].search([("site_id", "=", self.site.id), ("code", "=", code)])

    def meter(self, code, kind="electricity"):
        return self.unit(code).meter_ids.filtered(lambda meter: meter.kind == kind)

    def assert_no_keys(self, tenancy, *keys):
        """The keys stay in the cabinet until these steps are done."""
        self.assert_held_up(
            tenancy, lambda: self.press(self.area, tenancy, "action_issue_keys"), *keys
        )

    def assert_not_in(self, tenancy, *keys):
        """The occupant is not noted as moved in until these steps are done."""
        self.assert_held_up(
            tenancy, lambda: self.press(self.receptionist, tenancy, "action_activate"), *keys
        )
        self.assertFalse(tenancy.date_moved_in)

    def move_in(self, tenancy):
        """Nothing is open any more: the occupant is in."""
        self.press(self.receptionist, tenancy, "action_activate")
        self.assertEqual(tenancy.state, "active")
        self.assertEqual(tenancy.date_moved_in, self.site._today())
        self.assertEqual(set(tenancy.unit_ids.mapped("state")), {"occupied"})

    # Inspections, meters and keys

    def inspect(self, user, action, faults=(), counts=3, signed_by=None):
        """Go through the sheet that a button opened, note faults, judge and have it signed.

        `faults` are (finding, compensation) of the first items.
        """
        inspection = self.env["pm.inspection"].browse(action["res_id"])
        with self.open(user, inspection) as form:
            for place, line in enumerate(inspection.line_ids):
                if place < len(faults):
                    finding, compensation = faults[place]
                    with form.line_ids.edit(place) as row:
                        row.verdict = "fault"
                        row.finding = finding
                        if compensation:
                            row.compensation = compensation
                elif line.kind != "tick":
                    with form.line_ids.edit(place) as row:
                        row.value = line.quantity or counts
        if inspection.unjudged_count:
            self.press(user, inspection, "action_all_in_order")
        self.press(user, inspection, "action_judge")
        if signed_by:
            self.sign(user, inspection, signed_by)
        return inspection

    def sign(self, user, inspection, signed_by):
        self.fill(user, inspection, signed_by=signed_by)
        self.press(user, inspection, "action_sign")

    def read_meters(self, user, action, values, signed_by=None):
        """Enter readings from the list that a button opened, a value for each meter."""
        readings = self.env["pm.meter.reading"]
        for meter, value in values.items():
            form = self.open_new(user, action)
            form.meter_id = meter
            form.value = value
            if signed_by:
                form.confirmed_by = signed_by
                form.is_signed = True
            readings |= form.save().with_env(self.env)
        return readings

    def issue_keys(self, user, tenancy, *further, **values):
        """Issue the keys that the dialogue proposes, and further ones chosen in it."""
        dialogue = self.open(user, self.press(user, tenancy, "action_issue_keys"))
        for key in further:
            dialogue.key_ids.add(key)
        for name, value in values.items():
            setattr(dialogue, name, value)
        self.press(user, dialogue.save(), "action_confirm")

    # Bills

    def bill_month(self, month, *tenancies):
        """The cashier makes and posts the bills of a month; return those of the tenancies."""
        run = self.fill(self.cashier, "pm.bill.run", month=month)
        for button in ("action_collect", "action_check", "action_invoice"):
            self.press(self.cashier, run, button)
        bills = run.bill_ids
        return [bills.filtered(lambda bill: bill.pm_tenancy_id == one) for one in tenancies]

    def take_payment(self, bill):
        """The cashier takes the money at the counter."""
        action = self.press(self.cashier, bill, "action_register_payment")
        wizard = self.open(self.cashier, action).save()
        call_kw(wizard, "action_create_payments", [wizard.ids], {"context": wizard.env.context})
        self.assertIn(bill.payment_state, ("paid", "in_payment"))
