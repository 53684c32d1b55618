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

    pm_digest = fields.Boolean(
        string="Morning Digest",
        default=True,
        help="Be mailed on working days what is late and what is due at your offices.",
    )
    pm_digest_date = fields.Date(
        string="Last Morning Digest", readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802
        return [*super().SELF_READABLE_FIELDS, "pm_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802
        return [*super().SELF_WRITEABLE_FIELDS, "pm_digest"]

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

    def _wants_digest(self):
        """Tell whether the user reads the morning digest and can be mailed it."""
        self.ensure_one()
        return self.active and not self.share and self.pm_digest and bool(self.email)
