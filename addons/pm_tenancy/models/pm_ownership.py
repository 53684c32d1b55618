from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class PmOwnership(models.Model):
    _name = "pm.ownership"
    _description = "Ownership of a Unit"
    _order = "unit_id, date_start desc, share desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    unit_id = fields.Many2one("pm.unit", required=True, ondelete="cascade", index=True)
    building_id = fields.Many2one(related="unit_id.building_id")
    site_id = fields.Many2one(related="unit_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="unit_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    share = fields.Float(string="Share (%)", required=True, default=100.0, digits=(5, 2))
    date_start = fields.Date(string="Owner From", help="Empty: since the building exists.")
    date_end = fields.Date(string="Owner Until", help="Last day; empty while the owner stays.")
    deed_no = fields.Char(string="Title Deed No.")

    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A share lies between 0 and 100 per cent."
    )
    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_start <= date_end)",
        "An ownership ends after it begins.",
    )

    @api.constrains("unit_id", "share", "date_start", "date_end")
    def _check_shares(self):
        """The shares of a unit never sum to more than the whole on any day."""
        for unit in self.unit_id:
            # The sum can only rise on a day on which somebody becomes an owner.
            for day in set(unit.ownership_ids.mapped("date_start")):
                total = sum(
                    ownership.share
                    for ownership in unit.ownership_ids
                    if (not ownership.date_start or (day and ownership.date_start <= day))
                    and (not ownership.date_end or not day or ownership.date_end >= day)
                )
                if float_compare(total, 100.0, precision_digits=2) > 0:
                    raise ValidationError(
                        self.env._(
                            "The owners of unit %(unit)s hold %(total)s %% together. End the "
                            "former ownership first.",
                            unit=unit.code,
                            total=f"{total:g}",
                        )
                    )
