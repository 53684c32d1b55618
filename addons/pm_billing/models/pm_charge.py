from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date


class PmCharge(models.Model):
    _name = "pm.charge"
    _inherit = ["pm.site.mixin", "pm.state.mixin"]
    _description = "Charge"
    _order = "date_from desc, tenancy_id, sequence, unit_id, id"
    _rec_name = "formula"
    # Made by the run: an accountant gives a charge up, but never rewrites one.
    _NOTED = frozenset(
        {
            "tenancy_id",
            "partner_id",
            "unit_id",
            "fee_id",
            "source_model",
            "source_id",
            "month",
            "date_from",
            "date_to",
            "quantity",
            "price",
            "amount",
            "amount_waived",
            "formula",
            "run_id",
            "move_id",
        }
    )

    # The only moves a charge can make, whoever asks.
    _TRANSITIONS = {
        "open": {"invoiced", "cancelled"},
        "invoiced": {"cancelled"},
        "cancelled": set(),
    }

    tenancy_id = fields.Many2one("pm.tenancy", required=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer",
        required=True,
        ondelete="restrict",
        index=True,
        help="Who owes the amount; taken from the tenancy when the charge was made.",
    )
    unit_id = fields.Many2one("pm.unit", ondelete="restrict", index="btree_not_null")
    fee_id = fields.Many2one("pm.fee", required=True, ondelete="restrict", index=True)
    sequence = fields.Integer(related="fee_id.sequence", store=True, precompute=True)
    basis = fields.Selection(related="fee_id.basis")
    source_model = fields.Char(
        readonly=True, help="What is charged by a record of its own: a reading, a slip, a share."
    )
    source_id = fields.Many2oneReference(
        string="Charged For", model_field="source_model", readonly=True, index="btree_not_null"
    )
    month = fields.Date(required=True, index=True, help="First day of the month billed.")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True)
    quantity = fields.Float(digits=(16, 2), required=True)
    price = fields.Float(digits=(16, 4), required=True)
    amount = fields.Monetary(required=True, help="Tax included.")
    amount_waived = fields.Monetary(
        string="Waived", help="Taken off the amount before it was billed."
    )
    waiver_line_ids = fields.One2many(
        "pm.waiver.line", "charge_id", string="Waivers", readonly=True
    )
    formula = fields.Char(required=True, help="How the amount was reckoned, as the bill says it.")
    run_id = fields.Many2one("pm.bill.run", index="btree_not_null", ondelete="cascade")
    move_id = fields.Many2one(
        "account.move", string="Bill", index="btree_not_null", ondelete="set null", copy=False
    )
    payment_state = fields.Selection(related="move_id.payment_state", string="Payment")
    state = fields.Selection(
        [("open", "To Bill"), ("invoiced", "Billed"), ("cancelled", "Cancelled")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    # One day of one fee, and of one reading, slip or share, is charged once, whatever happens to
    # the clerk, the run or the server.
    _charged_once = models.Constraint(
        "EXCLUDE USING gist (tenancy_id WITH =, fee_id WITH =, COALESCE(unit_id, 0) WITH =, "
        "COALESCE(source_model, '') WITH =, COALESCE(source_id, 0) WITH =, "
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (state <> 'cancelled')",
        "This fee has been charged for some of these days already.",
    )
    _date_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The period of a charge ends after it begins."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model()  # a charge given up just now makes room for the next one
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            slips = self.filtered(lambda charge: charge.source_model == "pm.charge.slip")
            self.env["pm.charge.slip"].browse(slips.mapped("source_id"))._follow_charges(
                vals["state"]
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        for charge in self:
            if charge.state == "invoiced":
                raise UserError(
                    self.env._(
                        "%(charge)s is on a bill. Cancel the bill first.", charge=charge.formula
                    )
                )

    def action_cancel(self):
        """Give the charges up: to be charged anew, or not at all.

        What is on a bill stays charged until the bill is cancelled or reversed.
        """
        charges = self.filtered(lambda charge: charge.state != "cancelled")
        for bill in charges.move_id:
            if bill.state != "cancel":
                raise UserError(
                    self.env._(
                        "%(bill)s still asks for this amount. Cancel or reverse the bill first.",
                        bill=bill.display_name,
                    )
                )
        charges.write({"state": "cancelled"})

    def action_open_source(self):
        """Open the reading, slip or share that is charged."""
        self.ensure_one()
        return self.env[self.source_model].browse(self.source_id).get_formview_action()

    def action_open_bill(self):
        self.ensure_one()
        return self.move_id._pm_get_form_action()

    @api.model
    def _reopen_runs(self, source_model, source_ids):
        """Have runs that were checked with other facts checked again before they are billed."""
        charges_sudo = self.sudo()  # who reads a meter or shares a cost may not write the runs
        charges_sudo = charges_sudo.search(
            Domain("source_model", "=", source_model)
            & Domain("source_id", "in", source_ids)
            & Domain("state", "=", "open")
        )
        charges_sudo.run_id.filtered(lambda run: run.state == "checked").state = "collected"

    def _get_key(self):
        """Return what makes the charge one of a kind: what is charged, to whom, for which days."""
        self.ensure_one()
        return (
            self.tenancy_id.id,
            self.fee_id.id,
            self.unit_id.id,
            self.source_model,
            self.source_id or False,
            self.date_from,
            self.date_to,
        )

    def _is_like(self, vals):
        """Tell whether the charge says what `vals` would make it say."""
        self.ensure_one()
        return (
            self.partner_id.id == vals["partner_id"]
            and self.formula == vals["formula"]
            and not self.currency_id.compare_amounts(self.amount, vals["amount"])
        )

    def _prepare_invoice_line_vals(self, sign=1):
        """Return the line that carries this amount to the bill, unchanged to the fen; the `sign`
        is -1 on a credit note."""
        self.ensure_one()
        product = self.fee_id.product_id
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        return {
            "product_id": product.id,
            "name": self._get_invoice_label(),
            "quantity": 1.0,
            "price_unit": sign * self.amount,
            "tax_ids": [Command.set(taxes.ids)],
        }

    def _prepare_settlement_row(self, note):
        """Return the charge as a row of the settlement at the move-out."""
        self.ensure_one()
        parts = (self.fee_id.name, self.unit_id.code, f"({note})")
        return {
            "kind": "meter" if self.basis == "meter" else "fee",
            "name": " ".join(part for part in parts if part),
            "formula": self.formula,
            "date": self.date_to,
            "amount": self.amount,
        }

    def _sorted_for_bill(self):
        return self.sorted(
            lambda charge: (charge.sequence, charge.unit_id.code or "", charge.date_from)
        )

    def _get_invoice_label(self):
        parts = [
            self.fee_id.name,
            self.unit_id.code,
            self._get_period_text(),
            self.formula,
        ]
        return " ".join(part for part in parts if part)

    def _get_quantity_text(self):
        """Return the quantity with its unit, in the language of the environment."""
        self.ensure_one()
        if self.fee_id.basis == "area":
            return self.env._("%(area)s m²", area=f"{self.quantity:.2f}")
        if self.fee_id.basis == "meter":
            uom = self.env["pm.meter"]._get_uom_of(self.fee_id.meter_kind)
            return f"{self.quantity:.2f}".rstrip("0").rstrip(".") + f" {uom}"
        if self.fee_id.basis == "late":
            return self.env._("%(days)s days", days=f"{self.quantity:g}")
        return f"{self.quantity:g}"

    def _get_price_text(self):
        """Return the price, in the language of the environment; of several tiers it says so."""
        self.ensure_one()
        if self.fee_id.basis == "meter" and not self.price and self.amount:
            return self.env._("by tier")
        if self.fee_id.basis == "share":
            return ""
        if self.fee_id.basis == "late":
            return self.env._("%(rate)s ‰ a day", rate=f"{self.price:g}")
        return self.fee_id._format_price(self.price)

    def _get_period_text(self, pattern=None):
        """Return the days charged, in the language of the environment; in figures unless a
        pattern is given, which takes a run of 40,000 lines noticeably longer."""
        self.ensure_one()

        def word(day):
            return format_date(self.env, day, date_format=pattern) if pattern else day.isoformat()

        return self.env._(
            "%(date_from)s to %(date_to)s",
            date_from=word(self.date_from),
            date_to=word(self.date_to),
        )
