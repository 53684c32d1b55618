from odoo import models
from odoo.fields import Domain

from .pm_tenancy import _OCCUPIED


class PmTenancyFactMixin(models.AbstractModel):
    """Facts of an occupant: nobody is charged before he is there, but for his own move-in."""

    _name = "pm.tenancy.fact.mixin"
    _inherit = ["pm.bill.fact.mixin"]
    _description = "Fact by Which an Occupant Is Charged"

    def _get_run_domain(self):
        tenancies = self._get_tenancies()
        there = tenancies.filtered(lambda tenancy: tenancy.state in _OCCUPIED)
        months = Domain("occasion", "=", "month") & Domain("site_id", "in", there.site_id.ids)
        return months | Domain("tenancy_id", "in", tenancies.ids)

    def _get_tenancies(self):
        return self.tenancy_id


class PmTenancyTerm(models.Model):
    _name = "pm.tenancy.term"
    _inherit = ["pm.tenancy.term", "pm.tenancy.fact.mixin"]
    _BILL_FACTS = frozenset({"date_end", "date_start", "monthly_rent"})


class PmTenancyUnit(models.Model):
    _name = "pm.tenancy.unit"
    _inherit = ["pm.tenancy.unit", "pm.tenancy.fact.mixin"]
    _BILL_FACTS = frozenset({"area", "unit_id"})


class PmTenancy(models.Model):
    _name = "pm.tenancy"
    _inherit = ["pm.tenancy", "pm.tenancy.fact.mixin"]
    _BILL_FACTS = frozenset(
        {
            "date_end",
            "date_moved_in",
            "date_moved_out",
            "date_start",
            "monthly_rent",
            "payer_id",
            "state",
        }
    )

    def _get_tenancies(self):
        return self
