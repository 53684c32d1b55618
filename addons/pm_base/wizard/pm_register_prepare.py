from odoo import api, fields, models


class PmRegisterPrepare(models.TransientModel):
    _name = "pm.register.prepare"
    _description = "Issue Register"

    register_id = fields.Many2one("pm.register", required=True)
    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        required=True,
        default=lambda self: self.env["pm.site"]._get_default_site(),
    )
    has_period = fields.Boolean(compute="_compute_has_period")
    period = fields.Date(
        string="Month",
        compute="_compute_period",
        store=True,
        readonly=False,
        help="Any day of the month to issue the register for.",
    )

    @api.depends("register_id", "site_id")
    def _compute_has_period(self):
        for wizard in self:
            site = wizard.site_id
            wizard.has_period = bool(site and wizard.register_id._get_period(site._today()))

    @api.depends("register_id", "site_id")
    def _compute_period(self):
        for wizard in self:
            site = wizard.site_id
            wizard.period = bool(site) and wizard.register_id._get_period(site._today())

    def action_confirm(self):
        self.ensure_one()
        issue = self.register_id._issue(self.site_id, self.site_id._today(), self.period)
        return issue.get_formview_action()
