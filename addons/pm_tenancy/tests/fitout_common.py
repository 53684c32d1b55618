from odoo.fields import Command

from .common import TenancyCommon

# What the contractor's application says.
APPLICATION = {
    "contractor_licence_no": "D-0451",
    "manager_name": "Li Lei",
    "manager_phone": "190 2222 0001",
    "fire_officer_name": "Wang Gang",
    "fire_officer_phone": "190 2222 0002",
    "content": "Partitions and ceiling",
    "date_from": "2026-03-02",
    "date_to": "2026-04-30",
    "worker_count": 6,
}
_FORMS = {
    "works": ("51", "53", "54", "56"),
    "acceptance": ("60",),
}
# The way of a fit-out, in order.
_WAY = ["draft", "applied", "review", "approved", "works", "acceptance", "accepted"]


class FitoutCommon(TenancyCommon):
    """A tenant whose unit is fitted out, and who takes part at the office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.site + cls.other_site).print_lang = "en_US"
        cls.desk = cls._user("receptionist")
        cls.engineer = cls._user("engineer")
        cls.security = cls._user("security")
        cls.cashier = cls._user("cashier")
        cls.leader = cls._user("leader")
        cls.contractor = cls._create_partner(name="Straight Line Builders", is_company=True)
        cls._create_ownership()
        cls.tenancy = cls._create_tenancy(state="move_in", contact_name="Ms Chen")
        cls.meter = cls.env["pm.meter"].create({"unit_id": cls.unit.id, "meter_no": "E-1"})

    @classmethod
    def _create_fitout(cls, state="draft", **vals):
        """Return a fit-out that has reached `state` by the steps that the office takes."""
        fitout = cls.env["pm.fitout"].create(
            {
                "tenancy_id": cls.tenancy.id,
                "contractor_id": cls.contractor.id,
                **APPLICATION,
                **vals,
            }
        )
        for step in _WAY[1 : _WAY.index(state) + 1]:
            getattr(cls, f"_bring_to_{step}")(fitout)
        return fitout

    @classmethod
    def _bring_to_applied(cls, fitout):
        fitout.action_apply()

    @classmethod
    def _bring_to_review(cls, fitout):
        fitout.drawing_ids.action_receive()
        fitout.action_review()

    @classmethod
    def _bring_to_approved(cls, fitout):
        fitout.review_id.action_all_pass()
        fitout.review_id.action_conclude()

    @classmethod
    def _bring_to_works(cls, fitout):
        cls._open_works_gates(fitout)
        fitout.action_start()

    @classmethod
    def _bring_to_acceptance(cls, fitout):
        cls._open_acceptance_gates(fitout)
        fitout.action_complete()

    @classmethod
    def _bring_to_accepted(cls, fitout):
        cls._sign(fitout, "acceptance")
        cls._read_meter(fitout)
        fitout.action_accept()

    @classmethod
    def _open_works_gates(cls, fitout):
        fitout.write(
            {
                "has_licence_copy": True,
                "consent_on": "2026-02-20",
                "consent_by": "Han Meimei",
                "fire_approval_kind": "filing",
                "fire_approval_no": "FA-17",
                "fire_approval_on": "2026-02-25",
            }
        )
        cls._return_papers(fitout, "works")
        cls._step(fitout, "guide").action_done()
        cls._sign(fitout, "approval")
        cls._sign(fitout, "routing")
        fitout.action_note_payment()
        cls._create_worker(fitout).action_issue()

    @classmethod
    def _open_acceptance_gates(cls, fitout):
        for use in ("engineering", "concealed", "service", "security"):
            cls._make_round(fitout, use)
        fitout.drawing_ids.action_receive()
        fitout.write(
            {
                "fire_test_on": "2026-04-20",
                "electrical_test_on": "2026-04-20",
                "common_area_on": "2026-04-21",
                "fire_acceptance_no": "FX-9",
                "fire_acceptance_on": "2026-04-25",
            }
        )
        cls._return_papers(fitout, "acceptance")

    @classmethod
    def _make_round(cls, fitout, use):
        inspection = cls.env["pm.inspection"]._start(
            fitout._get_round_template(use), fitout, partner_id=False
        )
        inspection.action_all_in_order()
        inspection.action_judge()
        return inspection

    @classmethod
    def _return_papers(cls, fitout, point):
        """The customer brings the signed papers back."""
        for code in _FORMS[point]:
            form = cls.env.ref(f"pm_base.form_f_ten_{code}")
            cls.env["pm.document"]._file_printed(form, fitout)[fitout.id].action_return()

    @classmethod
    def _sign(cls, fitout, stage):
        for opinion in fitout.opinion_ids.filtered(lambda one: one.stage == stage):
            opinion.write({"verdict": "agree", "signed_by": "Somebody"})

    @classmethod
    def _read_meter(cls, fitout, **vals):
        return cls.env["pm.meter.reading"].create(
            {
                "meter_id": cls.meter.id,
                "kind": "completion",
                "date": fitout.site_id._today(),
                "value": 10,
                "is_signed": True,
                **vals,
            }
        )

    @classmethod
    def _create_worker(cls, fitout, **vals):
        return cls.env["pm.fitout.worker"].create(
            {"fitout_id": fitout.id, "name": "Zhao Si", "trade": "Electrician", **vals}
        )

    @classmethod
    def _step(cls, fitout, key):
        template = cls.env.ref(f"pm_tenancy.procedure_fitout_{key}")
        return fitout.procedure_step_ids.filtered(lambda one: one.template_step_id == template)

    @classmethod
    def _create_violation(cls, fitout, **vals):
        return cls.env["pm.fitout.violation"].create(
            {
                "fitout_id": fitout.id,
                "name": "No extinguisher",
                "found_on": fitout.site_id._today(),
                **vals,
            }
        )

    @classmethod
    def _fitout_2(cls, **vals):
        """Return a fit-out of the neighbour office."""
        tenancy = cls._create_tenancy(
            cls.other_unit, state="move_in", site_id=cls.other_site.id, partner_id=cls.tenant.id
        )
        return cls.env["pm.fitout"].create({"tenancy_id": tenancy.id, **vals})

    def _activities(self, record, kind):
        kind = self.env.ref(f"pm_tenancy.mail_activity_fitout_{kind}")
        return record.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def _holiday(self, fitout, **vals):
        return Command.create({"date_from": "2026-03-07", "content": "Ceiling", **vals})
