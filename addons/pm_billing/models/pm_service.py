from odoo import api, fields, models
from odoo.exceptions import UserError


class PmService(models.Model):
    """A service that the office can stop for a unit."""

    _name = "pm.service"
    _description = "Service to a Unit"
    _order = "sequence, name"
    _rec_names_search = ["name", "code"]
    _NOTED = frozenset({"code"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(readonly=True, copy=False, help="By which the system knows it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_protected = fields.Boolean(
        string="Protected by Law",
        help="Never stopped to collect fees (Civil Code art. 944): only on the owner's written "
        "request or another legal ground that a leader has recorded.",
    )
    is_default = fields.Boolean(
        string="Proposed for Arrears", help="Stands on a suspension for arrears from the start."
    )
    holds_goods = fields.Boolean(
        string="Holds Goods Passes", help="While it is stopped no goods of the occupant leave."
    )
    note = fields.Text(translate=True)

    _code_unique = models.UniqueIndex("(code)", "There is a service with this code already.")
    _protected_by_law = models.Constraint(
        "CHECK (is_protected OR code IS NULL"
        " OR code NOT IN ('water', 'electricity', 'heating', 'gas'))",
        "Water, electricity, heating and gas are protected by law (Civil Code art. 944).",
    )
    _protected_not_proposed = models.Constraint(
        "CHECK (NOT (is_protected AND is_default))",
        "A protected service is not proposed for arrears.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known(self):
        for service in self:
            if service.code:
                raise UserError(
                    self.env._(
                        "%(service)s belongs to the system: archive it instead.",
                        service=service.name,
                    )
                )
