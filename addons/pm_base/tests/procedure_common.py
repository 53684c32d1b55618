from odoo.fields import Command

from . import toy_case
from .common import PmCommon


class ProcedureCommon(PmCommon):
    """A toy procedure: file → approve → collect the fee, with papers and keys beside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        toy_case.register(cls)
        (cls.site + cls.other_site).print_lang = "en_US"  # what steps and reasons are worded in
        cls.form = cls.env.ref("pm_base.form_f_bil_11")
        cls.desk, cls.works = cls.env["hr.department"].create(
            [
                {"name": "Desk", "site_id": cls.site.id, "pm_role": "service"},
                {"name": "Works", "site_id": cls.site.id, "pm_role": "engineering"},
            ]
        )
        cls.template = cls._create_template()

    @classmethod
    def _create_template(cls, *steps, **vals):
        return cls.env["pm.procedure.template"].create(
            {
                "name": "Toy Round",
                "occasion": "toy_case",
                "step_ids": [Command.create({"name": "Look", **step}) for step in steps],
                **vals,
            }
        )

    @classmethod
    def _add(cls, name, **vals):
        """Add a step to the template of the cast."""
        vals = {"template_id": cls.template.id, "name": name, **vals}
        vals.setdefault("sequence", 10 * (len(cls.template.step_ids) + 1))
        return cls.env["pm.procedure.template.step"].create(vals)

    @classmethod
    def _date_field(cls, name="date_visit", model="toy.case"):
        return cls.env["ir.model.fields"]._get(model, name).id

    def _create_case(self, user=None, **vals):
        cases = self.env["toy.case"].with_user(user or self.env.user)
        return cases.create({"name": "Han Meimei", "site_id": self.site.id, **vals})

    def _start(self, user=None, **vals):
        """Return a case on which the procedure of the cast has begun."""
        case = self._create_case(user, **vals)
        case._start_procedure("toy_case")
        return case

    def _step(self, case, name, user=None):
        step = case.sudo().procedure_step_ids.filtered(lambda step: step.name == name)
        return step.with_user(user) if user else step
