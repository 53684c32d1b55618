from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.pm_base.tools.calendar import month_start

from ..tools.capitals import to_capitals
from .wording import word_amount, word_month

# What was agreed with the customer: fixed once the slip is confirmed.
_FACTS = {"tenancy_id", "unit_id", "fee_id", "date", "subject", "line_ids"}


class PmChargeSlip(models.Model):
    """Something done for an occupant, to be charged once: a repair (F-BIL-06), air-conditioning
    after hours, a sign-board, a telephone call, a paid service.

    Confirmed slips are charged by the next bill run, or at once with a bill of their own. The
    states from then on follow the bill and cannot be entered.
    """

    _name = "pm.charge.slip"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.printable.mixin", "pm.state.mixin"]
    _description = "Charge Slip"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "unit_codes", "partner_id.name", "order_no"]
    _check_company_auto = True
    _NOTED = frozenset({"name", "state", "confirmed_by_id", "source_model", "source_id"})

    # The only moves a slip can make, whoever asks.
    _TRANSITIONS = {
        "draft": {"confirmed", "cancelled"},
        "confirmed": {"draft", "billed", "cancelled"},
        "billed": {"confirmed"},
        "cancelled": set(),
    }

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    tenancy_id = fields.Many2one(
        "pm.tenancy",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', 'not in', ('draft', 'cancelled', 'closed'))]",
        tracking=True,
    )
    site_id = fields.Many2one(related="tenancy_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(
        related="tenancy_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="tenancy_id.partner_id", store=True, precompute=True, string="Occupant"
    )
    unit_codes = fields.Char(related="tenancy_id.unit_codes", store=True, precompute=True)
    unit_id = fields.Many2one(
        "pm.unit",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('tenancy_unit_ids.tenancy_id', '=', tenancy_id)]",
    )
    fee_id = fields.Many2one(
        "pm.fee",
        required=True,
        ondelete="restrict",
        domain="[('site_id', '=', site_id), ('basis', '=', 'quantity')]",
        tracking=True,
    )
    date = fields.Date(
        string="Done On", required=True, default=lambda self: self._default_date(), tracking=True
    )
    subject = fields.Char(required=True, help="What was repaired or supplied.")
    order_no = fields.Char(string="Work Order No.")
    worker_id = fields.Many2one("hr.employee", string="Done By", check_company=True)
    line_ids = fields.One2many("pm.charge.slip.line", "slip_id", string="Lines", copy=True)
    amount_material = fields.Monetary(
        string="Material", compute="_compute_amounts", store=True, help="Tax included."
    )
    amount_labour = fields.Monetary(
        string="Labour and Services", compute="_compute_amounts", store=True
    )
    amount = fields.Monetary(compute="_compute_amounts", store=True, help="Tax included.")
    signed_by = fields.Char(copy=False, help="Who signed for the customer.")
    signed_on = fields.Date(string="Customer Signed On", copy=False)
    charge_mode = fields.Selection(
        selection=lambda self: (
            self.env["pm.site"]._fields["repair_charge_mode"]._description_selection(self.env)
        ),
        string="When Charged",
        required=True,
        compute="_compute_charge_mode",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    note = fields.Text()
    source_model = fields.Char(readonly=True, copy=False)
    source_id = fields.Many2oneReference(
        string="Written For", model_field="source_model", readonly=True, copy=False
    )
    confirmed_by_id = fields.Many2one(
        "res.users", string="Slip Confirmed By", readonly=True, copy=False
    )
    month = fields.Date(
        string="Billed In",
        compute="_compute_month",
        help="The month whose statement asks for the slip: what is written by the day on which "
        "the meters are read is on the next statement.",
    )
    month_text = fields.Char(string="Statement Of", compute="_compute_month")
    charge_ids = fields.One2many(
        "pm.charge",
        "source_id",
        string="Charges",
        domain=[("source_model", "=", "pm.charge.slip"), ("state", "!=", "cancelled")],
    )
    move_id = fields.Many2one("account.move", string="Bill", compute="_compute_move_id")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirmed", "To Bill"),
            ("billed", "Billed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    _number_unique = models.UniqueIndex(
        "(site_id, name) WHERE name <> '/'", "Another slip of this office has the same number."
    )
    # A work order, a meeting or a service order is charged once.
    _source_once = models.UniqueIndex(
        "(source_model, source_id) WHERE source_id IS NOT NULL AND state <> 'cancelled'",
        "A charge slip was written for this already.",
    )
    _signature_dated = models.Constraint(
        "CHECK (signed_on IS NULL OR signed_by IS NOT NULL)", "Note who signed."
    )

    @api.model
    def _default_date(self):
        site = self.env["pm.site"]._get_default_site()
        return site._today() if site else fields.Date.context_today(self)

    @api.depends("tenancy_id")
    def _compute_unit_id(self):
        for slip in self:
            units = slip.tenancy_id.unit_ids
            slip.unit_id = slip.unit_id if slip.unit_id in units else units.sorted("code")[:1]

    @api.depends("line_ids.amount", "line_ids.kind")
    def _compute_amounts(self):
        for slip in self:
            material = slip.line_ids.filtered(lambda line: line.kind == "material")
            slip.amount_material = sum(material.mapped("amount"))
            slip.amount_labour = sum((slip.line_ids - material).mapped("amount"))
            slip.amount = slip.amount_material + slip.amount_labour

    @api.depends("tenancy_id")
    def _compute_charge_mode(self):
        for slip in self:
            slip.charge_mode = slip.tenancy_id.site_id.repair_charge_mode or "month_end"

    @api.depends_context("lang")
    @api.depends("date", "state", "site_id", "charge_ids.month")
    def _compute_month(self):
        for slip in self:
            slip.month = slip.charge_ids[:1].month or slip._get_month()
            slip.month_text = word_month(self.env, slip.month)

    @api.depends("charge_ids.move_id")
    def _compute_move_id(self):
        for slip in self:
            slip.move_id = slip.charge_ids.move_id[:1]

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for slip in self:
            number = slip.name if slip.name != "/" else ""
            slip.display_name = " ".join(filter(None, (number, slip.subject)))

    @api.constrains("tenancy_id", "unit_id", "fee_id")
    def _check_belongs_together(self):
        for slip in self:
            if slip.fee_id.site_id != slip.site_id or slip.fee_id.basis != "quantity":
                raise ValidationError(
                    self.env._(
                        "%(fee)s is not charged by slips at %(site)s. Choose a fee by quantity.",
                        fee=slip.fee_id.name,
                        site=slip.site_id.name,
                    )
                )
            if slip.unit_id and slip.unit_id not in slip.tenancy_id.unit_ids:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s does not belong to %(tenancy)s.",
                        unit=slip.unit_id.code,
                        tenancy=slip.tenancy_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        slips = super().create(vals_list)
        for slip in slips.filtered(lambda slip: slip.name == "/"):
            slip._write_noted({"name": slip.site_id._next_slip_number()})
        return slips

    def write(self, vals):
        if not _FACTS.isdisjoint(vals):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for slip in self:
            if slip.state != "draft":
                raise UserError(
                    self.env._(
                        "%(slip)s has a number and was confirmed: cancel it instead.",
                        slip=slip.display_name,
                    )
                )

    def action_confirm(self):
        """The work is done and its price agreed: it may be billed."""
        for slip in self:
            if not slip.line_ids or slip.currency_id.compare_amounts(slip.amount, 0.0) <= 0:
                raise UserError(
                    self.env._(
                        "%(slip)s comes to nothing. Enter what was done, with its quantity and "
                        "price.",
                        slip=slip.display_name,
                    )
                )
        self._write_noted({"state": "confirmed", "confirmed_by_id": self.env.uid})

    def action_draft(self):
        """Correct a slip that is not billed yet."""
        self._check_not_charged()
        # What was signed for may change now.
        signed = {"signed_by": False, "signed_on": False}
        self._write_noted({"state": "draft", "confirmed_by_id": False, **signed})
        self._reopen_runs()

    def action_cancel(self):
        """Charge nothing for it."""
        self._check_not_charged()
        self._write_noted({"state": "cancelled"})
        self._reopen_runs()

    def action_sign(self):
        """Note today as the day on which the customer signed."""
        for slip in self:
            slip.write(
                {
                    "signed_by": slip.signed_by
                    or slip.tenancy_id.contact_name
                    or slip.partner_id.name,
                    "signed_on": slip.site_id._today(),
                }
            )

    def action_bill(self):
        """Make a bill of this slip at once, to be paid at the counter (BIL-026)."""
        self.env["account.move"].check_access("create")
        for slip in self:
            slip._bill(slip.site_id._today())
        return self.action_open_bill() if len(self) == 1 else True

    def action_open_bill(self):
        self.ensure_one()
        return self.move_id._pm_get_form_action()

    def action_open_source(self):
        """Open the record for which the slip was written."""
        self.ensure_one()
        return self.env[self.source_model].browse(self.source_id).get_formview_action()

    def action_print(self):
        """Print the slips (F-BIL-06)."""
        return self.env.ref("pm_billing.action_report_pm_charge_slip").report_action(self)

    @api.model
    def _get_due_selects(self):
        """Return the slips to be confirmed by the cut-off day, and those to be billed at once."""
        dues = self.env["pm.due"]

        def prepare(number, name, condition, due_date, role):
            return dues._prepare_due_select(
                number,
                "charge_slip",
                SQL(
                    "FROM pm_charge_slip slip JOIN pm_site office ON office.id = slip.site_id"
                    " WHERE %s",
                    condition,
                ),
                id=SQL("slip.id"),
                name=SQL("%s", name),
                res_model=SQL("'pm.charge.slip'"),
                res_id=SQL("slip.id"),
                site_id=SQL("slip.site_id"),
                place=SQL("slip.unit_codes"),
                partner_id=SQL("slip.partner_id"),
                department_id=dues._get_department_sql(role),
                due_date=due_date,
            )

        cutoff = SQL(
            "LEAST(date_trunc('month', slip.date)::date + office.read_cutoff_day,"
            " (date_trunc('month', slip.date) + interval '1 month')::date) - 1"
        )
        return [
            prepare(
                48,
                self.env._("Charge slip to be confirmed"),
                SQL("slip.state = 'draft'"),
                SQL("GREATEST(slip.date, %s)", cutoff),
                "engineering",
            ),
            prepare(
                49,
                self.env._("Charge slip to be billed now"),
                SQL("slip.state = 'confirmed' AND slip.charge_mode = 'now'"),
                SQL("slip.date"),
                "finance",
            ),
        ]

    def _pm_get_slip_words(self):
        """Return what the slip says, in the language of the environment (F-BIL-06)."""
        self.ensure_one()
        env = self.env
        kinds = dict(self.line_ids._fields["kind"]._description_selection(env))
        if self.charge_mode == "now":
            payment = env._("To be paid at once at the fee office.")
        else:
            month = self.month_text
            payment = env._("Charged with the statement of %(month)s.", month=month)
        return {
            "lines": [
                {
                    "kind": kinds[line.kind],
                    "name": line.name,
                    "uom": line.uom or "",
                    "quantity": f"{line.quantity:.2f}".rstrip("0").rstrip("."),
                    "price": self.fee_id._format_price(line.price),
                    "amount": word_amount(env, line.amount),
                }
                for line in self.line_ids.sorted(lambda line: line.kind != "material")
            ],
            "material": word_amount(env, self.amount_material),
            "labour": word_amount(env, self.amount_labour),
            "amount": word_amount(env, self.amount),
            "in_capitals": env._("(in capitals: %(capitals)s)", capitals=to_capitals(self.amount)),
            "payment": payment,
            "worker": self.worker_id.sudo().name or "",  # who came is on the slip for everybody
        }

    def _get_month(self):
        """Return the first day of the month whose statement asks for the slip."""
        self.ensure_one()
        return self.site_id._get_slip_month(self.date) if self.site_id and self.date else False

    def _check_draft(self):
        for slip in self:
            if slip.state != "draft":
                raise UserError(
                    self.env._(
                        "%(slip)s was confirmed. Take it back to draft to change it; what is "
                        "billed stays as it is.",
                        slip=slip.display_name,
                    )
                )

    def _check_not_charged(self):
        charges_sudo = self.env["pm.charge"].sudo()  # whoever asks may not see every bill
        for slip in self:
            if charges_sudo.search_count(
                Domain("source_model", "=", self._name)
                & Domain("source_id", "=", slip.id)
                & Domain("state", "=", "invoiced"),
                limit=1,
            ):
                raise UserError(
                    self.env._(
                        "%(slip)s is on a bill. Cancel the bill first.", slip=slip.display_name
                    )
                )

    def _reopen_runs(self):
        self.env["pm.charge"]._reopen_runs(self._name, self.ids)

    def _bill(self, today):
        """Make and post a bill of the slip alone."""
        self.ensure_one()
        self._check_transition("billed")
        self.lock_for_update()
        local = self.with_context(lang=self.site_id.print_lang)
        # Charges are made by the system: no user may create them by hand. One that waits in a
        # bill run is taken out of it.
        charges_sudo = self.env["pm.charge"].sudo()
        charges_sudo.search(
            Domain("source_model", "=", self._name)
            & Domain("source_id", "=", self.id)
            & Domain("state", "=", "open")
        ).unlink()
        vals = local._prepare_charge_vals(month_start(today))
        run = self.env["pm.bill.run"].new({"site_id": self.site_id.id, "month": vals["month"]})
        run._apply_waivers([vals], charges_sudo.browse())
        charge_sudo = charges_sudo.create(vals)
        self.env["pm.bill.run"]._make_bills([charge_sudo.with_env(self.env)], today)

    def _prepare_charge_vals(self, month):
        """Return the charge of the slip, worded in the language of the environment."""
        self.ensure_one()
        line = self.line_ids if len(self.line_ids) == 1 else self.line_ids.browse()
        return {
            "tenancy_id": self.tenancy_id.id,
            "unit_id": self.unit_id.id,
            "fee_id": self.fee_id.id,
            "date_from": self.date,
            "date_to": self.date,
            "site_id": self.site_id.id,
            "partner_id": self.tenancy_id.payer_id.id,
            "month": month,
            "source_model": self._name,
            "source_id": self.id,
            "quantity": line.quantity if line else 1.0,
            "price": line.price if line else self.amount,
            "amount": self.amount,
            "formula": self._word_lines(),
        }

    def _word_lines(self):
        """Return what is charged, line by line, to follow with a pencil."""
        self.ensure_one()
        words = " + ".join(line._word() for line in self.line_ids)
        return self.env._("slip %(number)s: %(lines)s", number=self.name, lines=words)

    def _follow_charges(self, state):
        """Note that the slips came on a bill, or that their bill was cancelled."""
        before, after = ("confirmed", "billed") if state == "invoiced" else ("billed", "confirmed")
        # Whoever makes or cancels a bill need not write slips.
        slips_sudo = self.sudo().exists().filtered(lambda slip: slip.state == before)
        slips_sudo.write({"state": after})

    def _set_line(self, name, quantity, price):
        """Let the slip charge one thing alone."""
        vals = {"name": name, "quantity": quantity}
        if price is not None:
            vals["price"] = price
        self.line_ids = [Command.clear(), Command.create(vals)]


class PmChargeSlipLine(models.Model):
    _name = "pm.charge.slip.line"
    _inherit = "pm.part.mixin"
    _description = "Line of a Charge Slip"
    _order = "slip_id, sequence, id"
    _part_of = "slip_id"

    slip_id = fields.Many2one("pm.charge.slip", required=True, ondelete="cascade", index=True)
    site_id = fields.Many2one(related="slip_id.site_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="slip_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="slip_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("service", "Labour or Service"), ("material", "Material")],
        required=True,
        default="service",
    )
    name = fields.Char(string="Item", required=True)
    quantity = fields.Float(required=True, default=1.0, digits=(16, 2))
    uom = fields.Char(
        string="Counted In", compute="_compute_uom", store=True, readonly=False, precompute=True
    )
    price = fields.Float(
        required=True,
        digits=(16, 4),
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        help="Tax included. Labour and services have the price agreed with the occupant, else "
        "that of the tariff.",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, help="Tax included.")

    _positive = models.Constraint(
        "CHECK (quantity > 0 AND price >= 0)",
        "Quantities are above zero, and prices not below it.",
    )

    @api.depends("slip_id.fee_id", "kind")
    def _compute_uom(self):
        for line in self:
            if line.kind == "service":
                line.uom = line.slip_id.fee_id.uom_name
            else:
                line.uom = line.uom

    @api.depends("slip_id.fee_id", "slip_id.tenancy_id", "slip_id.unit_id", "slip_id.date", "kind")
    def _compute_price(self):
        for line in self:
            slip = line.slip_id
            known = line.kind == "service" and slip.tenancy_id and slip.fee_id and slip.date
            price = known and slip.tenancy_id._get_slip_price(slip.fee_id, slip.unit_id, slip.date)
            line.price = price if known and price is not None else line.price

    @api.depends("quantity", "price")
    def _compute_amount(self):
        for line in self:
            line.amount = line.slip_id.fee_id._reckon_quantity(line.quantity, line.price)

    def _check_whole(self):
        self.slip_id._check_draft()

    def _word(self):
        """Return item, quantity and price, such as labour 1.5 h × 80.00."""
        self.ensure_one()
        quantity = f"{self.quantity:.2f}".rstrip("0").rstrip(".")
        return self.env._(
            "%(item)s %(quantity)s × %(price)s",
            item=self.name,
            quantity=" ".join(filter(None, (quantity, self.uom))),
            price=self.slip_id.fee_id._format_price(self.price),
        )
