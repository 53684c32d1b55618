from odoo import api, fields, models
from odoo.fields import Domain


class PmTenancy(models.Model):
    _inherit = "pm.tenancy"

    def _get_owner_units(self, day, debtor):
        """Return {owner: his units} of those who let the units to `debtor` (BIL-046).

        Whoever has a share in a unit is one of its owners, and answers for all that is owed for it.
        """
        self.ensure_one()
        found = {}
        if self.kind != "lease" or not self.owner_id:
            return found
        for unit in self.line_ids.unit_id:
            for owner in unit._get_owners(day) or self.owner_id:
                if owner.commercial_partner_id != debtor:
                    found[owner] = found.get(owner, unit.browse()) | unit
        return found


class PmDunningAction(models.Model):
    """To whom it is written: the debtor, or each owner about his own units only."""

    _inherit = "pm.dunning.action"

    unit_ids = fields.Many2many(
        "pm.unit",
        "pm_dunning_action_unit_rel",
        "action_id",
        "unit_id",
        string="Units of the Owner",
        readonly=True,
        help="An owner is written to about the fees of his own units.",
    )

    @api.model
    def _get_addressees(self, kind, facts_by_case, day):
        """Return {case: [(who is written to, his units, {bill id: share of it that is his})]}.

        A bill that is not among the shares is the addressee's as a whole.
        """
        if kind != "owner_letter":
            no_units = self.env["pm.unit"]
            return {case: [(case.partner_id, no_units, {})] for case in facts_by_case}
        found, parted = {}, self.env["account.move"]
        for case, facts in facts_by_case.items():
            found[case] = case.tenancy_id._get_owner_units(day, case.partner_id)
            if any(units != case.tenancy_id.line_ids.unit_id for units in found[case].values()):
                parted |= facts["moves"]
        amounts = self._read_unit_amounts(parted)
        return {
            case: [
                (
                    owner,
                    units,
                    {}
                    if units == case.tenancy_id.line_ids.unit_id
                    else self._get_shares(facts["moves"], units, case, amounts),
                )
                for owner, units in found[case].items()
            ]
            for case, facts in facts_by_case.items()
        }

    @api.model
    def _read_unit_amounts(self, moves):
        """Return {bill id: {unit id: amount}} of what is charged for single units."""
        found = {}
        if moves:
            for move, unit, amount in self.env["pm.charge"]._read_group(
                Domain("move_id", "in", moves.ids) & Domain("unit_id", "!=", False),
                ["move_id", "unit_id"],
                ["amount:sum"],
            ):
                found.setdefault(move.id, {})[unit.id] = amount
        return found

    @api.model
    def _get_shares(self, moves, units, case, amounts):
        """Return {bill id: the part of it that is charged for `units`}.

        What is charged for the tenancy as a whole follows the fees of the units; where there are
        none, the areas.
        """
        areas = {unit.id: unit.area for unit in case.tenancy_id.line_ids.unit_id}
        shares = {}
        for move in moves:
            weights = amounts.get(move.id) or areas
            total = sum(weights.values())
            own = sum(weights.get(unit.id, 0.0) for unit in units)
            shares[move.id] = own / total if total else 1.0
        return shares


class PmDunningActionLine(models.Model):
    _inherit = "pm.dunning.action.line"

    share = fields.Float(
        default=1.0, digits=(16, 6), help="The part of the bill that is for the units of the owner."
    )

    def _get_open(self):
        """Return what is open now of what the line asks for."""
        self.ensure_one()
        return self.currency_id.round(self.move_id.amount_residual * self.share)
