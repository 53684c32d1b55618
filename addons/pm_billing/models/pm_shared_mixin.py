from odoo import fields, models


class PmSharedMixin(models.AbstractModel):
    """What every company may use, or one company keeps for itself.

    What is shared is changed by those only who see every office: see security/pm_shared_rules.xml.
    """

    _name = "pm.shared.mixin"
    _description = "Shared by Companies"

    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self._default_company_id(),
        copy=False,
        help="Empty for every company; those are changed by who sees every office only.",
    )

    def _default_company_id(self):
        """What somebody adds who does not see every office is his company's own."""
        is_shared = self.env.su or self.env.user.has_group("pm_base.group_pm_all_sites")
        return self.env["res.company"] if is_shared else self.env.company
