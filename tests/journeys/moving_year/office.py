"""The office of the moving year: its people, and the words in which its scenes are told."""

from contextlib import contextmanager
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from odoo.addons.pm_base.tests.common import POSTS
from odoo.addons.pm_tenancy.models.pm_file_kind import DEMANDS

from .screens import Screens

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


def on(moment):
    """Give a scene of the year its moment on the clock of the office."""

    def mark(scene):
        scene.moment = datetime.fromisoformat(moment)
        return scene

    return mark


class MovingOffice(Screens):
    """The office 知春里 with one user for each post."""

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
                # Judged now: what the step itself shows may be an hour old.
                local = step.with_context(lang=self.site.print_lang)
                reason = local._get_waiting_words() or step._get_lack()
                self.assertTrue(reason)
                self.assertIn(reason, line)
        self.assertEqual(record.state, state)

    def step(self, record, key):
        """Return the step of a procedure under way by the end of its name in the data."""
        for procedure in record.procedure_ids:
            name = procedure.template_id.get_external_id()[procedure.template_id.id]
            template = self.env.ref(f"{name}_{key}", raise_if_not_found=False)
            if template:
                return procedure.step_ids.filtered_domain([("template_step_id", "=", template.id)])
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

    def paper(self, record, key):
        """Return the paper of the form of a step."""
        form = self.step(record, key).form_id
        return record.paper_ids.filtered(lambda paper: paper.form_id == form)

    def print_step(self, user, record, *keys):
        """Print the papers of steps, at the steps."""
        with self.unread():
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

    def bill_month(self, month, *tenancies):
        """The cashier makes and posts the bills of a month; return those of the tenancies."""
        run = self.fill(self.cashier, "pm.bill.run", month=month)
        for button in ("action_collect", "action_check", "action_invoice"):
            self.press(self.cashier, run, button)
        bills = run.bill_ids.grouped("pm_tenancy_id")
        return [bills[tenancy] for tenancy in tenancies]

    def take_payment(self, bill):
        """The cashier takes the money at the counter."""
        action = self.press(self.cashier, bill, "action_register_payment")
        wizard = self.open(self.cashier, action).save()
        call_kw(wizard, "action_create_payments", [wizard.ids], {"context": wizard.env.context})
        self.assertIn(bill.payment_state, ("paid", "in_payment"))
