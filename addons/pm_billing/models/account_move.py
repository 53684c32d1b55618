from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.pm_base.tools.calendar import month_start

from .wording import word_month

_UNPAID = ("not_paid", "partial")
# What tells whose debt a bill is, since when, and whether it is one: fixed once it was posted.
_FIXED = {
    "invoice_date_due",
    "payment_state",
    "pm_deposit_id",
    "pm_month",
    "pm_run_id",
    "pm_site_id",
    "pm_tenancy_id",
}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "pm.printable.mixin"]

    pm_tenancy_id = fields.Many2one(
        "pm.tenancy", string="Tenancy", index="btree_not_null", ondelete="restrict"
    )
    pm_site_id = fields.Many2one(
        "pm.site", string="Management Office", index="btree_not_null", ondelete="restrict"
    )
    pm_run_id = fields.Many2one(
        "pm.bill.run",
        string="Bill Run",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    pm_month = fields.Date(string="Month Billed", help="First day of the month billed.")
    pm_month_text = fields.Char(string="Month", compute="_compute_pm_month_text")
    pm_charge_ids = fields.One2many("pm.charge", "move_id", string="Charges")
    pm_unit_codes = fields.Char(related="pm_tenancy_id.unit_codes", string="Unit Nos.")
    pm_occupant_id = fields.Many2one(related="pm_tenancy_id.partner_id", string="Occupant")

    # Arrears are asked for on every screen: the few unpaid bills are found without the many paid.
    _pm_unpaid_idx = models.Index(
        "(pm_site_id, pm_tenancy_id, invoice_date_due) WHERE pm_site_id IS NOT NULL "
        "AND state = 'posted' AND payment_state IN ('not_paid', 'partial')"
    )

    @api.depends_context("lang")
    @api.depends("pm_month")
    def _compute_pm_month_text(self):
        for move in self:
            move.pm_month_text = word_month(self.env, move.pm_month)

    def write(self, vals):
        if not self.env.su and _FIXED & vals.keys():
            self._pm_check_not_fixed(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_pm_charges(self):
        """A bill that is deleted frees its charges, to be billed anew by the run."""
        self._pm_cancel_charges()

    def button_cancel(self):
        result = super().button_cancel()
        self._pm_cancel_charges()
        return result

    def action_pm_print_statement(self):
        """Print the statement of the bills."""
        return self._pm_print_statements()

    def action_pm_open_tenancy(self):
        self.ensure_one()
        return self.pm_tenancy_id.get_formview_action()

    def action_pm_open_entry(self):
        """Open the bill as the accountant sees it."""
        self.ensure_one()
        return {**self.get_formview_action(), "views": [(False, "form")]}

    def _post(self, soft=True):
        for bill in self:
            # Also charges that the user may not see count.
            if "cancelled" in bill.sudo().pm_charge_ids.mapped("state"):
                raise UserError(
                    self.env._(
                        "The fees on %(bill)s may have been billed anew since it was cancelled. "
                        "Make a new bill from the bill run instead.",
                        bill=bill.display_name,
                    )
                )
        return super()._post(soft=soft)

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        tenancies = self.filtered("pm_site_id").pm_tenancy_id
        if tenancies:
            # Whoever takes the payment need not have rights on dunning.
            self.env["pm.dunning.case"].sudo()._refresh(Domain("tenancy_id", "in", tenancies.ids))
        return result

    def _pm_cancel_charges(self):
        """Free the charges, to be billed anew by the run; what was waived of them is so anew."""
        # Charges are written by the run and by the fate of its bills alone.
        charges = self.sudo().pm_charge_ids.filtered(lambda charge: charge.state == "invoiced")
        charges._check_not_given_back()
        charges._take_back_waivers()
        charges.write({"state": "cancelled"})

    def _pm_check_not_fixed(self, vals):
        """Refuse to take what was posted out of the debts of its tenancy, month or office."""
        for move in self:
            if move.posted_before and (move.pm_site_id or vals.get("pm_site_id")):
                names = sorted(_FIXED & vals.keys())
                raise UserError(
                    self.env._(
                        "%(bill)s was issued: “%(field)s” stays. Cancel it and make a new one.",
                        bill=move.display_name,
                        field=self._fields[names[0]]._description_string(self.env),
                    )
                )

    @api.model
    def _pm_get_bill_domain(self):
        """Return the domain of the issued bills of property fees."""
        return (
            Domain("pm_site_id", "!=", False)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
        )

    @api.model
    def _pm_get_unpaid_domain(self, before=None):
        """Return the domain of the bills that are unpaid, and fell due before a day if given."""
        domain = self._pm_get_bill_domain() & Domain("payment_state", "in", _UNPAID)
        return domain & Domain("invoice_date_due", "<", before) if before else domain

    def _pm_get_unpaid(self):
        """Return those of the bills that are still to be paid: none that was cancelled, taken back
        to draft or reversed, which Odoo keeps as not paid."""
        return self.filtered(lambda move: move.state == "posted" and move.payment_state in _UNPAID)

    def _pm_get_month_due(self):
        """Return the first day of the month billed; of what is for no month, that it is due in."""
        self.ensure_one()
        return self.pm_month or month_start(self.invoice_date_due)

    def _pm_prepare_index_row(self):
        """Return the bill as a row of the index of a customer file (F-TEN-76)."""
        self.ensure_one()
        states = dict(self._fields["payment_state"]._description_selection(self.env))
        amount = self.currency_id.format(self.amount_total)
        return {
            "name": " ".join(filter(None, (self.name, self.pm_month_text, amount))),
            "date": self.invoice_date,
            "pages": False,
            "filed_by": "",
            "note": states[self.payment_state],
        }

    def _pm_get_form_action(self):
        """Return the action that opens the bill as the office sees it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_bill_action")
        view = self.env.ref("pm_billing.pm_bill_view_form")
        return {**action, "res_id": self.id, "view_mode": "form", "views": [(view.id, "form")]}

    def _pm_print_statements(self):
        """Return the action that prints the statements of the bills, in the order of the units."""
        bills = self.sorted(lambda bill: (bill.pm_unit_codes or "", bill.pm_month, bill.id))
        if not bills:
            raise UserError(self.env._("There is no bill to print a statement of."))
        return self.env.ref("pm_billing.action_report_pm_statement").report_action(bills)

    def _pm_get_print_site(self):
        self.ensure_one()
        return self.pm_site_id

    def _pm_before_print(self, form):
        result = super()._pm_before_print(form)
        for bill in self:
            if not bill.pm_site_id or bill.state != "posted":
                raise UserError(
                    self.env._(
                        "%(bill)s is not an issued bill of property fees: it has no statement.",
                        bill=bill.display_name,
                    )
                )
        return result

    def _pm_prepare_paper_vals(self):
        vals = super()._pm_prepare_paper_vals()
        month = format_date(self.env, self.pm_month, date_format="y-MM")
        return {**vals, "subject": f"{self.pm_tenancy_id.display_name} {month}"}
