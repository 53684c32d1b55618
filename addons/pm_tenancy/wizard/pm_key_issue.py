from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmKeyIssue(models.TransientModel):
    _name = "pm.key.issue"
    _description = "Issue Keys to an Occupant"

    tenancy_id = fields.Many2one("pm.tenancy", required=True, readonly=True)
    site_id = fields.Many2one(related="tenancy_id.site_id")
    key_ids = fields.Many2many(
        "pm.key",
        string="Keys",
        compute="_compute_key_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_key_ids)]",
    )
    available_key_ids = fields.Many2many("pm.key", compute="_compute_available_key_ids")
    borrower_name = fields.Char(
        string="Received By", compute="_compute_borrower_name", store=True, readonly=False
    )
    issued_by_id = fields.Many2one(
        "res.users",
        string="Handed Out By",
        required=True,
        default=lambda self: self.env["pm.loan"]._default_issued_by_id(),
        domain="[('site_ids', '=', site_id)]",
        help="The shift leader on duty: area administrator, supervisor or leader.",
    )
    issued_at = fields.Datetime(string="Issued At", required=True, default=fields.Datetime.now)
    acceptance_at = fields.Datetime(related="tenancy_id.acceptance_at", readonly=False)
    acceptance_method = fields.Char(related="tenancy_id.acceptance_method", readonly=False)
    note = fields.Char()

    @api.depends("tenancy_id")
    def _compute_available_key_ids(self):
        for wizard in self:
            wizard.available_key_ids = self.env["pm.key"].search(
                Domain("site_id", "=", wizard.tenancy_id.site_id.id)
                & Domain("state", "=", "in_cabinet")
                & (
                    Domain("unit_id", "in", wizard.tenancy_id.line_ids.unit_id.ids)
                    | Domain("unit_id", "=", False)
                )
            )

    @api.depends("tenancy_id")
    def _compute_key_ids(self):
        for wizard in self:
            wizard.key_ids = wizard.available_key_ids.filtered(
                lambda key: key.unit_id and not key.is_spare
            )

    @api.depends("tenancy_id")
    def _compute_borrower_name(self):
        for wizard in self:
            tenancy = wizard.tenancy_id
            wizard.borrower_name = tenancy.contact_name or tenancy.partner_id.name

    def action_confirm(self):
        self.ensure_one()
        if not self.key_ids:
            raise UserError(
                self.env._("Choose the keys that %(name)s receives.", name=self.borrower_name)
            )
        self.tenancy_id._issue_keys(
            self.key_ids,
            borrower_name=self.borrower_name,
            issued_by_id=self.issued_by_id.id,
            issued_at=self.issued_at,
            note=self.note,
        )
