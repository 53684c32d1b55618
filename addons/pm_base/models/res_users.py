from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    site_ids = fields.Many2many(
        "pm.site",
        "pm_site_res_users_rel",
        "user_id",
        "site_id",
        string="Management Offices",
        help="The offices whose records this user may see. The first is proposed on new records.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "site_ids" in vals:
            self.env.registry.clear_cache()  # record rules hold the list of offices
        return result

    def _sees_site(self, site):
        """Tell whether this user may work with the records of an office."""
        self.ensure_one()
        everywhere = self.env.ref("pm_base.group_pm_all_sites")
        return (
            self.active
            and not self.share
            and site.company_id in self.company_ids
            and (site in self.site_ids or everywhere in self.all_group_ids)
        )
