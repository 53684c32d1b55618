from odoo import models


class PmTenancy(models.Model):
    """What a fit-out may hold up; other files of this addon and other addons know the reasons."""

    _inherit = "pm.tenancy"

    def _get_fitout_reason(self):
        """Return why the fit-out keeps the occupant from moving in, or False."""
        return False

    def _get_reinstatement_reason(self):
        """Return why the fit-out keeps the occupant from moving out, or False."""
        return False
