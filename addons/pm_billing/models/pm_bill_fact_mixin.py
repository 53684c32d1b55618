from odoo import api, models
from odoo.fields import Domain


class PmBillFactMixin(models.AbstractModel):
    """A price, a date or an area by which charges are reckoned.

    A run that was checked before it changed is collected and checked again before it is billed.
    """

    _name = "pm.bill.fact.mixin"
    _description = "Fact by Which Charges Are Reckoned"

    # The fields that matter to a bill; empty for all.
    _BILL_FACTS = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._reopen_runs()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._BILL_FACTS or not self._BILL_FACTS.isdisjoint(vals):
            self._reopen_runs()
        return result

    def unlink(self):
        self._reopen_runs()
        return super().unlink()

    def _reopen_runs(self):
        runs_sudo = self.env["pm.bill.run"].sudo()  # who agrees on a price may not write the runs
        runs_sudo = runs_sudo.search(self._get_run_domain() & Domain("state", "=", "checked"))
        runs_sudo.state = "collected"

    def _get_run_domain(self):
        """Return the domain of the runs that charge by these facts."""
        return Domain("site_id", "in", self.site_id.ids)
