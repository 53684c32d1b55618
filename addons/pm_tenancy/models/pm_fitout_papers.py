from odoo import models
from odoo.exceptions import UserError

from odoo.addons.pm_base.models.wording import word_days, word_enumeration


class PmFitout(models.Model):
    """What the papers and QR codes of a fit-out say."""

    _inherit = "pm.fitout"

    def _pm_before_print(self, form):
        super()._pm_before_print(form)
        if form == self.env.ref("pm_base.form_f_ten_59"):
            for fitout in self:
                if not fitout.permit_no:
                    raise UserError(
                        self.env._(
                            "%(fitout)s has no permit yet: issue it first.",
                            fitout=fitout.display_name,
                        )
                    )

    def _pm_get_blanks(self):
        return {
            **super()._pm_get_blanks(),
            "company": (self.env._("Company of the office"), self.company_id.name),
            "number": (self.env._("Number of the fit-out"), self.name),
            "occupant": (self.env._("Customer"), self.partner_id.name),
            "units": (self.env._("Units"), self.unit_codes),
            "building": (
                self.env._("Building"),
                word_enumeration(self.env, self.unit_ids.building_id.mapped("name")),
            ),
            "area": (self.env._("Fit-out area in m²"), self.area or False),
            "contact": (self.env._("Contact person of the customer"), self.tenancy_id.contact_name),
            "contact_phone": (
                self.env._("Telephone of the contact person"),
                self.tenancy_id.contact_phone,
            ),
            "owner": (self.env._("Owner"), self.owner_id.name),
            "contractor": (self.env._("Contractor"), self.contractor_id.name),
            "contractor_licence": (self.env._("Qualification no."), self.contractor_licence_no),
            "contractor_representative": (self.env._("Person in charge"), self.manager_name),
            "contractor_id_no": (self.env._("ID no. of the person in charge, by hand"), False),
            "contractor_phone": (
                self.env._("Telephone of the person in charge"),
                self.manager_phone,
            ),
            "fire_officer": (self.env._("Fire-safety officer"), self.fire_officer_name),
            "fire_officer_phone": (
                self.env._("Telephone of the fire-safety officer"),
                self.fire_officer_phone,
            ),
            "works": (self.env._("Content of works"), self.content),
            "works_start": (self.env._("First day of the works"), self.date_from),
            "works_end": (self.env._("Last day of the works"), self.date_to),
            "fit_out_hours": (self.env._("Working hours"), self.work_hours),
            "worker_count": (self.env._("Number of workers"), self.worker_count or False),
            "permit_no": (self.env._("Number of the permit"), self.permit_no),
            "fit_out_deposit": (self.env._("Customer's deposit"), self.amount_deposit or False),
            "contractor_deposit": (
                self.env._("Contractor's deposit"),
                self.amount_contractor_deposit or False,
            ),
            "debris_fee": (self.env._("Debris removal fee"), self.amount_debris or False),
        }

    def _pm_verify_values(self):
        """What the QR code of the permit shows (F-TEN-59)."""
        today = self.site_id._today()
        lines = [
            (self.env._("Customer"), self.partner_id.name),
            (self.env._("Unit"), self.unit_codes),
            (self.env._("Contractor"), self.contractor_id.name or ""),
            (self.env._("Validity"), word_days(self.env, self.date_from, self.date_to)),
            (self.env._("Working Hours"), self.work_hours or ""),
            (self.env._("Hot Work"), self.env._("Yes") if self.has_hot_work else self.env._("No")),
        ]
        days_off = self.holiday_ids.filtered(lambda holiday: holiday.date_to >= today)
        if days_off:
            lines.append(
                (
                    self.env._("Registered Days Off"),
                    word_enumeration(self.env, days_off.sorted("date_from").mapped("display_name")),
                )
            )
        status, reason = self._get_permit_status(today)
        if reason:
            lines.append((self.env._("Attention"), reason))
        return {
            "title": self.env._("Permit to Start Works %(number)s", number=self.permit_no or ""),
            "status": status,
            "lines": lines,
        }

    def _get_permit_status(self, today):
        """Return how the permit stands today, and what the guard must know of it."""
        if self.state in ("accepted", "closed"):
            return "used", self.env._("The works have been accepted.")
        if self.state not in ("works", "acceptance"):
            return "cancelled", self.env._("The permit is not in force.")
        if self.is_stopped:
            return "cancelled", self.env._("The works are stopped.")
        if self.date_to and self.date_to < today:
            return "expired", False
        if not self._may_work_on(today):
            return "cancelled", self.env._("No works are registered for today, a day off.")
        return "valid", False

    def _get_paper_drawings(self):
        """Return [(heading, drawings)] of the checklist, for its print (F-TEN-55)."""
        groups = self.drawing_ids.sorted(lambda one: (one.stage != "plan", one.sequence, one.id))
        stage_field = self.env["pm.fitout.drawing"]._fields["stage"]
        labels = dict(stage_field._description_selection(self.env))
        return [(labels[stage], lines) for stage, lines in groups.grouped("stage").items()]

    def _get_paper_opinions(self, stage):
        """Return the opinions of a stage for a print; before it begins, lines to fill by hand."""
        found = self.opinion_ids.filtered(lambda one: one.stage == stage).sorted("sequence")
        if found:
            return found
        Opinion = self.env["pm.fitout.opinion"]
        return Opinion.concat(
            *(
                Opinion.new({**vals, "fitout_id": False})
                for vals in Opinion._prepare_vals_list(self, stage)
            )
        )

    def _prepare_deposit_row(self):
        """Return the fit-out deposits as a row of the index of a customer file (F-TEN-76)."""
        self.ensure_one()
        amount = self.amount_deposit + self.amount_contractor_deposit
        return {
            "name": self.env._(
                "%(fitout)s, fit-out deposits of %(amount)s",
                fitout=self.name,
                amount=self.currency_id.format(amount),
            ),
            "date": self.deposit_paid_on,
            "pages": False,
            "filed_by": self.deposit_paid_by_id.name,
            "note": self.deposit_receipt_no or "",
        }

    def _get_missing_papers(self):
        """Return what is still missing of the papers of the application, for F-TEN-52."""
        reasons = [
            self._get_drawing_reason("plan"),
            self._pm_check_fitout_licence(None),
            self.tenancy_kind == "lease" and self._pm_check_fitout_consent(None),
        ]
        return [reason for reason in reasons if reason]
