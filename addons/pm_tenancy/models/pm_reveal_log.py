from odoo import api, fields, models
from odoo.exceptions import UserError


class PmRevealLog(models.Model):
    """Who had personal numbers shown in full: only ever added to, and never with the numbers."""

    _name = "pm.reveal.log"
    _description = "Log of Numbers Shown"
    _order = "id desc"

    name = fields.Char(string="Person Concerned", required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True, index=True
    )
    numbers = fields.Char(string="Which Numbers", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Shown To",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    shown_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    site_id = fields.Many2one(
        "pm.site", string="Management Office", readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )

    # pylint: disable-next=method-required-super
    def write(self, vals):
        raise UserError(self.env._("The log of numbers shown is not changed afterwards."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The log of numbers shown is not changed afterwards."))

    def action_view_record(self):
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    @api.model
    def _log(self, record, names, reason):
        """Note that the current user has the numbers `names` of `record` before his eyes."""
        site = record._pm_get_reveal_site()
        vals = {
            "name": record.display_name,
            "res_model": record._name,
            "res_id": record.id,
            "numbers": ", ".join(record._pm_label_field(name) for name in names),
            "reason": reason or False,
            "user_id": self.env.uid,
            "site_id": site.id,
            "company_id": (site.company_id or self.env.company).id,
        }
        return self.sudo().create(vals)  # nobody writes the log himself
