import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


def _word_overlap(env, diagnostics):
    """Name the unit and the other tenancy of which the database speaks."""
    keys = re.findall(
        r"=\((\d+), [\[(](\d{4}-\d\d-\d\d)", (diagnostics and diagnostics.message_detail) or ""
    )
    if len(keys) == 2:
        unit_id, date_start = keys[1]
        other = env["pm.tenancy.unit"].search(
            Domain("unit_id", "=", int(unit_id))
            & Domain("date_start", "=", date_start)
            & Domain("state", "!=", "cancelled"),
            limit=1,
        )
        if other:
            return env._(
                "Unit %(unit)s already has tenancy %(tenancy)s in that period: %(period)s. End or "
                "cancel that one first.",
                unit=other.unit_id.code,
                tenancy=f"{other.tenancy_id.name} {other.partner_id.name}",
                period=other._word_period(),
            )
    return env._(
        "The unit already has a tenancy in that period. End or cancel the other one first."
    )


def _word_occupied(env, diagnostics):
    """Name the unit and the tenancy under which it is still occupied."""
    key = re.search(r"=\((\d+)\)", (diagnostics and diagnostics.message_detail) or "")
    other = key and env["pm.tenancy.unit"].search(
        Domain("unit_id", "=", int(key[1])) & Domain("state", "in", ("active", "move_out")), limit=1
    )
    if other:
        return env._(
            "Unit %(unit)s is still occupied under tenancy %(tenancy)s. Close that one first.",
            unit=other.unit_id.code,
            tenancy=f"{other.tenancy_id.name} {other.partner_id.name}",
        )
    return env._("The unit is still occupied under another tenancy. Close that one first.")


class PmTenancyUnit(models.Model):
    _name = "pm.tenancy.unit"
    _description = "Unit of a Tenancy"
    _order = "date_start desc, unit_id"
    _rec_name = "unit_id"
    _check_company_auto = True

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="cascade", index=True)
    unit_id = fields.Many2one(
        "pm.unit", required=True, ondelete="restrict", index=True, check_company=True
    )
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="tenancy_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="tenancy_id.partner_id", store=True, precompute=True)
    date_start = fields.Date(related="tenancy_id.date_start", store=True, precompute=True)
    date_end = fields.Date(related="tenancy_id.date_end", store=True, precompute=True)
    state = fields.Selection(related="tenancy_id.state", store=True, precompute=True, index=True)
    area = fields.Float(
        string="Area Charged (m²)",
        digits=(12, 2),
        compute="_compute_area",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The area by which this tenancy is charged; the unit's unless agreed otherwise.",
    )
    unit_area = fields.Float(string="Floor Area of the Unit (m²)", related="unit_id.area")

    # The database itself refuses two tenancies of a unit on one day, whoever writes.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (unit_id WITH =, daterange(date_start, date_end, '[]') WITH &&) "
        "WHERE (state <> 'cancelled')",
        _word_overlap,
    )
    # An occupant who stays after the lease has ended still occupies the unit.
    _one_occupant = models.UniqueIndex(
        "(unit_id) WHERE state IN ('active', 'move_out')", _word_occupied
    )
    _area_positive = models.Constraint(
        "CHECK (area > 0)", "The area charged must be greater than zero."
    )

    @api.depends("unit_id")
    def _compute_area(self):
        for line in self:
            line.area = line.unit_id.area

    @api.constrains("tenancy_id", "unit_id", "site_id")
    def _check_site(self):
        for line in self:
            if line.unit_id.site_id != line.tenancy_id.site_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s belongs to %(unit_site)s, tenancy %(tenancy)s to %(site)s. "
                        "A tenancy cannot span two offices.",
                        unit=line.unit_id.code,
                        unit_site=line.unit_id.site_id.name,
                        tenancy=line.tenancy_id.name,
                        site=line.tenancy_id.site_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_not_too_late()
        return lines

    def write(self, vals):
        self.tenancy_id._check_not_closed()
        if "unit_id" in vals or "tenancy_id" in vals:
            self._check_not_begun()
        result = super().write(vals)
        if "tenancy_id" in vals:
            self._check_not_too_late()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self.tenancy_id._check_not_closed()
        self._check_not_begun()

    def _check_not_too_late(self):
        """Refuse units that slip past the gates of a move-in to an occupant who is there."""
        self.tenancy_id._check_not_closed()
        for tenancy in self.tenancy_id:
            if tenancy.state in ("active", "move_out"):
                raise UserError(
                    self.env._(
                        "%(partner)s has moved in already. For further units open another tenancy.",
                        partner=tenancy.partner_id.name,
                    )
                )

    def _check_not_begun(self):
        for line in self:
            if line.state in ("active", "move_out"):
                raise UserError(
                    self.env._(
                        "%(partner)s occupies unit %(unit)s: it cannot be taken off the tenancy. "
                        "Close the tenancy and open one for the units that are kept.",
                        partner=line.partner_id.name,
                        unit=line.unit_id.code,
                    )
                )

    def _word_period(self):
        """Return the days of the tenancy in words."""
        self.ensure_one()
        if self.date_end:
            return self.env._("%(start)s to %(end)s", start=self.date_start, end=self.date_end)
        return self.env._("from %(start)s on", start=self.date_start)
