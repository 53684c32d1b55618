from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmKeyAdd(models.TransientModel):
    _name = "pm.key.add"
    _description = "Register Several Keys"

    site_id = fields.Many2one(
        "pm.site",
        string="Management Office",
        required=True,
        default=lambda self: self.env["pm.site"]._get_default_site(),
    )
    unit_id = fields.Many2one("pm.unit")
    place = fields.Char(help="Where the lock is, when it belongs to no unit.")
    kind = fields.Selection(
        selection=lambda self: self.env["pm.key"]._fields["kind"]._description_selection(self.env),
        required=True,
        default="room",
    )
    name = fields.Char(required=True, default=lambda self: self.env._("Front Door"))
    prefix = fields.Char(
        string="Numbers Begin With",
        compute="_compute_prefix",
        store=True,
        readonly=False,
        required=True,
    )
    count = fields.Integer(string="How Many", required=True, default=3)
    spare_count = fields.Integer(string="Of Them Spare", default=1)
    cabinet_position = fields.Char()

    @api.depends("unit_id", "kind")
    def _compute_prefix(self):
        marks = {"room": "K", "card": "C", "mailbox": "M", "document": "P", "other": "X"}
        for wizard in self:
            if wizard.unit_id:
                wizard.prefix = f"{wizard.unit_id.code}-{marks.get(wizard.kind, 'X')}"
            else:
                wizard.prefix = wizard.prefix

    def action_confirm(self):
        """Register the keys one by one, numbered on from those that exist."""
        self.ensure_one()
        if not 0 < self.count <= 100 or not 0 <= self.spare_count <= self.count:
            raise UserError(
                self.env._("Enter 1 to 100 keys, and no more spare ones than keys in all.")
            )
        site = self.unit_id.site_id or self.site_id
        keys = self.env["pm.key"].with_context(active_test=False)
        taken = keys.search(
            Domain("site_id", "=", site.id) & Domain("code", "=like", f"{self.prefix}-%")
        )
        codes = keys._make_codes(self.prefix, self.count, set(taken.mapped("code")))
        created = self.env["pm.key"].create(
            [
                {
                    "site_id": site.id,
                    "unit_id": self.unit_id.id,
                    "place": self.place,
                    "kind": self.kind,
                    "name": self.name,
                    "code": code,
                    "is_spare": index >= self.count - self.spare_count,
                    "cabinet_position": self.cabinet_position,
                }
                for index, code in enumerate(codes)
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_tenancy.pm_key_action")
        return {**action, "domain": [("id", "in", created.ids)], "context": {}}
