from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_base.tools.calendar import month_start

from ..tools.proration import Rate

# How the amount comes about. Each basis has its `_plan_…` method on the tenancy.
BASES = [
    ("area", "Floor Area"),
    ("fixed", "Fixed Amount"),
    ("rent", "Rent"),
    ("meter", "Meter"),
    ("share", "Share of a Cost"),
    ("quantity", "Quantity on Slips"),
    ("late", "Late Fee"),
    ("once", "Once, on Moving In"),
]
# A price per month, charged in advance by the days of the stay; all else when the month is over.
MONTHLY = ("area", "fixed", "rent")


class PmFee(models.Model):
    _name = "pm.fee"
    _inherit = ["pm.bill.fact.mixin", "pm.site.mixin"]
    _description = "Fee"
    _order = "site_id, sequence, code"
    _rec_names_search = ["name", "code"]
    _BILL_FACTS = frozenset(
        {
            "active",
            "basis",
            "estimates_missing",
            "is_standard",
            "late_from",
            "meter_kind",
            "metered_from",
            "timing",
        }
    )

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="Order of the lines on the statement.")
    active = fields.Boolean(default=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        help="Decides the income account and the taxes of the bill.",
    )
    basis = fields.Selection(
        BASES,
        required=True,
        default="area",
        help="By area each unit is charged; a fixed amount and the rent are charged once for the "
        "tenancy; by meter what was used between two readings; by share a part of a cost; by "
        "quantity what charge slips say; a late fee for each day that a bill is overdue; once on "
        "the move-in bill of each tenancy.",
    )
    timing = fields.Selection(
        [("current", "For This Month"), ("previous", "For the Last Month")],
        string="Billed",
        required=True,
        compute="_compute_timing",
        store=True,
        readonly=False,
        precompute=True,
        help="A statement asks for this month's management fee and last month's water.",
    )
    meter_kind = fields.Selection(
        selection=lambda self: (
            self.env["pm.meter"]._fields["kind"]._description_selection(self.env)
        ),
        string="Counted By",
        help="Which meters of the units are charged.",
    )
    metered_from = fields.Date(
        string="Readings Since",
        default=lambda self: month_start(fields.Date.context_today(self)),
        help="Readings before this day are not charged: they were billed elsewhere.",
    )
    is_standard = fields.Boolean(
        string="Charged to All",
        default=True,
        help="Charged to every tenancy in occupation. Otherwise only where it was agreed on.",
    )
    price_ids = fields.One2many("pm.fee.price", "fee_id", string="Tariff")
    note = fields.Text()
    price_text = fields.Char(string="Price Today", compute="_compute_price_text")

    _code_unique = models.Constraint(
        "UNIQUE (site_id, code)", "Another fee of this office has the same code."
    )

    _meter_known = models.Constraint(
        "CHECK (basis <> 'meter' OR (meter_kind IS NOT NULL AND metered_from IS NOT NULL))",
        "A fee by meter needs what is counted, and the day since which readings are charged.",
    )

    @api.depends("basis")
    def _compute_timing(self):
        for fee in self:
            fee.timing = "current" if fee.basis in (*MONTHLY, "once") else "previous"

    @api.depends(
        "price_ids.price", "price_ids.date_start", "price_ids.date_end", "basis", "meter_kind"
    )
    def _compute_price_text(self):
        for fee in self:
            today = fee.site_id._today() if fee.site_id else fields.Date.context_today(fee)
            prices = {
                price.price
                for price in fee.price_ids
                if price.date_start <= today and (not price.date_end or price.date_end >= today)
            }
            fee.price_text = " / ".join(fee._word_price(price) for price in sorted(prices))

    def _word_price(self, price):
        """Return a price with its unit, such as 12.00 yuan/m²·month."""
        self.ensure_one()
        text = self._format_price(price)
        if self.basis == "area":
            return self.env._("%(price)s yuan/m²·month", price=text)
        if self.basis == "meter":
            uom = self.env["pm.meter"]._get_uom_of(self.meter_kind)
            return self.env._("%(price)s yuan/%(uom)s", price=text, uom=uom)
        return self.env._("%(price)s yuan/month", price=text)

    @api.model
    def _format_price(self, price):
        """Return a price with two to four decimals: 12.00, 1.8500 becomes 1.85, 0.1234 stays."""
        text = f"{price:.4f}"
        return text[:-2] if text.endswith("00") else text.rstrip("0")

    def _get_tariffs(self, unit):
        """Return the layers of `Rate` that hold for a unit, the most specific first."""
        self.ensure_one()
        building, usage = unit.building_id, unit.usage
        scopes = ((building, usage), (building, False), (building.browse(), usage))
        layers = [[] for _scope in range(4)]
        for price in self.price_ids:
            scope = (price.building_id, price.usage)
            if not any(scope):
                layers[3].append(price._to_rate())
            elif scope in scopes:
                layers[scopes.index(scope)].append(price._to_rate())
        return layers

    @api.model
    def _get_shipped_products(self):
        """Return the products that this addon brings and that are still there."""
        data = (
            self.env["ir.model.data"]
            .sudo()
            .search(Domain("module", "=", "pm_billing") & Domain("model", "=", "product.product"))
        )
        return self.env["product.product"].browse(data.mapped("res_id")).exists()


class PmFeePrice(models.Model):
    _name = "pm.fee.price"
    _inherit = ["pm.bill.fact.mixin"]
    _description = "Price of a Fee"
    _order = "fee_id, date_start desc, building_id, usage"

    fee_id = fields.Many2one("pm.fee", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="fee_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="fee_id.company_id", store=True, precompute=True)
    building_id = fields.Many2one(
        "pm.building",
        ondelete="restrict",
        domain="[('site_id', '=', site_id)]",
        help="Empty for every building.",
    )
    usage = fields.Selection(
        selection="_get_usages",
        help="Empty for every usage.",
    )
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="Until", help="Last day; empty when it has no end.")
    price = fields.Float(
        required=True,
        digits=(16, 4),
        help="Tax included, in yuan per month: for each m² or for the tenancy; by meter or by "
        "quantity for each unit that is counted.",
    )
    tier_ids = fields.One2many("pm.fee.tier", "price_id", string="Tiers", copy=True)
    tier_text = fields.Char(string="Prices by Tier", compute="_compute_tier_text")

    # The database itself refuses two prices for one day and one scope.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (fee_id WITH =, COALESCE(building_id, 0) WITH =, "
        "COALESCE(usage, '') WITH =, daterange(date_start, date_end, '[]') WITH &&)",
        "This fee already has a price for the same building and usage in that period. "
        "End the former price first.",
    )
    _date_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start <= date_end)", "A price ends after it begins."
    )
    _price_positive = models.Constraint("CHECK (price >= 0)", "A price cannot be negative.")

    @api.depends("tier_ids.above", "tier_ids.price")
    def _compute_tier_text(self):
        for price in self:
            price.tier_text = ", ".join(
                f"> {tier.above:g}: {price.fee_id._format_price(tier.price)}"
                for tier in price.tier_ids.sorted("above")
            )

    @api.depends("fee_id.name", "price")
    def _compute_display_name(self):
        for price in self:
            price.display_name = f"{price.fee_id.name} {price.fee_id._word_price(price.price)}"

    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model()  # a line ended just now makes room for the next one
        return super().create(vals_list)

    @api.model
    def _get_usages(self):
        return self.env["pm.unit"]._fields["usage"]._description_selection(self.env)

    def _to_rate(self):
        steps = tuple((tier.above, tier.price) for tier in self.tier_ids.sorted("above"))
        return Rate(self.price, self.date_start, self.date_end or None, steps)
