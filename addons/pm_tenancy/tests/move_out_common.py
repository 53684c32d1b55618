from contextlib import contextmanager

from odoo import fields

from .handover_common import HandoverCommon


class MoveOutCommon(HandoverCommon):
    """A tenant in unit T-12-03 of a tower that follows one of the ways of moving out."""

    template = "office"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.print_lang = "en_US"
        cls.area = cls._user("area")
        cls.engineer = cls._user("engineer")
        cls.cashier = cls._user("cashier")
        cls.head = cls._user("leader")
        cls.director = cls._user("director")
        cls._create_ownership()
        cls.building.move_out_template_id = cls.env.ref(
            f"pm_tenancy.procedure_move_out_{cls.template}"
        )
        cls.meter = cls._create_meter()
        cls.key = cls._create_key()
        cls._issue(cls.key)

    @classmethod
    def _begin(cls, tenancy=None, user=None):
        """Return the move-out of the cast, begun by the area administrator."""
        tenancy = (tenancy or cls.tenancy).with_user(user or cls.area)
        tenancy.action_move_out()
        return tenancy.clearance_id

    @classmethod
    def _plan(cls, local, user=None, **vals):
        """Register a removal out for a moment on the clock of the office."""
        moment = fields.Datetime.to_datetime(local + ":00")
        return (
            cls.env["pm.removal"]
            .with_user(user or cls.area)
            .create({"tenancy_id": cls.tenancy.id, "planned_at": cls.site._to_utc(moment), **vals})
        )

    @classmethod
    def _step(cls, name, user=None):
        """Return the step of the move-out whose template ends on `name`."""
        template = cls.env.ref(f"pm_tenancy.procedure_move_out_{cls.template}_{name}")
        step = cls.tenancy.procedure_step_ids.filtered(
            lambda step: step.template_step_id == template
        )
        return step.with_user(user) if user else step

    @classmethod
    def _line(cls, clearance, matter):
        clearance.line_ids.invalidate_recordset()
        return clearance.line_ids.filtered(lambda line: line.matter == matter)

    @classmethod
    def _inspect(cls, compensation=0.0, sign=True):
        """Go through the unit with the tenant."""
        cls.tenancy.with_user(cls.engineer).action_inspect_move_out()
        inspection = cls.tenancy._get_move_out_inspection()
        for line in inspection.line_ids.filtered(lambda line: line.kind == "reading"):
            line.value = 1250
        if compensation:
            inspection.line_ids[0].write(
                {"verdict": "fault", "finding": "Broken", "compensation": compensation}
            )
        inspection.action_all_in_order()
        inspection.action_judge()
        if sign:
            inspection.signed_by = "Li Lei"
            inspection.action_sign()
        return inspection

    @classmethod
    def _read_finally(cls, **vals):
        return (
            cls.env["pm.meter.reading"]
            .with_user(cls.engineer)
            .create(
                {
                    "meter_id": cls.meter.id,
                    "date": cls.site._today(),
                    "value": 1250,
                    "kind": "move_out",
                    "is_signed": True,
                    "confirmed_by": "Li Lei",
                    **vals,
                }
            )
        )

    @contextmanager
    def assert_held_up(self, *reasons):
        """The work is refused, and the message names what holds it up."""
        with self.assertRaises(Exception) as caught:
            yield
        for reason in reasons:
            self.assertIn(reason, str(caught.exception))
