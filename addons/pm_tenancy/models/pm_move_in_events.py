"""What happens elsewhere and brings a move-in on: its automatic steps are judged at once."""

from odoo import api, models
from odoo.fields import Domain


class PmTenancyUnit(models.Model):
    _inherit = "pm.tenancy.unit"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # Whoever takes over another unit while moving in follows the procedure of its building.
        lines.tenancy_id._begin_move_in()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "unit_id" in vals:
            self.tenancy_id._begin_move_in()
        return result


class PmMeterReading(models.Model):
    _inherit = "pm.meter.reading"

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings.tenancy_id._refresh_procedure()
        return readings

    def write(self, vals):
        result = super().write(vals)
        if not {"is_signed", "kind", "tenancy_id"}.isdisjoint(vals):
            self.tenancy_id._refresh_procedure()
        return result


class PmLoan(models.Model):
    _inherit = "pm.loan"

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(vals_list)
        loans.tenancy_id._refresh_procedure()
        return loans

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.tenancy_id._refresh_procedure()
        return result


class PmInspectionLine(models.Model):
    _inherit = "pm.inspection.line"

    def write(self, vals):
        result = super().write(vals)
        if not {"department_id", "due_date"}.isdisjoint(vals):
            tenancies = self.env["pm.tenancy"].browse(
                self.inspection_id.filtered(
                    lambda inspection: inspection.res_model == "pm.tenancy"
                ).mapped("res_id")
            )
            tenancies._refresh_procedure()
        return result


class PmProcedureStep(models.Model):
    _inherit = "pm.procedure.step"

    @api.model
    def _refresh_papers(self, papers):
        super()._refresh_papers(papers)
        ids = papers.filtered(lambda paper: paper.res_model == "pm.vehicle").mapped("res_id")
        # Whoever notes the receipt need not see the tenancy.
        self.env["pm.vehicle"].sudo().browse(ids).tenancy_id._refresh_procedure()


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("pm_contact_role").parent_id._pm_refresh_move_ins()
        return partners

    def write(self, vals):
        result = super().write(vals)
        names = {"phone", "pm_contact_role", "pm_mobile", "pm_mobile2", "pm_phone_24h"}
        if not names.isdisjoint(vals):
            (self | self.filtered("pm_contact_role").parent_id)._pm_refresh_move_ins()
        return result

    def _pm_refresh_move_ins(self):
        """Judge the steps that wait for the data sheets of these parties."""
        if not self:
            return
        # Who keeps contacts need not see every office.
        tenancies_sudo = (
            self.env["pm.tenancy"]
            .sudo()
            .search(Domain("partner_id", "in", self.ids) & Domain("state", "=", "move_in"))
        )
        tenancies_sudo._refresh_procedure()
