from odoo import api, fields, models
from odoo.fields import Command


class PmKeyReturn(models.TransientModel):
    _name = "pm.key.return"
    _description = "Take Keys Back"

    tenancy_id = fields.Many2one("pm.tenancy", required=True, readonly=True)
    returned_by = fields.Char(
        string="Brought By", compute="_compute_lines", store=True, readonly=False
    )
    returned_at = fields.Datetime(
        string="Taken Back At", required=True, default=fields.Datetime.now
    )
    role_note = fields.Char(compute="_compute_role_note")
    line_ids = fields.One2many(
        "pm.key.return.line",
        "return_id",
        string="Keys",
        compute="_compute_lines",
        store=True,
        readonly=False,
    )

    @api.depends("tenancy_id")
    def _compute_lines(self):
        for wizard in self:
            tenancy = wizard.tenancy_id
            wizard.returned_by = tenancy.contact_name or tenancy.partner_id.name
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"loan_id": key.loan_id.id})
                    for key in tenancy._get_keys_out().sorted("display_name")
                ),
            ]

    @api.depends("tenancy_id")
    def _compute_role_note(self):
        for wizard in self:
            buildings = wizard.tenancy_id.line_ids.unit_id.building_id
            wizard.role_note = (
                self.env._("Keys of this building are taken over by Security, who signs.")
                if "security" in buildings.mapped("key_return_role")
                else False
            )

    def action_confirm(self):
        """Take back the lines that have a condition; the others stay out."""
        self.ensure_one()
        for line in self.line_ids.filtered("condition"):
            line.loan_id._take_back(
                line.condition,
                returned_by=self.returned_by,
                returned_at=self.returned_at,
                note=line.note,
            )


class PmKeyReturnLine(models.TransientModel):
    _name = "pm.key.return.line"
    _description = "Key Taken Back"

    return_id = fields.Many2one("pm.key.return", required=True, ondelete="cascade")
    loan_id = fields.Many2one("pm.loan", required=True)
    item_name = fields.Char(related="loan_id.item_name", string="Key")
    issued_at = fields.Datetime(related="loan_id.issued_at")
    condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged"), ("lost", "Lost")],
        default="good",
        help="Empty: not brought back yet.",
    )
    note = fields.Char()
