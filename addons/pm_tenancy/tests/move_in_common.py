from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command

from .handover_common import HandoverCommon

# One contact with a telephone for each place on the data sheet.
EMERGENCY_ROLES = ["emergency_in", "emergency_in", "emergency_out", "emergency_out"]


class MoveInCommon(HandoverCommon):
    """An office that moves occupants in by a procedure, with a post for each step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"  # what steps and reasons are worded in
        cls.env["hr.department"].create(
            [
                {"name": name, "site_id": cls.site.id, "pm_role": role}
                for name, role in (
                    ("Desk", "service"),
                    ("Works", "engineering"),
                    ("Cash Office", "finance"),
                )
            ]
        )
        cls.employee = cls.env["hr.employee"].create({"name": "Zhou Ning"})
        cls.area, cls.cashier = cls._user("area"), cls._user("cashier")
        cls.engineer, cls.director = cls._user("engineer"), cls._user("director")
        cls.chief = cls._user("leader")
        cls.new_building = cls._create_building(name="Tower 2", code="N")
        cls.new_unit = cls._create_unit(building_id=cls.new_building.id)
        cls.meter = cls._create_meter(unit_id=cls.new_unit.id)
        cls.key = cls._create_key(unit_id=cls.new_unit.id)
        cls.spare_key = cls._create_key(unit_id=cls.new_unit.id)

    @classmethod
    def _template(cls, variant):
        return cls.env.ref(f"pm_tenancy.procedure_move_in_{variant}")

    @classmethod
    def _begin(cls, variant, user=None, units=None, **vals):
        """Return a tenancy whose move-in began by the procedure of a variant."""
        cls.new_building.move_in_template_id = variant and cls._template(variant)
        tenancy = cls._create_tenancy(
            units or cls.new_unit, **{"date_start": "2026-07-01", "date_end": False, **vals}
        )
        tenancy.with_user(user or cls.receptionist).action_move_in()
        return tenancy

    @classmethod
    def _step(cls, tenancy, key):
        """Return the step of a tenancy by the end of the name of its template step."""
        template = tenancy.procedure_ids.template_id.get_external_id()
        name = next(iter(template.values()))
        wanted = cls.env.ref(f"{name}_{key}")
        return tenancy.procedure_step_ids.filtered(lambda step: step.template_step_id == wanted)

    def _due_on(self, tenancy, key):
        """Return the day on which a step is due, on the clock of the office."""
        return self.site._to_local(self._step(tenancy, key).due_at).date().isoformat()

    def _print_step(self, tenancy, key):
        """Return the Chinese text of the paper of a step."""
        self.site.print_lang = "zh_CN"
        form = self._step(tenancy, key).form_id
        report = self.env["ir.actions.report"].search(
            [("pm_form_id", "=", form.id), ("model", "=", "pm.tenancy")]
        )
        return "".join(self._print(report.report_action(tenancy)))

    @classmethod
    def _file_paper(cls, tenancy, form, state="returned"):
        """Note that a paper of the office came as far as `state`."""
        paper = cls.env["pm.document"]._get_papers(form, "pm.tenancy", tenancy.ids).get(tenancy.id)
        paper = paper or cls.env["pm.document"].create(
            {
                "form_id": form.id,
                "res_model": "pm.tenancy",
                "res_id": tenancy.id,
                "site_id": tenancy.site_id.id,
            }
        )
        paper.action_deliver() if state == "delivered" else paper.action_return()

    @classmethod
    def _verify_papers(cls, tenancy):
        for paper in tenancy.file_paper_ids.filtered(lambda paper: paper.use == "verify"):
            paper.write(
                {
                    "original_seen": True,
                    "copy_kept": True,
                    "seal_seen": True,
                    "original_kept": True,
                }
            )
            paper.with_user(cls.area).action_verify()

    @classmethod
    def _open_inspection(cls, step):
        """Return the sheet that the button of a step opens."""
        action = step.with_user(cls.engineer).action_work()
        return cls.env["pm.inspection"].with_user(cls.engineer).browse(action["res_id"])

    @classmethod
    def _judge_inspection(cls, step, faults=()):
        """Go through the sheet that the button of a step opens; nobody has signed it yet."""
        inspection = cls._open_inspection(step)
        inspection.line_ids.write({"verdict": "ok"})
        for line in inspection.line_ids[: len(faults)]:
            line.write({"verdict": "fault", "finding": faults[0]})
        inspection.action_judge()
        return inspection

    @classmethod
    def _sign_inspection(cls, tenancy, step, faults=()):
        """Go through the sheet that the button of a step opens, and sign it."""
        inspection = cls._judge_inspection(step, faults)
        inspection.signed_by = "Li Lei"
        inspection.action_sign()
        return inspection

    @classmethod
    def _read_base(cls, tenancy):
        return cls._read(
            cls.meter, "2026-06-15", 120.0, kind="base", tenancy_id=tenancy.id, is_signed=True
        )

    @classmethod
    def _fill_sheet(cls, tenancy):
        tenancy.partner_id.write(
            {
                "pm_phone_24h": "190 1111 9999",
                "pm_contact_ids": [
                    Command.create(
                        {"name": f"Contact {number}", "pm_contact_role": role, "phone": "190"}
                    )
                    for number, role in enumerate(EMERGENCY_ROLES)
                ],
            }
        )

    @classmethod
    def _create_plan(cls, **vals):
        return cls.env["pm.move.in.plan"].create(
            {
                "site_id": cls.site.id,
                "name": "Summer",
                "building_ids": [Command.set(cls.new_building.ids)],
                "date_start": "2026-06-20",
                "date_end": "2026-07-10",
                "place": "Lobby",
                "enquiry_name": "Zhou Ning",
                "duty_ids": [Command.create({"employee_id": cls.employee.id, "name": "Papers"})],
                **vals,
            }
        )

    @classmethod
    def _approve_plan(cls, plan):
        plan.with_user(cls._user("supervisor")).action_ask()
        plan.approval_ids.with_user(cls.director).action_approve()

    @classmethod
    def _work(cls, tenancy, step):
        """Do what a step is about, as the post whose work it is."""
        acts = {
            "documents_verified": lambda: cls._verify_papers(tenancy),
            "data_sheet_complete": lambda: cls._fill_sheet(tenancy),
            "base_readings": lambda: cls._read_base(tenancy),
            "inspection_signed": lambda: cls._sign_inspection(tenancy, step),
            "keys_issued": lambda: cls._issue(cls.key, tenancy=tenancy),
            "plan_approved": lambda: cls._approve_plan(cls._create_plan()),
            "file_opened": tenancy.with_user(cls.receptionist).action_open_file,
            "paper_delivered": lambda: cls._file_paper(tenancy, step.form_id, "delivered"),
            "paper_returned": lambda: cls._file_paper(tenancy, step.form_id),
        }
        if step.check:
            acts.get(step.check, lambda: None)()
        else:
            users = {"Cashier": cls.cashier, "Director": cls.director}
            step.with_user(users.get(step.group_id.name, cls.receptionist)).action_done()


class MoveInOrder:
    """What holds for every variant: its order, its gates, each tried too early.

    A class of tests names the variant, what the gates hold up, and the tenancy.
    """

    VARIANT = ""
    GATES = {}
    TENANCY = {}

    def _open_gates(self, tenancy, point):
        points = ["keys"] if point == "keys" else ["keys", "active"]
        return tenancy.procedure_step_ids.filtered(
            lambda step: step.gate in points and step.state == "open"
        )

    def _try(self, tenancy, point):
        if point == "keys":
            tenancy.with_user(self.receptionist)._check_keys_issuable()
        else:
            tenancy.with_user(self.receptionist).write({"state": "active"})

    def _assert_held_up(self, tenancy, point, step):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            self._try(tenancy, point)
        self.assertIn(step.name, str(refusal.exception))

    def test_gates_are_those_of_the_operating_procedures(self):
        steps = self._template(self.VARIANT).step_ids
        prefix = f"pm_tenancy.procedure_move_in_{self.VARIANT}_"
        names = {step: step.get_external_id()[step.id].removeprefix(prefix) for step in steps}
        for point, gates in self.GATES.items():
            found = [names[step] for step in steps if step.gate == point]
            self.assertEqual(found, gates, point)

    def test_played_in_order_nothing_passes_too_early(self):
        tenancy = self._begin(self.VARIANT, **self.TENANCY)
        for step in tenancy.procedure_step_ids.sorted("sequence"):
            for point in ("keys", "active"):
                gates = self._open_gates(tenancy, point)
                if gates:
                    self._assert_held_up(tenancy, point, gates[0])
            if step.state == "open":
                self._work(tenancy, step)
            self.assertEqual(step.state, "done", f"{step.name}: {step.message}")
        tenancy.with_user(self.receptionist).action_activate()
        self.assertEqual(tenancy.state, "active")
        self.assertEqual(tenancy.procedure_progress, 100.0)

    def test_each_gate_alone_holds_up(self):
        tenancy = self._begin(self.VARIANT, **self.TENANCY)
        steps = tenancy.procedure_step_ids.sorted("sequence")
        for step in steps:
            if step.state == "open":
                self._work(tenancy, step)
        for gate in steps.filtered("gate"):
            with self.subTest(gate=gate.name), self.env.cr.savepoint() as savepoint:
                if gate.check:
                    check = f"_pm_check_{gate.check}"
                    judge = getattr(type(tenancy), check)

                    def refuse(record, step, gate=gate, judge=judge):
                        return "not yet" if step == gate else judge(record, step)

                    with patch.object(type(tenancy), check, refuse):
                        self._assert_held_up(tenancy, gate.gate, gate)
                        self._assert_held_up(tenancy, "active", gate)
                else:
                    gate.sudo().write({"state": "open"})
                    self._assert_held_up(tenancy, gate.gate, gate)
                    self._assert_held_up(tenancy, "active", gate)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_file_of_every_variant_is_asked_for(self):
        tenancy = self._begin(self.VARIANT, **self.TENANCY)
        self.assertTrue(tenancy.file_missing_count)
        self.assertIn("Key receipts", tenancy.file_missing)
