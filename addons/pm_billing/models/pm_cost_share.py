from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.pm_base.tools.calendar import month_start

from ..tools.proration import intersect, month_of, subtract
from ..tools.sharing import share_exactly
from .wording import word_month

# What has been shared; none of it changes afterwards.
_FACTS = {"fee_id", "month", "amount", "key", "meter_kind", "building_ids", "unit_ids", "site_id"}


class PmCostShare(models.Model):
    _name = "pm.cost.share"
    _inherit = ["mail.thread", "pm.site.mixin", "pm.state.mixin"]
    _description = "Shared Cost"
    _order = "month desc, id desc"

    # The only moves a shared cost can make, whoever asks.
    _TRANSITIONS = {"draft": {"shared"}, "shared": {"draft"}}

    name = fields.Char(
        required=True, tracking=True, help="What it is for, such as electricity of the lobby."
    )
    fee_id = fields.Many2one(
        "pm.fee",
        required=True,
        ondelete="restrict",
        domain="[('site_id', '=', site_id), ('basis', '=', 'share')]",
        check_company=True,
        tracking=True,
    )
    month = fields.Date(
        required=True,
        default=lambda self: month_start(fields.Date.context_today(self)),
        tracking=True,
        help="The month of the cost; any of its days may be entered.",
    )
    amount = fields.Monetary(string="Cost", required=True, tracking=True, help="Tax included.")
    key = fields.Selection(
        [("area", "Floor Area"), ("use", "Use of the Meters"), ("equal", "Equally")],
        string="Shared By",
        required=True,
        default="area",
        tracking=True,
        help="By area or equally the days of each occupant's stay count; by use what the meters "
        "of the units counted in the month.",
    )
    meter_kind = fields.Selection(
        selection=lambda self: (
            self.env["pm.meter"]._fields["kind"]._description_selection(self.env)
        ),
        string="Counted By",
        default="electricity",
    )
    building_ids = fields.Many2many(
        "pm.building",
        string="Buildings",
        domain="[('site_id', '=', site_id)]",
        help="Which have the benefit of it; empty for all buildings of the office.",
    )
    unit_ids = fields.Many2many(
        "pm.unit",
        string="Units",
        domain="[('site_id', '=', site_id)]",
        help="Only these have the benefit of it; empty for all units of the buildings.",
    )
    note = fields.Text()
    line_ids = fields.One2many("pm.cost.share.line", "share_id", string="Shares")
    amount_shared = fields.Monetary(
        string="Borne by Occupants", compute="_compute_amounts", store=True
    )
    amount_vacant = fields.Monetary(
        string="Falls on Vacant Units",
        compute="_compute_amounts",
        store=True,
        help="Charged to nobody by the bill run.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("shared", "Shared")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _month_start = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is given by its first day."
    )
    _meter_known = models.Constraint(
        "CHECK (key <> 'use' OR meter_kind IS NOT NULL)",
        "What is shared by use needs the kind of meter that counts it.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A cost that is shared is above zero."
    )

    @api.depends("line_ids.amount", "line_ids.tenancy_id")
    def _compute_amounts(self):
        for share in self:
            let = share.line_ids.filtered("tenancy_id")
            share.amount_shared = sum(let.mapped("amount"))
            share.amount_vacant = sum((share.line_ids - let).mapped("amount"))

    @api.depends_context("lang")
    @api.depends("name", "month")
    def _compute_display_name(self):
        for share in self:
            share.display_name = " ".join(
                filter(None, (share.name, word_month(self.env, share.month)))
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._begin_month(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not _FACTS.isdisjoint(vals):
            for share in self:
                if share.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(share)s has been shared. Take it back to draft first.",
                            share=share.display_name,
                        )
                    )
            self._begin_month(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        for share in self:
            if share.state != "draft":
                raise UserError(
                    self.env._(
                        "%(share)s has been shared. Take it back to draft first.",
                        share=share.display_name,
                    )
                )

    def action_share(self):
        """Share the cost among units and occupants, to the fen; the next bill run charges it."""
        self.check_access("write")
        for share in self:
            share._check_transition("shared")
            rows = share._prepare_rows()
            weights = [row["weight"] for row in rows]
            if not any(weights):
                raise UserError(
                    self.env._(
                        "%(share)s has nothing to be shared by: no unit has an area, or no meter "
                        "was read in the month.",
                        share=share.display_name,
                    )
                )
            amounts = share_exactly(share.amount, weights)
            # Shares are reckoned: nobody writes them by hand.
            share.sudo().line_ids = [
                Command.clear(),
                *(
                    Command.create({**row, "weight": float(row["weight"]), "amount": amount})
                    for row, amount in zip(rows, amounts, strict=True)
                    if row["weight"]
                ),
            ]
            share.state = "shared"

    def action_draft(self):
        """Take the shares back, unless one is on a bill."""
        for share in self:
            share._check_not_billed()
            share.state = "draft"
            lines = share.line_ids
            self.env["pm.charge"]._reopen_runs(lines._name, lines.ids)

    def action_view_charges(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_charge_action")
        domain = [
            ("source_model", "=", "pm.cost.share.line"),
            ("source_id", "in", self.line_ids.ids),
        ]
        return {**action, "domain": domain, "context": {}}

    def _prepare_rows(self):
        """Return the values of the shares with their weights, those of vacant units included."""
        self.ensure_one()
        stays = self._get_stays(self._get_units())
        return list(self._prepare_use_rows(stays) if self.key == "use" else self._weigh_days(stays))

    def _weigh_days(self, stays):
        """Yield a row for each stay in a unit: its area, or one, by the days of the month."""
        whole = month_of(self.month).days
        for unit, parts in stays.items():
            for days, line in parts:
                weight = Fraction(str(line.area or unit.area)) if self.key == "area" else 1
                yield {
                    "unit_id": unit.id,
                    "tenancy_id": line.tenancy_id.id,
                    "date_from": days.start,
                    "date_to": days.end,
                    "weight": weight * Fraction(days.days, whole),
                }

    def _prepare_use_rows(self, stays):
        """Yield what the meters of the units counted in the month, by whose readings they are."""
        month = month_of(self.month)
        uses = self.env["pm.meter.reading"]._read_group(
            Domain("unit_id", "in", [unit.id for unit in stays])
            & Domain("meter_kind", "=", self.meter_kind)
            & Domain("date", ">=", month.start)
            & Domain("date", "<=", month.end)
            & Domain("is_start", "=", False),
            ["unit_id", "tenancy_id"],
            ["consumption:sum"],
        )
        for unit, tenancy, use in uses:
            there = {line.tenancy_id: days for days, line in stays[unit] if line}
            days = there.get(tenancy, month)
            yield {
                "unit_id": unit.id,
                "tenancy_id": tenancy.id,
                "date_from": days.start,
                "date_to": days.end,
                "weight": Fraction(str(round(use, 4))),
            }

    def _get_units(self):
        if self.unit_ids:
            return self.unit_ids
        domain = Domain("site_id", "=", self.site_id.id)
        if self.building_ids:
            domain &= Domain("building_id", "in", self.building_ids.ids)
        return self.env["pm.unit"].search(domain, order="building_id, code, id")

    def _get_stays(self, units):
        """Return {unit: [(days, line of the tenancy, empty if vacant)]} of the month."""
        month = month_of(self.month)
        Line = self.env["pm.tenancy.unit"]
        tenancies = self.env["pm.tenancy"].search(
            Domain("line_ids.unit_id", "in", units.ids)
            & self.env["pm.tenancy"]._get_occupied_domain(month)
        )
        lines = tenancies.line_ids.grouped("unit_id")
        stays = {}
        for unit in units:
            taken = []
            for line in lines.get(unit, Line).sorted("date_start"):
                stay = intersect(month, *line.tenancy_id._get_occupation())
                if stay:
                    parts = subtract(stay, [days for days, _line in taken])
                    taken += [(part, line) for part in parts]
            free = subtract(month, [days for days, _line in taken])
            stays[unit] = sorted(
                [*taken, *((part, Line) for part in free)], key=lambda each: each[0].start
            )
        return stays

    def _check_not_billed(self):
        for share in self:
            charges_sudo = self.env["pm.charge"].sudo()  # whoever asks may not see every bill
            if charges_sudo.search_count(
                Domain("source_model", "=", "pm.cost.share.line")
                & Domain("source_id", "in", share.line_ids.ids)
                & Domain("state", "=", "invoiced"),
                limit=1,
            ):
                raise UserError(
                    self.env._(
                        "Shares of %(share)s are on a bill. Cancel the bill first, or share the "
                        "difference as another cost.",
                        share=share.display_name,
                    )
                )

    @api.model
    def _begin_month(self, vals):
        """Let any day of a month stand for the month."""
        if vals.get("month"):
            vals["month"] = month_start(fields.Date.to_date(vals["month"]))


class PmCostShareLine(models.Model):
    _name = "pm.cost.share.line"
    _description = "Share of a Cost"
    _order = "share_id, unit_id, date_from, id"
    _rec_name = "unit_id"

    share_id = fields.Many2one("pm.cost.share", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="share_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="share_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="share_id.currency_id")
    unit_id = fields.Many2one("pm.unit", required=True, ondelete="restrict")
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        string="Occupant",
        ondelete="restrict",
        index="btree_not_null",
        help="Empty where the unit was vacant.",
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True)
    weight = fields.Float(digits=(16, 4), required=True)
    amount = fields.Monetary(required=True)

    def get_formview_action(self, access_uid=None):
        """A share is looked at on its cost."""
        return self.share_id.get_formview_action(access_uid=access_uid)

    def _word_share(self):
        """Return how the share was reckoned, in the language of the environment."""
        self.ensure_one()
        share = self.share_id
        whole = sum(share.line_ids.mapped("weight"))
        uom = {
            "area": self.env._("m²"),
            "use": self.env["pm.meter"]._get_uom_of(share.meter_kind),
            "equal": self.env._("shares"),
        }[share.key]
        return self.env._(
            "%(name)s %(cost)s yuan × %(weight)s / %(whole)s %(uom)s",
            name=share.name,
            cost=f"{share.amount:.2f}",
            weight=f"{self.weight:.4f}".rstrip("0").rstrip("."),
            whole=f"{whole:.4f}".rstrip("0").rstrip("."),
            uom=uom,
        )
