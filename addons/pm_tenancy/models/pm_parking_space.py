from odoo import api, fields, models
from odoo.exceptions import UserError

# Which state of a contract makes which state of its space; the first that applies wins.
_SPACE_STATES = [("running", None), ("approved", "reserved")]


class PmParkingSpace(models.Model):
    _name = "pm.parking.space"
    _inherit = ["mail.thread", "pm.site.mixin"]
    _description = "Parking Space"
    _order = "site_id, kind desc, name"

    name = fields.Char(string="Space No.", required=True, tracking=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("underground", "Underground"), ("surface", "Surface")],
        required=True,
        default="underground",
    )
    zone = fields.Char(help="Level or area, such as B2 east.")
    note = fields.Text()
    contract_ids = fields.One2many("pm.parking.contract", "space_id", string="Contracts")
    contract_id = fields.Many2one(
        "pm.parking.contract",
        string="Current Contract",
        compute="_compute_state",
        store=True,
        index="btree_not_null",
    )
    partner_id = fields.Many2one(related="contract_id.partner_id", string="Customer")
    unit_codes = fields.Char(related="contract_id.tenancy_id.unit_codes")
    plate = fields.Char(related="contract_id.vehicle_id.plate")
    date_start = fields.Date(related="contract_id.date_start")
    date_end = fields.Date(related="contract_id.date_end")
    fee = fields.Monetary(related="contract_id.fee")
    state = fields.Selection(
        [("free", "Free"), ("reserved", "Reserved"), ("leased", "Leased"), ("sold", "Sold")],
        compute="_compute_state",
        store=True,
        index=True,
        group_expand=True,
    )

    _name_unique = models.Constraint(
        "UNIQUE (site_id, name)", "Another parking space of this office has the same number."
    )

    @api.depends("contract_ids.state", "contract_ids.kind", "contract_ids.date_start")
    def _compute_state(self):
        for space in self:
            space.state, space.contract_id = "free", False
            by_state = space.contract_ids.grouped("state")
            for contract_state, space_state in _SPACE_STATES:
                if contract_state in by_state:
                    contract = by_state[contract_state].sorted("date_start")[0]
                    sold_or_leased = "sold" if contract.kind == "sale" else "leased"
                    space.state = space_state or sold_or_leased
                    space.contract_id = contract
                    break

    @api.ondelete(at_uninstall=False)
    def _unlink_except_contract(self):
        for space in self:
            if space.contract_ids:
                raise UserError(
                    self.env._(
                        "Space %(space)s has contracts. Archive it instead.", space=space.name
                    )
                )

    def action_new_contract(self):
        """Open the form of an application for this space."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Application for a Parking Space"),
            "res_model": "pm.parking.contract",
            "views": [[False, "form"]],
            "context": {"default_space_id": self.id, "default_site_id": self.site_id.id},
        }
