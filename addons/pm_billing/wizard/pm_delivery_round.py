from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.wording import word_amount, word_list, word_month


class PmDeliveryRound(models.TransientModel):
    """The delivery sheet of one area: what its administrator brings to the units of a building, in
    the order of the round, with room for the signature of each recipient (BIL-022)."""

    _name = "pm.delivery.round"
    _description = "Delivery Sheet of Statements"

    site_id = fields.Many2one("pm.site", string="Management Office", required=True)
    building_id = fields.Many2one("pm.building")
    user_id = fields.Many2one("res.users", string="Area Administrator")
    move_ids = fields.Many2many("account.move", string="Bills")

    @api.depends("site_id", "building_id", "user_id")
    def _compute_display_name(self):
        for each in self:
            names = (each.building_id.name or each.site_id.name, each.user_id.name)
            each.display_name = " ".join(filter(None, names))

    @api.model
    def _make(self, bills):
        """Return the sheets of the bills, in the order of buildings and administrators."""
        issued = bills.filtered(lambda bill: bill.pm_tenancy_id and bill.state == "posted")
        if not issued:
            raise UserError(self.env._("There is no statement to deliver."))
        groups = issued.grouped(lambda bill: (bill.pm_site_id, *bill._pm_get_area()))
        rounds = self.create(
            [
                {
                    "site_id": site.id,
                    "building_id": building.id,
                    "user_id": user.id,
                    "move_ids": [Command.set(of_area.ids)],
                }
                for (site, building, user), of_area in groups.items()
            ]
        )
        return rounds.sorted(
            lambda each: (
                each.site_id.id,
                each.building_id.sequence,
                each.building_id.code or "",
                each.user_id.name or "",
            )
        )

    def _pm_get_print_site(self):
        self.ensure_one()
        return self.site_id

    def _pm_get_round_words(self):
        """Return what the sheet says, in the language of the environment."""
        self.ensure_one()
        env = self.env
        bills = self.move_ids.sorted(lambda bill: (_get_route_key(bill), bill.pm_month, bill.id))
        months = sorted({bill.pm_month for bill in bills if bill.pm_month})
        return {
            "area": self.building_id.name or self.site_id.name,
            "administrator": self.user_id.name or "",
            "months": word_list(env, [word_month(env, month) for month in months]),
            "count": len(bills),
            "rows": [
                {
                    "unit": bill.pm_tenancy_id.unit_codes,
                    "occupant": bill.pm_tenancy_id.partner_id.name,
                    "number": bill.name,
                    "amount": word_amount(env, bill.amount_total_signed),
                }
                for bill in bills
            ],
            "total": word_amount(env, sum(bills.mapped("amount_total_signed"))),
        }


def _get_route_key(bill):
    """Return what sorts bills by the way from door to door: floor after floor."""
    unit = bill.pm_tenancy_id._get_main_unit()
    return (unit.floor, unit.code or "")
